"""What it costs to match one mail among 100,000 open cases, against the same among 100.

Each way of matching is in the sample: thread, token, learnt reference, sender, and mail of nobody's. Both stores are asked in
turn, several times, and the best time of each counts, so that a busy machine weighs on both alike.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert

from foimail.mail.parse import parse
from foimail.model import Body
from foimail.store import schema
from foimail.workflows import init, matching
from foimail.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from foimail.model import Message
    from foimail.replies.bodies import Directory

FEW, MANY = 100, 100_000
MAILS = 400
ROUNDS = 9
MOST = 1.2
TEXT = (
    "Dear Ms Adler\n\nThank you for your request, which we had on 12 June 2026.\n"
    "Q1. 2021: 12, 2022: 15.\nQ2. Not held.\n\nYours\nFOI Officer\n"
) * 3
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def token(number: int) -> str:
    number, letters = number * 7919, ""  # far apart, as random ones are
    for _ in range(6):
        number, digit = divmod(number, len(ALPHABET))
        letters = ALPHABET[digit] + letters
    return f"FOI-{letters}"


def body(number: int) -> Body:
    return Body(
        f"b{number}", f"Place{number} Hospitals NHS Trust", "England", email=f"foi@place{number}.example"
    )


def filled(folder: Path, count: int) -> Workspace:
    """A workspace with one open case for each of so many bodies."""
    init.make(folder, "Rowan Ashdown", "foi@northlight.example")
    ws = open_workspace(folder, date(2026, 7, 20), {})
    numbers, now = range(count), datetime(2026, 6, 12, tzinfo=UTC)
    opened = {"kind": "opened", "on_date": now.date(), "recorded_at": now, "data": {}}
    with ws.store.write() as connection:
        for table, rows in (
            (
                schema.cases,
                [
                    {"token": token(n), "campaign": "c", "topic": "c", "body": f"b{n}", "wave": 1}
                    for n in numbers
                ],
            ),
            (schema.events, [{"token": token(n), **opened} for n in numbers]),
            (schema.message_ids, [{"message_id": f"m{n}@x.example", "token": token(n)} for n in numbers]),
            (
                schema.references,
                [{"reference": f"ref{n}", "domain": f"place{n}.example", "token": token(n)} for n in numbers],
            ),
        ):
            connection.execute(insert(table), rows)
    return ws


def mails() -> Iterator[Message]:
    for n in range(MAILS):
        number = n % FEW
        subject, thread, sender = (
            ("Re: your request", f"In-Reply-To: <m{number}@x.example>\n", f"foi@place{number}.example"),
            (f"Re: [{token(number)}]", "", f"foi@place{number}.example"),
            (f"Our ref: REF {number}", "", f"noreply@case.place{number}.example"),
            ("Your request", "", f"foi@place{number}.example"),
            ("Your request", "", f"somebody@elsewhere{number}.example"),
        )[n % 5]
        head = f"From: {sender}\nTo: foi@northlight.example\nSubject: {subject}\n{thread}"
        yield parse(f"{head}Date: Mon, 15 Jun 2026 10:00:00 +0100\n\n{TEXT}".encode())


def seconds(ws: Workspace, directory: Directory, sample: list[Message]) -> tuple[float, int]:
    started, found = time.perf_counter(), 0
    with ws.store.read() as connection:
        for mail in sample:
            named = matching.their_references(connection, mail)
            found += bool(matching.decide(connection, ws, directory, mail, named).filed)
    return time.perf_counter() - started, found


def main() -> None:
    sample = list(mails())
    best: dict[int, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        stores = {count: filled(Path(folder) / str(count), count) for count in (FEW, MANY)}
        directories = {count: matching.directory(body(n) for n in range(count)) for count in stores}
        for _ in range(ROUNDS):
            for count, ws in stores.items():
                took, found = seconds(ws, directories[count], sample)
                assert found == MAILS * 4 // 5, found
                best[count] = min(took, best.get(count, took))
    for count, took in best.items():
        print(f"among {count:>7,} open cases {1e6 * took / MAILS:>8,.0f} microseconds a mail (n = {MAILS})")
    ratio = best[MANY] / best[FEW]
    print(f"ratio {ratio:>37.2f} (at most {MOST})")
    assert ratio <= MOST


if __name__ == "__main__":
    main()
