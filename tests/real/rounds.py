"""A workspace whose letters go through the real servers, and public bodies that answer."""

from __future__ import annotations

import io
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from foimail.cli.main import run
from foimail.workflows import init
from tests.stores import A_FILE, put, url_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tests.real.servers import MailUser
    from tests.real.smtpd import SmtpServer, Taken

_NATIONS = ("England", "England", "England", "Scotland", "Wales", "Northern Ireland")
_SHARED = 5  # of eight bodies have their address at one provider, as most of the NHS does
_SETTINGS = """
[requester]
name = "Rowan Ashdown"
email = "{address}"
[mail]
outgoing = "{outgoing}"
incoming = "{incoming}"
password = "file:password.txt"
cafile = "authorities.pem"
timeout = 10
[sending]
rate = 0
domain_spacing = 0
refusals_in_a_row = 0
[store]
url = "{url}"
"""


def address(number: int) -> str:
    """Where the body of this number takes requests."""
    return f"foi.b{number:03}@shared.test" if number % 8 < _SHARED else f"foi@b{number:03}.test"


def make_folder(folder: Path, user: MailUser, server: SmtpServer, bodies: int, url: str = A_FILE) -> Path:
    """A workspace of this user with so many invented bodies, B000 and so on, whose store is at `url`."""
    folder.mkdir()
    lines = ["bodies:"]
    for number in range(bodies):
        lines += [
            f"  - id: B{number:03}",
            f"    name: Body Number {number} NHS Trust",
            "    type: acute",
            f"    nation: {_NATIONS[number % len(_NATIONS)]}",
            f"    email: {address(number)}",
        ]
    (folder / "trusts.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    init.make(folder, "Rowan Ashdown", user.address)
    put(folder, url)
    use(folder, outgoing=server.url(user.address), incoming=user.incoming, address=user.address)
    trust(folder, user.cafile, server.cafile)
    sign_in_with(folder, user.password)
    return folder


def use(folder: Path, **servers: str) -> None:
    """Write foimail.toml for these servers; its store stays."""
    text = _SETTINGS.format(**servers, url=url_of(folder))
    (folder / "foimail.toml").write_text(text, encoding="utf-8")


def trust(folder: Path, *cafiles: str) -> None:
    """Trust these authorities and no others."""
    together = "".join(Path(cafile).read_text(encoding="ascii") for cafile in cafiles)
    (folder / "authorities.pem").write_text(together, encoding="ascii")


def sign_in_with(folder: Path, password: str) -> None:
    """Put a password where foimail.toml points to."""
    file = folder / "password.txt"
    file.touch(mode=0o600)
    file.write_text(password, encoding="utf-8")


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def foimail(folder: Path, *words: str) -> Ran:
    """The command that a user would type in this workspace."""
    out, err = io.StringIO(), io.StringIO()
    code = 0
    with redirect_stdout(out), redirect_stderr(err):
        try:
            run(["--workspace", str(folder), *words])
        except SystemExit as end:
            code = int(end.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


# The other side


def arrived(taken: Iterable[Taken], requester: str) -> list[str]:
    """The bodies' addresses that the server took a letter for, once for each letter."""
    return [r for letter in taken for r in letter.recipients if r != requester]


def answer(letter: bytes, moment: datetime, text: str, *, way: str = "thread") -> bytes:
    """A body's reply to the letter it got.

    `way` is how it can be known whose it is: `thread` (In-Reply-To), `references` (and nothing else), `subject` (the token
    there), `text` (the token retyped by hand), or `bounce` (the server's report with the headers of the letter).
    """
    asked = message_from_bytes(letter, policy=policy.default)
    body, identifier, subject = asked["To"].addresses[0].addr_spec, asked["Message-ID"], asked["Subject"]
    reply = EmailMessage()
    reply["From"] = f"FOI Office <{body}>" if way != "bounce" else f"MAILER-DAEMON@{body.partition('@')[2]}"
    reply["To"] = asked["From"].addresses[0].addr_spec
    reply["Date"] = format_datetime(moment)
    reply["Message-ID"] = f"<{way}.{identifier.strip('<>')}>"
    reply["Subject"] = f"RE: {subject}" if way in {"thread", "subject"} else "Your request for information"
    if way == "thread":
        reply["In-Reply-To"] = identifier
    if way == "references":
        reply["References"] = f"<earlier@elsewhere.test> {identifier}"
    if way == "text":
        token = subject.rpartition("[")[2].rstrip("]")
        text += f"\nOur answer to {token.lower().replace('-', ' ').replace('o', '0')}"
    reply.set_content(text)
    return reply.as_bytes() if way != "bounce" else _report(reply, body, letter)


def _report(reply: EmailMessage, body: str, letter: bytes) -> bytes:
    # a delivery report as RFC 3464 lays it out: words, fields, and the headers of what came back
    named = "".join(f"{name}: {reply[name]}\n" for name in ("From", "To", "Date", "Message-ID", "Subject"))
    headers = letter.replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode("ascii")
    fields = (
        f"Reporting-MTA: dns; mx.test\n\nFinal-Recipient: rfc822; {body}\nAction: failed\nStatus: 5.1.1\n"
    )
    parts = (
        ("text/plain", "It could not be delivered.\n"),
        ("message/delivery-status", fields),
        ("text/rfc822-headers", f"{headers}\n"),
    )
    kind = 'multipart/report; report-type=delivery-status; boundary="=_edge"'
    inside = "".join(f"--=_edge\nContent-Type: {name}\n\n{content}\n" for name, content in parts)
    return f"{named}MIME-Version: 1.0\nContent-Type: {kind}\n\n{inside}--=_edge--\n".encode()
