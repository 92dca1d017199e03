"""Of an event about a mail that is set aside or gone, what the law's clocks need stays, and no word of the mail."""

from __future__ import annotations

from datetime import date

from foimail.events import FACTS, Answered, Closed, Event, Misfiled, Received, Told, Wrote
from foimail.wordless import message_of, wordless

ON = date(2026, 6, 1)


def test_days_and_kinds_stay_and_words_go() -> None:
    came = wordless(Received(ON, "h", "partial", "foi@a.example", "MARK", "token"))
    assert came == Received(ON, "h", "partial", "foi@a.example", "", "token")
    wrote = Wrote(ON, "h", "id@a", "foi@a.example", "MARK")
    assert wordless(wrote) == Wrote(ON, "h", "id@a", "foi@a.example", "")
    facts = {
        "until": "2026-07-01",
        "sections": ["s.12"],
        "advice": True,
        "behind": "link",
        "question": "MARK",
    }
    told = wordless(Told(ON, "h", facts | {"quotes": {"until": "MARK"}}))
    assert told == Told(ON, "h", {name: facts[name] for name in ("until", "sections", "advice", "behind")})


def test_no_fact_in_words_is_forgotten() -> None:
    every: dict[str, object] = dict.fromkeys(FACTS - {"quotes"}, "MARK")
    every |= dict.fromkeys(("until", "received", "due", "on", "behind_until"), "2026-07-01")
    every |= dict.fromkeys(("interest_reasons", "review_details", "advice"), True)
    every |= {"sections": [], "ignored": [], "behind": "link"}
    assert "MARK" not in str(wordless(Told(ON, "h", every)))


def test_of_an_answer_the_outcome_stays() -> None:
    answer = {"part": "2", "outcome": "partial", "quote": "MARK", "figures": [{"quote": "MARK"}]}
    said = Answered(ON, "h", "2", answer, "Rowan", source="MARK")
    assert wordless(said) == Answered(ON, "h", "2", {"part": "2", "outcome": "partial"}, "Rowan")
    none = Answered(ON, "h", "2", None, "Rowan")
    assert wordless(none) == none


def test_what_speaks_of_no_message_stays_as_it_is() -> None:
    closed: Event = Closed(ON, "answered")
    assert wordless(closed) == closed
    assert message_of(closed) == ""
    assert message_of(Misfiled(ON, "h")) == ""
    assert message_of(Received(ON, "h", "other", "", "", "")) == "h"
