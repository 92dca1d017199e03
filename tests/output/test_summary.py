"""The figures of the whole and the methods appendix in words, as JSON and as a page."""

from __future__ import annotations

import json
import os
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from foimail.dataset.agreement import Agreement
from foimail.dataset.answers import PartAnswer
from foimail.dataset.bounds import Bounds
from foimail.dataset.methods import Law, Methods, Reading, Silent, Trial, Wording
from foimail.dataset.respondents import STATUSES, Respondent, by_week, within
from foimail.dataset.summary import summarise
from foimail.model import Audience
from foimail.output import charts, summary_page
from foimail.output import summary as words
from foimail.output.methods import DAYS, markdown
from foimail.output.summary import Sheet
from tests.dataset.figures import ONCE, PROSE, YEARLY, answer
from tests.output.test_html import Tree, svg

GOLDEN = Path(__file__).parents[1] / "golden"
SENT, TODAY = date(2026, 6, 1), date(2026, 7, 20)
NONE = tuple(PartAnswer(str(n), part) for n, part in enumerate((YEARLY, ONCE, PROSE), 1))


def body(code: str, *parts: PartAnswer, days: int = 18, **more: object) -> Respondent:
    found = Respondent(
        code, f"{code} NHS Trust", "England", "acute", "", "FOIA", "answered", parts, SENT, SENT,
        date.fromordinal(SENT.toordinal() + days), days * 5 // 7, 35, in_time=days < 29,
    )  # fmt: skip
    return replace(found, **more)  # type: ignore[arg-type]


def silent(code: str, stage: str, **more: object) -> Respondent:
    return body(code, *NONE, stage=stage, answered_on=None, working_days=None, in_time=None, **more)  # type: ignore[arg-type]


BODIES = [
    body(
        "RAA",
        answer({"2019": 4, "2020": (None, 4), "total": 9}, confirmed=True),
        answer({"": 1200}, part=ONCE),
        answer(part=PROSE),
    ),
    body(
        "RBB",
        answer({"2019/20": 7, "2020/21": None}, "partial", sections=("s.40(2)",)),
        answer({"2023": 10, "2024": 12}, part=ONCE),
        answer(part=PROSE),
        days=40,
        to_confirm=True,
    ),
    body(
        "RCC",
        answer(outcome="refused", sections=("s.12",)),
        answer(outcome="refused", part=ONCE, sections=("s.12",)),
        answer(outcome="refused", part=PROSE),
        nation="Scotland",
        law="FOISA",
        type="health board",
    ),
    body(
        "RDD",
        answer({"total": 20}, sure=0.5),
        answer({"": 85.5}, part=ONCE, unit="per cent"),
        answer(outcome="unanswered", part=PROSE),
    ),
    body(
        "REE",
        answer({"2019@police": 3, "2019@council": 4, "2010": 2, "total": 30}),
        answer(part=ONCE),
        answer(outcome="not_held", part=PROSE),
    ),
    silent("RFF", "overdue"),
    silent("RGG", "awaiting", waited=5, sent_on=date(2026, 7, 13)),
    silent("RHH", "undelivered", received_on=None, waited=None),
    silent("RII", "not_sent", sent_on=None, received_on=None, waited=None),
]
SUMMARY = summarise(BODIES, (YEARLY, ONCE, PROSE))
SHEET = Sheet(
    "Referrals & training", "cse", TODAY, SUMMARY,
    [b.sent_on for b in BODIES if b.sent_on], [b.answered_on for b in BODIES if b.answered_on],
)  # fmt: skip
NOBODY = Sheet("T", "t", TODAY, summarise([], (YEARLY, PROSE)), [], [])
TRIAL = Trial(date(2026, 5, 4), 127, (150, 244), (224, 248), (224, 462))
METHODS = Methods(
    title="Referrals & training",
    campaign="cse",
    on=TODAY,
    version="0.1.0",
    audience=Audience(types=("acute", "health board"), exclude=("RZZ",)),
    summary=SUMMARY,
    excluded={"no address is known": ("RII NHS Trust", "Odd | <b>name</b>"), "the body no longer exists": ("Old",)},
    outside=1,
    sent=((SENT, 7), (date(2026, 7, 13), 1)),
    ways={"email": 7, "form": 1},
    letters={"chaser": 2},
    wordings=(
        Wording("ab" * 32, SENT, SENT, 6, 1),
        Wording("", SENT, SENT, 1, 0),
        Wording("cd" * 32, date(2026, 7, 13), date(2026, 7, 13), 1, 9, current=True),
    ),
    within=tuple(within(BODIES, DAYS)),
    weeks=tuple(by_week(BODIES, TODAY)),
    silent=(Silent("RFF NHS Trust", "FOIA", SENT, date(2026, 6, 29)),),
    laws=(
        Law("Freedom of Information Act 2000", "FOIA", "20 working days", "FOIA s.10(1)", ("England", "Scotland"), "holidays 1", 8),
    ),
    reading=Reading(9, 5, 2, (1, 2), Agreement(8, 1, 1, 2, 20, 18), {"Rowan": 9, "": 3}, 4, 3, TRIAL),
)  # fmt: skip


def golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("FOIMAIL_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_the_text_is_the_golden_one() -> None:
    golden("summary.txt", words.text(SHEET))


def test_the_json_is_the_golden_one() -> None:
    golden("summary.json", words.to_json(SHEET))


def test_the_appendix_is_the_golden_one() -> None:
    golden("methods.md", markdown(METHODS))


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (Bounds(1204, 1204), "1,204"),
        (Bounds(2.5, 2.5), "2.5"),
        (Bounds(3, 7), "3 to 7"),
        (Bounds(3, None), "at least 3"),
    ],
)
def test_bounds_are_told_in_words_and_never_as_infinity(bounds: Bounds, said: str) -> None:
    assert words.bounds_words(bounds) == said


def test_every_status_has_its_words_in_text_and_page() -> None:
    assert list(words.STATUSES) == list(summary_page._NAMED) == list(STATUSES)


def test_the_json_says_what_a_total_rests_on() -> None:
    first = json.loads(words.to_json(SHEET))["parts"][0]
    total = first["figures"]["total"]
    assert (total["bounds"], total["bodies"], total["withheld"]) == ({"lower": 35.0, "upper": None}, 4, 1)
    assert total["values"] == {"confirmed": 2, "read": 5, "doubtful": 0}
    assert [one["period"] for one in first["figures"]["financial"]] == ["2019/20", "2020/21"]


def test_a_campaign_without_bodies_has_a_summary_too() -> None:
    text = words.text(NOBODY)
    assert "0 bodies: 0 have the request, 0 have answered." in text
    assert "No figures were given." in text
    assert summary_page.page(NOBODY).count("There is nothing to draw yet.") == 4
    empty = replace(
        METHODS, summary=NOBODY.summary, audience=Audience(), excluded={}, outside=0, sent=(), letters={}, wordings=(),
        within=(), weeks=(), silent=(), laws=(), reading=Reading(0, 0, 0, (), Agreement(), {}, 0, 0, TRIAL),
    )  # fmt: skip
    found = markdown(empty)
    for sentence in (
        "all active bodies of the registry",
        "Every body that the campaign is meant for has the request.",
        "No request has been sent yet.",
        "No body whose last day has passed is without an answer.",
        "No person has decided on a reading of a part yet",
        "No request has been made yet.",
    ):
        assert sentence in found
    one_day = replace(METHODS, sent=((SENT, 1),), wordings=METHODS.wordings[2:], letters={})
    assert "1 request went on 1 Jun 2026" in markdown(one_day)
    assert "different wordings" not in markdown(one_day)


def test_a_name_of_the_registry_means_nothing_to_markdown() -> None:
    assert r"Odd \| \<b\>name\</b\>" in markdown(METHODS)


def test_the_page_runs_and_loads_nothing_and_escapes_what_is_said_in_it() -> None:
    hostile = replace(SHEET, title="<script>alert(1)</script>\u202e")
    tree = Tree(summary_page.page(hostile))
    assert not tree.all("script")
    assert not tree.all("img")
    policy = next(m for m in tree.all("meta") if m.get("http-equiv"))
    assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'"
    assert "\u202e" not in "".join(tree.texts)


def test_the_page_can_be_read_by_a_screen_reader() -> None:
    page = summary_page.page(SHEET)
    tree = Tree(page)
    assert [h["id"] for h in tree.all("h2")] == ["part-1", "part-2", "part-3"]
    marks = [a["id"] for _, a in tree.tags if "id" in a]
    assert len(marks) == len(set(marks))
    for drawn in tree.all("svg"):
        assert drawn["role"] == "img"
        assert set((drawn["aria-labelledby"] or "").split()) <= set(marks)
    assert {t["role"] for t in tree.all("table")} == {"table"}
    assert len(tree.all("caption")) == len(tree.all("table")) == 4
    text = " ".join(" ".join(tree.texts).split())
    assert "at least 35; 1 body withheld a figure" in text


def test_words_that_stand_beside_a_chart_are_short_enough_for_it() -> None:
    longest = max(len(one.name) for one in summary_page._NAMED.values())
    assert longest <= max(len(one.name) for one in charts.STAGES.values())


def test_a_sum_is_drawn_full_to_its_lower_bound_and_faint_to_its_upper_one() -> None:
    root = svg(
        charts.sums(
            "x", "Sums", [("2019", Bounds(50, 100), "50 to 100"), ("2020", Bounds(100, None), "at least 100")]
        )
    )
    # 146 units are the longest bar
    bars = [(r.get("class"), r.get("x"), r.get("width")) for r in root.iter("rect")]
    assert bars == [
        ("bar wait", "124", "73.0"),
        ("bar wait may", "197", "73.0"),
        ("bar wait", "124", "146.0"),
    ]
    assert root.findtext("desc") == "2019: 50 to 100; 2020: at least 100."
    assert charts.sums("x", "Sums", []) == ""
    nothing = svg(charts.sums("x", "Sums", [("2019", Bounds(), "0")]))
    assert [r.get("width") for r in nothing.iter("rect")] == ["2.0"]


def test_years_of_a_part_are_told_without_a_column_that_would_be_empty() -> None:
    text = words.text(SHEET)
    assert re.search(r"Calendar year\s+total\s+bodies\s+confirmed\s+read\s+doubtful\n", text)
    assert re.search(r"Financial year\s+total\s+bodies\s+withheld by\s+confirmed", text)
