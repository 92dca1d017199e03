"""Coming in by name: over TLS, with a password or by a proxy's word; what is decided bears that name, until the visit is over."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pytest

from foimail.events import Answered
from foimail.files import users
from foimail.store import cases
from foimail.web.app import create
from foimail.web.desk import Desk as Web
from foimail.web.door import Door
from foimail.web.terms import Terms, _networks
from foimail.web.visits import IDLE, LONGEST
from foimail.workflows import users as keeping
from tests.web.conftest import DAY, HOME, browser_of
from tests.web.test_door import PAGES

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.desk import Desk
    from tests.web.conftest import Browser

AT = "https://desk.example"
GOOD, OTHER = "moss lantern quarry tin", "river copper owl thirteen"


@dataclass
class Office:
    """A desk that is open to those who are named; its clock stands still."""

    desk: Desk
    terms: Terms
    now: float = 1000.0
    app: Flask = field(init=False)
    door: Door = field(init=False)

    def __post_init__(self) -> None:
        folder = self.desk.folder
        self.door = Door(8417, self.terms, lambda: users.load(folder), lambda: self.now, str(folder))
        self.app = create(Web(lambda: self.desk.open(DAY), lambda: date.fromisoformat(DAY)), self.door)
        self.app.testing = True


@dataclass
class Person:
    """A browser at an office."""

    office: Office
    client: FlaskClient
    headers: dict[str, str] = field(default_factory=dict)
    peer: str = "203.0.113.9"

    def get(self, path: str) -> TestResponse:
        return self.client.get(
            path, base_url=AT, headers=self.headers, environ_overrides={"REMOTE_ADDR": self.peer}
        )

    def post(self, path: str, origin: str = AT, **words: str) -> TestResponse:
        return self.client.post(
            path,
            base_url=AT,
            data=words,
            headers={"Origin": origin} | self.headers,
            environ_overrides={"REMOTE_ADDR": self.peer},
        )

    def key(self, path: str) -> str:
        found = re.search(r'name="form_key" value="([^"]+)"', self.get(path).text)
        assert found
        return found[1]

    def comes(self, name: str = "Zoë Ash", password: str = GOOD, **words: str) -> TestResponse:
        return self.post("/login", name=name, password=password, form_key=self.key("/login"), **words)


@pytest.fixture
def office(desk: Desk) -> Office:
    keeping.add(desk.open(), "Zoë Ash", GOOD)
    return Office(desk, Terms("192.0.2.1", AT))


def person(office: Office, **headers: str) -> Person:
    return Person(office, office.app.test_client(), headers)


def test_who_is_not_inside_is_asked_who_they_are_and_comes_back_to_the_page(office: Office) -> None:
    zoe = person(office)
    first = zoe.get("/review?later=1")
    assert (first.status_code, first.location) == (303, "/login?to=/review?later%3D1")
    asked = zoe.get(first.location)
    assert "Who are you?" in asked.text
    assert "Ashcombe" not in asked.text
    came = zoe.comes(to="/review?later=1")
    assert (came.status_code, came.location) == (303, "/review?later=1")
    assert "Zoë Ash" in zoe.get("/").text
    assert zoe.get("/login").location == "/"


def test_the_printed_address_of_an_open_desk_holds_no_key(office: Office) -> None:
    assert office.door.address == f"{AT}/"
    assert person(office).get("/enter?key=").status_code == 403


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:x()",
        "",
        "/a\nb",
    ],
)
def test_coming_in_leads_to_no_other_site(office: Office, to: str) -> None:
    assert person(office).comes(to=to).location == "/"


def test_the_cookie_is_for_this_desk_alone_and_for_tls_alone(office: Office, browser: Browser) -> None:
    cookie = person(office).comes().headers.getlist("Set-Cookie")[-1]
    assert cookie.startswith("__Host-foimail-")
    for word in ("Secure", "HttpOnly", "SameSite=Strict", "Path=/"):
        assert f"; {word}" in cookie
    assert "Domain" not in cookie
    names = {Door(port, place=place).cookie for port in (1, 2) for place in ("/a", "/b")}
    assert len(names) == 4
    assert browser.door.cookie.startswith("foimail-")  # http knows no such prefix


@pytest.mark.parametrize(
    ("name", "password"), [("Zoë Ash", OTHER), ("Nobody", GOOD), ("", ""), ("Zoë Ash", "")]
)
def test_a_wrong_name_or_password_lets_nobody_in_and_both_sound_alike(
    office: Office, name: str, password: str
) -> None:
    stranger = person(office)
    answer = stranger.comes(name, password)
    assert answer.status_code == 403
    assert "do not belong together" in answer.text
    assert password == "" or password not in answer.text
    assert stranger.get("/").status_code == 303


def test_wrong_passwords_are_slowed_down_and_the_right_one_too_until_then(office: Office) -> None:
    stranger = person(office)
    assert [stranger.comes(password=OTHER).status_code for _ in range(4)] == [403, 403, 403, 429]
    answer = stranger.comes()
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "1"
    assert "Try again in 1 second." in answer.text
    office.now += 1
    assert stranger.comes().status_code == 303


def test_the_form_of_coming_in_is_of_this_browser_and_this_desk(office: Office) -> None:
    zoe, other = person(office), person(office)
    key = zoe.key("/login")
    other.get("/login")
    for form_key in ("", "guess", "é", key):
        answer = other.post("/login", name="Zoë Ash", password=GOOD, form_key=form_key)
        assert answer.status_code == 403
        assert "grown old" in answer.text
    assert person(office).post("/login", name="Zoë Ash", password=GOOD, form_key=key).status_code == 403
    assert (
        zoe.post("/login", "https://evil.example", name="Zoë Ash", password=GOOD, form_key=key).status_code
        == 403
    )
    assert zoe.post("/login", name="Zoë Ash", password=GOOD, form_key=key).status_code == 303


def test_leaving_ends_the_visit_and_not_the_browser_alone(office: Office) -> None:
    zoe = person(office)
    zoe.comes()
    cookie = zoe.client.get_cookie(office.door.cookie, domain="desk.example")
    assert cookie
    assert zoe.post("/leave", form_key="guess").status_code == 403
    left = zoe.post("/leave", form_key=zoe.key("/send"))
    assert left.location == "/login"
    assert office.door.visits.values() == []
    thief = person(office)
    thief.client.set_cookie(office.door.cookie, cookie.value, domain="desk.example", secure=True)
    assert thief.get("/").status_code == 303


def test_a_visit_ends_when_nobody_sits_there_and_in_any_case_after_a_day_of_work(office: Office) -> None:
    zoe = person(office)
    zoe.comes()
    office.now += IDLE
    assert zoe.get("/").status_code == 200
    office.now += IDLE + 1
    assert zoe.get("/").status_code == 303
    zoe.comes()
    began = office.now
    while office.now < began + LONGEST - IDLE:
        office.now += IDLE
        assert zoe.get("/").status_code == 200
    office.now = began + LONGEST + 1
    assert zoe.get("/").status_code == 303
    zoe.comes()
    assert len(office.door.visits.values()) == 1


def test_who_is_removed_or_has_a_new_password_is_outside_with_the_next_page(office: Office) -> None:
    zoe, ws = person(office), office.desk.open()
    zoe.comes()
    keeping.change(ws, "Zoë Ash", OTHER)
    assert zoe.get("/").status_code == 303
    assert zoe.comes(password=OTHER).status_code == 303
    assert zoe.get("/").status_code == 200
    keeping.remove(ws, "Zoë Ash")
    assert "Ashcombe" not in zoe.get("/").text
    assert zoe.get("/").status_code == 403  # nobody is left to be asked for
    assert zoe.get("/login").status_code == 403
    assert zoe.post("/login", name="Zoë Ash", password=OTHER).status_code == 403


def test_who_may_only_look_decides_nothing(office: Office) -> None:
    keeping.add(office.desk.open(), "Ravi", OTHER, decides=False)
    token = office.desk.send("RAA")["RAA"]
    ravi = person(office)
    ravi.comes("ravi", OTHER)
    assert "who looks only" in ravi.get(f"/body/{token}").text
    for rule in office.app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint not in {"login.leave", "login.come_in"}:
            path = re.sub(r"<(?:int:)?\w+>", "1", rule.rule)
            answer = ravi.post(path, form_key=ravi.key("/send"))
            assert answer.status_code == 403, path
            assert "decide nothing" in answer.text
    assert ravi.post("/leave", form_key=ravi.key("/send")).status_code == 303


def test_what_is_decided_bears_the_name_of_who_came_in(office: Office, browser: Browser) -> None:
    zoe, token = person(office), browser.tokens["RBB"]
    zoe.comes()
    done = zoe.post(
        f"/answers/of/{token}",
        part="1",
        outcome="answered",
        values="total=17",
        source="by telephone",
        form_key=zoe.key("/send"),
    )
    assert done.status_code == 303
    assert (
        browser.post(f"/answers/of/{token}", part="2", outcome="refused", source="by post").status_code == 303
    )
    by = {row["part"]: row["by"] for row in _said(browser.desk, token)}
    assert by == {"1": "Zoë Ash", "2": "Rowan Ashdown"}


def test_every_decision_is_in_the_log_under_that_name_and_the_time_line_shows_it(office: Office) -> None:
    token = office.desk.send("RAA")["RAA"]
    zoe = person(office)
    zoe.comes()
    kept = zoe.post(f"/body/{token}/keep", what="note", text="They rang.", form_key=zoe.key("/send"))
    assert kept.status_code == 303
    with office.desk.open(DAY).store.read() as connection:
        log = cases.log(connection, token=token)
    assert [entry.who for entry in log if entry.event.kind == "noted"] == ["Zoë Ash"]
    assert "They rang. [Zoë Ash]" in zoe.get(f"/body/{token}").text


@pytest.mark.usefixtures("browser")
def test_no_page_of_one_person_holds_the_word_or_the_name_of_another(office: Office) -> None:
    keeping.add(office.desk.open(), "Ravi", OTHER, decides=False)
    for name, password, other in (("Zoë Ash", GOOD, "Ravi"), ("Ravi", OTHER, "Zoë Ash")):
        one = person(office)
        one.comes(name, password)
        for path in PAGES:  # what is kept of a page for the next reader is the same for everybody
            page = one.get(path).text
            assert len(set(re.findall(r'name="form_key" value="([^"]+)"', page))) <= 1
            assert other not in page
    words = {visit.form_key for visit in office.door.visits.values()}
    assert len(words) == 2


def _said(desk: Desk, token: str) -> list[dict[str, str]]:
    with desk.open(DAY).store.read() as connection:
        log = [entry.event for entry in cases.log(connection, token=token)]
    return [{"part": one.part, "by": one.who} for one in log if isinstance(one, Answered)]


# Behind a proxy that knows who is there


@pytest.fixture
def behind(desk: Desk) -> Office:
    terms = Terms("127.0.0.1", AT, None, _networks(["127.0.0.1"]), "X-Remote-User", "a long word of theirs")
    return Office(desk, terms)


def of_proxy(office: Office, name: str = "Zoë Ash", word: str = "a long word of theirs") -> Person:
    said = {"X-Remote-User": name.encode().decode("latin-1"), "X-Foimail-Proxy": word}
    return Person(office, office.app.test_client(), said, "127.0.0.1")


def test_the_proxys_word_lets_in_and_is_the_name(behind: Office) -> None:
    zoe = of_proxy(behind)
    assert "Zoë Ash" in zoe.get("/").text
    assert "Leave" not in zoe.get("/").text  # that is for the proxy to offer
    token = behind.desk.send("RAA")["RAA"]
    done = zoe.post(
        f"/answers/of/{token}", part="1", outcome="refused", source="by post", form_key=zoe.key("/send")
    )
    assert done.status_code == 303
    assert _said(behind.desk, token) == [{"part": "1", "by": "Zoë Ash"}]
    assert len(behind.door.visits.values()) == 1


def test_without_the_proxys_secret_address_or_name_nobody_is_let_in(behind: Office) -> None:
    for one in (of_proxy(behind, word="a guess"), of_proxy(behind, word="")):
        assert "through its proxy" in one.get("/").text
        assert one.get("/assets/desk.css").status_code == 403
        assert one.get("/deadlines.ics").status_code == 403
    elsewhere = of_proxy(behind)
    elsewhere.peer = "203.0.113.9"
    assert elsewhere.get("/").status_code == 403
    for name in ("", "Zoë Ash,boss"):
        nobody = of_proxy(behind, name=name)
        assert nobody.get("/").status_code == 403
        assert "did not say who you are" in nobody.get("/").text


def test_a_cookie_of_one_person_is_nothing_in_the_hands_of_another(behind: Office) -> None:
    zoe = of_proxy(behind)
    key = zoe.key("/send")
    zoe.headers = of_proxy(behind, "Ravi").headers
    assert zoe.post("/poll", form_key=key).status_code == 403
    assert "Ravi" in zoe.get("/").text


def test_names_and_passwords_count_for_nothing_where_a_proxy_says_who_is_there(behind: Office) -> None:
    keeping.add(behind.desk.open(), "Ravi", OTHER)
    stranger = of_proxy(behind, name="")
    assert stranger.get("/").status_code == 403
    assert stranger.get("/login").status_code == 403


def test_behind_a_proxy_without_names_wrong_passwords_of_one_keep_no_other_out(desk: Desk) -> None:
    keeping.add(desk.open(), "Zoë Ash", GOOD)
    office = Office(desk, Terms("127.0.0.1", AT, None, _networks(["127.0.0.1"])))
    stranger, zoe = person(office), person(office)
    stranger.peer = zoe.peer = "127.0.0.1"
    for number in range(8):
        stranger.comes(f"nobody {number}", OTHER)
    assert zoe.comes().status_code == 303


def test_on_this_machine_the_key_still_works_beside_names(desk: Desk) -> None:
    keeping.add(desk.open(), "Zoë Ash", GOOD)
    browser = browser_of(desk)
    browser.door.users = lambda: users.load(desk.folder)
    assert browser.client.get("/", base_url=HOME).location == "/login?to=/"
    assert browser.enter().location == "/"
    assert "Leave" not in browser.page("/")
