"""Word documents of 1997 to 2003 ([MS-DOC]): their text by the table of its pieces."""

from __future__ import annotations

import re
import struct
from io import BytesIO

from foimail.documents.model import MOST_TEXT, EncryptedError
from foimail.documents.plain import clean

_ENCRYPTED, _SECOND_TABLE = 0x0100, 0x0200  # flags in the head
_FLAGS, _PIECES = 0x0A, 0x01A2  # where they stand in the head
_PROPERTIES, _TABLE = 1, 2  # what may stand before the table of pieces, and itself
_NARROW = 0x40000000  # one byte for each character
_FIELD = re.compile("\x13[^\x13\x14\x15]*\x14?|\x15")  # a field's instructions; its result stays
_MARKS = str.maketrans({"\x07": "\t", "\x0b": "\n", "\x0c": "\n", "\x0d": "\n", "\x1e": "-", "\x1f": None})
_BEHIND_CELLS = re.compile(r"(?<!\t)\t+(?=\n|\Z)")


def doc(content: bytes) -> str:
    """The text: body, notes, headers; rows of tables as lines with tabs.

    Raises:
        EncryptedError: It wants a password.
        ValueError: It is broken.
    """
    import olefile

    with olefile.OleFileIO(BytesIO(content)) as file:
        main = file.openstream("WordDocument").read()
        try:
            (flags,) = struct.unpack_from("<H", main, _FLAGS)
            if flags & _ENCRYPTED:
                raise EncryptedError
            table = file.openstream("1Table" if flags & _SECOND_TABLE else "0Table").read()
            text = "".join(_pieces(main, table))
        except struct.error:
            raise ValueError("it breaks off in its own head") from None
    text = _FIELD.sub("", text.replace("\x07\x07", "\x07\r")).translate(_MARKS)
    return _BEHIND_CELLS.sub("", clean(text)).strip()


def _pieces(main: bytes, table: bytes) -> list[str]:
    at, length = struct.unpack_from("<II", main, _PIECES)
    end = at + length
    while at < end and table[at : at + 1] == bytes([_PROPERTIES]):
        (size,) = struct.unpack_from("<H", table, at + 1)
        at += 3 + size
    if table[at : at + 1] != bytes([_TABLE]):
        raise ValueError("the table of its pieces is missing")
    (size,) = struct.unpack_from("<I", table, at + 1)
    count = min((size - 4) // 12, len(table) // 12)
    places = struct.unpack_from(f"<{count + 1}I", table, at + 5)
    found: list[str] = []
    total = 0
    for number in range(count):
        (where,) = struct.unpack_from("<I", table, at + 5 + 4 * (count + 1) + 8 * number + 2)
        length = max(0, places[number + 1] - places[number])
        if where & _NARROW:
            start = (where & ~_NARROW) // 2
            found.append(main[start : start + length].decode("windows-1252", "replace"))
        else:
            found.append(main[where : where + 2 * length].decode("utf-16-le", "replace"))
        total += len(found[-1])
        if total > MOST_TEXT:
            break
    return found
