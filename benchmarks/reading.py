"""Opening, matching and classifying 10,000 mails, attachments not read, against the stdlib's `email` in the same run.

Of ten mails seven are short text, fifteen in a hundred HTML, and as many bring a PDF of 200 kB. Yardstick: `message_from_bytes`
with `policy.default` and `get_content` on every text part. Both are timed in turns, mail by mail. What the store adds is left out.
Aim: no less than a third of the yardstick's rate.
"""

from __future__ import annotations

import base64
import email
import random
import sys
import time
from datetime import UTC, date, datetime, timedelta
from email import policy
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from foimail.files import campaigns
from foimail.files.tables import table
from foimail.mail.parse import parse
from foimail.replies import match, reader
from foimail.replies.anatomy import ours

if TYPE_CHECKING:
    from collections.abc import Iterator

MAILS = 10_000
PDF = base64.encodebytes(b"%PDF-1.7\n" + random.Random(0).randbytes(200_000))  # noqa: S311 - always the same
ROOT = Path(__file__).parents[1]
LETTER = (
    "Dear Ms Ashdown,\n\nThank you for your request under the Freedom of Information Act, received on {day} ({ref}).\n\n",
    "It is being considered, and you will have our reply within 20 working days.\n\n",
    "1. The Trust made {n} referrals in 2023 and {m} in 2024.\n\n2. No assessments were recorded before 2022.\n\n",
    "3. This is exempt under section 40(2), since fewer than five people are concerned.\n\n",
    "4. {n} members of staff have been trained.\n\n",
    "We estimate that to comply would exceed the limit of 18 hours set by section 12.\n\n",
    "Yours sincerely,\nInformation Governance Team\n\n",
    "If you are unhappy with this reply you may ask for an internal review within 40 working days.\n",
)
HEAD = (
    "Return-Path: <foi@trust{k}.example>\nReceived: from mail.trust{k}.example (mail.trust{k}.example [192.0.2.7])\n"
    "\tby mx.ashdown.example (Postfix) with ESMTPS id 4F1;\n\t{date}\n"
    "Authentication-Results: mx.ashdown.example; spf=pass smtp.mailfrom=trust{k}.example\n"
    'From: "Information Team, FOI" <foi@trust{k}.example>\nTo: Rowan Ashdown <foi+{token}@ashdown.example>\n'
    "Subject: RE: Freedom of Information request [{token}] - our ref {ref}\nDate: {date}\nMessage-ID: <{k}.{token}@trust.example>\n"
    "In-Reply-To: <{token}.1@ashdown.example>\nReferences: <{token}.1@ashdown.example>\nMIME-Version: 1.0\n"
)


def token(number: int) -> str:
    letters = "ABCDEFGHJKMNPQRSTUVWXYZ234567"
    return "FOI-" + "".join(letters[number // len(letters) ** i % len(letters)] for i in range(6))


def mails(count: int) -> Iterator[bytes]:
    """Mails one by one, always the same."""
    chance = random.Random(1)  # noqa: S311 - always the same
    begin = datetime(2026, 1, 5, 9, tzinfo=UTC)
    for number in range(count):
        day = begin + timedelta(minutes=number)
        said = {
            "day": f"{day:%d %B %Y}",
            "ref": f"FOI {number}/26",
            "n": chance.randint(5, 900),
            "m": chance.randint(5, 900),
            "k": number % 250,
            "token": token(number),
            "date": format_datetime(day),
        }
        middle = sorted(chance.sample(range(1, 6), chance.randint(1, 4)))
        text = "".join(LETTER[i] for i in (0, *middle, 6, 7)).format(**said)
        head = HEAD.format(**said)
        share = chance.random()
        plain = "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + text
        if share < 0.70:
            yield (head + plain).encode()
        elif share < 0.85:
            page = "".join(f"<p style=\"margin:0\"><span class='c'>{p}</span></p>" for p in text.split("\n"))
            html = f"<html><head><style>p {{color: #333}}</style></head><body><div>{page}</div></body></html>"
            yield (head + "Content-Type: text/html; charset=utf-8\n\n" + html).encode()
        else:
            file = "Content-Type: application/pdf; name=answer.pdf\nContent-Transfer-Encoding: base64\n\n"
            mixed = f"Content-Type: multipart/mixed; boundary=part\n\n--part\n{plain}\n--part\n{file}"
            yield (head + mixed).encode() + PDF + b"\n--part--\n"


def yardstick(raw: bytes) -> None:
    for part in email.message_from_bytes(raw, policy=policy.default).walk():
        if part.get_content_maintype() == "text":
            part.get_content()


class Ours:
    """The steps that look at a mail and at nothing else."""

    def __init__(self) -> None:
        campaign, _ = campaigns.load(ROOT / "templates", "cse")
        parts = campaign.parts if campaign else ()
        self.rules = reader.rules(parts, table("phrases"), reader.exemptions_of(table("exemptions")))
        self.sent = ours(
            [" ".join(part.question for part in parts)], ("Rowan Ashdown", "foi@ashdown.example")
        )
        self.seconds = [0.0, 0.0, 0.0]

    def read(self, raw: bytes) -> None:
        """Open, match and classify a mail, noting the seconds of each."""
        begun = time.perf_counter()
        message = parse(raw)
        parsed = time.perf_counter()
        found = match.clues(message)
        known = dict.fromkeys(found.all_tokens, "RAA")
        match.match(found, match.Known({i: {found.tokens[0][1][0]} for i in found.ids}, known))
        matched = time.perf_counter()
        reader.read(message, (), self.sent, date(2026, 2, 2), self.rules)
        ended = time.perf_counter()
        for step, taken in enumerate((parsed - begun, matched - parsed, ended - matched)):
            self.seconds[step] += taken


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MAILS
    mine = Ours()
    theirs = 0.0
    for number, raw in enumerate(mails(count)):
        if number == 0:  # what is loaded late is loaded now
            mine.read(raw)
            mine.seconds = [0.0, 0.0, 0.0]
        begun = time.perf_counter()
        yardstick(raw)
        theirs += time.perf_counter() - begun
        mine.read(raw)
    steps = ", ".join(
        f"{name} {s / count * 1000:.2f} ms"
        for name, s in zip(("open", "match", "classify"), mine.seconds, strict=True)
    )
    total = sum(mine.seconds)
    print(
        f"reading / email alone: {theirs / total:.2f} of its rate ({count / total:,.0f} mails/s / {count / theirs:,.0f}; {steps})"
    )
    print(f"opening / email alone: {theirs / mine.seconds[0]:.2f} of its rate")


if __name__ == "__main__":
    main()
