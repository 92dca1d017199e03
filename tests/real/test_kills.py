"""foimail killed between any two of its steps and started again: nothing is lost, nothing is there twice.

On PostgreSQL it takes long, and is for `make test-all`; of `test_killed_often` a sample runs there always.
"""

from __future__ import annotations

import time
import uuid
from collections import Counter
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

import pytest

from tests.real.killed import KILLED, Killer
from tests.real.recorded import events, has_letters, memory, rows, states
from tests.real.rounds import address, answer, arrived, foimail, make_folder
from tests.real.servers import DOMAIN, MailUser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.real.killed import Step, When
    from tests.real.servers import Dovecot
    from tests.real.smtpd import SmtpServer
    from tests.stores import Files

pytestmark = [
    pytest.mark.real,
    pytest.mark.slow,
]  # the sample of test_killed_often.py stands for them in between

NOW = datetime.now(UTC)
SEND = ("send", "--all-trusts", "--yes")
WELL = {0, 3}  # done; done, with problems that were printed


@pytest.fixture(scope="module")
def killer(stores: Files) -> Iterator[Killer]:
    forks = Killer(stores)
    yield forks
    forks.close()


# Poll


@pytest.fixture
def prepared(
    tmp_path: Path, mail_user: MailUser, smtp_server: SmtpServer, killer: Killer, stores: Files
) -> Path:
    """Four letters, one of them in doubt, and mail of every sort in three folders; nothing of it polled yet."""
    folder = make_folder(tmp_path / "prepared", mail_user, smtp_server, bodies=4, url=stores.new())
    smtp_server.rules.drop = "dot_after_taking"
    assert killer.run(folder, *SEND, "--limit", "1") == 3
    smtp_server.rules.drop = ""
    assert killer.run(folder, *SEND) == 0
    assert Counter(states(folder).values()) == {"unknown": 1, "sent": 3}
    letters = [taken.raw for taken in smtp_server.taken]
    question = answer(letters[1], NOW, "Could you please clarify which years you mean?")
    client = mail_user.client()
    client.multiappend(
        "INBOX",
        [
            question,
            b"Received: from elsewhere.test\n" + question,
            answer(letters[2], NOW, "Thank you, we have received your request.", way="text"),
            answer(letters[3], NOW, "", way="bounce"),
            b"Subject: Lunch?\r\nFrom: stranger@elsewhere.test\r\n\r\nToday?\r\n",
            b"\r\nno headers at all\r\n",
        ],
    )
    acknowledged = answer(letters[0], NOW, "Thank you, we have received your request.", way="references")
    client.multiappend("Unwanted", [question, acknowledged])
    by_hand = (
        f"From: {mail_user.address}\r\nTo: {address(1)}\r\nMessage-ID: <by.hand@{DOMAIN}>\r\n"
        f"Date: {NOW:%a, %d %b %Y %H:%M:%S} +0000\r\nSubject: Re: your question\r\n\r\n2010 to 2024.\r\n"
    )
    client.append("Posted", by_hand.encode())
    client.logout()
    return folder


def test_a_poll_killed_at_any_commit_ends_as_if_nothing_had_been(
    prepared: Path, killer: Killer, stores: Files, tmp_path: Path
) -> None:
    whole = stores.copy(prepared, tmp_path / "whole")
    assert killer.run(whole, "poll") == 3  # the message without headers
    expected = memory(whole)
    assert set(states(whole).values()) == {"sent"}
    assert [len(events(whole, kind)) for kind in ("sent", "received", "wrote")] == [4, 4, 1]
    for at in count(1):
        folder = stores.copy(prepared, tmp_path / f"killed {at}")
        ended = killer.run(folder, "poll", at=at, when="before")
        assert killer.run(folder, "poll") in WELL
        assert memory(folder) == expected, f"killed before commit {at}"
        stores.remove(folder)
        if ended != KILLED:
            break
    # seven batches of three folders, twelve messages each by itself, and the letter in doubt
    assert at > 7 + 12 + 1


@pytest.mark.parametrize(("every", "when"), [(4, "after"), (7, "before")])
def test_a_poll_killed_again_and_again_gets_there(
    prepared: Path, killer: Killer, stores: Files, tmp_path: Path, every: int, when: When
) -> None:
    whole = stores.copy(prepared, tmp_path / "whole")
    assert killer.run(whole, "poll") in WELL
    runs = 1
    while killer.run(prepared, "poll", at=every, when=when) == KILLED:
        runs += 1
        assert runs < 40
    assert runs > 2  # mail is read in batches: there are fewer commits to be killed at
    assert memory(prepared) == memory(whole)


# Send


@pytest.mark.parametrize(
    ("step", "moments"), [("commit", ("before", "after")), ("answer", ("before",))], ids=["commit", "answer"]
)
def test_a_sender_killed_at_any_step_never_sends_a_letter_twice(
    step: Step,
    moments: tuple[When, ...],
    killer: Killer,
    stores: Files,
    tmp_path: Path,
    smtp_server: SmtpServer,
    dovecot: Dovecot,
) -> None:
    """Only the letter in hand may be in doubt: settled by its copy where the server took it, else by a person."""
    smtp_server.lmtp = None  # the copies are delivered below, so that what was taken is what was delivered
    doubts = 0
    for at in count(1):
        ended = set()
        for when in moments:
            smtp_server.taken = []
            user = MailUser(f"u{uuid.uuid4().hex[:10]}@{DOMAIN}", dovecot)
            folder = make_folder(tmp_path / f"{when} {at}", user, smtp_server, bodies=2, url=stores.new())
            ended.add(killer.run(folder, *SEND, step=step, at=at, when=when))
            quiet(smtp_server)
            doubts += goes_on(folder, user, smtp_server)
            stores.remove(folder)
        if ended == {0}:
            break
        assert ended == {KILLED}
    # of each of two letters: claimed, handed over; or the answers to MAIL, both RCPT, DATA and the final dot
    assert doubts >= {"commit": 2 * 2, "answer": 2 * 5}[step]


def goes_on(folder: Path, user: MailUser, server: SmtpServer) -> int:
    """Start again after a kill, and see all letters delivered exactly once; how many were in doubt comes back."""
    in_hand = (
        [to for to, state in states(folder).items() if state == "sending"] if has_letters(folder) else []
    )
    assert len(in_hand) <= 1
    foimail(folder, *SEND)
    in_doubt = [to for to, state in states(folder).items() if state == "unknown"]
    assert in_doubt == in_hand
    taken = arrived(server.taken, user.address)
    assert len(taken) == len(set(taken))
    assert set(taken) >= set(states(folder)) - set(in_doubt)
    if in_doubt:
        foimail(folder, *SEND)
        assert arrived(server.taken, user.address) == taken
        for letter in server.taken:
            user.deliver(letter.raw)
        foimail(folder, "poll")
        if in_doubt[0] not in taken:
            ((number,),) = rows(folder, "SELECT id FROM outbox WHERE state = 'unknown'")
            assert foimail(folder, "outbox", "settle", str(number), "--not-sent").code == 0
            assert foimail(folder, "outbox", "retry", str(number), "--yes").code == 0
            assert foimail(folder, "send", "--queued", "--yes").code == 0
    assert Counter(arrived(server.taken, user.address)) == {address(0): 1, address(1): 1}
    assert states(folder) == {address(0): "sent", address(1): "sent"}
    assert Counter(body for body, _ in events(folder, "sent")) == {"B000": 1, "B001": 1}
    assert Counter(body for body, _ in events(folder, "opened")) == {"B000": 1, "B001": 1}
    return len(in_doubt)


def quiet(server: SmtpServer) -> None:
    """Wait until the server has seen that its client is dead."""
    end = time.monotonic() + 10
    while server.sessions:
        assert time.monotonic() < end
        time.sleep(0.002)
