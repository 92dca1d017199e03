"""Files that are text already: TXT, CSV, RTF, HTML, whatever their charset."""

from __future__ import annotations

import codecs
import csv
import io
import re

from foimail.documents.markup import html_text
from foimail.documents.model import MOST_CELLS, Document, Sheet, TooLargeError, of_sheets, of_text

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is its beginning
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_DECLARED = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_SEPARATOR = re.compile(r"sep=(.)\n")  # Excel's own first line
_SEPARATORS = ",;\t|"
_SAMPLE = 20  # lines
_GUESSED_BY = 20_000  # bytes
_HIGH = re.compile(rb"[\x80-\xff]")
_FOREIGN = 0.2  # of the bytes beyond ASCII: no Latin script has so many
_LONGEST_CELL = 1_000_000


def decode(content: bytes, declared: str = "") -> str:
    """Text by its byte order mark, else as declared, else UTF-8 or Windows-1252, else by its looks; line feeds end its lines."""
    for mark, charset in _BOMS:
        if content.startswith(mark):
            return clean(content.decode(charset, "replace"))
    for charset in (declared, "utf-8", "windows-1252"):
        try:
            if charset and codecs.lookup(charset).name not in {
                "ascii",
                "iso8859-1",
            }:  # nearly always Windows-1252
                return clean(content.decode(charset))
        except (LookupError, ValueError):
            continue
    return clean(_guessed(content))


def _guessed(content: bytes) -> str:
    """Text of another script by the letters that come out; in a Latin one a stray byte is only that."""
    sample = content[:_GUESSED_BY]
    name = "windows-1252"
    if len(_HIGH.findall(sample)) > _FOREIGN * len(sample):
        from charset_normalizer import from_bytes

        name = getattr(from_bytes(sample).best(), "encoding", name)
    return content.decode(name, "replace")


def clean(text: str) -> str:
    """Text without control characters, its lines ended by line feeds."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def html(content: bytes) -> Document:
    """A page of HTML."""
    declared = _DECLARED.search(content, 0, 2048)
    return of_text(html_text(decode(content, declared[1].decode() if declared else "")))


def rtf(content: bytes) -> Document:
    """An RTF file; pictures and objects in it are left out."""
    from striprtf.striprtf import rtf_to_text

    text = rtf_to_text(content.decode("latin-1"), errors="ignore")  # type: ignore[no-untyped-call]  # it has no types
    return of_text(clean(text))


def table(content: bytes) -> Document:
    """A CSV file as one sheet without a name; its separator is what parts most of its first lines alike."""
    text = decode(content)
    if said := _SEPARATOR.match(text):
        text = text[said.end() :]
    csv.field_size_limit(_LONGEST_CELL)
    rows: list[tuple[str, ...]] = []
    cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=said[1] if said else _separator(text))
    try:
        for row in reader:
            rows.append(tuple(row))
            cells += len(row)
            if cells > MOST_CELLS:
                raise TooLargeError(f"it has more than {MOST_CELLS:,} cells")
    except csv.Error:  # no table, whatever its name says
        return of_text(text)
    while rows and not any(rows[-1]):
        rows.pop()
    return of_sheets([Sheet("", hidden=False, rows=tuple(rows))])


def _separator(text: str) -> str:
    lines = [line for line in text.split("\n", _SAMPLE)[:_SAMPLE] if line.strip()]

    def likely(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in lines]
        commonest = max(counts, key=counts.count, default=0)
        return (counts.count(commonest) if commonest else 0, commonest)

    return max(_SEPARATORS, key=likely)
