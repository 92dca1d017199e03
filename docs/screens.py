#!/usr/bin/env python3
"""Photograph the desk for README and guide: the demo on 8 October 2026 in Debian's Chromium, light, at one size.

The demo's tokens are random, so the pictures show ones made from the bodies' codes; all else is what the pages say.
"""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from foimail.store import cases
from foimail.web import serve
from foimail.web.desk import Desk
from foimail.workflows import answers
from foimail.workspace import open_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page, ViewportSize

    from foimail.workspace import Workspace

HERE = Path(__file__).parent
TODAY = date(2026, 10, 8)
SIZE: ViewportSize = {"width": 1180, "height": 740}
WITH_PDF = "FOI response.pdf"
_STEADY = """(names) => {
  const steady = (text) => text.replace(/FOI-[A-Z0-9]{6}/g, (token) => names[token] || token);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) texts.currentNode.nodeValue = steady(texts.currentNode.nodeValue);
  for (const field of document.querySelectorAll("input[type=text], textarea")) field.value = steady(field.value);
}"""


def _body(_: Workspace) -> str:
    return "/body/RD8"


def _letter(ws: Workspace) -> str:
    """The letter whose answers stand in a PDF."""
    item = next(
        one for one in answers.queue(ws) if any(g.answer.where.get("file") == WITH_PDF for g in one.given)
    )
    return f"/answers/review/{item.token}/{item.letter.number}"


SCREENS: dict[str, Callable[[Workspace], str]] = {
    "desk-campaign.png": lambda _: "/",
    "desk-body.png": _body,
    "desk-review.png": _letter,
    "desk-answers.png": lambda _: "/answers?part=referrals&only=some",
}
"""Each picture and the page that it is of."""


def photograph(folder: Path) -> None:
    """Each picture, into a folder."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as place, sync_playwright() as drives:
        subprocess.run(
            [sys.executable, "-m", "foimail", "demo", f"{place}/demo"], check=True, capture_output=True
        )
        browser = drives.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"],
        )
        with _desk(Path(place) / "demo") as (ws, address):
            page = browser.new_page(
                viewport=SIZE, color_scheme="light", reduced_motion="reduce", locale="en-GB"
            )
            page.goto(address)
            for name, leads in SCREENS.items():
                page.goto(f"{address.partition('/enter')[0]}{leads(ws)}")
                _take(page, _tokens(ws), folder / name)
        browser.close()


@contextmanager
def _desk(folder: Path) -> Iterator[tuple[Workspace, str]]:
    """The desk at work on a workspace, and the address that lets in."""
    ws = open_workspace(folder, TODAY, {})
    server, door = serve.bind(Desk(lambda: open_workspace(folder, TODAY, {}), lambda: TODAY), 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield ws, door.address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        ws.store.close()


def _take(page: Page, names: dict[str, str], path: Path) -> None:
    page.wait_for_load_state("networkidle")
    page.evaluate(_STEADY, names)
    options: dict[str, Any] = {"animations": "disabled", "caret": "hide"}
    page.screenshot(path=path, **options)


def _tokens(ws: Workspace) -> dict[str, str]:
    """Each token, and the one that is shown for it."""
    with ws.store.read() as connection:
        return {one.token: _steady(one.body) for one in cases.openings(connection)}


def _steady(body: str) -> str:
    return f"FOI-{base64.b32encode(hashlib.sha256(body.encode()).digest()).decode()[:6]}"


if __name__ == "__main__":
    photograph(HERE)
