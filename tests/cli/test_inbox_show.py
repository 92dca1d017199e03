from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

from tests.desk import EMAIL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk import Desk, Ended


def shown(desk: Desk, *options: str) -> Ended:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "foi@ashcombe.example", EMAIL, "Your request"
    message["Date"], message["Message-ID"] = "Mon, 15 Jun 2026 10:00:00 +0100", "<a@ashcombe.example>"
    message.set_content("Please find attached.")
    rows = "".join(f"line {n}\n" for n in range(1, 21))
    message.add_attachment(f"\x1b[2J{'x' * 300}\n{rows}", filename="answer.txt")
    message.add_attachment(b"PK\x03\x04broken", maintype="application", subtype="zip", filename="more.zip")
    message.add_attachment(b"\x89PNG\0", maintype="image", subtype="png", filename="scan.png")
    path: Path = desk.folder / "answer.eml"
    path.write_bytes(message.as_bytes())
    desk.run("import", str(path))
    return desk.run("inbox", "show", "1", *options)


def test_a_message_is_shown_with_the_state_and_beginning_of_its_attachments(desk: Desk) -> None:
    ended = shown(desk)
    assert ended.code == 0, ended.err
    assert "\x1b" not in ended.out
    assert "Attachment: answer.txt (text/plain, " in ended.out
    assert "\n  read\n  | [2J" in ended.out
    assert "xx...\n  | line 1\n" in ended.out
    assert "  | line 11\n  ... 9 more lines: --attachments shows all\n" in ended.out
    assert "  failed: it is a broken ZIP file\n" in ended.out
    assert "  not readable: a picture: look at it yourself\n" in ended.out
    assert ended.out.endswith("Please find attached.\n")


def test_all_of_the_attachments_is_shown_where_asked(desk: Desk) -> None:
    out = shown(desk, "--attachments").out
    assert "  | line 20\n" in out
    assert "x" * 300 in out
    assert "more lines" not in out
