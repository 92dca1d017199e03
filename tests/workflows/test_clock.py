"""A clock that was set back stops what would record a wrong day, until somebody says that it is right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from foimail.cli import session
from foimail.errors import WorkspaceError
from foimail.workflows import days
from foimail.workspace import Workspace
from tests.desk import Desk, end_of, mail

if TYPE_CHECKING:
    from tests.desk import Ended

NOW = datetime.now(UTC)


@pytest.fixture
def set_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk that has sent a letter now, and whose machine then believes that it is a month ago."""
    desk.send("RAA", today=NOW.date().isoformat())
    then = NOW - timedelta(days=30)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Clock:
            return cls.fromtimestamp(then.timestamp(), tz)

    monkeypatch.setattr(session, "datetime", Clock)
    made = Workspace.__init__

    def made_then(self: Workspace, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        object.__setattr__(self, "now", lambda: then)

    monkeypatch.setattr(Workspace, "__init__", made_then)
    return desk


def run(desk: Desk, *words: str) -> Ended:
    return end_of(desk.capsys, "--workspace", str(desk.folder), *words)


def test_nothing_is_sent_fetched_or_drafted_by_a_clock_that_was_set_back(set_back: Desk) -> None:
    letter = set_back.folder / "reply.eml"
    letter.write_bytes(mail())
    before = set_back.posted()
    for words in (
        ("send", "RBB", "--yes"),
        ("poll",),
        ("import", str(letter)),
        ("import", "--sent", str(letter)),
        ("escalate", "--due"),
    ):
        ended = run(set_back, *words)
        assert (ended.code, ended.out) == (5, ""), words
        assert "the clock of this machine says" in ended.err
        assert "nothing was done; set the clock, or say that it is right: foimail --today" in ended.err
    assert set_back.posted() == before
    assert len(set_back.letters()) == 1
    assert "problem  clock: the clock of this machine says" in run(set_back, "doctor").out


def test_a_report_can_be_had_by_any_clock(set_back: Desk) -> None:
    assert run(set_back, "report").code == 0


def test_who_says_that_the_clock_is_right_goes_on(set_back: Desk) -> None:
    today = (NOW - timedelta(days=30)).date().isoformat()
    assert run(set_back, "--today", today, "send", "RBB", "--yes").code == 0
    assert len(set_back.posted()) == 2


def test_a_clock_that_goes_on_is_not_spoken_of(desk: Desk) -> None:
    days.by_the_clock(desk.open(NOW.date().isoformat()))  # an empty store
    desk.send("RAA", today=NOW.date().isoformat())
    ended = run(desk, "poll")
    assert (ended.code, "clock" in ended.err) == (0, False)


def test_a_pretended_day_is_no_clock(desk: Desk) -> None:
    desk.send("RAA", today=NOW.date().isoformat())
    days.by_the_clock(desk.open("2020-01-01"))
    with pytest.raises(WorkspaceError, match="set the clock"):
        days.by_the_clock(_at(desk, NOW - timedelta(days=3)))


def _at(desk: Desk, moment: datetime) -> Workspace:
    ws = desk.open(moment.date().isoformat())
    object.__setattr__(ws, "now", lambda: moment)
    return ws
