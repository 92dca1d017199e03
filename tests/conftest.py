"""Fixtures of the tests that use the whole program without a server."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from foimail.workflows import init
from foimail.workspace import Workspace
from tests.desk import BODIES, EMAIL, NAME, Desk, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


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


@pytest.fixture
def workspace(tmp_path: Path) -> Callable[..., Path]:
    """A factory of workspaces that ask six invented bodies."""

    def make(name: str = "w", bodies: str = BODIES) -> Path:
        folder = tmp_path / name
        init.make(folder, NAME, EMAIL)
        (folder / "trusts.yaml").write_text(bodies, encoding="utf-8")
        return folder

    return make


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
