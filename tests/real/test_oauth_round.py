"""Signing in by OAuth, and then with the token at a real Dovecot and a real SMTP server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.desk import NAME
from tests.mail.fake_provider import FakeProvider, fake_provider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.real.servers import MailUser
    from tests.real.smtpd import SmtpServer

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]

SETTINGS = """
[requester]
name = "{name}"
email = "{user}"

[mail]
outgoing = "smtp://{quoted}@localhost:{smtp}"
incoming = "{imap}"
password = "oauth:{flow}"
cafile = "{cafile}"

[oauth]
client = "foimail-client"
begin_url = "{url}/device"
token_url = "{url}/token"
scopes = "mail"
"""


@pytest.fixture
def provider(mail_user: MailUser) -> Iterator[FakeProvider]:
    """The server that gives tokens, where Dovecot asks after them."""
    with fake_provider(mail_user.server.introspection) as found:
        found.user, found.begins = mail_user.address, {"interval": 1}
        yield found


def foimail(where: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "foimail", *arguments],
        cwd=where,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_login_then_mail_goes_and_comes_with_the_token_and_no_token_is_ever_shown(
    tmp_path: Path, mail_user: MailUser, smtp_server: SmtpServer, provider: FakeProvider
) -> None:
    folder = tmp_path / "w"
    said = [foimail(tmp_path, "init", str(folder), "--name", NAME, "--email", mail_user.address)]
    cafile = tmp_path / "authorities.pem"  # each server has one of its own
    cafile.write_text(Path(mail_user.cafile).read_text() + Path(smtp_server.cafile).read_text())
    (folder / "foimail.toml").write_text(
        SETTINGS.format(
            name=NAME,
            user=mail_user.address,
            quoted=mail_user.address.replace("@", "%40"),
            smtp=smtp_server.port,
            imap=mail_user.incoming,
            cafile=cafile,
            url=provider.url,
            flow="device",
        )
    )
    before = foimail(folder, "doctor")
    assert before.stdout.count("Nobody has signed in to this mailbox yet") == 2
    assert "-> foimail login" in before.stdout
    login = foimail(folder, "login")
    assert login.returncode == 0, login.stderr
    assert "Open https://login.example/device\nand type the code WDJB-MJHT\n" in login.stderr
    assert (folder / "oauth-tokens.json").stat().st_mode & 0o777 == 0o600
    smtp_server.rules.password = provider.access
    mail_user.deliver(b"From: foi@trust.test\r\nSubject: Hello\r\n\r\nHello\r\n")
    doctor = foimail(folder, "doctor")
    assert f"signed in as {mail_user.address}; TLSv1" in doctor.stdout, doctor.stdout
    assert "signed in; polls" in doctor.stdout
    poll = foimail(folder, "poll")
    assert poll.returncode == 0, poll.stderr
    for done in (*said, before, login, doctor, poll):
        for secret in ("access-", "refresh-", "device-secret"):
            assert secret not in done.stdout + done.stderr
