"""A page of a PDF as a picture with quotes marked on it; only ever called in the worker."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from foimail.documents import page_text
from foimail.documents.model import EncryptedError
from foimail.documents.pdf import opened
from foimail.documents.picture import MOST_QUOTES, PNG, TALLEST, WIDEST, Picture

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import pypdfium2

    from foimail.documents.picture import Quote

    Box = tuple[float, float, float, float]  # left, bottom, right, top in points, as PDF has it
    Area = tuple[int, int, int, int]  # left, top, right, bottom in pixels

_LARGEST = 3.0  # pixels for a point: a label is not blown up to a poster
_TINT = (  # what light a marker of this yellow lets through: red, green, blue
    bytes(range(256)),
    bytes(value * 229 // 255 for value in range(256)),
    bytes(value * 120 // 255 for value in range(256)),
)
_EDGE = bytes((176, 120, 0))  # the line below: a mark can be told without its colour too
_CHANNELS = 3
_FOOT = 48  # pixels of blank paper that are left below the last words
_PAD = 2  # pixels around the letters


def page(content: bytes, number: int, quotes: Sequence[Quote]) -> Picture:
    """The page of this number, from 1 on. Never an exception, but for what ends the process."""
    try:
        return _page(content, number, quotes[:MOST_QUOTES])
    except EncryptedError:
        return Picture(reason="it is locked by a password")
    except MemoryError:
        return Picture(reason="drawing it takes more memory than it may have")
    except ValueError as error:
        return Picture(reason=str(error)[:200])
    except Exception as error:  # noqa: BLE001 - whatever the library makes of hostile bytes costs this picture only
        return Picture(reason=f"it cannot be drawn ({type(error).__name__})")


def _page(content: bytes, number: int, quotes: Sequence[Quote]) -> Picture:
    document = opened(content)
    try:
        count = len(document)
        if not 0 < number <= count:
            raise ValueError(
                f"it has {count:,} {'page' if count == 1 else 'pages'}, and none of number {number}"
            )
        document.init_forms()  # what was typed into the fields of a form is drawn too
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(_LARGEST, WIDEST / max(width, 1.0), TALLEST / max(height, 1.0))
        bitmap = page.render(scale=scale, rev_byteorder=True)
        if bitmap.n_channels != _CHANNELS:
            raise ValueError("it cannot be drawn in these colours")
        boxes = [_boxes(page, quote) for quote in quotes]
        place = bitmap.get_posconv(page)
        areas = [_area(place, box, bitmap.width, bitmap.height) for found in boxes for box in found]
        rows = _rows(bitmap)
        for area in areas:
            _mark(rows, area)
        rows = rows[: _written(rows)]
        return Picture(_png(bitmap.width, rows), bitmap.width, len(rows), tuple(map(bool, boxes)))
    finally:
        document.close()  # with all its pages


def _boxes(page: pypdfium2.PdfPage, quote: Quote) -> list[Box]:
    """Where a quote stands: a box for each line of it, or for each cell."""
    words = page.get_textpage()
    try:
        found = page_text.letters(words, quote.start, quote.end, quote.words)
        return list(_joined(words.get_charbox(index, loose=True) for index in found))
    finally:
        words.close()


def _joined(boxes: Iterable[Box]) -> Iterator[Box]:
    """The boxes of letters as those of words in a line; a letter that takes no room has none."""
    last: Box | None = None
    for box in boxes:
        left, bottom, right, top = box
        if not (right > left and top > bottom):
            continue
        if last is not None:
            tall = max(last[3] - last[1], top - bottom)
            is_level = abs((last[1] + last[3]) - (bottom + top)) < tall  # their middles, twice
            if is_level and -tall / 2 < left - last[2] < tall * 1.5:
                last = (min(last[0], left), min(last[1], bottom), max(last[2], right), max(last[3], top))
                continue
            yield last
        last = box
    if last is not None:
        yield last


def _area(place: pypdfium2.PdfPosConv, box: Box, width: int, height: int) -> Area:
    """The pixels of a box, however the page is turned."""
    (one, two), (three, four) = place.to_bitmap(box[0], box[3]), place.to_bitmap(box[2], box[1])
    return (
        max(0, min(one, three) - _PAD),
        max(0, min(two, four) - _PAD),
        min(width, max(one, three) + _PAD),
        min(height, max(two, four) + _PAD),
    )


def _rows(bitmap: pypdfium2.PdfBitmap) -> list[bytearray]:
    pixels = memoryview(bitmap.buffer)
    wide = bitmap.width * _CHANNELS
    return [bytearray(pixels[n * bitmap.stride : n * bitmap.stride + wide]) for n in range(bitmap.height)]


def _written(rows: Sequence[bytearray]) -> int:
    """How many rows there are without the blank paper below the last words."""
    last = next((n for n in range(len(rows) - 1, -1, -1) if rows[n].count(255) < len(rows[n])), 0)
    return min(len(rows), last + 1 + _FOOT)


def _mark(rows: list[bytearray], area: Area) -> None:
    """Lay the marker over an area."""
    left, top, right, bottom = area
    for row in rows[top:bottom]:
        for channel, through in enumerate(_TINT):
            part = slice(left * _CHANNELS + channel, right * _CHANNELS, _CHANNELS)
            row[part] = row[part].translate(through)
    for row in rows[max(top, bottom - 2) : bottom]:
        row[left * _CHANNELS : right * _CHANNELS] = _EDGE * max(0, right - left)


def _png(width: int, rows: Sequence[bytearray]) -> bytes:
    """A PNG of eight bits a channel (ISO/IEC 15948), its rows as they are."""
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    packed = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return PNG + b"".join(_chunk(*one) for one in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
