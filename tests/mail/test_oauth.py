"""Signing in without a password, against a sign-in server on this machine."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlsplit

import keyring
import pytest
from keyring.backend import KeyringBackend

from foimail.errors import LoginError, MailError
from foimail.mail import oauth, tokens
from foimail.mail.oauth import Application, Provider, provider, renewed, sign_in
from foimail.mail.oauth_server import is_safe
from tests.mail.fake_provider import FakeProvider, fake_provider

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with fake_provider() as found:
        yield found


def application(fake: FakeProvider, flow: Any = "device", secret: str = "", **changed: str) -> Application:
    made = Provider(
        flow, changed.get("begin", f"{fake.url}/device"), changed.get("token", f"{fake.url}/token"), "mail"
    )
    return Application(made, changed.get("client", "foimail-client"), lambda: secret, 5)


def signed_in(fake: FakeProvider, **changed: str) -> tuple[oauth.Tokens, list[tuple[str, str]], list[float]]:
    shown: list[tuple[str, str]] = []
    waited: list[float] = []
    found = sign_in(application(fake, **changed), lambda *words: shown.append(words), sleep=waited.append)
    return found, shown, waited


def test_the_user_is_shown_an_address_and_a_code_and_the_tokens_come(fake: FakeProvider) -> None:
    found, shown, waited = signed_in(fake)
    assert shown == [("https://login.example/device", "WDJB-MJHT")]
    assert waited == [5]
    assert (found.access, found.refresh) == ("access-1", "refresh-1")
    assert fake.asked[0]["device_code"] == "device-secret"
    assert not {"access-1", "refresh-1"} & set(repr(found).replace("'", " ").split())


def test_it_asks_at_the_pace_that_the_server_wants(fake: FakeProvider) -> None:
    fake.says = [
        {"error": "authorization_pending"},
        {"error": "slow_down"},
        {"error": "authorization_pending"},
    ]
    assert signed_in(fake)[2] == [5, 5, 10, 10]


def test_a_network_that_fails_for_a_moment_costs_patience_alone(fake: FakeProvider) -> None:
    fake.says, fake.status = [b"<html>busy</html>", b"[]"], 502
    assert signed_in(fake)[2] == [5, 10, 20]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"error": "access_denied"}, "was declined"),
        ({"error": "expired_token"}, "before the code ran out"),
        (
            {"error": "invalid_client", "error_description": "AADSTS7000218:\x1b]0;x\x07 secret"},
            "AADSTS7000218:",
        ),
        ({"access_token": "a", "expires_in": 10}, "no refresh token"),
    ],
)
def test_what_goes_wrong_is_one_harmless_sentence(
    fake: FakeProvider, said: dict[str, Any], sentence: str
) -> None:
    fake.says = [said]
    with pytest.raises(LoginError, match=sentence) as caught:
        signed_in(fake)
    assert str(caught.value).isprintable()
    assert "device-secret" not in str(caught.value)


def test_nobody_is_waited_for_longer_than_the_code_lives(fake: FakeProvider) -> None:
    fake.begins = {"expires_in": 20, "interval": 5}
    fake.says = [{"error": "authorization_pending"}] * 9
    with pytest.raises(LoginError, match="before the code ran out"):
        signed_in(fake)
    assert len(fake.asked) == 4


@pytest.mark.parametrize(
    "begins",
    [{"verification_uri": "http://evil.example/"}, {"verification_uri": 7}, {"user_code": "\x1b[2J"}],
)
def test_no_unsafe_address_or_code_is_shown(fake: FakeProvider, begins: dict[str, Any]) -> None:
    fake.begins = begins
    with pytest.raises(MailError):
        signed_in(fake)


def test_a_program_that_is_not_registered_is_told_so(fake: FakeProvider) -> None:
    with pytest.raises(LoginError, match=r"refused \(unauthorized_client\): no such\ufffd\[2J client"):
        signed_in(fake, client="another")


def test_the_browser_comes_back_to_this_machine_with_a_code_that_only_we_can_use(fake: FakeProvider) -> None:
    browsers: list[threading.Thread] = []
    addresses: list[str] = []

    def show(address: str, code: str) -> None:
        assert code == ""
        addresses.append(address)
        with pytest.raises(HTTPError):  # another page of the browser's that guesses the port
            fake.browse(address, state="guessed")
        browsers.append(threading.Thread(target=fake.browse, args=(address,)))
        browsers[0].start()

    made = application(fake, "browser", secret="google-secret", begin="https://accounts.example/auth")
    found = sign_in(made, show, user="me@gmail.example")
    browsers[0].join(10)
    assert found.access == "access-1"
    asked = dict(parse_qsl(urlsplit(addresses[0]).query))
    assert (asked["login_hint"], asked["code_challenge_method"]) == ("me@gmail.example", "S256")
    assert fake.asked[0]["client_secret"] == "google-secret"
    assert "google-secret" not in addresses[0]
    assert asked["redirect_uri"].startswith("http://127.0.0.1:")


def test_a_browser_that_says_no_or_never_comes_ends_it(fake: FakeProvider) -> None:
    made = application(fake, "browser")
    with pytest.raises(LoginError, match="did not come back in time"):
        sign_in(made, lambda *_: None, patience=0.05)

    def declines(address: str, _code: str) -> None:
        fake.browse(address, error="access_denied")

    with pytest.raises(LoginError, match="was declined"):
        sign_in(made, declines)
    assert fake.asked == []


def test_a_port_in_use_is_a_sentence(fake: FakeProvider) -> None:
    with pytest.raises(MailError, match="cannot be used"):
        sign_in(application(fake, "browser"), lambda *_: None, port=urlsplit(fake.url).port or 0)


def test_a_server_that_sends_elsewhere_is_not_followed(fake: FakeProvider) -> None:
    begun = signed_in(fake)[0]
    with pytest.raises(MailError, match="makes no sense"):
        renewed(application(fake, token=f"{fake.url}/moved"), replace(begun, issuer=f"{fake.url}/moved"))
    assert (len(fake.asked), fake.visited) == (1, [])


def test_a_token_is_kept_and_renewed_before_it_ends(fake: FakeProvider, tmp_path: Path) -> None:
    made, place = application(fake), "file:tokens.json"
    tokens.save(signed_in(fake)[0], place, tmp_path)
    assert (tmp_path / "tokens.json").stat().st_mode & 0o777 == 0o600
    assert tokens.access_token(made, place, tmp_path) == "access-1"
    fake.lives = 200  # of which 300 are kept in reserve: it is asked for anew each time
    old = tokens.load(place, tmp_path)
    tokens.save(replace(old, expires=0), place, tmp_path)
    assert [tokens.access_token(made, place, tmp_path) for _ in range(2)] == ["access-2", "access-3"]
    assert [form["refresh_token"] for form in fake.asked[1:]] == ["refresh-1", "refresh-2"]


def test_what_one_provider_gave_is_never_shown_to_another(fake: FakeProvider) -> None:
    given = signed_in(fake)[0]
    for changed in ({"token": f"{fake.url}/elsewhere"}, {"client": "another"}):
        with pytest.raises(LoginError, match="another provider or program"):
            renewed(application(fake, **changed), given)
    assert len(fake.asked) == 1


def test_a_sign_in_that_has_ended_says_what_to_do(fake: FakeProvider) -> None:
    given = signed_in(fake)[0]
    fake.says = [{"error": "invalid_grant", "error_description": "AADSTS700082: expired"}]
    with pytest.raises(LoginError, match=r"has ended: AADSTS700082: expired\. \(foimail login\)"):
        renewed(application(fake), given)


@pytest.mark.parametrize(
    "content",
    ["", "{}", '{"issuer": 1', '{"issuer":"a","client":"b","access":"c","refresh":"d","expires":"x"}'],
)
def test_what_is_kept_and_makes_no_sense_asks_to_sign_in_again(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tokens.json"
    path.touch(0o600)
    path.write_text(content)
    with pytest.raises(LoginError):
        tokens.load("file:tokens.json", tmp_path)


def test_nobody_has_signed_in_yet(fake: FakeProvider, tmp_path: Path) -> None:
    with pytest.raises(LoginError, match=r"Nobody has signed in.*foimail login"):
        tokens.access_token(application(fake), "file:tokens.json", tmp_path)


def test_tokens_can_be_kept_in_the_keyring(fake: FakeProvider, tmp_path: Path) -> None:
    class Ring(KeyringBackend):
        priority = 1
        kept: dict[tuple[str, str], str] = {}  # noqa: RUF012 - one ring

        def set_password(self, service: str, username: str, password: str) -> None:
            self.kept[service, username] = password

        def get_password(self, service: str, username: str) -> str | None:
            return self.kept.get((service, username))

    keyring.set_keyring(Ring())  # type: ignore[no-untyped-call]  # keyring has no types here
    tokens.save(signed_in(fake)[0], "keyring:foimail/me", tmp_path)
    assert tokens.access_token(application(fake), "keyring:foimail/me", tmp_path) == "access-1"
    assert {path.name for path in tmp_path.iterdir()} == {".login.lock"}


@pytest.mark.parametrize("place", ["env:HOME", "command:cat", "file:absent/x", "keyring:me"])
def test_a_place_where_nothing_can_be_kept_is_a_sentence(
    fake: FakeProvider, tmp_path: Path, place: str
) -> None:
    given = signed_in(fake)[0]
    with pytest.raises(LoginError) as caught:
        tokens.save(given, place, tmp_path)
    assert "access-1" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://login.example/x", True),
        ("http://127.0.0.1:80/x", True),
        ("http://login.example/x", False),
        ("ftp://login.example", False),
        ("https://me@login.example", False),
        ("https://", False),
        ("https://[x", False),
        ("https://a.example/\x1b", False),
    ],
)
def test_secrets_go_over_https_alone(address: str, *, safe: bool) -> None:
    assert is_safe(address) == safe


def test_the_providers_are_known_and_others_are_named_by_the_settings() -> None:
    assert provider("microsoft", "northlight.example", "", "", "").token == (
        "https://login.microsoftonline.com/northlight.example/oauth2/v2.0/token"
    )
    assert provider("google", "common", "", "", "").flow == "browser"
    for name, values in {
        "yahoo": ("", "", ""),
        "device": ("https://a.example", "https://a.example", ""),
        "browser": ("http://a.example", "https://a.example", "mail"),
    }.items():
        with pytest.raises(LoginError):
            provider(name, "", *values)
