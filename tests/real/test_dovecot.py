"""A real Dovecot, read as foimail reads a mailbox and changed by its owner in between."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from foimail.errors import LoginError, MailError
from foimail.mail import imap
from foimail.mail.imap import ImapIn
from foimail.mail.incoming import Folder, open_incoming
from foimail.mail.logins import Login
from foimail.mail.outgoing import Accepted, open_outgoing
from foimail.mail.server import parse_url, tls_context
from tests.real.servers import make_certificate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foimail.mail.incoming import Batch, Incoming
    from tests.real.servers import MailUser
    from tests.real.smtpd import SmtpServer

pytestmark = pytest.mark.real


def mail(number: int, size: int = 0) -> bytes:
    filling = b"".join(b"%060d\r\n" % n for n in range(size // 62))
    return (
        b"Message-ID: <%d@trust.test>\r\nSubject: Reply %d\r\n\r\nAnswer %d\r\n" % (number, number, number)
        + filling
    )


def opened(user: MailUser, url: str = "", **options: Any) -> Incoming:
    options = {"login": user.login, "base": Path(), "timeout": 10, "cafile": user.cafile, **options}
    return open_incoming(url or user.incoming, **options)


@pytest.fixture
def mailbox(mail_user: MailUser) -> Iterator[Incoming]:
    found = opened(mail_user)
    yield found
    found.close()


def poll(mailbox: Incoming, cursor: str = "", folder: str = "INBOX") -> list[Batch]:
    return list(mailbox.new(folder, cursor, set))


def raws(batches: list[Batch]) -> list[bytes]:
    return [message.raw for batch in batches for message in batch.messages]


@pytest.mark.parametrize("way", ["incoming", "incoming_starttls"])
def test_how_the_mailbox_is_encrypted_can_be_told(mail_user: MailUser, way: str) -> None:
    mailbox = opened(mail_user, getattr(mail_user, way))
    assert re.fullmatch(
        r"TLSv1\.[23], [A-Z0-9_-]+, certificate valid until 20\d\d-\d\d-\d\d", str(mailbox.encryption())
    )
    mailbox.close()


@pytest.mark.parametrize("way", ["incoming", "incoming_starttls"])
def test_mail_is_fetched_over_tls_byte_for_byte(mail_user: MailUser, way: str) -> None:
    client = mail_user.client()
    client.append("INBOX", mail(1))
    mailbox = opened(mail_user, getattr(mail_user, way))
    batches = poll(mailbox)
    assert raws(batches) == [mail(1)]
    validity = client.folder_status("INBOX", ["UIDVALIDITY"])[b"UIDVALIDITY"]
    assert batches[0].messages[0].key == f"{validity}/1"
    assert batches[0].cursor == f"{validity}:1"
    assert mailbox._client._imap.sock.cipher() is not None  # type: ignore[attr-defined]  # only TLS has one
    mailbox.close()
    client.logout()


def test_a_poll_begins_where_the_last_one_ended(mail_user: MailUser, mailbox: Incoming) -> None:
    client = mail_user.client()
    assert poll(mailbox) == []
    for number in (1, 2, 3):
        client.append("INBOX", mail(number))
    batches = poll(mailbox)
    assert raws(batches) == [mail(1), mail(2), mail(3)]
    cursor = batches[-1].cursor
    assert poll(mailbox, cursor) == []
    client.append("INBOX", mail(4))
    batches = poll(mailbox, cursor)
    assert raws(batches) == [mail(4)]
    # The last message is deleted: UIDNEXT stands above what there is, and n:* would give an old one.
    client.select_folder("INBOX")
    client.delete_messages([4])
    client.expunge()
    assert poll(mailbox, cursor) == []
    client.logout()


def test_nothing_in_the_mailbox_changes_by_being_read(mail_user: MailUser, mailbox: Incoming) -> None:
    client = mail_user.client()
    client.append("INBOX", mail(1), flags=[b"\\Flagged"])
    client.append("INBOX", mail(2, 5000))
    mail_user.deliver(mail(3))
    state = ["MESSAGES", "RECENT", "UNSEEN", "UIDNEXT", "UIDVALIDITY"]

    def look() -> object:
        client.select_folder("INBOX", readonly=True)
        flags = client.fetch([1, 2, 3], ["FLAGS"])
        client.unselect_folder()
        return {uid: sorted(found[b"FLAGS"]) for uid, found in flags.items()}, client.folder_status(
            "INBOX", state
        )

    before = look()
    assert len(raws(poll(mailbox))) == 3
    assert look() == before
    client.logout()


def test_folders_are_found_by_special_use_by_name_and_by_wish(mail_user: MailUser, mailbox: Incoming) -> None:
    client = mail_user.client()
    for name in ("Sent Items", "Spam", "Réponses & more", "Trash", "Other"):
        client.create_folder(name)
    client.logout()
    found = set(mailbox.folders(["Réponses & more"]))
    assert found == {
        Folder("INBOX", "inbox"),
        Folder("Posted", "sent"),
        Folder("Unwanted", "junk"),
        Folder("Sent Items", "sent"),
        Folder("Spam", "junk"),
        Folder("Réponses & more", "other"),
    }


def test_a_folder_with_an_odd_name_is_read(mail_user: MailUser, mailbox: Incoming) -> None:
    client = mail_user.client()
    client.create_folder('Réponses "&" more')
    client.append('Réponses "&" more', mail(1))
    client.logout()
    assert raws(poll(mailbox, folder='Réponses "&" more')) == [mail(1)]


def test_a_folder_that_does_not_exist_is_an_error_that_names_those_that_do(mailbox: Incoming) -> None:
    with pytest.raises(MailError, match=r"no folder Archive.*INBOX, Posted, Unwanted"):
        mailbox.folders(["Archive"])


def test_a_folder_that_vanished_is_a_sentence(mailbox: Incoming) -> None:
    with pytest.raises(MailError, match="did not open Gone"):
        poll(mailbox, folder="Gone")


def test_a_renumbered_folder_is_read_from_its_beginning(mail_user: MailUser, mailbox: Incoming) -> None:
    client = mail_user.client()
    client.create_folder("Case")
    for number in (1, 2):
        client.append("Case", mail(number))
    before = poll(mailbox, folder="Case")
    client.delete_folder("Case")
    client.create_folder("Case")
    for number in (7, 8, 9):
        client.append("Case", mail(number))
    after = poll(mailbox, before[-1].cursor, "Case")
    assert raws(after) == [mail(7), mail(8), mail(9)]
    assert {m.key for b in before for m in b.messages}.isdisjoint({m.key for b in after for m in b.messages})
    client.logout()


def test_many_messages_come_in_batches_each_with_its_cursor(mail_user: MailUser, mailbox: Incoming) -> None:
    client = mail_user.client()
    client.multiappend("INBOX", [mail(n) for n in range(450)])
    client.logout()
    batches = poll(mailbox)
    assert [len(batch.messages) for batch in batches] == [200, 200, 50]
    assert raws(batches) == [mail(n) for n in range(450)]
    # Killed after the first batch was stored, the next poll goes on with the second.
    assert raws(poll(mailbox, batches[0].cursor)) == [mail(n) for n in range(200, 450)]


def test_batches_are_cut_by_bytes_too(
    mail_user: MailUser, mailbox: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "BATCH_BYTES", 2500)
    client = mail_user.client()
    client.multiappend("INBOX", [mail(n, 1000) for n in range(5)] + [mail(5, 9000), mail(6)])
    client.logout()
    assert [len(batch.messages) for batch in poll(mailbox)] == [2, 2, 1, 1, 1]


def test_a_large_folder_is_searched_in_spans(
    mail_user: MailUser, mailbox: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "_SPAN", 3)
    client = mail_user.client()
    client.multiappend("INBOX", [mail(n) for n in range(8)])
    client.logout()
    batches = poll(mailbox)
    assert raws(batches) == [mail(n) for n in range(8)]
    validity = batches[0].cursor.partition(":")[0]
    assert raws(poll(mailbox, f"{validity}:4")) == [mail(n) for n in range(4, 8)]


@pytest.mark.parametrize("size", [5000, 6200, 700])
def test_a_large_message_is_read_in_pieces_that_make_the_whole(mail_user: MailUser, size: int) -> None:
    client = mail_user.client()
    client.multiappend("INBOX", [mail(1), mail(2, size), mail(3)])
    client.logout()
    mailbox = ImapIn(
        parse_url(mail_user.incoming),
        mail_user.login,
        tls_context(mail_user.cafile),
        timeout=10,
        large=600,
        piece=100,
    )
    batches = poll(mailbox)
    mailbox.close()
    assert raws(batches) == [mail(1), mail(2, size), mail(3)]
    assert [len(batch.messages) for batch in batches] == [1, 1, 1]


def test_what_is_deleted_during_a_poll_is_neither_fetched_nor_a_fault(
    mail_user: MailUser, mailbox: Incoming, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foimail.mail.imap.BATCH_COUNT", 1)
    client = mail_user.client()
    client.multiappend("INBOX", [mail(n) for n in (1, 2, 3)])
    batches = mailbox.new("INBOX", "", set)
    assert [m.raw for m in next(batches).messages] == [mail(1)]
    client.select_folder("INBOX")
    client.delete_messages([2])
    client.expunge()
    rest = list(batches)
    assert raws(rest)[-1] == mail(3)
    assert [batch.failed for batch in rest] == [(), ()]
    client.logout()


def test_a_wrong_password_is_a_login_error_that_does_not_say_it(mail_user: MailUser) -> None:
    with pytest.raises(LoginError, match="did not accept the login") as caught:
        opened(mail_user, login=Login(mail_user.address, "password", lambda: "hunter2"))
    assert "hunter2" not in str(caught.value)


def test_a_password_beyond_ascii_reaches_the_server(mail_user: MailUser) -> None:
    with pytest.raises(LoginError, match="AUTHENTICATIONFAILED"):
        opened(mail_user, login=Login(mail_user.address, "password", lambda: "pässwörd €"))


@pytest.mark.parametrize("way", ["incoming", "incoming_starttls"])
def test_a_certificate_of_another_authority_ends_it(mail_user: MailUser, tmp_path: Path, way: str) -> None:
    with pytest.raises(MailError, match="certificate is not trusted"):
        opened(mail_user, getattr(mail_user, way), cafile=str(make_certificate(tmp_path)))


def test_a_certificate_for_another_host_ends_it(mail_user: MailUser) -> None:
    # 127.0.0.2 is the same server under an address that its certificate does not name.
    with pytest.raises(MailError):
        opened(mail_user, mail_user.incoming.replace("localhost", "127.0.0.2"))


def test_imaplib_does_not_format_every_literal_for_its_log(mailbox: Incoming) -> None:
    # imapclient sets 5, which makes fetching six times slower; when this fails the private attribute has moved.
    assert mailbox._client._imap.debug == 0  # type: ignore[attr-defined]  # the guard is about this attribute


def test_a_letter_sent_is_found_in_the_mailbox_with_its_copy(
    mail_user: MailUser, mailbox: Incoming, smtp_server: SmtpServer
) -> None:
    smtp_server.rules.elsewhere = mail_user.address
    transport = open_outgoing(
        smtp_server.url(mail_user.address),
        login=mail_user.login,
        base=Path(),
        timeout=10,
        cafile=smtp_server.cafile,
    )
    raw = mail(1) + b".\r\n..\r\n"
    assert isinstance(transport.send(mail_user.address, "foi@trust.test", mail_user.address, raw), Accepted)
    transport.close()
    (found,) = raws(poll(mailbox))
    assert found.endswith(raw)
    assert b"Delivered-To: foi@trust.test, " + mail_user.address.encode() in found
