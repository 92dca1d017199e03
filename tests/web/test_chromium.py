"""The desk in a real browser (Debian's Chromium): the journeys of a user, by keyboard too, and that nothing leaves this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.chromium import at, chromium
from tests.web.conftest import DAY, brings
from tests.web.test_door import PAGES, hostile

if TYPE_CHECKING:
    from playwright.sync_api import Browser as Chromium

    from tests.desk import Desk
    from tests.web.conftest import Browser

__all__ = ["chromium"]
pytestmark = pytest.mark.real


def test_from_an_empty_workspace_to_a_sent_pilot(chromium: Chromium, desk: Desk) -> None:
    with at(chromium, desk) as (page, _):
        page.get_by_role("link", name="the letters and send a pilot").click()
        page.get_by_label("How many in the pilot").fill("2")
        page.get_by_role("button", name="Show").click()
        page.get_by_text("2 letters would go").wait_for()
        page.get_by_role("button", name="Put them into the outbox").click()
        page.get_by_role("button", name="Send what waits").click()
        page.get_by_text("The last run, sending: 2 sent.").wait_for()
    assert len(desk.posted()) == 2


def test_a_review_queue_is_cleared_by_keyboard(chromium: Chromium, browser: Browser) -> None:
    with at(chromium, browser.desk) as (page, _):
        page.goto("/review")
        with page.expect_navigation():
            page.keyboard.press("a")  # begin
        while not page.get_by_text("Nothing waits for you here").count():
            if not page.locator("input[name=case]").count():
                key = "n"
            else:
                if not page.locator("input[name=case]:checked").count():
                    page.keyboard.press("1")
                    assert page.locator("input[name=case]:checked").count() == 1
                key = "Enter" if page.evaluate("document.activeElement === document.body") else "a"
            with page.expect_navigation():
                page.keyboard.press(key)
    assert not any(row["needs_person"] for row in browser.desk.data("messages", today=DAY))


def test_a_figure_is_corrected_and_the_dataset_changes(chromium: Chromium, browser: Browser) -> None:
    token = browser.tokens["RBB"]
    with at(chromium, browser.desk) as (page, _):
        page.goto(f"/answers/review/{token}/4")
        page.locator("input[name=values-1]").fill("2019=40; 2020=7; 2021=<5")
        page.get_by_role("button", name="Confirm").click()
        page.get_by_text("confirmed.").wait_for()
        page.goto("/answers?part=referrals")
        page.get_by_role("link", name="40", exact=True).click()
        box = page.get_by_role("dialog")
        box.get_by_text("2019=40").first.wait_for()
        box.get_by_role("button", name="Close").click()
        page.get_by_role("rowheader", name="Total").wait_for()
    rows = [
        r for r in browser.desk.data("answers", today=DAY) if r["case"] == token and r["period"] == "2019"
    ]
    assert [row["value"] for row in rows] == [40]


def test_chasers_are_drafted_for_all_ticked_changed_with_a_preview_and_approved(
    chromium: Chromium, browser: Browser
) -> None:
    with at(chromium, browser.desk) as (page, _):
        page.locator("[data-all=case]").check()
        assert page.locator("input[name=case]:checked").count() == 3
        page.get_by_role("button", name="Draft letters for those ticked").click()
        page.locator(".draft h3 a").first.click()
        letter = page.locator("textarea[name=text]")
        letter.fill(letter.input_value() + "\nI look forward to your answer.\n")
        page.locator("#preview .words").get_by_text("I look forward to your answer.").wait_for()
        page.get_by_role("button", name="Keep as a draft").click()
        page.get_by_role("link", name="Letters").first.click()
        page.locator("[data-all=draft]").check()
        page.get_by_role("button", name="Approve those ticked").click()
        page.get_by_text("approved.").wait_for()
    queued = [row for row in browser.desk.letters() if row["state"] == "queued"]
    assert queued


def test_the_table_follows_what_is_typed(chromium: Chromium, browser: Browser) -> None:
    with at(chromium, browser.desk) as (page, _):
        page.keyboard.press("/")
        page.keyboard.type("birch", delay=20)
        page.get_by_text("1 body found").wait_for()
        assert page.locator("#rows tbody tr").count() == 1
        assert "q=birch" in page.url
        page.keyboard.press("Escape")
        page.get_by_role("link", name="show all").click()
        page.get_by_text("5 bodies").wait_for()


def test_hostile_mail_runs_nothing_and_asks_nobody(chromium: Chromium, browser: Browser) -> None:
    brings(browser.desk, hostile())
    with at(chromium, browser.desk) as (page, asked):
        page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
        page.goto("/message/5")
        page.get_by_text("As it was laid out").click()
        page.frame_locator("iframe").get_by_text("Our answer").wait_for()
        page.wait_for_timeout(300)
        assert any(address.endswith("/message/5/laid-out") for address in asked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_telephone(chromium: Chromium, browser: Browser, scheme: str) -> None:
    browser.does("/draft", "/letters", whom="due")  # something waits on each page
    with at(chromium, browser.desk, viewport={"width": 390, "height": 844}, color_scheme=scheme) as (page, _):
        for path in PAGES:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


def test_without_scripts_everything_can_be_read_and_decided(chromium: Chromium, browser: Browser) -> None:
    with at(chromium, browser.desk, java_script_enabled=False) as (page, _):
        page.get_by_role("textbox", name="Find").or_(page.get_by_role("searchbox", name="Find")).fill("birch")
        page.get_by_role("button", name="Show").click()
        assert page.locator("#rows tbody tr").count() == 1
        page.goto("/review/3")
        page.get_by_role("button", name="No case").click()
        page.get_by_text("belongs to no case").wait_for()
        page.goto("/answers")
        page.locator("a[data-quote]").first.click()
        page.get_by_role("heading", level=1).wait_for()
        assert "/answers/of/" in page.url
