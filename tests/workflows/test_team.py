"""Several people and machines at once on one store: nothing is done twice, and nobody who lives is taken for dead."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from foimail.cli.main import run
from foimail.errors import BusyError, StoreError
from foimail.mail.maildir import make_maildir
from foimail.mail.outgoing import Accepted
from foimail.store import cases, inbox, outbox
from foimail.store.locks import hold
from foimail.workflows import deliver, poll, send
from foimail.workspace import Workspace, open_workspace
from tests.desk import TODAY, Desk, Server, mail
from tests.postgres import ENGINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from foimail.mail.outgoing import Outcome
    from tests.postgres import Postgres

SPAWN = multiprocessing.get_context("spawn")
MANY = 24
REGISTRY = "bodies:\n" + "".join(
    f"  - {{id: B{n:02}, name: Body {n} NHS Trust, type: acute, nation: England, email: foi@b{n:02}.example}}\n"
    for n in range(MANY)
)
on_a_server = pytest.mark.skipif(ENGINE == "sqlite", reason="a file has one worker at a time")


def in_processes(*commands: tuple[Path, tuple[str, ...]]) -> list[int]:
    """Run these commands at the same moment, each in a process of its own; their exit codes come back, in no order."""
    gate, codes = SPAWN.Barrier(len(commands)), SPAWN.Queue()
    workers = [SPAWN.Process(target=_run, args=(folder, words, gate, codes)) for folder, words in commands]
    for worker in workers:
        worker.start()
    found = [codes.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(timeout=60)
    return sorted(found)


def _run(folder: Path, words: tuple[str, ...], gate: Any, codes: Any) -> None:
    gate.wait()
    code: object = 1
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        try:
            run(["--workspace", str(folder), "--today", TODAY, *words])
        except SystemExit as end:
            code = end.code
    codes.put(code)


@pytest.fixture
def folders(workspace: Callable[..., Path]) -> list[Path]:
    """Two machines' workspaces on one store."""
    one, two = (workspace(name, REGISTRY) for name in ("one", "two"))
    if ENGINE == "sqlite":
        url = f"sqlite:///{one / 'foimail.db'}"
        (two / "foimail.toml").write_text(
            (two / "foimail.toml").read_text().replace("sqlite:///foimail.db", url)
        )
    else:
        (two / "foimail.toml").write_text((one / "foimail.toml").read_text())
    for folder, other in zip((one, two), ("1", "2"), strict=True):
        settings = folder / "foimail.toml"
        settings.write_text(settings.read_text().replace("maildir:inbox", f"maildir:inbox{other}"))
        make_maildir(folder / f"inbox{other}")
    return [one, two]


def opened(folder: Path) -> Workspace:
    return open_workspace(folder, date.fromisoformat(TODAY), {})


def queued(folder: Path) -> Workspace:
    """The workspace with a letter to each body in the outbox."""
    ws = opened(folder)
    assert send.enqueue(ws, send.plan(ws, send.Selection()).letters) == MANY
    return ws


def states(ws: Workspace) -> dict[str, str]:
    with ws.store.read() as connection:
        return {row.recipient: row.state for row in outbox.rows(connection)}


def posted(*folders: Path) -> Counter[str]:
    """How often each Message-ID lies in the outgoing Maildirs."""
    found = [path.read_bytes() for folder in folders for path in (folder / "outbox" / "new").iterdir()]
    return Counter(raw.partition(b"Message-ID: ")[2].partition(b"\n")[0].decode() for raw in found)


def test_senders_on_two_machines_send_each_letter_once(folders: list[Path]) -> None:
    ws = queued(folders[0])
    words = ("send", "--queued", "--yes")
    codes = in_processes(*((folder, words) for folder in (*folders, *folders)))
    assert set(codes) <= ({0, 10} if ENGINE == "sqlite" else {0})
    letters = posted(*folders)
    assert (len(letters), set(letters.values())) == (MANY, {1})
    assert set(states(ws).values()) == {"sent"}
    with ws.store.read() as connection:
        assert Counter(e.event.kind for e in cases.log(connection))["sent"] == MANY
    ws.close()


def test_requests_sent_by_two_people_at_once_go_once(folders: list[Path]) -> None:
    codes = in_processes(*((folder, ("send", "--all-trusts", "--yes")) for folder in folders))
    assert (
        0 in codes
    )  # the other may have been told that it was written to meanwhile, or that another is at work
    assert set(codes) <= {0, 3, 10}
    ws = opened(folders[0])
    with ws.store.read() as connection:
        assert len({o.body for o in cases.openings(connection)}) == len(cases.openings(connection)) == MANY
    letters = posted(*folders)
    assert set(letters.values()) == {1}
    assert len(letters) == MANY
    ws.close()


def test_pollers_on_two_machines_read_each_message_once(folders: list[Path]) -> None:
    queued(folders[0]).close()
    ws = opened(folders[0])
    deliver.deliver(ws)
    with ws.store.read() as connection:
        tokens = {o.body: o.token for o in cases.openings(connection)}
    for number, folder in enumerate(folders):
        one = Desk(folder, None)  # type: ignore[arg-type]  # nothing is captured
        for n in range(MANY):
            text = f"We have received your request, answer {number}."
            one.comes(
                mail(
                    text,
                    sender=f"foi@b{n:02}.example",
                    subject=f"RE: [{tokens[f'B{n:02}']}]",
                    on="2026-06-12T10:00",
                    message_id=f"{number}.{n}@b.example",
                ),
                f"inbox{number + 1}",
            )
    assert set(in_processes(*((folder, ("poll",)) for folder in (*folders, *folders)))) <= {0, 3, 10}
    in_processes(*((folder, ("poll",)) for folder in folders[:1]))  # on a file one was turned away
    in_processes(*((folder, ("poll",)) for folder in folders[1:]))
    with ws.store.read() as connection:
        rows = inbox.rows(connection, states=("new", "read", "repeat", "broken"))
        received = Counter(e.event.kind for e in cases.log(connection))["received"]
    assert Counter(row.state for row in rows) == {"read": 2 * MANY}
    assert received == 2 * MANY
    ws.close()


@on_a_server
def test_a_mailbox_is_fetched_from_by_one_at_a_time(folders: list[Path]) -> None:
    one, two = (opened(folder) for folder in folders)
    with hold(one.store, "poll", among=True) as other:
        assert other.take("maildir:inbox1")
        with pytest.raises(BusyError, match="fetches from maildir:inbox1"):
            poll.poll(one)
        assert poll.poll(two).fetched == 0


@dataclass
class Interrupting(Server):
    """A server during whose first letter something happens."""

    meanwhile: Callable[[], None] = lambda: None
    done: list[str] = field(default_factory=list)

    def send(self, sender: str, to: str, copy: str | None, raw: bytes) -> Outcome:
        outcome = super().send(sender, to, copy, raw)
        if not self.done:
            self.done.append(to)
            self.meanwhile()
        return outcome


@on_a_server
def test_a_letter_on_its_way_is_left_to_its_living_sender(
    folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, other = queued(folders[0]), opened(folders[1])
    seen: list[deliver.Delivered] = []
    server = Interrupting(meanwhile=lambda: seen.append(deliver.deliver(other, limit=1)))
    monkeypatch.setattr(Workspace, "open_outgoing", lambda _: server)
    assert deliver.deliver(ws).unknown == []
    assert (seen[0].sent, seen[0].unknown) == (1, [])
    assert Counter(server.recipients).most_common(1)[0][1] == 1
    assert set(states(ws).values()) == {"sent"}


def _hang(folder: Path, began: Any) -> None:
    def hang() -> None:
        began.set()
        time.sleep(600)

    Workspace.open_outgoing = lambda _: Interrupting(meanwhile=hang)  # type: ignore[assignment, method-assign]
    deliver.deliver(opened(folder))


def test_of_two_senders_the_letter_of_the_one_that_was_killed_is_unknown_and_not_sent_again(
    folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = queued(folders[0])
    began = SPAWN.Event()
    doomed = SPAWN.Process(target=_hang, args=(folders[1], began))
    doomed.start()
    assert began.wait(60)
    (in_hand,) = [to for to, state in states(ws).items() if state == "sending"]
    server = Server()
    monkeypatch.setattr(Workspace, "open_outgoing", lambda _: server)
    if ENGINE == "sqlite":
        with pytest.raises(BusyError):
            deliver.deliver(ws)
    else:
        assert deliver.deliver(ws, limit=3).sent == 3
    assert states(ws)[in_hand] == "sending"
    assert doomed.pid
    os.kill(doomed.pid, signal.SIGKILL)
    doomed.join()
    end = (
        time.monotonic() + 20
    )  # the server sees at once that the connection has gone; it must not take its time for it
    while states(ws)[in_hand] == "sending":
        assert time.monotonic() < end
        deliver.deliver(ws)
    assert Counter(states(ws).values()) == {"unknown": 1, "sent": MANY - 1}
    assert states(ws)[in_hand] == "unknown"
    assert in_hand not in server.recipients
    ws.close()


@on_a_server
def test_a_sender_cut_off_from_the_store_is_believed_when_it_is_back_and_stops(
    folders: list[Path], monkeypatch: pytest.MonkeyPatch, postgres: Postgres
) -> None:
    ws, other = queued(folders[0]), opened(folders[1])

    def cut_off() -> None:
        postgres.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        with other.one_of("send") as there:
            deliver.orphans(other, deliver.Delivered(), there)
        assert Counter(states(other).values())["unknown"] == 1

    server = Interrupting(meanwhile=cut_off)
    monkeypatch.setattr(Workspace, "open_outgoing", lambda _: server)
    with pytest.raises(StoreError):
        deliver.deliver(ws)
    assert len(server.recipients) == 1
    assert Counter(states(other).values()) == {"sent": 1, "queued": MANY - 1}
    with other.store.read() as connection:
        kinds = [e.event.kind for e in cases.log(connection) if e.event.kind in {"unknown", "sent"}]
    assert kinds == ["unknown", "sent"]


@on_a_server
def test_pace_and_budget_are_those_of_all_senders_together(
    folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in folders:
        settings = (folder / "foimail.toml").read_text().replace("maildir:outbox", "smtp://127.0.0.1:2525")
        pace = "\n[sending]\nrate = 6\ndomain_spacing = 0\ndaily_budget = 10\n"
        (folder / "foimail.toml").write_text(settings + pace)
    ws, other = queued(folders[0]), opened(folders[1])
    monkeypatch.setattr(Workspace, "open_outgoing", lambda _: Server())
    assert deliver.deliver(ws, limit=1).sent == 1
    slept: list[float] = []

    class Slept(Exception):  # noqa: N818 - it is no error
        """The sender would wait now."""

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        raise Slept

    with pytest.raises(Slept):
        deliver.deliver(other, sleep=sleep)
    assert 5 < slept[0] <= 10
    with ws.store.write() as connection:
        for row in outbox.rows(connection, "queued")[:4]:
            outbox.settle(connection, row.id, "sent", "elsewhere", ws.now(), was=("queued",))
    done = deliver.deliver(other)
    assert (done.sent, done.left) == (0, MANY - 5)
    assert "budget" in done.stopped


def test_an_accepted_letter_that_a_person_has_settled_meanwhile_is_sent_whatever_they_said(
    desk: Desk, server: Server
) -> None:
    ws = desk.open()
    send.enqueue(ws, send.plan(ws, send.Selection(codes=("RAA",))).letters)
    with ws.store.write() as connection:
        (row,) = outbox.rows(connection)
        outbox.claim(connection, row.id, b"", ws.moment)
        outbox.settle(connection, row.id, "not_sent", "", ws.now(), was=("sending",))
    with ws.store.write() as connection:
        deliver.record(connection, ws, row, Accepted("250 taken"), deliver.Delivered())
    assert set(states(ws).values()) == {"sent"}
    assert server.letters == []


def test_who_decided_what_is_recorded_by_name_and_a_rule_has_none(desk: Desk) -> None:
    def by(name: str, *words: str) -> None:
        ended = desk.run("--set", f"review.by={name}", *words)
        assert ended.code in {0, 3}, ended.err

    by("Ada", "send", "RAA", "--yes")
    token = desk.tokens()["RAA"]
    desk.comes(mail("We ask for a fee.", subject=f"RE: [{token}]", on="2026-06-12T10:00"))
    by("Ben", "poll")
    by("Cleo", "inbox", "assign", "1", token, "--kind", "fees_notice")
    by("Dora", "told", token, "1", "fee=25 pounds")
    by("Eve", "paid", token, "--on", TODAY)
    by("Fay", "note", token, "They rang.")
    with desk.open().store.read() as connection:
        log = [(e.event.kind, e.who) for e in cases.log(connection, token=token)]
    assert [one for one in log if one[0] != "told" or one[1]] == [
        ("opened", "Ada"),
        ("queued", "Ada"),
        ("sent", ""),
        ("received", ""),
        ("received", "Cleo"),
        ("told", "Dora"),
        ("paid", "Eve"),
        ("noted", "Fay"),
    ]
    shown = desk.run("show", token).out
    assert "your note: They rang. [Fay]" in shown
    assert shown.count("[Cleo]") == 1
    desk.run("note", token, "Myself.")
    assert "your note: Myself.\n" in desk.run("show", token).out
