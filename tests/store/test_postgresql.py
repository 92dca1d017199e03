"""What PostgreSQL does otherwise than SQLite, and must not be felt."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import inspect, make_url, text

from foimail.errors import StoreError
from foimail.events import Opened
from foimail.store import cases, inbox, postgresql
from foimail.store.engine import Store, UnfitError, open_store
from tests.desk import Desk, mail
from tests.postgres import ENGINE, PASSWORD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.postgres import Postgres

NOW = datetime(2026, 6, 12, 9, tzinfo=UTC)
LATER = "2026-06-20"
on_a_server = pytest.mark.skipif(ENGINE == "sqlite", reason="about PostgreSQL")


@pytest.fixture
def store(tmp_path: Path, url: str) -> Iterator[Store]:
    store = open_store(url, tmp_path, NOW)
    yield store
    store.close()


def states(desk: Desk) -> list[str]:
    with desk.open().store.read() as connection:
        return sorted(r.state for r in inbox.rows(connection, states=("new", "read", "own", "broken")))


@on_a_server
def test_every_text_sorts_by_code_point_whatever_the_database_does(store: Store) -> None:
    with store.write() as connection:
        for body in ("eryri", "RBB", "nhs-a", "RAA", "\u00c5", "nhsb"):
            opening = cases.Opening(f"FOI-{body}"[:10], "cse", "t", body, 1)
            cases.open_case(connection, opening, Opened(NOW.date(), "cse", body, "foia"), NOW)
        assert [o.body for o in cases.openings(connection)] == [
            "RAA",
            "RBB",
            "eryri",
            "nhs-a",
            "nhsb",
            "\u00c5",
        ]
        as_elsewhere = (
            "SELECT count(*) FROM (VALUES ('RAA'), ('eryri')) AS v(x) WHERE x < 'eryrj' COLLATE \"en-x-icu\""
        )
        assert connection.scalar(text(as_elsewhere)) == 1  # this database does sort otherwise
        texts = (
            "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND data_type IN "
        )
        texts += "('text', 'character varying') AND collation_name IS DISTINCT FROM 'C'"
        assert connection.scalar(text(texts)) == 0
        assert inspect(connection).has_table("events")


@on_a_server
def test_a_nul_in_a_strangers_text_is_stored_as_the_mark_for_no_character(store: Store) -> None:
    with store.write() as connection:
        sha256, _ = inbox.keep(connection, b"a\0b", "IN\0BOX", NOW)
        number = inbox.number_of(connection, sha256)
        inbox.record(connection, number, subject="a\0b", evidence=["a\0b"], reading={"a\0": "\ud800"})
        row = inbox.row(connection, number)
        assert row is not None
        assert (row.source, row.subject) == ("IN\ufffdBOX", "a\ufffdb")
        assert (row.evidence, row.reading) == (["a\0b"], {"a\0": "\ud800"})
        assert inbox.raw(connection, sha256) == b"a\0b"


def test_a_mail_with_ids_as_long_as_a_line_or_longer_is_read(desk: Desk) -> None:
    token = desk.send("RAA")["RAA"]
    chance = Random(1)  # what repeats itself would be packed
    long = "".join(chr(chance.randrange(0x1F300, 0x1F600)) for _ in range(900))
    for number, name in enumerate(
        (f"{long}@x", "".join(map(str, range(340)))[:990] + "@x", chance.randbytes(2500).hex() + "@x")
    ):
        raw = mail("Thank you.", subject=f"RE: [{token}] {number}", message_id=None, on="2026-06-15T10:00")
        desk.comes(f"Message-ID: <{name}>\nReferences: <{name}>\n".encode() + raw)
    assert desk.run("poll", today=LATER).out.startswith("4 new, 3 filed")
    assert states(desk) == ["own", "read", "read", "read"]


@on_a_server
def test_a_mail_that_the_database_will_not_take_is_kept_as_broken_and_the_rest_is_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = desk.send("RAA")["RAA"]
    desk.comes(mail("One.", subject=f"RE: [{token}]", message_id="one@x", on="2026-06-14T10:00"))
    desk.comes(mail("Two.", subject=f"RE: [{token}]", message_id="two@x"))
    record = inbox.record

    def too_much(connection: object, number: int, **values: object) -> None:
        if values.get("message_id") == "one@x":
            values["content_hash"] = "0" * 65  # more than the column holds
        record(connection, number, **values)  # type: ignore[arg-type]  # as it comes

    monkeypatch.setattr(inbox, "record", too_much)
    ended = desk.run("poll", today=LATER)
    assert ended.code == 3
    assert "UnfitError" in ended.err
    assert states(desk) == ["broken", "own", "read"]


@on_a_server
def test_who_writes_keeps_others_waiting_and_readers_not(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "_PATIENCE_MS", 50)
    with store.write():
        with pytest.raises(StoreError, match="another program writes"), store.write():
            pass
        with store.read() as connection:
            assert inbox.unread(connection) == []


@on_a_server
def test_a_value_that_does_not_fit_is_told_from_a_store_that_fails(store: Store) -> None:
    with store.write() as connection:
        sha256, _ = inbox.keep(connection, b"x", "x", NOW)
    with pytest.raises(UnfitError, match="too long"), store.write() as connection:
        inbox.record(connection, inbox.number_of(connection, sha256), content_hash="0" * 65)


@on_a_server
def test_a_reader_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError, match="read-only"), store.read() as connection:
        inbox.keep(connection, b"x", "x", NOW)


@on_a_server
def test_a_password_is_asked_for_over_the_network_and_given_by_reference(
    postgres: Postgres, new_database: Callable[..., str], tmp_path: Path
) -> None:
    name = new_database(empty=True).partition("?")[0].rpartition("/")[2]
    postgres.execute(f"GRANT ALL ON DATABASE {name} TO secretive")
    postgres.execute("GRANT ALL ON SCHEMA public TO secretive", database=name)
    url = f"postgresql://secretive@127.0.0.1:{postgres.port}/{name}"
    open_store(url, tmp_path, NOW, lambda: PASSWORD).close()
    for password, says in ((lambda: "guess", "store.password"), (None, "store.password")):
        with pytest.raises(StoreError, match=says) as error:
            open_store(url, tmp_path, NOW, password)
        assert PASSWORD not in str(error.value)
        assert "guess" not in str(error.value)


@on_a_server
@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("@/t", "@/nowhere_t"), "make it first, with `createdb`"),
        (("port=", "port=1"), "is the server running"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_with_what_to_do(
    url: str, tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    with pytest.raises(StoreError, match=says) as error:
        open_store(url.replace(*change), tmp_path, NOW)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("given", "mode"),
    [
        ("postgresql://me@db.example/foi", "verify-full"),
        ("postgresql://me@/foi?host=10.0.0.7", "verify-full"),
        ("postgresql://me@/foi?host=/run/postgresql,db.example", "verify-full"),
        ("postgresql://me@db.example/foi?sslmode=require", "require"),
        ("postgresql://me@localhost/foi", None),
        ("postgresql://me@127.0.0.1:5433/foi", None),
        ("postgresql://me@/foi?host=/run/postgresql", None),
        ("postgresql:///foi", None),
    ],
)
def test_a_server_on_another_machine_must_prove_who_it_is(given: str, mode: str | None) -> None:
    found = postgresql.address(make_url(given), None)
    assert found.query.get("sslmode") == mode
    assert (found.query.get("sslrootcert") == "system") == (mode == "verify-full")


def test_the_users_own_certificate_is_trusted() -> None:
    url = make_url("postgresql://me@db.example/foi?sslrootcert=/etc/our.pem")
    assert postgresql.address(url, None).query["sslrootcert"] == "/etc/our.pem"
