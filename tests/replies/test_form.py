"""Our form, filled in and returned, as text of a spreadsheet or of a print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foimail.form import Line, form, lines, version
from foimail.model import Body, Campaign, Part, Requester
from foimail.replies import reader
from foimail.replies.figures import series
from foimail.replies.reader import Enclosure
from tests.replies.letters import ON, message, request, rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from foimail.replies.reading import Answer, Reading

TOKEN = "FOI-7K3Q2M"
OTHER = "FOI-2A3B4C"
PARTS = rules().parts
STORY = "We have a named nurse and a seat at the multi-agency panel."
YEARS = [str(year) for year in range(2010, 2025)]


def filled(
    answers: Mapping[str, str], token: str = TOKEN, parts: tuple[Part, ...] = PARTS, between: str = "\t"
) -> str:
    """The text of a form with these answers, its cells parted by tabs as in a spreadsheet or by blanks as in a print."""
    made = form(
        Campaign("c", "t", "s", parts),
        Body("RAA", "A Trust", "England"),
        Requester("R", "r@x.example"),
        token,
    )
    rows = [f"[form]{between}{made.mark} {made.title}{between}Your answer"]
    rows += [
        between.join(filter(None, (f"[{line.code}]", line.label, answers.get(line.code))))
        for line in made.lines
    ]
    return "\n".join(rows) + "\n"


def read(
    text: str,
    said: str = "Please find the completed form attached.",
    name: str = "scan0001.xlsx",
    tokens: tuple[str, ...] = (TOKEN,),
    by: reader.Rules | None = None,
) -> Reading:
    files = [Enclosure(name, text)] if text else []
    return reader.read(message(said), files, request(), ON, by or rules(), tokens=tokens)


def answer(answers: Mapping[str, str], part: int = 1, said: str = "") -> Answer:
    return read(filled(answers), said).answers[part - 1]


def rules_of(*parts: Part) -> reader.Rules:
    return reader.rules(parts, rules().phrases, rules().exemptions)


EVERYTHING = (
    {f"1/{year}": str(n) for n, year in enumerate(YEARS)}
    | {f"2/{year}": "0" for year in YEARS}
    | {"3/text": STORY, "4/number": "1,204"}
)


def test_a_form_filled_in_is_a_full_answer_of_which_nobody_is_asked() -> None:
    found = read(filled(EVERYTHING))
    assert (found.kind, found.confidence, found.needs_person, found.doubts) == (
        "full_disclosure",
        1.0,
        False,
        (),
    )
    assert [a.outcome for a in found.answers] == ["answered"] * 4
    assert {a.confidence for a in found.answers} == {1.0}
    assert series(found.answers[0].figures) == {year: n for n, year in enumerate(YEARS)}
    assert series(found.answers[1].figures) == dict.fromkeys(YEARS, 0)
    assert series(found.answers[3].figures) == {"total": 1204}
    assert STORY in found.answers[2].quote


@pytest.mark.parametrize("between", ["\t", " "])
def test_every_quote_of_a_form_stands_word_for_word_at_its_place(between: str) -> None:
    text = filled(EVERYTHING | {"1/2019": "<5", "1/2020": "withheld"}, between=between)
    for one in read(text).answers:
        assert text[one.where["start"] : one.where["end"]] == one.quote
        for figure in one.figures:
            assert figure.where["file"] == "scan0001.xlsx"
            assert text[figure.where["start"] : figure.where["end"]] == figure.quote
    (kind,) = [p for p in read(text).passages if p.what == "kind"]
    assert text[kind.start : kind.end] == f"{TOKEN}/{version(PARTS)}"


def test_an_empty_form_answers_nothing_and_hides_no_answer() -> None:
    assert read(filled({}), "Thank you for your request, we have received it.").kind == "human_ack"
    found = read(filled({}), "1. 2021: 4, 2022: 7\n2. 2021: 1, 2022: 2\n3. " + STORY + "\n4. 512 staff")
    assert series(found.answers[0].figures) == {"2021": 4, "2022": 7}
    assert found.doubts == ()


def test_what_we_printed_on_the_form_is_never_an_answer() -> None:
    found = read(filled({"4/number": "12"}), "")
    assert [a.outcome for a in found.answers] == ["unanswered"] * 3 + ["answered"]
    assert found.exemptions == ()


def test_what_the_form_leaves_open_may_be_answered_in_the_letter() -> None:
    given_ = {code: text for code, text in EVERYTHING.items() if not code.startswith("4")}
    found = read(filled(given_), "Please find the form attached.\n4. 512 staff have been trained.")
    assert found.kind == "full_disclosure"
    assert [a.confidence == 1.0 for a in found.answers] == [True, True, True, False]
    assert series(found.answers[3].figures) == {"total": 512}


def test_the_form_goes_before_what_the_rules_read_of_the_letter() -> None:
    found = answer({"4/number": "12"}, 4, "4. 512 staff have been trained.")
    assert series(found.figures) == {"total": 12}


def test_an_empty_cell_is_unanswered_and_no_zero() -> None:
    found = answer({"1/2019": "17", "1/2020": "0"})
    assert (found.outcome, series(found.figures)) == ("partial", {"2019": 17, "2020": 0})


@pytest.mark.parametrize(
    ("cells", "outcome"),
    [
        (dict.fromkeys(YEARS, "not held"), "not_held"),
        (dict.fromkeys(YEARS, "withheld"), "refused"),
        (dict.fromkeys(YEARS, "withheld") | {"2010": "not held"}, "refused"),
        (dict.fromkeys(YEARS, "<5"), "answered"),
        (dict.fromkeys(YEARS, "3") | {"2010": "not held", "2011": "not held"}, "answered"),
        (dict.fromkeys(YEARS, "3") | {"2015": "not held"}, "partial"),
        (dict.fromkeys(YEARS, "3") | {"2015": "withheld"}, "partial"),
        ({"all": "not held"}, "not_held"),
        ({"all": "withheld: s.12"}, "refused"),
        ({"all": "held by another body: the council"}, "redirected"),
        ({"all": "40"}, "partial"),
        ({"all": "0"}, "answered"),
    ],
)
def test_years_come_to_an_outcome(cells: dict[str, str], outcome: str) -> None:
    found = read(filled({f"1/{year}": text for year, text in cells.items()}), "")
    assert (found.answers[0].outcome, found.answers[0].confidence, found.doubts) == (outcome, 1.0, ())


def test_a_withheld_year_has_no_value_and_its_section_is_told() -> None:
    found = read(filled({"1/2019": "17", "1/2020": "withheld", "1/note": "Section 40(2)"}), "")
    assert [f.withheld for f in found.answers[0].figures] == [False, True]
    assert found.answers[0].sections == found.exemptions == ("s.40(2)",)


def test_financial_years_are_periods_of_two_years() -> None:
    found = answer({"1/2019": "17", "1/all": "30", "1/years": "financial years (April to March)"})
    assert series(found.figures) == {"2019/20": 17, "total": 30}
    assert series(answer({"1/2019": "17", "1/years": "calendar years"}).figures) == {"2019": 17}


@pytest.mark.parametrize(
    ("cells", "doubt"),
    [
        ({"1/2019": "about 20"}, "2019: \u201cabout 20\u201d is no answer"),
        ({"1/2019": "held by another body"}, "2019: \u201cheld by another body\u201d is no answer"),
        ({"1/2019": "17", "1/years": "academic years"}, "which years are meant: \u201cacademic years\u201d"),
        ({"1/2019": "17", "1/all": "not held"}, "all years together say \u201cnot held\u201d"),
        ({"1/2019": "not held"}, "only some years say why"),
        ({"1/note": "We stopped counting in 2019."}, "nothing but its notes"),
        ({"3/text": "See attached policy"}, "is no answer that foimail knows"),
        ({"3/text": "We regret that we do not hold any information of this kind."}, "it may be not held"),
        ({"4/number": "1.000"}, "Number: \u201c1.000\u201d is no answer"),
    ],
)
def test_what_is_not_understood_goes_to_a_person(cells: dict[str, str], doubt: str) -> None:
    found = read(filled(cells))
    part = next(iter(cells)).partition("/")[0]
    assert found.needs_person
    assert any(f"scan0001.xlsx: question {part}: " in one and doubt in one for one in found.doubts), (
        found.doubts
    )
    assert all(a.confidence < 1 for a in found.answers if a.part == part)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("not held", "not_held"), ("Withheld", "refused"), ("held by another body", "redirected")],
)
def test_a_question_in_words_may_be_answered_by_a_choice(text: str, outcome: str) -> None:
    found = read(filled({"3/text": text}), "")
    assert (found.answers[2].outcome, found.answers[2].confidence, found.doubts) == (outcome, 1.0, ())


def test_years_that_are_chosen_and_nothing_else_are_no_answer() -> None:
    found = read(filled({"1/years": "calendar years", "4/number": "3"}))
    assert (found.answers[0].outcome, found.doubts) == ("unanswered", ())


def test_a_yes_or_no_is_an_answer_and_maybe_is_none() -> None:
    by = rules_of(Part("policy", "Do you have a policy?", "yes_no"))
    outcomes = {
        text: read(filled({"1/answer": text}, parts=by.parts), by=by)
        for text in ("Yes", "no", "withheld", "maybe")
    }
    assert [one.kind for one in list(outcomes.values())[:3]] == [
        "full_disclosure",
        "full_disclosure",
        "refusal",
    ]
    assert [len(one.doubts) > 0 for one in outcomes.values()] == [False, False, False, True]


def test_a_campaign_of_one_question_is_sure_too() -> None:
    by = rules_of(Part("staff", "How many staff are trained?", "count"))
    found = read(filled({"1/number": "12"}, parts=by.parts), by=by)
    assert (found.kind, found.confidence, found.needs_person) == ("full_disclosure", 1.0, False)


# Whose form it is


def test_a_form_of_another_request_is_not_read() -> None:
    found = read(filled(EVERYTHING, token=OTHER))
    assert (
        found.doubts[-1] == f"scan0001.xlsx: the form is that of another request, {OTHER}; read it yourself"
    )
    assert (found.needs_person, found.answers) == (True, ())


def test_a_form_of_a_message_of_no_case_is_not_read() -> None:
    assert "another request" in read(filled(EVERYTHING), tokens=()).doubts[-1]


def test_a_form_of_another_wording_is_not_read() -> None:
    other = (*PARTS[:3], Part("staff_trained", "The number of doctors trained", "count"))
    found = read(filled(EVERYTHING, parts=other))
    assert "in other words than the campaign does now" in found.doubts[-1]
    assert found.answers == ()


def test_a_form_that_has_lost_its_first_row_is_not_read() -> None:
    rest = filled(EVERYTHING).partition("\n")[2]
    found = read(rest)
    assert "a form without its first row" in found.doubts[-1]
    assert found.answers == ()


def test_words_that_help_recognition_do_not_change_the_version() -> None:
    changed = tuple(Part(p.key, p.question, p.answer, p.years, ("other",)) for p in PARTS)
    assert version(changed) == version(PARTS) != version(PARTS[:3])


# How it came back


def test_rows_in_another_order_read_alike_and_lost_ones_are_told() -> None:
    rows = filled(EVERYTHING).splitlines()
    first = next(n for n, row in enumerate(rows) if row.startswith("[1]"))
    found = read("\n".join([*rows[:first], *reversed(rows[first:-1]), rows[-1]]))
    assert (found.kind, found.doubts) == ("full_disclosure", ())
    lost = read("\n".join(row for row in rows if not row.startswith("[2/2015]")))
    assert lost.doubts == ("scan0001.xlsx: rows of the form are missing or not as they were: 2/2015",)
    assert "2015" not in series(lost.answers[1].figures)


def test_a_row_that_stands_twice_makes_the_form_a_persons() -> None:
    found = read(filled(EVERYTHING).replace("[end]", "[1/2019]\t2019\t99\n[end]"))
    assert found.doubts[-1] == "scan0001.xlsx: rows of the form stand in it twice: 1/2019"
    assert found.answers == ()


def test_a_print_whose_columns_follow_each_other_is_a_persons() -> None:
    columns = [
        [f"[{line.code}]" for line in lines(PARTS)],
        [line.label for line in lines(PARTS)],
        ["17", "4"],
    ]
    head = filled({}).partition("\n")[0]
    found = read("\n".join([head, *(cell for column in columns for cell in column)]))
    assert "rows of the form are missing" in found.doubts[-1]
    assert found.answers == ()


def test_an_answer_that_runs_over_the_next_question_is_told() -> None:
    text = filled({"1/note": "From our"}, between=" ").replace(
        "[2] 2. The number", "[2] 2. The system number"
    )
    assert "scan0001.xlsx: something is written over question 2" in read(text).doubts


def test_a_print_over_two_pages_reads_on_behind_its_foot() -> None:
    text = filled(EVERYTHING, between=" ").replace(
        "named nurse and", f"named nurse\n[page 1 of 2, {TOKEN}]\n\nand"
    )
    found = read(text)
    assert found.doubts == ()
    assert "seat at the multi-agency panel." in found.answers[2].quote


def test_a_footnote_in_an_answer_in_words_is_no_row() -> None:
    text = filled({"3/text": "We have a nurse [1] who is\n[1] named and\n[4/number] on duty."}, between=" ")
    found = read(text)
    assert found.doubts == ()
    assert found.answers[2].quote.endswith("[4/number] on duty.")


@pytest.mark.parametrize("mark", ["", "> "])
def test_a_form_pasted_into_the_letter_is_read_and_the_rest_of_the_letter_too(mark: str) -> None:
    pasted = "".join(f"{mark}{line}\n" for line in filled(EVERYTHING, between=" ").splitlines())
    found = read("", f"Dear Rowan,\n\n{pasted}\nOur reference: FOI/26/1234.\n\nYours sincerely")
    assert (found.kind, found.doubts) == ("full_disclosure", ())
    assert found.answers[0].where["file"] == ""


def test_the_name_of_the_sheet_above_the_form_goes_with_it() -> None:
    found = read(f"[Answers]\n{filled(EVERYTHING)}\n[Sheet2]\n4\t512 staff")
    assert (found.kind, found.doubts) == ("full_disclosure", ())


def test_two_forms_that_agree_are_one_and_two_that_differ_are_a_persons() -> None:
    both = [Enclosure("a.xlsx", filled(EVERYTHING)), Enclosure("a.pdf", filled(EVERYTHING, between=" "))]
    agree = reader.read(message(""), both, request(), ON, rules(), tokens=(TOKEN,))
    assert (agree.kind, agree.doubts) == ("full_disclosure", ())
    other = Enclosure("b.xlsx", filled(EVERYTHING | {"4/number": "1,205"}))
    differ = reader.read(message(""), [both[0], other], request(), ON, rules(), tokens=(TOKEN,))
    assert differ.doubts == ("b.xlsx: question 4: another form in this message answers it otherwise",)


def test_a_form_that_was_read_with_doubt_goes_to_a_person() -> None:
    scan = Enclosure("scan.pdf", filled(EVERYTHING), "read", "page 1 read by OCR: check it")
    found = reader.read(message(""), [scan], request(), ON, rules(), tokens=(TOKEN,))
    assert found.doubts == ("scan.pdf: page 1 read by OCR: check it",)


def test_a_letter_that_asks_beside_a_form_is_a_persons() -> None:
    said = (
        "The form is attached. Before we can go on, please clarify which years you mean in question 1. "
        "The clock has been stopped until we hear from you."
    )
    found = read(filled({"3/text": STORY}), said)
    assert (found.kind, found.needs_person) == ("partial", True)


def test_the_outcome_of_a_review_with_a_form_is_one() -> None:
    said = (
        "Internal review\n\nI have completed my internal review of our decision of 3 March. The original decision is "
        "overturned and the information is now released in the form attached."
    )
    assert read(filled(EVERYTHING), said).kind == "internal_review_outcome"


def test_a_form_that_a_machine_sends_answers_all_the_same() -> None:
    sent = message("Automated message", headers=(("auto-submitted", "auto-generated"),))
    found = reader.read(
        sent, [Enclosure("f.ods", filled(EVERYTHING))], request(), ON, rules(), tokens=(TOKEN,)
    )
    assert found.kind == "full_disclosure"


# Whatever is filled in


CELL = st.one_of(
    st.integers(0, 99_999).map(str),
    st.integers(1000, 999_999).map("{:,}".format),
    st.sampled_from(["<5", "1-5", "not held", "withheld", "nil", ""]),
)


@given(st.dictionaries(st.sampled_from([f"1/{year}" for year in YEARS]), CELL), st.sampled_from(["\t", " "]))
def test_every_form_reads_back_as_it_was_filled_in(answers: dict[str, str], between: str) -> None:
    found = read(filled(answers, between=between), "")
    written = {
        code[2:]: {"withheld": "withheld", "nil": 0}.get(text, text)
        for code, text in answers.items()
        if text not in {"", "not held"}
    }
    got = series(found.answers[0].figures) if found.answers else {}
    if written and set(written.values()) == {"withheld"}:
        assert found.answers[0].outcome == "refused"
        written = {}
    assert {period: str(value).replace(",", "") for period, value in got.items()} == {
        year: str(value).replace(",", "") for year, value in written.items()
    }
    assert found.doubts == () or not written


WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="[]>"), min_size=1, max_size=12
)


@given(st.lists(WORDS, min_size=13, max_size=40))
def test_words_read_back_from_every_layout(words: list[str]) -> None:
    said = " ".join(words)
    for between in ("\t", " "):
        found = read(filled({"3/text": said}, between=between), "")
        assert re.sub(r"\s+", " ", found.answers[2].quote).endswith(said.strip())


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading_of_a_form(text: str) -> None:
    head = filled({}).partition("\n")[0]
    for hostile in (text, f"{head}\n{text}", f"[1/2019] {text}\n[1/2020] {text}"):
        assert read(hostile).kind


def test_the_row_of_a_question_is_known_by_its_number_alone() -> None:
    assert [line.anchor for line in lines(PARTS) if line.cell == "none"] == ["1.", "2.", "3.", "4."]
    assert Line("end", "End").anchor == "End"
