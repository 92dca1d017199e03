"""What a mail server may say at most: an answer without end, or the length of a letter that nobody could write, is not believed."""

from __future__ import annotations

import imaplib
import smtplib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_LINES = 1000  # of one answer over SMTP; EHLO, the longest, has about twenty
_LITERAL = (
    128 * 2**20
)  # bytes of one literal over IMAP: memory for it is taken before the first byte has come


def literals(read: Callable[[int], bytes]) -> Callable[[int], bytes]:
    """A reader of IMAP's literals (RFC 3501 s.4.3) that takes none longer than a mail can be."""

    def bounded(size: int) -> bytes:
        if size > _LITERAL:
            raise imaplib.IMAP4.abort(f"a literal of {size} bytes")
        return read(size)

    return bounded


class _Lines:
    """The lines of a server's answers, of which each answer may have so many."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 - what a socket makes
        self._file = file
        self.left = 0

    def readline(self, size: int) -> bytes:
        self.left -= 1
        if self.left < 0:
            raise OSError("an answer without end")
        line: bytes = self._file.readline(size)
        return line

    def close(self) -> None:
        self._file.close()


class Smtp(smtplib.SMTP):
    """smtplib's client (RFC 5321), which gives up on an answer without end."""

    def getreply(self) -> tuple[int, bytes]:
        """One answer of the server; SMTPServerDisconnected where it does not end."""
        if self.file is None and self.sock is not None:
            self.file = _Lines(self.sock.makefile("rb"))
        if isinstance(self.file, _Lines):
            self.file.left = _LINES
        return super().getreply()


class SmtpTls(Smtp, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""
