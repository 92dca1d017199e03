"""Two workers at once on one store of a server, both killed at random steps: no letter goes twice, no mail is read twice.

A few seeds run always, two hundred in `make test-all`. On a file one works at a time: `test_killed_often` is about that.
"""

from __future__ import annotations

import random
import shutil
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from tests.postgres import ENGINE
from tests.real.fold import BODIES, SEND, WELL
from tests.real.killed import KILLED
from tests.real.recorded import events, has_letters, kept_mail, rows, states
from tests.real.rounds import address, arrived, foimail, make_folder
from tests.real.servers import DOMAIN, MailUser
from tests.real.test_kills import quiet

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.fold import Fold
    from tests.real.killed import When

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(ENGINE == "sqlite", reason="a file has one worker at a time"),
]

SAMPLE, ALL, CHUNK = 4, 200, 50
BUSY, MOVED = 10, 3  # another is at the mailbox; it was written to meanwhile


def at_once(
    fold: Fold, chance: random.Random, folders: list[Path], words: tuple[str, ...], most: int
) -> None:
    """Two workers begin together, each to be killed at some commit if it gets there."""
    kills: list[tuple[int, When]] = [
        (chance.randint(1, most), chance.choice(["before", "after"])) for _ in folders
    ]
    with ThreadPoolExecutor() as pool:
        workers = [
            pool.submit(killer.run, folder, *words, at=at, when=when)
            for killer, folder, (at, when) in zip((fold.killer, fold.second), folders, kills, strict=True)
        ]
        assert {one.result() for one in workers} <= {KILLED, BUSY, MOVED, *WELL}


def beside(folder: Path, to: Path) -> list[Path]:
    """A workspace and a second one on the same store."""
    return [folder, shutil.copytree(folder, to)]


def senders(fold: Fold, chance: random.Random, folder: Path) -> None:
    """What the mail server took, it took once, whoever died; the rest goes with the next run."""
    fold.server.reset()
    user = MailUser(f"u{uuid.uuid4().hex[:10]}@{DOMAIN}", fold.dovecot)
    make_folder(folder, user, fold.server, BODIES + 1, fold.stores.new())
    assert foimail(folder, "report").code == 0  # the store is there
    for _ in range(2):
        at_once(fold, chance, beside(folder, folder / f"two {uuid.uuid4().hex}"), SEND, 8)
        quiet(fold.server)
        taken = arrived(fold.server.taken, user.address)
        assert len(taken) == len(set(taken))
    assert has_letters(folder)
    foimail(folder, *SEND)
    for letter in fold.server.taken:
        user.deliver(letter.raw)
    assert foimail(folder, "poll").code in WELL  # its copy settles what the mail server had taken
    taken = arrived(fold.server.taken, user.address)
    for number, to in rows(folder, "SELECT id, recipient FROM outbox WHERE state = 'unknown'"):
        assert to not in taken
        assert foimail(folder, "outbox", "settle", str(number), "--not-sent").code == 0
        assert foimail(folder, "outbox", "retry", str(number), "--yes").code == 0
    foimail(folder, *SEND)
    foimail(folder, "send", "--queued", "--yes")
    everybody = {address(number): 1 for number in range(BODIES + 1)}
    assert Counter(arrived(fold.server.taken, user.address)) == everybody
    assert states(folder) == dict.fromkeys(everybody, "sent")
    assert set(Counter(body for body, _ in events(folder, "sent")).values()) == {1}


def pollers(fold: Fold, chance: random.Random, folder: Path) -> None:
    """Each mail is kept once and read once."""
    start, words = fold.works["poll"]
    fold.stores.copy(start, folder)
    at_once(fold, chance, beside(folder, folder / "two"), words, fold.steps["poll"])
    assert fold.killer.run(folder, *words) in WELL
    whole = start.parent / "whole poll"
    assert kept_mail(folder) == kept_mail(whole)
    told = [
        sorted((body, data["reply"], data["matched_by"]) for body, data in events(one, "received"))
        for one in (folder, whole)
    ]
    assert told[0] == told[1]


def killed(fold: Fold, seed: int, folder: Path) -> None:
    """Senders or pollers, killed as this seed says."""
    (senders, pollers)[seed % 2](fold, random.Random(seed), folder)


def test_of_two_workers_that_are_killed_neither_loses_or_doubles_anything(fold: Fold, tmp_path: Path) -> None:
    fold.each(range(SAMPLE), tmp_path, killed)


@pytest.mark.slow
@pytest.mark.parametrize("first", range(SAMPLE, ALL, CHUNK))
def test_of_many_pairs_of_workers_that_are_killed_none_loses_or_doubles_anything(
    fold: Fold,
    tmp_path: Path,
    first: int,
) -> None:
    fold.each(range(first, min(first + CHUNK, ALL)), tmp_path, killed)
