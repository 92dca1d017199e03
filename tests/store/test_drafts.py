"""Drafts in the store: each ends once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from foimail.events import Opened
from foimail.model import Letter
from foimail.store import cases, drafts, outbox
from foimail.store.engine import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)
DAY = date(2026, 7, 15)
LETTER = Letter("chaser", "RAA", None, "Re: FOI [FOI-2A3B4C]", "Please answer.\n", "0" * 64)


@pytest.fixture
def store(tmp_path: Path, url: str) -> Iterator[Store]:
    opened = open_store(url, tmp_path, NOW)
    with opened.write() as connection:
        cases.open_case(
            connection,
            cases.Opening("FOI-2A3B4C", "cse", "cse", "RAA", 1),
            Opened(DAY, "cse", "RAA", "foia"),
            NOW,
        )
    yield opened
    opened.close()


def added(store: Store) -> int:
    with store.write() as connection:
        return drafts.add(connection, "FOI-2A3B4C", LETTER, outbox.ALONE, "It is late.", DAY, NOW)


def test_a_draft_comes_back_as_it_was_written(store: Store) -> None:
    number = added(store)
    with store.read() as connection:
        draft = drafts.row(connection, number)
        assert drafts.row(connection, number + 1) is None
    assert draft is not None
    assert (draft.letter, draft.recipient, draft.text, draft.why) == (
        "chaser",
        "",
        "Please answer.\n",
        "It is late.",
    )
    assert (draft.tokens, draft.thread, draft.made_on, draft.made_at) == (
        ("FOI-2A3B4C",),
        outbox.ALONE,
        DAY,
        NOW,
    )


def test_a_draft_is_rewritten_while_it_is_open_only(store: Store) -> None:
    number = added(store)
    with store.write() as connection:
        assert drafts.rewrite(connection, number, "foi@a.example", "Re: other", "Other words.\n")
        assert drafts.settle(connection, number, "queued")
        assert not drafts.rewrite(connection, number, "", "Re: late", "Too late.\n")
        draft = drafts.row(connection, number)
    assert draft is not None
    assert (draft.recipient, draft.subject, draft.text) == ("foi@a.example", "Re: other", "Other words.\n")


def test_of_two_who_settle_a_draft_the_second_gets_nothing(store: Store) -> None:
    number = added(store)
    with store.write() as connection:
        assert drafts.settle(connection, number, "queued")
    with store.write() as connection:
        assert not drafts.settle(connection, number, "dropped")


def test_drafts_are_listed_by_state_oldest_first(store: Store) -> None:
    first, second, third = added(store), added(store), added(store)
    with store.write() as connection:
        drafts.settle(connection, second, "dropped")
    with store.read() as connection:
        assert [d.id for d in drafts.rows(connection, "draft")] == [first, third]
        assert [d.id for d in drafts.rows(connection)] == [first, second, third]


def test_one_event_is_recorded_in_each_case_of_a_letter(store: Store) -> None:
    with store.write() as connection:
        cases.open_case(
            connection,
            cases.Opening("FOI-5D6E7F", "cse", "cse", "RBB", 1),
            Opened(DAY, "cse", "RBB", "foia"),
            NOW,
        )
        event = Opened(DAY, "cse", "RBB", "foia")
        cases.append_to_each(connection, ("FOI-2A3B4C", "FOI-5D6E7F"), event, NOW)
    with store.read() as connection:
        logs = [len(cases.log(connection, token=token)) for token in ("FOI-2A3B4C", "FOI-5D6E7F")]
    assert logs == [2, 2]
