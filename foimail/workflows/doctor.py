"""Look at everything that a campaign depends on, and say of each whether it is well."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from foimail.errors import FoimailError, InputError, Problem, errors_only
from foimail.files.tables import table
from foimail.workflows import days

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from foimail.mail.encryption import Encryption
    from foimail.workspace import Workspace


_NEARLY_OVER = 7  # days that a certificate still has; most are renewed a month ahead
_OTHERS = 0o077  # the permissions of all users but the owner
_HARMLESS = {"trusts.yaml", "templates"}  # copied from what foimail ships


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: well, or with what is wrong and what to do."""

    what: str
    state: Literal["ok", "warning", "problem"]
    says: str
    hint: str = ""
    problems: tuple[Problem, ...] = ()


def examine(ws: Workspace) -> Iterator[Finding]:
    """Look at all that a campaign rests on, from the settings to the clock. Nothing is sent or changed."""
    yield Finding(
        "settings", "ok", f"{ws.settings.requester.name} <{ws.settings.requester.email}>, in {ws.folder}"
    )
    yield from _guarded("registry", lambda: _registry(ws))
    yield from _guarded("letters", lambda: _letters(ws))
    yield from _guarded("store", lambda: _store(ws))
    yield from _guarded("files", lambda: _files(ws))
    yield from _guarded("holidays", lambda: _holidays(ws))
    yield from _guarded("outgoing mail", lambda: _outgoing(ws))
    yield from _guarded("incoming mail", lambda: _incoming(ws))
    if ws.server("outgoing").kind != "maildir":
        yield from _guarded("rehearsal", lambda: _rehearsal(ws))
    yield from _guarded("clock", lambda: _clock(ws))


def _guarded(what: str, look: Callable[[], Finding]) -> Iterator[Finding]:
    try:
        yield look()
    except InputError as error:
        yield Finding(what, "problem", error.message, error.hint, error.problems)
    except FoimailError as error:
        yield Finding(what, "problem", error.message, error.hint)


def _registry(ws: Workspace) -> Finding:
    from foimail.files import registry_check

    bodies = ws.bodies
    warnings = registry_check.check(bodies, ws.today)
    if faults := errors_only(warnings):
        return Finding("registry", "problem", f"{len(faults)} faults", "foimail trusts check", faults)
    active = [b for b in bodies if b.status == "active"]
    reachable = sum(bool(b.email) for b in active)
    says = f"{len(bodies)} bodies, {len(active)} active, {reachable} of them with an address"
    if warnings:
        return Finding("registry", "warning", f"{says}; {len(warnings)} remarks", "foimail trusts check")
    return Finding("registry", "ok", says)


def _letters(ws: Workspace) -> Finding:
    from foimail.letters import compose

    campaign = ws.campaign
    if faults := compose.template_faults(campaign):
        return Finding(
            "letters", "problem", f"{len(faults)} faults in {campaign.name}", "foimail campaign check", faults
        )
    return Finding(
        "letters",
        "ok",
        f"campaign {campaign.name}: {len(campaign.parts)} parts; `foimail campaign check` tries every letter",
    )


def _store(ws: Workspace) -> Finding:
    from foimail.store import cases, inbox, outbox

    with ws.store.read() as connection:
        opened = len(cases.openings(connection))
        doubtful = len(outbox.rows(connection, "unknown", "sending"))
        waiting = inbox.count_waiting(connection)
    says = f"{opened} cases, {waiting} messages wait for you"
    free = shutil.disk_usage(ws.folder).free // 2**20
    if free < 500:  # noqa: PLR2004 - MB; answers with scans come at 35 MB each
        return Finding(
            "store", "problem", f"only {free} MB free on this disk", "make room before the answers come"
        )
    if doubtful:
        return Finding(
            "store",
            "warning",
            f"{says}; {doubtful} letters are in doubt",
            "foimail outbox list --state unknown",
        )
    return Finding("store", "ok", says)


def _files(ws: Workspace) -> Finding:
    if not ws.folder.stat().st_mode & _OTHERS:
        return Finding("files", "ok", "no other user of this machine can open the folder")
    if any(path.lstat().st_mode & _OTHERS for path in ws.folder.iterdir() if path.name not in _HARMLESS):
        return Finding(
            "files",
            "warning",
            "other users of this machine can read this folder and files in it",
            f"chmod -R go= {ws.folder}",
        )
    return Finding("files", "ok", "no other user of this machine can read what is private in the folder")


def _holidays(ws: Workspace) -> Finding:
    proclaimed = table("proclaimed")
    regime = ws.law.governing("England")
    calendar = ws.calendar(regime)
    due = calendar.after(ws.today, regime.limit("response").number)
    says = f"table {calendar.version}; a request received today is due on {due}"
    ahead = ws.today + timedelta(days=365)
    if ahead.year > proclaimed["reliable_to"]:
        return Finding(
            "holidays",
            "warning",
            f"{says}; GOV.UK's list ends in {proclaimed['reliable_to']}",
            "install a newer foimail",
        )
    return Finding("holidays", "ok", says)


def _outgoing(ws: Workspace) -> Finding:
    outgoing = ws.open_outgoing()
    try:
        return _secured(ws, "outgoing mail", outgoing.check(), outgoing.encryption())
    finally:
        outgoing.close()


def _incoming(ws: Workspace) -> Finding:
    incoming = ws.open_incoming()
    try:
        folders = incoming.folders(ws.settings["mail.folders"])
        secured = incoming.encryption()
    finally:
        incoming.close()
    roles = {f.role for f in folders}
    server = ws.server("incoming")
    polled = ", ".join(f.name for f in folders)
    if server.kind == "maildir":
        return Finding("incoming mail", "ok", f"mail is read from {server.folder(ws.folder)}: {polled}")
    says = f"signed in; polls {polled}"
    if "junk" not in roles:
        return Finding(
            "incoming mail",
            "warning",
            f"{says}; no junk folder found",
            'name it: folders = ["..."] under [mail]',
        )
    return _secured(ws, "incoming mail", says, secured)


def _secured(ws: Workspace, what: str, says: str, found: Encryption | None) -> Finding:
    if found is None:
        return Finding(what, "ok", says)
    until = found.certificate_until
    if until and until <= ws.today + timedelta(days=_NEARLY_OVER):
        hint = "it is for whoever runs the server to renew it; after that day foimail does not connect"
        return Finding(what, "warning", f"{says}; {found}", hint)
    return Finding(what, "ok", f"{says}; {found}")


def _rehearsal(ws: Workspace) -> Finding:
    """Whether our letters prove where they come from: bodies' servers refuse, or put aside, those that do not."""
    from foimail.workflows import matching, rehearse

    letter = rehearse.come_back(ws)
    if letter is None:
        says = "none has come back yet, so it is not known whether bodies will believe your letters"
        hint = f"foimail send CODE --rehearse {ws.settings.requester.email}, then foimail poll"
        return Finding("rehearsal", "ok", says, hint)
    found = matching.authentication(ws, letter)
    on = f"of {letter.sent_at:%d %B %Y}" if letter.sent_at else "without a date"
    if not found.is_ours:
        says = f"the letter {on} came back, and your mail server wrote no verdict on it"
        return Finding(
            "rehearsal", "ok", says, "rehearse to an address at another provider, and look at it there"
        )
    says = f"the letter {on}: {found}"
    if bad := [method for method in ("spf", "dkim", "dmarc") if found.verdicts.get(method, "none") != "pass"]:
        hint = f"{', '.join(map(str.upper, bad))}: bodies may refuse your letters or put them into junk; ask your provider"
        return Finding("rehearsal", "warning", says, hint)
    return Finding("rehearsal", "ok", says)


def _clock(ws: Workspace) -> Finding:
    if not ws.is_real_day:
        return Finding(
            "clock", "warning", f"{ws.today} is pretended by --today", "leave it out to send for real"
        )
    days.by_the_clock(ws)
    return Finding("clock", "ok", f"{ws.moment:%A %d %B %Y, %H:%M} in London")
