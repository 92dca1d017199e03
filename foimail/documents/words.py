"""Documents of running text: DOCX and ODT, their paragraphs in order, the rows of their tables as lines with tabs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from foimail.documents.markup import attribute, local, xml
from foimail.documents.packed import member, opened

if TYPE_CHECKING:
    from lxml.etree import _Element

_PARTS = re.compile(r"word/(?:header\d*|document|footnotes|endnotes|comments|footer\d*)\.xml")
_ORDER = ("header", "document", "footnotes", "endnotes", "comments", "footer")
_MOST_SPACES = 100  # that one element of ODT may stand for
# what a reader does not see: deleted words, a second rendering of a drawing, instructions of fields
_UNSEEN = frozenset(
    {"del", "moveFrom", "Fallback", "instrText", "tracked-changes", "pPr", "rPr", "sequence-decls"}
)
_MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "line-break": "\n", "noBreakHyphen": "-"}


def docx(content: bytes) -> str:
    """The text of a DOCX: headers, body, notes, comments, footers; inserted words are in it, deleted ones not."""
    with opened(content) as packed:
        names = sorted(filter(_PARTS.fullmatch, packed.namelist()), key=_place)
        texts = [text_of(xml(member(packed, name))) for name in names]
    return "\n\n".join(filter(None, texts))


def odt(content: bytes) -> str:
    """The text of an ODT."""
    with opened(content) as packed:
        return text_of(xml(member(packed, "content.xml")))


def text_of(root: _Element) -> str:
    """The paragraphs and tables below an element."""
    lines: list[str] = []
    _read(root, lines)
    return "\n".join(lines).strip("\n")


def _place(name: str) -> tuple[int, str]:
    return next(i for i, part in enumerate(_ORDER) if part in name), name


def _read(element: _Element, lines: list[str]) -> None:
    """Add the paragraphs and tables below an element. The parser admits no nesting that recursion could not take."""
    for child in element:
        name = local(child)
        if name in {"p", "h"}:
            lines.append(_inline(child))
        elif name in {"tr", "table-row"}:
            cells = [_cell(cell) for cell in child if local(cell) in {"tc", "table-cell", "sdt"}]
            lines.append("\t".join(cells).rstrip("\t"))
        elif name not in _UNSEEN:
            _read(child, lines)


def _cell(cell: _Element) -> str:
    inner: list[str] = []
    _read(cell, inner)
    return " ".join(" ".join(inner).split())


def _inline(element: _Element) -> str:
    name = local(element)
    if name in _UNSEEN:
        return ""
    if name in _MARKS:
        return _MARKS[name]
    if name == "s":
        count = attribute(element, "c")
        return " " * (min(int(count), _MOST_SPACES) if count.isdecimal() and len(count) < 9 else 1)  # noqa: PLR2004
    # in DOCX only w:t holds words and the space between elements is the writer's layout; ODT mixes words and elements
    is_odt = "opendocument" in str(element.tag)
    own = (element.text or "") if is_odt or name == "t" else ""
    return own + "".join(_inline(child) + ((child.tail or "") if is_odt else "") for child in element)
