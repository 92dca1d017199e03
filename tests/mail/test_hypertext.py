"""HTML mail as a person would read it."""
# ruff: noqa: RUF001  # typographic characters are what is tested

from __future__ import annotations

import time

import pytest

from foimail.mail.hypertext import to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Dear Rowan,</p><p>None   held.<br>Regards</p>", "Dear Rowan,\n\nNone held.\nRegards"),
        ("<style>p {x}</style><script>alert(1)</script><title>t</title>Text<!-- no -->", "Text"),
        ("a&nbsp;b &pound;5 &lt;5 &#8211;", "a b £5 <5 –"),
        ('See <a href="http://evil.test">our log</a>', "See our log"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        (
            "<div>On Monday:<blockquote>Dear team<br>How many?</blockquote></div>",
            "On Monday:\n\n> Dear team\n> How many?",
        ),
        ("<table><tr><th>Year<th>Number<tr><td>2019<td>5</table>", "Year\tNumber\n\n2019\t5"),
        ("<table><tr><td></td><td><p>2019</p></td><td>2020</td></tr></table>", "\t2019\t2020"),
        ("<table><tr><td>Referrals</td><td>&lt;5</td><td></td></tr></table>", "Referrals\t<5"),
        ("<table><tr><td><br></td><td>Dear Rowan</td></tr></table>", "Dear Rowan"),
        ("<table><tr><td><p>Dear Rowan</p><p>None held</p></td></tr></table>", "Dear Rowan\n\nNone held"),
        ("<td>cell</td> without a table", "cell\twithout a table"),
        ("<p>open <b>tags <i>everywhere", "open tags everywhere"),
        ("</p></table></td>stray ends", "stray ends"),
        ("<style>never closed <p>words</p>", "never closed\nwords"),
        ('<script>if (a < b) "<p>"</SCRIPT >after', "after"),
        ("<!-- never closed <p>words</p>", "words"),
        ('<a title="x > y">link</a> 3 < 4 <3 <?x?>', "link 3 < 4 <3"),
        (f'<img src="{"x" * 3000}">after', "after"),
        ("no end <p", "no end <p"),
        ("<![x>words", "words"),
        ("", ""),
    ],
)
def test_pages_become_text(html: str, text: str) -> None:
    assert [line for line in to_text(html).split("\n") if line] == [line for line in text.split("\n") if line]


def test_a_table_that_lays_out_the_page_keeps_its_paragraphs() -> None:
    long = "word " * 100
    found = to_text(f"<table><tr><td>Menu</td><td><p>{long}</p><p>Second</p></td></tr></table>")
    assert found == f"Menu\n{long.strip()}\n\nSecond"


def test_a_table_within_a_table_stays_a_table() -> None:
    inner = "<table><tr><td>2019</td><td>5</td></tr><tr><td>2020</td><td>7</td></tr></table>"
    found = to_text(f"<table><tr><td><p>Answer:</p>{inner}<p>Regards</p></td></tr></table>")
    assert [line for line in found.split("\n") if line] == ["Answer:", "2019\t5", "2020\t7", "Regards"]


def test_rows_within_a_cell_become_lines_behind_the_cells_before_them() -> None:
    years = "<tr><td></td><td>2019</td><td>2020</td></tr>"
    inner = f"<table>{years}<tr><td>Police</td><td>5</td><td>7</td></tr></table><p>As asked.</p>"
    found = to_text(f"<table><tr><td>1</td><td>Given</td><td>{inner}</td><td>end</td></tr></table>")
    assert [line for line in found.split("\n") if line] == [
        "1\tGiven",
        "\t2019\t2020",
        "Police\t5\t7",
        "As asked.",
        "end",
    ]


def test_ten_thousand_open_tags_do_not_exhaust_anything() -> None:
    assert to_text("<blockquote><table><tr><td>" * 3000 + "end").strip().endswith("end")


@pytest.mark.parametrize(
    "piece",
    ["<!--", "<a ", "</", "<![CDATA[", "<blockquote>", "<a b='", "</script", "<a '>'", "<table><td>x"],
)
@pytest.mark.usefixtures("clear_heap")
@pytest.mark.no_cover  # a tracer takes three times as long
def test_half_a_million_characters_of_malice_are_read_in_seconds(piece: str) -> None:
    begun = time.process_time()
    to_text(piece * (500_000 // len(piece)))
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    "box", ["<blockquote>", "<table>", "<table><tr><td>", "<td>", "<blockquote><table><tr><td>"]
)
@pytest.mark.usefixtures("clear_heap")
@pytest.mark.no_cover  # a tracer takes three times as long
def test_boxes_within_boxes_take_a_time_that_grows_with_the_page_alone(box: str) -> None:
    page = box * 300 + "x y<br>" * 100_000
    begun = time.process_time()
    assert to_text(page).count("x y") == 100_000
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("a<blockquote><p>b</p><blockquote>c</blockquote>d</blockquote>e", "a\n\n> b\n>\n> > c\n> d\ne"),
        ("<blockquote>a<table><tr><td>1</td><td>2</td></tr></table></blockquote>b", "> a\n>\n> 1\t2\nb"),
        ("<blockquote>a<table><tr><td>b</blockquote>c", "> a\n>\n> b\nc"),
        ("<table><tr><td><blockquote>a</td></tr></table>b", "> a\nb"),
        ("a</blockquote>b", "ab"),
        ("a<blockquote></blockquote>b", "a\nb"),
        ("a&#1;b&#2;c", "abc"),
        ("<blockquote>" * 30 + "a", "> " * 20 + "a"),
    ],
)
def test_quotations_are_marked_line_by_line_wherever_they_begin_and_end(page: str, text: str) -> None:
    assert to_text(page) == text
