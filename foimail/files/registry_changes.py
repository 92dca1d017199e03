"""What an import would change in the registry, as values to show before anything is written. Pure.

Bodies are matched by code, never by name: a code outlives renames and mergers. Only a change of substance
counts: capitals, punctuation, `&` for `and`, and lines that ODS cut short are none. An address that a person
confirmed is left alone until that person accepts the new one by its code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from foimail.errors import Problem
from foimail.files import forms, registry

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date

    from foimail.files.entries import Value
    from foimail.files.registry_imports import ContactRow, OdsRow
    from foimail.model import Body

_CUT = 34  # ODS cuts lines at 35 characters; a blank at the cut leaves 34
_SMALL = frozenset({"and", "at", "by", "for", "in", "le", "of", "on", "the", "under", "upon"})
_CAPITALS = frozenset({"NHS", "HQ", "UK"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between the registry and a file. `facts` are the fields to set, None to take one out.

    A change without facts only announces something, such as a trust that opens next month.
    """

    kind: Literal["new", "renamed", "closed", "moved", "address", "announced"]
    code: str
    name: str
    before: str
    after: str
    facts: tuple[tuple[str, Value | None], ...] = ()


def ods_changes(
    bodies: Sequence[Body], rows: Iterable[OdsRow], today: date, source: str = "etr.csv"
) -> tuple[Change, ...]:
    """The trusts that are new, renamed, closed or moved by the ODS report.

    A trust that the report leaves out is no change: copies differ in scope, and care trusts, Scotland and
    Northern Ireland are in none. A body that the registry has as closed stays closed: an old copy must not
    revive it.

    Args:
        bodies: The registry.
        rows: The report, as `read_ods` gave it.
        today: The London date; a close date is the last day of life, so that day itself counts as alive.
        source: The file's name, to note where a new body came from.
    """
    found: list[Change] = []
    for row in rows:
        body = registry.find(bodies, row.code)
        gone = row.closed_on is not None and row.closed_on < today
        if body is None:
            if not gone:
                found.append(_new(row, today, source))
        elif body.status == "active" and gone:
            found.append(_closed(body, row))
        elif body.status == "active":
            found += _of_living(body, row)
    return tuple(found)


def contact_changes(
    bodies: Sequence[Body], rows: Iterable[ContactRow], today: date, source: str, accept: Collection[str] = ()
) -> tuple[tuple[Change, ...], tuple[Problem, ...]]:
    """The addresses that a list of contacts would move, and the rows that are refused.

    Args:
        bodies: The registry.
        rows: The list, as `read_contacts` gave it.
        today: The London date, which becomes `email_checked`.
        source: The file's name, which becomes `email_source`.
        accept: Codes of the bodies whose confirmed address may be replaced.
    """
    accepted = {code.casefold() for code in accept}
    changes: list[Change] = []
    problems: list[Problem] = []
    for row in rows:
        body = registry.find(bodies, row.code)
        if body is None:
            hint = registry.nearest(bodies, row.code) or "add it to trusts.yaml first"
            problems.append(Problem(row.where, f"no body has the code {row.code!r}", hint))
        elif body.status == "closed":
            problems.append(
                Problem(row.where, f"{body.name} is closed and gets no address", _successor(body))
            )
        elif (body.email or "").casefold() == row.email.casefold():
            continue
        elif (
            body.email_confidence == "confirmed"
            and body.email
            and not {body.id.casefold(), (body.ods or "").casefold()} & accepted
        ):
            message = (
                f"{body.name} has a confirmed address, {body.email}, which is kept; the file has {row.email}"
            )
            problems.append(Problem(row.where, message, f"--accept {body.id} takes the new one", "warning"))
        else:
            if row.name and not forms.same_name(row.name, body.name):
                message = f"{row.code} is {body.name}, but {row.name} in the file; the code decided"
                problems.append(
                    Problem(row.where, message, "check that the rows have not slipped", "warning")
                )
            changes.append(_new_address(body, row, today, source))
    return tuple(changes), tuple(problems)


def in_words(capitals: str) -> str:
    """Capitals as they are usually written: `KING'S COLLEGE NHS TRUST` becomes `King's College NHS Trust`.

    Text that has small letters already is left as it is.
    """
    if capitals != capitals.upper():
        return capitals
    words = re.split(r"([\s\-]+)", capitals)
    return "".join(word if i % 2 else _word(word, first=i == 0) for i, word in enumerate(words))


def _word(word: str, *, first: bool) -> str:
    bare = word.strip("().,")
    if bare in _CAPITALS or (re.search(r"\d", bare) and not re.fullmatch(r"\d+(ST|ND|RD|TH)", bare)):
        return word
    if bare.lower() in _SMALL and not first:
        return word.lower()
    return (
        re.sub(r"[A-Z]+(?:'[A-Z]+)*", lambda part: part[0].capitalize(), word)
        if not bare[:1].isdigit()
        else word.lower()
    )


def _new(row: OdsRow, today: date, source: str) -> Change:
    name = in_words(row.name)
    if row.opened_on and row.opened_on > today:
        return Change("announced", row.code, name, "", f"opens on {row.opened_on}; import again then")
    facts: dict[str, Value | None] = {
        "id": row.code,
        "ods": row.code,
        "name": name,
        "nation": row.nation,
        "region": row.region or None,
        "address": _address(row) or None,
        "postcode": row.postcode or None,
        "telephone": row.telephone or None,
        "status": "active",
        "icb_code": row.icb_code or None,
        "ods_source": f"import of {source} on {today}",
    }
    return Change(
        "new",
        row.code,
        name,
        "",
        ", ".join(filter(None, (_address(row), row.postcode))),
        tuple(facts.items()),
    )


def _closed(body: Body, row: OdsRow) -> Change:
    facts: dict[str, Value | None] = {"status": "closed", "closed_on": str(row.closed_on)}
    if body.email:  # kept for replies that still come from it; a closed body has no address to send to
        facts |= {"email": None, "email_alternatives": (body.email, *body.email_alternatives)}
        facts |= dict.fromkeys(("email_source", "email_checked", "email_confidence"))
    after = (
        f"closed on {row.closed_on}; ODS does not say into what it merged: add `successor` where you know it"
    )
    return Change("closed", body.id, body.name, "active", after, tuple(facts.items()))


def _of_living(body: Body, row: OdsRow) -> list[Change]:
    found: list[Change] = []
    if not forms.same_name(row.name, body.name):
        name = in_words(row.name)
        found.append(Change("renamed", body.id, body.name, body.name, name, (("name", name),)))
    if row.lines and not _same_place(body, row):
        before = ", ".join(filter(None, (body.address, body.postcode)))
        facts = (("address", _address(row)), ("postcode", row.postcode or body.postcode or None))
        after = ", ".join(filter(None, (_address(row), row.postcode or body.postcode)))
        found.append(Change("moved", body.id, body.name, before, after, facts))
    if row.closed_on and not _near(row.closed_on, body.closed_on):
        found.append(
            Change("announced", body.id, body.name, "", f"closes on {row.closed_on}; import again after that")
        )
    return found


def _near(day: date, other: date | None) -> bool:
    """ODS gives the last day of the old body, others the first of the new one."""
    return other is not None and abs(day - other) <= timedelta(days=1)


def _same_place(body: Body, row: OdsRow) -> bool:
    """Whether both addresses are one, where the report's may have lines cut short."""
    if row.postcode and row.postcode.replace(" ", "") != body.postcode.upper().replace(" ", ""):
        return False
    pattern = "".join(
        re.escape(forms.bare(line)) + ("[a-z0-9]{0,20}" if len(line) >= _CUT else "") for line in row.lines
    )
    return bool(re.fullmatch(pattern, forms.bare(body.address)))


def _address(row: OdsRow) -> str:
    return ", ".join(in_words(line) for line in row.lines)


def _new_address(body: Body, row: ContactRow, today: date, source: str) -> Change:
    earlier = dict.fromkeys(
        a for a in (body.email, *body.email_alternatives) if a and a.casefold() != row.email.casefold()
    )
    facts: dict[str, Value | None] = {
        "email": row.email,
        "email_source": f"import of {source}",
        "email_checked": str(today),
        "email_confidence": "reported",
        "email_alternatives": tuple(earlier) or None,
    }
    return Change("address", body.id, body.name, body.email or "", row.email, tuple(facts.items()))


def _successor(body: Body) -> str:
    return f"its successor is {body.successor}" if body.successor else ""
