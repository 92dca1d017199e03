"""One attachment to a `Document`; only ever called in the worker, for the libraries below meet a stranger's bytes."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import replace

from foimail.documents.kinds import kind
from foimail.documents.model import (
    MOST_TEXT,
    Document,
    EncryptedError,
    NotReadableError,
    TooLargeError,
    of_files,
)
from foimail.documents.readers import READERS

_WANTS_PASSWORD = "it is locked by a password"  # noqa: S105 - a sentence
_DEEPEST_MESSAGE = 3
_UNREADABLE = {
    "picture": "a picture: look at it yourself",
    "signed": "signed by S/MIME in one piece: open it in a mail program",
    "ppt": "slides of before 2007: open them in their own program",
    "7-Zip": "packed by 7-Zip: unpack it yourself",
    "RAR": "packed by RAR: unpack it yourself",
    "gzip": "packed by gzip: unpack it yourself",
}


def read(name: str, media_type: str, content: bytes) -> Document:
    """What an attachment says; never an exception, but for what ends the process.

    Args:
        name: As the stranger gave it; only its ending is looked at, and only where the content does not speak.
        media_type: As the mail declares it.
        content: All its bytes.
    """
    return _read(name, media_type, content, depth=0)


def _read(name: str, media_type: str, content: bytes, *, depth: int) -> Document:
    if not content:
        return Document("no_text", "it is empty")
    try:
        return _by_kind(kind(name, media_type, content), media_type, content, depth)
    except EncryptedError as error:
        return Document("encrypted", str(error) or _WANTS_PASSWORD)
    except NotReadableError as error:
        return Document("not_readable", str(error))
    except TooLargeError as error:
        return Document("too_large", str(error))
    except zipfile.BadZipFile:
        return Document("failed", "it is a broken ZIP file")
    except MemoryError:
        return Document("failed", "reading it takes more memory than it may have")
    except ValueError as error:
        return Document("failed", str(error)[:200])
    except Exception as error:  # noqa: BLE001 - whatever a library makes of hostile bytes costs this attachment only
        return Document("failed", f"its reader gave up ({type(error).__name__})")


def _by_kind(found: str, media_type: str, content: bytes, depth: int) -> Document:
    match found:
        case "zip":
            return _archive(content, depth)
        case "mail" | "msg":
            from foimail.documents import messages

            # what a forwarded mail brings is attached beside it already
            beside = media_type.lower() == "message/rfc822"
            text, files = messages.msg(content) if found == "msg" else messages.eml(content, apart=beside)
            return _message(text, files, depth)
        case "encrypted":
            raise EncryptedError
        case "sealed":
            raise EncryptedError("it is encrypted for a mail program with a key: open it there")
    if found in READERS:
        return READERS[found](content)
    raise NotReadableError(_UNREADABLE.get(found, "a kind of file that foimail does not read"))


def _message(text: str, files: list[tuple[str, bytes]], depth: int) -> Document:
    """A message with the files in it, each under its name."""
    if depth > _DEEPEST_MESSAGE:
        raise NotReadableError("messages within messages: open it in a mail program")
    inner = [(name, _read(name, "", content, depth=depth + 1)) for name, content in files]
    return of_files(text, inner, _left_out(inner))


def _left_out(inner: list[tuple[str, Document]]) -> str:
    unread = [f"{name} ({found.reason or found.state})" for name, found in inner if found.state != "read"]
    return f"not read in it, or not wholly: {'; '.join(unread[:5])}" if unread else ""


def _archive(content: bytes, depth: int) -> Document:
    """The files of a ZIP one after the other, each under its name; a ZIP within it stays closed."""
    from foimail.documents.packed import member, opened

    if depth:
        raise NotReadableError("a ZIP file within a ZIP file: unpack it yourself")
    states: list[tuple[str, Document]] = []
    length = 0
    with opened(content) as packed:
        for info in packed.infolist():
            if info.is_dir():
                continue
            name = info.filename.replace("\\", "/").rpartition("/")[2]
            try:
                inner = _read(name, "", member(packed, info), depth=depth + 1)
            except EncryptedError:
                inner = Document("encrypted", _WANTS_PASSWORD)
            except (
                zipfile.BadZipFile,
                zlib.error,
                EOFError,
                NotImplementedError,
            ):  # the other members may be sound
                inner = Document("failed", "it is broken, or packed in a rare way")
            states.append((name, inner))
            length += len(inner.text)
            if length > MOST_TEXT:
                break
    if states and all(inner.state == "encrypted" for _, inner in states):
        raise EncryptedError
    if not any(inner.text for _, inner in states):
        return replace(of_files("", states), state="no_text", reason="nothing in it could be read")
    return of_files("", states, _left_out(states))
