"""Debian's Chromium, driven by Playwright at a desk that is served."""

from __future__ import annotations

import os
import re
import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from foimail.web import serve
from foimail.web.desk import Desk as Web
from tests.web.conftest import DAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser as Chromium
    from playwright.sync_api import Page

    from tests.desk import Desk

CHROMIUM = shutil.which("chromium")
_REFUSED = re.compile(r"status of 40[034]")  # pages that say what did not work
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Chromium]:
    if CHROMIUM is None:
        if "chromium" in os.environ.get("FOIMAIL_REQUIRE", "").split():
            pytest.fail("Chromium is required and not here")
        pytest.skip("Chromium is not here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as drives:
        browser = drives.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@contextmanager
def at(
    chromium: Chromium, desk: Desk, *, comes_in: bool = True, **options: Any
) -> Iterator[tuple[Page, list[str]]]:
    """A page that has come in, and the addresses that it asked for; a fault of a script or a broken policy fails the test."""
    today = desk.open(DAY).today
    server, door = serve.bind(Web(lambda: desk.open(DAY), lambda: today), 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    context = chromium.new_context(base_url=f"http://127.0.0.1:{door.port}", **options)
    try:
        page = context.new_page()
        asked: list[str] = []
        faults: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda said: (
                faults.append(said.text) if said.type == "error" and not _REFUSED.search(said.text) else None
            ),
        )
        if comes_in:
            page.goto(door.address)
        yield page, asked
        assert not faults
        home = f"http://127.0.0.1:{door.port}/"
        assert [address for address in asked if not address.startswith(home)] == []
    finally:
        context.close()
        server.shutdown()
        thread.join()
        server.server_close()
