"""Downloading 10,000 mails to durably stored bytes, and the whole of a poll, against mbsync (isync) to a Maildir.

Both speak TLS to the same Dovecot on this machine, at their default settings, in turns. Attachments are not read. Memory is the
peak of the process that polls; the commands of a poll that finds nothing are counted in Dovecot's own record of them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.measure import Measure, show  # noqa: E402 - from the checkout
from benchmarks.reading import mails  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.real.servers import Dovecot, MailUser

MAILS = 10_000
ROUNDS = 2
_MB = 2**20
_MBSYNC = """
IMAPAccount here
Host localhost
Port {port}
User {user}
Pass {password}
SSLType IMAPS
CertificateFile {cafile}

IMAPStore far
Account here

MaildirStore near
Path {near}/
Inbox {near}/INBOX

Channel all
Far :far:
Near :near:
Patterns INBOX
Create Near
SyncState *
"""


def fill(dovecot: Dovecot, user: MailUser, count: int) -> int:
    """Mails in the user's INBOX, put there as files; their bytes come back."""
    folder = dovecot.folder / "mail" / user.address
    total = 0
    for part in ("cur", "new", "tmp"):
        (folder / part).mkdir(parents=True)
    for number, raw in enumerate(mails(count)):
        (folder / "new" / f"{1_700_000_000 + number}.{number}.here").write_bytes(raw)
        total += len(raw)
    owner = dovecot.folder.stat()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)
    client = user.client()  # the server's own index of the folder is made before anything is timed
    client.select_folder("INBOX", readonly=True)
    uids = client.search()
    for start in range(0, count, 1000):
        client.fetch(uids[start : start + 1000], ["RFC822.SIZE", "FLAGS"])
    client.logout()
    return total


def workspace(folder: Path, user: MailUser) -> Path:
    """A workspace that polls this user's mailbox."""
    from foimail.workflows import init

    init.make(folder, "Rowan Ashdown", "foi@ashdown.example")
    shutil.copy(ROOT / "trusts.yaml", folder / "trusts.yaml")
    (folder / "foimail.toml").write_text(
        '[requester]\nname = "Rowan Ashdown"\nemail = "foi@ashdown.example"\n[campaign]\ndefault = "cse"\n'
        f'[mail]\nincoming = "{user.incoming}"\noutgoing = "maildir:outbox"\n'
        f'password = "env:BENCH_SECRET"\ncafile = "{user.cafile}"\n',
        encoding="utf-8",
    )
    return folder


def polled(folder: Path, what: str) -> tuple[float, int, int]:
    """Seconds, peak bytes of memory and messages of a poll in a process of its own."""
    done = subprocess.run(
        [sys.executable, __file__, what, str(folder)],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "BENCH_SECRET": "secret"},
    )
    seconds, peak, count = done.stdout.split()
    return float(seconds), int(peak), int(count)


def child(what: str, folder: Path) -> None:
    """In the other process: `download` stores the bytes and makes nothing of them; `poll` does all."""
    from foimail.documents.model import Document
    from foimail.documents.reader import Reader
    from foimail.workflows import poll, read
    from foimail.workspace import open_workspace

    ws = open_workspace(folder, date(2026, 11, 20), os.environ)
    if what == "download":
        setattr(read, "read_new", lambda *_: read.Made())  # noqa: B010 - in place of the real one
    setattr(Reader, "read", lambda *_: Document("not_readable", "left alone"))  # noqa: B010
    begun = time.perf_counter()
    done = poll.poll(ws)
    seconds = time.perf_counter() - begun
    assert not done.made.broken, done.made.broken[:3]
    # ru_maxrss would be that of the process before it became this one, where that was larger
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    print(seconds, int(peak[1]) * 1024 if peak else 0, done.fetched)


def mbsync(folder: Path, user: MailUser) -> float:
    """Seconds of mbsync into a new Maildir."""
    near = folder / "near"
    near.mkdir(parents=True)
    settings = folder / "mbsyncrc"
    settings.write_text(
        _MBSYNC.format(
            port=user.server.imaps, user=user.address, password=user.password, cafile=user.cafile, near=near
        )
    )
    begun = time.perf_counter()
    subprocess.run(
        ["mbsync", "-q", "-c", str(settings), "all"], check=True, env=os.environ | {"HOME": str(folder)}
    )
    seconds = time.perf_counter() - begun
    assert len(list((near / "INBOX").rglob("*U=*"))) >= 1
    return seconds


def rounds(user: MailUser, count: int, times: int) -> Iterator[tuple[float, float, float, int]]:
    """Seconds of mbsync, download and poll, and the poll's peak of memory; every round into new folders."""
    for number in range(times):
        with tempfile.TemporaryDirectory(prefix=f"bench-{number}-") as name:
            folder = Path(name)
            theirs = mbsync(folder / "mbsync", user)
            download, _, got = polled(workspace(folder / "a", user), "download")
            assert got == count, got
            whole, peak, got = polled(workspace(folder / "b", user), "poll")
            assert got == count, got
            yield theirs, download, whole, peak


def measures(count: int = MAILS, times: int = ROUNDS) -> list[Measure]:
    """What this file measures."""
    from tests.real.servers import DOMAIN, Dovecot, MailUser

    dovecot = Dovecot()
    try:
        user = MailUser(f"bench@{DOMAIN}", dovecot)
        size = fill(dovecot, user, count)
        found = list(rounds(user, count, times))
    finally:
        dovecot.stop()
    theirs, download, whole = (min(row[i] for row in found) for i in range(3))
    peak = max(row[3] for row in found)
    name = f"mbsync of {count:,} mails ({size / 1e6:,.0f} MB) to a Maildir"
    return [
        Measure(
            "download to stored raw bytes, durably",
            name,
            theirs / download,
            3,
            f"{download:.1f} s / {theirs:.1f} s",
        ),
        Measure(
            "the same, parsed, matched and classified",
            name,
            theirs / whole,
            1,
            f"{whole:.1f} s / {theirs:.1f} s",
        ),
        Measure("peak memory of that poll", "150 MB", 150 * _MB / peak, 1, f"{peak / _MB:.0f} MB"),
    ]


def growth(counts: tuple[int, ...]) -> list[tuple[int, float]]:
    """Seconds of a poll of so many mails."""
    from tests.real.servers import DOMAIN, Dovecot, MailUser

    found = []
    dovecot = Dovecot()
    try:
        for count in counts:
            user = MailUser(f"bench{count}@{DOMAIN}", dovecot)
            fill(dovecot, user, count)
            with tempfile.TemporaryDirectory() as name:
                seconds, _, got = polled(workspace(Path(name) / "w", user), "poll")
            assert got == count, got
            found.append((count, seconds))
    finally:
        dovecot.stop()
    return found


if __name__ == "__main__":
    if sys.argv[1:2] in (["download"], ["poll"]):
        child(sys.argv[1], Path(sys.argv[2]))
    else:
        show(measures(*map(int, sys.argv[1:])))
