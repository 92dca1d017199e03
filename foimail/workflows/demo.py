"""The demo: invented replies to letters that went into a Maildir, so that the whole round can be seen on one machine."""

from __future__ import annotations

from datetime import datetime, time
from email.message import EmailMessage
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from foimail.files.tables import table
from foimail.mail.maildir import MaildirOut
from foimail.store import cases, outbox
from foimail.workspace import LONDON

if TYPE_CHECKING:
    from foimail.store.outbox import Row
    from foimail.workspace import Workspace


def pilot() -> tuple[str, ...]:
    """The bodies whose letters go first: those that will reply, and one that never will."""
    return (*dict.fromkeys(r["body"] for r in table("demo")["reply"]), "nhs-highland")


def answer(ws: Workspace) -> int:
    """Put the invented replies into the incoming Maildir; how many there were comes back."""
    replies = table("demo")["reply"]
    box = MaildirOut(ws.server("incoming").folder(ws.folder))
    with ws.store.read() as connection:
        tokens = {o.body: o.token for o in cases.openings(connection, campaign=ws.campaign_name)}
        letters = {
            row.token: (row, outbox.raw(connection, row.id) or b"") for row in outbox.rows(connection, "sent")
        }
    for reply in replies:
        row, raw = letters[tokens[reply["body"]]]
        box.send("", "", None, _written(reply, row, raw, ws.settings.requester.email))
    return len(replies)


def _written(reply: dict[str, Any], row: Row, request: bytes, to: str) -> bytes:
    message = EmailMessage()
    message["From"] = reply["from"]
    message["To"] = to
    message["Subject"] = reply["subject"].format(subject=row.subject)
    message["Date"] = datetime.combine(reply["on"], time(11, 30), tzinfo=LONDON)
    message["Message-ID"] = f"<{row.token.lower()}.{reply['on']:%m%d}@reply.example>"
    if reply["thread"]:
        message["In-Reply-To"] = f"<{row.message_id}>"
    for name, value in reply.get("headers", {}).items():
        message[name] = value
    # the token as an officer may retype it: small letters, no brackets, a nought for an O
    retyped = row.token.lower().replace("-", " ").replace("o", "0")
    message.set_content(reply["text"].strip().format(token=row.token, retyped=retyped) + "\n")
    if "attachment" in reply:
        content = (files("foimail") / "tables" / reply["attachment"]).read_bytes()
        message.add_attachment(content, maintype="application", subtype="pdf", filename="FOI response.pdf")
    if reply.get("bounce"):
        return _bounce(message, row, request)
    return message.as_bytes()


def _bounce(message: EmailMessage, row: Row, request: bytes) -> bytes:
    # a delivery report as RFC 3464 lays it out: words, fields, and the headers of what came back
    words = message.get_content()
    del message["Content-Type"], message["Content-Transfer-Encoding"], message["MIME-Version"]
    edge = "=_demo_report"
    head = (
        f'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="{edge}"\n'
    )
    fields = f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {row.recipient}\nAction: failed\nStatus: 5.1.1\n"
    headers = request.partition(b"\r\n\r\n")[0].decode("ascii", "replace").replace("\r\n", "\n")
    parts = (
        ("text/plain", words),
        ("message/delivery-status", fields),
        ("text/rfc822-headers", headers + "\n"),
    )
    body = "".join(f"--{edge}\nContent-Type: {kind}\n\n{content}\n" for kind, content in parts)
    named = "".join(f"{name}: {value}\n" for name, value in message.items())
    return f"{named}{head}\n{body}--{edge}--\n".encode()
