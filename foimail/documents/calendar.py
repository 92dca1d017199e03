"""Invitations and appointments (RFC 5545) as lines that a person reads."""

from __future__ import annotations

import re

_FOLD = re.compile(r"\n[ \t]")
_LINE = re.compile(r"([A-Za-z-]+)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)")
_SHOWN = {
    "SUMMARY": "What",
    "DTSTART": "From",
    "DTEND": "To",
    "DUE": "Due",
    "LOCATION": "Where",
    "ORGANIZER": "By",
    "STATUS": "Status",
    "DESCRIPTION": "",
}
_WHEN = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ZONE = re.compile(r'TZID="?([^";:]+)')


def calendar(text: str) -> str:
    """What each entry says: what, when, where, by whom, and its description; reminders within are left out."""
    lines: list[str] = []
    within: list[str] = []
    for line in _FOLD.sub("", text).split("\n"):
        if (said := _LINE.fullmatch(line.strip())) is None:
            continue
        name, parameters, value = said[1].upper(), said[2], said[3]
        if name == "BEGIN":
            within.append(value.upper())
            if value.upper() in {"VEVENT", "VTODO"} and lines:
                lines.append("")
        elif name == "END":
            del within[-1:]
        elif name in _SHOWN and within[-1:] in (["VEVENT"], ["VTODO"], ["VJOURNAL"]):
            shown = _value(name, parameters, value)
            lines.append(f"{_SHOWN[name]}: {shown}" if _SHOWN[name] else shown)
    return "\n".join(lines).strip()


def _value(name: str, parameters: str, value: str) -> str:
    if (when := _WHEN.fullmatch(value)) is not None:
        year, month, day, hour, minute, utc = when.groups()
        zone = _ZONE.search(parameters)
        clock = f" {hour}:{minute}{' UTC' if utc else f' ({zone[1]})' if zone else ''}" if hour else ""
        return f"{year}-{month}-{day}{clock}"
    if name == "ORGANIZER":
        return re.sub(r"(?i)\Amailto:", "", value)
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()
