"""`foimail poll` against a mail server that hangs, closes, lies or talks nonsense at each command: one sentence, nothing lost.

The server is `fake_imap`; when it has become honest again, the next poll brings every message once.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from foimail.store.schema import raw_mail
from tests.desk import mail
from tests.mail.fake_imap import fake_imap, ordinary
from tests.slowly import mostly

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desk import Desk, Ended

MAILS = {
    uid: mail(f"This is message {uid}.", message_id=f"{uid}@x").replace(b"\n", b"\r\n") for uid in (1, 2, 3)
}
COMMANDS = (
    "greeting",
    "CAPABILITY",
    "LOGIN",
    "LIST",
    "STATUS",
    "EXAMINE",
    "UID SEARCH",
    "RFC822.SIZE",
    "BODY.PEEK",
)
PATIENCE = 10  # seconds; the time that a server has for each answer is set to one
FAULTS: dict[str, bytes | None] = {
    "closes": None,
    "hangs": b"",
    "binary": b"\x00\xff\xfe\x80 \r\n",
    "no answer of this protocol": b"HTTP/1.1 400 Bad Request\r\n\r\n<html>\r\n",
    "another tag": b"* OK fine\r\nZZZZ999 OK done\r\n",
    "half a line": b"* OK then nothDROP",
    "a literal too long": b"* 1 FETCH (UID 1 BODY[] {9999999999999}\r\nshortDROP",
    "a literal that is below nothing": b"* 1 FETCH (UID 1 BODY[] {-5}\r\nx)\r\n%s OK done\r\n",
    "a literal too short": b"* 1 FETCH (UID 1 BODY[] {3}\r\nlonger than that)\r\n%s OK done\r\n",
    "a number that is too large": b"* STATUS INBOX (UIDNEXT 9 UIDVALIDITY " + b"9" * 5000 + b" MESSAGES 3)\r\n%s OK done\r\n",
    "an endless line": b"* " + b"A" * 3_000_000 + b"\r\n%s OK done\r\n",
    "brackets": b"* 1 FETCH " + b"(" * 100_000 + b"\r\n%s OK done\r\n",
    "nothing at all": b"%s OK done\r\n",
    "no": b"%s NO [SERVERBUG] not today\r\n",
    "bad": b"%s BAD what?\r\n",
    "bye": b"* BYE shutting down\r\n",
}  # fmt: skip


OFTEN = {"closes", "hangs", "half a line", "a literal too long", "nothing at all", "no"}
each_fault = mostly("fault", FAULTS, OFTEN)


def honest(command: str) -> bytes:
    """A server with one folder of three messages."""
    if command.startswith("LIST"):
        return b'* LIST () "/" INBOX\r\n%s OK done\r\n'
    if command.startswith("STATUS"):
        return b"* STATUS INBOX (UIDNEXT 4 UIDVALIDITY 77 MESSAGES 3)\r\n%s OK done\r\n"
    if "BODY.PEEK" in command:
        asked = {int(uid) for uid in command.split()[2].split(",")}
        bodies = (
            b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (uid, uid, len(MAILS[uid]), MAILS[uid])
            for uid in asked
        )
        return b"".join(bodies) + b"%s OK done\r\n"
    return ordinary(command)


def at(place: str, fault: bytes | None) -> Callable[[str], bytes | None]:
    return lambda command: fault if place in command else honest(command)


def poll(desk: Desk, port: int) -> Ended:
    return desk.run("--set", f"mail.incoming=imap://me@localhost:{port}", "poll")


def kept(desk: Desk) -> Counter[bytes]:
    store = desk.open().store
    with store.read() as connection:
        found = Counter(connection.scalars(select(raw_mail.c.raw)))
    store.close()
    return found


@pytest.fixture
def mailbox(desk: Desk) -> Desk:
    desk.change("foimail.toml", '# password = "file:password.txt"', 'timeout = 1\npassword = "file:p"')
    (desk.folder / "p").touch(mode=0o600)
    (desk.folder / "p").write_text("secret")
    return desk


@each_fault
def test_a_server_that_fails_at_any_command_is_one_sentence_and_nothing_is_lost(
    mailbox: Desk, fault: str, forget: Callable[[Desk], None]
) -> None:
    for place in COMMANDS:
        began = time.monotonic()
        greeting = FAULTS[fault] if place == "greeting" else b"* OK ready\r\n"
        with fake_imap(at(place, FAULTS[fault]), greeting) as port:
            ended = poll(mailbox, port)
        assert time.monotonic() - began < PATIENCE, place
        if ended.code == 7:
            assert re.fullmatch(r"foimail: The mailbox at localhost:\d+ .+\.\n", ended.err), (
                place,
                ended.err,
            )
            assert not re.search(
                r"index out of range|Exceeds the limit|uneven number|documentation", ended.err
            )
        else:  # an answer that can be gone on from
            assert ended.code in {0, 3}, (place, ended.err)
        assert set(kept(mailbox)) <= set(MAILS.values()), place
        with fake_imap(honest) as port:
            assert poll(mailbox, port).code == 0
        assert kept(mailbox) == Counter(MAILS.values()), place
        forget(mailbox)


def test_a_mailbox_that_says_it_has_mail_and_lists_none_is_not_taken_for_empty(mailbox: Desk) -> None:
    with fake_imap(at("UID SEARCH", b"* SEARCH\r\n%s OK done\r\n")) as port:
        ended = poll(mailbox, port)
    assert (ended.code, "has 3 messages in INBOX, but lists none." in ended.err) == (7, True)


def test_a_mailbox_put_back_from_an_earlier_copy_is_read_again(mailbox: Desk) -> None:
    """Its numbers begin again below those that were read, and UIDVALIDITY says nothing of it."""

    def later(command: str) -> bytes:
        if command.startswith("STATUS"):
            return b"* STATUS INBOX (UIDNEXT 40 UIDVALIDITY 77 MESSAGES 1)\r\n%s OK done\r\n"
        if command.startswith("UID SEARCH"):
            return b"* SEARCH 39\r\n%s OK done\r\n"
        if "RFC822.SIZE" in command:
            return b"* 1 FETCH (UID 39 RFC822.SIZE 5)\r\n%s OK done\r\n"
        if "BODY.PEEK" in command:
            return b"* 1 FETCH (UID 39 BODY[] {6}\r\nX: y\r\n)\r\n%s OK done\r\n"
        return honest(command)

    with fake_imap(later) as port:
        poll(mailbox, port)
    with fake_imap(honest) as port:
        mailbox.run("--set", f"mail.incoming=imap://me@localhost:{port}", "poll")
    assert kept(mailbox) == Counter([b"X: y\r\n", *MAILS.values()])


def test_an_emptied_mailbox_takes_nothing_from_the_store(mailbox: Desk) -> None:
    def emptied(command: str) -> bytes:
        if command.startswith("STATUS"):
            return b"* STATUS INBOX (UIDNEXT 4 UIDVALIDITY 78 MESSAGES 0)\r\n%s OK done\r\n"
        if command.startswith("EXAMINE"):
            return b"* 0 EXISTS\r\n* OK [UIDVALIDITY 78] ok\r\n%s OK [READ-ONLY]\r\n"
        return b"* SEARCH\r\n%s OK done\r\n" if command.startswith("UID SEARCH") else honest(command)

    with fake_imap(honest) as port:
        poll(mailbox, port)
    with fake_imap(emptied) as port:
        assert poll(mailbox, port).code == 0
    assert kept(mailbox) == Counter(MAILS.values())
    assert mailbox.run("verify").code == 0


def test_a_folder_that_has_gone_is_named_with_those_that_are_there(mailbox: Desk) -> None:
    mailbox.change("foimail.toml", "timeout = 1", 'timeout = 1\nfolders = ["FOI"]')
    with fake_imap(honest) as port:
        ended = poll(mailbox, port)
    assert (ended.code, ended.err) == (7, "foimail: The mailbox has no folder FOI. (it has INBOX)\n")
