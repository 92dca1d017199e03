"""Slides of PPTX: each a page, its speaker's notes behind its own words; hidden ones are read and flagged."""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.documents.markup import attribute, xml
from foimail.documents.model import Document, Page, of_pages
from foimail.documents.packed import member, opened
from foimail.documents.words import text_of

if TYPE_CHECKING:
    import zipfile

_SLIDE = re.compile(r"ppt/slides/[^/]+\.xml")
_NOTES = re.compile(r"ppt/notesSlides/[^/]+\.xml")


def pptx(content: bytes) -> Document:
    """The slides in the order in which they are shown. Raises ValueError where the file is broken."""
    pages: list[Page] = []
    hidden: list[str] = []
    with opened(content) as packed:
        for number, name in enumerate(_linked(packed, "ppt/presentation.xml", _SLIDE), 1):
            slide = xml(member(packed, name))
            if attribute(slide, "show") in {"0", "false"}:
                hidden.append(str(number))
            notes = (text_of(xml(member(packed, note))) for note in _linked(packed, name, _NOTES))
            pages.append(Page(number, "\n\n".join(filter(None, map(str.strip, (text_of(slide), *notes))))))
    whole = of_pages(pages)
    said = hidden and whole.state == "read"
    return replace(whole, reason=f"hidden in it: slide {', '.join(hidden)}") if said else whole


def _linked(packed: zipfile.ZipFile, name: str, wanted: re.Pattern[str]) -> list[str]:
    """The members of one kind that a member refers to, in the order in which it names them, else in that of its links."""
    folder, _, file = name.rpartition("/")
    try:
        links = xml(member(packed, f"{folder}/_rels/{file}.rels"))
        named = [
            str(v) for slide in xml(member(packed, name)).iter("{*}sldId") for v in slide.attrib.values()
        ]
    except KeyError:  # a slide without pictures and notes links to nothing
        return []
    places = {attribute(link, "Id"): _path(folder, attribute(link, "Target")) for link in links}
    order = [places[i] for i in named if i in places] or list(places.values())
    known = set(packed.namelist())
    return [place for place in order if wanted.fullmatch(place) and place in known]


def _path(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
