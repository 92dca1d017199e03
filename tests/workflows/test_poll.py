"""`foimail poll` from a Maildir: stored before parsed, repeats known, one bad mail never stops the rest."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from foimail.errors import MailError
from foimail.mail.incoming import Batch, Fetched, Folder
from foimail.mail.maildir import make_maildir
from foimail.store import inbox
from foimail.workflows import poll, read
from foimail.workspace import Workspace
from tests.desk import mail

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence
    from pathlib import Path

    from foimail.model import Message
    from tests.desk import Desk

ACK = "Thank you for your request, which has been received."
LATER = "2026-06-20"


@pytest.fixture
def sent(desk: Desk) -> Desk:
    """A desk whose three letters have gone and been polled from the sent Maildir."""
    desk.send()
    desk.run("poll")
    return desk


def states(desk: Desk) -> list[str]:
    with desk.open().store.read() as connection:
        return [r.state for r in inbox.rows(connection, states=("new", "read", "repeat", "own", "broken"))]


def test_a_new_workspace_has_no_mail_and_says_so(desk: Desk) -> None:
    ended = desk.run("poll")
    assert (ended.code, ended.out) == (0, "0 new, 0 filed, 0 waiting for you, 0 seen before, 0 of your own\n")


def test_a_reply_is_filed_under_its_request_and_a_second_poll_finds_nothing(sent: Desk) -> None:
    sent.comes(mail(ACK, subject=f"Re: FOI [{sent.tokens()['RAA']}]"))
    ended = sent.run("poll", today=LATER)
    assert (ended.code, ended.out) == (
        0,
        "1 new, 1 filed, 0 waiting for you, 0 seen before, 0 of your own\n",
    )
    assert sent.run("poll", today=LATER).out.startswith("0 new, 0 filed")
    (row,) = sent.data("messages")
    assert (row["case"], row["matched_by"], row["kind"]) == (sent.tokens()["RAA"], "token", "human_ack")
    assert sent.report(LATER)["RAA"]["last_event"] == "a message came (human ack)"


def test_letters_we_sent_are_our_own_and_no_messages(sent: Desk) -> None:
    assert states(sent) == ["own"] * 3
    assert sent.data("messages") == []


def test_the_mailbox_is_left_as_it_was(sent: Desk) -> None:
    sent.comes(mail())
    before = sorted(path.name for path in (sent.folder / "inbox").rglob("*"))
    sent.run("poll")
    assert sorted(path.name for path in (sent.folder / "inbox").rglob("*")) == before


def test_the_bytes_are_stored_before_anything_looks_at_them(
    sent: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = mail(ACK, subject=f"[{sent.tokens()['RAA']}]")
    sent.comes(raw)

    def killed(_raw: bytes) -> Message:
        raise KeyboardInterrupt

    monkeypatch.setattr(read, "parse", killed)
    assert sent.run("poll").code == 130
    monkeypatch.undo()
    assert states(sent)[-1] == "new"
    with sent.open().store.read() as connection:
        assert inbox.raw(connection, inbox.unread(connection)[0].sha256) == raw
    assert sent.run("poll", today=LATER).out.startswith("0 new, 1 filed")


@pytest.mark.parametrize("step", ["parse", "Judge.read"])
def test_a_message_that_cannot_be_read_is_kept_and_the_rest_goes_on(
    sent: Desk, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    name, _, method = step.partition(".")
    target, attribute = (getattr(read, name), method) if method else (read, name)
    working = getattr(target, attribute)

    def tripping(*given: object, **named: object) -> object:
        if any("evil" in (one.decode() if isinstance(one, bytes) else str(one)) for one in given):
            raise RecursionError("too deep")
        return working(*given, **named)

    monkeypatch.setattr(target, attribute, tripping)
    sent.comes(mail("evil words", message_id="bad@x.example", on="2026-06-14T10:00"))
    sent.comes(mail(ACK, subject=f"[{sent.tokens()['RAA']}]"))
    ended = sent.run("poll", today=LATER)
    assert ended.code == 3
    assert "could not be opened, kept for you to look at: message" in ended.err
    assert "RecursionError: too deep" in ended.err
    assert ended.out.startswith("2 new, 1 filed")
    assert states(sent).count("broken") == 1
    assert "(could not be opened: RecursionError: too deep)" in sent.run("inbox", "list").out
    (number,) = [r["id"] for r in _listed(sent) if "could not be opened" in r["subject"]]
    shown = sent.run("inbox", "show", str(number))
    assert "Note: RecursionError: too deep" in shown.out
    assert sent.run("poll", today=LATER).out.startswith("0 new, 0 filed")
    broken = next(row for row in sent.data("messages") if row["needs_person"])
    assert (broken["kind"], broken["case"]) == ("other", None)
    assert sent.run("inbox", "assign", str(number), sent.tokens()["RBB"]).code == 0


def _listed(desk: Desk) -> list[dict[str, str]]:
    import json

    return list(map(json.loads, desk.run("inbox", "list", "--all", "--format", "jsonl").out.splitlines()))


def test_the_same_bytes_in_two_folders_are_one_message(sent: Desk) -> None:
    make_maildir(sent.folder / "inbox" / ".Junk")
    raw = mail(ACK, subject=f"[{sent.tokens()['RAA']}]")
    sent.comes(raw)
    sent.comes(raw, "inbox/.Junk")
    assert sent.run("poll", today=LATER).out.startswith("1 new, 1 filed, 0 waiting for you, 1 seen before")
    assert len(sent.data("messages")) == 1


def test_the_same_mail_over_another_path_is_a_repeat(sent: Desk) -> None:
    raw = mail(ACK, subject=f"[{sent.tokens()['RAA']}]")
    sent.comes(raw)
    sent.comes(b"Received: from elsewhere\n" + raw)
    ended = sent.run("poll", today=LATER)
    assert ended.out.startswith("2 new, 1 filed, 0 waiting for you, 1 seen before")
    assert sorted(states(sent)[3:]) == ["read", "repeat"]
    assert len(sent.data("messages")) == 1


def test_junk_and_named_folders_are_polled(sent: Desk) -> None:
    for name in (".Junk", ".FOI answers", ".Private"):
        make_maildir(sent.folder / "inbox" / name)
        raw = mail(name, message_id=f"{name[1:4]}@x.example", sender="somebody@x.example")
        sent.comes(raw, f"inbox/{name}")
    ended = sent.run("--set", "mail.folders=FOI answers", "poll", today=LATER)
    assert ended.out.startswith("2 new, 0 filed, 2 waiting")
    assert {row["source"].partition("/")[0] for row in sent.data("messages")} == {"Junk", "FOI answers"}
    missing = sent.run("--set", "mail.folders=Nowhere", "poll")
    assert (missing.code, "no folder Nowhere" in missing.err) == (7, True)


def test_two_polls_at_once_are_one_too_many(desk: Desk) -> None:
    with desk.open().only_one("poll"):
        assert desk.run("poll").code == 10
        assert desk.run("import", str(desk.folder / "foimail.toml")).code == 10


def test_what_the_server_does_not_give_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    class Mailbox:
        """Lists two messages, gives one, then breaks."""

        closed = False

        def folders(self, extra: Sequence[str]) -> tuple[Folder, ...]:  # noqa: ARG002 - Incoming's signature
            return (Folder("INBOX", "inbox"),)

        def new(self, folder: str, cursor: str, seen: Callable[[], Container[str]]) -> Iterator[Batch]:
            assert not seen() or cursor == "7/1"
            yield Batch((Fetched(folder, "7/1", mail()),), "7/1", failed=("7/2",))
            if breaks:
                raise MailError("the line broke")

        def close(self) -> None:
            self.closed = True

    box = Mailbox()
    breaks = True
    monkeypatch.setattr(Workspace, "open_incoming", lambda _: box)
    with pytest.raises(MailError, match="the line broke"):
        poll.poll(desk.open())
    assert box.closed
    breaks = False
    ended = desk.run("poll")
    assert ended.code == 3
    assert "not delivered by the server, asked for again next time: INBOX: 7/2" in ended.err
    assert ended.out.startswith("0 new, 0 filed, 0 waiting for you, 1 seen before")
    assert len(desk.data("messages")) == 1  # what came before the line broke was read at once


def test_an_incoming_maildir_that_is_missing_is_said_plainly(desk: Desk) -> None:
    ended = desk.run("--set", "mail.incoming=maildir:nowhere", "poll")
    assert ended.code == 7
    assert "There is no Maildir at" in ended.err


def test_one_maildir_for_both_ways_is_read_once(desk: Desk) -> None:
    desk.change("foimail.toml", '"maildir:inbox"', '"maildir:outbox"')
    desk.send()
    assert desk.run("poll").out == "3 new, 0 filed, 0 waiting for you, 0 seen before, 3 of your own\n"


def test_a_watch_goes_on_after_a_broken_line_and_ends_with_ctrl_c(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    import time

    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise KeyboardInterrupt

    threads = threading.active_count()
    breaks = iter([True, False])
    working = Workspace.open_incoming

    def opened(ws: Workspace) -> object:
        if next(breaks):
            raise MailError("no route to host")
        return working(ws)

    monkeypatch.setattr(time, "sleep", sleep)
    monkeypatch.setattr(Workspace, "open_incoming", opened)
    ended = desk.run("poll", "--watch", "5")
    assert ended.code == 130
    assert "no route to host; next try in 5 minutes" in ended.err
    assert pauses == [300, 300]
    assert threading.active_count() == threads


def test_a_maildir_that_vanishes_is_an_error_of_the_mailbox(desk: Desk, tmp_path: Path) -> None:
    (desk.folder / "inbox").rename(tmp_path / "gone")
    assert desk.run("poll").code == 7
