"""`foimail restore`: the store comes back row for row, or nothing does."""

from __future__ import annotations

import hashlib
import json
import shutil
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from foimail.store import inbox, schema
from tests.desk import EMAIL, Desk, bounce, mail

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.desk import Ended

SOON = "2026-06-20"
LATE = "2026-07-20"


def everything(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with desk.open().store.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in schema.metadata.sorted_tables
        }


def lively(desk: Desk) -> Desk:
    """A workspace in which nearly everything has happened."""
    desk.add("foimail.toml", "\n[sending]\nrate = 0\ndomain_spacing = 0\n")
    tokens = desk.send("RAA", "RBB", "nhs-carrick")
    (row,) = [row for row in desk.data("requests") if row["body"] == "nhs-carrick"]
    refusal = mail(
        "We are withholding it under section 43(2). Our reference FOI/2026/0412.",
        subject=f"Re: [{tokens['RAA']}]",
    )
    late = EmailMessage()
    late["From"], late["To"], late["Message-ID"] = "other@birchwood.example", EMAIL, "<late@b>"
    late["Subject"], late["Date"] = f"Ŵyl \u202e [{tokens['RBB']}]", "Tue, 16 Jun 2026 10:00:00 +0100"
    late.set_content("What do you mean by referral?\n")
    late.add_attachment(b"\x00\xff" * 50, maintype="application", subtype="octet-stream", filename="../x.bin")
    for raw in (
        refusal,
        late.as_bytes(),
        bounce(str(row["message_id"])),
        mail("Hi", sender="x@y.example", message_id="s@y"),
        b"\x00",
    ):
        desk.comes(raw)
    desk.run("poll", today=SOON)
    desk.comes(refusal.replace(b"\n", b"\r\n"))
    desk.run("poll", today=SOON)
    numbers = {
        r["subject"]: r["id"]
        for r in map(json.loads, desk.run("inbox", "list", "--all", "--format", "jsonl").out.splitlines())
    }
    number = next(str(n) for s, n in numbers.items() if tokens["RBB"] in s)
    assert (
        desk.run(
            "inbox", "assign", number, tokens["RBB"], tokens["RAA"], "--kind", "clarification", today=SOON
        ).code
        == 0
    )
    assert desk.run("note", "RAA", "They rang \x1b[31m.", today=SOON).code == 0
    for words in (("report",), ("remind", "--print"), ("escalate", "--due")):
        assert desk.run(*words, today=LATE).code == 0
    return desk


def busy(desk: Desk) -> Desk:
    """The same, with something in every table."""
    ws, tokens = lively(desk).open(), desk.tokens()
    with ws.store.write() as connection:
        connection.execute(schema.skipped.insert().values(message=1, at=ws.now()))
        if not connection.execute(select(schema.references)).first():
            connection.execute(
                schema.references.insert().values(reference="foi1", domain="a.example", token=tokens["RAA"])
            )
        if not connection.execute(select(schema.known_addresses)).first():
            connection.execute(schema.known_addresses.insert().values(address="a@b.example", body="RAA"))
        (first, *_) = connection.execute(select(schema.outbox.c.id)).scalars()
        # a letter that was offered once and waits for its second try: its bytes are frozen, and no page shows it
        connection.execute(
            schema.outbox.update()
            .where(schema.outbox.c.id == first)
            .values(state="queued", raw=b"frozen\r\n")
        )
    return desk


@pytest.fixture
def full(desk: Desk) -> Desk:
    desk = busy(desk)
    desk.comes(mail("Hello.", sender="x@nowhere.example", subject="Hello", message_id="x@nowhere.example"))
    assert desk.run("poll", today=LATE).code == 0
    with desk.open().store.read() as connection:
        number = str(max(row.id for row in inbox.rows(connection)))
    for words in (
        ("quarantine", number),
        ("quarantine", number, "--release"),
        ("purge", number, "--because", "x", "--yes"),
    ):
        assert desk.run(*words, today=LATE).code == 0
    return desk


@pytest.fixture
def archive(full: Desk, tmp_path: Path) -> Path:
    ended = full.run("archive", str(tmp_path / "a"), today=LATE)
    assert ended.code == 0, ended.err
    return tmp_path / "a"


def restored(full: Desk, archive: Path, into: Path) -> tuple[Desk, Ended]:
    ended = full.run("restore", str(archive), "--into", str(into), today=LATE)
    return Desk(into, full.capsys), ended


def listed_anew(archive: Path, path: str, content: bytes) -> None:
    """Change a file and its hash, as somebody would who wants it to pass."""
    digest = hashlib.sha256((archive / path).read_bytes()).hexdigest()
    (archive / path).write_bytes(content)
    sums = (archive / "SHA256SUMS.txt").read_text()
    (archive / "SHA256SUMS.txt").write_text(sums.replace(digest, hashlib.sha256(content).hexdigest()))


def test_every_table_comes_back_row_for_row_and_every_command_says_the_same(
    full: Desk, archive: Path, tmp_path: Path
) -> None:
    before = everything(full)
    assert all(before.values()), [name for name, rows in before.items() if not rows]
    back, ended = restored(full, archive, tmp_path / "r")
    assert ended.code == 0, ended.err
    assert everything(back) == before
    for words in (
        ("report",), ("report", "--format", "html"), ("report", "--format", "ics"), ("show", "RAA"), ("show", "RBB", "--working"),
        ("export", "messages"), ("export", "requests"), ("export", "deadlines"), ("outbox", "list"), ("drafts", "list"),
        ("inbox", "list", "--all"), ("review", "--list"), ("stats",), ("clarifications",),
    ):  # fmt: skip
        there, here = (one.run(*words, today=LATE) for one in (full, back))
        assert (here.code, here.out, here.err) == (there.code, there.out, there.err), words
    assert everything(back) == before


def test_an_archive_of_what_was_restored_is_the_same_archive(
    full: Desk, archive: Path, tmp_path: Path
) -> None:
    back, _ = restored(full, archive, tmp_path / "r")
    assert back.run("archive", str(tmp_path / "b"), today=LATE).code == 0

    def files(folder: Path) -> dict[str, bytes]:
        found = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        del found["SHA256SUMS.txt"]
        # the first line has the time it was made, and each archive knows of itself
        lines = found["store.jsonl"].splitlines()[1:]
        found["store.jsonl"] = b"\n".join(line for line in lines if b'"table": "copies"' not in line)
        return found

    assert files(tmp_path / "b") == files(archive)


def test_the_new_workspace_is_its_owners_alone_and_works_on(
    full: Desk, archive: Path, tmp_path: Path
) -> None:
    back, ended = restored(full, archive, tmp_path / "r")
    assert "1 letter was on the way then" in ended.err
    assert "`send` would send it again" in ended.err
    found = [back.folder, *back.folder.rglob("*")]
    assert {p.stat().st_mode & 0o077 for p in found} == {0}
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []
    back.comes(mail("More.", subject=f"Re: [{full.tokens()['RAA']}]", message_id="more@x"))
    assert back.run("poll", today=LATE).out.startswith("1 new, 1 filed")


def test_a_store_that_holds_anything_is_not_overwritten(
    full: Desk, archive: Path, workspace: Callable[..., Path]
) -> None:
    before = everything(full)
    ended = full.run("restore", str(archive), today=LATE)
    assert ended.code == 6
    assert "the store of this workspace is not empty (it has cases" in ended.err
    assert everything(full) == before
    other = Desk(workspace("other"), full.capsys)
    assert other.run("holidays", "list").code == 0
    assert other.run("restore", str(archive), today=LATE).code == 0
    assert everything(other) == before
    assert other.run("restore", str(archive), today=LATE).code == 6


def test_files_of_the_workspace_in_hand_stay_and_those_that_differ_are_named(
    full: Desk, archive: Path, workspace: Callable[..., Path]
) -> None:
    other = Desk(workspace("other", "bodies: []\n"), full.capsys)
    (other.folder / "templates" / "cse" / "_particulars.txt").unlink()
    ended = other.run("restore", str(archive), today=LATE)
    assert ended.code == 0
    assert "- trusts.yaml is not as the archive has it; it was left as it is" in ended.err
    assert "- templates/cse/_particulars.txt is not as" in ended.err
    assert ended.err.count("it was left as it is") == 2
    assert (other.folder / "trusts.yaml").read_text() == "bodies: []\n"


@pytest.mark.parametrize("there", ["mine.txt", "foimail.toml"])
def test_a_folder_that_is_not_empty_is_left_alone(
    full: Desk, archive: Path, tmp_path: Path, there: str
) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / there).write_text("mine")
    _, ended = restored(full, archive, tmp_path / "r")
    assert (ended.code, "is not empty" in ended.err) == (5, True)
    assert [p.read_text() for p in (tmp_path / "r").iterdir()] == ["mine"]


def test_every_missing_and_changed_file_is_named_and_nothing_is_restored(
    full: Desk, archive: Path, tmp_path: Path
) -> None:
    mails = sorted((archive / "bodies").rglob("*.eml"))
    mails[0].write_bytes(mails[0].read_bytes() + b"\n")
    mails[1].unlink()
    (archive / "workspace" / "trusts.yaml").write_text("bodies: []\n")
    _, ended = restored(full, archive, tmp_path / "r")
    assert ended.code == 4
    assert f"{mails[0].relative_to(archive).as_posix()}: error: has been changed" in ended.err
    assert f"{mails[1].relative_to(archive).as_posix()}: error: is missing" in ended.err
    assert "workspace/trusts.yaml: error: has been changed" in ended.err
    assert "this archive cannot be trusted, and nothing was restored" in ended.err
    assert not (tmp_path / "r").exists()


def test_a_file_that_was_put_beside_is_passed_over_and_named(
    full: Desk, archive: Path, tmp_path: Path
) -> None:
    (archive / "workspace" / "templates" / "cse" / "Thumbs.db").write_text("x")
    back, ended = restored(full, archive, tmp_path / "r")
    assert ended.code == 0
    assert "workspace/templates/cse/Thumbs.db: warning: is not in the list of hashes" in ended.err
    assert not list(back.folder.rglob("Thumbs.db"))


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ('{"archive": 2, "foimail": "3.1", "today": "2031-01-01"}', 6, r"newer foimail (3.1)"),
        ('{"hello": 1}', 4, "does not begin as one"),
        ("[]", 4, "store.jsonl:1 is no JSON object"),
        ("{", 4, "store.jsonl:1 is no JSON object"),
    ],
)
def test_a_log_of_another_form_is_refused(
    full: Desk, archive: Path, tmp_path: Path, line: str, code: int, says: str
) -> None:
    rows = (archive / "store.jsonl").read_bytes().partition(b"\n")[2]
    listed_anew(archive, "store.jsonl", line.encode() + b"\n" + rows)
    _, ended = restored(full, archive, tmp_path / "r")
    assert ended.code == code
    assert says in ended.err
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize(
    ("row", "code", "says"),
    [
        ({"table": "migrations", "row": {"name": "9999_x", "applied_at": "2031-01-01"}}, 6, "newer foimail (9999_x)"),
        ({"table": "wishes", "row": {}}, 6, "does not know the table 'wishes'"),
        ({"table": "raw_mail", "row": {"sha256": "0" * 64, "size": 1, "raw": "0" * 64}}, 4, "names bytes that the archive does"),
        ({"table": "cases"}, 4, "is no row of a table"),
        ("cases", 4, "is no JSON object"),
        ({"table": "cases", "row": {"token": {"a": 1}}}, 6, "the store:"),
    ],
)  # fmt: skip
def test_a_row_that_makes_no_sense_here_is_refused_and_nothing_is_left(
    full: Desk, archive: Path, tmp_path: Path, row: object, code: int, says: str
) -> None:
    listed_anew(
        archive, "store.jsonl", (archive / "store.jsonl").read_bytes() + json.dumps(row).encode() + b"\n"
    )
    _, ended = restored(full, archive, tmp_path / "r")
    assert ended.code == code, ended.err
    assert says in ended.err
    assert not (tmp_path / "r").exists()
    assert [p for p in tmp_path.iterdir() if p.name.startswith(".r.")] == []


def test_a_strangers_archive_brings_no_program_to_run_and_writes_nothing_elsewhere(
    full: Desk, archive: Path, tmp_path: Path
) -> None:
    settings = (archive / "workspace" / "foimail.toml").read_bytes()
    listed_anew(
        archive, "workspace/foimail.toml", settings + b'[mail]\npassword = "command:touch /tmp/owned"\n'
    )
    back, ended = restored(full, archive, tmp_path / "r")
    assert ended.code == 0, ended.err
    assert "command:" not in (back.folder / "foimail.toml").read_text()
    with (archive / "SHA256SUMS.txt").open("a") as file:
        file.write(f"{hashlib.sha256(b'x').hexdigest()}  workspace/../../../owned.txt\n")
    _, ended = restored(full, archive, tmp_path / "again")
    assert ended.code == 4
    assert not (tmp_path / "again").exists()


def test_what_is_no_archive_is_told_so(full: Desk, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "empty", tmp_path / "none"):
        assert (
            "this is no archive, or one that was never finished"
            in restored(full, folder, tmp_path / "r")[1].err
        )
    (tmp_path / "empty" / "SHA256SUMS.txt").touch()
    assert "it lists no store.jsonl" in restored(full, tmp_path / "empty", tmp_path / "r")[1].err
    shutil.copy(archive / "store.jsonl", tmp_path / "empty")
    digest = hashlib.sha256((archive / "store.jsonl").read_bytes()).hexdigest()
    (tmp_path / "empty" / "SHA256SUMS.txt").write_text(f"{digest}  store.jsonl\n")
    assert (
        "has no workspace/foimail.toml that can be read"
        in restored(full, tmp_path / "empty", tmp_path / "r")[1].err
    )


def test_settings_without_a_name_are_refused_with_their_faults(
    full: Desk, archive: Path, tmp_path: Path
) -> None:
    listed_anew(archive, "workspace/foimail.toml", b"")
    _, ended = restored(full, archive, tmp_path / "r")
    assert ended.code == 4
    assert "requester.name is missing" in ended.err
    assert not (tmp_path / "r").exists()
