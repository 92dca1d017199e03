"""The transport that needs no server."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from foimail import durable
from foimail.errors import MailError
from foimail.mail import maildir
from foimail.mail.incoming import Batch, Folder, open_incoming
from foimail.mail.maildir import MaildirIn, make_maildir
from foimail.mail.outgoing import Accepted, Lost, Rejected, open_outgoing

if TYPE_CHECKING:
    from collections.abc import Container

    from foimail.mail.outgoing import Outgoing

US, BODY, RAW = "foi@requester.test", "foi@trust.test", b"Subject: One\r\n\r\n.\r\n"


def out(folder: Path) -> Outgoing:
    return open_outgoing("maildir:outbox", login=None, base=folder)


def drop(folder: Path, name: str, raw: bytes, part: str = "new") -> None:
    make_maildir(folder)
    (folder / part / name).write_bytes(raw)


def poll(folder: Path, seen: Container[str] = (), name: str = "INBOX") -> dict[str, bytes]:
    batches = list(MaildirIn(folder).new(name, "", lambda: seen))
    return {message.key: message.raw for batch in batches for message in batch.messages}


def test_a_letter_becomes_one_private_file_and_says_its_name(tmp_path: Path) -> None:
    transport = out(tmp_path)
    assert "outbox" in transport.check()
    answer = transport.send(US, BODY, US, RAW)
    assert isinstance(answer, Accepted)
    (file,) = (tmp_path / "outbox" / "new").iterdir()
    assert (file.name, file.read_bytes(), file.stat().st_mode & 0o777) == (answer.answer, RAW, 0o600)
    assert {part.name: part.stat().st_mode & 0o777 for part in (tmp_path / "outbox").iterdir()} == {
        "cur": 0o700,
        "new": 0o700,
        "tmp": 0o700,
    }
    assert list((tmp_path / "outbox" / "tmp").iterdir()) == []
    transport.close()


def test_the_bytes_are_on_the_disk_before_the_name_is_in_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    monkeypatch.setattr(
        os, "fsync", lambda _handle: steps.append(f"sync {len(list((tmp_path / 'outbox/new').iterdir()))}")
    )
    assert isinstance(out(tmp_path).send(US, BODY, None, RAW), Accepted)
    assert steps == ["sync 0", "sync 1"]


def test_what_cannot_be_written_is_certainly_not_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        answer = out(tmp_path).send(US, BODY, None, RAW)
    assert isinstance(answer, Rejected)
    assert (answer.permanent, answer.scope) == (False, "session")
    assert [*(tmp_path / "outbox/new").iterdir(), *(tmp_path / "outbox/tmp").iterdir()] == []


def test_a_name_in_new_that_the_disk_did_not_confirm_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_folder: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(durable, "sync", broken)
    assert isinstance(out(tmp_path).send(US, BODY, None, RAW), Lost)


def test_a_file_where_the_maildir_should_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("")
    with pytest.raises(MailError, match="cannot be made"):
        out(tmp_path).check()
    assert isinstance(out(tmp_path).send(US, BODY, None, RAW), Rejected)


def test_mail_in_new_and_cur_is_read_and_left_where_it_is(tmp_path: Path) -> None:
    drop(tmp_path, "2.b.host", b"two")
    drop(tmp_path, "1.a.host:2,S", b"one", "cur")
    before = sorted(tmp_path.rglob("*"))
    assert poll(tmp_path) == {"1.a.host": b"one", "2.b.host": b"two"}
    assert sorted(tmp_path.rglob("*")) == before


def test_what_was_seen_is_not_read_again_after_its_flags_changed(tmp_path: Path) -> None:
    drop(tmp_path, "1.a.host:2,S", b"one", "cur")
    drop(tmp_path, "2.b.host", b"two")
    assert poll(tmp_path, {"1.a.host"}) == {"2.b.host": b"two"}


def test_crash_leftovers_hidden_files_links_and_folders_are_no_mail(tmp_path: Path) -> None:
    drop(tmp_path, "1.half", b"half", "tmp")
    drop(tmp_path, ".hidden", b"x")
    (tmp_path / "new" / "folder").mkdir()
    (tmp_path / "new" / "2.link").symlink_to("/etc/hostname")
    assert poll(tmp_path) == {}


def test_batches_are_cut_by_count_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maildir, "BATCH_COUNT", 3)
    monkeypatch.setattr(maildir, "BATCH_BYTES", 10)
    for number in range(7):
        drop(tmp_path, f"{number}.x", b"12345678" if number < 2 else b"1")
    batches: list[Batch] = list(MaildirIn(tmp_path).new("INBOX", "", set))
    assert [[m.key[0] for m in batch.messages] for batch in batches] == [
        ["0", "1"],
        ["2"],
        ["3", "4", "5"],
        ["6"],
    ]


def test_a_message_moved_or_deleted_by_its_owner_during_a_poll_is_found_or_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maildir, "BATCH_COUNT", 1)
    for number in (1, 2, 3, 4):
        drop(tmp_path, f"{number}.x", b"%d" % number)
    batches = MaildirIn(tmp_path).new("INBOX", "", set)
    found = [m.raw for m in next(batches).messages]
    (tmp_path / "new" / "2.x").rename(tmp_path / "cur" / "2.x:2,S")
    (tmp_path / "new" / "3.x").unlink()
    rest = list(batches)
    assert found + [m.raw for batch in rest for m in batch.messages] == [b"1", b"2", b"4"]
    assert all(batch.failed == () for batch in rest)


def test_a_file_that_cannot_be_read_is_reported_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(tmp_path, "1.x", b"one")
    drop(tmp_path, "2.x", b"two")
    read = Path.read_bytes

    def damaged(path: Path) -> Any:
        if path.name == "1.x":
            raise OSError(errno.EIO, "Input/output error")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", damaged)
    (batch,) = MaildirIn(tmp_path).new("INBOX", "", set)
    assert (batch.failed, [m.key for m in batch.messages]) == (("1.x",), ["2.x"])


def test_subfolders_have_the_roles_of_their_names(tmp_path: Path) -> None:
    for name in ("", ".Sent", ".Junk", ".Archive", ".Archive.2025"):
        make_maildir(tmp_path / name)
    (tmp_path / ".git").mkdir()
    assert set(MaildirIn(tmp_path).folders(["Archive"])) == {
        Folder("INBOX", "inbox"),
        Folder("Sent", "sent"),
        Folder("Junk", "junk"),
        Folder("Archive", "other"),
    }
    with pytest.raises(MailError, match=r"no folder Old.*Archive, Archive.2025, INBOX"):
        MaildirIn(tmp_path).folders(["Old"])
    drop(tmp_path / ".Sent", "1.x", b"ours")
    assert poll(tmp_path, name="Sent") == {"1.x": b"ours"}


def test_a_folder_that_is_no_maildir_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(MailError, match="no Maildir at"):
        open_incoming("maildir:inbox", login=None, base=tmp_path)
    make_maildir(tmp_path / "inbox")
    mailbox = open_incoming("maildir:inbox", login=None, base=tmp_path)
    (tmp_path / "inbox" / "cur").rmdir()
    with pytest.raises(MailError, match="cannot be read"):
        list(mailbox.new("INBOX", "", set))
    mailbox.close()
