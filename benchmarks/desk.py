"""What a page of the desk costs with 100,000 cases, against the same with 250, and against a bare Flask page.

The pages are asked in turn, several times, and the best time of each counts. The first page after a change of the store is
told apart, since it works out anew where everybody stands.
"""

from __future__ import annotations

import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import insert

from foimail.events import Noted, Opened, Sent, to_json
from foimail.store import cases, schema
from foimail.web.app import create
from foimail.web.desk import Desk
from foimail.web.door import Door
from foimail.workflows import init
from foimail.workspace import Workspace, open_workspace

if TYPE_CHECKING:
    from flask.testing import FlaskClient

FEW, MANY = 250, 100_000
ROUNDS = 9
PAGES = (
    "/",
    "/?q=FOI-AAAAC4",
    "/?stage=late&sort=name",
    "/review",
    "/answers",
    "/letters",
    "/deadlines",
    "/setup/log",
    "/body/FOI-AAAAAA",
)
MOST, MOST_OF_BARE = 1.5, 20.0
PORT = 8417
HOME = f"http://127.0.0.1:{PORT}"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
TODAY = date(2026, 7, 20)


def token(number: int) -> str:
    letters = ""
    for _ in range(6):
        number, digit = divmod(number, len(ALPHABET))
        letters = ALPHABET[digit] + letters
    return f"FOI-{letters}"


def filled(folder: Path, count: int) -> Workspace:
    """A workspace in which so many bodies have been asked, half of them so that they are late."""
    init.make(folder, "Rowan Ashdown", "foi@northlight.example")
    ws = open_workspace(folder, TODAY, {})
    now = datetime(2026, 6, 12, tzinfo=UTC)
    happened = []
    for n in range(count):
        on = date(2026, 6, 12 if n % 2 else 29)
        both = (
            Opened(on, "cse", f"b{n}", "foia"),
            Sent(on, f"m{n}@x.example", f"foi@place{n}.example"),
        )
        row = {"token": token(n), "on_date": on, "recorded_at": now}
        happened += [row | {"kind": event.kind, "data": to_json(event)} for event in both]
    cases = [
        {"token": token(n), "campaign": "cse", "topic": "cse", "body": f"b{n}", "wave": 1}
        for n in range(count)
    ]
    with ws.store.write() as connection:
        connection.execute(insert(schema.cases), cases)
        connection.execute(insert(schema.events), happened)
    return ws


def note(folder: Path) -> None:
    """Something is recorded of one case."""
    ws = open_workspace(folder, TODAY, {})
    with ws.store.write() as connection:
        cases.append(connection, token(0), (Noted(TODAY, "rang them"),), datetime(2026, 7, 20, tzinfo=UTC))
    ws.store.close()
    time.sleep(0.2)


def client(ws: Workspace) -> FlaskClient:
    door = Door(PORT)
    app = create(Desk(lambda: open_workspace(ws.folder, TODAY, {}), lambda: TODAY), door)
    found = app.test_client()
    found.get(f"/enter?key={door.key}", base_url=HOME)
    return found


def seconds(asks: FlaskClient, path: str) -> float:
    started = time.perf_counter()
    answer = asks.get(path, base_url=HOME)
    assert answer.status_code == 200, answer.text
    return time.perf_counter() - started


def bare() -> FlaskClient:
    app = Flask("bare")
    app.add_url_rule("/", "hello", lambda: "<p>Hello</p>")
    return app.test_client()


def main() -> None:
    best: dict[tuple[int, str], float] = {}
    with tempfile.TemporaryDirectory() as folder:
        desks = {count: client(filled(Path(folder) / str(count), count)) for count in (FEW, MANY)}
        time.sleep(0.2)
        for count, asks in desks.items():
            print(f"first page of a desk, {count:>7,} cases {1e3 * seconds(asks, '/'):>9,.1f} ms")
            note(Path(folder) / str(count))
            print(f"first page after a change, {count:>7,} cases {1e3 * seconds(asks, '/'):>9,.1f} ms")
        hello = bare()
        least = min(seconds(hello, "/") for _ in range(50))
        for _ in range(ROUNDS):
            for path in PAGES:
                for count, asks in desks.items():
                    best[count, path] = min(seconds(asks, path), best.get((count, path), 60.0))
    print(f"a bare page {1e3 * least:.2f} ms")
    print(f"{'page':24} {FEW:>9,} {MANY:>9,}  ratio  of a bare page (at most {MOST} and {MOST_OF_BARE:.0f})")
    for path in PAGES:
        few, many = best[FEW, path], best[MANY, path]
        print(f"{path:24} {1e3 * few:>6.1f} ms {1e3 * many:>6.1f} ms {many / few:>6.2f} {many / least:>6.1f}")


if __name__ == "__main__":
    main()
