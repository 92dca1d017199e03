"""Every page of the desk as axe-core sees it, on a desk and on a telephone, by day and by night: nothing that shuts anybody out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from foimail.files import users
from foimail.workflows import users as keeping
from tests.documents.files import pdf
from tests.web.chromium import at, chromium
from tests.web.conftest import brings
from tests.web.test_door import PAGES, hostile
from tests.web.test_paper import LETTER, attached

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import Page

    from tests.desk import Desk
    from tests.web.conftest import Browser

__all__ = ["chromium"]
pytestmark = pytest.mark.real
NO_PAGES = {
    "asset",
    "deadlines.calendar_file",
    "message.file",
    "message.original",
    "message.picture",
    "enter",
}
ELSEWHERE = {"login.page", "message.alone", "message.frame"}  # have tests of their own below
SCREENS = {"desk": {"width": 1280, "height": 900}, "telephone": {"width": 390, "height": 844}}


def faults(page: Page, *without: str) -> list[str]:
    """What axe finds on a page with all that can be unfolded open: the rule, and where."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    # a sandboxed frame runs no script, so that axe would wait for its word; it is looked at by itself
    rules = {name: {"enabled": False} for name in without}
    options = {"resultTypes": ["violations"], "iframes": False, "rules": rules}
    found: dict[str, Any] = Axe().run(page, options=options).response
    return [
        f"{rule['id']}: {node['html'][:160]} ({node['failureSummary'].replace(chr(10), ' ')[:260]})"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def looks_at(page: Page, *paths: str) -> list[str]:
    """What axe finds on any of these pages."""
    found = []
    for path in paths:
        page.goto(path)
        found += [f"{path} {said}" for said in faults(page)]
    return found


def more(browser: Browser) -> tuple[str, ...]:
    """Pages that are there once there is hostile mail, and drafts."""
    return ("/message/5", "/drafts/1", f"/answers/review/{browser.tokens['RBB']}/4", "/answers?part=training")


def test_no_page_is_left_out(browser: Browser) -> None:
    addresses = browser.app.url_map.bind("127.0.0.1")
    looked = {addresses.match(path.partition("?")[0])[0] for path in (*PAGES, *more(browser))}
    every = {rule.endpoint for rule in browser.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    exports = {name for name in every if name.startswith("exports.")}
    assert every - looked == NO_PAGES | exports | ELSEWHERE


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_on_any_page(
    chromium: Chromium, browser: Browser, screen: str, scheme: str
) -> None:
    brings(browser.desk, hostile())
    browser.does("/draft", "/letters", whom="due")  # something waits on each page
    with at(chromium, browser.desk, viewport=SCREENS[screen], color_scheme=scheme) as (page, _):
        assert looks_at(page, *PAGES, *more(browser), "/nowhere") == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_nothing_has_happened_yet(
    chromium: Chromium, desk: Desk, scheme: str
) -> None:
    pages = (
        "/",
        "/review",
        "/answers",
        "/answers/review",
        "/letters",
        "/send",
        "/deadlines",
        "/setup",
        "/setup/log",
    )
    with at(chromium, desk, color_scheme=scheme) as (page, _):
        assert looks_at(page, *pages, "/body/RAA", "/body/REE") == []


def test_axe_finds_nothing_in_the_frame_of_a_letter(chromium: Chromium, browser: Browser) -> None:
    brings(browser.desk, hostile())
    with at(chromium, browser.desk) as (page, _):
        page.goto("about:blank")  # where it stands nothing runs, and axe neither
        page.set_content(browser.page("/message/5/laid-out").replace("http-equiv", "data-was"))
        assert faults(page, "page-has-heading-one") == []  # the page around it has one


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_axe_finds_nothing_beside_pages_and_sheets_with_marks(
    chromium: Chromium, browser: Browser, screen: str, scheme: str
) -> None:
    table = b"Referrals to other authorities by year,\nYear,Referrals\n2019,4\n2020,7\n"
    attached(
        browser,
        ("FOI response.pdf", LETTER.read_bytes()),
        ("Referrals.csv", table),
        ("two.pdf", pdf("One", "Two")),
    )
    pages = (
        "/message/5",
        "/review/5",
        "/message/5/file/1/page/1?mark=0-6",
        "/message/5/file/3/page/2",
        "/body/RBB",
    )
    with at(chromium, browser.desk, viewport=SCREENS[screen], color_scheme=scheme) as (page, _):
        assert looks_at(page, *pages) == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_where_somebody_comes_in_by_name(
    chromium: Chromium, desk: Desk, scheme: str
) -> None:
    keeping.add(desk.open(), "Zoë Ash", "moss lantern quarry tin", decides=False)
    assert users.load(desk.folder)
    with at(chromium, desk, color_scheme=scheme, comes_in=False) as (page, _):
        assert looks_at(page, "/login", "/enter?key=used") == []
        page.goto("/setup")
        page.get_by_label("Name").fill("zoë ash")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Come in").click()
        page.get_by_role("alert").wait_for()
        assert faults(page) == []
        page.get_by_label("Password").fill("moss lantern quarry tin")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Setup").wait_for()
        assert faults(page) == []
        page.get_by_role("button", name="Leave").click()
        page.get_by_role("heading", name="Who are you?").wait_for()


def test_axe_would_find_something(chromium: Chromium, desk: Desk) -> None:
    with at(chromium, desk) as (page, _):
        page.goto("about:blank")
        page.set_content("<p style='color: #ccc'>pale</p><button></button>")
        assert {said.partition(":")[0] for said in faults(page)} >= {
            "color-contrast",
            "button-name",
            "html-has-lang",
        }
