"""Bringing trusts.yaml up to date: what the two kinds of file would change, and what is left of the file afterwards."""

from __future__ import annotations

import csv
import stat
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foimail.errors import InputError
from foimail.files import registry, registry_write
from foimail.files.registry_changes import Change, contact_changes, in_words, ods_changes
from foimail.files.registry_imports import ContactRow, read_contacts, read_ods
from foimail.files.registry_write import render, replace_text, updated

if TYPE_CHECKING:
    from collections.abc import Callable

    from foimail.model import Body

SHIPPED = Path(__file__).parents[2] / "trusts.yaml"
ETR = Path(__file__).parent / "data" / "etr.csv"
TODAY = date(2026, 11, 22)
REGISTRY = """\
# A registry kept by hand.
bodies:
  # the one that the seed came from
  - id: RD8
    ods: RD8
    name: Milton Keynes University Hospital NHS Foundation Trust  # checked
    nation: England
    email: foi@mkuh.example
    # rang them in May
    email_source: https://mkuh.example/foi
    email_checked: '2026-05-01'
    email_confidence: reported
    notes: |
      Two lines,
      # of which this is one.
    # nothing follows

  # --- Wales ---

  - id: RT4
    ods: RT4
    name: Welsh Ambulance Services NHS Trust
    nation: Wales
    email: foi@was.example   # by telephone
    email_confidence: confirmed
"""


@pytest.fixture(scope="module")
def shipped() -> tuple[Body, ...]:
    return registry.load(SHIPPED)[0]


@pytest.fixture
def etr(tmp_path: Path) -> Callable[..., Path]:
    """A report of one row: Milton Keynes, with other cells by their number in etr.pdf."""
    with ETR.open(newline="") as file:
        first = next(csv.reader(file))

    def write(**cells: str) -> Path:
        row = [cells.get(f"c{number}", cell) for number, cell in enumerate(first, start=1)]
        path = tmp_path / "etr.csv"
        with path.open("w", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerow(row)
        return path

    return write


def bodies_of(text: str) -> tuple[Body, ...]:
    bodies, problems = registry.read(text)
    assert problems == ()
    return bodies


def ods(bodies: tuple[Body, ...], path: Path, today: date = TODAY) -> tuple[Change, ...]:
    rows, problems = read_ods(path)
    assert problems == ()
    return ods_changes(bodies, rows, today)


def contact(code: str, email: str, name: str = "") -> ContactRow:
    return ContactRow(code, name, email, "contacts.csv:2")


def test_the_report_that_the_registry_was_made_from_changes_nothing(shipped: tuple[Body, ...]) -> None:
    rows, problems = read_ods(ETR)
    assert problems == ()
    assert [row.code for row in rows] == ["RD8", "G6V2S", "RVJ", "RT4", "RN5", "RQM", "K0N6A"]
    assert ods_changes(shipped, rows, TODAY) == ()


def test_a_row_of_the_report_is_read_by_its_columns() -> None:
    row = read_ods(ETR)[0][2]
    assert (row.code, row.nation, row.region, row.icb_code) == ("RVJ", "England", "South West", "QUY")
    assert row.lines == ("SOUTHMEAD HOSPITAL", "SOUTHMEAD ROAD", "WESTBURY-ON-TRYM", "BRISTOL")
    assert (row.opened_on, row.closed_on) == (date(1999, 4, 1), date(2026, 6, 30))
    assert read_ods(ETR)[0][3].nation == "Wales"


def test_a_new_trust_comes_with_all_that_the_report_says_of_it() -> None:
    change = next(c for c in ods(bodies_of(REGISTRY), ETR) if c.kind == "new")
    assert (change.kind, change.code, change.name) == ("new", "G6V2S", "North London NHS Foundation Trust")
    assert dict(change.facts) == {
        "id": "G6V2S",
        "ods": "G6V2S",
        "name": "North London NHS Foundation Trust",
        "nation": "England",
        "region": "London",
        "address": "4th Floor, East Wing, St. Pancras Hospital, 4 St. Pancras Way, London",
        "postcode": "NW1 0PE",
        "telephone": None,
        "status": "active",
        "icb_code": "Z9B2Z",
        "ods_source": "import of etr.csv on 2026-11-22",
    }


def test_a_trust_that_closed_before_we_knew_of_it_is_not_added() -> None:
    assert "RVJ" not in {change.code for change in ods(bodies_of(REGISTRY), ETR)}


def test_a_trust_that_opens_later_is_announced_and_not_added(etr: Callable[..., Path]) -> None:
    (change,) = ods((), etr(c11="20261123"))
    assert (change.kind, change.facts) == ("announced", ())
    assert ods((), etr(c11="20261122"))[0].kind == "new"


def test_a_close_date_is_the_last_day_of_life(shipped: tuple[Body, ...], etr: Callable[..., Path]) -> None:
    path = etr(c12="20261130")
    assert [c.kind for c in ods(shipped, path, date(2026, 11, 30))] == ["announced"]
    (change,) = ods(shipped, path, date(2026, 12, 1))
    assert change.kind == "closed"
    facts = dict(change.facts)
    assert facts["closed_on"] == "2026-11-30"
    assert facts["email"] is None
    assert facts["email_alternatives"] == ("Foi.PublicationSchemeCo-ordinator@mkuh.nhs.uk",)


def test_a_trust_without_an_address_closes_too(shipped: tuple[Body, ...], etr: Callable[..., Path]) -> None:
    path = etr(c1="K0N6A", c2="THE ONLINE NHS TRUST", c12="20261031")
    (change,) = ods(shipped, path)
    assert change.facts == (("status", "closed"), ("closed_on", "2026-10-31"))


def test_an_old_copy_does_not_revive_a_closed_body(
    shipped: tuple[Body, ...], etr: Callable[..., Path]
) -> None:
    assert ods(shipped, etr(c1="RVJ", c2="NORTH BRISTOL NHS TRUST", c12="")) == ()


@pytest.mark.parametrize(
    "cells",
    [
        {"c2": "THE MILTON KEYNES UNIVERSITY HOSPITAL N.H.S. FOUNDATION TRUST"},
        {"c10": "MK65LD"},
        {"c5": "STANDING WAY.", "c9": "BUCKINGHAMSHIRE"},
        {"c18": "", "c22": "0", "c4": "QHG"},
    ],
)
def test_a_change_without_substance_is_none(
    shipped: tuple[Body, ...], etr: Callable[..., Path], cells: dict[str, str]
) -> None:
    assert ods(shipped, etr(**cells)) == ()


def test_a_line_that_ods_cut_short_is_no_move(shipped: tuple[Body, ...]) -> None:
    whole = SHIPPED.read_text().replace("North Hampshire Hos,", "North Hampshire Hospital,")
    bodies = bodies_of(whole)
    assert bodies != shipped
    assert ods(bodies, ETR) == ()


def test_a_new_name_and_a_move_are_told_apart(shipped: tuple[Body, ...], etr: Callable[..., Path]) -> None:
    renamed, moved = ods(shipped, etr(c2="MK & BUCKS NHS TRUST", c5="1 THE AVENUE", c10="MK1 1AA"))
    assert (renamed.kind, renamed.after) == ("renamed", "Mk & Bucks NHS Trust")
    assert (moved.kind, moved.after) == ("moved", "1 the Avenue, Eaglestone, Milton Keynes, MK1 1AA")


@pytest.mark.parametrize(
    ("capitals", "words"),
    [
        ("KING'S COLLEGE HOSPITAL NHS FOUNDATION TRUST", "King's College Hospital NHS Foundation Trust"),
        ("ST. PANCRAS (EAST) WING", "St. Pancras (East) Wing"),
        ("THE NEWCASTLE UPON TYNE HOSPITALS", "The Newcastle upon Tyne Hospitals"),
        ("WESTBURY-ON-TRYM", "Westbury-on-Trym"),
        ("TRUST HQ, 4TH FLOOR, V7 BUILDING", "Trust HQ, 4th Floor, V7 Building"),
        ("Already as it should be", "Already as it should be"),
    ],
)
def test_capitals_become_words(capitals: str, words: str) -> None:
    assert in_words(capitals) == words


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"c1": "RD"}, "not an ODS code"),
        ({"c2": ""}, "no name"),
        ({"c10": "MILTON"}, "not a British postcode"),
        ({"c11": "1 April"}, "a date that is none"),
        ({"c12": "20260231"}, "a date that is none"),
        ({"c2": "A\x1b[2JB"}, "control character"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused(
    etr: Callable[..., Path], cells: dict[str, str], words: str
) -> None:
    rows, (problem,) = read_ods(etr(**cells))
    assert rows == ()
    assert words in problem.message
    assert problem.where == "etr.csv:1"


def test_bad_rows_do_not_stop_the_good_ones(tmp_path: Path) -> None:
    path = tmp_path / "etr.csv"
    first = ETR.read_bytes().splitlines(keepends=True)[0]
    path.write_bytes(first + b'"RX1","SHORT"\r\n\r\n' + first + b'"RX2","never ends')
    rows, problems = read_ods(path)
    assert [row.code for row in rows] == ["RD8"]
    assert [p.where for p in problems] == ["etr.csv:5", "etr.csv:2", "etr.csv:4"]


@pytest.mark.parametrize("content", [b"", b"code,name\nRD8,x\n", b"\xff\xfe", b"\n\n"])
def test_a_file_that_is_no_report_is_one_problem(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "etr.csv").write_bytes(content)
    rows, problems = read_ods(tmp_path / "etr.csv")
    assert rows == ()
    assert len(problems) == 1
    assert len(read_ods(tmp_path / "none.csv")[1]) == 1


@pytest.mark.parametrize(
    "header", ["code,name,email", "ODS Code,Trust name,FOI e-mail", "\ufeffid,x,E-Mail address"]
)
def test_the_header_of_contacts_is_read_forgivingly(tmp_path: Path, header: str) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(f"{header}\nrd8,Milton Keynes, foi@mkuh.example \nRT4,,\n\n", encoding="utf-8")
    rows, problems = read_contacts(path)
    assert problems == ()
    assert [(row.code, row.email, row.where) for row in rows] == [
        ("rd8", "foi@mkuh.example", "contacts.csv:2")
    ]


def test_contacts_that_cannot_be_used_are_refused_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "contacts.csv"
    path.write_text(
        "code,email\nRD8,foi at mkuh\nRT4\nRD8,a@x.uk\nrd8,b@x.uk\nRD8,A@x.uk\n", encoding="utf-8"
    )
    rows, problems = read_contacts(path)
    assert [row.email for row in rows] == ["a@x.uk"]
    assert [p.where for p in problems] == ["contacts.csv:2", "contacts.csv:3", "contacts.csv:5"]
    path.write_text("trust,telephone\nx,1\n", encoding="utf-8")
    assert "no column of codes" in read_contacts(path)[1][0].message
    path.write_text("", encoding="utf-8")
    assert len(read_contacts(path)[1]) == 1


def test_a_moved_address_keeps_the_old_one_as_an_alternative() -> None:
    bodies = bodies_of(REGISTRY)
    (change,), problems = contact_changes(bodies, [contact("rd8", "new@mkuh.example")], TODAY, "contacts.csv")
    assert problems == ()
    assert (change.kind, change.before, change.after) == ("address", "foi@mkuh.example", "new@mkuh.example")
    assert dict(change.facts) == {
        "email": "new@mkuh.example",
        "email_source": "import of contacts.csv",
        "email_checked": "2026-11-22",
        "email_confidence": "reported",
        "email_alternatives": ("foi@mkuh.example",),
    }


def test_an_alternative_that_becomes_the_address_is_none_any_more(shipped: tuple[Body, ...]) -> None:
    row = contact("G6V2S", "NLFT.information.request@nhs.net")
    (change,), _ = contact_changes(shipped, [row], TODAY, "c.csv")
    assert dict(change.facts)["email_alternatives"] == ("nlft.freedom.information@nhs.net",)


def test_an_address_in_other_letters_is_the_same_address() -> None:
    assert contact_changes(bodies_of(REGISTRY), [contact("RD8", "FOI@MKUH.example")], TODAY, "c.csv") == (
        (),
        (),
    )


def test_a_confirmed_address_is_kept_until_it_is_accepted() -> None:
    bodies, row = bodies_of(REGISTRY), contact("RT4", "new@was.example")
    changes, (problem,) = contact_changes(bodies, [row], TODAY, "c.csv", accept=["RD8"])
    assert changes == ()
    assert problem.level == "warning"
    assert "--accept RT4" in problem.hint
    (change,), problems = contact_changes(bodies, [row], TODAY, "c.csv", accept=["rt4"])
    assert (change.after, problems) == ("new@was.example", ())


def test_an_unknown_and_a_closed_body_get_no_address(shipped: tuple[Body, ...]) -> None:
    rows = [contact("RVK", "a@x.uk"), contact("RVJ", "a@x.uk"), contact("RYK", "a@x.uk")]
    changes, problems = contact_changes(shipped, rows, TODAY, "c.csv")
    assert changes == ()
    assert [p.level for p in problems] == ["error"] * 3
    assert [p.hint for p in problems[1:]] == ["its successor is RA7", ""]


def test_another_name_in_the_file_is_pointed_out_but_the_code_decides() -> None:
    row = contact("RD8", "new@mkuh.example", name="Leeds")
    changes, (problem,) = contact_changes(bodies_of(REGISTRY), [row], TODAY, "c.csv")
    assert len(changes) == 1
    assert problem.level == "warning"


def test_writing_touches_only_what_changes() -> None:
    bodies = bodies_of(REGISTRY)
    rows = [contact("RD8", "new@mkuh.example"), contact("RT4", "new@was.example")]
    changes, _ = contact_changes(bodies, rows, TODAY, "c.csv", accept=["RT4"])
    assert (
        updated(REGISTRY, changes)
        == """\
# A registry kept by hand.
bodies:
  # the one that the seed came from
  - id: RD8
    ods: RD8
    name: Milton Keynes University Hospital NHS Foundation Trust  # checked
    nation: England
    email: new@mkuh.example
    # rang them in May
    email_source: import of c.csv
    email_checked: '2026-11-22'
    email_confidence: reported
    email_alternatives:
      - foi@mkuh.example
    notes: |
      Two lines,
      # of which this is one.
    # nothing follows

  # --- Wales ---

  - id: RT4
    ods: RT4
    name: Welsh Ambulance Services NHS Trust
    nation: Wales
    email: new@was.example   # by telephone
    email_source: import of c.csv
    email_checked: '2026-11-22'
    email_confidence: reported
    email_alternatives:
      - foi@was.example
"""
    )


def test_a_closing_takes_the_address_out_and_leaves_the_comments(etr: Callable[..., Path]) -> None:
    text = updated(REGISTRY, [c for c in ods(bodies_of(REGISTRY), etr(c12="20261031")) if c.kind == "closed"])
    (body, _) = bodies_of(text)
    assert (body.status, body.closed_on, body.email) == ("closed", date(2026, 10, 31), None)
    assert body.email_alternatives == ("foi@mkuh.example",)
    for comment in (
        "# checked",
        "# rang them in May",
        "# of which this is one.",
        "# nothing follows",
        "--- Wales ---",
    ):
        assert comment in text


def test_a_new_body_stands_after_the_last_of_its_nation() -> None:
    changes = [c for c in ods(bodies_of(REGISTRY), ETR) if c.kind == "new"]
    text = updated(REGISTRY, changes)
    assert [body.id for body in bodies_of(text)] == ["RD8", "G6V2S", "RN5", "RQM", "K0N6A", "RT4"]
    assert text.startswith(REGISTRY[: REGISTRY.index("    # nothing follows")])
    assert text.endswith(REGISTRY[REGISTRY.index("  # --- Wales ---") :])


def test_applying_twice_changes_nothing_the_second_time(
    shipped: tuple[Body, ...], etr: Callable[..., Path]
) -> None:
    text = SHIPPED.read_text(encoding="utf-8")
    path = etr(c2="BUCKINGHAMSHIRE UNIVERSITY NHS TRUST", c5="1 NEW ROAD", c6="", c10="MK1 1AA")
    contacts = [contact("RD8", "new@mkuh.example"), contact("nhs-grampian", "foi@grampian.example")]
    first = (*ods(shipped, path), *contact_changes(shipped, contacts, TODAY, "c.csv")[0])
    assert [c.kind for c in first] == ["renamed", "moved", "address", "address"]
    once = updated(text, first)
    assert once != text
    bodies = bodies_of(once)
    assert (*ods(bodies, path), *contact_changes(bodies, contacts, TODAY, "c.csv")[0]) == ()
    kept = set(text.splitlines()) - set(once.splitlines())
    assert len(kept) <= 8  # only lines of the two bodies are gone


@pytest.mark.parametrize(
    "text",
    [
        "bodies:\n- id: RD8\n  name: Old\n  nation: England\n- id: X\n  name: Y\n  nation: Wales",
        "bodies:\n  -\n    # first\n    name: Old\n    id: RD8\n    nation: England\n",
        'bodies:\n    -   "name": >-\n            Old\n            name\n\n        id: RD8\n        nation: England\n\n\n',
        "bodies:\n  - name: Old # really\n    id: RD8\n    nation: England\n# the end\n",
        'bodies:\n  - id: RD8\n    name: "Old\nname" # really\n    nation: England\n',
    ],
)
def test_a_registry_in_another_hand_is_changed_in_that_hand(text: str) -> None:
    change = Change("renamed", "RD8", "Old", "Old", "New", (("name", "New"), ("region", "South: East")))
    result = updated(text, [change])
    body = registry.find(bodies_of(result), "RD8")
    assert body is not None
    assert (body.name, body.region) == ("New", "South: East")
    for comment in ("# first", "# really", "# the end"):
        assert (comment in result) == (comment in text)


def test_a_first_field_that_goes_leaves_its_dash_behind() -> None:
    text = "bodies:\n  - email: a@x.uk\n    id: X\n    name: Y\n    nation: Wales\n"
    change = Change("closed", "X", "Y", "", "", (("email", None), ("status", "closed")))
    expected = "bodies:\n  - id: X\n    name: Y\n    nation: Wales\n    status: closed\n"
    assert updated(text, [change]) == expected


def test_a_registry_in_brackets_is_not_rewritten() -> None:
    change = Change("renamed", "X", "Y", "Y", "Z", (("name", "Z"),))
    with pytest.raises(InputError, match="brackets"):
        updated("bodies: [{id: X, name: Y, nation: Wales}]\n", [change])


def test_line_ends_of_windows_stay() -> None:
    text = "bodies:\r\n  - id: X\r\n    name: Y # why\r\n    nation: Wales\r\n"
    change = Change("renamed", "X", "Y", "Y", "Z", (("name", "Z"), ("region", "Powys")))
    assert updated(text, [change]) == text.replace("Y #", "Z #") + "    region: Powys\r\n"


def test_a_registry_that_was_spoilt_meanwhile_is_left_alone() -> None:
    with pytest.raises(InputError, match="has faults"):
        updated("bodies: [\n", [Change("renamed", "X", "Y", "Y", "Z", (("name", "Z"),))])


def test_a_change_that_would_spoil_the_registry_is_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="nothing was written") as caught:
        updated(REGISTRY, [Change("closed", "RD8", "", "", "", (("status", "closed"),))])
    assert "closed body" in caught.value.problems[0].message
    monkeypatch.setattr(registry_write, "_rewritten", lambda block, *_: block)
    with pytest.raises(InputError, match="cannot be changed in place"):
        updated(REGISTRY, [Change("renamed", "RD8", "", "", "", (("name", "Z"),))])


def test_no_change_leaves_the_text_as_it_is() -> None:
    assert updated(REGISTRY.rstrip("\n"), [Change("announced", "X", "", "", "")]) == REGISTRY.rstrip("\n")


def test_values_that_yaml_would_misread_are_quoted() -> None:
    text = "bodies:\n" + render(
        {"id": "1E5", "name": "NO", "nation": "Wales", "telephone": "0123", "region": "a: b"}
    )
    assert "telephone: '0123'" in text
    assert "name: 'NO'" in text
    (body,) = bodies_of(text)
    assert (body.id, body.name, body.region) == ("1E5", "NO", "a: b")


def test_long_text_is_folded_and_read_back_as_it_was() -> None:
    notes = "# Not a comment: 'quotes', \"more\" and a sentence that goes on. " * 4
    url = "https://example.nhs.uk/" + "[" * 2000
    text = "bodies:\n" + render(
        {"id": "X", "name": "Y", "nation": "Wales", "notes": notes.strip(), "website": url}
    )
    assert max(len(line) for line in text.splitlines() if "[" not in line) <= 120
    (body,) = bodies_of(text)
    assert (body.notes, body.website) == (notes.strip(), url)


def test_a_file_is_replaced_whole_with_its_mode_and_through_its_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.yaml", tmp_path / "link.yaml"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    replace_text(link, "new\n")
    assert link.is_symlink()
    assert real.read_text() == "new\n"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.yaml", "real.yaml"]


def test_a_failure_while_writing_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "trusts.yaml"
    path.write_text("old")

    def no_space(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("foimail.durable.os.fsync", no_space)
    with pytest.raises(InputError, match="No space left"):
        replace_text(path, "new")
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]
    with pytest.raises(InputError, match="cannot be written"):
        replace_text(tmp_path / "nowhere" / "trusts.yaml", "new")
