"""The desk without a browser: its application on a small campaign, and a client that has come in."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pytest

from foimail.web.app import create
from foimail.web.desk import Desk as Web
from foimail.web.door import Door
from foimail.web.post import state
from tests.desk import mail

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.test import TestResponse

    from tests.desk import Desk

PORT = 8417
HOME = f"http://127.0.0.1:{PORT}"
DAY = "2026-07-20"  # the requests of 12 June were due on 14 July


@dataclass
class Browser:
    """A browser at the desk: it follows no redirect, and sends forms as one does."""

    desk: Desk
    app: Flask
    door: Door
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def enter(self) -> TestResponse:
        return self.client.get(f"/enter?key={self.door.key}", base_url=HOME)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(
            path, base_url=HOME, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )

    def waits(self) -> None:
        """Until what is at work beside the pages has ended."""
        for _ in range(400):
            with self.app.app_context():
                run = state()
            if run and not run.busy:
                return
            time.sleep(0.05)
        pytest.fail("it does not end")

    def page(self, path: str, status: int = 200) -> str:
        """The text of a page, marks and all."""
        answer = self.get(path)
        assert answer.status_code == status, answer.text
        return answer.text

    def post(self, path: str, **words: object) -> TestResponse:
        """A form of our own page; a list is a name given several times."""
        visit = next(iter(self.door.visits.values()))
        return self.client.post(
            path, base_url=HOME, data={"form_key": visit.form_key} | words, headers={"Origin": HOME}
        )

    def does(self, path: str, leads: str, **words: object) -> str:
        """A form that is taken: the page that it leads to."""
        answer = self.post(path, **words)
        assert answer.status_code == 303, answer.text
        assert re.fullmatch(leads, answer.location), answer.location
        return self.page(answer.location)

    def refused(self, path: str, status: int = 400, **words: object) -> str:
        """A form that is refused: what is said."""
        answer = self.post(path, **words)
        assert answer.status_code == status, answer.text
        return answer.text


def browser_of(desk: Desk, day: str = DAY) -> Browser:
    on = date.fromisoformat(day)
    door = Door(PORT)
    app = create(Web(lambda: desk.open(day), lambda: on), door)
    app.testing = True
    return Browser(desk, app, door)


def brings(desk: Desk, *mails: bytes, day: str = DAY) -> None:
    """These mails are imported in this order."""
    paths = [desk.folder / f"came-{number}.eml" for number in range(len(mails))]
    for path, raw in zip(paths, mails, strict=True):
        path.write_bytes(raw)
    assert desk.run("import", *map(str, paths), today=day).code == 0
    for path in paths:
        path.unlink()


@pytest.fixture
def empty(desk: Desk) -> Browser:
    """A campaign in which nothing has happened."""
    browser = browser_of(desk)
    browser.enter()
    return browser


@pytest.fixture
def browser(desk: Desk) -> Browser:
    """Requests to three bodies. 1: RAA refuses; 2: of both RAA and RBB; 3: of nobody; 4: RBB answers in numbers."""
    tokens = desk.send("RAA", "RBB", "nhs-carrick")
    both = f"[{tokens['RAA']}] and [{tokens['RBB']}]"
    brings(
        desk,
        mail(
            "Dear Rowan,\n\nWe are withholding\neverything \x1b[2J under section 12.\n",
            subject=f"[{tokens['RAA']}] <b>bold</b>",
            message_id="1@a.example",
        ),
        mail("We do not hold it.", subject=both, message_id="2@a.example", on="2026-06-14T10:00"),
        mail("Buy our lamps.", sender="x@lamps.example", subject="Lamps", message_id="3@l.example"),
        mail(
            "Dear Rowan,\n\n1. Referrals by year:\n2019: 4\n2020: 7\n2021: <5\n\n2. We hold no risk assessments.\n\n"
            "3. We belong to the local partnership.\n\n4. 120 staff were trained.\n",
            sender="foi@birchwood.example",
            subject=f"Response to your request [{tokens['RBB']}]",
            message_id="4@b.example",
        ),
    )
    browser = browser_of(desk)
    browser.tokens = tokens
    browser.enter()
    return browser
