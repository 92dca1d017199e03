"""`foimail send` through a mail server that hangs, closes, lies or talks nonsense at each command.

A letter whose final dot had not gone waits for the next run, one whose dot had gone is `unknown`, and none goes twice.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from foimail.mail.outgoing import open_outgoing
from foimail.store.schema import outbox
from tests.mail.fake_smtp import PLACES, fake_smtp, honest
from tests.slowly import mostly

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desk import Desk, Ended

PATIENCE = 15  # seconds; the time that a server has for each answer is set to one
FAULTS: dict[str, bytes | None] = {
    "closes": None,
    "hangs": b"",
    "binary": b"\x00\xff\xfe\x80\r\n",
    "no answer of this protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n<html>\r\n",
    "half a line": b"250 fDROP",
    "a code out of range": b"999 what?\r\n",
    "a code that is too long": b"2500000 fine\r\n",
    "an endless line": b"250 " + b"A" * 3_000_000 + b"\r\n",
    "an endless answer": b"250-and more\r\n" * 300_000 + b"250 fine\r\n",
    "nothing but new lines": b"\r\n" * 3,
    "not now": b"451 4.3.0 try later\r\n",
    "never": b"554 5.3.0 go away\r\n",
    "closing": b"421 4.3.2 shutting down\r\n",
    "two answers at once": b"250 fine\r\n250 fine\r\n",
}  # fmt: skip


OFTEN = {"closes", "hangs", "half a line", "never", "two answers at once"}
each_fault = mostly("fault", FAULTS, OFTEN)


def at(place: str, fault: bytes | None) -> Callable[[str], bytes | None]:
    return lambda asked: fault if asked == place else honest(asked)


def send(desk: Desk, port: int, *more: str) -> Ended:
    return desk.run("--set", f"mail.outgoing=smtp://localhost:{port}", "send", *more, "--yes")


def states(desk: Desk) -> list[str]:
    return [row["state"] for row in desk.letters()]


def release(desk: Desk) -> None:
    """Let the time pass after which a letter that was put off is tried again."""
    store = desk.open().store
    with store.write() as connection:
        connection.execute(update(outbox).values(next_try_at=None))
    store.close()


@pytest.fixture
def ready(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    assert open_outgoing.__kwdefaults__
    monkeypatch.setitem(open_outgoing.__kwdefaults__, "patience", 1)
    desk.change("foimail.toml", "[mail]", "[sending]\nrate = 0\ndomain_spacing = 0\n[mail]\ntimeout = 1")
    return desk


@each_fault
def test_a_server_that_fails_at_any_command_loses_and_doubles_no_letter(
    ready: Desk, fault: str, forget: Callable[[Desk], None]
) -> None:
    for place in PLACES:
        began = time.monotonic()
        with fake_smtp(at(place, FAULTS[fault])) as heard:
            ended = send(ready, heard.port, "RAA", "RBB")
        assert time.monotonic() - began < PATIENCE, place
        assert ended.code in {0, 3, 7}, (place, ended.err)
        assert not re.search("Traceback|fault in foimail", ended.err), (place, ended.err)
        found = states(ready)
        assert set(found) <= {"queued", "sent", "unknown", "refused"}, place
        taken = [to for to, _ in heard.letters]
        assert len(taken) == len(set(taken)), place
        if place != "dot":  # the server had none, or took it
            assert "unknown" not in found, place
            assert found.count("sent") == len(taken), place
        assert ready.run("verify").code == 0, place
        forget(ready)


def test_letters_that_were_not_taken_go_with_the_next_run_and_no_other_does(
    ready: Desk, forget: Callable[[Desk], None]
) -> None:
    for place in ("greeting", "MAIL", "DATA", "dot"):
        with fake_smtp(at(place, None)) as heard:
            send(ready, heard.port, "RAA", "RBB")
        doubtful = states(ready).count("unknown")
        assert doubtful == (2 if place == "dot" else 0)
        with fake_smtp() as sincere:
            # a refusal is tried again after a while
            release(ready)
            send(ready, sincere.port, "RAA", "RBB")
        assert len(sincere.letters) == 2 - doubtful, place
        assert states(ready).count("sent") == 2 - doubtful
        assert ready.run("verify").code == 0
        forget(ready)


def test_a_run_ends_when_nobody_answers_for_one_letter_after_the_other(ready: Desk) -> None:
    """Each would be for its user to settle, after ten minutes of waiting."""
    with fake_smtp(at("dot", None)) as heard:
        ended = ready.run(
            "--set",
            "sending.refusals_in_a_row=2",
            "--set",
            f"mail.outgoing=smtp://localhost:{heard.port}",
            "send",
            "RAA",
            "RBB",
            "nhs-carrick",
            "--yes",
        )
    assert (ended.code, states(ready)) == (3, ["unknown", "unknown", "queued"])
    assert "2 letters in a row were not taken" in ended.err
