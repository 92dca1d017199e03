"""The URLs of foimail.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from foimail.errors import MailError
from foimail.mail.incoming import open_incoming
from foimail.mail.outgoing import open_outgoing
from foimail.mail.server import MailServer, parse_url, tls_context


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("maildir:inbox", MailServer("maildir", path="inbox")),
        ("maildir:/var/mail/me", MailServer("maildir", path="/var/mail/me")),
        ("maildir:///var/mail/me", MailServer("maildir", path="/var/mail/me")),
        (
            "smtp://foi%40example.org@smtp.example.org",
            MailServer("smtp", "foi@example.org", "smtp.example.org", 587),
        ),
        ("SMTPS://me@Mail.Example.org:2465/", MailServer("smtps", "me", "mail.example.org", 2465)),
        (
            "imaps://foi@example.org@imap.example.org",
            MailServer("imaps", "foi@example.org", "imap.example.org", 993),
        ),
        ("imap://[::1]", MailServer("imap", "", "::1", 143)),
        (" smtps://h ", MailServer("smtps", "", "h", 465)),
    ],
)
def test_urls_are_read(url: str, server: MailServer) -> None:
    assert parse_url(url) == server


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "written as"),
        ("inbox", "written as"),
        ("http://x", "written as"),
        ("maildir:", "needs a folder"),
        ("smtp://me:hunter2@h", "must not hold a password"),
        ("smtp://me:@h", "must not hold a password"),
        ("smtp://me@", "needs a host"),
        ("smtp://me@h:99999", "makes no sense"),
        ("smtp://me@h:hunter2", "makes no sense"),
        ("imaps://h/INBOX", "must end after"),
        ("imaps://h?x=1", "must end after"),
        ("imaps://a%0d%0ab@h", "needs a host"),
        ("imaps://[::1", "makes no sense"),
    ],
)
def test_faulty_urls_are_a_sentence_without_the_password(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        parse_url(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost.evil.test", False),
        ("10.0.0.1", False),
        ("127.0.0.1.evil.test", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, *, expected: bool) -> None:
    assert MailServer("smtp", "", host, 25).is_loopback is expected


def test_a_maildir_lies_below_the_workspace_unless_it_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    base = Path("/work/space")
    assert MailServer("maildir", path="in").folder(base) == base / "in"
    assert MailServer("maildir", path="/in").folder(base) == Path("/in")
    assert MailServer("maildir", path="~/in").folder(base) == Path("/home/me/in")
    with pytest.raises(MailError, match="home folder"):
        MailServer("maildir", path="~nobody-of-this-name/in").folder(base)


def test_a_transport_of_the_wrong_direction_is_refused() -> None:
    with pytest.raises(MailError, match="cannot leave by imaps"):
        open_outgoing("imaps://me@h", login=None, base=Path())
    with pytest.raises(MailError, match="cannot come in by smtp"):
        open_incoming("smtp://me@h", login=None, base=Path())
    with pytest.raises(MailError, match="cannot leave: a mail server is written as"):
        open_outgoing("nonsense", login=None, base=Path())
    with pytest.raises(MailError, match="cannot come in: a mail server is written as"):
        open_incoming("nonsense", login=None, base=Path())


def test_a_file_of_authorities_that_is_none_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for name in ("ca.pem", "absent.pem"):
        with pytest.raises(MailError, match="cannot be used"):
            tls_context(str(tmp_path / name))
