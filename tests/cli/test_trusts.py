"""`foimail trusts`, as its users see it: what is printed, what is written, and the exit code."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foimail.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Callable

    Foimail = Callable[..., tuple[int, str, str]]

TOP = Path(__file__).parents[2]
ETR = TOP / "tests" / "files" / "data" / "etr.csv"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    (tmp_path / "foimail.toml").write_text(
        '[requester]\nname = "Rowan Ashdown"\nemail = "foi@northlight.example"\n'
    )
    shutil.copy(TOP / "trusts.yaml", tmp_path)
    return tmp_path


@pytest.fixture
def foimail(workspace: Path, capsys: pytest.CaptureFixture[str]) -> Foimail:
    """Run `foimail trusts ...` on 22 November 2026; the exit code, standard output and standard error."""

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            run(["--workspace", str(workspace), "--today", "2026-11-22", "trusts", *arguments])
        out, err = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return left.value.code, out, err

    return call


def one_body(workspace: Path, *lines: str) -> None:
    body = ["bodies:", "  - id: X", "    name: Y", "    nation: Wales", *(f"    {line}" for line in lines)]
    (workspace / "trusts.yaml").write_text("\n".join(body) + "\n")


def test_a_clean_registry_passes_the_check(foimail: Foimail, workspace: Path) -> None:
    one_body(workspace)
    assert foimail("check") == (0, "", "trusts.yaml has no errors and 0 warnings.\n")


def test_the_shipped_registry_has_doubts_but_no_errors(foimail: Foimail) -> None:
    code, out, err = foimail("check")
    assert (code, out) == (3, "")
    assert "no errors and 14 warnings" in err
    assert "North Middlesex University Hospital NHS Trust is closed and has no known successor" in err


def test_errors_end_the_check_with_their_own_code_and_all_at_once(foimail: Foimail, workspace: Path) -> None:
    one_body(workspace, "ods: abc", "postcode: none", "status: closed")
    code, _, err = foimail("check")
    assert code == 4
    assert "trusts.yaml:5: error" in err
    assert "trusts.yaml:6: error" in err
    assert "no known successor" in err
    assert "trusts.yaml has 2 errors" in err


def test_a_registry_with_errors_is_not_listed(foimail: Foimail, workspace: Path) -> None:
    one_body(workspace, "ods: abc")
    assert foimail("list")[0] == 4
    assert foimail("stats")[0] == 4
    assert foimail("import", "ods", str(ETR))[0] == 4


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ((), 250),
        (("--nation", "scotland"), 22),
        (("--type", "Ambulance"), 13),
        (("--type", "ambulance", "--type", "online", "--nation", "England"), 11),
        (("--region", "Midlands"), 41),
        (("--status", "closed"), 10),
        (("--without-email",), 31),
        (("--tag", "pilot"), 0),
    ],
)
def test_the_list_is_narrowed_by_its_options(foimail: Foimail, options: tuple[str, ...], count: int) -> None:
    code, out, _ = foimail("list", *options, "--format", "jsonl")
    assert code == 0
    assert len(out.splitlines()) == count


def test_bodies_are_chosen_by_their_tags(foimail: Foimail, workspace: Path) -> None:
    one_body(workspace, "tags: [Pilot, north]")
    assert foimail("list", "--tag", "pilot")[1].splitlines()[2].startswith("X")
    assert len(foimail("list", "--tag", "south")[1].splitlines()) == 2


def test_the_list_comes_as_table_csv_and_json_lines(foimail: Foimail) -> None:
    table = foimail("list", "--type", "online")[1].splitlines()
    assert table[0].split()[:3] == ["id", "name", "nation"]
    assert table[2].startswith("K0N6A  The Online NHS Trust")
    (row,) = csv.DictReader(io.StringIO(foimail("list", "--type", "online", "--format", "csv")[1]))
    assert (row["id"], row["postcode"], row["email"]) == ("K0N6A", "SE1 8UG", "")
    body = json.loads(foimail("list", "--type", "online", "--format", "jsonl")[1])
    assert (body["id"], body["email"], body["email_alternatives"]) == ("K0N6A", None, [])


def test_the_statistics_add_up(foimail: Foimail) -> None:
    rows = list(csv.DictReader(io.StringIO(foimail("stats", "--format", "csv")[1])))
    total = next(row for row in rows if row["by"] == "all")
    assert [total[c] for c in ("bodies", "active", "with_address", "without_address", "closed")] == [
        *("250", "240", "209", "31", "10")
    ]
    assert [total[c] for c in ("confirmed", "reported", "unverified")] == ["11", "174", "24"]
    for by in ("nation", "type"):
        assert sum(int(row["bodies"]) for row in rows if row["by"] == by) == 250


def test_one_body_is_shown_with_all_its_facts(foimail: Foimail) -> None:
    code, out, _ = foimail("show", "rvj")
    assert code == 0
    assert "name                North Bristol NHS Trust\n" in out
    assert "successor           RA7\n" in out
    assert "closed on           2026-07-01\n" in out


def test_a_code_that_is_nobodys_gets_a_hint(foimail: Foimail) -> None:
    code, _, err = foimail("show", "nhs-grampain")
    assert code == 4
    assert "did you mean nhs-grampian?" in err
    assert "`foimail trusts list`" in foimail("show", "??")[2]


def test_an_import_shows_and_only_writes_when_it_is_told_to(foimail: Foimail, workspace: Path) -> None:
    report = workspace / "etr.csv"
    report.write_bytes(
        ETR.read_bytes().replace(b"STANDING WAY", b"1 NEW ROAD").replace(b"MK6 5LD", b"MK6 5LE")
    )
    before = (workspace / "trusts.yaml").read_text()
    code, out, err = foimail("import", "ods", str(report))
    assert code == 0
    assert "Moved house (1):\n  RD8" in out
    assert "1 change found, nothing written" in err
    assert (workspace / "trusts.yaml").read_text() == before
    assert "updated: 1 change" in foimail("import", "ods", str(report), "--apply")[2]
    after = (workspace / "trusts.yaml").read_text()
    assert "address: 1 New Road, Eaglestone, Milton Keynes" in after
    assert len(after.splitlines()) == len(before.splitlines())
    assert foimail("import", "ods", str(report), "--apply") == (0, "", "Nothing to change.\n")


def test_a_confirmed_address_needs_a_word_of_its_own(foimail: Foimail, workspace: Path) -> None:
    contacts = workspace / "contacts.csv"
    contacts.write_text("code,name,email\nRR7,Gateshead Health NHS Foundation Trust,foi@gateshead.example\n")
    code, _, err = foimail("import", "contacts", str(contacts), "--apply")
    assert code == 3
    assert "--accept RR7" in err
    assert "gateshead.example" not in (workspace / "trusts.yaml").read_text()
    code, out, _ = foimail("import", "contacts", str(contacts), "--apply", "--accept", "rr7")
    assert code == 0
    assert "ghnt.foi.enquiries@nhs.net -> foi@gateshead.example" in out
    assert "email: foi@gateshead.example" in (workspace / "trusts.yaml").read_text()
    assert "2 changes" not in foimail("import", "contacts", str(contacts), "--apply")[2]


def test_a_refused_row_is_told_and_the_rest_is_done(foimail: Foimail, workspace: Path) -> None:
    contacts = workspace / "contacts.csv"
    contacts.write_text("code,email\nRAL,foi@royalfree.example\nRZZ,foi@x.example\nRVJ,foi@x.example\n")
    code, _, err = foimail("import", "contacts", str(contacts), "--apply")
    assert code == 3
    assert "contacts.csv:3: error" in err
    assert "contacts.csv:4: error" in err
    assert "foi@royalfree.example" in (workspace / "trusts.yaml").read_text()


@pytest.mark.parametrize("kind", ["ods", "contacts"])
def test_a_file_of_another_kind_is_a_mistake(foimail: Foimail, workspace: Path, kind: str) -> None:
    code, out, err = foimail("import", kind, str(workspace / "foimail.toml"), "--apply")
    assert (code, out) == (4, "")
    assert "nothing in foimail.toml could be used" in err


def test_accepting_for_nobody_is_a_mistake(foimail: Foimail, workspace: Path) -> None:
    (workspace / "contacts.csv").write_text("code,email\n")
    assert foimail("import", "contacts", str(workspace / "contacts.csv"), "--accept", "RZZZ")[0] == 4
