"""What goes between foimail and its worker: frames of JSON and bytes, never pickles, since a worker may have been taken over."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import get_args

from foimail.documents.model import Document, Page, Sheet, State
from foimail.places import Mark

LENGTH = struct.Struct(">Q")  # goes before each frame


def frame(payload: bytes) -> bytes:
    """A payload with its length in front."""
    return LENGTH.pack(len(payload)) + payload


def question(name: str, media_type: str, content: bytes) -> bytes:
    """An attachment as two frames: what is said of it, and its bytes."""
    return frame(json.dumps([name, media_type]).encode()) + frame(content)


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
