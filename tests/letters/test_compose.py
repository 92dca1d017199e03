from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from foimail.letters.compose import Composed, compose, template_faults, wording_hash
from foimail.model import Body, Campaign, Part, Requester

if TYPE_CHECKING:
    from foimail.law.regimes import Law

TOKEN = "FOI-7K3Q2M"
TODAY = date(2026, 11, 22)
TRUST = Body("RXX", "Example NHS Trust", "England", email="foi@example.nhs.uk", where="trusts.yaml:12")
REQUESTER = Requester("Rowan Ashdown", "foi@northlight-research.example")
POTHOLES = Part("potholes", "How many potholes did you mend in 2024?", "count")
WHOLE = "{{ token }} {{ requester.name }} {{ requester.email }} {{ parts[0].question }}"

Compose = Callable[..., Composed]


@pytest.fixture
def make(law: Law, base: tuple[tuple[str, str], ...]) -> Compose:
    """Compose a letter of a campaign `own`; its own templates are given by name: `_opening="Dear all,"`."""

    def make(
        body: Body = TRUST,
        requester: Requester = REQUESTER,
        kind: str = "request",
        subject: str = "A request",
        parts: tuple[Part, ...] = (POTHOLES,),
        **own: str,
    ) -> Composed:
        templates = tuple((f"own/{name}.txt", text) for name, text in own.items())
        campaign = Campaign("own", "Potholes", subject, parts, templates=(*templates, *base))
        return compose(campaign, body, requester, law.governing(body.nation), TOKEN, TODAY, kind)

    return make


def faults(made: Composed) -> list[str]:
    letter, problems = made
    assert letter is None
    return [str(problem) for problem in problems]


def text_of(made: Composed) -> str:
    letter, problems = made
    assert letter is not None, problems
    return letter.text


def test_a_letter_says_to_whom_and_of_what_wording_it_is(make: Compose) -> None:
    letter, problems = make()
    assert letter is not None
    assert (letter.kind, letter.body, letter.to, problems) == ("request", "RXX", "foi@example.nhs.uk", ())
    assert letter.subject == "A request [FOI-7K3Q2M]"
    assert len(letter.wording) == 64


def test_a_body_without_an_address_gets_its_letter_too(make: Compose) -> None:
    letter, _ = make(replace(TRUST, email=None, address="1 High Street"))
    assert letter is not None
    assert letter.to is None
    assert "1 High Street" in letter.text


def test_a_subject_that_has_the_token_is_left_as_it_is(make: Compose) -> None:
    letter, _ = make(subject="[{{ token }}] to {{ body.name }}")
    assert letter is not None
    assert letter.subject == "[FOI-7K3Q2M] to Example NHS Trust"


def test_a_campaigns_own_file_comes_before_the_base(make: Compose) -> None:
    text = text_of(make(_opening="Dear {{ body.name }},"))
    assert "Dear Example NHS Trust," in text
    assert "Dear Freedom of Information Officer" not in text


def test_paragraphs_are_parted_by_one_blank_line_and_no_line_ends_in_blanks(make: Compose) -> None:
    text = text_of(make(_particulars="\n\n\n  One. \t\n\n\n\nTwo.\n\n"))
    assert "\n\n  One.\n\nTwo.\n\n" in text
    assert "\n\n\n" not in text
    assert text == text.strip() + "\n"


def test_a_letter_of_another_kind_need_not_repeat_the_parts(make: Compose) -> None:
    letter, problems = make(kind="chaser", chaser="{{ token }} {{ requester.name }} {{ requester.email }}")
    assert letter is not None, problems
    assert (letter.kind, letter.text) == (
        "chaser",
        f"{TOKEN} Rowan Ashdown foi@northlight-research.example\n",
    )


def test_a_kind_without_a_template_is_a_problem(make: Compose) -> None:
    assert faults(make(kind="ode")) == [
        "templates/own: error: there is no ode.txt, here or in templates/base"
    ]


# What a stranger's registry could bring in


def test_a_brace_in_a_bodys_name_is_never_evaluated_and_refuses_the_letter(make: Compose) -> None:
    found = faults(make(replace(TRUST, name="{{ 7*7 }} NHS Trust")))
    assert found == [
        "trusts.yaml:12: error: a brace is left in the letter: `{{ 7*7 }}` (a letter holds no { or })"
    ]
    assert "49" not in found[0]


@pytest.mark.parametrize("separator", ["\n", "\r", "\r\n", "\x0b", "\x85", "\u2028"])
def test_a_line_break_in_a_value_cannot_begin_another_header(make: Compose, separator: str) -> None:
    made = make(replace(TRUST, name=f"Trust{separator}Bcc: all@example.org"), subject="To {{ body.name }}")
    assert "trusts.yaml:12: error: the subject is more than one line (write it on one line)" in faults(made)


def test_invisible_characters_that_turn_the_writing_are_refused(make: Compose) -> None:
    assert faults(make(replace(TRUST, name="Trust \u202egro.elpmaxe"))) == [
        "trusts.yaml:12: error: an invisible character (U+202E) is in the letter (take it out)"
    ]


# What the person who writes a campaign may get wrong


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Dear [NAME],", "templates/own/_opening.txt:1: error: a placeholder is left in the letter: [NAME]"),
        ("One\n\nDear { name,", "templates/own/_opening.txt:3: error: a brace is left in the letter: `{`"),
        ("{{ '{' }}{{ '{' }} name }}", "templates/own: error: a brace is left in the letter: `{{ name }}`"),
        ("We ask None of you", "templates/own/_opening.txt:1: error: the word `None` is left in the letter"),
        ("{{ body.ods }}", "templates/own/_opening.txt:1: error: a value is empty in {{ body.ods }}"),
        (
            "Dear\n{{ requester.telephone }}",
            "own/_opening.txt:2: error: a value is empty in {{ requester.telephone }}",
        ),
        ("\n{{\n'' }}", "templates/own/_opening.txt:3: error: a value is empty in this line"),
        (
            "{{ body.nmae }}",
            "own/_opening.txt:1: error: there is no such value: 'foimail.model.Body object' has no",
        ),
        (
            "{{ body.name > 3 }}",
            "templates/own/_opening.txt:1: error: this cannot be worked out: '>' not supported",
        ),
        (
            "{{ body.__class__ }}",
            "templates/own/_opening.txt:1: error: names that begin with _ are not for letters",
        ),
        (
            "{{ body['__class__'] }}",
            "templates/own/_opening.txt:1: error: names that begin with _ are not for letters",
        ),
    ],
)
def test_an_unfinished_letter_is_refused_with_its_line(make: Compose, text: str, fault: str) -> None:
    found = faults(make(_opening=text))
    assert len(found) == 1
    assert fault in found[0]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "{% if %}",
            "templates/own/_opening.txt:1: error: this cannot be read: Expected an expression, got 'end of",
        ),
        (
            "a\n{{ date",
            "templates/own/_opening.txt:2: error: this cannot be read: unexpected end of template",
        ),
        (
            "a\nb\n{{ dat }}",
            "templates/own/_opening.txt:3: error: `dat` is not known here (did you mean `date`?)",
        ),
        (
            "{{ zzzz }}",
            "templates/own/_opening.txt:1: error: `zzzz` is not known here (a letter knows body, campaign,",
        ),
        ("{% include '_part.txt' %}", "there is no file `_part.txt` to include (did you mean `_parts.txt`?)"),
        (
            "{% include '/etc/passwd' %}",
            "no file `/etc/passwd` to include (it is neither beside this file nor in",
        ),
        ("{% include body.name %}", "a file is included by its name in quotes, not by a value"),
        (
            "{{ date | replace('a', 'b') }}",
            "letters have no filter `replace` (there are default, first, last,",
        ),
        ("{{ date is divisibleby 2 }}", "letters have no test `divisibleby` (there are ==,"),
        ("{% set a = date %}", "{% set %} cannot be used in a letter"),
        ("{{ body.name.upper() }}", "a call such as name() cannot be used in a letter"),
        ("{% macro m() %}{% endmacro %}", "macro cannot be used in a letter"),
    ],
)
def test_what_is_not_in_the_language_of_letters_is_a_fault_with_its_line(
    make: Compose, text: str, fault: str
) -> None:
    assert any(fault in found for found in faults(make(_opening=text)))


def test_all_faults_of_all_files_are_shown_at_once(make: Compose) -> None:
    made = make(
        _opening="{{ dat }}\n{{ tokn }}\n{{ dat }} {{ dat }}", _closing="{% if %}", subject="{{ sbuject }}"
    )
    assert [fault.partition(": error")[0] for fault in faults(made)] == [
        "templates/own/_closing.txt:1",
        "templates/own/campaign.toml:1",
        "templates/own/_opening.txt:1",
        "templates/own/_opening.txt:2",
        "templates/own/_opening.txt:3",
    ]


def test_the_name_of_a_loop_is_known_in_the_files_that_the_loop_includes(make: Compose) -> None:
    own = {
        "_parts": "{% for one in parts %}{% include '_one.txt' %}{% endfor %}",
        "_one": "{{ one.question }}\n",
    }
    assert "\nHow many potholes did you mend in 2024?\n" in text_of(make(**own))


def test_a_subject_that_fails_and_a_text_that_fails_are_both_shown(make: Compose) -> None:
    found = faults(make(subject="{{ body.ods }}", _opening="{{ body.ods }}"))
    assert [fault.partition(": error")[0] for fault in found] == [
        "templates/own/campaign.toml:1",
        "templates/own/_opening.txt:1",
    ]


def test_a_letter_that_leaves_out_token_requester_or_a_part_is_refused(make: Compose) -> None:
    parts = (POTHOLES, Part("gangs", "How many gangs?", "count"))
    assert [fault.partition(" (")[0] for fault in faults(make(parts=parts, request="Hello."))] == [
        "templates/own/request.txt: error: the letter does not give the token",
        "templates/own/request.txt: error: the letter does not give the requester's name",
        "templates/own/request.txt: error: the letter does not give the requester's e-mail address",
        "templates/own/campaign.toml: error: part 1, `potholes`, is not asked in the letter",
        "templates/own/campaign.toml: error: part 2, `gangs`, is not asked in the letter",
    ]
    assert make(request=WHOLE)[1] == ()


def test_a_request_that_asks_nothing_is_refused(make: Compose) -> None:
    assert "templates/own/campaign.toml: error: the campaign has no parts: it asks nothing" in faults(
        make(parts=())
    )


def test_a_placeholder_in_a_question_is_the_campaigns_fault(make: Compose) -> None:
    found = faults(make(parts=(Part("a", "[YOUR QUESTION]", "text"),)))
    hint = "(write it out; use round brackets)"
    assert found == [
        f"templates/own/campaign.toml: error: a placeholder is left in the letter: [YOUR QUESTION] {hint}"
    ]


def test_a_requester_without_a_name_cannot_ask(make: Compose) -> None:
    found = faults(
        make(requester=Requester("", "a@b.example"), request=WHOLE.replace("{{ requester.name }}", ""))
    )
    law = "(without a real name and an address a request is not valid: section 8(1)(b))"
    assert found == [f"templates/own/request.txt: error: the letter does not give the requester's name {law}"]


# A stranger's campaign must not fill the memory or run for ever


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 'a'.ljust(1000000000) }}",
        "{{ '{:>1000000000}'.format(1) }}",
        "{{ date | center(1000000000) }}",
        "{% for i in range(100000000) %}{% endfor %}",
        "{% set a = 'aa' %}" + "{% set a = a ~ a %}" * 40,
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
        "{% include '_opening.txt' %}",
        "{% for p in parts %}{% include '_opening.txt' %}{% endfor %}",
        "{% for a in date %}" * 9 + "{% endfor %}" * 9,
        "{% for a in date %}" * 9 + "{{ requester.name }}" + "{% endfor %}" * 9,
        "{% for a in date %}{% for b in date %}" + "long " * 200 + "{% endfor %}{% endfor %}",
    ],
)
def test_a_letter_that_would_never_end_is_refused_soon_and_in_little_memory(make: Compose, text: str) -> None:
    tracemalloc.start()
    try:
        assert faults(make(_opening=text))
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_files_that_include_each_other_twice_end_too(make: Compose) -> None:
    own = {f"_{n}": f"{{% include '_{n + 1}.txt' %}}" * 2 for n in range(40)} | {"_40": ""}
    assert faults(make(_opening="{% include '_0.txt' %}", **own)) == [
        "templates/base/request.txt: error: the letter grows without end (does a file include itself?)"
    ]


# The hash of the wording


def test_the_hash_changes_with_the_wording_and_with_nothing_else(base: tuple[tuple[str, str], ...]) -> None:
    campaign = Campaign("own", "Potholes", "A request", (POTHOLES,), templates=base)
    changed = [
        replace(campaign, title="Trees"),
        replace(campaign, subject="A question"),
        replace(campaign, parts=(replace(POTHOLES, question="How many?"),)),
        replace(campaign, parts=(replace(POTHOLES, years=(2010, 2024), answer="count_by_year"),)),
        replace(campaign, templates=(("own/_opening.txt", "Dear all,"), *base)),
    ]
    assert len({wording_hash(c) for c in (campaign, *changed)}) == 1 + len(changed)
    assert wording_hash(replace(campaign, topic="roads", templates=base[::-1])) == wording_hash(campaign)
    of_others = replace(campaign, templates=(("own/_reasons.txt", "None."), ("own/chaser.txt", "?"), *base))
    assert wording_hash(of_others) == wording_hash(campaign)
    assert wording_hash(of_others, "chaser") != wording_hash(campaign, "chaser")
    assert wording_hash(of_others, "review") != wording_hash(campaign, "review")


def test_the_hash_is_the_same_in_another_process(base: tuple[tuple[str, str], ...]) -> None:
    campaign = Campaign("own", "Potholes", "A request", (POTHOLES,), templates=base[:1])
    script = f"""
from foimail.letters.compose import wording_hash
from foimail.model import Audience, Campaign, Part
print(wording_hash({campaign!r}))
"""
    out = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == wording_hash(campaign)


def test_a_campaigns_templates_can_be_judged_without_a_body(base: tuple[tuple[str, str], ...]) -> None:
    campaign = Campaign("own", "Potholes", "A request", (POTHOLES,), templates=base)
    assert template_faults(campaign) == ()
    broken = replace(campaign, subject="{{ nobody }}")
    assert [problem.where for problem in template_faults(broken)] == ["templates/own/campaign.toml:1"]
