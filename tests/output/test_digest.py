"""The digest as text and as HTML."""

from __future__ import annotations

from datetime import date

from foimail.output.digest import Digest, Item, Section, as_html, as_text, subject

ONE = Item("Milton Keynes", "FOI-7K3Q2M", "Send a chaser. No answer came.")
LATE = Section("Late", "late", [ONE], "foimail report --stage overdue")
DIGEST = Digest("Referrals", date(2026, 10, 8), [LATE], ["Still open, as said before: 2 late."])


def test_the_text_is_to_be_read_in_any_mail_program() -> None:
    assert as_text(DIGEST) == (
        "Referrals\n"
        "Thursday 8 October 2026\n"
        "\n"
        "Late (1)\n"
        "\n"
        "* Milton Keynes (FOI-7K3Q2M)\n"
        "  Send a chaser. No answer came.\n"
        "\n"
        "Still open, as said before: 2 late.\n"
    )


def test_the_subject_counts_and_names_no_case() -> None:
    new = Section("New", "new", [ONE, ONE], "foimail inbox list")
    assert subject(Digest("Referrals\r\nBcc: x@y.example", DIGEST.on, [LATE, new])) == (
        "1 late, 2 new: Referrals Bcc: x@y.example"
    )


def test_the_html_says_the_same_and_escapes_strangers() -> None:
    hostile = Item("<script>alert(1)</script>", "", "A & B\x1b[0m\u202e")
    html = as_html(Digest("<i>", DIGEST.on, [Section("Waiting", "waiting", [hostile], "")], ["Done."]))
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "A &amp; B" in html
    assert not {"\x1b", "\u202e"} & set(html)
    assert "http" not in html
    assert "Thursday 8 October 2026" in html
    assert "<small>FOI-7K3Q2M</small>" in as_html(DIGEST)


def test_what_is_the_same_for_many_bodies_is_said_once() -> None:
    same = [Item(f"Trust {n}", f"FOI-AAAA2{n}", "Due: 7 October.") for n in range(5)]
    text = as_text(Digest("T", DIGEST.on, [Section("Due soon", "due", [*same, ONE], "")]))
    assert "Due soon (6)" in text
    assert "* 5 bodies\n  Due: 7 October. They are Trust 0, Trust 1, Trust 2 and 2 more.\n" in text
    assert "* Milton Keynes" in text
    assert "* Trust 2 (FOI-AAAA22)" in as_text(
        Digest("T", DIGEST.on, [Section("Due soon", "due", same[:3], "")])
    )


def test_a_long_section_is_cut_and_says_where_the_rest_is() -> None:
    items = [Item(f"Trust {n}", "", f"Text {n}.") for n in range(35)]
    digest = Digest("T", DIGEST.on, [Section("New", "new", items, "foimail inbox list --all")])
    for shown in (as_text(digest), as_html(digest)):
        assert "New (35)" in shown
        assert "and 5 more: foimail inbox list --all" in shown
        assert "Trust 29" in shown
        assert "Trust 30" not in shown
