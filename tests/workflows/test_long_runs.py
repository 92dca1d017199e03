"""What goes on over many runs and past midnight."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from operator import add
from typing import TYPE_CHECKING, Any

import pytest

from foimail.errors import LoginError
from foimail.events import Sent, Unknown
from foimail.mail.outgoing import Outcome, Rejected
from foimail.store import cases, outbox
from foimail.workflows import deliver, send
from foimail.workflows import outbox as settling

if TYPE_CHECKING:
    from foimail.workspace import Workspace
    from tests.desk import Desk, Server

A = "foi@ashcombe.example"
BEFORE_MIDNIGHT = datetime(2026, 6, 12, 22, 59, tzinfo=UTC)  # 23:59 in London
GREYLISTED = Rejected(451, "451 4.7.1 Greylisted, come back", permanent=False, scope="recipient")
CLOSING = Rejected(421, "421 4.3.2 Closing", permanent=False, scope="session")


@pytest.fixture
def ws(desk: Desk, server: Server) -> Workspace:  # noqa: ARG001 - the settings name the server
    """One letter in the outbox."""
    ws = desk.open()
    send.enqueue(ws, send.plan(ws, send.Selection(("RAA",))).letters)
    return ws


def the_letter(ws: Workspace) -> outbox.Row:
    with ws.store.read() as connection:
        (row,) = outbox.rows(connection)
    return row


def runs(ws: Workspace, server: Server, *answers: Outcome | BaseException) -> None:
    """As many runs as answers, three days apart."""
    server.answers[A] = list(answers)
    for number in range(len(answers)):
        late = partial(add, ws.now(), timedelta(days=3 * number))
        try:
            deliver.deliver(replace(ws, now=late))
        except LoginError:
            continue


def test_a_server_that_takes_nothing_does_not_use_up_the_tries_of_a_letter(
    ws: Workspace, server: Server
) -> None:
    runs(ws, server, *[CLOSING] * 5, *[LoginError("no")] * 5, GREYLISTED)
    assert (the_letter(ws).state, the_letter(ws).attempts) == ("queued", 1)


def test_a_person_who_tries_again_begins_the_count_anew(ws: Workspace, server: Server) -> None:
    runs(ws, server, *[GREYLISTED] * 7)
    assert the_letter(ws).state == "refused"
    settling.retry(ws, the_letter(ws).id)
    runs(ws, server, GREYLISTED)
    assert (the_letter(ws).state, the_letter(ws).attempts) == ("queued", 1)


def test_a_run_ends_at_midnight_because_the_law_counts_from_the_day(
    desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = BEFORE_MIDNIGHT
    ws = replace(desk.open("2026-06-12"), now=lambda: clock)
    send.enqueue(ws, send.plan(ws, send.Selection()).letters)

    send_ = server.send

    def takes_two_minutes(*letter: Any) -> Any:
        nonlocal clock
        clock += timedelta(minutes=2)
        return send_(*letter)

    monkeypatch.setattr(server, "send", takes_two_minutes)
    done = deliver.deliver(ws)
    assert (done.sent, done.left) == (1, 2)
    assert done.stopped == "midnight has passed; the next run goes on with the new date"
    tomorrow = replace(desk.open("2026-06-13"), now=lambda: clock)
    assert deliver.deliver(tomorrow).sent == 2
    with ws.store.read() as connection:
        days = [e.event.on for e in cases.log(connection) if isinstance(e.event, Sent)]
    assert days == [date(2026, 6, 12), date(2026, 6, 13), date(2026, 6, 13)]
    assert [b"Date: Fri, 12 Jun" in raw for _, _, raw in server.letters] == [True, False, False]


def test_a_letter_found_on_its_way_days_later_is_in_doubt_since_the_day_it_went(
    desk: Desk, ws: Workspace, server: Server
) -> None:
    server.answers[A] = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        deliver.deliver(ws)
    deliver.deliver(desk.open("2026-06-15"))
    with ws.store.read() as connection:
        log = [entry.event for entry in cases.log(connection)]
    assert [event.on for event in log if isinstance(event, Unknown)] == [date(2026, 6, 12)]
    settling.settle(desk.open("2026-06-16"), the_letter(ws).id, sent=True)
    assert desk.report("2026-06-16")["RAA"]["stage"] == "awaiting"
