"""Fixtures of the tests that use the whole program without a server."""

from __future__ import annotations

import gc
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from foimail.store import engine
from foimail.workflows import init
from foimail.workspace import Workspace
from tests.desk import BODIES, EMAIL, NAME, Desk, Server
from tests.postgres import ENGINE, Postgres, find_postgres
from tests.stores import Databases, Files, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from foimail.store.engine import Store


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On another engine only what uses a store is run: all else is the same there.

    `make test-all` runs all of that; `make test` what is nearest to the store and, of the rest, one in twelve, always the same.
    """
    if ENGINE == "sqlite":
        return
    nearest = [HERE / "store", HERE / "real"] if config.option.markexpr else [HERE]
    chosen = [
        item
        for item in items
        if isinstance(item, pytest.Function)
        and _USES_A_STORE & {*item.fixturenames}
        and (
            any(item.path.is_relative_to(folder) for folder in nearest)
            or crc32(item.nodeid.encode()) % 12 == 0
        )
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


HERE = Path(__file__).parent
_USES_A_STORE = {"store_url", "new_database", "postgres", "stores"}


@pytest.fixture(scope="session")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch, _cache: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(_cache))
    for name in ("FOIMAIL_WORKSPACE", "FOIMAIL_DEBUG", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clear_heap() -> Iterator[None]:
    """While a time is taken, what earlier tests left in memory is not looked through again and again."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """PostgreSQL for the whole run; without it the test is skipped, or fails where FOIMAIL_REQUIRE names it."""
    programs = find_postgres()
    if programs is None:
        reason = "PostgreSQL is not installed: apt-get install postgresql"
        if "postgresql" in os.environ.get("FOIMAIL_REQUIRE", ""):
            pytest.fail(reason)
        pytest.skip(reason)
    server = Postgres(programs)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def stores(request: pytest.FixtureRequest) -> Files:
    """Where stores of workspaces are made and copied, on the engine that FOIMAIL_TEST_ENGINE names."""
    return Files() if ENGINE == "sqlite" else Databases(request.getfixturevalue("postgres"))


@pytest.fixture
def new_database(request: pytest.FixtureRequest) -> Iterator[Callable[..., str]]:
    """A factory of addresses of databases on PostgreSQL: of an up-to-date store, or (`empty`) of nothing."""
    server: Postgres = request.getfixturevalue("postgres")
    lent = []

    def create(*, empty: bool = False) -> str:
        lent.append(server.create() if empty else server.lend(_a_store))
        return server.url(lent[-1])

    yield create
    for name in lent:
        server.take_back(name)


def _a_store(url: str) -> None:
    engine.open_store(url, Path(), datetime(2026, 1, 1, tzinfo=UTC)).close()


@pytest.fixture
def _stores_are_closed() -> Iterator[None]:
    """Connections to a server that a test leaves open are closed after it."""
    opened: list[Store] = []
    begin = engine.Store.__init__

    def noted(self: Store, *arguments: object) -> None:
        begin(self, *arguments)  # type: ignore[arg-type]  # whatever a store is made of
        opened.append(self)

    with pytest.MonkeyPatch.context() as patch:  # one of our own: some tests undo theirs half-way
        patch.setattr(engine.Store, "__init__", noted)
        yield
    for store in opened:
        store.close()


@pytest.fixture
def store_url(request: pytest.FixtureRequest) -> Callable[..., str]:
    """A factory of addresses of new stores, on the engine that FOIMAIL_TEST_ENGINE names; a file's is always the same.

    On PostgreSQL a store is up to date already, unless `empty` asks for a place where none was ever opened.
    """
    if ENGINE == "sqlite":
        return lambda **_: "sqlite:///foimail.db"
    request.getfixturevalue("_stores_are_closed")
    make: Callable[..., str] = request.getfixturevalue("new_database")
    return make


@pytest.fixture
def url(store_url: Callable[..., str]) -> str:
    """The address of one new store."""
    return store_url()


@pytest.fixture
def empty_url(store_url: Callable[..., str]) -> str:
    """The address of a place where no store was ever opened."""
    return store_url(empty=True)


@pytest.fixture
def workspace(tmp_path: Path, store_url: Callable[..., str]) -> Callable[..., Path]:
    """A factory of workspaces that ask six invented bodies."""

    def make(name: str = "w", bodies: str = BODIES) -> Path:
        folder = tmp_path / name
        init.make(folder, NAME, EMAIL)
        (folder / "trusts.yaml").write_text(bodies, encoding="utf-8")
        put(folder, store_url())
        return folder

    return make


@pytest.fixture
def forget(store_url: Callable[..., str]) -> Callable[[Desk], None]:
    """Give a workspace an empty store in place of the one it has."""

    def emptied(desk: Desk) -> None:
        for file in desk.folder.glob("foimail.db*"):
            file.unlink()
        put(desk.folder, store_url())

    return emptied


@pytest.fixture
def desk(workspace: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> Desk:
    """A workspace with six bodies and its command line."""
    return Desk(workspace(), capsys)


@pytest.fixture
def server(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Server:
    """An obedient mail server in place of the network; the settings name one on this machine, and no pause is made."""
    desk.change("foimail.toml", '"maildir:outbox"', '"smtp://127.0.0.1:2525"')
    with (desk.folder / "foimail.toml").open("a") as file:
        file.write("\n[sending]\nrate = 0\ndomain_spacing = 0\n")
    obedient = Server()
    monkeypatch.setattr(Workspace, "open_outgoing", lambda _: obedient)
    return obedient
