"""The report as a page: whole in one file, harmless, and readable without its script."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from foimail.law.position import STAGES
from foimail.output import charts
from foimail.output.html import Page, page
from foimail.workflows import report

GOLDEN = Path(__file__).parents[1] / "golden" / "report.html"
TODAY = date(2026, 10, 8)
VOID = {"meta", "link", "input", "br", "hr", "img"}


def row(code: str, name: str, stage: str, **more: object) -> dict[str, object]:
    nothing = dict.fromkeys(report.COLUMNS)
    return nothing | {"body": code, "name": name, "stage": stage, "to_confirm": False} | more


ROWS = [
    row(
        "RD8", "Milton Keynes University Hospital", "overdue",
        case="FOI-7K3Q2M", sent=date(2026, 9, 1), due=date(2026, 9, 29), days_left=-7,
        next_step="Send a chaser.", route="chaser",
    ) | {"from": date(2026, 9, 30)},
    row(
        "S1", "Highland", "overdue",
        case="FOI-AB2CD3", sent=date(2026, 9, 1), due=date(2026, 9, 29), days_left=-7,
        next_step="Require a review from the body.", route="review", by=date(2026, 11, 24),
    ),
    row(
        "R1A", "Barts", "undelivered",
        case="FOI-AB2CD4", sent=date(2026, 9, 1), next_step="Find another address and send the request there.",
        route="address",
    ),
    row(
        "7A1", "Betsi Cadwaladr", "answered",
        case="FOI-AB2CD5", sent=date(2026, 9, 2), due=date(2026, 9, 30), days_left=3,
        next_step="Read the message and say whether it is their answer.", route="confirm", to_confirm=True,
    ),
    row(
        "ZT1", "Belfast", "review",
        case="FOI-AB2CD6", sent=date(2026, 9, 2), next_step="Complain.", route="complaint",
    ) | {"from": date(2026, 11, 2)},
    row(
        "RR8", "Leeds", "awaiting",
        case="FOI-AB2CD7", sent=date(2026, 9, 10), due=TODAY, days_left=0, next_step="Wait.", route="wait",
    ) | {"from": date(2026, 10, 9)},
    row("X1", "Nobody's <b>Trust</b> & Sons", "not_sent", next_step="Send the request.", route="email"),
]  # fmt: skip
SENT = [r["sent"] for r in ROWS if isinstance(r["sent"], date)]
SHOWN = Page("Referrals & training", TODAY, ROWS, SENT, [date(2026, 9, 25)])


class Tree(HTMLParser):
    """What a page holds: its tags with their attributes in order, and that each is closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "script"}:
            self.texts.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def words(text: str) -> str:
    return " ".join("".join(Tree(text).texts).split())


def test_the_page_is_the_golden_one() -> None:
    text = page(SHOWN)
    if os.environ.get("FOIMAIL_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_every_body_is_in_the_table_with_its_dates_and_its_step() -> None:
    text = words(page(SHOWN))
    assert "6 of 7 bodies have been asked. 1 has answered; 2 are late." in text
    assert "Where every body stands on Thursday 8 October 2026" in text
    for found in (
        "Milton Keynes University Hospital FOI-7K3Q2M Late 1 Sep 2026 29 Sep 2026 7 late Send a chaser.",
        "Require a review from the body. by 24 Nov 2026",
        "Betsi Cadwaladr FOI-AB2CD5 Answered to be confirmed 2 Sep 2026 30 Sep 2026 in time",
        "Complain. from 2 Nov 2026",
        "Leeds FOI-AB2CD7 In time 10 Sep 2026 8 Oct 2026 today Wait.",
        "Nobody's <b>Trust</b> & Sons X1 Not sent Send the request.",
    ):
        assert found in text


def test_nothing_is_loaded_from_anywhere() -> None:
    text = page(SHOWN)
    tree = Tree(text)
    assert not [attributes for _, attributes in tree.tags if "src" in attributes or "srcset" in attributes]
    assert not tree.all("link")
    assert all((a["href"] or "").startswith("#") for a in tree.all("a"))
    assert "url(" not in text
    assert "@import" not in text
    assert not re.search(r"https?:", text)


def test_the_policy_names_the_one_script_and_no_other() -> None:
    text = page(SHOWN)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = (m["content"] or "" for m in Tree(text).all("meta") if m.get("http-equiv"))
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "{{ 7 * 7 }}",
        "</title></style></script>",
        "\u202eexe.pdf\x00",
    ],
)
def test_a_strangers_text_stays_text(hostile: str) -> None:
    rows = [row(hostile, hostile, "awaiting", case=hostile, next_step=hostile)]
    tree = Tree(page(Page(hostile, TODAY, rows, [TODAY], [])))
    assert len(tree.all("script")) == 1
    assert not tree.all("img")
    assert not [name for _, found in tree.tags for name in found if name.startswith("on")]
    text = "".join(tree.texts)
    assert "49" not in text
    assert not {"\u202e", "\x00"} & set(text)


def test_the_table_can_be_read_by_a_screen_reader_on_a_telephone_too() -> None:
    tree = Tree(page(SHOWN))
    heads = tree.all("th")
    assert [h["scope"] for h in heads] == ["col"] * 6 + ["row"] * 7
    assert len(tree.all("caption")) == 1
    # a table laid out as blocks is a table no more to a browser, unless its roles say so
    assert [t["role"] for t in tree.all("table")] == ["table"]
    assert {c["role"] for c in tree.all("td")} == {"cell"}
    assert {c["data-label"] for c in tree.all("td")} == {"Stage", "Sent", "Due", "Days", "Next"}
    for drawn in tree.all("svg"):
        assert drawn["role"] == "img"
        assert len((drawn["aria-labelledby"] or "").split()) == 2
    marks = {a["id"] for _, a in tree.tags if "id" in a}
    assert {(a["href"] or "")[1:] for a in tree.all("a")} <= marks
    assert len(marks) == len([a for _, a in tree.tags if "id" in a])


def test_without_the_script_no_control_is_shown_that_does_nothing() -> None:
    tree = Tree(page(SHOWN))
    assert not tree.all("button")
    assert ("hidden", None) in next(d for d in tree.all("div") if d["class"] == "tools").items()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_the_paper_by_the_ratio_of_wcag(scheme: str) -> None:
    text = page(SHOWN)
    light, dark = re.findall(r"--paper: .*?\}", text, re.DOTALL)[:2]
    colours = dict(re.findall(r"--(\w+): (#\w{6});", light if scheme == "light" else dark))
    for name in ("ink", "soft", "late", "stuck", "ask", "wait", "good", "idle"):
        for under in ("paper", "band"):
            assert _contrast(colours[name], colours[under]) >= 4.5, (name, under)


def _contrast(one: str, two: str) -> float:
    """WCAG 2.2, relative luminance and contrast ratio."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


def test_a_page_without_bodies_or_without_requests_says_so() -> None:
    nobody = words(page(Page("T", TODAY, [], [], [])))
    assert "No bodies are shown." in nobody
    assert "There is nothing to show yet" in nobody
    assert "Bodies by stage" not in nobody
    unsent = words(page(Page("T", TODAY, [row("X", "X", "not_sent", next_step="Send.")], [], [])))
    assert "None of 1 body has been asked yet." in unsent
    assert "No request has been sent yet, so there is nothing to draw." in unsent


def test_one_answer_and_many_are_counted_in_grammar() -> None:
    rows = [row(str(n), "X", "answered", next_step="Read.") for n in range(2)]
    days = [date(2026, 9, 1), date(2026, 9, 1)]
    assert "2 of 2 bodies have been asked. 2 have answered; none is late." in words(
        page(Page("T", TODAY, rows, days, days))
    )
    assert "1 of 1 body has been asked. None has answered; none is late." in words(
        page(Page("T", TODAY, [row("X", "X", "awaiting", next_step="Wait.")], days[:1], []))
    )


def test_every_stage_has_a_name_in_the_order_of_the_report() -> None:
    assert set(charts.STAGES) == set(STAGES)
    assert [charts.rank(name) for name in report._ORDER] == list(range(len(STAGES)))
    assert charts.stage("brand_new") == charts.Stage("Brand new", "idle")
    assert charts.rank("brand_new") == len(STAGES)


def svg(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)  # noqa: S314 - our own


def test_the_lines_of_the_chart_rise_on_the_days_of_the_letters() -> None:
    drawn = charts.over_time([date(2026, 9, 1), date(2026, 9, 11)], [date(2026, 9, 21)], date(2026, 9, 21))
    root = svg(drawn)
    paths = {p.get("class"): p.get("d") for p in root.iter("path")}
    # 262 units wide and 170 high for 20 days and 2 requests
    assert paths["line wait"] == "M34 184H34.0V99.0H165.0V14.0H296"
    assert paths["line good"] == "M34 184H296.0V99.0H296"
    assert root.findtext("desc") == "From 1 Sep 2026 to 21 Sep 2026: 2 sent, 1 answered."


def test_the_names_of_two_lines_that_meet_do_not_cover_each_other() -> None:
    days = [date(2026, 9, 1)] * 3
    for sent, answered in ((days, days), (days, []), (days * 30, days * 29)):
        root = svg(charts.over_time(sent, answered, TODAY))
        heights = [float(t.get("y") or 0) for t in root.iter("text") if t.get("class") == "name"]
        assert abs(heights[0] - heights[1]) >= 15
        assert all(0 < height < 200 for height in heights)


def test_a_request_sent_today_can_be_drawn() -> None:
    assert "M34" in charts.over_time([TODAY], [], TODAY)
    assert charts.over_time([], [], TODAY) == ""
    assert charts.by_stage({"overdue": 0}) == ""


@pytest.mark.parametrize(
    ("count", "top"), [(1, 2), (2, 2), (5, 6), (13, 20), (30, 30), (184, 200), (250, 300)]
)
def test_the_scale_ends_on_a_number_whose_half_is_whole(count: int, top: int) -> None:
    root = svg(charts.over_time([TODAY] * count, [], TODAY))
    assert [t.text for t in root.iter("text")][:3] == ["0", str(top // 2), str(top)]
