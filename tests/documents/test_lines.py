"""A page with a form of ours on it is read as the eye sees it; any other in the order in which it was printed."""

from __future__ import annotations

from fpdf import FPDF

from foimail.documents.read import read

CODES = ("[1/2019]", "[1/2020]", "[3/text]")


def printed(*words: tuple[float, float, str]) -> bytes:
    """A page with these words, in the order given: millimetres from the left and from the top."""
    pdf = FPDF(format="A4")
    pdf.set_font("Helvetica", size=11)
    pdf.add_page()
    for left, top, text in words:
        pdf.text(left, top, text)
    return bytes(pdf.output())


def by_columns(*codes: str) -> bytes:
    column = [(20.0, 30.0 + 8 * n, code) for n, code in enumerate(codes)]
    labels = [(50.0, 30.0 + 8 * n, text) for n, text in enumerate(("2019", "2020", "In words"))]
    answers = [
        *[(120.0, 30.0, "17"), (120.0, 38.0, "<5"), (120.0, 46.0, "A named nurse")],
        (120.0, 51.0, "and a doctor"),
    ]
    return printed(*answers, *labels, *column)


def test_a_form_that_was_printed_by_columns_is_read_by_rows() -> None:
    assert read("form.pdf", "", by_columns(*CODES)).text.splitlines() == [
        "[1/2019] 2019 17",
        "[1/2020] 2020 <5",
        "[3/text] In words A named nurse",
        "and a doctor",
    ]


def test_a_page_without_a_form_keeps_the_order_in_which_it_was_printed() -> None:
    assert read("letter.pdf", "", by_columns("(a)", "(b)", "(c)")).text.startswith("17")


def test_words_of_another_size_on_one_line_stay_on_it() -> None:
    pdf = FPDF(format="A4")
    pdf.add_page()
    for n, code in enumerate(CODES[:2]):
        pdf.set_font("Helvetica", size=8)
        pdf.text(20, 30 + 8 * n, code)
        pdf.set_font("Helvetica", size=12)
        pdf.text(50, 30 + 8 * n, f"20{19 + n}")
    assert read("form.pdf", "", bytes(pdf.output())).text == "[1/2019] 2019\n[1/2020] 2020"
