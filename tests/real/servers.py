"""A real Dovecot on loopback for tests, and its users.

No root is needed; started by root, Dovecot runs as nobody. Every user name signs in with the one password and finds an
empty mailbox, so each test has its own for free.
"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from imapclient import IMAPClient

from foimail.mail.logins import Login

if TYPE_CHECKING:
    from collections.abc import Callable

PASSWORD = "secret"
DOMAIN = "example.test"
_PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
_OPENSSL = (
    *("openssl", "req", "-x509", "-nodes", "-days", "2"),
    *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
)
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
auth_mechanisms = plain login xoauth2
auth_cache_size = 0
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
lda_mailbox_autocreate = yes
mail_fsync = never
mail_max_userip_connections = 100
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
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


_OAUTH = """
introspection_mode = get
introspection_url = http://127.0.0.1:{port}/?token=
username_attribute = email
active_attribute = active
active_value = true
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
        [*_OPENSSL, "-subj", f"/CN={host}", "-addext", names, "-keyout", str(key), "-out", str(certificate)],
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
        self.introspection = _free_port()  # where Dovecot asks whether an access token is good
        (self.folder / "oauth2.conf").write_text(_OAUTH.format(port=self.introspection))
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
