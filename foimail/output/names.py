"""Names of files made of what strangers wrote: harmless on Linux, macOS and Windows, in a terminal and on a memory stick."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80  # characters, so that a path of several stays below the 260 of Windows
_MOST_BYTES = 160  # in UTF-8: a name has 255 at most, and a number may follow
_LONGEST_ENDING = 10
_FORBIDDEN = frozenset('<>:"/\\|?*')
# Windows takes these for devices, whatever ending follows and in any case; the small digits count, too
_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$|clock\$)[ ]*(?:\..*)?")
_AT_ENDS = " ."


def safe(name: str, otherwise: str = "file") -> str:
    """A stranger's name as the name of one file; `otherwise`, where nothing of it is left.

    Control and direction marks, path separators and what Windows forbids become underscores. It never begins with a dot or a
    hyphen, never ends in a dot or a blank, is no device, and has at most LONGEST characters, its ending kept.
    """
    marked = "".join(
        "_" if c in _FORBIDDEN or (unicodedata.category(c)[0] == "C" and not c.isspace()) else c
        for c in unicodedata.normalize("NFC", name)
    )
    bare = " ".join(marked.split()).lstrip(f"{_AT_ENDS}-~").rstrip(_AT_ENDS)
    if _DEVICE.fullmatch(bare):
        bare = f"_{bare}"
    stem, ending = parted(bare)
    while len(stem) + len(ending) > LONGEST or len(f"{stem}{ending}".encode()) > _MOST_BYTES:
        stem = stem[:-1]
    if not stem.strip("_ ."):
        stem = otherwise
    return f"{stem.rstrip(_AT_ENDS)}{ending}"


def unlike(name: str, taken: set[str]) -> str:
    """This safe name, numbered where one like it (in any case, its accents coded anyhow) is taken; it is taken from then on."""
    stem, ending = parted(name)
    number = 1
    while (key := _key(name)) in taken:
        number += 1
        name = f"{stem}-{number}{ending}"
    taken.add(key)
    return name


def parted(name: str) -> tuple[str, str]:
    """A name without its ending, and the ending with its dot; a long ending is none."""
    place = name.rfind(".")
    if place <= 0 or len(name) - place > _LONGEST_ENDING or " " in name[place:]:
        return name, ""
    return name[:place], name[place:]


def _key(name: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
