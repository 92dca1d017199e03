"""Fixtures: a real Dovecot, an SMTP server that does as it is told, and a fresh user per test."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING

import pytest

from tests.real.fold import Fold
from tests.real.servers import DOMAIN, Dovecot, MailUser, find_dovecot, make_certificate
from tests.real.smtpd import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stores import Files


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Dovecot for the whole run; without it the test is skipped, or fails where FOIMAIL_REQUIRE names it."""
    if not find_dovecot():
        reason = "Dovecot is not installed: apt-get install dovecot-imapd dovecot-lmtpd"
        if "dovecot" in os.environ.get("FOIMAIL_REQUIRE", ""):
            pytest.fail(reason)
        pytest.skip(reason)
    server = Dovecot()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _smtp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmtpServer]:
    folder = tmp_path_factory.mktemp("smtp")
    server = SmtpServer(make_certificate(folder), folder / "key.pem")
    yield server
    server.stop()


@pytest.fixture
def smtp_server(_smtp: SmtpServer, request: pytest.FixtureRequest) -> Iterator[SmtpServer]:
    """The SMTP server with fresh rules; where Dovecot is installed it passes mail for `example.test` on to it."""
    _smtp.reset(request.getfixturevalue("dovecot").lmtp if find_dovecot() else None)
    yield _smtp
    _smtp.reset()


@pytest.fixture
def mail_user(dovecot: Dovecot) -> MailUser:
    """A user that nobody had before, with an empty mailbox and the folders Posted (sent) and Unwanted (junk)."""
    return MailUser(f"u{uuid.uuid4().hex[:10]}@{DOMAIN}", dovecot)


@pytest.fixture(scope="session")
def fold(
    tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot, _smtp: SmtpServer, stores: Files
) -> Iterator[Fold]:
    """Workspaces in which processes are killed, on the engine that is tested."""
    _smtp.reset()
    fold = Fold(tmp_path_factory.mktemp("fold"), dovecot, _smtp, stores)
    yield fold
    fold.close()
