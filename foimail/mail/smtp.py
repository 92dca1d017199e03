"""SMTP driven by steps: it is known whether a failure came before or after the final dot (RFC 5321, 1047)."""

from __future__ import annotations

import re
import smtplib
import socket
from base64 import b64encode
from typing import TYPE_CHECKING

from foimail.errors import LoginError, MailError
from foimail.mail import bounded
from foimail.mail.addresses import is_address
from foimail.mail.encryption import encryption
from foimail.mail.outgoing import Accepted, Lost, Rejected
from foimail.mail.server import reason

if TYPE_CHECKING:
    import ssl
    from typing import Literal

    from foimail.mail.encryption import Encryption
    from foimail.mail.logins import Login
    from foimail.mail.outgoing import Outcome
    from foimail.mail.server import MailServer

_NEW_LINE = re.compile(rb"\r\n|\r|\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
# RFC 3463: x.7.* is policy (blocks, rates), 4.5.3 too many recipients; the words are what providers say too.
_ABOUT_US = re.compile(
    r"[45]\.7\.\d+\b|4\.5\.3\b|5\.4\.5\b"
    r"|.*(too many|rate.?limit|throttl|too fast|(sending|submission|daily|hourly)\W?\w*\W?(quota|limit))",
    re.IGNORECASE,
)
_GREYLISTING = re.compile(
    r"gr[ea]y.?list", re.IGNORECASE
)  # said of one sender and one recipient, often with 4.7.1
_YES, _NOT_NOW, _NEVER = 2, 4, 5  # the first digit of an answer (RFC 5321 s.4.2.1)
_NO = (_NOT_NOW, _NEVER)
_CLOSING = 421
_SIGN_IN_FIRST = frozenset({530, 534, 535, 538})
_GO_AHEAD = 354
_CONTINUE = 334
_FAREWELL = 5  # seconds: nothing hangs on the answer to QUIT


class SmtpOut:
    """Letters through one SMTP connection, opened when first needed and again when the server dropped it.

    TLS is always verified; plain text is spoken only to a loopback server that does not offer STARTTLS.
    """

    def __init__(
        self, server: MailServer, login: Login | None, tls: ssl.SSLContext, *, timeout: float, patience: float
    ) -> None:
        self._server = server
        self._login = login
        self._tls = tls
        self._timeout = timeout
        self._patience = patience
        self._smtp: smtplib.SMTP | None = None

    def check(self) -> str:
        """Connect and sign in; says what was found."""
        self._connected()
        who = f", signed in as {self._login.user}" if self._login and self._login.user else ""
        return f"{self._name} answers{who}"

    def encryption(self) -> Encryption | None:
        """How the connection is encrypted; connects where none stands."""
        return encryption(self._connected().sock)

    def send(self, sender: str, to: str, copy: str | None, raw: bytes) -> Outcome:
        """Hand one letter over; a copy that the server refuses does not hold the letter back."""
        for address in (sender, to, *([copy] if copy else [])):
            if not is_address(address):
                return Rejected(
                    0, f"{address!r} is not an address mail can be sent to", permanent=True, scope="recipient"
                )
        try:
            return self._envelope(sender, to, copy, len(raw)) or self._content(raw)
        except LoginError:
            raise
        except MailError as error:
            return _not_accepted(error.message, "session")
        except BaseException:
            self._drop()  # interrupted in the middle of a dialogue: the connection is of no more use
            raise

    def close(self) -> None:
        """Say QUIT and hang up; what the server answers no longer matters."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(_FAREWELL)
            smtp.quit()
        except OSError:
            pass
        finally:
            smtp.close()

    @property
    def _name(self) -> str:
        return f"{self._server.host}:{self._server.port}"

    def _envelope(self, sender: str, to: str, copy: str | None, size: int) -> Rejected | None:
        """Everything up to DATA: nothing can have been accepted, so a broken old connection is made anew."""
        refusal = None
        for last in (self._smtp is None, True):
            smtp = self._connected()
            try:
                refusal = self._offer(smtp, sender, to, copy, size)
            except OSError as error:
                self._drop()
                refusal = _not_accepted(
                    f"{self._name} broke off before the letter was handed over: {_why(error)}", "message"
                )
            if last or refusal is None or refusal.code not in {0, _CLOSING}:
                break
        return refusal

    def _offer(
        self, smtp: smtplib.SMTP, sender: str, to: str, copy: str | None, size: int
    ) -> Rejected | None:
        code, answer = smtp.mail(sender, (f"SIZE={size}",) if smtp.has_extn("size") else ())
        if not _is_yes(code):
            return self._refused(code, answer, "message")
        code, answer = smtp.rcpt(to)
        if not _is_yes(code):
            # Our own copy must never be asked for now: it alone would be taken for the letter sent.
            return self._refused(code, answer, "recipient")
        if copy and copy.lower() != to.lower():
            code, answer = smtp.rcpt(copy)
            if code in {-1, _CLOSING}:
                return self._refused(code, answer, "session")
        code, answer = smtp.docmd("DATA")
        return None if code == _GO_AHEAD else self._refused(code, answer, "message")

    def _content(self, raw: bytes) -> Outcome:
        smtp = self._connected()
        try:
            smtp.send(dotted(raw))
        except OSError as error:
            self._drop()
            return _not_accepted(
                f"{self._name} broke off before the end of the letter: {_why(error)}", "message"
            )
        try:
            # From the first byte of the final dot on, silence no longer means no.
            self._wait(smtp, self._patience)
            smtp.send(b".\r\n")
            code, answer = smtp.getreply()
            self._wait(smtp, self._timeout)
        except OSError as error:
            self._drop()
            return Lost(f"{self._name} gave no answer to the end of the letter: {_why(error)}")
        if _is_yes(code):
            return Accepted(f"{code} {_text(answer)}")
        if code // 100 in _NO:
            return self._refused(code, answer, "message")
        self._drop()
        return Lost(f"{self._name} answered the end of the letter with something that makes no sense")

    def _refused(
        self, code: int, answer: bytes, scope: Literal["recipient", "message", "session"]
    ) -> Rejected:
        """The server's no, after which the connection is fresh for the next letter (RSET) or dropped."""
        text = _text(answer)
        if code // 100 not in _NO:
            raise smtplib.SMTPServerDisconnected(f"an answer that makes no sense ({code})")
        if (
            code == _CLOSING
            or code in _SIGN_IN_FIRST
            or (_ABOUT_US.match(text) and not _GREYLISTING.search(text))
        ):
            scope = "session"
        try:
            if code == _CLOSING or self._smtp is None or not _is_yes(self._smtp.rset()[0]):
                self._drop()
        except OSError:
            self._drop()
        return Rejected(code, f"{code} {text}", code // 100 == _NEVER, scope)

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            try:
                smtp = self._connect()
            except OSError as error:
                raise MailError(f"The mail server {self._name} cannot be used: {_why(error)}.") from error
            try:
                self._secure(smtp)
                self._sign_in(smtp)
            except OSError as error:
                smtp.close()
                raise MailError(f"The mail server {self._name} cannot be used: {_why(error)}.") from error
            except BaseException:
                smtp.close()
                raise
            self._smtp = smtp
        return self._smtp

    def _connect(self) -> smtplib.SMTP:
        # An address literal keeps this machine's name out of the Received lines that a public body will file.
        ours = "[127.0.0.1]"
        host, port = self._server.host, self._server.port
        if self._server.kind == "smtps":
            return bounded.SmtpTls(host, port, ours, timeout=self._timeout, context=self._tls)
        return bounded.Smtp(host, port, ours, timeout=self._timeout)

    def _secure(self, smtp: smtplib.SMTP) -> None:
        if smtp.sock is not None:
            # The final dot is a write of its own: without this it waits for the server's delayed ACK (40 ms).
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.ehlo_or_helo_if_needed()
        if self._server.kind == "smtps":
            return
        if smtp.has_extn("starttls"):
            smtp.starttls(context=self._tls)
            smtp.ehlo_or_helo_if_needed()
        elif not self._server.is_loopback:
            raise MailError(
                f"The mail server {self._name} does not offer STARTTLS, so anybody could read along.",
                "use smtps:// or the port for mail programs, usually 587",
            )

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        login = self._login
        if login is None or not login.user:
            return
        secret = login.secret()
        if not secret:
            raise LoginError(
                f"No password is set for {login.user} at {self._name}.", "see mail.password in foimail.toml"
            )
        if (said := _identify(smtp, login, secret)) is None:
            raise LoginError(f"The mail server {self._name} does not offer to sign in by {login.auth}.")
        code, answer = said[0], f"{said[0]} {_text(said[1])}"
        if code // 100 == _NOT_NOW:  # RFC 4954 s.6: 454 is the server's fault, not the password's
            raise MailError(f"The mail server {self._name} cannot sign anybody in now: {answer}.")
        if not _is_yes(code):
            raise LoginError(
                f"The mail server {self._name} did not accept the login of {login.user}: {answer}."
            )

    @staticmethod
    def _wait(smtp: smtplib.SMTP, seconds: float) -> None:
        if smtp.sock is not None:
            smtp.sock.settimeout(seconds)

    def _drop(self) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            smtp.close()


def dotted(raw: bytes) -> bytes:
    """A letter as it crosses the wire, without the final dot: CRLF, leading dots doubled (RFC 5321 s.4.5.2).

    Bare CR and LF become CRLF too: servers disagree on them, which is how a second letter can be smuggled in.
    """
    lines = _NEW_LINE.sub(b"\r\n", raw)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return _LEADING_DOT.sub(b"..", lines)


def _identify(smtp: smtplib.SMTP, login: Login, secret: str) -> tuple[int, bytes] | None:
    """The dialogue of AUTH (RFC 4954) and its verdict, or None where the server offers no way we know."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if login.auth == "xoauth2" and "XOAUTH2" in offered:
        said = smtp.docmd("AUTH", "XOAUTH2 " + _base64(f"user={login.user}\x01auth=Bearer {secret}\x01\x01"))
        # A failure comes as a challenge with details; an empty answer to it brings the verdict.
        return smtp.docmd("") if said[0] == _CONTINUE else said
    if login.auth == "password" and "PLAIN" in offered:
        return smtp.docmd("AUTH", "PLAIN " + _base64(f"\0{login.user}\0{secret}"))
    if login.auth == "password" and "LOGIN" in offered:
        said = smtp.docmd("AUTH", "LOGIN")
        for word in (login.user, secret):
            if said[0] == _CONTINUE:
                said = smtp.docmd(_base64(word))
        return said
    return None


def _not_accepted(answer: str, scope: Literal["message", "session"]) -> Rejected:
    return Rejected(0, answer, permanent=False, scope=scope)


def _is_yes(code: int) -> bool:
    return code // 100 == _YES


def _text(answer: bytes) -> str:
    return " ".join(answer.decode("utf-8", "replace").split())[:500]


def _why(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return f"{error.smtp_code} {_text(answer if isinstance(answer, bytes) else answer.encode())}"
    return reason(error)


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
