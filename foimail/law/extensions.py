"""Further time that a body takes: whether its notice is valid, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from foimail.law.calendar import in_words
from foimail.law.exemptions import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from foimail.law.calendar import Calendar
    from foimail.law.exemptions import Exemption
    from foimail.law.regimes import Regime
    from foimail.model import Case, Reply


@dataclass(frozen=True, slots=True)
class Extension:
    """A notice that takes further time.

    `flaw` is the reason why it is not valid, empty where it is. `until` is the last day, theirs where they name one, never
    past a limit that a statute sets; `backstop` the day by which the law or its regulator expects the answer. Both are None
    where this law has no such extension. `only_absolute` are the exemptions of a notice that names no qualified one; `unread`
    is true where nobody has said yet which exemptions it names.
    """

    notice: Reply
    flaw: str
    until: date | None = None
    backstop: date | None = None
    only_absolute: tuple[Exemption, ...] = ()
    unread: bool = False

    @property
    def valid(self) -> bool:
        """Whether it moves the last day."""
        return not self.flaw


def extension(case: Case, regime: Regime, due: date, calendar: Calendar) -> Extension | None:
    """The further time taken in this case, or None where none was. `due` is the last day without it.

    FOIA s.10(3) and s.17(2), EIR reg.7: a notice must come in time; under FOIA at least one qualified exemption must be in it.
    """
    notices = [reply for reply in case.current if reply.kind == "extension_pit"]
    if not notices or case.received_on is None:
        return None
    first = notices[0]
    limit = regime.find("extension")
    if limit is None:
        return Extension(first, f"{regime.short} knows no further time for weighing the public interest")
    backstop = limit.last_day(case.received_on, calendar)
    stated = [
        day
        for reply in notices
        if "until" in reply.facts
        # a day before the letter, or past all counting, is a slip of its writer or its reader
        and reply.on <= (day := date.fromisoformat(reply.facts["until"])) <= calendar.last
    ]
    until = stated[-1] if stated else backstop
    if limit.basis == "statute":
        until = min(until, backstop)
    if first.on > due:
        flaw = f"it came on {in_words(first.on)}, after the last day for an answer, {in_words(due)}"
        return Extension(first, flaw, until, backstop)
    if not regime.extension_needs_qualified:
        return Extension(first, "", until, backstop)
    return _weighed(first, notices, regime, until, backstop)


def _weighed(
    first: Reply, notices: Sequence[Reply], regime: Regime, until: date, backstop: date
) -> Extension:
    named = list(dict.fromkeys(s for reply in notices for s in reply.facts.get("sections", ())))
    if not named:
        unread = not any("sections" in reply.facts for reply in notices)
        where = ", which `foimail told` records" if unread else ""
        flaw = f"no exemption has been found in it; it needs a qualified one{where}"
        return Extension(first, flaw, until, backstop, unread=unread)
    found = {section: find(regime.exemptions, section) for section in named}
    known = tuple(one for one in found.values() if one is not None)
    if any(one.kind == "qualified" for one in known):
        return Extension(first, "", until, backstop)
    listed = ", ".join(f"{s} ({one.title}, {one.kind})" if one else s for s, one in found.items())
    flaw = f"it names no qualified exemption, only {listed}"
    return Extension(first, flaw, until, backstop, known if len(known) == len(found) else ())
