"""The wide table: a row for each body, a column for each part and year."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from foimail.dataset.fields import BODY, LEFT_OUT, OUTCOMES, STATES, Field, Table
from foimail.dataset.long import IN_WORDS
from foimail.replies.numerals import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from foimail.dataset.fields import Row
    from foimail.model import Part

    Key = tuple[str, str, str]  # period, category, unit

NOT_HELD = "not held"
WITHHELD = "withheld"
UNCLEAR = "*"  # a cell in which a letter gives a mark and no key to it
_LONGEST = 60  # characters of a category in a heading
_TOTAL = "total"


def wide(rows: Iterable[Row], parts: Sequence[Part]) -> Table:
    """The rows of the long table, or of what is left of it to be published, side by side; the order of the bodies stays."""
    by_body: dict[tuple[object, object], list[Row]] = {}
    for row in rows:
        by_body.setdefault((row["body"], row.get("case")), []).append(row)
    public = any(LEFT_OUT.name in row for own in by_body.values() for row in own[:1])
    made: list[Row] = [{one.name: own[0].get(one.name) for one in BODY} for own in by_body.values()]
    fields = list(BODY)
    taken = {one.name for one in fields}
    for number, part in enumerate(parts, start=1):
        here = [[row for row in own if row["part_number"] == number] for own in by_body.values()]
        about = _about(part, public=public)
        taken |= {one.name.lower() for one in about}
        headings = _headings(part, here, taken)
        fields += [*about, *headings.values()]
        for row, own in zip(made, here, strict=True):
            row.update(_said(part, own, public=public))
            row.update({headings[key].name: value for key, value in _cells(part, own).items()})
    if public:
        fields.append(LEFT_OUT)
        for row, own in zip(made, by_body.values(), strict=True):
            row[LEFT_OUT.name] = own[0][LEFT_OUT.name]
    return Table(tuple(fields), made)


def _about(part: Part, *, public: bool) -> list[Field]:
    key = part.key
    found = [
        Field(f"{key}_outcome", "string", f"{key}: what the body says", required=True, values=OUTCOMES),
        Field(f"{key}_state", "string", f"{key}: the least that is sure of it", required=True, values=STATES),
        Field(f"{key}_exemptions", "string", f"{key}: the sections that the body relies on"),
        Field(f"{key}_note", "string", f"{key}: what a reader should know"),
    ]
    if part.answer in IN_WORDS and not public:
        found.append(Field(f"{key}_quote", "string", f"{key}: the words of the letter", private=True))
    return found


def _said(part: Part, own: Sequence[Row], *, public: bool) -> Row:
    def joined(name: str, between: str = "; ") -> str | None:
        return between.join(dict.fromkeys(str(row[name]) for row in own if row.get(name))) or None

    states = [str(row["state"]) for row in own]
    found: Row = {
        f"{part.key}_outcome": next(
            (r["outcome"] for r in own if r["outcome"] != "unconfirmed"), "unconfirmed"
        ),
        f"{part.key}_state": max(states, key=STATES.index),
        f"{part.key}_exemptions": joined("exemptions"),
        f"{part.key}_note": joined("note"),
    }
    if part.answer in IN_WORDS and not public:
        words = [row for row in own if "period" not in row]
        found[f"{part.key}_quote"] = (
            "\n\n".join(str(row["quote"]) for row in words if row.get("quote")) or None
        )
    return found


def _cells(part: Part, own: Sequence[Row]) -> dict[Key, object]:
    found = {_key(row): _cell(row) for row in own if "period" in row}
    if not found and any(row["outcome"] == "not_held" for row in own):
        return dict.fromkeys(_asked(part), NOT_HELD)
    return found


def _key(row: Row) -> Key:
    return (str(row["period"] or ""), str(row["category"] or ""), str(row["unit"]))


def _asked(part: Part) -> list[Key]:
    if part.years:
        return [(str(year), "", "count") for year in range(part.years[0], part.years[1] + 1)]
    return [] if part.answer in IN_WORDS else [("", "", "count")]


def _headings(part: Part, here: Iterable[Sequence[Row]], taken: set[str]) -> dict[Key, Field]:
    """A column for each year asked, then for what else any body gave, a total last."""
    given = {_key(row) for own in here for row in own if "period" in row}
    asked = _asked(part)
    further = sorted(given - set(asked), key=lambda key: (key[1:], key[0] == _TOTAL, key[0]))
    found = {}
    for key in (*asked, *further):
        name = _unlike(_name(part, key), taken)
        meaning = f'{part.key}: a number, a band such as "<5", "{WITHHELD}" or "{NOT_HELD}"; empty where nothing is said'
        found[key] = Field(name, "any", meaning)
    return found


def _name(part: Part, key: Key) -> str:
    period, category, unit = key
    name = f"{part.key}_{period}" if period else part.key
    if category:
        name += f" [{' '.join(category.split())[:_LONGEST]}]"
    return name if unit == "count" else f"{name} ({unit})"


def _unlike(name: str, taken: set[str]) -> str:
    """The name, numbered where another column has it: databases do not tell capitals from small letters."""
    number, free = 1, name
    while free.lower() in taken:
        number += 1
        free = f"{name} ({number})"
    taken.add(free.lower())
    return free


def _cell(row: Row) -> object:
    """A number as such; else a band, or that it was withheld, in words; None of what is not to be said."""
    if row["value"] is not None:
        return row["value"]
    if row["withheld"]:
        return WITHHELD
    lower, upper = cast("float | None", row["lower"]), cast("float | None", row["upper"])
    if lower is None:
        return None
    if upper is None:
        return f"{lower}+" if lower else UNCLEAR
    # a band of whole numbers that begins at nought is written as bodies write it
    return f"{lower}-{upper}" if lower or upper != int(upper) else f"<{whole(upper + 1)}"
