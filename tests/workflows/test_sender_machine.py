"""The sender, killed at every step and lied to by its server: hypothesis looks for a way to make it send a letter twice."""

from __future__ import annotations

import shutil
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from foimail.case import fold
from foimail.errors import InputError, LoginError
from foimail.events import Sent
from foimail.law.calendar import legal_date
from foimail.mail.maildir import MaildirOut
from foimail.mail.outgoing import Accepted, Lost, Outcome, Rejected
from foimail.store import cases, outbox
from foimail.store.engine import Store
from foimail.workflows import deliver, init, poll, send
from foimail.workflows import outbox as settling
from foimail.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from datetime import date
    from pathlib import Path

    from sqlalchemy import Connection

    from foimail.events import Event

US = "rowan@requester.test"
CODES = ("RAA", "RBB", "RCC", "RDD")
# What a server does with a letter. The last three leave nobody the wiser, or nobody able to go on.
FATES = (
    *("takes", "takes, and it grows late", "refuses", "defers", "stops"),
    *("takes in silence", "loses", "wants another login"),
)
KILLS = st.none() | st.integers(1, 16)  # after so many points at which a process can die
ANY = settings(
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
# not shrunk: a failure is short already, and `make test` must not search for minutes
QUICK = settings(
    ANY, max_examples=30, stateful_step_count=12, derandomize=True, phases=[Phase.explicit, Phase.generate]
)
DEEP = settings(ANY, max_examples=150, stateful_step_count=30, print_blob=True)


@dataclass(frozen=True)
class Run:
    """A run of the sender: hours after the command before it, what the server will do, where it dies, how many letters."""

    hours: int = 0
    fates: tuple[str, ...] = ()
    kill: int | None = None
    limit: int | None = None


RUNS = st.builds(
    Run,
    hours=st.sampled_from([0, 1, 60]),
    fates=st.lists(st.sampled_from(FATES), max_size=5).map(tuple),
    kill=KILLS,
    limit=st.none() | st.integers(1, 3),
)


class Killed(BaseException):
    """The end of the process: nothing of foimail's catches it."""


@dataclass
class Server:
    """The other side: a server that takes letters for all bodies, and knows who has had what.

    `has` are the letters that count, by case: those delivered, but for the ones that were reported unknown and that a person
    then declared not sent.
    """

    machine: SenderMachine
    fates: list[str] = field(default_factory=list)
    has: dict[str, str] = field(default_factory=dict)
    copies: list[bytes] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    taken_on: dict[str, date] = field(default_factory=dict)
    bytes_of: dict[str, bytes] = field(default_factory=dict)

    def check(self) -> str:
        return "well"

    def encryption(self) -> None:
        return None

    def close(self) -> None:
        pass

    def send(self, _sender: str, _to: str, _copy: str | None, raw: bytes) -> Outcome:
        message_id = raw.partition(b"Message-ID: <")[2].partition(b">")[0].decode()
        assert self.bytes_of.setdefault(message_id, raw) == raw, "a retry has other bytes"
        fate = self.fates.pop(0) if self.fates else "takes"
        self.machine.may_die()
        match fate:
            case "wants another login":
                raise LoginError("535 no")
            case "refuses":
                return Rejected(550, "550 no such user", permanent=True, scope="recipient")
            case "defers":
                return Rejected(451, "451 later", permanent=False, scope="recipient")
            case "stops":
                return Rejected(421, "421 closing", permanent=False, scope="session")
            case "loses":
                self.lost.append(message_id)
                return Lost("no answer")
        self._take(message_id, raw)
        self.machine.may_die()
        if fate == "takes in silence":
            self.lost.append(message_id)
            return Lost("no answer")
        if fate == "takes, and it grows late":
            self.machine.clock += timedelta(hours=5)
        return Accepted("250 taken")

    def _take(self, message_id: str, raw: bytes) -> None:
        token = message_id.partition(".")[0].upper()
        assert token not in self.has, f"{token} was sent twice"
        self.has[token] = message_id
        self.taken_on[message_id] = legal_date(self.machine.clock)
        self.copies.append(raw)


class SenderMachine(RuleBasedStateMachine):
    """Commands in any order, each in a workspace opened anew, as the command line does it."""

    template: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.folder = self.template.parent / "requests"
        shutil.copytree(self.template, self.folder)
        self.clock = datetime(2026, 9, 1, 20, tzinfo=UTC)
        self.addresses = {code: f"foi@{code.lower()}.test" for code in CODES}
        self.server = Server(self)
        self.countdown: int | None = None
        self.patches = pytest.MonkeyPatch()
        self.patches.setattr(Workspace, "open_outgoing", lambda _: self.server)
        self.patches.setattr(Store, "write", self._mortal(Store.write))
        self.seen = self._open()
        self._list_addresses()

    def teardown(self) -> None:
        try:
            self._goes_to_its_end()
            self.all_is_well()
        finally:
            self.seen.store.close()
            self.patches.undo()
            shutil.rmtree(self.folder)

    # What a user does

    @initialize(run=RUNS)
    def begins(self, run: Run) -> None:
        self.asks(set(CODES[:3]), None)
        self.sends(run)

    @rule(codes=st.sets(st.sampled_from(CODES), min_size=1), kill=KILLS)
    def asks(self, codes: set[str], kill: int | None) -> None:
        with self._command(kill) as ws:
            send.enqueue(ws, send.plan(ws, send.Selection(tuple(sorted(codes)))).letters)

    @rule(run=RUNS)
    def sends(self, run: Run) -> None:
        self.clock += timedelta(hours=run.hours)
        self.server.fates, self.server.lost = list(run.fates), []
        unknown_before, orphans = self._reported(), self._in_hand()
        with self._command(run.kill) as ws:
            deliver.deliver(ws, limit=run.limit, sleep=lambda _: None)
        in_hand = self._in_hand()
        assert len(in_hand) <= (self.countdown == 0), "only a kill leaves a letter on its way, and only one"
        expected = [m for m in (*orphans, *self.server.lost) if m not in in_hand]
        assert self._reported() - unknown_before == Counter(expected), "who is in doubt must be, and no other"

    @rule(kill=KILLS, some=st.integers(0, 3))
    def polls(self, kill: int | None, some: int) -> None:
        mailbox = MaildirOut(self.folder / "inbox")
        for raw in self.server.copies[:some]:
            mailbox.send(US, US, None, raw)
        del self.server.copies[:some]
        with self._command(kill) as ws:
            poll.poll(ws)

    @precondition(lambda self: self._letters())
    @rule(which=st.integers(0, 10), sent=st.booleans(), kill=KILLS)
    def settles(self, which: int, sent: bool, kill: int | None) -> None:  # noqa: FBT001  # drawn by hypothesis
        row = self._pick(which)
        with self._command(kill) as ws:
            if row.state != "unknown":
                with pytest.raises(InputError, match="not unknown"):
                    settling.settle(ws, row.id, sent=sent)
                return
            settling.settle(ws, row.id, sent=sent)
        if self._state(row.id) == "not_sent" and self.server.has.get(row.token) == row.message_id:
            del self.server.has[row.token]  # the person was wrong; the second letter is theirs

    @precondition(lambda self: self._letters())
    @rule(which=st.integers(0, 10), moved=st.booleans(), kill=KILLS, run=RUNS)
    def retries(self, which: int, moved: bool, kill: int | None, run: Run) -> None:  # noqa: FBT001  # as above
        row = self._pick(which)
        if moved:
            self.addresses = {c: a if a != row.recipient else f"new.{a}" for c, a in self.addresses.items()}
            self._list_addresses()
        with self._command(kill) as ws:
            if row.state in {"unknown", "sent", "sending"}:
                with pytest.raises(InputError):
                    settling.retry(ws, row.id)
                return
            try:
                settling.retry(ws, row.id)
            except InputError as error:
                assert "another letter" in error.message or "went after all" in error.message  # noqa: PT017  # that it may also succeed is the point
        self.sends(run)

    # What must be true at any moment

    @invariant()
    def all_is_well(self) -> None:
        rows, log = self._letters(), self._log()
        for row in rows:
            self._row_and_log_agree(row, log[row.token])
        states = {row.message_id: row.state for row in rows}
        for message_id in self.server.has.values():
            assert states[message_id] in {"sending", "unknown", "sent"}, (
                "what a body has is not taken for unsent"
            )
        with self.seen.store.read() as connection:
            opened = Counter(opening.body for opening in cases.openings(connection))
        assert set(opened.values()) <= {1}, "a body has one case"

    def _row_and_log_agree(self, row: outbox.Row, log: list[Event]) -> None:
        of_letter = [e for e in log if getattr(e, "message_id", "") == row.message_id]
        sent = [e for e in of_letter if isinstance(e, Sent)]
        assert len(sent) == (row.state == "sent"), "a letter is sent once, and its row says so"
        (sending,) = [s for s in fold(row.token, log).sendings if s.message_id == row.message_id]
        assert sending.state == ("queued" if row.state == "sending" else row.state), row
        doubted = {"not_sent"} & {e.kind for e in of_letter}
        if sent and not doubted and sent[0].evidence != "person":
            assert sent[0].on == self.server.taken_on[row.message_id], "the clock runs from the day it went"

    # How

    def may_die(self) -> None:
        """A point at which the process can die."""
        if self.countdown:
            self.countdown -= 1
            if self.countdown == 0:
                raise Killed

    @contextmanager
    def _command(self, kill: int | None) -> Iterator[Workspace]:
        self.countdown = kill
        ws = self._open()
        try:
            yield ws
        except (Killed, LoginError):
            pass
        finally:
            ws.store.close()
        self.countdown = 0 if self.countdown == 0 else None

    def _open(self) -> Workspace:
        opened = open_workspace(self.folder, legal_date(self.clock), {})
        ws = replace(opened, now=lambda: self.clock)
        if hasattr(self, "seen"):  # what never changes is read once
            ws.__dict__.update(campaign=self.seen.campaign, law=self.seen.law)
        return ws

    def _mortal(self, write: Callable[[Store], AbstractContextManager[Connection]]) -> object:
        @contextmanager
        def mortal(store: Store) -> Iterator[Connection]:
            with write(store) as connection:
                yield connection
                self.may_die()
            self.may_die()

        return mortal

    def _list_addresses(self) -> None:
        lines = [
            f"  - {{id: {code}, name: {code} NHS Trust, nation: England, email: {address}}}\n"
            for code, address in self.addresses.items()
        ]
        (self.folder / "trusts.yaml").write_text("bodies:\n" + "".join(lines), encoding="utf-8")

    def _letters(self) -> list[outbox.Row]:
        with self.seen.store.read() as connection:
            return outbox.rows(connection)

    def _pick(self, which: int) -> outbox.Row:
        # hypothesis likes small numbers: letters in doubt, where most can go wrong, stand first
        rows = sorted(self._letters(), key=lambda row: row.state != "unknown")
        return rows[which % len(rows)]

    def _state(self, number: int) -> str:
        return next(row.state for row in self._letters() if row.id == number)

    def _in_hand(self) -> list[str]:
        return [row.message_id for row in self._letters() if row.state == "sending"]

    def _log(self) -> dict[str, list[Event]]:
        found: dict[str, list[Event]] = {}
        with self.seen.store.read() as connection:
            for entry in cases.log(connection):
                found.setdefault(entry.token, []).append(entry.event)
        return found

    def _reported(self) -> Counter[str]:
        unknown = [e for events in self._log().values() for e in events if e.kind == "unknown"]
        return Counter(str(getattr(event, "message_id", "")) for event in unknown)

    def _goes_to_its_end(self) -> None:
        """With no more faults, every letter that waits goes, and nothing new is in doubt."""
        orphans = self._in_hand()
        before = self._reported()
        waiting = {row.message_id for row in self._letters() if row.state == "queued"}
        self.sends(Run(hours=72))
        assert self._reported() - before == Counter(orphans)
        assert {r.state for r in self._letters()} <= {"sent", "refused", "unknown", "not_sent"}
        assert waiting <= set(self.server.has.values())


@pytest.fixture
def machine(tmp_path: Path) -> type[SenderMachine]:
    folder = tmp_path / "template"
    folder.mkdir()
    (folder / "trusts.yaml").write_text("bodies: []\n", encoding="utf-8")
    init.make(folder, "Rowan Ashdown", US)
    toml = folder / "foimail.toml"
    text = toml.read_text(encoding="utf-8").replace("maildir:outbox", "smtp://us@127.0.0.1:2525")
    toml.write_text(f"{text}\n[sending]\nrate = 0\ndomain_spacing = 0\n", encoding="utf-8")
    open_workspace(folder, legal_date(datetime.now(UTC)), {}).store.close()

    class Placed(SenderMachine):
        template = folder

    return Placed


def test_no_letter_is_sent_twice_whatever_happens(machine: type[SenderMachine]) -> None:
    run_state_machine_as_test(machine, settings=QUICK)


@pytest.mark.slow
def test_no_letter_is_sent_twice_whatever_happens_in_many_runs(machine: type[SenderMachine]) -> None:
    run_state_machine_as_test(machine, settings=DEEP)
