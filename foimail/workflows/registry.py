"""Keeping trusts.yaml: judging it, looking things up in it, and bringing it up to date from a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.errors import InputError
from foimail.files import registry
from foimail.files.registry_check import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from foimail.errors import Problem
    from foimail.files.registry_changes import Change
    from foimail.model import Body
    from foimail.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Filter:
    """Which bodies are meant: empty tuples mean "all", several values any of them, in either case."""

    types: tuple[str, ...] = ()
    nations: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    status: str | None = None
    without_email: bool = False

    def includes(self, body: Body) -> bool:
        """Whether this body is meant. `without_email` means the active bodies that no address is known of."""
        return (
            _any(self.types, (body.type,))
            and _any(self.nations, (body.nation,))
            and _any(self.regions, (body.region,))
            and _any(self.tags, body.tags)
            and self.status in {None, body.status}
            and not (self.without_email and (body.email or body.status == "closed"))
        )


@dataclass(frozen=True, slots=True)
class Import:
    """What came of an import: the changes found, the problems met, and whether the file was written."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    written: bool = False


def judge(ws: Workspace) -> tuple[Problem, ...]:
    """Every error of the registry, then every warning."""
    bodies, errors = registry.load(ws.registry_path)
    return (*errors, *check(bodies, ws.today))


def pick(bodies: Sequence[Body], code: str) -> Body:
    """The body with this id or ODS code.

    Raises:
        InputError: There is none.
    """
    if body := registry.find(bodies, code):
        return body
    raise InputError(
        f"no body has the code {code!r}",
        hint=registry.nearest(bodies, code) or "`foimail trusts list` shows the codes",
    )


def facts(body: Body) -> dict[str, object]:
    """Everything that is known of a body, by the names and in the order of the file."""
    known: dict[str, object] = {
        name: getattr(body, name) for name in registry.ORDER if name not in registry.EXTRA
    }
    known |= dict(body.extra)
    return {name: None if known.get(name) == "" else known.get(name) for name in registry.ORDER}


def statistics(bodies: Iterable[Body]) -> list[dict[str, object]]:
    """A row per nation, per type and for all: how many bodies, and how well their addresses are known."""
    groups: dict[tuple[str, str], list[Body]] = {}
    everybody = list(bodies)
    for body in everybody:
        groups.setdefault(("nation", body.nation), []).append(body)
    for body in sorted(everybody, key=lambda b: b.type):
        groups.setdefault(("type", body.type or "(not stated)"), []).append(body)
    groups["all", ""] = everybody
    return [{"by": by, "of": value, **_counts(members)} for (by, value), members in groups.items()]


def import_ods(ws: Workspace, source: Path, *, apply: bool) -> Import:
    """Compare the registry with an ODS report of NHS trusts; write the differences where `apply` says so.

    Raises:
        InputError: No row of the file can be used; or the registry holds faults, or cannot be written.
    """
    from foimail.files.registry_changes import ods_changes
    from foimail.files.registry_imports import read_ods

    rows, problems = read_ods(source)
    _demand(rows, problems, source)
    changes = ods_changes(ws.bodies, rows, ws.today, source.name)
    return Import(changes, problems, apply and _write(ws.registry_path, changes))


def import_contacts(ws: Workspace, source: Path, *, apply: bool, accept: Sequence[str] = ()) -> Import:
    """Compare the registry with a list of addresses, and write the differences into it where `apply` says so.

    Args:
        ws: The workspace, whose day becomes the date of the check.
        source: The CSV of codes, names and addresses.
        apply: Whether to write.
        accept: Codes of the bodies whose confirmed address may be replaced.

    Raises:
        InputError: No row of the file can be used; the registry holds faults or cannot be written; or a code in
            `accept` is nobody's.
    """
    from foimail.files.registry_changes import contact_changes
    from foimail.files.registry_imports import read_contacts

    accepted = [pick(ws.bodies, code).id for code in accept]
    rows, problems = read_contacts(source)
    _demand(rows, problems, source)
    changes, refused = contact_changes(ws.bodies, rows, ws.today, source.name, accepted)
    return Import(changes, (*problems, *refused), apply and _write(ws.registry_path, changes))


def _demand(rows: Sequence[object], problems: Sequence[Problem], source: Path) -> None:
    if not rows and problems:
        raise InputError(f"nothing in {source.name} could be used", problems)


def _write(path: Path, changes: Sequence[Change]) -> bool:
    from foimail.files.registry_write import replace_text, updated

    before = path.read_bytes().decode("utf-8-sig")
    after = updated(before, changes)
    if after == before:
        return False
    replace_text(path, after)
    return True


def _any(wanted: tuple[str, ...], values: tuple[str, ...]) -> bool:
    return not wanted or bool({w.casefold() for w in wanted} & {v.casefold() for v in values})


def _counts(bodies: Sequence[Body]) -> dict[str, object]:
    active = [body for body in bodies if body.status == "active"]
    reached = [body for body in active if body.email]
    known = {name: sum(body.email_confidence == name for body in reached) for name in registry.CONFIDENCES}
    return {
        "bodies": len(bodies),
        "active": len(active),
        "with_address": len(reached),
        "without_address": len(active) - len(reached),
        **known,
        "closed": len(bodies) - len(active),
    }
