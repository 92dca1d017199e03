"""Names of files out of strangers' names: whatever they wrote, the name is one harmless file's."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foimail.output.names import LONGEST, parted, safe, unlike

DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$"} | {
    f"{port}{number}" for port in ("COM", "LPT") for number in "0123456789¹²³"
}
PIECES = st.sampled_from(
    [
        "..",
        "/",
        "\\",
        ".",
        " ",
        "CON",
        "nul",
        "com¹",
        ".txt",
        ".pdf",
        "\u202e",
        "\u200b",
        "\x00",
        "\x1b[2J",
        "\n",
        ":",
        "-",
        "~",
    ]
)
NAMES = st.one_of(
    st.text(max_size=300), st.lists(st.one_of(PIECES, st.text(max_size=4)), max_size=12).map("".join)
)


@given(NAMES)
@example("../../etc/passwd")
@example("..\\..\\autoexec.bat")
@example("con")
@example("NUL .tar.gz")
@example("com1.txt")
@example("...")
@example("a" * 400 + ".xlsx")
@example("\U0001d4b3" * 400 + ".xlsx")
@example("a" + "\u0301" * 400)
@example("annex\u202efdp.exe")
@example(".bashrc")
@example("-rf")
def test_a_safe_name_is_one_file_on_any_system(name: str) -> None:
    made = safe(name)
    assert made
    assert not set(made) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(c)[0] == "C" or c in "\u2028\u2029\t\n" for c in made)
    assert made[0] not in ".- ~"
    assert made[-1] not in ". "
    assert made.split(".")[0].rstrip(" ").upper() not in DEVICES
    assert len(made) <= LONGEST
    assert len(made.encode()) <= 200
    assert unicodedata.is_normalized("NFC", made)


@given(NAMES)
def test_a_safe_name_is_left_as_it_is(name: str) -> None:
    assert safe(safe(name)) == safe(name)


@given(st.lists(NAMES, max_size=30))
@example(["a.pdf", "A.PDF", "a.pdf", "a-2.pdf", "A-2.pdf"])
@example(["\u00e9.txt", "e\u0301.txt", "\u00c9.txt"])
@example(["stra\u00dfe", "STRASSE", "\ufb01n", "FIN"])
def test_no_two_names_are_one_file_where_case_and_accents_count_for_nothing(given_names: list[str]) -> None:
    taken: set[str] = set()
    made = [unlike(safe(name), taken) for name in given_names]
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert len({unicodedata.normalize(form, name) for name in made}) == len(made)
    assert len({name.casefold() for name in made}) == len(made)
    assert len({name.upper() for name in made}) == len(made)
    assert all(safe(name)[:40] == name[:40] for name in made)


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("FOI response.pdf", "FOI response.pdf"),
        ("Ymateb Rhyddid Gwybodaeth - Ŵyl.docx", "Ymateb Rhyddid Gwybodaeth - Ŵyl.docx"),
        ("CON.txt", "_CON.txt"),
        ("aux", "_aux"),
        ("annex\u202efdp.exe", "annex_fdp.exe"),
        ("a/b\\c.txt", "a_b_c.txt"),
        ("  spaced   out .pdf. ", "spaced out.pdf"),
        ("", "file"),
        ("...", "file"),
        ("\u200b.pdf", "file.pdf"),
    ],
)
def test_what_is_harmless_stays_and_the_rest_is_changed_a_little(name: str, becomes: str) -> None:
    assert safe(name) == becomes


def test_a_long_name_keeps_its_ending() -> None:
    assert safe("x" * 500 + ".xlsx").endswith("x.xlsx")
    assert safe("", "attachment") == "attachment"


def test_an_ending_is_short_and_without_blanks() -> None:
    assert parted("a.b.pdf") == ("a.b", ".pdf")
    assert parted("Dear Ms. Ashdown") == ("Dear Ms. Ashdown", "")
    assert parted(".profile") == (".profile", "")
    assert parted("minutes.of-the-meeting-of-may") == ("minutes.of-the-meeting-of-may", "")
