"""Requests that perhaps never reached anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from foimail.law.silence import Silence, silences
from tests.story import Story, calendar, law

UNION = calendar(law().regime("foia").holidays)
SENT = "2026-06-12"


def found(*stories: Story, today: str = "2026-06-30") -> list[Silence]:
    cases = [replace(one.case, token=f"FOI-{n}", body=f"R{n}") for n, one in enumerate(stories)]
    return list(silences(cases, lambda _: UNION, date.fromisoformat(today)))


def silent(to: str = "foi@a.nhs.uk", on: str = SENT) -> Story:
    return Story().sent(on, to=to)


def heard(to: str = "foi@b.nhs.uk", kind: str = "auto_ack") -> Story:
    return silent(to).came("2026-06-16", kind, by="rule")


def test_a_silent_body_among_those_that_answer_is_named() -> None:
    (one,) = found(silent("foi@nhs.net"), heard("a@nhs.net"), heard("b@NHS.net", "bounce"))
    assert (one.token, one.to, one.domain) == ("FOI-0", "foi@nhs.net", "nhs.net")
    assert (one.sent_on, one.heard, one.asked) == (date(2026, 6, 12), 2, 3)
    assert one.working_days == UNION.between(date(2026, 6, 12), date(2026, 6, 30)) == 11


def test_silence_is_noticed_after_ten_working_days() -> None:
    stories = silent("foi@nhs.net"), heard("a@nhs.net"), heard("b@nhs.net")
    due = UNION.after(date(2026, 6, 12), 10)
    assert found(*stories, today=due.isoformat())
    assert not found(*stories, today=date.fromordinal(due.toordinal() - 1).isoformat())


def test_where_most_are_silent_silence_says_nothing() -> None:
    assert found(silent("foi@nhs.net"), silent("c@nhs.net"), heard("a@nhs.net")) == []
    assert found(silent("foi@nhs.net"), heard("a@nhs.net")) == []


def test_another_domain_says_nothing() -> None:
    assert found(silent("foi@a.nhs.uk"), heard("a@nhs.net"), heard("b@nhs.net")) == []


def test_a_request_not_by_mail_closed_or_just_sent_is_not_counted() -> None:
    closed = silent("c@nhs.net").closed("2026-06-20")
    new = silent("d@nhs.net", on="2026-06-25")
    queued = Story()
    named = found(silent("foi@nhs.net"), closed, new, queued, heard("a@nhs.net"), heard("b@nhs.net"))
    assert [(one.to, one.asked) for one in named] == [("foi@nhs.net", 3)]


def test_the_longest_silence_comes_first() -> None:
    stories = (
        silent("x@nhs.net", on="2026-06-16"),
        silent("y@nhs.net"),
        *(heard("a@nhs.net") for _ in range(3)),
    )
    assert [one.to for one in found(*stories)] == ["y@nhs.net", "x@nhs.net"]
