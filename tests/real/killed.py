"""foimail in processes of its own that are killed by SIGKILL at a given step: no `finally`, no farewell, nothing flushed.

`python -m tests.real.killed` imports foimail once and forks for every order that it reads, so that a run costs no start-up.
"""

from __future__ import annotations

import json
import os
import signal
import smtplib
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from foimail.cli.main import run
from foimail.mail import imap, maildir, smtp  # noqa: F401  # loaded before the fork
from foimail.store.engine import Store
from foimail.workflows import deliver, poll, rehearse, send  # noqa: F401  # as above
from tests.postgres import ENGINE

if ENGINE == "postgresql":
    import psycopg  # noqa: F401  # as above
    from sqlalchemy.dialects.postgresql import psycopg as _  # noqa: F401  # as above

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from tests.stores import Files

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL
When = Literal["before", "after"]
Step = Literal["commit", "answer"]


class Killer:
    """Runs commands and kills them; `steps` is how many the last one took that was let to its end."""

    steps = 0

    def __init__(self, stores: Files) -> None:
        self._stores = stores
        self._forks = subprocess.Popen(
            [sys.executable, "-m", "tests.real.killed"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self, folder: Path, *words: str, step: Step = "commit", at: int = 0, when: When = "before"
    ) -> int:
        """Run a command until it ends or dies before or after its step number `at` (0: never); KILLED or its exit code.

        A step is a commit of the store, or an answer of the SMTP server that is read.
        """
        assert self._forks.stdin
        assert self._forks.stdout
        order = {"words": ["--workspace", str(folder), *words], "step": step, "at": at, "when": when}
        self._forks.stdin.write(json.dumps(order) + "\n")
        self._forks.stdin.flush()
        code, self.steps = map(int, self._forks.stdout.readline().split())
        if (folder / "foimail.toml").exists():
            self._stores.rest(folder)
        return code

    def close(self) -> None:
        """No more orders."""
        self._forks.communicate()


def main() -> None:
    """Carry out orders, each in a child that nothing is left of."""
    for line in sys.stdin:
        counted, counting = os.pipe()
        child = os.fork()
        if child == 0:
            _carry_out(**json.loads(line), counting=counting)
        os.close(counting)
        _, status = os.waitpid(child, 0)
        steps = int(os.read(counted, 20) or b"0")  # the killed say nothing
        os.close(counted)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)} {steps}\n")
        sys.stdout.flush()


def _carry_out(words: list[str], step: Step, at: int, when: When, counting: int) -> None:
    code = 1
    countdown = _Countdown(at, when)
    try:
        silence = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(silence, descriptor)
        vars(imap)["BATCH_COUNT"] = 2  # a folder of a few messages is stored in several steps
        if step == "commit":
            _die_at_a_commit(countdown)
        else:
            _die_at_an_answer(countdown)
        run(words)
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        os.write(counting, b"%d" % countdown.steps)
        os._exit(code)


class _Countdown:
    def __init__(self, at: int, when: When) -> None:
        self.steps = 0
        self._at = at
        self._when = when

    def step(self) -> None:
        self.steps += 1

    def die(self, when: When) -> None:
        if self.steps == self._at and self._when == when:
            os.kill(os.getpid(), signal.SIGKILL)


def _die_at_a_commit(countdown: _Countdown) -> None:
    original = Store.write

    @contextmanager
    def write(self: Store) -> Iterator[Connection]:
        with original(self) as connection:
            yield connection
            countdown.step()
            countdown.die("before")
        countdown.die("after")

    Store.write = write  # type: ignore[method-assign]  # the point of this module


def _die_at_an_answer(countdown: _Countdown) -> None:
    original = smtplib.SMTP.getreply

    def getreply(self: smtplib.SMTP) -> tuple[int, bytes]:
        countdown.step()
        countdown.die("before")
        answer: Any = original(self)
        countdown.die("after")
        return answer  # type: ignore[no-any-return]

    smtplib.SMTP.getreply = getreply  # type: ignore[method-assign]  # the point of this module


if __name__ == "__main__":
    main()
