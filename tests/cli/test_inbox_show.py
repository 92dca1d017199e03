from __future__ import annotations

import csv
import io
import zipfile
from email.message import EmailMessage
from typing import TYPE_CHECKING

from tests.desk import EMAIL, mail

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


def test_what_a_letter_says_of_each_part_is_shown_with_its_values_and_place(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "foi@ashcombe.example", EMAIL, f"[{token}] Response"
    message["Date"], message["Message-ID"] = "Mon, 15 Jun 2026 10:00:00 +0100", "<b@ashcombe.example>"
    message.set_content(
        "Our response to your request.\n\n1. Please see the sheet attached.\n\n2. We made nine referrals.\n\n"
        "3. We do not hold this information.\n\n4. 512 staff are trained.\n"
    )
    message.add_attachment("Year,Referrals\n2021,4\n2022,7\n", subtype="csv", filename="report.csv")
    path: Path = desk.folder / "response.eml"
    path.write_bytes(message.as_bytes())
    desk.run("import", str(path), today="2026-06-17")
    out = desk.run("inbox", "show", "1", today="2026-06-17").out
    assert "\nPart 1: answered: 2021 4, 2022 7 (report.csv, cells A1 to B3)\n" in out, out
    assert "\nPart 2: partial: total 9? (the letter)\n" in out
    assert "\nPart 3: not held (the letter)\n" in out
    assert "\nPart 4: answered: 512 (the letter)\n" in out


def test_what_a_mail_bears_on_its_sender_is_shown_and_packed_and_keeps_nothing_out(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    verdicts = "mx.northlight.example; spf=pass; dkim=pass header.d=ashcombe.example; dmarc=pass\x1b[2J"
    signature = "v=1; a=rsa-sha256; d=ashcombe.example; s=k1; b=QUJD"
    desk.comes(
        mail(subject=f"RE: [{token}]", Authentication_Results=verdicts, DKIM_Signature=signature), "inbox"
    )
    desk.run("poll")
    words = (
        "dkim=pass, dmarc=pass, spf=pass, says mx.northlight.example (your mail server); "
        "it bears a DKIM signature of ashcombe.example"
    )
    assert f"Authentication: {words}\n" in desk.run("inbox", "show", "1").out
    assert desk.run("pack", token, "-o", str(desk.folder / "pack.zip")).code in {0, 3}
    with zipfile.ZipFile(desk.folder / "pack.zip") as bundle:
        (name,) = [name for name in bundle.namelist() if name.endswith("mails.csv")]
        rows = list(csv.DictReader(io.StringIO(bundle.read(name).decode())))
    assert [row["authentication"] for row in rows] == ["", words]
