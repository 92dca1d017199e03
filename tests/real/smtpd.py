"""An SMTP server in the test process that refuses, breaks off and lies as it is told, and passes the rest on by LMTP."""

from __future__ import annotations

import asyncio
import base64
import smtplib
import ssl
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.real.servers import DOMAIN, PASSWORD

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Taken:
    """A letter that the SMTP server took: its envelope and its bytes."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes


Drop = Literal["", "mail", "data", "dot", "dot_after_taking", "garbage_at_dot"]


@dataclass
class Rules:
    """How the SMTP server behaves; each test begins with a fresh one and changes what it needs.

    Attributes:
        mail: An answer to MAIL FROM instead of 250.
        rcpt: Answers to RCPT TO by address instead of 250.
        data: An answer to the final dot instead of taking the letter.
        drop: Where the connection breaks: at MAIL, in the middle of the letter, after the final dot without taking the
            letter or after taking it; or an answer to the dot that is no SMTP.
        password: What signs in; anything else is answered by 535.
        auth: An answer to AUTH instead of 235 or 535.
        without: Ways to sign in that are not offered, of PLAIN, LOGIN and XOAUTH2.
        elsewhere: The mailbox that gets mail to foreign domains, as one catch-all for the bodies; None keeps it in
            `taken` only.
    """

    mail: str = ""
    rcpt: dict[str, str] = field(default_factory=dict)
    data: str = ""
    drop: Drop = ""
    password: str = PASSWORD
    auth: str = ""
    without: tuple[str, ...] = ()
    elsewhere: str | None = None


class _Session(SMTP):
    """aiosmtpd that can break off on purpose."""

    def __init__(self, server: SmtpServer, **options: Any) -> None:
        self._server = server
        super().__init__(server, **options)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self not in self._server.sessions:  # STARTTLS makes the same connection a second time
            self._server.sessions.append(self)

    def connection_lost(self, error: Exception | None) -> None:
        if self in self._server.sessions:
            self._server.sessions.remove(self)
        super().connection_lost(error)

    async def push(self, status: Any) -> None:
        drop = self._server.rules.drop
        if status == _VANISH:
            self.vanish()
        elif drop == "data" and str(status).startswith("354"):
            await super().push(status)
            await self._reader.readline()
            self.vanish()
        else:
            await super().push(status)

    def vanish(self) -> None:
        """Break off without a word."""
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()


_VANISH = "000 vanish"


class SmtpServer:
    """An SMTP server in this process: `port` with STARTTLS, `tls_port` with TLS at once, `plain_port` with neither."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.cafile = str(certificate)
        self.rules = Rules()
        self.taken: list[Taken] = []
        self.attempts: list[str] = []  # the user names of all AUTH commands
        self.connections = 0
        self.lmtp: int | None = None
        self.sessions: list[_Session] = []
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(certificate, key)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._servers: list[asyncio.AbstractServer] = []
        self.port = self._listen({"tls_context": tls})
        self.tls_port = self._listen({"auth_require_tls": False}, tls)
        self.plain_port = self._listen({"auth_require_tls": False})

    def url(self, user: str = "", kind: Literal["smtp", "smtps", "plain"] = "smtp") -> str:
        """What stands in foimail.toml."""
        port = {"smtp": self.port, "smtps": self.tls_port, "plain": self.plain_port}[kind]
        at = f"{quote(user, safe='')}@" if user else ""
        return f"{'smtps' if kind == 'smtps' else 'smtp'}://{at}localhost:{port}"

    def reset(self, lmtp: int | None = None) -> None:
        """Forget everything, for the next test."""
        self.hang_up()
        self.rules = Rules()
        self.taken, self.attempts, self.connections, self.lmtp = [], [], 0, lmtp

    def hang_up(self) -> None:
        """Close all connections, as servers do after a while without letters."""
        asyncio.run_coroutine_threadsafe(self._hang_up(), self._loop).result(10)

    def stop(self) -> None:
        """End the server."""
        self.hang_up()
        for server in self._servers:
            self._loop.call_soon_threadsafe(server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer MAIL FROM."""
        if self.rules.drop == "mail":
            return _VANISH
        if self.rules.mail:
            return self.rules.mail
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Answer RCPT TO."""
        if answer := self.rules.rcpt.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        """Answer the final dot."""
        if self.rules.data or self.rules.drop == "dot":
            return self.rules.data or _VANISH
        content = envelope.original_content or b""
        letter = Taken(envelope.mail_from or "", tuple(envelope.rcpt_tos), content)
        await asyncio.get_running_loop().run_in_executor(None, self._pass_on, letter)
        self.taken.append(letter)
        if self.rules.drop == "dot_after_taking":
            return _VANISH
        return "nonsense" if self.rules.drop == "garbage_at_dot" else f"250 2.0.0 queued as {len(self.taken)}"

    async def auth_XOAUTH2(self, _server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802  # aiosmtpd's name
        """Sign in by token: RFC 7628's older sister."""
        words = base64.b64decode(args[1]).decode().split("\x01")
        self.attempts.append(words[0].removeprefix("user="))
        return AuthResult(success=words[1] == f"auth=Bearer {self.rules.password}", handled=False)

    def _pass_on(self, letter: Taken) -> None:
        mailboxes = {m for r in letter.recipients if (m := self._mailbox(r))}
        if not mailboxes or self.lmtp is None:
            return
        raw = f"Delivered-To: {', '.join(letter.recipients)}\r\n".encode() + letter.raw
        with smtplib.LMTP("127.0.0.1", self.lmtp) as lmtp:
            lmtp.sendmail(letter.sender, sorted(mailboxes), raw)

    def _mailbox(self, recipient: str) -> str | None:
        local, _, domain = recipient.rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" if domain == DOMAIN else self.rules.elsewhere

    def _sign_in(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.attempts.append(data.login.decode())
        if self.rules.auth:
            return AuthResult(success=False, handled=False, message=self.rules.auth)
        return AuthResult(success=data.password == self.rules.password.encode(), handled=False)

    def _listen(self, options: dict[str, Any], tls: ssl.SSLContext | None = None) -> int:
        async def start() -> int:
            def session() -> _Session:
                self.connections += 1
                return _Session(
                    self,
                    loop=self._loop,
                    authenticator=self._sign_in,
                    auth_exclude_mechanism=self.rules.without,
                    hostname="smtp.test",
                    **options,
                )

            server = await self._loop.create_server(session, "127.0.0.1", 0, ssl=tls)
            self._servers.append(server)
            return int(server.sockets[0].getsockname()[1])

        return asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)

    async def _hang_up(self) -> None:
        for session in list(self.sessions):
            session.vanish()
        while self.sessions:  # noqa: ASYNC110  # aiosmtpd tells nobody when it is done
            await asyncio.sleep(0.005)
