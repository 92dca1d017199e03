"""Every row of every table as plain values, and back."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, Table, insert, select

from foimail.errors import StoreError
from foimail.events import Opened
from foimail.store import dump, migrations, schema
from foimail.store.engine import Store, open_store
from tests.postgres import ENGINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NOW = datetime(2026, 6, 12, 9, 30, 15, 123456, tzinfo=UTC)
LATER = datetime(2031, 1, 2, 3, tzinfo=UTC)
LETTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(LETTERS, max_size=20)
PLAIN = st.none() | st.booleans() | st.integers() | TEXTS
VALUES: dict[type, st.SearchStrategy[Any]] = {
    Boolean: st.booleans(),
    Integer: st.integers(0, 2**31 - 1),
    Date: st.dates(),
    schema.Utc: st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds the zone
    LargeBinary: st.binary(max_size=40),
    JSON: st.recursive(PLAIN, lambda x: st.lists(x) | st.dictionaries(TEXTS, x), max_leaves=4),
}  # fmt: skip


def tables() -> list[Table]:
    return [table for table in schema.metadata.sorted_tables if table is not schema.migrations]


@pytest.fixture
def store(tmp_path: Path, store_url: Callable[..., str]) -> Iterator[Store]:
    store = open_store(store_url(empty=True), tmp_path / "one", NOW)
    yield store
    store.close()


@pytest.fixture
def empty(tmp_path: Path, store_url: Callable[..., str]) -> Iterator[Store]:
    store = open_store(store_url(empty=True), tmp_path / "two", LATER)
    yield store
    store.close()


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    with store.read() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in schema.metadata.sorted_tables
        }


def written(store: Store) -> tuple[list[dump.Row], dict[str, bytes]]:
    """The dump, through JSON, and the bytes by their hash."""
    kept: dict[str, bytes] = {}

    def keep(raw: bytes) -> str:
        kept[hashlib.sha256(raw).hexdigest()] = raw
        return hashlib.sha256(raw).hexdigest()

    with store.read() as connection:
        return [json.loads(json.dumps(row)) for row in dump.rows(connection, keep)], kept


def load(store: Store, rows: list[dump.Row], kept: dict[str, bytes]) -> int:
    with store.write() as connection:
        return dump.load(connection, rows, kept.__getitem__)


@st.composite
def a_row_of_each_table(draw: st.DrawFn) -> list[tuple[Table, dict[str, Any]]]:
    """A row for every table that the code knows, by the types of its columns: a table added later is tried as well."""
    made: dict[str, dict[str, Any]] = {}
    for table in tables():
        row: dict[str, Any] = {}
        for column in table.columns:
            if column.foreign_keys:
                (key,) = column.foreign_keys
                row[column.name] = made[key.column.table.name][key.column.name]
                continue
            texts = st.text(LETTERS, max_size=getattr(column.type, "length", None) or 20)
            kind = next((v for k, v in VALUES.items() if isinstance(column.type, k)), texts)
            row[column.name] = draw(st.none() | kind if column.nullable else kind)
        made[table.name] = row
    made["raw_mail"]["size"] = len(made["raw_mail"]["raw"])  # else its bytes would be kept elsewhere
    opened = Opened(date(2026, 6, 12), "cse", "RAA", "foia")
    made["quarantine"]["released_at"] = NOW  # mail that is in quarantine is in no archive
    made["events"] |= {"kind": opened.kind, "data": {"campaign": "cse", "body": "RAA", "regime": "foia"}}
    return [(table, made[table.name]) for table in tables()]


@settings(
    max_examples=15 if ENGINE == "sqlite" else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each call makes a new store
)
@given(rows=a_row_of_each_table())
def test_a_store_of_any_content_comes_back_row_for_row(
    tmp_path_factory: pytest.TempPathFactory,
    store_url: Callable[..., str],
    rows: list[tuple[Table, dict[str, Any]]],
) -> None:
    folder = tmp_path_factory.mktemp("stores")
    one = open_store(store_url(), folder / "1", NOW)
    two = open_store(store_url(), folder / "2", LATER)
    with one.write() as connection:
        for table, row in rows:
            connection.execute(insert(table).values(row))
    assert load(two, *written(one)) == len(rows) + len(migrations.STEPS)
    assert everything(two) == everything(one)
    one.close()
    two.close()


def test_an_empty_store_holds_only_its_steps_and_they_keep_their_day(store: Store, empty: Store) -> None:
    rows, _ = written(store)
    assert {name for name, _ in rows} == {"migrations"}
    load(empty, rows, {})
    with empty.read() as connection:
        assert set(connection.scalars(select(schema.migrations.c.applied_at))) == {NOW}
        assert dump.full(connection) == ()


def test_the_tables_that_hold_something_are_named(store: Store) -> None:
    with store.write() as connection:
        connection.execute(insert(schema.cursors).values(account="a", folder="b", cursor="c"))
        assert dump.full(connection) == ("cursors",)


def test_a_row_of_before_gets_what_a_migration_would_have_given_it(empty: Store) -> None:
    case = {"token": "FOI-AAAA22", "campaign": "cse", "topic": "t", "body": "RAA", "wave": 1}
    old = {
        "id": 7, "token": "FOI-AAAA22", "letter": "request", "message_id": "a@x", "recipient": "r", "domain": "d", "subject": "s",
        "text": "t", "wording": "w", "state": "sent", "queued_at": NOW.isoformat(), "attempts": 1, "answer": "",
    }  # fmt: skip
    load(
        empty,
        [
            ("migrations", {"name": "0001_first", "applied_at": NOW.isoformat()}),
            ("cases", case),
            ("outbox", old),
        ],
        {},
    )
    ((row,), steps) = everything(empty)["outbox"], dict(everything(empty)["migrations"])
    assert row[-6:] == ("", "", "", "", None, 0)
    assert (steps["0001_first"], steps["0002_drafts"]) == (NOW, LATER)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (
            ("migrations", {"name": "9999_future", "applied_at": NOW.isoformat()}),
            r"newer foimail \(9999_future\)",
        ),
        (("wishes", {"a": 1}), r"does not know the table 'wishes' \(install"),
        (("cases", {"token": "FOI-AAAA22", "colour": "red"}), r"does not know cases.colour"),
        (("skipped", {"message": 1, "at": "yesterday"}), r"skipped.at: 'yesterday' is not what stands there"),
        (("reminded", {"token": "", "what": "x", "on": 5}), r"reminded.on: 5 is not what stands there"),
        (("filings", {"sha256": "0", "token": "FOI-AAAA22", "by": "rule"}), r"(?i)foreign key"),
        (("cases", {"token": "FOI-AAAA22"}), r"(?i)not.null"),
    ],
)
def test_what_is_of_a_newer_foimail_or_makes_no_sense_is_refused_and_nothing_is_kept(
    empty: Store, row: dump.Row, says: str
) -> None:
    before = everything(empty)
    cursor = ("cursors", {"account": "a", "folder": "b", "cursor": "c"})
    with pytest.raises(StoreError, match=says):
        load(empty, [cursor, row], {})
    assert everything(empty) == before


def test_an_event_of_a_newer_foimail_is_refused(empty: Store) -> None:
    case = ("cases", {"token": "FOI-AAAA22", "campaign": "cse", "topic": "t", "body": "RAA", "wave": 1})
    event = {
        "seq": 1,
        "token": "FOI-AAAA22",
        "kind": "pondered",
        "on_date": "2026-06-12",
        "recorded_at": NOW.isoformat(),
        "data": {},
    }
    with pytest.raises(StoreError, match="'pondered' of a newer foimail"):
        load(empty, [case, ("events", event)], {})
    assert everything(empty)["cases"] == []


def test_numbers_go_on_after_the_highest(store: Store, empty: Store) -> None:
    with store.write() as connection:
        connection.execute(insert(schema.raw_mail).values(sha256="a", size=0, raw=b""))
        connection.execute(
            insert(schema.messages).values(id=41, sha256="a", source="x", stored_at=NOW, state="new")
        )
    load(empty, *written(store))
    with empty.write() as connection:
        connection.execute(insert(schema.raw_mail).values(sha256="b", size=0, raw=b""))
        done = connection.execute(
            insert(schema.messages).values(sha256="b", source="x", stored_at=NOW, state="new")
        )
        assert done.inserted_primary_key == (42,)
