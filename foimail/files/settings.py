"""The settings of a workspace: `foimail.toml`, over it the environment (FOIMAIL_MAIL_RATE), over that `--set mail.rate=10`.

SPEC is the whole list of settings, and docs/settings.md is written from it. A secret is never a setting: only a reference
to one is (`file:`, `env:`, `keyring:`, `command:`), so that no file of ours, no log and no process list can leak it.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from foimail.errors import Problem
from foimail.files.lines import line_of
from foimail.model import Requester

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE = "foimail.toml"
_REFERENCE = re.compile(r"(file|env|keyring|command):\S.*")
_SIGN_IN = re.compile(r"oauth:(microsoft|google|device|browser)")
_WAYS = {  # of mail; the program of each knows the rest
    "outgoing": (
        re.compile(r"(?i)maildir:.+|smtps?://[^/]+/?"),
        "maildir:FOLDER, smtp://user@host:587 or smtps://user@host:465",
    ),
    "incoming": (
        re.compile(r"(?i)maildir:.+|imaps?://[^/]+/?"),
        "maildir:FOLDER, imaps://user@host or imap://user@host",
    ),
}
_ADDRESS = re.compile(
    r"[^@\s<>,;:\"()\[\]\\]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: where it stands, what it may be, what it is without being set, and what it is for."""

    section: str
    key: str
    kind: Literal["text", "address", "reference", "auth", "url", "whole", "number", "yes_no", "list"]
    default: Any
    meaning: str


SPEC: tuple[Setting, ...] = (
    Setting(
        "requester", "name", "text", "", "Your real name; the Act asks for it (FOIA s.8(1)(b)). Required."
    ),
    Setting(
        "requester", "email", "address", "", "The address that letters come from and replies go to. Required."
    ),
    Setting("requester", "organisation", "text", "", "Printed under your name."),
    Setting("requester", "address", "text", "", "Your postal address, printed under your name."),
    Setting("requester", "telephone", "text", "", "Printed under your name."),
    Setting(
        "mail",
        "outgoing",
        "url",
        "maildir:outbox",
        "How letters leave: `maildir:FOLDER`, `smtp://user@host:587` (STARTTLS) or `smtps://user@host:465`.",
    ),
    Setting(
        "mail",
        "incoming",
        "url",
        "maildir:inbox",
        "Where replies arrive: `maildir:FOLDER`, `imaps://user@host` or `imap://user@host` (STARTTLS).",
    ),
    Setting(
        "mail", "auth", "auth", "password", "`password`, or `xoauth2` where the secret is an access token."
    ),
    Setting(
        "mail",
        "password",
        "reference",
        "",
        "Where the password or token is: `file:PATH` (mode 0600), `env:NAME`, `keyring:SERVICE/USER` or `command:PROGRAM ARGS`;"
        " or `oauth:microsoft`, `oauth:google`: what `foimail login` was given.",
    ),
    Setting("mail", "outgoing_auth", "auth", "", "As `auth`, for the outgoing server alone."),
    Setting("mail", "outgoing_password", "reference", "", "As `password`, for the outgoing server alone."),
    Setting(
        "mail",
        "folders",
        "list",
        (),
        "More folders to poll, beside the inbox, the junk folder and the sent folder.",
    ),
    Setting(
        "mail",
        "copy_to_self",
        "yes_no",
        "yes",
        "Whether your own mailbox gets a blind copy of each letter: proof that it went.",
    ),
    Setting(
        "mail",
        "plus_address",
        "yes_no",
        "no",
        "Whether replies are asked to `you+foi-7k3q2m@...`; only where your provider delivers such addresses.",
    ),
    Setting("mail", "timeout", "whole", 60, "Seconds to wait for a mail server."),
    Setting(
        "mail",
        "cafile",
        "text",
        "",
        "A file of certificates to trust beside the system's, for a server of your own.",
    ),
    Setting(
        "oauth",
        "client",
        "text",
        "",
        "The number under which you registered foimail with the provider (its application or client ID), for `oauth:` above.",
    ),
    Setting(
        "oauth", "secret", "reference", "", "Where the client secret is, as for `mail.password`; for Google."
    ),
    Setting(
        "oauth",
        "tenant",
        "text",
        "common",
        "Microsoft: the organisation's domain, or `consumers` for outlook.com.",
    ),
    Setting(
        "oauth",
        "tokens",
        "reference",
        "file:oauth-tokens.json",
        "Where what the sign-in gave is kept: `file:PATH` (made with mode 0600) or `keyring:SERVICE/USER`.",
    ),
    Setting("oauth", "begin_url", "text", "", "Another provider's address at which a sign-in begins."),
    Setting("oauth", "token_url", "text", "", "Another provider's address that gives tokens."),
    Setting("oauth", "scopes", "text", "", "What another provider calls reading and sending mail."),
    Setting("sending", "rate", "number", 20.0, "Letters a minute; 0 for no limit."),
    Setting(
        "sending",
        "domain_spacing",
        "number",
        2.0,
        "Seconds between two letters to the same recipient domain.",
    ),
    Setting(
        "sending",
        "daily_budget",
        "whole",
        400,
        "Recipients in 24 hours at most, your own copies counted; the rest goes with the next run.",
    ),
    Setting(
        "sending",
        "refusals_in_a_row",
        "whole",
        5,
        "After so many letters, one after the other, that were refused or are in doubt, the run stops.",
    ),
    Setting(
        "store",
        "url",
        "url",
        "sqlite:///foimail.db",
        "The database: `sqlite:///FILE` or `postgresql://user@host/name`.",
    ),
    Setting(
        "store",
        "objects",
        "url",
        "",
        "Where large mail is kept, if not in the database: `file:FOLDER` or `s3://BUCKET/PREFIX`.",
    ),
    Setting("store", "objects_above", "number", 1.0, "The size in MB above which a mail is large."),
    Setting("store", "password", "reference", "", "Where the database password is, as for `mail.password`."),
    Setting(
        "review",
        "by",
        "text",
        "",
        "Whose name stands beside what was decided here: in a team each sets their own. The requester's where it is empty.",
    ),
    Setting(
        "web",
        "address",
        "url",
        "",
        "By what address people reach the desk, where it is open to other machines: `https://desk.example`.",
    ),
    Setting("web", "certificate", "text", "", "The file of the desk's certificate (PEM), for TLS."),
    Setting("web", "key", "text", "", "The file of the key of that certificate; readable by you alone."),
    Setting(
        "web",
        "proxies",
        "list",
        (),
        "The addresses of a proxy that speaks TLS before the desk; then nobody else is answered.",
    ),
    Setting(
        "web",
        "user_header",
        "text",
        "",
        "The header in which that proxy says who is there, such as `X-Remote-User`; else people come in by name and password.",
    ),
    Setting(
        "web",
        "proxy_secret",
        "reference",
        "",
        "Where the secret is that the proxy sends as `X-Foimail-Proxy`, as for `mail.password`; must be beside `user_header` where"
        " the proxy is on the desk's own machine.",
    ),
    Setting(
        "quarantine",
        "by_itself",
        "yes_no",
        "yes",
        "Whether a mail goes into quarantine at once that was recalled, hides sheets or rows, or seems to hold rows about people.",
    ),
    Setting(
        "retention",
        "months",
        "whole",
        0,
        "How many months after the end of a case its letters are due for `foimail purge`; 0 for no such limit.",
    ),
    Setting(
        "campaign",
        "default",
        "text",
        "cse",
        "The campaign of commands without `--campaign`: a folder in `templates/`.",
    ),
    Setting(
        "campaign",
        "form",
        "yes_no",
        "no",
        "Whether a form of answers goes with each request, as with `foimail send --with-form`.",
    ),
)
_BY_NAME = {(s.section, s.key): s for s in SPEC}
_SECTIONS = tuple(dict.fromkeys(s.section for s in SPEC))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of a workspace, checked; `values` maps `section.key` to its value."""

    values: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - SPEC says the type of each
        return self.values[name]

    @property
    def requester(self) -> Requester:
        """Who asks."""
        return Requester(
            **{s.key: self.values[f"requester.{s.key}"] for s in SPEC if s.section == "requester"}
        )


def is_address(text: str) -> bool:
    """Whether this is one plain e-mail address (RFC 5321 without quoting), safe to stand in a header."""
    return _ADDRESS.fullmatch(text) is not None


def read(
    text: str, environ: Mapping[str, str], options: Mapping[str, str], *, name: str = FILE
) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings and every fault in them. `options` are those of `--set`, by `section.key`."""
    problems: list[Problem] = []
    values: dict[str, Any] = {f"{s.section}.{s.key}": _checked(s, s.default) for s in SPEC}
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"{name}:{line[1] if line else len(text.splitlines())}"
        return Settings(values), (
            Problem(place, f"this is not TOML: {error}", "compare it with docs/settings.md"),
        )
    given: list[tuple[str, str, Any, str]] = []
    for section, entries in table.items():
        where = f"{name}:{line_of(text, section)}"
        if section not in _SECTIONS or not isinstance(entries, dict):
            problems.append(Problem(where, f"there is no section [{section}]", _nearest(section, _SECTIONS)))
            continue
        given += [
            (section, key, value, f"{name}:{line_of(text, section, key)}") for key, value in entries.items()
        ]
    given += [(*_split_variable(v), value, v) for v, value in environ.items() if _names_a_section(v)]
    given += [(*_split_option(option), value, f"--set {option}") for option, value in options.items()]
    for section, key, value, where in given:
        setting = _BY_NAME.get((section, key))
        if setting is None:
            known = [s.key for s in SPEC if s.section == section]
            hint = _nearest(key, known) if known else f"the sections are {', '.join(_SECTIONS)}"
            problems.append(Problem(where, f"there is no setting {section}.{key}".rstrip("."), hint))
            continue
        try:
            values[f"{section}.{key}"] = _checked(setting, value)
        except ValueError as error:
            problems.append(Problem(where, f"{section}.{key}: {error}"))
    problems += [
        Problem(f"{name}:{line_of(text, 'requester', key)}", f"requester.{key} is missing", hint)
        for key, hint in (("name", "your real name, FOIA s.8(1)(b)"), ("email", "the address replies go to"))
        if not values[f"requester.{key}"]
        and not any(p.message.startswith(f"requester.{key}") for p in problems)
    ]
    return Settings(values), tuple(problems)


def _names_a_section(variable: str) -> bool:
    return any(variable.startswith(f"FOIMAIL_{section.upper()}_") for section in _SECTIONS)


def _split_variable(variable: str) -> tuple[str, str]:
    section, _, key = variable.removeprefix("FOIMAIL_").lower().partition("_")
    return section, key


def _split_option(option: str) -> tuple[str, str]:
    section, _, key = option.partition(".")
    return section, key


def _nearest(word: str, known: tuple[str, ...] | list[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"


def _checked(setting: Setting, value: Any) -> Any:  # noqa: ANN401 - from TOML, the environment or SPEC
    match setting.kind:
        case "whole" | "number":
            return _quantity(setting, value)
        case "yes_no":
            return _yes_or_no(value)
        case "list":
            return _names(value)
        case _:
            return _text(setting, value)


def _text(setting: Setting, value: Any) -> str:  # noqa: ANN401 - as above
    if not isinstance(value, str):
        raise ValueError("write it as text, in quotation marks")  # noqa: TRY004 - the user's fault, not a caller's
    text = value.strip()
    if any(ord(c) < ord(" ") for c in text) and setting.key != "address":
        raise ValueError("it must stand on one line")
    match setting.kind:
        case "address" if text and not is_address(text):
            raise ValueError(f"{text!r} is not an e-mail address")
        case "auth" if text not in {"password", "xoauth2", ""}:
            raise ValueError("write password or xoauth2")
        case "reference" if setting.section == "mail" and _SIGN_IN.fullmatch(text):
            return text
        case "reference" if text and not _REFERENCE.fullmatch(text):
            # the value itself is not repeated: it may be the very secret
            raise ValueError(
                "a secret is never written here; point to it with file:, env:, keyring: or command:"
            )
        case "url":
            _check_url(setting, text)
    return text


def _yes_or_no(value: Any) -> bool:  # noqa: ANN401 - as above
    word = str(value).lower()
    if word not in {"true", "yes", "1", "false", "no", "0"}:
        raise ValueError("write true or false")
    return word in {"true", "yes", "1"}


def _names(value: Any) -> tuple[str, ...]:  # noqa: ANN401 - as above
    items = value.split(",") if isinstance(value, str) else value
    if not isinstance(items, (list, tuple)) or not all(isinstance(i, str) for i in items):
        raise ValueError('write a list of names, such as ["FOI answers"]')
    return tuple(i.strip() for i in items if i.strip())


def _quantity(setting: Setting, value: Any) -> int | float:  # noqa: ANN401 - from TOML or the environment
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError("write a number") from None
    if (
        isinstance(value, bool)
        or not 0 <= number < 10**9
        or (setting.kind == "whole" and number != int(number))
    ):
        raise ValueError(
            "write a whole number, 0 or more" if setting.kind == "whole" else "write a number, 0 or more"
        )
    return int(number) if setting.kind == "whole" else number


def _check_url(setting: Setting, text: str) -> None:
    try:
        parts = urlsplit(text)
        has_password = parts.password is not None or "password=" in parts.query.lower()
    except ValueError:
        raise ValueError("this address makes no sense") from None
    if has_password:
        raise ValueError(
            "a password is never written into an address; set the password beside it as a reference"
        )
    if setting.key == "objects" and text and not re.match(r"file:/*[^/]|s3://[^/]", text):
        raise ValueError("write file:FOLDER or s3://BUCKET/PREFIX")
    if setting.section == "mail":
        pattern, examples = _WAYS[setting.key]
        if not pattern.fullmatch(text) or not _has_a_port(text):
            raise ValueError(f"write {examples}")


def _has_a_port(url: str) -> bool:
    """Whether the port, where one is named, is a number that ports have."""
    try:
        return urlsplit(url).port != 0
    except ValueError:
        return False
