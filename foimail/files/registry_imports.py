"""What trusts.yaml can be brought up to date from: the NHS's list of trusts, anybody's list of addresses.

`etr.csv` is the Organisation Data Service's report of NHS trusts: no header, 27 columns, all in capitals,
lines of an address cut at 35 characters. A list of addresses is a CSV with a header that names its columns of
codes, names and addresses. Both are read whole, and every row that cannot be used is a `Problem` with its
line.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.errors import Problem
from foimail.files import forms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from foimail.model import Nation

_COLUMNS = 27
_REGIONS = {
    "Y56": "London",
    "Y58": "South West",
    "Y59": "South East",
    "Y60": "Midlands",
    "Y61": "East of England",
    "Y62": "North West",
    "Y63": "North East and Yorkshire",
}
_WALES = "W"  # the Government Office Region letter; the national grouping is empty for Wales
_CODE = frozenset({"code", "ods", "odscode", "id", "orgcode"})
_NAME = frozenset({"name", "trustname", "trust", "body", "organisation"})
_EMAIL = frozenset({"email", "foiemail", "emailaddress", "foiemailaddress", "address"})


@dataclass(frozen=True, slots=True)
class OdsRow:
    """One trust as `etr.csv` has it, still in capitals. `closed_on`, its last day, may lie in the future."""

    code: str
    name: str
    nation: Nation
    region: str
    lines: tuple[str, ...]  # of the address, each cut at 35 characters, without the county
    postcode: str
    opened_on: date | None
    closed_on: date | None
    telephone: str
    icb_code: str
    where: str


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One address that somebody proposes for a body."""

    code: str
    name: str
    email: str
    where: str


def read_ods(path: Path) -> tuple[tuple[OdsRow, ...], tuple[Problem, ...]]:
    """The trusts of an `etr.csv`, closed and future ones too, and a problem for each row that is none."""
    rows, problems = _rows(path)
    if rows and all(len(cells) != _COLUMNS for _, cells in rows):
        where, cells = rows[0]
        expected = f"expected the {_COLUMNS} columns of the ODS report etr.csv, found {len(cells)}"
        return (), (*problems, Problem(where, expected, "the report has no header line"))
    found: dict[str, OdsRow] = {}
    for where, cells in rows:
        row = _ods_row(cells, where)
        if isinstance(row, Problem):
            problems.append(row)
        elif row.code in found:
            problems.append(
                Problem(where, f"{row.code} is in the file twice", f"first at {found[row.code].where}")
            )
        else:
            found[row.code] = row
    return tuple(found.values()), tuple(problems)


def read_contacts(path: Path) -> tuple[tuple[ContactRow, ...], tuple[Problem, ...]]:
    """The addresses of a CSV with a header, and a problem for each row that cannot be used.

    Rows without an address are passed over: they say nothing.
    """
    rows, problems = _rows(path)
    if not rows:
        return (), tuple(problems)
    (first, header), *rest = rows
    names = [re.sub(r"[^a-z0-9]", "", heading.casefold()) for heading in header]
    code, name, email = (
        next((i for i, n in enumerate(names) if n in wanted), None) for wanted in (_CODE, _NAME, _EMAIL)
    )
    if code is None or email is None:
        hint = "its first line must be `code,name,email`"
        return (), (
            *problems,
            Problem(first, "the file has no column of codes, or none of e-mail addresses", hint),
        )
    found: dict[str, ContactRow] = {}
    for where, cells in rest:
        if len(cells) <= max(code, email):
            problems.append(Problem(where, f"this row has {len(cells)} columns, the header {len(header)}"))
            continue
        row = ContactRow(
            cells[code], cells[name] if name is not None and name < len(cells) else "", cells[email], where
        )
        if not row.email:
            continue
        if not forms.is_address(row.email):
            problems.append(Problem(where, f"{row.email!r} is not an e-mail address that can be sent to"))
            continue
        earlier = found.setdefault(row.code.casefold(), row)
        if earlier.email.casefold() != row.email.casefold():
            problems.append(
                Problem(
                    where, f"{row.code} has two addresses in this file", f"the other is at {earlier.where}"
                )
            )
    return tuple(found.values()), tuple(problems)


def _rows(path: Path) -> tuple[list[tuple[str, list[str]]], list[Problem]]:
    """The rows that hold anything, with their place; cells without the blanks around them."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return [], [Problem(path.name, f"the file cannot be read: {error.strerror}")]
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return [], [Problem(f"{path.name}:{line}", "this is not UTF-8 text", 'save it as "CSV UTF-8"')]
    rows: list[tuple[str, list[str]]] = []
    problems: list[Problem] = []
    for where, cells in _parsed(text, path.name, problems):
        stripped = [cell.strip() for cell in cells]
        if any(map(forms.has_control, stripped)):
            problems.append(Problem(where, "this row holds a line break or a control character"))
        elif any(stripped):
            rows.append((where, stripped))
    if not rows and not problems:
        problems.append(Problem(path.name, "the file is empty"))
    return rows, problems


def _parsed(text: str, name: str, problems: list[Problem]) -> Iterator[tuple[str, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            yield f"{name}:{line}", cells
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(
            Problem(f"{name}:{line}", f"this is not CSV: {error}", "the rows after it were not read")
        )


def _ods_row(cells: list[str], where: str) -> OdsRow | Problem:
    """The columns of etr.pdf, counted from 1.

    1 code, 2 name, 3 national grouping, 4 ICB, 5-9 address, 10 postcode, 11 open and 12 close date, 18
    telephone, 24 Government Office Region.
    """
    if len(cells) != _COLUMNS:
        return Problem(where, f"this row has {len(cells)} columns where {_COLUMNS} are expected")
    code, name, grouping, icb, postcode = cells[0].upper(), cells[1], cells[2], cells[3], cells[9]
    if not forms.is_ods(code):
        return Problem(where, f"{cells[0]!r} is not an ODS code")
    if not name:
        return Problem(where, f"{code} has no name")
    if postcode and not forms.is_postcode(postcode):
        return Problem(where, f"{code}: {postcode!r} is not a British postcode")
    opened, closed = _day(cells[10]), _day(cells[11])
    if (cells[10] and not opened) or (cells[11] and not closed):
        return Problem(
            where, f"{code} has a date that is none: {cells[10]!r}, {cells[11]!r}", "ODS writes 20260701"
        )
    in_wales = cells[23] == _WALES
    return OdsRow(
        code=code,
        name=name,
        nation="Wales" if in_wales else "England",
        region="Wales" if in_wales else _REGIONS.get(grouping, ""),
        lines=tuple(
            line for line in cells[4:8] if line
        ),  # not the county: some copies leave it out for every trust
        postcode=postcode.upper(),
        opened_on=opened,
        closed_on=closed,
        telephone=cells[17],
        icb_code=icb,
        where=where,
    )


def _day(text: str) -> date | None:
    return forms.day(f"{text[:4]}-{text[4:6]}-{text[6:]}")
