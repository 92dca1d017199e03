from __future__ import annotations

import re

import pytest

from foimail.files.settings import SPEC, Settings, is_address, read
from foimail.model import Requester

WHO = '[requester]\nname = "Rowan Ashdown"\nemail = "foi@x.example"\n'


def settings(
    text: str = "", environ: dict[str, str] | None = None, options: dict[str, str] | None = None
) -> Settings:
    found, problems = read(WHO + text, environ or {}, options or {})
    assert problems == ()
    return found


SECTIONS = ", ".join(dict.fromkeys(setting.section for setting in SPEC))


def faults(
    text: str, environ: dict[str, str] | None = None, options: dict[str, str] | None = None
) -> list[str]:
    return list(map(str, read(WHO + text, environ or {}, options or {})[1]))


def test_what_is_not_set_has_its_default() -> None:
    found = settings()
    assert found["mail.outgoing"] == "maildir:outbox"
    assert found["sending.daily_budget"] == 400
    assert (found["mail.copy_to_self"], found["mail.plus_address"], found["mail.folders"]) == (
        True,
        False,
        (),
    )
    assert found.requester == Requester("Rowan Ashdown", "foi@x.example")
    assert set(found.values) == {f"{s.section}.{s.key}" for s in SPEC}


def test_the_file_gives_way_to_the_environment_and_that_to_options() -> None:
    text = '[sending]\nrate = 5\n[mail]\nfolders = ["A"]\noutgoing_auth = "xoauth2"\n'
    environ = {
        "FOIMAIL_SENDING_RATE": "6",
        "FOIMAIL_MAIL_FOLDERS": "B, C",
        "FOIMAIL_DEBUG": "1",
        "HOME": "/x",
    }
    found = settings(text, environ, {"sending.rate": "7.5"})
    assert (found["sending.rate"], found["mail.folders"], found["mail.outgoing_auth"]) == (
        7.5,
        ("B", "C"),
        "xoauth2",
    )
    assert settings(text, environ)["sending.rate"] == 6.0
    assert settings(text)["sending.rate"] == 5.0


def test_all_faults_are_told_at_once_with_their_lines() -> None:
    text = """[sending]
rate = "fast"
daily_budget = 2.5
[mail]
auth = "magic"
timeout = true
folders = 3
copy_to_self = "perhaps"
outgoing = 7
no_such = 1
[nonsense]
[campaign]
default = "a\\nb"
"""
    assert faults(text, {"FOIMAIL_MAIL_TIMEOT": "1"}, {"sending.rte": "2", "oops": "3"}) == [
        f"foimail.toml:14: error: there is no section [nonsense] (known are {SECTIONS})",
        "foimail.toml:5: error: sending.rate: write a number",
        "foimail.toml:6: error: sending.daily_budget: write a whole number, 0 or more",
        "foimail.toml:8: error: mail.auth: write password or xoauth2",
        "foimail.toml:9: error: mail.timeout: write a whole number, 0 or more",
        'foimail.toml:10: error: mail.folders: write a list of names, such as ["FOI answers"]',
        "foimail.toml:11: error: mail.copy_to_self: write true or false",
        "foimail.toml:12: error: mail.outgoing: write it as text, in quotation marks",
        (
            "foimail.toml:13: error: there is no setting mail.no_such (known are outgoing, incoming, auth, password, "
            "outgoing_auth, outgoing_password, folders, copy_to_self, plus_address, timeout, cafile)"
        ),
        "foimail.toml:16: error: campaign.default: it must stand on one line",
        "FOIMAIL_MAIL_TIMEOT: error: there is no setting mail.timeot (did you mean timeout?)",
        "--set sending.rte: error: there is no setting sending.rte (did you mean rate?)",
        f"--set oops: error: there is no setting oops (the sections are {SECTIONS})",
    ]


@pytest.mark.parametrize("rate", ["-1", "nan", "inf", "1e12"])
def test_a_quantity_is_a_plain_number(rate: str) -> None:
    assert faults(f"[sending]\nrate = {rate}\n") == [
        "foimail.toml:5: error: sending.rate: write a number, 0 or more"
    ]


@pytest.mark.parametrize("setting", ["mail.password", "mail.outgoing_password", "store.password"])
def test_a_literal_secret_is_refused_and_not_repeated(setting: str) -> None:
    section, key = setting.split(".")
    for found in (
        faults(f'[{section}]\n{key} = "hunter2"\n'),
        faults("", {f"FOIMAIL_{section.upper()}_{key.upper()}": "hunter2"}),
        faults("", options={setting: "hunter2"}),
    ):
        (fault,) = found
        assert "a secret is never written here; point to it with file:, env:, keyring: or command:" in fault
        assert "hunter2" not in fault


@pytest.mark.parametrize(
    "reference", ["file:secret.txt", "env:TOKEN", "keyring:mail/me", "command:pass show mail", ""]
)
def test_a_secret_is_pointed_to(reference: str) -> None:
    assert settings(f'[mail]\npassword = "{reference}"\n')["mail.password"] == reference


@pytest.mark.parametrize(
    ("section", "key", "url"),
    [
        ("mail", "outgoing", "smtps://me:hunter2@host"),
        ("mail", "incoming", "imaps://me:hunter2@host"),
        ("store", "url", "postgresql://me:hunter2@host/foi"),
        ("store", "url", "postgresql://me@host/foi?password=hunter2"),
        ("store", "url", "postgresql://host/foi?sslmode=require&Password=hunter2"),
    ],
)
def test_a_password_in_an_address_is_refused_and_not_repeated(section: str, key: str, url: str) -> None:
    (fault,) = faults(f'[{section}]\n{key} = "{url}"\n')
    assert fault.startswith(
        f"foimail.toml:5: error: {section}.{key}: a password is never written into an address"
    )
    assert "hunter2" not in fault


def test_an_address_that_makes_no_sense_is_refused() -> None:
    assert faults('[store]\nurl = "postgresql://[::1/foi"\n') == [
        "foimail.toml:5: error: store.url: this address makes no sense"
    ]


@pytest.mark.parametrize(
    ("key", "url"),
    [
        ("outgoing", "pigeon:loft"),
        ("outgoing", "imaps://you@host"),
        ("outgoing", "smtp://you@host:submission"),
        ("incoming", "smtp://you@host"),
        ("incoming", "imaps://"),
        ("incoming", "imap://you@host:99999"),
    ],
)
def test_a_mail_server_that_cannot_be_one_is_told_with_its_line(key: str, url: str) -> None:
    (fault,) = faults(f'[mail]\n{key} = "{url}"\n')
    assert fault.startswith(f"foimail.toml:5: error: mail.{key}: write maildir:FOLDER, ")


def test_the_requester_must_be_named_once_and_truly() -> None:
    _, problems = read("", {}, {})
    assert [str(p).partition(" (")[0] for p in problems] == [
        "foimail.toml:1: error: requester.name is missing",
        "foimail.toml:1: error: requester.email is missing",
    ]
    _, problems = read('[requester]\nname = "R"\nemail = "R <r@x.example>"\n', {}, {})
    assert list(map(str, problems)) == [
        "foimail.toml:3: error: requester.email: 'R <r@x.example>' is not an e-mail address"
    ]


def test_a_postal_address_may_have_several_lines() -> None:
    found, problems = read(WHO + 'address = """1 High Street\nTown"""\n', {}, {})
    assert (problems, found.requester.address) == ((), "1 High Street\nTown")


@pytest.mark.parametrize(
    ("text", "line"), [("[mail\n", 4), ("[mail]\nauth = \n", 5), ('[mail]\nauth = "x', 5)]
)
def test_what_is_no_toml_is_told_with_its_line(text: str, line: int) -> None:
    found, (problem,) = read(WHO + text, {}, {})
    assert re.fullmatch(rf"foimail\.toml:{line}", problem.where)
    assert "this is not TOML" in problem.message
    assert found["mail.outgoing"] == "maildir:outbox"


def test_a_section_that_is_a_single_value_is_none() -> None:
    _, problems = read("mail = 3\n" + WHO, {}, {})
    assert [p.message for p in problems] == ["there is no section [mail]"]


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("foi@x.example", True),
        ("a.b+c@sub.x.example", True),
        ("foi@localhost", True),
        ("foi", False),
        ("a@b@c", False),
        ("a b@x.example", False),
        ("foi@x.example\n", False),
        ("<foi@x.example>", False),
        ("foi@-x.example", False),
        ("foi@x..example", False),
    ],
)
def test_an_address_is_one_that_can_stand_in_a_header(text: str, *, good: bool) -> None:
    assert is_address(text) is good


def test_every_setting_says_what_it_is_for() -> None:
    assert all(setting.meaning.endswith((".", "required.")) for setting in SPEC)
    assert len({(s.section, s.key) for s in SPEC}) == len(SPEC)
