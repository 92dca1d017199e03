"""Letters through a real SMTP server that refuses, defers, vanishes and lies at every step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from foimail.errors import LoginError, MailError
from foimail.mail.logins import Login
from foimail.mail.outgoing import Accepted, Lost, Rejected, open_outgoing
from foimail.mail.server import MailServer, tls_context
from foimail.mail.smtp import SmtpOut
from tests.real.servers import PASSWORD, make_certificate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foimail.mail.outgoing import Outgoing
    from tests.real.smtpd import Drop, SmtpServer

US, BODY = "foi@requester.test", "foi@trust.test"
RAW = b"From: foi@requester.test\r\nSubject: One\r\n\r\nDear team\r\n"


def out(server: SmtpServer, kind: Any = "smtp", secret: str = PASSWORD, **options: Any) -> Outgoing:
    login = Login(US, options.pop("auth", "password"), lambda: secret)
    options = {"timeout": 5, "patience": 5, "cafile": server.cafile, **options}
    return open_outgoing(server.url(US, kind), login=login, base=Path(), **options)


@pytest.fixture
def letters(smtp_server: SmtpServer) -> Iterator[Outgoing]:
    transport = out(smtp_server)
    yield transport
    transport.close()


def test_many_letters_go_through_one_connection_with_a_copy_to_oneself(
    smtp_server: SmtpServer, letters: Outgoing
) -> None:
    answers = [letters.send(US, BODY, US, RAW) for _ in range(3)]
    assert answers[0] == Accepted("250 2.0.0 queued as 1")
    assert all(isinstance(answer, Accepted) for answer in answers)
    assert [taken.recipients for taken in smtp_server.taken] == [(BODY, US)] * 3
    assert smtp_server.taken[0].raw == RAW
    assert smtp_server.connections == 1


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("smtp", "TLSv1.3, TLS_"),
        ("smtps", "TLSv1.3, TLS_"),
        ("plain", "not encrypted: the server runs on this"),
    ],
)
def test_how_the_connection_is_encrypted_can_be_told(smtp_server: SmtpServer, kind: str, words: str) -> None:
    transport = out(smtp_server, kind)
    found = transport.encryption()
    transport.close()
    assert str(found).startswith(words)
    expected = None if kind == "plain" else datetime.now(UTC).date() + timedelta(days=2)
    assert found is not None
    assert found.certificate_until == expected


@pytest.mark.parametrize("kind", ["smtp", "smtps", "plain"])
def test_each_way_of_connecting_signs_in_and_delivers(smtp_server: SmtpServer, kind: str) -> None:
    transport = out(smtp_server, kind)
    assert f"signed in as {US}" in transport.check()
    assert isinstance(transport.send(US, BODY, None, RAW), Accepted)
    transport.close()
    assert smtp_server.attempts == [US]


def test_a_line_that_is_a_dot_does_not_end_the_letter(smtp_server: SmtpServer, letters: Outgoing) -> None:
    raw = RAW + b".\r\n..two\r\nRCPT TO:<thief@elsewhere.test>\r\n.\r\n"
    assert isinstance(letters.send(US, BODY, None, raw), Accepted)
    assert smtp_server.taken[0].raw == raw


def test_bare_line_ends_cannot_smuggle_a_second_letter(smtp_server: SmtpServer, letters: Outgoing) -> None:
    raw = RAW + b"x\n.\nMAIL FROM:<a@b.test>\r.\rend"
    assert isinstance(letters.send(US, BODY, None, raw), Accepted)
    assert [t.raw for t in smtp_server.taken] == [RAW + b"x\r\n.\r\nMAIL FROM:<a@b.test>\r\n.\r\nend\r\n"]


def test_a_refused_recipient_is_not_sent_although_our_copy_would_be_taken(
    smtp_server: SmtpServer, letters: Outgoing
) -> None:
    smtp_server.rules.rcpt[BODY] = "550 5.1.1 No such user"
    answer = letters.send(US, BODY, US, RAW)
    assert answer == Rejected(550, "550 5.1.1 No such user", permanent=True, scope="recipient")
    assert smtp_server.taken == []
    # The transaction was reset: the next letter has nothing of this one.
    assert isinstance(letters.send(US, "foi@other.test", US, RAW), Accepted)
    assert [taken.recipients for taken in smtp_server.taken] == [("foi@other.test", US)]


def test_a_refused_copy_does_not_hold_the_letter_back(smtp_server: SmtpServer, letters: Outgoing) -> None:
    smtp_server.rules.rcpt[US] = "550 5.1.1 No such user"
    assert isinstance(letters.send(US, BODY, US, RAW), Accepted)
    assert smtp_server.taken[0].recipients == (BODY,)


def test_a_copy_to_the_recipient_itself_is_not_asked_for(smtp_server: SmtpServer, letters: Outgoing) -> None:
    assert isinstance(letters.send(US, US, US.upper(), RAW), Accepted)
    assert smtp_server.taken[0].recipients == (US,)


@pytest.mark.parametrize(
    ("answer", "permanent", "scope"),
    [
        ("451 4.3.0 Try again", False, "recipient"),
        ("451 4.7.1 Greylisted, try again later", False, "recipient"),
        ("552 5.2.2 Mailbox over quota", True, "recipient"),
        ("550 5.7.1 Your account is blocked", True, "session"),
        ("450 4.7.0 Slow down", False, "session"),
        ("452 4.5.3 Too many recipients", False, "session"),
        ("450 4.2.1 You are sending too many messages", False, "session"),
        ("550 5.4.5 Daily user sending quota exceeded", True, "session"),
        ("530 Authentication required", True, "session"),
        ("421 4.3.2 Closing", False, "session"),
    ],
)
def test_refusals_say_whom_they_are_about(
    smtp_server: SmtpServer, letters: Outgoing, answer: str, *, permanent: bool, scope: str
) -> None:
    smtp_server.rules.rcpt[BODY] = answer
    found = letters.send(US, BODY, US, RAW)
    assert found == Rejected(int(answer[:3]), answer, permanent, scope)  # type: ignore[arg-type]  # a parameter
    assert smtp_server.taken == []


@pytest.mark.parametrize("step", ["mail", "data"])
def test_a_refusal_of_the_letter_itself_leaves_the_connection_usable(
    smtp_server: SmtpServer, letters: Outgoing, step: str
) -> None:
    setattr(smtp_server.rules, step, "552 5.3.4 Too big")
    assert letters.send(US, BODY, US, RAW) == Rejected(
        552, "552 5.3.4 Too big", permanent=True, scope="message"
    )
    setattr(smtp_server.rules, step, "")
    assert isinstance(letters.send(US, BODY, US, RAW), Accepted)


@pytest.mark.parametrize("drop", ["mail", "data"])
def test_a_connection_that_breaks_before_the_final_dot_is_a_certain_no(
    smtp_server: SmtpServer, letters: Outgoing, drop: Drop
) -> None:
    smtp_server.rules.drop = drop
    answer = letters.send(US, BODY, US, RAW * 200_000)  # more than any buffer holds
    assert isinstance(answer, Rejected)
    assert (answer.code, answer.permanent, answer.scope) == (0, False, "message")
    assert smtp_server.taken == []
    smtp_server.rules.drop = ""
    assert isinstance(letters.send(US, BODY, US, RAW), Accepted)


@pytest.mark.parametrize(("drop", "taken"), [("dot", 0), ("dot_after_taking", 1), ("garbage_at_dot", 1)])
def test_silence_after_the_final_dot_is_lost_whatever_became_of_the_letter(
    smtp_server: SmtpServer, letters: Outgoing, drop: Drop, taken: int
) -> None:
    smtp_server.rules.drop = drop
    assert isinstance(letters.send(US, BODY, US, RAW), Lost)
    assert len(smtp_server.taken) == taken
    smtp_server.rules.drop = ""
    assert isinstance(letters.send(US, BODY, US, RAW), Accepted)
    assert len(smtp_server.taken) == taken + 1


def test_a_server_that_hung_up_between_letters_is_called_again(
    smtp_server: SmtpServer, letters: Outgoing
) -> None:
    assert isinstance(letters.send(US, BODY, US, RAW), Accepted)
    smtp_server.hang_up()
    assert isinstance(letters.send(US, BODY, US, RAW), Accepted)
    assert len(smtp_server.taken) == 2
    assert smtp_server.attempts == [US, US]


def test_an_old_connection_that_keeps_breaking_is_given_up_after_one_retry(
    smtp_server: SmtpServer, letters: Outgoing
) -> None:
    assert isinstance(letters.send(US, BODY, US, RAW), Accepted)
    smtp_server.rules.drop = "mail"
    assert isinstance(letters.send(US, BODY, US, RAW), Rejected)
    assert smtp_server.attempts == [US, US]


def test_a_wrong_password_stops_with_a_login_error_that_does_not_say_it(smtp_server: SmtpServer) -> None:
    transport = out(smtp_server, secret="hunter2")
    with pytest.raises(LoginError, match="did not accept the login") as caught:
        transport.send(US, BODY, US, RAW)
    assert "hunter2" not in str(caught.value)
    assert smtp_server.taken == []


def test_no_password_at_all_is_a_login_error(smtp_server: SmtpServer) -> None:
    with pytest.raises(LoginError, match="No password is set"):
        out(smtp_server, secret="").check()


def test_a_password_beyond_ascii_signs_in(smtp_server: SmtpServer) -> None:
    smtp_server.rules.password = "pässwörd €"
    transport = out(smtp_server, secret="pässwörd €")
    transport.check()
    transport.close()
    assert smtp_server.attempts == [US]


def test_a_server_that_only_knows_login_is_signed_in_to_by_login(smtp_server: SmtpServer) -> None:
    smtp_server.rules.without = ("PLAIN",)
    transport = out(smtp_server)
    transport.check()
    transport.close()
    assert smtp_server.attempts == [US]
    with pytest.raises(LoginError, match="did not accept"):
        out(smtp_server, secret="hunter2").check()


def test_a_server_that_offers_no_way_to_sign_in_is_a_login_error(smtp_server: SmtpServer) -> None:
    smtp_server.rules.without = ("PLAIN", "LOGIN")
    with pytest.raises(LoginError, match="does not offer to sign in by password"):
        out(smtp_server).check()
    smtp_server.rules.without = ("XOAUTH2",)
    with pytest.raises(LoginError, match="does not offer to sign in by xoauth2"):
        out(smtp_server, auth="xoauth2").check()


def test_a_server_that_can_sign_nobody_in_now_stops_the_run_without_blaming_the_password(
    smtp_server: SmtpServer,
) -> None:
    smtp_server.rules.auth = "454 4.7.0 Temporary authentication failure"
    answer = out(smtp_server).send(US, BODY, US, RAW)
    assert isinstance(answer, Rejected)
    assert (answer.permanent, answer.scope) == (False, "session")
    assert "cannot sign anybody in now: 454" in answer.answer


@pytest.mark.parametrize("step", ["mail", "copy"])
def test_an_answer_that_makes_no_sense_before_the_letter_is_a_certain_no(
    smtp_server: SmtpServer, letters: Outgoing, step: str
) -> None:
    if step == "mail":
        smtp_server.rules.mail = "nonsense"
    else:
        smtp_server.rules.rcpt[US] = "nonsense"
    answer = letters.send(US, BODY, US, RAW)
    assert isinstance(answer, Rejected)
    assert (answer.code, answer.permanent, answer.scope) == (0, False, "message")
    smtp_server.rules.mail = ""
    smtp_server.rules.rcpt.clear()
    assert isinstance(letters.send(US, BODY, US, RAW), Accepted)


def test_a_server_that_closes_at_our_copy_has_not_taken_the_letter(
    smtp_server: SmtpServer, letters: Outgoing
) -> None:
    smtp_server.rules.rcpt[US] = "421 4.3.2 Closing"
    assert letters.send(US, BODY, US, RAW) == Rejected(
        421, "421 4.3.2 Closing", permanent=False, scope="session"
    )
    assert smtp_server.taken == []


@pytest.mark.parametrize(("token", "works"), [("secret", True), ("stale", False)])
def test_a_token_signs_in_by_xoauth2(smtp_server: SmtpServer, token: str, *, works: bool) -> None:
    transport = out(smtp_server, secret=token, auth="xoauth2")
    if works:
        assert "signed in" in transport.check()
    else:
        with pytest.raises(LoginError):
            transport.check()
    transport.close()
    assert smtp_server.attempts == [US]


def test_without_a_user_nobody_signs_in(smtp_server: SmtpServer) -> None:
    transport = open_outgoing(
        smtp_server.url(), login=None, base=Path(), timeout=5, cafile=smtp_server.cafile
    )
    assert isinstance(transport.send(US, BODY, None, RAW), Accepted)
    transport.close()
    assert smtp_server.attempts == []


@pytest.mark.parametrize("kind", ["smtp", "smtps"])
def test_a_certificate_of_another_authority_is_refused(
    smtp_server: SmtpServer, tmp_path: Path, kind: str
) -> None:
    transport = out(smtp_server, kind, cafile=str(make_certificate(tmp_path)))
    with pytest.raises(MailError, match="certificate is not trusted"):
        transport.check()
    answer = transport.send(US, BODY, US, RAW)
    assert isinstance(answer, Rejected)
    assert (answer.permanent, answer.scope) == (False, "session")
    assert smtp_server.attempts == []


def test_a_server_elsewhere_that_offers_no_starttls_gets_neither_password_nor_letter(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The loopback server stands for one elsewhere.
    monkeypatch.setattr(MailServer, "is_loopback", False)
    transport = out(smtp_server, "plain")
    with pytest.raises(MailError, match="does not offer STARTTLS"):
        transport.check()
    assert isinstance(transport.send(US, BODY, US, RAW), Rejected)
    assert (smtp_server.attempts, smtp_server.taken) == ([], [])


def test_an_unreachable_server_is_a_refusal_that_stops_the_run() -> None:
    transport = open_outgoing("smtp://localhost:1", login=None, base=Path(), timeout=2)
    answer = transport.send(US, BODY, US, RAW)
    assert isinstance(answer, Rejected)
    assert (answer.permanent, answer.scope) == (False, "session")
    transport.close()


@pytest.mark.parametrize(
    "address", ["a@b.test\r\nRCPT TO:<c@d.test>", "a b@c.test", "nobody", "a@b.test>", ""]
)
def test_what_is_no_address_never_reaches_the_server(
    smtp_server: SmtpServer, letters: Outgoing, address: str
) -> None:
    answer = letters.send(US, address, US, RAW)
    assert isinstance(answer, Rejected)
    assert (answer.permanent, answer.scope) == (True, "recipient")
    assert smtp_server.connections == 0


def test_an_interrupted_letter_leaves_no_half_connection_behind(
    smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = Login(US, "password", lambda: "secret")
    server = MailServer("smtp", US, "localhost", smtp_server.port)
    transport = SmtpOut(server, login, tls_context(smtp_server.cafile), timeout=5, patience=5)
    transport.check()
    with monkeypatch.context() as patched:
        patched.setattr(transport, "_content", partial(_interrupt))
        with pytest.raises(KeyboardInterrupt):
            transport.send(US, BODY, None, RAW)
    assert isinstance(transport.send(US, BODY, None, RAW), Accepted)
    assert [taken.raw for taken in smtp_server.taken] == [RAW]
    transport.close()


def _interrupt(_raw: bytes) -> Any:
    raise KeyboardInterrupt
