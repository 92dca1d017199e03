"""Who may come in, what a stranger's page, form or mail can do at the desk (nothing), and what each answer carries."""

from __future__ import annotations

import json
import re
import socket
import stat
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from foimail.errors import BusyError
from foimail.mail import laid_out
from foimail.web import serve
from foimail.web.door import Door
from foimail.workflows import quarantine
from tests.desk import EMAIL
from tests.web.conftest import DAY, HOME, PORT, brings, browser_of

if TYPE_CHECKING:
    from tests.desk import Desk
    from tests.web.conftest import Browser

PAGES = (
    "/", "/?q=trust&stage=late&sort=name&down=1", "/review", "/review/1", "/message/1", "/message/4", "/inbox", "/questions",
    "/answers", "/answers?part=referrals", "/answers/of/RBB", "/answers/review", "/letters", "/outbox/1", "/send", "/send?whom=all",
    "/deadlines", "/setup", "/setup?look=1", "/setup/log", "/body/RAA", "/body/RBB", "/body/RDD", "/body/REE",
)  # fmt: skip


def addresses(browser: Browser, method: str) -> list[str]:
    """Every address of the desk that takes this method."""
    rules = [rule for rule in browser.app.url_map.iter_rules() if method in (rule.methods or ())]
    filled = {"name": "RAA", "token": "RAA", "number": "1", "place": "1", "form": "csv", "at": "1"}
    return [re.sub(r"<(?:int:)?(\w+)>", lambda m: filled[m[1]], rule.rule) for rule in rules]


def test_without_the_key_nothing_is_shown(browser: Browser) -> None:
    stranger = browser.app.test_client()
    open_ = {"/enter", "/assets/RAA", "/deadlines.ics"}
    closed = [path for path in addresses(browser, "GET") if path not in open_]
    assert len(closed) > 15
    for path in (*closed, *addresses(browser, "POST")):
        answer = stranger.get(path, base_url=HOME)
        assert answer.status_code == 403, path
        assert "Ashcombe" not in answer.text
        assert browser.tokens["RAA"] not in answer.text


def test_the_address_lets_one_browser_in_and_one_only(browser: Browser) -> None:
    fresh = browser_of(browser.desk)
    key = fresh.door.key
    stranger = fresh.app.test_client()
    assert stranger.get("/enter?key=guess", base_url=HOME).status_code == 403
    assert (
        stranger.head(f"/enter?key={key}", base_url=HOME).status_code == 403
    )  # looked at in advance by some program
    came = fresh.enter()
    assert (came.status_code, came.location) == (303, "/")
    cookie = came.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert stranger.get(f"/enter?key={key}", base_url=HOME).status_code == 403
    assert stranger.get("/enter?key=", base_url=HOME).status_code == 403
    assert fresh.get(f"/enter?key={key}").location == "/"  # who is inside may press Reload


@pytest.mark.parametrize(
    "host",
    ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:8417"],
)
def test_another_host_is_refused_though_the_cookie_is_right(browser: Browser, host: str) -> None:
    answer = browser.client.get("/", base_url=HOME, headers={"Host": host})
    assert answer.status_code == 421
    assert "Ashcombe" not in answer.text


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "http://evil.example",
        f"http://localhost:{PORT}",
        f"https://127.0.0.1:{PORT}",
        "http://127.0.0.1:1",
    ],
)
def test_a_form_from_elsewhere_is_refused(browser: Browser, origin: str | None) -> None:
    (visit,) = browser.door.visits.values()
    headers = {"Origin": origin} if origin else {}
    for path in addresses(browser, "POST"):
        answer = browser.client.post(
            path, base_url=HOME, data={"form_key": visit.form_key, "do": "accept"}, headers=headers
        )
        assert answer.status_code == 403, path
        assert "not sent from the desk" in answer.text


@pytest.mark.parametrize("form_key", ["", "guess", "é"])
def test_a_form_without_its_visits_word_is_refused(browser: Browser, form_key: str) -> None:
    for path in addresses(browser, "POST"):
        answer = browser.client.post(
            path, base_url=HOME, data={"form_key": form_key, "do": "accept"}, headers={"Origin": HOME}
        )
        assert answer.status_code == 403, path
        assert "earlier visit" in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_its_policy_and_nothing_in_it_that_the_policy_would_have_to_allow(
    browser: Browser, path: str
) -> None:
    answer = browser.get(path)
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert not re.search(r"<style|<[^>]*\s(?:style|on\w+)=|javascript:", answer.text)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", answer.text))
    # nothing is asked of another machine
    assert not re.findall(r"(?:src|action)=\"(?:https?:)?//[^\"]*\"", answer.text)
    posts = re.findall(r"<form[^>]*method=\"post\".*?</form>", answer.text, re.DOTALL)
    assert all('name="form_key"' in form for form in posts)
    assert "<b>bold</b>" not in answer.text
    assert "\x1b" not in answer.text


def hostile() -> bytes:
    message = EmailMessage()
    message["From"] = "foi@ashcombe.example"
    message["To"] = EMAIL
    message["Subject"] = "<script>alert(1)</script>"
    message["Date"] = "Mon, 15 Jun 2026 10:00:00 +0100"
    message["Message-ID"] = "<evil@ashcombe.example>"
    message.set_content("See <script>alert(2)</script> \u202e the page.")
    page = (
        '<p onclick="x()" style="background:url(http://evil.example/s)">Our <b>answer</b></p><script>alert(3)</script>'
        '<img src="http://evil.example/i.png"><a href="http://evil.example/">link</a><form action="http://evil.example/"><input></form>'
        '<iframe src="http://evil.example/"></iframe><svg><a xlink:href="javascript:x()">t</a></svg><style>@import "http://evil.example"</style>'
        '<meta http-equiv="refresh" content="0;url=http://evil.example"><base href="http://evil.example/">'
    )
    message.add_alternative(page, subtype="html")
    message.add_attachment(
        b"<script>alert(4)</script>",
        maintype="text",
        subtype="html",
        filename="../../<x>; Set-Cookie: a.html",
    )
    return message.as_bytes()


def test_hostile_mail_stays_words(browser: Browser) -> None:
    brings(browser.desk, hostile())
    page = browser.page("/message/5")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(2)" in page
    assert "\u202e" not in page
    assert "evil.example" not in page
    assert re.search(r"<iframe sandbox [^>]*src=\"/message/5/laid-out\"", page)


def test_the_frame_shows_words_and_can_do_nothing(browser: Browser) -> None:
    brings(browser.desk, hostile())
    frame = browser.get("/message/5/laid-out")
    policy = frame.headers["Content-Security-Policy"]
    assert policy.endswith("sandbox")
    assert "default-src 'none'" in policy
    assert "form-action 'none'" in policy
    assert "script-src" not in policy
    assert "Our <b>answer</b>" in frame.text
    assert "link [evil.example]</a>" in frame.text  # it says where it leads; the sandbox follows no link
    assert frame.text.count("evil.example") == 2
    assert not re.search(r"<(?:script|img|form|input|iframe|svg|base)|refresh|onclick|\sstyle=", frame.text)
    assert browser.get("/message/1/laid-out").status_code == 404


def test_bytes_that_are_no_mail_have_no_layout() -> None:
    assert laid_out.html(b"") is None
    assert laid_out.html(b"Content-Type: text/html; charset=nonsense\n\n<p>a</p>") == "<p>a</p>"


def test_an_attachment_is_a_download_and_nothing_else(browser: Browser) -> None:
    raw = hostile()
    brings(browser.desk, raw)
    file = browser.get("/message/5/file/1")
    assert file.data == b"<script>alert(4)</script>"
    assert file.mimetype == "application/octet-stream"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    disposition = file.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert ".." not in disposition
    assert "/" not in disposition.replace("UTF-8''", "")
    assert "Set-Cookie" not in file.headers
    assert browser.get("/message/5/file/2").status_code == 404
    original = browser.get("/message/5/original")
    assert original.data == raw
    assert original.mimetype == "application/octet-stream"


def test_what_is_in_quarantine_is_not_shown(browser: Browser) -> None:
    quarantine.hold(browser.desk.open(DAY), 1)
    for path in (
        "/message/1",
        "/message/1/original",
        "/message/1/laid-out",
        "/message/1/file/1",
        "/review/1",
    ):
        answer = browser.get(path)
        assert answer.status_code == 400, path
        assert "in quarantine" in answer.text
        assert "withholding" not in answer.text
    assert "withholding" not in browser.page("/body/RAA")


def test_no_setting_gives_away_where_a_secret_is(desk: Desk) -> None:
    desk.change("foimail.toml", "[mail]", '[mail]\npassword = "file:/home/me/hidden.txt"')
    browser = browser_of(desk)
    browser.enter()
    page = browser.page("/setup")
    assert "hidden.txt" not in page
    assert "kept elsewhere (file)" in page


def test_the_calendar_has_a_key_of_its_own(browser: Browser) -> None:
    address = re.findall(rf"{HOME}/deadlines\.ics\?key=[\w-]+", browser.page("/deadlines"))[0]
    program = browser.app.test_client()
    answer = program.get(address)
    assert answer.data.startswith(b"BEGIN:VCALENDAR")
    assert program.get("/deadlines.ics?key=guess", base_url=HOME).status_code == 403
    assert program.get("/deadlines.ics", base_url=HOME).status_code == 403
    assert program.get("/", base_url=HOME).status_code == 403
    file = browser.desk.folder / ".calendar.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert address in browser_page_again(browser)


def browser_page_again(browser: Browser) -> str:
    again = browser_of(browser.desk)
    again.enter()
    return again.page("/deadlines")


def test_a_workspace_that_got_a_fault_meanwhile_says_so_and_works_again_once_it_is_mended(
    browser: Browser,
) -> None:
    browser.page("/")
    browser.desk.change("foimail.toml", "[mail]", "[mial]")
    page = browser.page("/", 400)
    assert "foimail.toml has faults" in page
    assert "mial" in page
    stranger = browser.app.test_client().get("/", base_url=HOME)
    assert "mial" not in stranger.text
    browser.desk.change("foimail.toml", "[mial]", "[mail]")
    assert "Ashcombe" in browser.page("/")


def test_no_page_of_an_error_tells_of_its_inside(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    browser.app.testing = False
    monkeypatch.setattr("foimail.web.review.review.rows", lambda _: 1 / 0)
    page = browser.page("/review", 500)
    assert "A fault in foimail itself (ZeroDivisionError)" in page
    assert "Traceback" not in page
    assert browser.page("/nowhere", 404).count("There is no such page.") == 1


def test_a_port_that_is_taken_is_named_and_without_one_the_next_is_tried(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from foimail.web.desk import Desk as Web

    web = Web(desk.open, lambda: desk.open().today)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(BusyError, match=f"port {port} is taken"):
            serve.bind(web, port)
        monkeypatch.setattr(serve, "PORT", port)
        server, door = serve.bind(web, None)
        assert door.port != port
        assert door.port == server.port
        assert server.server_address[0] == "127.0.0.1"
        server.server_close()


def test_the_printed_address_carries_a_key_that_nobody_guesses() -> None:
    keys = {Door(1).key for _ in range(50)}
    assert len(keys) == 50
    assert min(map(len, keys)) >= 43  # 256 bits


def test_the_pages_say_what_the_exports_say(browser: Browser) -> None:
    rows = [json.loads(line) for line in browser.get("/export/answers.jsonl").text.splitlines()]
    assert {row["body"] for row in rows} >= {"RAA", "RBB", "nhs-carrick"}
