"""Words found among 20,000 letters by `foimail search`'s index, against LIKE over the same texts in the same store.

Both are asked in turn, several times, for the newest 20 places; the best time of each counts. The words are such as stand in one
letter of a thousand or fewer: LIKE must look through all for them, as a person's question mostly makes it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import insert, text

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measure import Measure, show  # noqa: E402 - from the checkout
from foimail.store import schema, schema_derived, texts  # noqa: E402
from foimail.store.engine import Store, open_store  # noqa: E402
from foimail.store.terms import terms  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

LETTERS = 20_000
ROUNDS = 5
SHOWN = 20
NOW = datetime(2026, 6, 12, tzinfo=UTC)
BODY = (
    "Thank you for your request under the Freedom of Information Act, received on 12 June 2026. The Trust made {n} "
    "referrals to other authorities in 2023 and {m} in 2024; no assessments were recorded before 2022. Members of staff "
    "have been trained. If you are unhappy with this reply you may ask for an internal review within 40 working days.\n"
) * 4
RARE = (("grooming",), ("county lines",), ("trafficking", "hotel"))
_LIKE = text(
    "SELECT messages.id, texts.text FROM texts JOIN messages ON messages.id = texts.message"
    " WHERE messages.state = 'read' AND texts.text LIKE :a AND texts.text LIKE :b ORDER BY texts.id DESC LIMIT :most"
)


def letter(number: int) -> str:
    """A letter of some 1,700 characters; one in a thousand has one of the rare words."""
    rare = f"Some were victims of {' '.join(RARE[number // 1000 % 3])}.\n" if number % 1000 == 0 else ""
    return f"Your request {number}\n" + BODY.format(n=number % 97, m=number % 89) + rare


def fill(store: Store, first: int, last: int) -> None:
    """So many letters, read and indexed."""
    numbers = range(first, last)
    with store.write() as connection:
        connection.execute(
            insert(schema.raw_mail), [{"sha256": f"{n:064}", "size": 0, "raw": b""} for n in numbers]
        )
        common = {"source": "x", "stored_at": NOW, "state": "read", "on_date": date(2026, 6, 12)}
        connection.execute(
            insert(schema.messages),
            [
                {"id": n + 1, "sha256": f"{n:064}", "candidates": [], "evidence": [], **common}
                for n in numbers
            ],
        )
        connection.execute(
            insert(schema_derived.texts),
            [{"message": n + 1, "part": 0, "name": "", "text": letter(n)} for n in numbers],
        )


def by_index(store: Store, words: tuple[str, ...]) -> int:
    with store.read() as connection:
        return len(texts.search(connection, terms(words), SHOWN))


def by_like(store: Store, words: tuple[str, ...]) -> int:
    pair = {"a": f"%{words[0]}%", "b": f"%{words[-1]}%"}
    with store.read() as connection:
        return len(connection.execute(_LIKE, {**pair, "most": SHOWN}).all())


def seconds(work: Callable[[Store, tuple[str, ...]], int], store: Store) -> float:
    """The best time of all questions, one after the other."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        found = [work(store, words) for words in RARE]
        times.append(time.perf_counter() - begun)
        assert all(found), found
    return min(times)


def measures(count: int = LETTERS) -> list[Measure]:
    """What this file measures."""
    with tempfile.TemporaryDirectory() as folder:
        store = open_store("sqlite:///bench.db", Path(folder), NOW)
        fill(store, 0, count)
        mine, theirs = seconds(by_index, store), seconds(by_like, store)
        store.close()
    seen = f"{mine / len(RARE) * 1000:.2f} ms / {theirs / len(RARE) * 1000:.0f} ms a question"
    return [Measure(f"search of {count:,} letters", "LIKE", theirs / mine, 100, seen)]


def growth(counts: tuple[int, ...]) -> list[tuple[int, float]]:
    """Seconds of a question among so many letters."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store("sqlite:///bench.db", Path(folder), NOW)
        for before, count in zip((0, *counts), counts, strict=False):
            fill(store, before, count)
            begun = time.perf_counter()
            for words in (("referrals",), *RARE[: 1 + count // 3000]):
                by_index(store, words)
            found.append((count, (time.perf_counter() - begun) / (1 + len(RARE[: 1 + count // 3000]))))
        store.close()
    return found


if __name__ == "__main__":
    show(measures(*map(int, sys.argv[1:])))
