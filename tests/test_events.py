from __future__ import annotations

import json
from datetime import date

import pytest

from foimail import events
from foimail.events import (
    Answered,
    Event,
    Misfiled,
    NotSent,
    Opened,
    Queued,
    Received,
    Refused,
    Sent,
    Unknown,
    Wrote,
    from_json,
    to_json,
)

DAY = date(2026, 6, 12)
ALL: tuple[Event, ...] = (
    Opened(DAY, "cse", "RAA", "foia"),
    Queued(DAY, "m@x", "a@b", "hash"),
    Sent(DAY, "m@x", "a@b", answer="250 ok"),
    Refused(DAY, "m@x", "a@b", "550 no"),
    Unknown(DAY, "m@x", "a@b", "silence"),
    NotSent(DAY, "m@x", "a@b"),
    Received(DAY, "sha", "refusal", "a@b", "Re: x", "token", by="person", about="m@x"),
    Misfiled(DAY, "sha"),
    Answered(
        DAY,
        "sha",
        "1",
        {"part": "1", "outcome": "not_held", "figures": []},
        "Rowan",
        whole=True,
        source="post",
    ),
    Answered(DAY, "sha", "1", None, "Rowan"),
    Wrote(DAY, "sha", "h@x", "a@b", "Hello"),
)


@pytest.mark.parametrize("event", ALL, ids=str)
def test_an_event_comes_back_from_json_as_it_was(event: Event) -> None:
    data = json.loads(json.dumps(to_json(event)))
    assert "on" not in data
    assert from_json(event.kind, DAY, data) == event


def test_kinds_are_named_after_their_classes() -> None:
    assert (NotSent.kind, Wrote.kind) == ("not_sent", "wrote")
    assert {event.kind for event in ALL} <= set(events._CLASSES)


def test_an_event_of_an_older_foimail_is_filled_up() -> None:
    old = from_json("sent", DAY, {"message_id": "m@x", "to": "a@b"})
    assert old == Sent(DAY, "m@x", "a@b", by="email", letter="request", answer="", evidence="server")


@pytest.mark.parametrize(
    ("kind", "data"), [("pondered", {}), ("misfiled", {"message": "sha", "mood": "sad"}), ("misfiled", {})]
)
def test_an_event_of_a_newer_foimail_is_refused(kind: str, data: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=f"event '{kind}' of a newer foimail"):
        from_json(kind, DAY, data)
