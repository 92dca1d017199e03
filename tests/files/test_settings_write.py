"""Settings for an archive: everything but secrets."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from foimail.files import settings
from foimail.files.settings_write import quoted, without_secrets

FULL = """\
# my password is hunter2
[requester]
name = "Rowan \\"Ro\\" Ashdown"
email = "foi@northlight.example"
address = "1 High Street\\nAshcombe"
[mail]
outgoing = "smtps://me@smtp.example"
incoming = "imaps://me@imap.example"
password = "command:pass show hunter2"
outgoing_password = "file:hunter2.txt"
folders = ["FOI answers", "Old"]
copy_to_self = false
[sending]
rate = 12.5
daily_budget = 90
[store]
url = "postgresql://me@db.example/foi"
password = "env:HUNTER2"
[web]
address = "https://desk.example"
proxies = ["192.0.2.0/24"]
user_header = "X-Remote-User"
proxy_secret = "command:touch hunter2"
"""


def test_all_settings_but_those_of_secrets_the_store_and_the_desk_come_back() -> None:
    text = without_secrets(FULL)
    before, _ = settings.read(FULL, {}, {})
    after, problems = settings.read(text, {}, {})
    assert not problems
    lost = {name for name in before.values if before[name] != after[name]}
    of_the_desk = {f"web.{key}" for key in ("address", "proxies", "user_header", "proxy_secret")}
    assert lost == of_the_desk | {"mail.password", "mail.outgoing_password", "store.url", "store.password"}
    assert "hunter2" not in text.lower()


def test_a_password_in_an_address_or_in_a_wrong_place_does_not_get_through() -> None:
    text = without_secrets(
        '[requester]\nname = "R"\nemail = "r@x.example"\n[mail]\noutgoing = "smtps://me:hunter2@x"\npassword = "hunter2"\n'
        'secret = "hunter2"\n[hunter2]\na = 1\n'
    )
    assert "hunter2" not in text
    assert tomllib.loads(text) == {"requester": {"name": "R", "email": "r@x.example"}}


def test_what_is_no_toml_becomes_settings_that_say_nothing() -> None:
    assert tomllib.loads(without_secrets("hunter2")) == {}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_quoted_text_reads_back_the_same(text: str) -> None:
    assert tomllib.loads(f"a = {quoted(text)}") == {"a": text}
