"""Letters sent and answers read on each engine, by one worker and by two at once: the figures of docs/scale.md."""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
import time
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from foimail.cli.main import run
from foimail.mail.maildir import MaildirOut, make_maildir
from foimail.store import cases, inbox
from foimail.workflows import engines, init, report, send
from foimail.workspace import Workspace, open_workspace

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.desk import EMAIL, NAME, TODAY, mail  # noqa: E402 - from the tests
from tests.postgres import Postgres, find_postgres  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Sequence
    from multiprocessing.synchronize import Barrier

CASES = 1000
ANSWER = (
    "Thank you for your request. 1. In 2023 there were 17 referrals, in 2024 there were 21.\n2. Not held.\n"
    + ("We have considered your request under the Freedom of Information Act 2000 with care. " * 90)
)
SPAWN = multiprocessing.get_context("spawn")


def work(folder: Path, words: Sequence[str], gate: Barrier) -> None:
    gate.wait()
    with Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        run(["--workspace", str(folder), "--today", TODAY, *words])


def at_once(folders: Sequence[Path], *words: str) -> tuple[float, float]:
    """Seconds that this command takes in all of these workspaces at once, the start of Python left out, and of processors, with it.

    The second figure is of foimail alone, without the server, and says more where the machine has other work.
    """
    gate = SPAWN.Barrier(len(folders) + 1)
    workers = [SPAWN.Process(target=work, args=(folder, words, gate)) for folder in folders]
    for worker in workers:
        worker.start()
    gate.wait()
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    for worker in workers:
        worker.join()
    took, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def workspace(folder: Path, url: str, box: str) -> Path:
    init.make(folder, NAME, EMAIL)
    settings = folder / "foimail.toml"
    text = (
        settings.read_text().replace("sqlite:///foimail.db", url).replace("maildir:inbox", f"maildir:{box}")
    )
    settings.write_text(text)
    make_maildir(folder / box)
    bodies = "".join(
        f"  - {{id: B{n:06}, name: Body {n} NHS Trust, type: acute, nation: England, email: foi@b{n:06}.example}}\n"
        for n in range(CASES)
    )
    (folder / "trusts.yaml").write_text(f"bodies:\n{bodies}")
    return folder


def opened(folder: Path) -> Workspace:
    return open_workspace(folder, date.fromisoformat(TODAY), {})


def measure(engine: str, url: str, place: Path, workers: int) -> None:
    folders = [workspace(place / f"{engine}-{n}", url, f"inbox{n}") for n in range(workers)]
    ws = opened(folders[0])
    started = time.perf_counter()
    plan = send.plan(ws, send.Selection())
    planned = time.perf_counter()
    assert send.enqueue(ws, plan.letters) == CASES
    queued = time.perf_counter()
    took, of_send = at_once(folders, "send", "--queued", "--yes")
    with ws.store.read() as connection:
        tokens = [opening.token for opening in cases.openings(connection)]
    for n, token in enumerate(tokens):
        out = MaildirOut(folders[n % workers] / f"inbox{n % workers}")
        sender, own = f"foi@b{n:06}.example", f"{n}@b.example"
        out.send(
            "",
            "",
            None,
            mail(ANSWER, sender=sender, subject=f"RE: [{token}]", message_id=own, on=f"{TODAY}T10:00"),
        )
    polled, of_poll = at_once(folders, "poll")
    with ws.store.read() as connection:
        answers = inbox.rows(connection, states=("read",))
        assert len(answers) == CASES, len(answers)
    began = time.perf_counter()
    rows = report.rows(ws)
    reported = time.perf_counter() - began
    assert len(rows) == CASES
    print(
        f"{engine:<10} workers: {workers}  composed {CASES / (planned - started):6.0f}  queued {CASES / (queued - planned):6.0f}  "
        f"sent {CASES / took:6.0f} ({1000 * of_send / CASES:.1f} ms of processor each)  "
        f"fetched, read and filed, half of it our own copies {2 * CASES / polled:6.0f} ({500 * of_poll / CASES:.1f} ms each)  "
        f"report of {CASES}: {reported:.2f} s"
    )
    ws.close()


def sizes(server: Postgres, database: str) -> None:
    query = (
        "SELECT relname, n_live_tup, pg_total_relation_size(relid) FROM pg_stat_user_tables "
        "WHERE n_live_tup > 100 ORDER BY 3 DESC"
    )
    server.execute("ANALYZE", database=database)
    for table, rows, size in server.execute(query, database=database):
        print(
            f"  {table:<20} {rows:>7} rows  {int(str(size)) / int(str(rows)):>8.0f} bytes each, indexes and all"
        )


def main() -> None:
    programs = find_postgres()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        print(f"letters or mails a second, {CASES} of each, {os.cpu_count()} cores, everything durable")
        (place / "one").mkdir()
        measure("sqlite", f"sqlite:///{place / 'one' / 'foimail.db'}", place / "s", 1)
        if programs is None:
            print("PostgreSQL is not installed")
            return
        server = Postgres(programs, durable=True)
        try:
            for workers in (1, 2):
                database = server.create()
                measure("postgresql", server.url(database), place / f"p{workers}", workers)
            sizes(server, database)
            ws = opened(place / "p1" / "postgresql-0")
            began = time.perf_counter()
            copied, _ = engines.copy(ws, ws.settings["store.url"], f"sqlite:///{place / 'copy.db'}")
            took = time.perf_counter() - began
            count = sum(table.rows for table in copied)
            print(f"store copy, compared: {count} rows in {took:.1f} s, {count / took:.0f} a second")
            ws.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
