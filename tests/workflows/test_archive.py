"""`foimail archive`: what lies in the folder, that it harms nobody, and that it is whole or not there."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
from datetime import date
from email.message import EmailMessage
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote

from foimail.events import Noted, Unknown
from foimail.output.folder import Folder
from foimail.store import cases, inbox, outbox, schema
from foimail.store.schema import metadata
from foimail.workflows import send
from tests.desk import EMAIL, mail

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.desk import Desk, Ended

SOON = "2026-06-20"
EVIL = "<script>alert(1)</script>\u202e\"'&"


def enclosed(
    token: str, *names: str, text: str = "Please see the files.", content: bytes = b"figures"
) -> bytes:
    """A reply with attachments of these names."""
    message = EmailMessage()
    message["From"] = "foi@ashcombe.example"
    message["To"] = EMAIL
    message["Subject"] = f"RE: request [{token}]"
    message["Date"] = "Mon, 15 Jun 2026 10:00:00 +0100"
    message["Message-ID"] = "<files@ashcombe.example>"
    message.set_content(text + "\n")
    for number, name in enumerate(names):
        message.add_attachment(
            content + str(number).encode(), maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()


def poll(desk: Desk, *raw: bytes) -> None:
    for one in raw:
        desk.comes(one)
    assert desk.run("poll", today=SOON).code in {0, 3}


def archived(desk: Desk, to: Path, *, today: str = SOON) -> Ended:
    ended = desk.run("archive", str(to), today=today)
    assert ended.code == 0, ended.err
    return ended


def below(folder: Path, pattern: str = "**/*") -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.glob(pattern) if path.is_file())


class Page(HTMLParser):
    """The tags and links of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_letters_lie_byte_by_byte_in_the_folder_of_their_body_and_case(desk: Desk, tmp_path: Path) -> None:
    token = desk.send("RAA")["RAA"]
    reply = enclosed(token, "FOI response.pdf")
    poll(desk, reply)
    archived(desk, tmp_path / "a")
    there = tmp_path / "a" / "bodies" / "RAA" / token
    assert below(there) == [
        "01_2026-06-12_request.eml",
        "01_2026-06-12_request.txt",
        "02_2026-06-15_reply.eml",
        "02_2026-06-15_reply.txt",
        "02_2026-06-15_reply/FOI response.pdf",
        "log.txt",
    ]
    assert [(there / "01_2026-06-12_request.eml").read_bytes()] == desk.posted()
    assert (there / "02_2026-06-15_reply.eml").read_bytes() == reply
    assert (there / "02_2026-06-15_reply/FOI response.pdf").read_bytes() == b"figures0"
    text = (there / "02_2026-06-15_reply.txt").read_text()
    assert "Please see the files." in text
    assert "Saved as: 02_2026-06-15_reply/FOI response.pdf" in text
    assert hashlib.sha256(reply).hexdigest() in text
    assert (there / "log.txt").read_text().startswith(f"{token}  Ashcombe NHS Trust\n")


def test_the_usual_program_checks_every_file(desk: Desk, tmp_path: Path) -> None:
    poll(desk, enclosed(desk.send("RAA", "RBB")["RAA"], "a.csv"))
    ended = archived(desk, tmp_path / "a")
    done = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS.txt"],
        cwd=tmp_path / "a",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    checked = {line.removesuffix(": OK") for line in done.stdout.splitlines()}
    assert checked == set(below(tmp_path / "a")) - {"SHA256SUMS.txt"}
    assert ended.out.strip() == hashlib.sha256((tmp_path / "a" / "SHA256SUMS.txt").read_bytes()).hexdigest()


def test_everything_is_for_its_owner_alone(desk: Desk, tmp_path: Path) -> None:
    poll(desk, enclosed(desk.send("RAA")["RAA"], "a.csv"))
    old = os.umask(0)
    try:
        archived(desk, tmp_path / "a")
    finally:
        os.umask(old)
    found = [tmp_path / "a", *(tmp_path / "a").rglob("*")]
    assert {p.stat().st_mode & 0o777 for p in found if p.is_dir()} == {0o700}
    assert {p.stat().st_mode & 0o777 for p in found if p.is_file()} == {0o600}


HOSTILE = (
    "../../../../etc/passwd", "..\\..\\autoexec.bat", "CON.pdf", "nul", "Annex.PDF", "annex.pdf", "annex.pdf", "x" * 400 + ".pdf",
    "trailing. . .", "annex\u202efdp.exe", "page.html", "drawing.svg", "\x1b[2Jred.txt", "#1?%20.pdf", "javascript:alert(1).pdf",
    "<img src=x onerror=alert(1)>.pdf", "~", "-rf", ".bashrc", "log.txt",
)  # fmt: skip


def test_no_name_of_an_attachment_leads_out_of_its_folder_or_hides_another(
    desk: Desk, tmp_path: Path
) -> None:
    token = desk.send("RAA")["RAA"]
    poll(desk, enclosed(token, *HOSTILE))
    archived(desk, tmp_path / "deep" / "a")
    folder = tmp_path / "deep" / "a" / "bodies" / "RAA" / token / "02_2026-06-15_reply"
    names = [path.name for path in folder.iterdir()]
    assert len(names) == len(HOSTILE)
    assert len({name.casefold() for name in names}) == len(HOSTILE)
    assert {path.read_bytes() for path in folder.iterdir()} == {
        f"figures{n}".encode() for n in range(len(HOSTILE))
    }
    assert all(len(name) < 100 and not re.search(r'[<>:"/\\|?*\x00-\x1f\u202e]', name) for name in names)
    assert not any(
        re.match(r"(?i)(con|nul)\b", name) or name[0] in ".-~" or name[-1] in ". " for name in names
    )
    assert sorted(path.name for path in (tmp_path / "deep").iterdir()) == ["a"]


def test_every_link_of_every_page_leads_to_a_file_and_nothing_runs(desk: Desk, tmp_path: Path) -> None:
    tokens = desk.send("RAA", "RBB")
    token = tokens["RAA"]
    evil = mail(
        f"Dear {EVIL}", subject=f"{EVIL} [{tokens['RBB']}]", sender="foi@birchwood.example", message_id="e@b"
    )
    poll(
        desk,
        enclosed(token, *HOSTILE),
        evil,
        mail(EVIL, subject=EVIL, sender="x@nowhere.example", message_id="n@n"),
    )
    desk.run("note", "RAA", EVIL)
    archived(desk, tmp_path / "a")
    pages = list((tmp_path / "a").rglob("index.html"))
    assert len(pages) == 3
    linked = set()
    for path in pages:
        page = Page(path)
        assert not page.tags & {"script", "img", "iframe", "object", "form", "base", "link", "svg"}
        assert not any(name.startswith("on") or name in {"src", "action"} for name in page.attributes)
        assert "\u202e" not in "".join(page.words)
        assert "default-src 'none'" in path.read_text()
        for link in page.links:
            assert not re.match(r"[a-z]+:|//|/", link)
            target = (path.parent / unquote(link)).resolve()
            assert target.is_file()
            assert target.is_relative_to(tmp_path / "a")
            linked.add(target.relative_to(tmp_path / "a").as_posix())
    letters = [path for path in below(tmp_path / "a") if path.endswith(".eml")]
    assert set(letters) <= linked
    assert not [path for path in linked if path.endswith((".svg", ".exe", ".bat")) or "page.html" in path]
    shown = "".join(Page(tmp_path / "a" / "bodies" / "RAA" / "index.html").words)
    assert "page.html (not linked, for opening it could run a program" in shown


def test_the_first_page_lists_every_body_with_its_stage(desk: Desk, tmp_path: Path) -> None:
    desk.send("RAA", "RBB", "nhs-carrick")
    archived(desk, tmp_path / "a", today="2026-07-20")
    words = "".join(Page(tmp_path / "a" / "index.html").words)
    for name in (
        "Ashcombe NHS Trust",
        "Birchwood NHS Trust",
        "NHS Carrick",
        "Dellmere NHS Trust",
        "Bwrdd Eryri",
    ):
        assert name in words
    assert (words.count("Late"), words.count("Not sent")) == (3, 2)


def test_a_page_tells_what_happened_and_how_the_days_were_counted(desk: Desk, tmp_path: Path) -> None:
    token = desk.send("RAA")["RAA"]
    ws = desk.open()
    with ws.store.write() as connection:
        cases.append(connection, token, [Noted(date(2026, 6, 18), "They rang.")], ws.now())
    poll(desk, mail("Thank you.", subject=f"RE: [{token}]"))
    archived(desk, tmp_path / "a", today="2026-07-20")
    words = " ".join(" ".join(Page(tmp_path / "a" / "bodies" / "RAA" / "index.html").words).split())
    assert "Noted by the requester: They rang." in words
    assert "12 Jun 2026 Sent to foi@ashcombe.example by e-mail: the request" in words
    assert "14 Jul 2026 This was the last day for an answer." in words
    assert "Working day 20, the last day for an answer, is" in words
    assert "not in this pack" not in words


def test_mail_of_several_cases_is_in_each_and_mail_of_none_in_a_folder_of_its_own(
    desk: Desk, tmp_path: Path
) -> None:
    tokens = desk.send("RAA", "RBB")
    both = mail("One answer.", subject=f"[{tokens['RAA']}] [{tokens['RBB']}]", message_id="both@x")
    stray = mail("Hello", subject="Offer", sender="sales@shop.example", message_id="stray@x")
    poll(desk, both, stray)
    with desk.open().store.read() as connection:
        (number,) = [str(r.id) for r in inbox.rows(connection) if r.message_id == "both@x"]
    assert desk.run("inbox", "assign", number, *tokens.values(), today=SOON).code == 0
    archived(desk, tmp_path / "a")
    holding = [path for path in below(tmp_path / "a") if (tmp_path / "a" / path).read_bytes() == both]
    assert [path.split("/")[1] for path in holding] == ["RAA", "RBB"]
    page = "".join(Page(tmp_path / "a" / "bodies" / "RAA" / "index.html").words)
    assert f"filed under {tokens['RBB']}, too" in page
    (loose,) = (tmp_path / "a" / "unfiled").glob("*.eml")
    assert loose.read_bytes() == stray


def test_copies_and_broken_mail_are_kept_too(desk: Desk, tmp_path: Path) -> None:
    token = desk.send("RAA")["RAA"]
    reply = mail("Thank you.", subject=f"RE: [{token}]")
    poll(desk, reply, reply.replace(b"\n", b"\r\n"), desk.posted()[0], b"\x00no mail at all")
    archived(desk, tmp_path / "a")
    assert len(list((tmp_path / "a" / "copies").glob("*.eml"))) == 1
    (broken,) = (tmp_path / "a" / "unfiled").glob("*.eml")
    assert broken.read_bytes() == b"\x00no mail at all"
    assert broken.with_suffix(".txt").read_text() == "foimail could not open this message (ValueError).\n"
    with desk.open().store.read() as connection:
        kept = {r.sha256 for r in inbox.rows(connection, states=("read", "own", "repeat", "broken"))}
    assert len(kept) == 4
    listed = {line[:64] for line in (tmp_path / "a" / "SHA256SUMS.txt").read_text().splitlines()}
    assert kept <= listed


def test_a_body_taken_out_of_the_registry_keeps_its_folder(desk: Desk, tmp_path: Path) -> None:
    token = desk.send("RBB")["RBB"]
    text = (desk.folder / "trusts.yaml").read_text()
    (desk.folder / "trusts.yaml").write_text(text.replace("id: RBB, ods: RBB", "id: RZZ, ods: RZZ"))
    archived(desk, tmp_path / "a")
    assert (tmp_path / "a" / "bodies" / "RBB" / token / "01_2026-06-12_request.eml").is_file()
    assert "RBB (no longer in trusts.yaml)" in (tmp_path / "a" / "index.html").read_text()


def test_cases_of_other_campaigns_are_in_it_even_where_their_letters_are_gone(
    desk: Desk, tmp_path: Path
) -> None:
    token = desk.send("RAA")["RAA"]
    ws = desk.open()
    with ws.store.write() as connection:
        connection.exec_driver_sql("UPDATE cases SET campaign = 'potholes'")
        opened = {"campaign": "potholes", "body": "RAA", "regime": "foia"}
        change = schema.events.update().where(schema.events.c.kind == "opened")
        connection.execute(change.values(data=opened))
    archived(desk, tmp_path / "a")
    assert (tmp_path / "a" / "bodies" / "RAA" / token / "01_2026-06-12_request.eml").is_file()
    assert "Campaign potholes" in (tmp_path / "a" / "bodies" / "RAA" / "index.html").read_text()


def test_the_log_has_every_table_and_no_secret_is_anywhere(desk: Desk, tmp_path: Path) -> None:
    desk.change("foimail.toml", "# password", 'password = "env:HUNTER2" # hunter2\n# password')
    poll(desk, mail("Thank you.", subject=f"RE: [{desk.send('RAA')['RAA']}]"))
    archived(desk, tmp_path / "a")
    heading, *rows = map(json.loads, (tmp_path / "a" / "store.jsonl").read_text().splitlines())
    assert heading["archive"] == 1
    assert heading["today"] == SOON
    tables = {row["table"] for row in rows}
    assert tables <= set(metadata.tables)
    assert tables >= {
        "cases",
        "events",
        "outbox",
        "raw_mail",
        "messages",
        "filings",
        "message_ids",
        "cursors",
        "sightings",
        "migrations",
    }
    assert all("recorded_at" in row["row"] for row in rows if row["table"] == "events")
    assert not [
        path for path in below(tmp_path / "a") if b"hunter2" in (tmp_path / "a" / path).read_bytes().lower()
    ]
    assert (tmp_path / "a/workspace/trusts.yaml").read_bytes() == (desk.folder / "trusts.yaml").read_bytes()
    assert below(tmp_path / "a/workspace/templates") == below(desk.folder / "templates")


def test_the_readme_explains_itself_and_warns_of_personal_data(desk: Desk, tmp_path: Path) -> None:
    desk.send("RAA")
    ended = archived(desk, tmp_path / "a")
    text = (tmp_path / "a" / "README.txt").read_text()
    assert "THIS FOLDER HOLDS PERSONAL DATA" in text
    assert "Asked by Rowan Ashdown. Made on 2026-06-20" in text
    assert "1 bodies, 1 cases, 1 letters" in text
    named = set(re.findall(r"[a-z_]+", text.partition("STORE.JSONL")[2]))
    assert set(metadata.tables) <= named
    assert all(len(line) < 90 for line in text.splitlines())
    assert "personal data" in ended.err


def test_a_folder_that_holds_something_is_left_alone(desk: Desk, tmp_path: Path) -> None:
    desk.send("RAA")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "mine.txt").write_text("mine")
    ended = desk.run("archive", str(tmp_path / "a"))
    assert ended.code == 1
    assert "holds something already (mine.txt)" in ended.err
    assert below(tmp_path / "a") == ["mine.txt"]
    archived(desk, tmp_path / "b")
    assert "holds something already" in desk.run("archive", str(tmp_path / "b")).err


def test_one_that_was_broken_off_does_not_look_whole(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.send("RAA")

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Folder, "finish", full)
        ended = desk.run("archive", str(tmp_path / "a"))
    assert (ended.code, "No space left on device" in ended.err) == (1, True)
    for path in ("README.txt", "index.html", "store.jsonl"):  # it may break off at any place
        (tmp_path / "a" / path).unlink()
    assert not (tmp_path / "a" / "SHA256SUMS.txt").exists()
    again = desk.run("archive", str(tmp_path / "a"))
    assert "holds an archive that was not finished (remove that folder, or name another)" in again.err
    refused = desk.run("restore", str(tmp_path / "a"), "--into", str(tmp_path / "r"))
    assert refused.code == 4
    assert "never finished" in refused.err
    assert not (tmp_path / "r").exists()


def test_faults_in_the_registry_are_said_before_anything_is_written(desk: Desk, tmp_path: Path) -> None:
    desk.send("RAA")
    desk.add("trusts.yaml", "  - {id: RAA, name: Twice, nation: England}\n")
    ended = desk.run("archive", str(tmp_path / "a"))
    assert ended.code == 4
    assert not (tmp_path / "a").exists()


def test_no_archive_is_made_while_mail_is_fetched(desk: Desk, tmp_path: Path) -> None:
    with desk.open().only_one("poll"):
        ended = desk.run("archive", str(tmp_path / "a"))
    assert ended.code == 10
    assert not (tmp_path / "a").exists()


def test_a_template_of_a_name_that_not_every_system_takes_is_named_and_left_out(
    desk: Desk, tmp_path: Path
) -> None:
    (desk.folder / "templates" / "cse" / "what?.txt").write_text("x")
    (tmp_path / "outside.txt").write_text("not yours")
    (desk.folder / "templates" / "other").mkdir()
    (desk.folder / "templates" / "other" / "link.txt").symlink_to(tmp_path / "outside.txt")
    ended = archived(desk, tmp_path / "a")
    assert "- templates/cse/what?.txt is left out" in ended.err
    assert not list((tmp_path / "a").rglob("link.txt"))


def test_a_workspace_without_a_case_is_archived_too(desk: Desk, tmp_path: Path) -> None:
    ended = archived(desk, tmp_path / "a")
    assert "0 bodies, 0 cases and 0 letters" in ended.err
    assert "Ashcombe NHS Trust" in (tmp_path / "a" / "index.html").read_text()


def test_the_bytes_of_a_letter_that_waits_for_its_second_try_are_kept_too(desk: Desk, tmp_path: Path) -> None:
    ws = desk.open()
    send.enqueue(ws, send.plan(ws, send.Selection(("RAA", "RBB"))).letters)
    with ws.store.write() as connection:
        first, second = outbox.rows(connection)
        outbox.claim(connection, first.id, b"frozen", ws.now())
        outbox.requeue(connection, first.id, "451 later", None, was=("sending",))
        outbox.claim(connection, second.id, b"perhaps", ws.now())
        outbox.settle(connection, second.id, "unknown", "no answer", ws.now(), was=("sending",))
        unknown = Unknown(date(2026, 6, 12), second.message_id, second.recipient, "no answer")
        cases.append(connection, second.token, [unknown], ws.now())
    archived(desk, tmp_path / "a")
    (kept,) = (tmp_path / "a" / "store").iterdir()
    assert kept.read_bytes() == b"frozen"
    assert kept.stem == hashlib.sha256(b"frozen").hexdigest()
    (letter,) = (tmp_path / "a" / "bodies" / "RBB").rglob("*.eml")
    assert (letter.name, letter.read_bytes()) == ("01_2026-06-12_request-unknown.eml", b"perhaps")
    assert "unknown" in Page(tmp_path / "a" / "bodies" / "RBB" / "index.html").words
