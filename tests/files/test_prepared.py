"""What is prepared is kept in the user's own cache folder, and made afresh wherever that cannot be trusted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from foimail.files.prepared import prepared
from foimail.files.registry import from_json, read, to_json
from foimail.files.tables import table
from foimail.law import calendar
from tests.desk import BODIES

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.desk import Desk

CODE = ("model.py",)


class Maker:
    """Counts how often a value was made."""

    def __init__(self) -> None:
        self.made = 0

    def __call__(self) -> list[int]:
        self.made += 1
        return [self.made]


def test_a_value_is_made_once_for_what_it_is_made_from(tmp_path: Path) -> None:
    make, home = Maker(), {"HOME": str(tmp_path)}
    assert [prepared(home, "x", [b"a"], CODE, make) for _ in range(3)] == [[1]] * 3
    assert prepared(home, "x", [b"b"], CODE, make) == [2]
    assert prepared(home, "x", [b"a"], (*CODE, "case.py"), make) == [3]
    assert prepared(home, "y", [b"a"], CODE, make) == [4]
    assert (tmp_path / ".cache" / "foimail").stat().st_mode & 0o777 == 0o700


def test_no_folder_a_relative_one_and_one_that_others_may_write_in_keep_nothing(tmp_path: Path) -> None:
    make = Maker()
    shared = tmp_path / "shared" / "foimail"
    shared.mkdir(parents=True)
    shared.chmod(0o777)
    (tmp_path / "file").write_text("")
    places: tuple[dict[str, str], ...] = (
        {},
        {"XDG_CACHE_HOME": "here"},
        {"XDG_CACHE_HOME": str(tmp_path / "shared")},
        {"HOME": str(tmp_path / "file")},
    )
    for number, environ in enumerate((*places, *places), start=1):
        assert prepared(environ, "x", [b"a"], CODE, make) == [number]
    assert list(shared.iterdir()) == []


def test_what_is_damaged_is_made_afresh_and_old_values_go(tmp_path: Path) -> None:
    make, home = Maker(), {"XDG_CACHE_HOME": str(tmp_path)}
    prepared(home, "x", [b"a"], CODE, make)
    (kept,) = (tmp_path / "foimail").iterdir()
    kept.write_text("{")
    assert prepared(home, "x", [b"a"], CODE, make) == [2]
    assert json.loads(kept.read_text()) == [2]
    for number in range(20):
        prepared(home, "x", [bytes([number])], CODE, make)
    assert len(list((tmp_path / "foimail").iterdir())) == 8


def test_bodies_and_calendars_come_back_as_they_were() -> None:
    bodies, _ = read(BODIES)
    assert tuple(from_json(json.loads(json.dumps(to_json(body)))) for body in bodies) == bodies
    assert [body.where for body in bodies] == [from_json(to_json(body)).where for body in bodies]
    built = calendar.build(("England", "Scotland", "Northern Ireland"), table("proclaimed"))
    assert calendar.from_json(json.loads(json.dumps(calendar.to_json(built)))) == built


def test_a_change_of_the_list_of_bodies_is_seen_at_once(desk: Desk) -> None:
    assert "Ashcombe NHS Trust" in desk.run("report").out
    desk.change("trusts.yaml", "Ashcombe NHS Trust", "Ashdale NHS Trust")
    assert "Ashdale NHS Trust" in desk.run("report").out
    desk.change("trusts.yaml", "nation: Wales", "nation: Atlantis")
    ended = desk.run("report")
    assert ended.code == 4
    assert "Atlantis" in ended.err


def test_a_cached_value_is_never_of_the_workspace(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME", raising=False)
    before = {path.name for path in desk.folder.iterdir()}
    assert desk.run("report").code == 0
    assert {p.name for p in desk.folder.iterdir()} - before <= {
        "foimail.db",
        "foimail.db-wal",
        "foimail.db-shm",
    }
