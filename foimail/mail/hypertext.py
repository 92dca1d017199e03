"""HTML mail to plain text: without scripts, rows of tables as lines with tabs, quotations marked by `>`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from itertools import groupby

_LARGEST = 2_000_000  # characters of HTML that are read
_SILENT = frozenset({"script", "style", "title", "template"})
_BREAKS = re.compile(
    "address|article|aside|blockquote|caption|center|d[dlt]|div|fieldset|footer|form|h[1-6r]|header|li|main|nav|[ou]l"
    "|p|pre|section|table|tbody|tfoot|thead|tr"
)
_CELLS = frozenset({"td", "th"})
_BOXES = _CELLS | {"tr", "table"}
_LONGEST_CELL = 300  # characters: more in a cell and the table is there for layout
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")
_NAME = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)")
_TAG = re.compile(
    r"<[^<>\"']*+(?:(?:\"[^\"]*+\"|'[^']*+')[^<>\"']*+)*+>"
)  # `>` in quotation marks does not end it
_LONGEST_TAG = 2000  # characters; a longer one ends at its first `>`
_DEEPEST = 90  # boxes in boxes: thirty tables
_MOST_MARKS = 20  # `>` before a line
_QUOTE, _UNQUOTE = "\x01", "\x02"  # stand where a quotation begins and ends until all of the page is there
_NO_MARKS = str.maketrans("", "", _QUOTE + _UNQUOTE)
_EMPTY_LINES = re.compile(r"\n{3,}")


class _Tidy(str):
    """Whole lines that need no tidying any more: each box would do it again."""

    __slots__ = ()


@dataclass
class _Box:
    """What collects text: the page, a table, a cell; a row collects the texts of its cells."""

    tag: str
    pieces: list[str] = field(default_factory=list)
    quotes: int = 0  # quotations that began in it and have not ended

    def text(self) -> str:
        runs = groupby(self.pieces, lambda piece: isinstance(piece, _Tidy))
        whole = "".join("".join(run) if is_tidy else _tidy("".join(run)) for is_tidy, run in runs)
        return _EMPTY_LINES.sub("\n\n", whole).strip("\n")


def _tidy(text: str) -> str:
    return "\n".join(
        _BLANKS.sub(" ", line).strip(" ") if "\t" not in line else line for line in text.split("\n")
    )


class _Reader:
    """Reads HTML in time that grows with its length alone, which the stdlib's parser does not."""

    def __init__(self) -> None:
        self._open = [_Box("")]

    def feed(self, html: str) -> None:
        """Read the page."""
        endless: set[str] = set()  # what has no end in the rest of the page
        at, close = 0, -1
        while (start := html.find("<", at)) >= 0:
            if close < start and (close := html.find(">", start)) < 0:
                break
            self._say_data(html[at:start])
            if html.startswith("<!--", start) and "-->" not in endless:
                end = html.find("-->", start + 4)
                at = end + 3 if end >= 0 else start
                endless |= {"-->"} if end < 0 else set()
                continue
            named = _NAME.match(html, start)
            if named is None:
                is_data = html[start + 1] not in "!?/"
                self._say("<" if is_data else "")
                at = start + 1 if is_data else close + 1
                continue
            whole = _TAG.match(html, start, start + _LONGEST_TAG)
            at = whole.end() if whole else close + 1
            tag = named[2].lower()
            if named[1]:
                self._end(tag)
            elif tag not in _SILENT:
                self._start(tag)
            elif tag not in endless:
                end_tag = re.compile(f"</{tag}", re.IGNORECASE).search(html, at)
                at = end_tag.start() if end_tag else at
                endless |= set() if end_tag else {tag}
        self._say_data(html[at:])

    def _start(self, tag: str) -> None:
        if len(self._open) > _DEEPEST and tag in _BOXES:
            self._say("\n")
        elif tag in _CELLS:
            self._leave(_CELLS, until="tr")
            if self._open[-1].tag != "tr":
                self._open.append(_Box("tr"))
            self._open.append(_Box(tag))
        elif tag == "tr":
            self._leave({"tr"}, until="table")
            self._open.append(_Box("tr"))
        elif tag == "table":
            self._say("\n")
            self._open.append(_Box(tag))
        elif tag == "blockquote":
            self._open[-1].quotes += 1
            self._say(f"\n\n{_QUOTE}\n")
        elif tag == "br" or _BREAKS.fullmatch(tag):
            self._say("\n")
            if tag == "li":
                self._say("- ")

    def _end(self, tag: str) -> None:
        if tag in _CELLS:
            self._leave({tag}, until="tr")
        elif tag == "tr":
            self._leave({"tr"}, until="table")
        elif tag == "table":
            self._leave({tag}, until="")
        elif tag == "blockquote":
            self._unquote()
        elif _BREAKS.fullmatch(tag):
            self._say("\n")

    def _unquote(self) -> None:
        """End the quotation that began last, and all that began in it."""
        if any(box.quotes for box in self._open):
            while not self._open[-1].quotes:
                self._close()
            self._open[-1].quotes -= 1
            self._say(f"\n{_UNQUOTE}\n")

    def _say_data(self, data: str) -> None:
        if data:
            self._say(_BLANKS.sub(" ", unescape(data).translate(_NO_MARKS)))

    def text(self) -> str:
        """What was read, all that is still open closed."""
        while len(self._open) > 1:
            self._close()
        page = self._open[0].text()
        return _EMPTY_LINES.sub("\n\n", _quoted(page)).strip("\n") if _QUOTE in page else page

    def _say(self, text: str) -> None:
        if self._open[-1].tag != "tr":
            self._open[-1].pieces.append(text)
        elif text.strip():  # words between cells are kept, wherever a browser would put them
            self._open[-1].pieces.append(text.strip())

    def _leave(self, tags: set[str] | frozenset[str], until: str) -> None:
        """Close up to the nearest box of these tags, but never beyond an enclosing `until`."""
        for depth in range(len(self._open) - 1, 0, -1):
            tag = self._open[depth].tag
            if tag in tags:
                while len(self._open) > depth:
                    self._close()
                return
            if tag == until:
                return

    def _close(self) -> None:
        box = self._open.pop()
        around = self._open[-1]
        box.pieces.append(f"\n{_UNQUOTE}\n" * box.quotes)
        if box.tag in _CELLS:
            around.pieces.append(box.text())
        elif box.tag == "tr":
            around.pieces.append(_Tidy(f"\n{_row(box.pieces)}\n"))
        else:
            around.pieces.append(_Tidy(f"\n{box.text()}\n"))


def _row(cells: list[str]) -> str:
    """A row of data as one line, its cells parted by tabs; one that only lays out the page as its content.

    A cell that holds rows itself keeps them as lines of their own, behind the cells before it.
    """
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or any(len(c) > _LONGEST_CELL and "\t" not in c for c in filled):  # noqa: PLR2004 - one is no row
        return "\n".join(filled)
    lines: list[str] = []
    line: list[str] = []
    for cell in cells:
        if "\t" in cell:
            lines += ["\t".join(line).rstrip("\t"), cell]
            line = []
        else:
            line.append(_BLANKS.sub(" ", cell))
    return "\n".join(filter(None, [*lines, "\t".join(line).rstrip("\t")]))


def _quoted(page: str) -> str:
    """The page with `>` before the lines of its quotations."""
    lines: list[str] = []
    level = 0
    begins = False
    for line in page.split("\n"):
        said = line.translate(_NO_MARKS)
        if said.strip() or not (begins or said != line):
            lines.append(("> " * min(level, _MOST_MARKS) + said).rstrip(" ") if level else said)
            begins = False
        if said != line:
            ends = line.count(_UNQUOTE)
            while ends and lines and not lines[-1].strip("> "):
                lines.pop()
            level += line.count(_QUOTE) - ends
            begins = not ends
    return "\n".join(lines)


def to_text(html: str) -> str:
    """What a person would read on the page. Broken HTML gives its words, whatever is left of their order."""
    reader = _Reader()
    reader.feed(html[:_LARGEST])
    return reader.text()
