"""What the tests of the whole program share: a small registry, a workspace with its command line, a mail server that obeys."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import click
import pytest

from foimail.cli import review
from foimail.cli.main import run
from foimail.mail.maildir import MaildirOut
from foimail.mail.outgoing import Accepted
from foimail.workspace import LONDON, Workspace, open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from foimail.mail.encryption import Encryption
    from foimail.mail.outgoing import Outcome

NAME = "Rowan Ashdown"
EMAIL = "foi@northlight.example"
TODAY = "2026-06-12"  # a request of that day is due on 14 July 2026 (tests/law/calendar_vectors.csv)

BODIES = """\
bodies:
  - {id: RAA, ods: RAA, name: Ashcombe NHS Trust, type: acute, nation: England,
     email: foi@ashcombe.example, email_confidence: confirmed, email_alternatives: [ask@ashcombe.example], status: active}
  - {id: RBB, ods: RBB, name: Birchwood NHS Trust, type: mental health, nation: England,
     email: foi@birchwood.example, email_confidence: reported, status: active}
  - {id: nhs-carrick, name: NHS Carrick, type: health board, nation: Scotland,
     email: foi@carrick.example, status: active}
  - {id: RDD, ods: RDD, name: Dellmere NHS Trust, type: acute, nation: England,
     email: foi@dellmere.example, email_confidence: unverified, status: active}
  - {id: eryri, name: Bwrdd Eryri, type: health board, nation: Wales, status: active}
  - {id: REE, ods: REE, name: Elmvale NHS Trust, type: acute, nation: England,
     status: closed, closed_on: 2024-04-01, successor: RAA}
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code and what it printed."""

    code: int
    out: str
    err: str


@dataclass
class Desk:
    """A workspace and its command line, as its user has them."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, *arguments: str, today: str = TODAY) -> Ended:
        """Run one command in this process."""
        return end_of(self.capsys, "--workspace", str(self.folder), "--today", today, *arguments)

    def send(self, *codes: str, today: str = TODAY) -> dict[str, str]:
        """Send the request, and see that it went; the tokens come back by body."""
        ended = self.run("send", *(codes or ["--all-trusts"]), "--yes", today=today)
        assert ended.code == 0, ended.err
        return self.tokens()

    def tokens(self) -> dict[str, str]:
        """The token of each body's last case."""
        return {row["body"]: row["case"] for row in self.data("requests")}

    def data(self, what: str, *options: str, today: str = TODAY) -> list[dict[str, Any]]:
        """The rows of an export."""
        ended = self.run(*options, "export", what, today=today)
        assert ended.code == 0, ended.err
        return [json.loads(line) for line in ended.out.splitlines()]

    def report(self, today: str = TODAY) -> dict[str, dict[str, Any]]:
        """The report by body."""
        ended = self.run("report", "--format", "jsonl", today=today)
        assert ended.code == 0, ended.err
        return {row["body"]: row for row in map(json.loads, ended.out.splitlines())}

    def letters(self) -> list[dict[str, Any]]:
        """The outbox."""
        return list(map(json.loads, self.run("outbox", "list", "--format", "jsonl").out.splitlines()))

    def posted(self) -> list[bytes]:
        """What lies in the outgoing Maildir."""
        return [path.read_bytes() for path in sorted((self.folder / "outbox" / "new").iterdir())]

    def comes(self, raw: bytes, box: str = "inbox") -> None:
        """Put a message into a Maildir of the workspace."""
        MaildirOut(self.folder / box).send("", "", None, raw)

    def open(self, today: str = TODAY, **options: str) -> Workspace:
        """The workspace itself; an option is written `mail__rate`."""
        named = {name.replace("__", "."): value for name, value in options.items()}
        return open_workspace(self.folder, date.fromisoformat(today), {}, options=named)

    def change(self, name: str, old: str, new: str) -> None:
        """Edit a file of the workspace."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def add(self, name: str, text: str) -> None:
        """Write something at the end of a file of the workspace."""
        with (self.folder / name).open("a", encoding="utf-8") as file:
            file.write(text)


def pressed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, keys: str, typed: Iterable[str], *arguments: str, today: str
) -> Ended:
    """Run a command that asks for keys, with these pressed one after the other, and these lines typed when it asks."""
    left = iter(keys)

    def getchar() -> str:
        if (key := next(left, "")) == "":
            raise EOFError
        return key

    with monkeypatch.context() as there:
        there.setattr(review, "at_terminal", lambda: True)
        there.setattr(click, "getchar", getchar)
        there.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        return desk.run(*arguments, today=today)


def end_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> Ended:
    """Run foimail with these arguments."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        run(list(arguments))
    out, err = capsys.readouterr()
    code = left.value.code
    assert isinstance(code, int)
    return Ended(code, out, err)


def mail(
    text: str = "Thank you for your request.",
    *,
    sender: str = "foi@ashcombe.example",
    to: str = EMAIL,
    subject: str = "Your request",
    on: str = "2026-06-15T10:00",
    message_id: str | None = "reply-1@ashcombe.example",
    **headers: str,
) -> bytes:
    """A message; `In_Reply_To="x"` sets that header."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    if on:
        message["Date"] = datetime.fromisoformat(on).replace(tzinfo=LONDON)
    if message_id:
        message["Message-ID"] = f"<{message_id}>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text + "\n")
    return message.as_bytes()


def bounce(message_id: str, recipient: str = "foi@ashcombe.example", action: str = "failed") -> bytes:
    """A delivery report (RFC 3464) on our letter with this Message-ID."""
    return (
        "From: MAILER-DAEMON@mx.example\nTo: foi@northlight.example\nSubject: Delivery\n"
        "Date: Mon, 15 Jun 2026 10:00:00 +0100\nMessage-ID: <dsn@mx.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nOn your letter.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: 5.1.1\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{message_id}>\n\n--b--\n"
    ).encode()


@dataclass
class Server:
    """A mail server that says what it is told to: outcomes or exceptions by recipient, one after the other."""

    answers: dict[str, list[Outcome | BaseException]] = field(default_factory=dict)
    letters: list[tuple[str, str | None, bytes]] = field(default_factory=list)
    closed: int = 0

    def check(self) -> str:
        """All is well."""
        return "signed in"

    def send(self, sender: str, to: str, copy: str | None, raw: bytes) -> Outcome:  # noqa: ARG002 - Outgoing's signature
        """The next answer for this recipient; accepted where none is left."""
        self.letters.append((to, copy, raw))
        outcome = self.answers[to].pop(0) if self.answers.get(to) else Accepted("250 2.0.0 taken")
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def encryption(self) -> Encryption | None:
        """It is no network."""
        return None

    def close(self) -> None:
        """Count the goodbyes."""
        self.closed += 1

    @property
    def recipients(self) -> list[str]:
        """To whom letters were offered, in order."""
        return [to for to, _, _ in self.letters]
