"""Real mail servers on loopback for tests: Dovecot as its own process, aiosmtpd in this one, bridged to it by LMTP.

No root is needed; started by root, Dovecot runs as nobody. Every user name signs in with the one password and finds an
empty mailbox, so each test has its own for free.
"""

from __future__ import annotations

import asyncio
import grp
import os
import pwd
import shutil
import smtplib
import socket
import ssl
import subprocess
import threading
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from imapclient import IMAPClient

from foimail.mail.logins import Login

if TYPE_CHECKING:
    from collections.abc import Callable

PASSWORD = "secret"
DOMAIN = "example.test"
_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
_START = 15  # seconds until a server must answer

_CONFIG = """
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
mail_location = maildir:{folder}/mail/%u
mail_home = {folder}/home/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 1
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_cache_size = 0
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
lda_mailbox_autocreate = yes
mail_fsync = never
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/home/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  mailbox Posted {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Unwanted {{
    auto = subscribe
    special_use = \\Junk
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
auth_failure_delay = 0
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
  unix_listener lmtp {{
    mode = 0600
  }}
}}
"""


def find_dovecot() -> str | None:
    """The program, or None where it is not installed."""
    return shutil.which("dovecot", path=_PATH)


def make_certificate(folder: Path, name: str = "cert", host: str = "localhost") -> Path:
    """A self-signed certificate for a host; the key lies beside it. The certificate is its own authority."""
    certificate = folder / f"{name}.pem"
    key = folder / ("key.pem" if name == "cert" else f"{name}-key.pem")
    names = f"subjectAltName=DNS:{host}" + (",IP:127.0.0.1" if host == "localhost" else "")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        + ["-subj", f"/CN={host}", "-addext", names, "-keyout", str(key), "-out", str(certificate)],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return certificate


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _wait_for(port: int, still_runs: Callable[[], bool]) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end and still_runs():
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError(f"port {port} did not open")


class Dovecot:
    """Dovecot 2.3 on free ports below a short folder (the paths of its sockets may have 107 bytes)."""

    def __init__(self) -> None:
        self.folder = Path("/tmp") / f"fm-{uuid.uuid4().hex[:8]}"
        self.imap, self.imaps, self.lmtp = _free_port(), _free_port(), _free_port()
        for part in ("run", "state", "mail", "home"):
            (self.folder / part).mkdir(parents=True)
        self.folder.chmod(0o700)
        self.cafile = str(make_certificate(self.folder))
        as_root = os.getuid() == 0
        who = pwd.getpwnam("nobody") if as_root else pwd.getpwuid(os.getuid())
        config = self.folder / "dovecot.conf"
        config.write_text(
            _CONFIG.format(
                folder=self.folder,
                user=who.pw_name,
                group=grp.getgrgid(who.pw_gid).gr_name,
                password=PASSWORD,
                imap=self.imap,
                imaps=self.imaps,
                lmtp=self.lmtp,
            )
        )
        drop: dict[str, Any] = {}
        if as_root:
            for path in (self.folder, *self.folder.rglob("*")):
                os.chown(path, who.pw_uid, who.pw_gid)
            drop = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        # A daemon that inherits our pipes would keep whoever reads them waiting.
        self._process = subprocess.Popen(
            [find_dovecot() or "dovecot", "-F", "-c", str(config)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": _PATH, "HOME": str(self.folder)},
            **drop,
        )
        try:
            for port in (self.imap, self.imaps, self.lmtp):
                _wait_for(port, lambda: self._process.poll() is None)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and forget its mail."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def deliver(self, mailbox: str, raw: bytes, sender: str = "sender@elsewhere.test") -> None:
        """Put a message into a user's INBOX, as a mail server would."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as lmtp:
            lmtp.sendmail(sender, [mailbox], raw)


@dataclass(frozen=True)
class MailUser:
    """A fresh user of the servers: an address, and the URLs of foimail.toml that lead to its mailbox."""

    address: str
    server: Dovecot
    password: str = PASSWORD

    @property
    def login(self) -> Login:
        """What foimail signs in with."""
        return Login(self.address, "password", lambda: self.password)

    @property
    def incoming(self) -> str:
        """TLS from the first byte."""
        return f"imaps://{quote(self.address, safe='')}@localhost:{self.server.imaps}"

    @property
    def incoming_starttls(self) -> str:
        """STARTTLS."""
        return f"imap://{quote(self.address, safe='')}@localhost:{self.server.imap}"

    @property
    def cafile(self) -> str:
        """The authority to trust."""
        return self.server.cafile

    def client(self) -> IMAPClient:
        """The mailbox as its owner's mail program has it, to arrange things and look at them."""
        client = IMAPClient("127.0.0.1", self.server.imap, ssl=False, timeout=20)
        client.login(self.address, self.password)
        return client

    def deliver(self, raw: bytes) -> None:
        """Put a message into the INBOX."""
        self.server.deliver(self.address, raw)


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
        elsewhere: The mailbox that gets mail to foreign domains, as one catch-all for the bodies; None keeps it in
            `taken` only.
    """

    mail: str = ""
    rcpt: dict[str, str] = field(default_factory=dict)
    data: str = ""
    drop: Drop = ""
    password: str = PASSWORD
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
        if self.transport is not None:
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
        import base64

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
        return AuthResult(success=data.password == self.rules.password.encode(), handled=False)

    def _listen(self, options: dict[str, Any], tls: ssl.SSLContext | None = None) -> int:
        async def start() -> int:
            def session() -> _Session:
                self.connections += 1
                return _Session(self, loop=self._loop, authenticator=self._sign_in, hostname="smtp.test", **options)

            server = await self._loop.create_server(session, "127.0.0.1", 0, ssl=tls)
            self._servers.append(server)
            return int(server.sockets[0].getsockname()[1])

        return asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)

    async def _hang_up(self) -> None:
        for session in list(self.sessions):
            session.vanish()
        while self.sessions:
            await asyncio.sleep(0.005)
