"""What no real server can be asked to do: break off in the middle, forget messages, talk nonsense."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from foimail.errors import LoginError, MailError
from foimail.mail.incoming import open_incoming
from foimail.mail.logins import Login
from foimail.mail.place import Place
from foimail.mail.server import MailServer
from tests.mail.fake_imap import fake_imap, ordinary

if TYPE_CHECKING:
    from collections.abc import Callable

    from foimail.mail.incoming import Incoming


def opened(port: int, auth: Any = "password", timeout: float = 5) -> Incoming:
    login = Login("me", auth, lambda: "secret")
    return open_incoming(f"imap://me@localhost:{port}", login=login, base=Path(), timeout=timeout)


def body(uid: int, content: bytes = b"X: y\n") -> bytes:
    return b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (
        uid,
        uid,
        len(content),
        content.replace(b"%s", b""),
    )


def scripted(fetch: Callable[[str], bytes | None]) -> Callable[[str], bytes | None]:
    return lambda command: fetch(command) if "BODY.PEEK" in command else ordinary(command)


def test_a_connection_that_breaks_in_the_middle_of_a_message_is_one_sentence() -> None:
    with fake_imap(scripted(lambda _: body(1) + b"* 2 FETCH (UID 2 BODY[] {5000}\r\nhalfDROP")) as port:
        mailbox = opened(port)
        with pytest.raises(MailError, match="did not give messages in INBOX: the connection broke off"):
            list(mailbox.new("INBOX", "", set))
        mailbox.close()


def test_a_server_that_falls_silent_is_given_up_after_the_timeout() -> None:
    with fake_imap(scripted(lambda _: b"")) as port:
        mailbox = opened(port, timeout=0.3)
        with pytest.raises(MailError, match="no answer in time"):
            list(mailbox.new("INBOX", "", set))
        mailbox.close()


def test_a_message_that_does_not_come_is_reported_and_asked_for_at_the_next_poll() -> None:
    given = {1, 3}

    def fetch(command: str) -> bytes:
        asked = {int(uid) for uid in command.split()[2].split(",")}
        # One comes without a body at all, as when somebody marks it as read at this moment.
        return (
            b"".join(body(uid) for uid in sorted(asked & given))
            + b"* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n%s OK done\r\n"
        )

    asked: list[str] = []

    def answer(command: str) -> bytes | None:
        asked.append(command)
        return scripted(fetch)(command)

    with fake_imap(answer) as port:
        mailbox = opened(port)
        (batch,) = mailbox.new("INBOX", "", set)
        assert [message.key for message in batch.messages] == ["77/1", "77/3"]
        assert batch.failed == ("77/2",)
        assert batch.cursor == "77:3:2"
        assert [c.split()[2] for c in asked if "BODY.PEEK" in c] == ["1,2,3", "2"]
        given.add(2)
        (again,) = mailbox.new("INBOX", batch.cursor, set)
        assert [(message.key, message.raw) for message in again.messages] == [("77/2", b"X: y\n")]
        assert (again.cursor, again.failed) == ("77:3", ())
        mailbox.close()


def test_an_empty_poll_asks_for_the_status_and_opens_nothing() -> None:
    asked: list[str] = []

    def answer(command: str) -> bytes:
        asked.append(command.partition(" ")[0])
        return ordinary(command)

    with fake_imap(answer) as port:
        mailbox = opened(port)
        asked.clear()
        assert list(mailbox.new("INBOX", "77:8", set)) == []
        assert asked == ["STATUS"]
        mailbox.close()


def test_a_folder_without_mail_is_never_opened() -> None:
    asked: list[str] = []

    def answer(command: str) -> bytes:
        asked.append(command.partition(" ")[0])
        if command.startswith("STATUS"):
            return b"* STATUS INBOX (UIDNEXT 9 UIDVALIDITY 77 MESSAGES 0)\r\n%s OK done\r\n"
        return ordinary(command)

    with fake_imap(answer) as port:
        mailbox = opened(port)
        asked.clear()
        assert list(mailbox.new("INBOX", "", set)) == []
        assert asked == ["STATUS"]
        mailbox.close()


def test_one_damaged_message_does_not_hold_back_those_around_it() -> None:
    def fetch(command: str) -> bytes:
        uids = command.split()[2]
        if "2" in uids:
            return b"%s NO [SERVERBUG] some messages could not be fetched\r\n"
        return body(int(uids)) + b"%s OK done\r\n"

    with fake_imap(scripted(fetch)) as port:
        mailbox = opened(port)
        (batch,) = mailbox.new("INBOX", "", set)
        assert [message.key for message in batch.messages] == ["77/1", "77/3"]
        assert batch.failed == ("77/2",)
        mailbox.close()


@pytest.mark.parametrize(
    "nonsense",
    [
        b"* STATUS\r\n%s OK done\r\n",
        b"* STATUS INBOX (UIDNEXT\r\n%s OK done\r\n",
        b"\x00\xff\r\n",
        b"%s BAD no\r\n",
    ],
)
def test_nonsense_is_one_sentence(nonsense: bytes) -> None:
    with fake_imap(lambda command: nonsense if command.startswith("STATUS") else ordinary(command)) as port:
        mailbox = opened(port)
        with pytest.raises(MailError, match="did not open INBOX"):
            list(mailbox.new("INBOX", "", set))
        mailbox.close()


def test_a_server_that_is_no_imap_server_is_one_sentence() -> None:
    with (
        fake_imap(ordinary, b"SSH-2.0-OpenSSH\r\n") as port,
        pytest.raises(MailError, match="cannot be used"),
    ):
        opened(port)


@pytest.mark.parametrize(
    "verdict", [b"%s NO [UNAVAILABLE] try later\r\n", b"%s NO Too many simultaneous connections\r\n", None]
)
def test_a_login_that_fails_for_the_servers_own_reasons_is_no_login_error(verdict: bytes | None) -> None:
    with fake_imap(lambda c: verdict if c.startswith("LOGIN ") else ordinary(c)) as port:
        with pytest.raises(MailError) as caught:
            opened(port)
        assert not isinstance(caught.value, LoginError)


@pytest.mark.parametrize("verdict", [b"%s OK done\r\n", b"%s NO [AUTHENTICATIONFAILED] stale\r\n"])
def test_a_token_signs_in_by_xoauth2(verdict: bytes) -> None:
    token = base64.b64encode(b"user=me\x01auth=Bearer secret\x01\x01").decode()

    def answer(command: str) -> bytes:
        if command.startswith("AUTHENTICATE XOAUTH2"):
            return b"+ \r\n"
        return verdict if command == token else ordinary(command)

    with fake_imap(answer) as port:
        if b"OK" in verdict:
            opened(port, "xoauth2").close()
        else:
            with pytest.raises(LoginError, match="stale"):
                opened(port, "xoauth2")


def test_a_server_that_takes_us_for_signed_in_before_tls_is_not_believed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """RFC 9051 s.11.2: a PREAUTH before STARTTLS would keep the connection in the clear."""
    monkeypatch.setattr(MailServer, "is_loopback", False)
    heard: list[str] = []

    def answer(command: str) -> bytes:
        heard.append(command)
        return b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%s OK\r\n" if "CAPA" in command else ordinary(command)

    with (
        fake_imap(answer, b"* PREAUTH welcome\r\n") as port,
        pytest.raises(MailError, match="cannot be used"),
    ):
        opened(port)
    assert not [command for command in heard if command.startswith(("LOGIN", "AUTH", "LIST"))]


def test_a_server_elsewhere_without_starttls_never_sees_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MailServer, "is_loopback", False)
    heard: list[str] = []

    def answer(command: str) -> bytes:
        heard.append(command)
        return ordinary(command)

    with fake_imap(answer) as port, pytest.raises(MailError, match="does not offer STARTTLS"):
        opened(port)
    assert not any("secret" in command for command in heard)


def test_a_mailbox_needs_a_user_and_a_password() -> None:
    with pytest.raises(LoginError, match="user name"):
        open_incoming("imaps://localhost", login=None, base=Path())
    with fake_imap(ordinary) as port, pytest.raises(LoginError, match="No password"):
        open_incoming(
            f"imap://me@localhost:{port}", login=Login("me", "password", str), base=Path(), timeout=5
        )


@pytest.mark.parametrize("cursor", ["", "x", "1", "1:2:3:4x", "a:b", "1:2:"])
def test_a_cursor_that_makes_no_sense_is_the_beginning(cursor: str) -> None:
    assert Place.read(cursor) == Place()


@pytest.mark.parametrize("place", [Place(7, 9), Place(7, 9, (2, 5))])
def test_a_cursor_is_read_as_it_was_written(place: Place) -> None:
    assert Place.read(str(place)) == place
