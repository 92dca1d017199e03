"""Campaigns as a person writes them: a folder of templates with its campaign.toml; every fault at once.

A campaign folder may be a stranger's. Its name is no path, and a link out of it is not read.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from typing import TYPE_CHECKING

from foimail.errors import InputError, Problem, errors_only
from foimail.files.campaign_table import read_campaign
from foimail.files.lines import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from foimail.model import Body, Campaign

BASE = "base"
FILE = "campaign.toml"
LARGEST = 200_000  # bytes of one file: some fifty pages
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_NAMES = "a name has small letters, digits and hyphens, and `base` is taken"

_SKELETON = """\
# A campaign: one request, put to many bodies. Fill in what stands in square brackets; a letter that still has
# such brackets is refused. `foimail campaign check` shows what is left to do, `foimail preview` the letters.

title = "[WHAT THE CAMPAIGN IS ABOUT]"
subject = "Freedom of Information request: [SUBJECT]"     # the reference is added to it
# topic = "potholes"        # campaigns on one topic: a body may add up their costs within 60 working days
# environmental = true      # a request for environmental information

[audience]                  # whom to ask; a list left out means "all"
# types = ["acute", "health board"]
# nations = ["England", "Scotland"]
# tags = ["pilot"]
# exclude = ["RD8"]

[[part]]                    # one question; repeat this block for each
key = "first"               # a short name, for the table of answers
question = "[YOUR QUESTION]"
answer = "count_by_year"    # or "count", "text", "yes_no"
years = [2020, 2024]        # for count_by_year alone: the first and the last

# To change a file of templates/base for this campaign alone, copy it into this folder and edit it there:
# _particulars.txt, for example, is printed after the questions.
"""


def names(templates: Path) -> tuple[str, ...]:
    """The campaigns in a templates folder, in order of name."""
    found = (path.parent.name for path in templates.glob(f"*/{FILE}"))
    return tuple(sorted(name for name in found if _is_name(name)))


def load(templates: Path, name: str) -> tuple[Campaign | None, tuple[Problem, ...]]:
    """One campaign with its own and the base's templates, or None, and every fault of its files.

    Faults in the language of the templates are found by `foimail.letters.compose.template_faults`.

    Args:
        templates: The folder of all campaigns, which also holds `base`.
        name: The campaign's folder in it.
    """
    place = f"templates/{name}/{FILE}"
    if not _is_name(name):
        return None, (Problem("templates", f"{name!r} is not the name of a campaign", _NAMES),)
    if not (templates / name / FILE).exists():
        known = ", ".join(names(templates)) or "none"
        return None, (Problem(place, "there is no such campaign", f"there are: {known}"),)
    problems: list[Problem] = []
    letters = (*_letters(templates, name, problems), *_letters(templates, BASE, problems))
    problems += _unused(name, letters)
    text = _text(templates, name, FILE, problems)
    if text is None:
        return None, tuple(problems)
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"line (\d+)", str(error))
        line = found[1] if found else len(text.splitlines())
        problems.append(
            Problem(f"{place}:{line}", f"this is not TOML: {error}", "look at the quotes and brackets")
        )
        return None, tuple(problems)
    campaign, faults = read_campaign(name, place, text, table, letters)
    problems = [*faults, *problems]
    return None if errors_only(problems) else campaign, tuple(problems)


def audience_faults(templates: Path, campaign: Campaign, bodies: Sequence[Body]) -> tuple[Problem, ...]:
    """The names in `[audience]` that fit no body: a slip in `exclude` would write to the very body that is left out."""
    known = {
        "types": {body.type for body in bodies},
        "tags": {tag for body in bodies for tag in body.tags},
        "exclude": {body.id for body in bodies},
    }
    text = _text(templates, campaign.name, FILE, []) or ""
    return tuple(
        Problem(
            f"templates/{campaign.name}/{FILE}:{line_of(text, 'audience', key)}",
            f"`{key}`: no body of trusts.yaml has {name!r}",
            f"did you mean {near[0]}?" if near else "`foimail trusts list` shows them",
        )
        for key, names_ in known.items()
        for name in getattr(campaign.audience, key)
        if name not in names_
        for near in [
            [n for n in names_ if n.casefold() == name.casefold()]
            or difflib.get_close_matches(name, names_, 1)
        ]
    )


def create(templates: Path, name: str) -> Path:
    """A new campaign of one part, to be filled in; its campaign.toml.

    Raises:
        InputError: The name cannot be one, or is taken.
    """
    if not _is_name(name):
        raise InputError(f"{name!r} cannot be the name of a campaign", hint=_NAMES)
    folder = templates / name
    if folder.exists() or folder.is_symlink():
        raise InputError(
            f"there is already a campaign or folder templates/{name}", hint="choose another name"
        )
    folder.mkdir()
    (folder / FILE).write_text(_SKELETON, encoding="utf-8")
    return folder / FILE


def _is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name != BASE


def _letters(templates: Path, folder: str, problems: list[Problem]) -> tuple[tuple[str, str], ...]:
    files = sorted(path.name for path in (templates / folder).glob("*.txt"))
    if folder == BASE and not files:
        hint = "`foimail init` in a new folder makes one that can be copied"
        problems.append(
            Problem(f"templates/{BASE}", "the letters that every campaign inherits are missing", hint)
        )
    read = ((f"{folder}/{file}", _text(templates, folder, file, problems)) for file in files)
    return tuple((key, text) for key, text in read if text is not None)


def _text(templates: Path, folder: str, file: str, problems: list[Problem]) -> str | None:
    """A file's text, unless it is not the campaign's own: a link may lead anywhere, to a secret for one."""
    path = templates / folder / file
    place = f"templates/{folder}/{file}"
    if not path.is_file():
        problems.append(Problem(place, "this is not a file"))
    elif not path.resolve().is_relative_to(templates.resolve()):
        hint = "put the file itself here"
        problems.append(Problem(place, "this is a link out of the templates folder", hint))
    elif path.stat().st_size > LARGEST:
        problems.append(Problem(place, f"this is larger than {LARGEST} bytes", "no letter is that long"))
    else:
        content = path.read_bytes()
        try:
            return content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            problems.append(Problem(f"{place}:{line}", "this is not UTF-8 text", "save it as UTF-8"))
    return None


def _unused(name: str, letters: tuple[tuple[str, str], ...]) -> Iterator[Problem]:
    """A file such as _openning.txt, which nothing includes, changes no letter, and nobody would see why."""
    parts = sorted({key.partition("/")[2] for key, _ in letters})
    for key, _ in letters:
        folder, _, file = key.partition("/")
        if folder == name and file.startswith("_") and not any(f'"{file}"' in text for _, text in letters):
            near = difflib.get_close_matches(file, [part for part in parts if part != file], 1)
            hint = f"did you mean {near[0]}?" if near else f'include it: {{% include "{file}" %}}'
            yield Problem(f"templates/{key}", "no letter includes this file", hint, "warning")
