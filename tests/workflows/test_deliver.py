"""Delivering the outbox: every outcome, every stop, and what the next run makes of it."""

from __future__ import annotations

import signal
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from operator import add
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, update

from foimail.errors import BusyError, InputError, LoginError, MailError
from foimail.events import Queued, Refused, Sent, Unknown
from foimail.mail.outgoing import Accepted, Lost, Rejected
from foimail.store import cases, outbox
from foimail.store.schema import outbox as table
from foimail.workflows import deliver, send
from foimail.workflows.turns import Pace
from tests.desk import TODAY

if TYPE_CHECKING:
    from foimail.workspace import Workspace
    from tests.desk import Desk, Server

A, B, C = "foi@ashcombe.example", "foi@birchwood.example", "foi@carrick.example"
GREYLISTED = Rejected(451, "451 4.7.1 Greylisted, come back", permanent=False, scope="recipient")
NOBODY = Rejected(550, "550 5.1.1 No such user", permanent=True, scope="recipient")
BLOCKED = Rejected(550, "550 5.7.1 Blocked", permanent=True, scope="session")


@pytest.fixture
def ws(desk: Desk, server: Server) -> Workspace:  # noqa: ARG001 - the settings name the server
    """The workspace with three letters in the outbox."""
    ws = desk.open()
    send.enqueue(ws, send.plan(ws, send.Selection()).letters)
    return ws


def events_of(ws: Workspace, recipient: str) -> list[type]:
    with ws.store.read() as connection:
        (row,) = [r for r in outbox.rows(connection) if r.recipient == recipient]
        return [type(entry.event) for entry in cases.log(connection, token=row.token)][1:]


def states(ws: Workspace) -> dict[str, str]:
    with ws.store.read() as connection:
        return {row.recipient: row.state for row in outbox.rows(connection)}


def test_accepted_letters_are_sent_with_the_servers_answer(ws: Workspace, server: Server) -> None:
    done = deliver.deliver(ws)
    assert (done.sent, done.left, done.stopped) == (3, 0, "")
    assert server.recipients == [A, B, C]
    assert server.closed == 1
    assert set(states(ws).values()) == {"sent"}
    with ws.store.read() as connection:
        sent = [e.event for e in cases.log(connection) if isinstance(e.event, Sent)]
    assert {(e.on, e.answer, e.evidence) for e in sent} == {(ws.today, "250 2.0.0 taken", "server")}


def test_a_blind_copy_goes_to_the_requester_unless_it_is_turned_off(ws: Workspace, server: Server) -> None:
    deliver.deliver(ws, limit=1)
    ws.settings.values["mail.copy_to_self"] = False  # type: ignore[index]  # a dict behind a Mapping
    deliver.deliver(ws, limit=1)
    assert [copy for _, copy, _ in server.letters] == ["foi@northlight.example", None]
    assert all(b"bcc" not in raw.lower() for _, _, raw in server.letters)


def test_replies_can_be_asked_to_a_plus_address(ws: Workspace, server: Server) -> None:
    ws.settings.values["mail.plus_address"] = True  # type: ignore[index]  # as above
    deliver.deliver(ws, limit=1)
    with ws.store.read() as connection:
        token = outbox.rows(connection)[0].token
    assert f"Reply-To: foi+{token.lower()}@northlight.example".encode() in server.letters[0][2]


def test_a_permanent_refusal_is_recorded_and_the_rest_goes_on(
    ws: Workspace, server: Server, desk: Desk
) -> None:
    server.answers[A] = [NOBODY]
    done = deliver.deliver(ws)
    assert (done.sent, done.refused) == (2, [f"{A}: 550 5.1.1 No such user"])
    assert events_of(ws, A) == [Queued, Refused]
    row = desk.report()["RAA"]
    assert (row["stage"], row["due"], row["route"]) == ("refused", None, "address")
    assert f"its server refused {A}; see `foimail outbox`" in desk.run("send", "RAA", "--dry-run").err


def test_a_refusal_ends_the_command_with_three(desk: Desk, server: Server) -> None:
    server.answers[A] = [NOBODY]
    server.answers[B] = [GREYLISTED]
    server.answers[C] = [Lost("no answer in time")]
    ended = desk.run("send", "--all-trusts", "--yes")
    assert (ended.code, ended.out) == (3, "sent 0, skipped 3, failed 2, 1 put off\n")
    assert "refused by the server:\n  foi@ashcombe.example: 550 5.1.1 No such user" in ended.err
    assert "put off, tried again by a later run:\n  foi@birchwood.example: 451 4.7.1" in ended.err
    assert (
        "unknown: perhaps sent, see `foimail outbox`:\n  foi@carrick.example: no answer in time" in ended.err
    )


def test_a_temporary_refusal_is_tried_again_later_with_the_same_bytes(ws: Workspace, server: Server) -> None:
    server.answers[A] = [GREYLISTED]
    first = deliver.deliver(ws, limit=1)
    assert first.put_off == [f"{A}: 451 4.7.1 Greylisted, come back"]
    assert states(ws)[A] == "queued"
    deliver.deliver(ws)
    assert server.recipients == [A, B, C]  # too early for A
    later = replace(ws, now=lambda: ws.now() + timedelta(hours=0.2))
    assert deliver.deliver(later).sent == 1
    assert server.recipients == [A, B, C, A]
    assert server.letters[0][2] == server.letters[3][2]


def test_what_is_put_off_is_told_and_not_counted_as_to_be_sent(desk: Desk, server: Server) -> None:
    server.answers[A] = [GREYLISTED]
    desk.run("send", "RAA", "--yes")
    ended = desk.run("send", "--all-trusts", "--dry-run")
    assert "waiting in the outbox" not in ended.err
    assert f"{A}: tried again after " in ended.err
    assert f"{A}: tried again after " in desk.run("send", "--queued", "--dry-run").err


def test_a_temporary_refusal_becomes_final_in_the_end(ws: Workspace, server: Server) -> None:
    server.answers[A] = [GREYLISTED] * 7
    for day in range(7):
        late = partial(add, ws.now(), timedelta(days=3 * day))
        deliver.deliver(replace(ws, now=late))
    assert server.recipients.count(A) == 7
    assert states(ws)[A] == "refused"
    assert events_of(ws, A) == [Queued, Refused]


def test_no_answer_is_unknown_and_never_sent_again_by_itself(
    ws: Workspace, server: Server, desk: Desk
) -> None:
    server.answers[A] = [Lost("the line broke")]
    assert deliver.deliver(ws).unknown == [f"{A}: the line broke"]
    assert events_of(ws, A) == [Queued, Unknown]
    deliver.deliver(ws)
    ended = desk.run("send", "--all-trusts", "--yes")
    assert "perhaps sent; settle it with `foimail outbox settle`: RAA" in ended.err
    assert server.recipients.count(A) == 1
    assert desk.report()["RAA"]["stage"] == "unknown"


def test_a_letter_found_on_its_way_at_the_start_is_unknown(ws: Workspace, server: Server) -> None:
    server.answers[A] = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        deliver.deliver(ws)
    assert states(ws) == {A: "sending", B: "queued", C: "queued"}
    assert server.closed == 1
    done = deliver.deliver(ws)
    assert done.unknown == [f"{A}: foimail was stopped while the letter was on its way"]
    assert server.recipients == [A, B, C]
    assert states(ws) == {A: "unknown", B: "sent", C: "sent"}


def test_an_orphan_is_found_even_where_nothing_is_left_to_send(desk: Desk, server: Server) -> None:
    server.answers[A] = [KeyboardInterrupt()]
    assert desk.run("send", "RAA", "--yes").code == 130
    ended = desk.run("send", "RAA", "--yes")
    assert (ended.code, ended.out) == (3, "sent 0, skipped 1, failed 1\n")
    assert [letter["state"] for letter in desk.letters()] == ["unknown"]


def test_a_login_refused_keeps_the_letters_and_ends_the_command(desk: Desk, server: Server) -> None:
    server.answers[A] = [LoginError("The mail server did not accept the login of foi.")]
    ended = desk.run("send", "--all-trusts", "--yes")
    assert ended.code == 7
    assert "did not accept the login of foi" in ended.err
    assert {letter["state"] for letter in desk.letters()} == {"queued"}
    assert desk.run("send", "--queued", "--yes").out == "sent 3, skipped 0, failed 0\n"


def test_a_server_lost_in_the_middle_stops_the_run_and_says_what_was_done(desk: Desk, server: Server) -> None:
    server.answers[B] = [MailError("The mail server cannot be used: no answer in time.")]
    ended = desk.run("send", "--all-trusts", "--yes")
    assert (ended.code, ended.out) == (3, "sent 1, skipped 3, failed 0, 2 left for the next run\n")
    assert "The run stopped: The mail server cannot be used" in ended.err
    assert desk.run("send", "--queued", "--yes").out == "sent 2, skipped 0, failed 0\n"


def test_a_block_stops_the_run_and_the_letter_stays_queued(ws: Workspace, server: Server) -> None:
    server.answers[A] = [BLOCKED]
    done = deliver.deliver(ws)
    assert done.stopped == (
        "the server will take no more now: 550 5.7.1 Blocked; "
        "ask your mail provider why before you go on: more letters now may lock the account"
    )
    assert (done.left, server.recipients) == (2, [A])
    assert states(ws)[A] == "queued"
    assert deliver.deliver(ws).sent == 3


def test_many_refusals_in_a_row_stop_the_run(ws: Workspace, server: Server) -> None:
    ws.settings.values["sending.refusals_in_a_row"] = 2  # type: ignore[index]  # a dict behind a Mapping
    server.answers = {A: [NOBODY], B: [NOBODY], C: [NOBODY]}
    done = deliver.deliver(ws)
    assert done.stopped.startswith("2 letters in a row were not taken")
    assert (done.left, server.recipients) == (1, [A, B])


def test_the_daily_budget_is_kept_and_the_next_day_goes_on(ws: Workspace, server: Server) -> None:
    ws.settings.values["sending.daily_budget"] = 5  # type: ignore[index]  # as above; two letters, each with its copy
    server.answers[A] = [Lost("perhaps")]
    done = deliver.deliver(ws)
    assert (done.sent, done.left) == (1, 1)
    assert done.stopped == "today's budget of letters is used up; the next run goes on"
    assert deliver.deliver(ws).sent == 0
    tomorrow = replace(ws, now=lambda: ws.now() + timedelta(hours=25))
    assert deliver.deliver(tomorrow).sent == 1
    assert server.recipients == [A, B, C]


def test_a_maildir_has_no_budget_and_no_pace(desk: Desk) -> None:
    ended = desk.run(
        "--set", "sending.daily_budget=1", "--set", "sending.rate=1", "send", "--all-trusts", "--yes"
    )
    assert ended.out == "sent 3, skipped 3, failed 0\n"


def test_letters_are_paced_over_all() -> None:
    pace = Pace(rate=20, spacing=0)
    assert pace.wait("a", 100.0) == 0
    pace.sent("a", 100.0)
    assert pace.wait("b", 101.0) == 2.0
    assert pace.wait("b", 103.0) == 0


def test_letters_are_spaced_within_a_domain() -> None:
    pace = Pace(rate=0, spacing=10)
    pace.sent("nhs.net", 100.0)
    assert pace.wait("nhs.net", 104.0) == 6.0
    assert pace.wait("other", 104.0) == 0
    assert pace.wait("nhs.net", 111.0) == 0


def test_the_sender_waits_between_letters(ws: Workspace) -> None:
    ws.settings.values["sending.rate"] = 1  # type: ignore[index]  # as above
    slept: list[float] = []
    # several senders go by the clock of the record, too
    noon = datetime(2026, 6, 12, 11, tzinfo=UTC)
    moving = replace(ws, now=lambda: noon + timedelta(seconds=sum(slept)), day_is_given=True)
    deliver.deliver(moving, sleep=slept.append)
    assert 118 < sum(slept) <= 122  # where there are several, by seconds as the record has them


def test_progress_is_told_letter_by_letter(ws: Workspace) -> None:
    told: list[tuple[int, int]] = []
    deliver.deliver(ws, progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_ctrl_c_waits_for_the_letter_in_hand(
    ws: Workspace, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)
    send_ = server.send

    def cut_short(*letter: Any) -> Any:
        signal.raise_signal(signal.SIGINT)
        return send_(*letter)

    monkeypatch.setattr(server, "send", cut_short)
    done = deliver.deliver(ws)
    assert (done.sent, done.left, done.stopped) == (1, 2, "stopped by you")
    assert server.recipients == [A]
    assert states(ws) == {A: "sent", B: "queued", C: "queued"}
    assert signal.getsignal(signal.SIGINT) is before


def test_ctrl_c_during_a_pause_sends_nothing_more(ws: Workspace, server: Server) -> None:
    ws.settings.values["sending.rate"] = 1  # type: ignore[index]  # as above
    done = deliver.deliver(ws, sleep=lambda _: signal.raise_signal(signal.SIGINT))
    assert (done.sent, done.left) == (1, 2)
    assert server.recipients == [A]


def test_a_second_ctrl_c_does_not_wait(ws: Workspace) -> None:
    def twice(_done: int, _of: int) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        deliver.deliver(ws, progress=twice)


def test_a_sender_that_is_not_the_main_thread_leaves_signals_alone(ws: Workspace) -> None:
    done: list[int] = []
    worker = threading.Thread(target=lambda: done.append(deliver.deliver(ws).sent))
    worker.start()
    worker.join()
    assert done == [3]


def test_two_senders_at_once_are_one_too_many(ws: Workspace, desk: Desk) -> None:
    with ws.only_one("send"):
        with pytest.raises(BusyError):
            deliver.deliver(desk.open())
        ended = desk.run("send", "--queued", "--yes")
    assert ended.code == 10
    assert "another `foimail send` is at work" in ended.err


def test_without_a_pause_a_letter_is_recorded_and_the_next_one_claimed_in_one_transaction(
    ws: Workspace, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, str]] = []
    send_ = server.send

    def look(*letter: Any) -> Any:
        seen.append(states(ws))
        return send_(*letter)

    monkeypatch.setattr(server, "send", look)
    commits: list[None] = []
    event.listen(ws.store.engine, "commit", lambda _: commits.append(None))
    deliver.deliver(ws)
    assert [list(state.values()) for state in seen] == [
        ["sending", "queued", "queued"],
        ["sent", "sending", "queued"],
        ["sent", "sent", "sending"],
    ]
    if ws.store.engine.dialect.name == "sqlite":  # elsewhere another sender may be the next
        looked_for_orphans = 1
        assert len(commits) == looked_for_orphans + 1 + 3


def test_with_a_pause_no_letter_is_claimed_before_it(ws: Workspace, server: Server) -> None:
    ws.settings.values["sending.rate"] = 1  # type: ignore[index]  # as above
    seen: list[dict[str, str]] = []
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        seen.append(states(ws))

    noon = datetime(2026, 6, 12, 11, tzinfo=UTC)
    moving = replace(ws, now=lambda: noon + timedelta(seconds=sum(slept)), day_is_given=True)
    deliver.deliver(moving, sleep=sleep)
    assert seen[0] == {A: "sent", B: "queued", C: "queued"}
    assert server.recipients == [A, B, C]


def test_a_letter_that_cannot_be_composed_keeps_none_from_being_recorded(
    ws: Workspace, server: Server
) -> None:
    with ws.store.write() as connection:
        connection.execute(update(table).where(table.c.recipient == B).values(subject="two\nlines"))
    with pytest.raises(InputError, match="subject"):
        deliver.deliver(ws)
    assert states(ws) == {A: "sent", B: "queued", C: "queued"}
    assert server.recipients == [A]


def test_of_two_claims_one_wins(ws: Workspace) -> None:
    with ws.store.write() as connection:
        number = outbox.rows(connection)[0].id
        assert outbox.claim(connection, number, b"first", ws.now())
        assert not outbox.claim(connection, number, b"second", ws.now())
        assert outbox.raw(connection, number) == b"first"


def test_a_letter_claimed_by_another_is_passed_over(ws: Workspace, server: Server) -> None:
    def taken(done: int, _of: int) -> None:
        if done == 1:
            with ws.store.write() as connection:
                # the one after it is in our hand already
                outbox.claim(connection, outbox.rows(connection)[2].id, b"", ws.now())

    assert deliver.deliver(ws, progress=taken).sent == 2
    assert server.recipients == [A, B]


def test_a_pretended_day_never_leaves_this_machine(desk: Desk) -> None:
    desk.change("foimail.toml", '"maildir:outbox"', '"smtp://mail.example:587"')
    for options in (["RAA"], ["RAA", "--rehearse", "me@northlight.example"]):
        ended = desk.run("send", *options, "--yes", today=TODAY)
        assert ended.code == 7
        assert "--today is not the real day, so nothing is sent over SMTP (leave --today out)" in ended.err
    assert desk.letters() == []


def test_a_rehearsal_stops_where_the_server_does(desk: Desk, server: Server) -> None:
    me = "rowan@northlight.example"
    server.answers[me] = [Accepted("250 ok"), NOBODY]
    ended = desk.run("send", "--all-trusts", "--rehearse", me, "--yes")
    assert (ended.code, ended.out) == (3, "sent 1, skipped 3, failed 0, 2 left for the next run\n")
    assert "The run stopped: 550 5.1.1 No such user" in ended.err
    server.answers[me] = [Lost("silence")]
    assert "The run stopped: silence" in desk.run("send", "RAA", "--rehearse", me, "--yes").err
    assert server.closed == 2
