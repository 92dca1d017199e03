"""The letters after the request, one for each law and stage where they differ, whole; and what holds for all of them.

Written anew as the requests are: FOIMAIL_GOLDEN=write pytest tests/letters/test_later_letters.py
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from foimail.case import fold
from foimail.events import Opened, Sent
from foimail.files.tables import table
from foimail.law.calendar import build
from foimail.law.position import position
from foimail.letters.compose import compose
from foimail.letters.facts import LETTERS, facts
from foimail.model import Body, Campaign, Part, Requester

if TYPE_CHECKING:
    from collections.abc import Callable

    from foimail.law.regimes import Law
    from foimail.letters.compose import Composed

GOLDEN = Path(__file__).parents[1] / "golden" / "letters" / "later"
TOKEN = "FOI-7K3Q2M"
SUBJECT = f"Freedom of Information request: street trees [{TOKEN}]"
ROWAN = Requester("Rowan Ashdown", "foi@northlight-research.example", "Northlight Research")
COUNCIL = Body("HAR", "Harrowsea Council", "England", email="foi@harrowsea.example")
BOARD = Body("SXX", "NHS Strathelm", "Scotland", email="foi@strathelm.example")
PARTS = (
    Part("trees", "How many street trees do you look after?", "count"),
    Part("felled", "How many of them did you fell?", "count_by_year", (2019, 2024)),
    Part("policy", "Please send me your policy on felling.", "text"),
)
ASKED, DUE, TODAY = date(2026, 6, 12), date(2026, 7, 14), date(2026, 7, 20)
LATE = ("answer within 20 working days", "No answer came by 14 July 2026.")
NO_SECTION = ("name the exemption on which a refusal rests", "The letter of 10 July 2026 names none.")


def silent(story: Any, regime: str = "foia", citation: str = "FOIA s.10(1)", **how: bool) -> Any:
    told = story(regime).sent("request", ASKED).came("auto_ack", ASKED, reference="HC/2026/113")
    told.clock("response", DUE, checked=how.get("checked", True))
    return told.breach(citation, *LATE, checked=how.get("checked", True))


def refused(story: Any, regime: str = "foia", section: str = "s.12", **how: bool) -> Any:
    told = story(regime).sent("request", ASKED)
    quotes = {"sections": "It would take {more} than 18 hours [estimate]."}
    told.came(
        "refusal", date(2026, 7, 10), sections=[section], quotes=quotes, review_address="review@body.example"
    )
    told.clock("review_request", date(2026, 9, 4), "code", checked=False)
    law = {"foia": "FOIA s.17(1)", "foisa": "FOISA s.16(1)", "eir": "EIR reg.14(3)(a)"}[regime]
    what, evidence = NO_SECTION
    what = what.replace("exemption", "exception") if regime == "eir" else what
    return told.breach(law, what, evidence, checked=how.get("checked", True))


def reviewed(told: Any, *, outcome: bool) -> Any:
    told.sent("review", date(2026, 7, 15)).clock("review", date(2026, 8, 12))
    return told.came("internal_review_outcome", date(2026, 8, 10)) if outcome else told


def asked_what(story: Any, regime: str = "foia") -> Any:
    told = story(regime).sent("request", ASKED)
    return told.came(
        "clarification", date(2026, 6, 19), question="Do you mean {calendar} or [financial] years?"
    )


STORIES: dict[str, tuple[str, Callable[[Any], Any], dict[str, Any]]] = {
    "chaser-foia": ("chaser", silent, {}),
    "chaser-foia-after-a-promise": (
        "chaser",
        lambda s: silent(s).came("holding_delay", date(2026, 7, 13), until="2026-07-17"),
        {},
    ),
    "chaser-foia-after-an-extension-that-is-none": (
        "chaser",
        lambda s: (
            silent(s)
            .came("extension_pit", date(2026, 7, 13), sections=["s.40(2)"])
            .breach(
                "FOIA s.10(3)",
                "take further time only to weigh the public interest, which absolute exemptions do not call for",
                "The notice of Monday 13 July 2026 is not valid: it names no qualified exemption, only s.40(2).",
                name="extension_qualified",
            )
        ),
        {},
    ),
    "chaser-foisa": ("chaser", lambda s: silent(s, "foisa", "FOISA s.10(1)"), {}),
    "chaser-eir": ("chaser", lambda s: silent(s, "eir", "EIR reg.5(2)", checked=False), {}),
    "clarification-foia": (
        "clarification",
        asked_what,
        {"text": "I mean financial years.\n\n2019/20 is the first."},
    ),
    "clarification-foisa": ("clarification", lambda s: asked_what(s, "foisa"), {"text": "Financial years."}),
    "clarification-eir": ("clarification", lambda s: asked_what(s, "eir"), {"text": "Financial years."}),
    "clarification-unasked": (
        "clarification",
        lambda s: s().sent("request", ASKED),
        {"text": "Financial years."},
    ),
    "identity-foia": ("identity", lambda s: s().sent("request", ASKED).came("identity_request", DUE), {}),
    "identity-eir": ("identity", lambda s: s("eir").sent("request", ASKED), {"text": "I am a researcher."}),
    "narrowing-foia": ("narrowing", refused, {"keep": ["felled", "trees"]}),
    "narrowing-foisa": ("narrowing", lambda s: refused(s, "foisa"), {"keep": ["trees"]}),
    "narrowing-eir": (
        "narrowing",
        lambda s: s("eir").sent("request", ASKED),
        {"keep": ["trees"], "text": "Only trees in the town centre."},
    ),
    "review-foia-silence": ("review", silent, {}),
    "review-foia-refusal": (
        "review",
        lambda s: (
            refused(s)
            .breach("FOIA s.16", "give advice and assistance", "The letter offers none.", to_confirm=True)
            .breach(
                "the Commissioner's guide", "explain an estimate", "The letter gives no estimate.", "guidance"
            )
        ),
        {"text": "You publish the same figures on your website."},
    ),
    "review-foisa-silence": (
        "review",
        lambda s: silent(s, "foisa", "FOISA s.10(1)").sent("chaser", TODAY),
        {},
    ),
    "review-foisa-refusal": ("review", lambda s: refused(s, "foisa", checked=False), {}),
    "review-eir-refusal": ("review", lambda s: refused(s, "eir", "reg.12(4)(b)", checked=False), {}),
    "review-eisr-silence": ("review", lambda s: silent(s, "eisr", "EI(S)R reg.5(2)", checked=False), {}),
    "complaint-foia-silence": ("complaint", lambda s: silent(s).sent("chaser", date(2026, 7, 15)), {}),
    "complaint-foia-review-late": ("complaint", lambda s: reviewed(refused(s), outcome=False), {}),
    "complaint-foia-after-review": ("complaint", lambda s: reviewed(refused(s), outcome=True), {}),
    "complaint-foisa-review-late": (
        "complaint",
        lambda s: reviewed(silent(s, "foisa", "FOISA s.10(1)"), outcome=False),
        {},
    ),
    "complaint-foisa-after-review": (
        "complaint",
        lambda s: reviewed(refused(s, "foisa", checked=False), outcome=True),
        {"text": "The review repeats the refusal."},
    ),
    "complaint-eir-after-review": (
        "complaint",
        lambda s: reviewed(refused(s, "eir", "reg.12(4)(b)", checked=False), outcome=True),
        {},
    ),
    "reply-foia": ("reply", lambda s: s().sent("request", ASKED), {"text": "Yes, a CSV file is fine."}),
    "query-foia": (
        "query",
        lambda s: s().sent("request", ASKED).came("full_disclosure", DUE),
        {"figures": ["2023: 1,204 [sic]"], "text": "Is this the year to March 2023 or to March 2024?"},
    ),
    "query-foia-without-a-quote": (
        "query",
        lambda s: s().sent("request", ASKED),
        {"text": "Is 2019 the calendar year?"},
    ),
    "thanks-foia": ("thanks", lambda s: s().sent("request", ASKED).came("full_disclosure", DUE), {}),
    "thanks-foisa": (
        "thanks",
        lambda s: s("foisa").sent("request", ASKED),
        {"text": "The table is very clear."},
    ),
    "breach-notice-foia": (
        "breach_notice",
        lambda s: s().sent("request", ASKED).came("full_disclosure", DUE),
        {"text": "I write about your e-mail of 14 July 2026. It may hold more than you meant to send."},
    ),
    "breach-notice-foisa": (
        "breach_notice",
        lambda s: s("foisa").sent("request", ASKED),
        {"text": "I write about your e-mail of 14 July 2026. You have asked for it back."},
    ),
    "withdrawal-foia": ("withdrawal", lambda s: s().sent("request", ASKED), {}),
    "withdrawal-eir": ("withdrawal", lambda s: s("eir").sent("request", ASKED), {"text": "I have found it."}),
    "request-eir": ("request", lambda s: s("eir"), {}),
    "request-eisr-one-part": ("request", lambda s: s("eisr"), {"keep": ["trees"]}),
}


@pytest.fixture
def written(law: Law, base: tuple[tuple[str, str], ...], story: Any) -> Callable[[str], Composed]:
    """The letter of a story."""

    def written(name: str) -> Composed:
        kind, tell, more = STORIES[name]
        told = tell(story)
        regime = law.regime(told.regime)
        body = BOARD if "Scotland" in regime.nations else COUNCIL
        asked = more.get("keep", ()) if kind == "request" else ()
        parts = tuple(part for part in PARTS if not asked or part.key in asked)
        subject = "Freedom of Information request: street trees"
        campaign = Campaign(
            "trees", "Trees", subject, parts, environmental=regime.environmental, templates=base
        )
        late = 6 if any(one.name == "response" for one in told.clocks) else 0
        chosen = {key: value for key, value in more.items() if key in {"keep", "figures"}}
        known = facts(told.case(), told.position(late), campaign, regime, TODAY, subject=SUBJECT, **chosen)
        if kind == "request":
            return compose(campaign, body, ROWAN, regime, TOKEN, ASKED)
        return compose(campaign, body, ROWAN, regime, TOKEN, TODAY, kind, known, text=more.get("text", ""))

    return written


@pytest.mark.parametrize("name", STORIES)
def test_a_later_letter_is_what_was_agreed_to_the_letter(
    name: str, written: Callable[[str], Composed]
) -> None:
    letter, problems = written(name)
    assert letter is not None, problems
    text = f"To: {letter.to}\nSubject: {letter.subject}\n\n{letter.text}"
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("FOIMAIL_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_every_kind_of_letter_is_among_them_and_no_golden_file_is_left_over() -> None:
    assert {kind for kind, _, _ in STORIES.values()} == set(LETTERS)
    assert sorted(path.stem for path in GOLDEN.glob("*.txt")) == sorted(STORIES)


def read(name: str) -> str:
    return (GOLDEN / f"{name}.txt").read_text("utf-8")


def test_no_letter_threatens_with_the_offence_of_concealment() -> None:
    assert not any("77" in read(name) for name in STORIES)


def test_what_was_not_checked_is_asked_about_and_never_asserted() -> None:
    for name in (
        "chaser-eir",
        "clarification-eir",
        "narrowing-eir",
        "review-eir-refusal",
        "complaint-eir-after-review",
    ):
        assert "duty to name" not in read(name).replace("Was there a duty to name", "")
        assert "regulation 5" not in read(name)
        assert "By my count" in read(name) or "I take it" in read(name) or "I understand" in read(name)


def test_each_law_has_its_own_words_for_a_review_and_a_complaint() -> None:
    assert "I ask for an internal review" in read("review-foia-refusal")
    assert "Under section 20 of the Act I require you to review" in read("review-foisa-silence")
    assert "This letter is a requirement for review." in read("review-foisa-silence")
    assert "reconsideration (internal review)" in read("review-eir-refusal")
    assert "a complaint about Harrowsea Council under section 50 of the" in read("complaint-foia-silence")
    assert "an application for a decision about NHS Strathelm under section 47" in read(
        "complaint-foisa-after-review"
    )


def test_reviews_go_where_the_body_wants_them_and_complaints_to_the_regulator() -> None:
    assert read("review-foia-refusal").startswith("To: review@body.example\nSubject: Re: ")
    assert read("review-foia-silence").startswith("To: foi@harrowsea.example\nSubject: Re: ")
    assert read("complaint-foia-silence").startswith(
        f"To: icocasework@ico.org.uk\nSubject: Complaint about Harrowsea Council [{TOKEN}]\n"
    )
    assert read("complaint-foisa-after-review").startswith(
        "To: enquiries@foi.scot\nSubject: Application for a decis"
    )


def test_a_chaser_has_the_correspondences_subject_with_their_reference() -> None:
    assert f"\nSubject: Re: {SUBJECT} (your reference HC/2026/113)\n" in read("chaser-foia")
    assert "\nYour reference: HC/2026/113\n" in read("chaser-foia")


def test_a_narrower_request_asks_the_parts_kept_and_no_other() -> None:
    text = read("narrowing-foia")
    assert "1. How many street trees" in text
    assert "2. How many of them did you fell?" in text
    assert "policy" not in text


def test_an_environmental_request_says_so() -> None:
    assert "a request for environmental information held by Harrowsea Council" in read("request-eir")
    assert "exemption" not in read("request-eir")
    assert "cost limit" not in read("request-eir")


# Words that are not the letter's own


@pytest.fixture
def answer(law: Law, base: tuple[tuple[str, str], ...], story: Any) -> Callable[..., Composed]:
    """Compose a free reply of a campaign whose own templates are given by name."""

    def answer(text: str = "Yes.", to: str | None = None, body: Body = COUNCIL, **own: str) -> Composed:
        templates = (*((f"own/{name}.txt", words) for name, words in own.items()), *base)
        subject = own.get("subject", "Trees: {{ token }}")
        campaign = Campaign("own", "Trees", subject, PARTS, templates=templates)
        told = story().sent("request", ASKED).came("human_ack", ASKED, reference="A {1}")
        regime = law.regime("foia")
        known = facts(told.case(), told.position(), campaign, regime, TODAY)
        return compose(campaign, body, ROWAN, regime, TOKEN, TODAY, "reply", known, text=text, to=to)

    return answer


def test_the_users_words_are_never_a_template_and_may_hold_braces_and_brackets(answer: Any) -> None:
    letter, problems = answer("I use {{ 7*7 }}, [a] and None.\n\n  - {% for %}")
    assert problems == ()
    assert "\nI use {{ 7*7 }}, [a] and None.\n\n  - {% for %}\n" in letter.text


def test_the_letters_own_brackets_are_found_beside_the_users(answer: Any) -> None:
    _, problems = answer("[fine]", reply="[NAME] {{ text }} {% include '_signature.txt' %} {{ token }}")
    assert [problem.message for problem in problems] == ["a placeholder is left in the letter: [NAME]"]
    _, problems = answer("fine", reply="[{{ text }}] {% include '_signature.txt' %} {{ token }}")
    assert [problem.message for problem in problems] == ["a placeholder is left in the letter: […]"]


def test_quoted_words_that_a_template_changes_are_its_own(answer: Any) -> None:
    _, problems = answer("{x}", reply="{{ text | upper }} {% include '_signature.txt' %} {{ token }}")
    assert [problem.message for problem in problems] == ["a brace is left in the letter: `{X}`"]


def test_a_quotation_does_not_count_as_giving_token_or_name(answer: Any) -> None:
    text = f"{TOKEN} {ROWAN.name} {ROWAN.email}"
    _, problems = answer(text, reply="{{ text }}")
    assert [problem.message for problem in problems] == [
        "the letter does not give the token",
        "the letter does not give the requester's name",
        "the letter does not give the requester's e-mail address",
    ]


def test_a_bodys_name_is_no_quotation(answer: Any) -> None:
    _, problems = answer(body=replace(COUNCIL, name="{Council}", where="trusts.yaml:3"))
    assert [problem.where for problem in problems] == ["trusts.yaml:3"]


def test_a_subject_that_cannot_be_known_is_made_from_the_campaigns(answer: Any) -> None:
    letter, _ = answer()
    assert letter.subject == f"Re: Trees: {TOKEN} [{TOKEN}] (your reference A 1)"


def test_a_letter_goes_where_the_user_says(answer: Any) -> None:
    letter, _ = answer(to="desk@harrowsea.example")
    assert letter.to == "desk@harrowsea.example"


def test_a_letter_that_lacks_its_facts_is_refused_with_the_templates_line(
    law: Law, base: tuple[tuple[str, str], ...]
) -> None:
    campaign = Campaign("own", "Trees", "Trees", PARTS, templates=base)
    _, problems = compose(campaign, COUNCIL, ROWAN, law.regime("foia"), TOKEN, TODAY, "thanks")
    assert [str(problem) for problem in problems] == [
        "templates/base/_heading.txt:9: error: there is no such value: 'case' is undefined (as in body.name or requester.email)"
    ]
    _, problems = compose(campaign, COUNCIL, ROWAN, law.regime("foia"), TOKEN, TODAY, "reply")
    assert [problem.message for problem in problems] == ["it needs your own words"]


def test_what_the_law_finds_in_a_log_is_what_the_letters_say(
    law: Law, base: tuple[tuple[str, str], ...]
) -> None:
    # The dates are those of the story SC1 in tests/law/event_vectors.csv: received on 12 June 2026, the review window of
    # FOISA ends on 8 September. FOIA stops a day longer, for 13 July in Northern Ireland.
    campaign = Campaign("trees", "Trees", "Trees", PARTS, templates=base)
    said = {}
    for key, kind in (("foia", "chaser"), ("foisa", "review")):
        regime = law.regime(key)
        log = [Opened(ASKED, "trees", "HAR", key), Sent(ASKED, "1@x.example", "foi@harrowsea.example")]
        case = fold(TOKEN, log)
        where = position(case, regime, build(regime.holidays, table("proclaimed")), TODAY)
        known = facts(case, where, campaign, regime, TODAY)
        letter, problems = compose(campaign, COUNCIL, ROWAN, regime, TOKEN, TODAY, kind, known)
        assert letter is not None, problems
        said[key] = letter.text
    assert "Under section 10(1) of the Act the answer was due by 14 July 2026 at the latest." in said["foia"]
    assert "and is 6 days late" in said["foia"]
    assert "1. FOISA section 10(1): the duty to answer in time." in said["foisa"]
    assert "this can be asked for until 8 September 2026" in said["foisa"]
