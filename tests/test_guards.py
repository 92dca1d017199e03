"""One test for each guard that `mutations.py` breaks and no other test holds: small, and about the guard alone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest

from foimail.cli.main import run
from foimail.errors import BusyError, MailError, StoreError
from foimail.files import settings
from foimail.mail.maildir import MaildirOut, make_maildir
from foimail.mail.outgoing import Accepted, Outcome
from foimail.mail.parse import parse
from foimail.model import Body, Message
from foimail.replies import match
from foimail.store import cases, inbox, migrations, outbox
from foimail.workflows import deliver, init, poll, read, send
from foimail.workspace import Workspace, open_workspace

ROOT = Path(__file__).parents[1]
DAY = date(2026, 9, 1)
NOW = datetime(2026, 9, 1, 10, tzinfo=UTC)
US = "rowan@example.org"
REGISTRY = """
bodies:
  - {id: RAA, name: First NHS Trust, nation: England, email: foi@first.example}
  - {id: RBB, name: Second NHS Trust, nation: England, email: foi@second.example}
"""


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    folder = tmp_path / "requests"
    folder.mkdir()
    (folder / "trusts.yaml").write_text(REGISTRY, encoding="utf-8")
    init.make(folder, "Rowan Ashdown", US)
    for box in ("inbox", "inbox/.Junk", "outbox"):
        make_maildir(folder / box)
    return replace(open_workspace(folder, DAY, {}), now=lambda: NOW)


def queue(ws: Workspace, *codes: str) -> None:
    send.enqueue(ws, send.plan(ws, send.Selection(codes)).letters)


def letters(ws: Workspace) -> list[outbox.Row]:
    with ws.store.read() as connection:
        return outbox.rows(connection)


def states(ws: Workspace) -> list[str]:
    return [row.state for row in letters(ws)]


def log(ws: Workspace) -> list[str]:
    with ws.store.read() as connection:
        return [entry.event.kind for entry in cases.log(connection)]


def reply(token: str, **headers: str) -> bytes:
    message = EmailMessage()
    message["Message-ID"] = "<answer@first.example>"
    message["From"] = "foi@first.example"
    message["To"] = US
    message["Date"] = "Wed, 02 Sep 2026 10:00:00 +0100"
    message["Subject"] = f"RE: your request [{token}]"
    for name, value in headers.items():
        message[name] = value
    message.set_content("Thank you, we have it.")
    return message.as_bytes()


def arrives(ws: Workspace, raw: bytes, folder: str = "inbox") -> None:
    MaildirOut(ws.folder / folder).send("", "", None, raw)


class Taking:
    """A transport that takes everything and remembers it."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def check(self) -> str:
        return "well"

    def encryption(self) -> None:
        return None

    def send(self, sender: str, to: str, copy: str | None, raw: bytes) -> Outcome:  # noqa: ARG002 - the protocol's names
        self.taken.append(raw)
        return Accepted("250 taken")

    def close(self) -> None:
        pass


# Letters


def test_of_two_senders_that_claim_one_letter_the_second_gets_nothing(ws: Workspace) -> None:
    queue(ws, "RAA")
    (letter,) = letters(ws)
    with ws.store.write() as connection:
        assert outbox.claim(connection, letter.id, b"mine", NOW)
    with ws.store.write() as connection:
        assert not outbox.claim(connection, letter.id, b"theirs", NOW)
        assert outbox.raw(connection, letter.id) == b"mine"


def test_a_retry_carries_the_bytes_of_the_first_attempt(ws: Workspace) -> None:
    queue(ws, "RAA")
    (letter,) = letters(ws)
    with ws.store.write() as connection:
        outbox.claim(connection, letter.id, b"Date: Tuesday", NOW)
        outbox.requeue(connection, letter.id, "451 later", None, was=("sending",))
        outbox.claim(connection, letter.id, b"Date: Wednesday", NOW + timedelta(days=1))
        assert outbox.raw(connection, letter.id) == b"Date: Tuesday"


def test_a_letter_found_on_its_way_is_unknown_and_does_not_go_again(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(ws, "RAA", "RBB")
    with ws.store.write() as connection:
        outbox.claim(connection, letters(ws)[0].id, b"half-sent", NOW)
    transport = Taking()
    monkeypatch.setattr(Workspace, "open_outgoing", lambda _: transport)
    result = deliver.deliver(ws)
    assert states(ws) == ["unknown", "sent"]
    assert len(transport.taken) == 1
    assert len(result.unknown) == 1
    assert "unknown" in log(ws)
    deliver.deliver(ws)
    assert len(transport.taken) == 1


def test_a_second_sender_is_turned_away_while_the_first_is_at_work(ws: Workspace) -> None:
    queue(ws, "RAA")
    with ws.only_one("send"), pytest.raises(BusyError):
        deliver.deliver(ws)
    assert states(ws) == ["queued"]
    assert deliver.deliver(ws).sent == 1


def test_a_no_reply_address_is_never_written_to() -> None:
    for address in ("no-reply@trust.example", "donotreply@trust.example", "FOI.NoReply@trust.example"):
        body = Body("RCC", "Third", "England", email=address)
        assert "no-reply" in send.why_not(body, send.Selection(codes=("RCC",)), None), address
    assert not send.why_not(
        Body("RCC", "Third", "England", email="replies@trust.example"), send.Selection(), None
    )


def test_nothing_is_sent_without_a_yes(ws: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        run(["--workspace", str(ws.folder), "send", "--all-trusts"])
    assert end.value.code == 8
    assert "nobody is here to say yes" in capsys.readouterr().err
    assert letters(ws) == []


def test_nothing_crosses_a_network_on_a_pretended_day(ws: Workspace) -> None:
    def on(url: str) -> Workspace:
        return replace(
            ws,
            settings=settings.Settings({**ws.settings.values, "mail.outgoing": url}),
            today=DAY + timedelta(days=1),
        )

    with pytest.raises(MailError, match="not the real day"):
        deliver.check_day(on("smtps://us@mail.example.org"))
    deliver.check_day(on("smtp://us@127.0.0.1:2525"))
    deliver.check_day(replace(on("smtps://us@mail.example.org"), today=DAY))


# Replies


def test_the_same_bytes_in_two_folders_are_one_message(ws: Workspace) -> None:
    queue(ws, "RAA")
    raw = reply(letters(ws)[0].token)
    arrives(ws, raw)
    arrives(ws, raw, "inbox/.Junk")
    result = poll.poll(ws)
    assert (result.fetched, result.repeats, result.made.filed) == (1, 1, 1)
    again = poll.poll(ws)
    assert (again.fetched, again.repeats) == (0, 0)
    assert log(ws).count("received") == 1


def test_one_mail_delivered_over_two_paths_is_counted_once(ws: Workspace) -> None:
    queue(ws, "RAA")
    token = letters(ws)[0].token
    arrives(ws, reply(token))
    arrives(ws, reply(token, Received="from elsewhere.example by mx.example.org"))
    result = poll.poll(ws)
    assert (result.fetched, result.made.filed, result.made.repeats) == (2, 1, 1)
    assert log(ws).count("received") == 1


def test_a_message_that_cannot_be_opened_is_kept_and_the_rest_goes_on(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(ws, "RAA")
    arrives(ws, b"Subject: poison\n\nboom")
    arrives(ws, reply(letters(ws)[0].token))

    def touchy(raw: bytes) -> Message:
        if b"poison" in raw:
            raise RecursionError("too deep")
        return parse(raw)

    monkeypatch.setattr(read, "parse", touchy)
    made = poll.poll(ws).made
    assert made.filed == 1
    assert len(made.broken) == 1
    with ws.store.read() as connection:
        (broken,) = inbox.rows(connection, states=("broken",))
        assert (broken.needs_person, inbox.raw(connection, broken.sha256)) == (
            True,
            b"Subject: poison\n\nboom",
        )


def test_a_token_that_was_never_issued_matches_nothing() -> None:
    clues = match.Clues((), (), (("subject", ("FOI-AAAAA2", "FOI-BBBBB2")),))
    assert match.match(clues, match.Known({}, {"FOI-BBBBB2": "RBB"})).token == "FOI-BBBBB2"
    stranger = match.match(clues, match.Known({}, {}))
    assert (stranger.token, stranger.candidates) == (None, ())


# Files, store, layers


@pytest.mark.parametrize(
    "line",
    [
        'password = "hunter2"',
        'outgoing_password = "hunter2"',
        'outgoing = "smtps://us:hunter2@mail.example.org"',
        'incoming = "imaps://us:hunter2@mail.example.org"',
    ],
)
def test_a_secret_written_into_the_settings_is_refused_and_not_repeated(line: str) -> None:
    text = f'[requester]\nname = "R"\nemail = "{US}"\n[mail]\n{line}\n'
    found, problems = settings.read(text, {}, {})
    assert [problem.where for problem in problems] == ["foimail.toml:5"]
    assert "hunter2" not in str(problems)
    assert "hunter2" not in str(found.values)


def test_a_store_of_a_newer_foimail_is_left_alone(ws: Workspace) -> None:
    with ws.store.write() as connection:
        connection.exec_driver_sql("INSERT INTO migrations VALUES ('9999_later', '2030-01-01 00:00:00')")
    ws.store.close()
    with pytest.raises(StoreError, match="newer foimail"):
        open_workspace(ws.folder, DAY, {}).store  # noqa: B018 - it is opened by being asked for


def test_migrations_run_in_their_order_and_once(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    steps = (*migrations.STEPS, *((name, lambda _, n=name: ran.append(n)) for name in ("0002_a", "0003_b")))
    monkeypatch.setattr(migrations, "STEPS", steps)
    migrations.migrate(ws.store.write, NOW)
    migrations.migrate(ws.store.write, NOW)
    assert ran == ["0002_a", "0003_b"]
    with ws.store.read() as connection:
        assert migrations.applied(connection) == {name for name, _ in steps}


def test_imports_go_down_only() -> None:
    command = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    done = _python("-c", command)
    assert done.returncode == 0, done.stdout


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
