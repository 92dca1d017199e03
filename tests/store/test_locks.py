"""Who is at work on a store: alone or among others, and seen to be gone when they are gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from foimail.errors import BusyError, StoreError
from foimail.store import locks
from foimail.store.engine import Store, open_store
from tests.postgres import ENGINE, about_a_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.postgres import Postgres

NOW = datetime(2026, 6, 12, 9, tzinfo=UTC)

on_a_server = pytest.mark.skipif(ENGINE == "sqlite", reason="a file has one worker at a time")


@pytest.fixture
def store(tmp_path: Path, url: str) -> Iterator[Store]:
    store = open_store(url, tmp_path, NOW)
    yield store
    store.close()


def test_who_is_alone_keeps_all_others_out_and_only_as_long_as_the_work_takes(store: Store) -> None:
    for _ in range(2):
        with locks.hold(store, "send"):
            for among in (True, False):
                with (
                    pytest.raises(BusyError, match="another `foimail send` is at work"),
                    locks.hold(store, "send", among=among),
                ):
                    pass
            with locks.hold(store, "poll"):
                pass


def test_work_that_fails_is_over(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), locks.hold(store, "send"):
        raise ZeroDivisionError
    with locks.hold(store, "send"):
        pass


@about_a_file
def test_a_file_has_one_worker_at_a_time(store: Store) -> None:
    with (
        locks.hold(store, "send", among=True) as one,
        pytest.raises(BusyError),
        locks.hold(store, "send", among=True),
    ):
        pass
    assert one.number == 0
    assert one.is_gone(0)
    assert one.is_gone(7)
    assert one.take("a letter")
    one.check()


@on_a_server
def test_several_work_among_each_other_and_who_must_be_alone_waits(store: Store) -> None:
    with locks.hold(store, "send", among=True) as one, locks.hold(store, "send", among=True) as two:
        assert len({one.number, two.number, 0}) == 3
        with pytest.raises(BusyError), locks.hold(store, "send"):
            pass


@on_a_server
def test_a_worker_is_gone_when_its_work_is_over_and_not_before(store: Store) -> None:
    with locks.hold(store, "send", among=True) as one:
        with locks.hold(store, "send", among=True) as two:
            assert not one.is_gone(two.number)
            assert not two.is_gone(one.number)
            assert not one.is_gone(one.number)
        assert one.is_gone(two.number)
        assert one.is_gone(two.number)
        assert one.is_gone(0)


@on_a_server
def test_what_one_has_in_hand_no_other_takes(store: Store) -> None:
    with locks.hold(store, "poll", among=True) as one, locks.hold(store, "poll", among=True) as two:
        assert one.take("message 7")
        assert not two.take("message 7")
        assert two.take("message 8")
        one.free("message 7")
        assert two.take("message 7")


@on_a_server
def test_a_worker_whose_session_is_lost_learns_of_it_and_is_gone_for_the_others(
    store: Store, postgres: Postgres
) -> None:
    with locks.hold(store, "send", among=True) as two:
        with locks.hold(store, "send", among=True) as one:
            one.check()
            postgres.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid NOT IN "
                "(SELECT pid FROM pg_stat_activity WHERE query LIKE %s)",
                ("%never%",),
            )
            with pytest.raises(StoreError):
                one.check()
        with pytest.raises(StoreError):
            two.check()
    with locks.hold(store, "send"):
        pass


@on_a_server
def test_stores_in_schemas_of_one_database_do_not_know_of_each_other(
    postgres: Postgres, new_database: Callable[..., str], tmp_path: Path
) -> None:
    url = new_database(empty=True)
    database = url.partition("?")[0].rpartition("/")[2]
    stores = []
    for schema in ("here", "there"):
        postgres.execute(f"CREATE SCHEMA {schema}", database=database)
        stores.append(open_store(f"{url}&options=-csearch_path%3D{schema}", tmp_path, NOW))
    here, there = stores
    with locks.hold(here, "send"), locks.hold(there, "send"), here.write(), there.write():
        pass
    for store in stores:
        store.close()
