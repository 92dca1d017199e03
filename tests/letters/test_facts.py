from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from foimail.letters.facts import LONGEST_TEXT, Facts, Said, facts, in_words, limits, wanting
from foimail.letters.quotation import Quoted
from foimail.letters.reasons import in_full
from foimail.model import Campaign, Part

if TYPE_CHECKING:
    from foimail.law.regimes import Law

SENT, DUE, TODAY = date(2026, 6, 12), date(2026, 7, 14), date(2026, 7, 20)
CAMPAIGN = Campaign(
    "own",
    "Trees",
    "Trees",
    (Part("trees", "How many trees?", "count"), Part("gangs", "How many gangs?", "count")),
)


@pytest.fixture
def known(law: Law) -> Any:
    """The facts of a story on 20 July 2026."""

    def known(told: Any, days_late: int = 0, **more: Any) -> Facts:
        return facts(told.case(), told.position(days_late), CAMPAIGN, law.regime(told.regime), TODAY, **more)

    return known


def test_the_days_of_a_request_are_in_words(story: Any, known: Any) -> None:
    found = known(story().sent("request", SENT).clock("response", DUE), days_late=6)
    assert (found.sent_on, found.received_on, found.due) == ("12 June 2026", "12 June 2026", "14 July 2026")
    assert (found.due_is_law, found.days_late, found.working) == (
        True,
        6,
        ("Working day 20, the last day for an answer, is 14.",),
    )


def test_of_a_case_of_which_nothing_is_known_nothing_is_said(story: Any, known: Any) -> None:
    found = known(story())
    told = {field.name: getattr(found, field.name) for field in fields(found)}
    assert not any(told.values())


@pytest.mark.parametrize(("basis", "checked"), [("guidance", True), ("statute", False)])
def test_a_last_day_is_law_only_where_a_checked_statute_sets_it(
    story: Any, known: Any, basis: str, *, checked: bool
) -> None:
    assert not known(story().sent("request", SENT).clock("response", DUE, basis, checked=checked)).due_is_law


def test_a_letter_that_never_went_is_not_spoken_of(story: Any, known: Any) -> None:
    told = story().sent("request", SENT).sent("chaser", date(2026, 7, 15), "refused")
    assert known(told).chased_on == ""
    assert known(told.sent("chaser", date(2026, 7, 16))).chased_on == "16 July 2026"


def test_after_narrowing_the_request_is_the_narrower_one(story: Any, known: Any) -> None:
    told = story().sent("request", SENT).came("refusal", DUE, sections=["s.12"])
    told.sent("narrowing", date(2026, 7, 16)).began = 1
    found = known(told)
    assert (found.sent_on, found.answer, found.refusal) == ("16 July 2026", None, None)


def test_a_refusal_is_known_by_its_day_its_sections_and_its_words(story: Any, known: Any) -> None:
    told = story().sent("request", SENT)
    told.came(
        "refusal", DUE, sections=["s.12", "section 40 (2)", "s.12"], quotes={"sections": "cost\n {limit}"}
    )
    assert known(told).refusal == Said("14 July 2026", "cost {limit}", "section 12 and section 40(2)")


def test_grounds_are_called_as_the_law_calls_its_parts(story: Any, known: Any) -> None:
    told = story("eir").sent("request", SENT).came("refusal", DUE, sections=["reg.12(4)(b)", "?"])
    assert known(told).refusal.sections == "regulation 12(4)(b)"


def test_a_message_that_a_person_confirmed_goes_before_a_rules_guess(story: Any, known: Any) -> None:
    told = story().came("partial", DUE).came("full_disclosure", date(2026, 7, 18), automatic=True)
    assert known(told).answer.on == "14 July 2026"


def test_their_question_is_quoted_from_the_letter_or_as_a_rule_read_it(story: Any, known: Any) -> None:
    told = story().came("clarification", DUE, question="Which years?")
    assert known(told).question == Said("14 July 2026", "Which years?")
    told.came("clarification", date(2026, 7, 15), question="x", quotes={"question": "Which [years]?"})
    assert known(told).question == Said("15 July 2026", "Which [years]?")
    assert isinstance(known(told).question.words, Quoted)


@pytest.mark.parametrize(
    ("until", "said"),
    [
        ("2026-08-11", "11 August 2026"),
        ("the end of August", "the end of August"),
        ("2026-13-41", "2026-13-41"),
    ],
)
def test_a_day_they_promise_is_in_words_or_as_they_put_it(
    story: Any, known: Any, until: str, said: str
) -> None:
    assert known(story().came("holding_delay", DUE, until=until)).promise.until == said


def test_reviews_have_their_days_and_the_address_they_were_told(story: Any, known: Any) -> None:
    told = story().sent("request", SENT).came("refusal", DUE, review_address="reviews@x.example")
    told.clock("review_request", date(2026, 9, 8))
    found = known(told)
    assert (found.in_time_to, found.review_address) == ("8 September 2026", "reviews@x.example")
    told.sent("review", TODAY).clock("review", date(2026, 8, 17)).came("internal_review_outcome", TODAY)
    found = known(told)
    assert (found.review_asked_on, found.review_due) == ("20 July 2026", "17 August 2026")
    assert (found.review_outcome.on, found.answer.on) == ("20 July 2026", "14 July 2026")


def test_after_the_last_day_to_ask_for_a_review_it_is_not_said_to_be_in_time(story: Any, known: Any) -> None:
    assert known(story().clock("review_request", TODAY)).in_time_to == "20 July 2026"
    assert known(story().clock("review_request", date(2026, 7, 19))).in_time_to == ""


@pytest.mark.parametrize(
    "hostile", ["a@b", "x@y.example, z@w.example", "<a@b.example>", "a@b.example\nBcc: c@d.example"]
)
def test_what_is_no_single_address_is_not_written_to(story: Any, known: Any, hostile: str) -> None:
    assert known(story().came("refusal", DUE, review_address=hostile)).review_address == ""


@pytest.mark.parametrize(
    ("theirs", "kept"),
    [
        ("FOI/2026/113", "FOI/2026/113"),
        ("[FOI-113]\r\nBcc: a@b.example", "FOI-113 Bcc: a@b.example"),
        ("FOI-7K3Q2M", ""),
        ("9" * 41, ""),
    ],
)
def test_their_reference_is_fit_for_a_subject_or_left_out(
    story: Any, known: Any, theirs: str, kept: str
) -> None:
    found = known(story().came("auto_ack", DUE, reference=theirs)).their_reference
    assert (found, type(found)) == (kept, Quoted)


def test_a_persons_reading_of_a_fact_goes_before_a_later_one_of_a_rule(story: Any, known: Any) -> None:
    told = (
        story().came("human_ack", SENT, reference="A1").came("human_ack", DUE, automatic=True, reference="B2")
    )
    assert known(told).their_reference == "A1"


def test_breaches_are_asserted_expected_or_asked_about(story: Any, known: Any) -> None:
    told = story()
    told.breach("FOIA s.17(1)", "name the exemption", 'It names {none}\n: "No."')
    told.breach("the Commissioner's guide", "review in time", "Late.", "guidance")
    told.breach("FOIA s.17(7)", "give details", "None.", checked=False)
    told.breach("FOIA s.16", "advise", "None.", to_confirm=True)
    told.breach("the Code", "review", "None.", "code", checked=False)
    found = known(told)
    assert [one.citation for one in found.breaches] == ["FOIA section 17(1)"]
    assert found.breaches[0].evidence == 'It names {none} : "No."'
    assert isinstance(found.breaches[0].evidence, Quoted)
    assert [one.citation for one in found.expectations] == ["the Commissioner's guide"]
    assert [one.citation for one in found.doubts] == ["FOIA section 17(7)", "FOIA section 16", "the Code"]


def test_a_part_left_out_goes_by_its_number(story: Any, known: Any) -> None:
    told = story().came("partial", DUE, ignored=["gangs", "unknown"])
    told.breach("FOIA s.1(1)", "answer every part", "Nothing of: gangs, unknown.", name="answer_all")
    assert known(told).breaches[0].evidence == "The answer says nothing of part 2."
    told.replies.clear()
    assert known(told).breaches[0].evidence == "Nothing of: gangs, unknown."


def test_an_exceptional_review_has_its_later_day(story: Any, known: Any) -> None:
    told = story().clock("review", DUE).clock("review_late", date(2026, 8, 11))
    assert known(told).review_due == "11 August 2026"


def test_parts_to_keep_figures_and_subject_are_the_users_choice(story: Any, known: Any) -> None:
    found = known(story(), keep=["gangs"], figures=["1 {2}\n3"], subject="Trees\n[FOI-7K3Q2M]")
    assert [part.key for part in found.keep] == ["gangs"]
    assert (found.figures, found.subject) == (("1 {2} 3",), "Trees [FOI-7K3Q2M]")


def test_what_happened_is_told_in_order_of_day(story: Any, known: Any) -> None:
    told = story().came("partial", DUE, sections=["s.12"]).came("other", TODAY).came("refusal", TODAY)
    told.sent("request", SENT).sent("review", TODAY).sent("by hand", SENT).sent("chaser", TODAY, "queued")
    assert [f"{one.on}: {one.what}" for one in known(told).chronology] == [
        "12 June 2026: I sent my request.",
        "12 June 2026: I wrote to them.",
        "14 July 2026: They answered in part under section 12.",
        "20 July 2026: I asked for a review.",
        "20 July 2026: They wrote to me.",
        "20 July 2026: They refused the request.",
    ]


# What a letter wants


@pytest.mark.parametrize("kind", ["clarification", "reply", "query", "breach_notice"])
def test_some_letters_are_nothing_without_the_users_own_words(law: Law, kind: str) -> None:
    wants = [str(one) for one in wanting(kind, Facts(), law.regime("foia"), " \n")]
    assert wants == [f"the {kind} letter: error: it needs your own words (write what the letter shall say)"]
    assert not list(wanting(kind, Facts(), law.regime("foia"), "Financial years."))


@pytest.mark.parametrize(
    ("kind", "case", "message"),
    [
        ("chaser", Facts(due="14 July 2026"), "the answer is not late: the last day is 14 July 2026"),
        ("chaser", Facts(), "the answer is not late: no last day is known"),
        ("narrowing", Facts(), "it keeps no part of the request"),
        ("review", Facts(), "it gives no reason"),
        ("complaint", Facts(), "it gives no reason"),
    ],
)
def test_a_letter_that_would_say_what_is_not_so_is_refused(
    law: Law, kind: str, case: Facts, message: str
) -> None:
    assert [one.message for one in wanting(kind, case, law.regime("foia"), "")] == [message]


def test_where_the_law_wants_a_review_first_none_is_complained_without_one(law: Law) -> None:
    (found,) = wanting("complaint", Facts(), law.regime("foisa"), "They never answered.")
    assert str(found) == (
        "the complaint letter: error: no review has been asked for (FOISA wants a requirement for review first)"
    )
    asked = Facts(review_asked_on="20 July 2026")
    assert not list(wanting("complaint", asked, law.regime("foisa"), "They never answered."))


def test_words_without_end_are_refused(law: Law) -> None:
    (found,) = wanting("reply", None, law.regime("foia"), "x" * (LONGEST_TEXT + 1))
    assert found.message == "your own words have more than 20,000 characters"


# Words of the law


def test_only_limits_whose_words_were_checked_reach_a_letter(law: Law) -> None:
    for regime in law.regimes:
        asserted, expected = limits(regime)
        assert all(limit.basis == "statute" and limit.checked for limit in asserted.values())
        assert all(limit.basis in {"code", "guidance"} and limit.checked for limit in expected.values())
    asserted, expected = limits(law.regime("foia"))
    assert asserted["response"].citation == "FOIA section 10(1)"
    assert "response_code" not in {*asserted, *expected}  # its words were not seen
    assert "grace" not in {*asserted, *expected}  # foimail's own practice is nobody's duty
    assert "review" in expected


@pytest.mark.parametrize(
    ("citation", "words"),
    [
        ("FOIA s.10(6)(b)", "FOIA section 10(6)(b)"),
        ("EIR reg.5(2)", "EIR regulation 5(2)"),
        ("FOISA s.47(4) with EI(S)R reg.17", "FOISA section 47(4) with EI(S)R regulation 17"),
        ("the Commissioner's page on complaints", "the Commissioner's page on complaints"),
    ],
)
def test_citations_are_written_out(citation: str, words: str) -> None:
    assert in_full(citation) == words


def test_a_date_in_words_does_not_follow_the_machines_language() -> None:
    assert in_words(date(2026, 3, 2)) == "2 March 2026"


def test_a_refusal_after_a_review_was_asked_for_is_its_outcome_not_the_answer(story: Any, known: Any) -> None:
    told = story().sent("request", SENT).came("refusal", DUE, sections=["s.43"])
    told.sent("review", date(2026, 7, 15)).came("refusal", TODAY, sections=["s.40(2)"])
    found = known(told)
    assert (found.answer.on, found.refusal.sections) == ("14 July 2026", "section 43")
    assert found.review_outcome.on == "20 July 2026"


def test_lateness_in_doubt_is_no_matter_of_law(story: Any, known: Any) -> None:
    late = ("FOIA s.10(1)", "answer in time", "No answer came.")
    assert known(story().clock("response", DUE).breach(*late, name="late")).due_is_law
    assert not known(story().clock("response", DUE).breach(*late, name="late", checked=False)).due_is_law
