"""How well the labelled sets are understood: floors below what is measured, and absolutes for what does harm."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from docs import accuracy
from tests.corpus import scoring
from tests.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# share of all mails of a set; a share that falls below is a reason to look, a share well above a reason to raise the floor
FLOORS = {
    "own": {
        "kind": 0.90,
        "match": 0.99,
        "part outcome": 0.88,
        "exemptions": 0.97,
        "their reference": 0.94,
        "letter date": 0.97,
    },
    "devset": {
        "kind": 0.93,
        "match": 0.99,
        "part outcome": 0.92,
        "exemptions": 0.96,
        "their reference": 0.96,
        "letter date": 0.99,
    },
    "letters-b": {
        "kind": 0.95,
        "match": 0.99,
        "part outcome": 0.95,
        "exemptions": 0.98,
        "their reference": 0.97,
        "letter date": 0.98,
    },
    "letters-c": {
        "kind": 0.90,
        "match": 0.97,
        "part outcome": 0.85,
        "exemptions": 0.95,
        "their reference": 0.75,
        "letter date": 0.97,
    },
}
PRECISION = 0.90  # of figures
MOST_WRONG = 0.03  # of all mails: a kind that no person was asked about, and that is wrong


@pytest.mark.parametrize("name", FLOORS)
def test_a_labelled_set_is_understood_as_well_as_before(
    name: str, workspace: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = scoring.run(scoring.SETS[name], lambda **given: Desk(workspace(**given), capsys))
    shares = {aspect: found.share(aspect) for aspect in FLOORS[name]}
    assert shares == {
        aspect: pytest.approx(max(share, FLOORS[name][aspect])) for aspect, share in shares.items()
    }
    assert found.harm["match"] == 0, [miss for miss in found.misses if miss[1] == "match"]
    assert found.harm["kind"] <= MOST_WRONG * found.mails
    assert found.precision >= PRECISION
    if shutil.which("tesseract"):  # the page was written with it; without it scans go to a person
        assert accuracy.section(name, found) in accuracy.PAGE.read_text(encoding="utf-8"), (
            "run `make accuracy`"
        )


def test_the_scorer_tells_right_from_wrong() -> None:
    label = {
        "kind": "partial", "match_method": "token in subject", "matches_request": "FOI-AAAA22", "part1": "answered",
        "part2": "not_held", "part3": "answered", "part4": "refused", "key_figures": '{"1": {"2023": 4, "2024": "<5"}}',
        "exemptions": "s.40(2)", "body_reference": "FOI 12", "letter_date": "2026-01-02",
    }  # fmt: skip
    row = {
        "kind": "partial", "needs_person": False, "case": "FOI-AAAA22", "exemptions": ["s.40"], "body_reference": "foi-12",
        "letter_date": "2026-01-02",
        "answers": [
            {"part": "1", "outcome": "answered", "figures": {"2023": 4, "2024": "fewer than 5"}},
            {"part": "2", "outcome": "answered", "figures": {}},
        ],
    }  # fmt: skip
    found = scoring.score({"a.eml": label, "b.eml": label}, {"a.eml": row})
    assert (found.hit["kind"], found.of["kind"]) == (1, 2)
    assert (found.hit["part outcome"], found.of["part outcome"], found.harm["part outcome"]) == (1, 8, 3)
    assert (found.figures_right, found.figures_wanted, found.figures_given) == (2, 4, 2)
    assert (found.sure, found.sure_wrong, found.whole) == (1, 1, 0)
