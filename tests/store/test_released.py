"""A store that each released foimail wrote opens with today's code, and everything in it is true.

`fixtures/VERSION.db.gz` was made by that version: `foimail demo demo`, on 4 October 2026 `foimail escalate --due`, then
`foimail backup` and `gzip -9`. One is added with every release, with a line in WRITTEN, and stays as it is.
"""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foimail.store import drafts, inbox, migrations, outbox
from tests.desk import Desk, end_of
from tests.postgres import ENGINE
from tests.stores import put

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FIXTURES = Path(__file__).with_name("fixtures")
TODAY = "2026-10-04"
# what that version said was in it: cases, letters, messages, drafts, and the stages of the bodies on that day
WRITTEN: Mapping[str, tuple[int, int, int, int, Mapping[str, int]]] = {
    "0.1.0": (
        *(185, 185, 197, 4),
        {"overdue": 4, "undelivered": 1, "clarification": 1, "answered": 5, "awaiting": 174},
    )
}


@pytest.fixture(params=WRITTEN)
def released(
    request: pytest.FixtureRequest, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> tuple[str, Desk]:
    folder = tmp_path / "w"
    made = end_of(
        capsys, "init", str(folder), "--name", "Rowan Ashdown", "--email", "foi@northlight-research.example"
    )
    assert made.code == 0
    packed = (FIXTURES / f"{request.param}.db.gz").read_bytes()
    (folder / "foimail.db").write_bytes(gzip.decompress(packed))
    return request.param, Desk(folder, capsys)


def test_every_version_has_its_fixture() -> None:
    assert {f"{version}.db.gz" for version in WRITTEN} == {path.name for path in FIXTURES.iterdir()}


def test_a_store_of_a_released_foimail_opens_and_is_sound(released: tuple[str, Desk]) -> None:
    version, desk = released
    opened, sent, came, drafted, stages = WRITTEN[version]
    store = desk.open(TODAY).store
    with store.read() as connection:
        assert migrations.applied(connection) == {name for name, _ in migrations.STEPS}
        assert len(outbox.rows(connection, "sent")) == sent
        assert len(inbox.outline(connection)) == came
        assert len(drafts.rows(connection, "draft")) == drafted
    store.close()
    assert desk.run("rebuild", today=TODAY).code == 0
    found = desk.run("verify", today=TODAY)
    assert (found.code, found.err, found.out.startswith(f"{opened} cases")) == (0, "", True)
    asked = (row["stage"] for row in desk.report(TODAY).values() if row["stage"] != "not_sent")
    assert Counter(asked) == stages


def test_the_work_of_a_released_foimail_goes_on(released: tuple[str, Desk]) -> None:
    _, desk = released
    assert desk.run("drafts", "approve", "1", "--yes", today=TODAY).code == 0
    assert desk.run("send", "R0A", "RD8", "--yes", today=TODAY).code == 0
    assert len(desk.posted()) == 1  # the chaser; no request goes a second time
    assert desk.run("verify", today=TODAY).code == 0


@pytest.mark.skipif(ENGINE == "sqlite", reason="about PostgreSQL")
def test_a_store_of_a_released_foimail_goes_to_a_server_and_is_sound_there(
    released: tuple[str, Desk], new_database: Callable[..., str]
) -> None:
    version, desk = released
    opened, sent, _, _, stages = WRITTEN[version]
    url = new_database(empty=True)
    assert desk.run("store", "copy", "sqlite:///foimail.db", url, today=TODAY).code == 0
    put(desk.folder, url)
    assert desk.run("rebuild", today=TODAY).code == 0
    found = desk.run("verify", today=TODAY)
    assert (found.code, found.err, found.out.startswith(f"{opened} cases")) == (0, "", True)
    asked = (row["stage"] for row in desk.report(TODAY).values() if row["stage"] != "not_sent")
    assert Counter(asked) == stages
    assert len([row for row in desk.letters() if row["state"] == "sent"]) == sent
