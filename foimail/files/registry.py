"""The registry `trusts.yaml`: every body that can be asked, read into `Body` values with every fault at once.

`read` finds what makes the file wrong, at the line of the field; `registry_check.check` what makes it
doubtful.
"""

from __future__ import annotations

import difflib
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Any, cast, get_args

from foimail.errors import Problem
from foimail.files import forms
from foimail.model import NATIONS, ROUTES, Body, Confidence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from foimail.files.entries import Entry
    from foimail.model import Nation

FILE = "trusts.yaml"
CONFIDENCES: tuple[str, ...] = get_args(Confidence)
STATUSES = ("active", "closed")
LISTS = ("email_alternatives", "tags")
EXTRA = ("subtype", "telephone", "icb_code", "gss_code", "ods_source")
ORDER = (
    *(
        "id",
        "ods",
        "gss_code",
        "name",
        "type",
        "subtype",
        "nation",
        "region",
        "address",
        "postcode",
        "telephone",
        "website",
    ),
    *("email", "email_source", "email_checked", "email_confidence", "email_alternatives", "route", "tags"),
    *("status", "closed_on", "successor", "notes", "icb_code", "ods_source"),
)  # the order of fields in the file, and the whole list of them


def load(path: Path, content: bytes | None = None) -> tuple[tuple[Body, ...], tuple[Problem, ...]]:
    """The bodies of a file on disk and all its errors; a file that cannot be opened or is no UTF-8 is one.

    `content` is that of the file, where it has been read already.
    """
    try:
        text = (path.read_bytes() if content is None else content).decode("utf-8-sig")
    except OSError as error:
        return (), (Problem(path.name, f"the file cannot be read: {error.strerror}"),)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return (), (Problem(f"{path.name}:{line}", "this is not UTF-8 text", "save the file as UTF-8"),)
    return read(text, path.name)


def read(text: str, name: str = FILE) -> tuple[tuple[Body, ...], tuple[Problem, ...]]:
    """The bodies of a registry and every error in it, each with its line.

    Bodies with a fault elsewhere than in id, name and nation are among those returned, so that the rest of
    the file can be judged too; nothing may be sent while there is an error.
    """
    from foimail.files.entries import read_entries

    entries, faults = read_entries(text, name, "bodies")
    problems = list(faults)
    bodies: list[Body] = []
    for entry in entries:
        problems += _faults(entry, name)
        if body := _body(entry, name):
            bodies.append(body)
    problems += _doubles(bodies)
    return tuple(bodies), tuple(sorted(problems, key=_place))


def to_json(body: Body) -> dict[str, Any]:
    """A body as plain values, without what has its default."""
    held = {
        field.name: getattr(body, field.name)
        for field in fields(body)
        if getattr(body, field.name) != field.default
    }
    return held | ({"closed_on": body.closed_on.isoformat()} if body.closed_on else {})


def from_json(data: dict[str, Any]) -> Body:
    """The body that `to_json` was given."""
    known: dict[str, Any] = {
        name: tuple(map(_tuple, value)) if isinstance(value, list) else value for name, value in data.items()
    }
    if "closed_on" in known:
        known["closed_on"] = date.fromisoformat(known["closed_on"])
    return Body(**known)


def _tuple(value: Any) -> Any:  # noqa: ANN401 - a text, or a pair of them
    return tuple(value) if isinstance(value, list) else value


def find(bodies: Iterable[Body], code: str) -> Body | None:
    """The body with this id or ODS code, in either case."""
    wanted = code.strip().casefold()
    return next((b for b in bodies if wanted in {b.id.casefold(), (b.ods or "").casefold()} - {""}), None)


def nearest(bodies: Iterable[Body], code: str) -> str:
    """A hint that names the code most like one that was not found; empty where none is."""
    return _nearest(code, {b.id.casefold(): b.id for b in bodies})


def _place(problem: Problem) -> int:
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdigit() else 0


def _nearest(word: str, known: dict[str, str]) -> str:
    near = difflib.get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    return f"did you mean {known[near[0]]}?" if near else ""


def _one_of(allowed: tuple[str, ...]) -> Callable[[str], str]:
    return lambda value: "" if value in allowed else f"is not one of {', '.join(allowed)}"


def _form(test: Callable[[str], object], message: str) -> Callable[[str], str]:
    return lambda value: "" if test(value) else message


_ADDRESS = _form(forms.is_address, "is not an e-mail address that can be sent to")
_FORMS: dict[str, Callable[[str], str]] = {
    "id": _form(forms.is_slug, "is not an id; ids are made of letters, digits and hyphens"),
    "ods": _form(forms.is_ods, "is not an ODS code; these have three characters, or five such as G6V2S"),
    "nation": _one_of(NATIONS),
    "status": _one_of(STATUSES),
    "route": _one_of(ROUTES),
    "email_confidence": _one_of(CONFIDENCES),
    "email": _ADDRESS,
    "email_alternatives": _ADDRESS,
    "postcode": _form(forms.is_postcode, "is not a British postcode"),
    "closed_on": _form(forms.day, "is not a date; dates are written 2026-04-01"),
    "email_checked": _form(forms.latest_day, "is not a date; write 2026-08-22, 2026-08, 2026 or c. 2021"),
}


def _faults(entry: Entry, name: str) -> Iterator[Problem]:
    """Every error that one entry shows without looking at the others."""
    who = entry.values.get("id") or entry.values.get("name") or "this body"
    for field, message, hint in (*_of_fields(entry), *_of_values(entry)):
        yield Problem(f"{name}:{entry.lines.get(field, entry.start)}", f"{who}: {message}", hint)


def _of_fields(entry: Entry) -> Iterator[tuple[str, str, str]]:
    for missing in ("id", "name", "nation"):
        if missing not in entry.values:
            yield missing, f"`{missing}` is missing", ""
    for field in entry.lines:
        if field not in ORDER:
            yield (
                field,
                f"`{field}` is not a field of a body",
                _nearest(field, {known: known for known in ORDER}),
            )
    if entry.values.get("status") == "closed" and "email" in entry.values:
        yield (
            "email",
            "a closed body has an address to send to",
            "move it to email_alternatives, or take it out",
        )


def _of_values(entry: Entry) -> Iterator[tuple[str, str, str]]:
    for field, value in entry.values.items():
        if field in ORDER and field not in LISTS and isinstance(value, tuple):
            yield field, f"`{field}` is a list where one value is expected", ""
            continue
        form = _FORMS.get(field)
        for text in (value,) if isinstance(value, str) else value:
            if field != "notes" and forms.has_control(text):
                yield field, f"`{field}` holds a line break or a control character", ""
            elif form and (message := form(text)):
                yield field, f"`{field}`: {text!r} {message}", ""


def _body(entry: Entry, name: str) -> Body | None:
    def text(field: str) -> str:
        value = entry.values.get(field, "")
        return value if isinstance(value, str) else ""

    def texts(field: str) -> tuple[str, ...]:
        value = entry.values.get(field, ())
        return (value,) if isinstance(value, str) else value

    if not (text("id") and text("name") and text("nation") in NATIONS):
        return None
    confidence, route = text("email_confidence"), text("route")
    return Body(
        id=text("id"),
        name=text("name"),
        nation=cast("Nation", text("nation")),
        ods=text("ods") or None,
        email=text("email") or None,
        status="closed" if text("status") == "closed" else "active",
        closed_on=forms.day(text("closed_on")),
        successor=text("successor") or None,
        type=text("type"),
        region=text("region"),
        address=text("address"),
        postcode=text("postcode"),
        website=text("website"),
        email_source=text("email_source"),
        email_checked=text("email_checked"),
        email_confidence=cast("Confidence", confidence) if confidence in CONFIDENCES else None,
        email_alternatives=texts("email_alternatives"),
        route=route if route in ROUTES else "email",
        tags=texts("tags"),
        notes=text("notes"),
        extra=tuple((field, text(field)) for field in EXTRA if text(field)),
        where=f"{name}:{entry.start}",
    )


def _doubles(bodies: list[Body]) -> list[Problem]:
    """Two bodies with one id or one ODS code, in whichever case: an import or a command could mean either."""
    found: list[Problem] = []
    for field in ("id", "ods"):
        first: dict[str, Body] = {}
        for body in bodies:
            code = getattr(body, field) or ""
            other = first.setdefault(code.casefold(), body) if code else body
            if other is not body and (field == "id" or other.id.casefold() != body.id.casefold()):
                found.append(
                    Problem(body.where, f"the {field} {code} is taken by {other.name}", f"see {other.where}")
                )
    return found
