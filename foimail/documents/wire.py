"""What goes between foimail and its worker: frames of JSON and bytes, never pickles, since a worker may have been taken over."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, astuple
from typing import TYPE_CHECKING, Any, get_args

from foimail.documents.model import Document, Page, Sheet, State
from foimail.documents.picture import PNG, Picture, Quote
from foimail.places import Mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LENGTH = struct.Struct(">Q")  # goes before each frame


def frame(payload: bytes) -> bytes:
    """A payload with its length in front."""
    return LENGTH.pack(len(payload)) + payload


def question(name: str, media_type: str, content: bytes) -> bytes:
    """An attachment as two frames: what is said of it, and its bytes."""
    return frame(json.dumps([name, media_type]).encode()) + frame(content)


def page_question(content: bytes, number: int, quotes: Sequence[Quote]) -> bytes:
    """A page of a PDF that is to be drawn, as two frames."""
    wanted = [number, [astuple(one) for one in quotes]]
    return frame(json.dumps(["", "", wanted]).encode()) + frame(content)


def quotes(wanted: Iterable[Sequence[Any]]) -> list[Quote]:
    """The quotes of a question."""
    return [Quote(int(start), int(end), str(words)) for start, end, words in wanted]


def page_answer(picture: Picture) -> bytes:
    """A picture as one frame: what is said of it in a frame of its own, and its bytes."""
    said = [picture.width, picture.height, picture.marked, picture.reason]
    return frame(frame(json.dumps(said).encode()) + picture.png)


def picture(payload: bytes) -> Picture:
    """The picture in a frame. Raises ValueError where it is none."""
    try:
        (length,) = LENGTH.unpack_from(payload)
        width, height, marked, reason = json.loads(payload[LENGTH.size : LENGTH.size + length])
        png = payload[LENGTH.size + length :]
        if not png.startswith(PNG) and not (reason and not png):
            raise ValueError("neither a picture nor a reason")
        return Picture(png, int(width), int(height), tuple(map(bool, marked)), str(reason))
    except (struct.error, TypeError, RecursionError) as error:
        raise ValueError(f"no picture: {error}") from None


def answer(document: Document) -> bytes:
    """A document as one frame."""
    return frame(json.dumps(asdict(document)).encode())


def document(payload: bytes) -> Document:
    """The document in a frame. Raises ValueError where it is none."""
    try:
        said = json.loads(payload)
        if said["state"] not in get_args(State):
            raise ValueError("no such state")
        return Document(
            said["state"],
            str(said["reason"]),
            tuple(Page(int(p["number"]), str(p["text"])) for p in said["pages"]),
            tuple(
                Sheet(
                    str(s["name"]),
                    bool(s["hidden"]),
                    tuple(tuple(map(str, row)) for row in s["rows"]),
                    tuple(map(int, s["hidden_rows"])),
                    tuple(map(int, s["hidden_columns"])),
                )
                for s in said["sheets"]
            ),
            str(said["text"]),
            tuple(
                Mark(int(m["start"]), int(m["page"]), str(m["sheet"]), int(m["rows"]), str(m["member"]))
                for m in said["marks"]
            ),
        )
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no document: {error}") from None
