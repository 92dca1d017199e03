"""An answer that does not end and a length that nobody has are given up at once."""

from __future__ import annotations

import imaplib
import smtplib
import socket
import threading
import time
from contextlib import suppress

import pytest

from foimail.mail import bounded


@pytest.mark.parametrize("client", [bounded.Smtp, bounded.SmtpTls])
def test_an_answer_without_end_is_given_up(client: type[bounded.Smtp]) -> None:
    ours, theirs = socket.socketpair()

    def talk() -> None:
        end = time.monotonic() + 3
        with suppress(OSError):
            while time.monotonic() < end:
                theirs.sendall(b"250-and more\r\n" * 100)
        theirs.close()

    talker = threading.Thread(target=talk)
    talker.start()
    smtp = client()
    smtp.sock = ours
    with pytest.raises(smtplib.SMTPServerDisconnected, match="an answer without end"):
        smtp.getreply()
    ours.close()
    talker.join()


def test_an_answer_of_many_lines_is_read_and_so_is_the_next() -> None:
    ours, theirs = socket.socketpair()
    theirs.sendall(b"".join(b"250-line\r\n" for _ in range(900)) + b"250 last\r\n220 next\r\n")
    smtp = bounded.Smtp()
    smtp.sock = ours
    assert [smtp.getreply()[0] for _ in range(2)] == [250, 220]
    smtp.close()
    theirs.close()


def test_the_length_of_a_literal_is_believed_as_far_as_a_mail_can_be_long() -> None:
    read = bounded.literals(lambda size: b"x" * size)
    assert read(7) == b"x" * 7
    with pytest.raises(imaplib.IMAP4.abort):
        read(2**40)
