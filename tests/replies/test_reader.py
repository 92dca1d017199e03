"""A letter as a whole: what is said of all parts, of the same years, of a file."""

from __future__ import annotations

from foimail.replies.reader import Enclosure
from foimail.replies.reading import from_json, to_json
from tests.replies.letters import counts, outcomes, read

STORY = "We have a named nurse, a named doctor and a seat at the multi-agency panel."


def test_a_nil_for_the_same_years_is_one_for_each_of_them() -> None:
    letter = f"1. 2021: 4, 2022: 7, 2023: 9\n2. Nil in each of those years.\n3. {STORY}\n4. 512 staff"
    assert counts(letter, 2) == {"2021": 0, "2022": 0, "2023": 0}


def test_values_in_the_same_order_are_those_of_the_part_before() -> None:
    letter = f"1. 2021: 4, 2022: 7, 2023: 9\n2. 1, 3 and 2 for those same years.\n3. {STORY}\n4. 512 staff"
    assert counts(letter, 2) == {"2021": 1, "2022": 3, "2023": 2}


def test_the_same_as_an_earlier_part_is_its_series() -> None:
    letter = f"1. 2021: 4, 2022: 7, 2023: 9\n2. The same as 1.\n3. {STORY}\n4. 512 staff"
    assert counts(letter, 2) == {"2021": 4, "2022": 7, "2023": 9}


def test_a_refusal_of_the_whole_request_is_one_of_every_part() -> None:
    assert outcomes("We refuse the whole of your request under section 12 of the Act.") == ["refused"] * 4


def test_what_is_accessible_elsewhere_is_no_refusal() -> None:
    found = read(
        "All of the information is reasonably accessible to you by other means and so is refused under "
        "section 21. Please see our website https://body.example/foi for all four questions."
    )
    assert {answer.outcome for answer in found.answers} == {"redirected"}


def test_a_link_in_a_longer_letter_redirects_nobody() -> None:
    talk = " ".join(
        f"The board met {word} and sat for an hour." for word in ["once", "twice", "often", "again", "late"]
    )
    letter = f"{talk} It was good. It was long. Please see our website for more."
    assert read(letter).kind != "transfer_redirect"


def test_answers_in_a_file_name_it() -> None:
    found = read(
        "Please find our answer attached.",
        Enclosure("answer.pdf", f"1. 2021: 4, 2022: 7\n2. 2021: 1, 2022: 2\n3. {STORY}\n4. 512 staff"),
    )
    assert found.kind == "full_disclosure"
    assert {answer.where["file"] for answer in found.answers} == {"answer.pdf"}


def test_an_answer_in_a_file_that_was_read_with_doubt_goes_to_a_person() -> None:
    text = f"1. 2021: 4, 2022: 7\n2. 2021: 1, 2022: 2\n3. {STORY}\n4. 512 staff"
    sure = read("Please find our answer attached.", Enclosure("scan.pdf", text))
    found = read(
        "Please find our answer attached.", Enclosure("scan.pdf", text, "read", "read by OCR: check it")
    )
    assert (sure.kind, sure.needs_person, sure.doubts) == ("full_disclosure", False, ())
    assert (found.kind, found.needs_person, found.doubts) == (
        "full_disclosure",
        True,
        ("scan.pdf: read by OCR: check it",),
    )
    assert not read(
        "Your request has been received and logged.", Enclosure("scan.pdf", "x", "read", "check")
    ).doubts


def test_a_reading_that_an_older_foimail_stored_still_loads() -> None:
    stored = to_json(read("1. 2021: 4, 2022: 7\n2. None.\n3. We do not hold this.\n4. 512 staff"))
    for answer in stored["answers"]:
        answer["figures"] = [
            {name: value for name, value in figure.items() if name != "confidence"}
            | {"where": {"file": "", "start": 0, "end": 19}}
            for figure in answer["figures"]
        ]
    old = from_json(stored)
    assert old
    assert {figure.confidence for answer in old.answers for figure in answer.figures} == {0.0}


def test_a_refusal_names_the_sections_of_its_part() -> None:
    letter = (
        "1. Referrals: 2019: 4, 2020: withheld under section 40(2).\n"
        "2. We refuse this part under section 12.\n"
        "3. Our arrangements are those of the local safeguarding partnership.\n"
        "4. We are withholding this.\n"
    )
    answers = read(letter).answers
    assert [answer.outcome for answer in answers] == ["partial", "refused", "answered", "refused"]
    # where a refusal names none, those of the letter are meant
    assert [answer.sections for answer in answers] == [("s.40(2)",), ("s.12",), (), ("s.40(2)", "s.12")]
