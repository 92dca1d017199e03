"""10,000 letters composed, recorded durably and sent over SMTP to a sink on this machine, against a bare smtplib loop.

The loop sends the very bytes that foimail sent, over one connection to the same sink, and records nothing.
"""

from __future__ import annotations

import smtplib
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bodies import asks  # noqa: E402
from benchmarks.measure import Measure, show  # noqa: E402 - from the checkout

LETTERS = 10_000
_SINK = """
import asyncio, time
from aiosmtpd.smtp import SMTP
class Sink:
    async def handle_DATA(self, server, session, envelope):
        return "250 2.0.0 taken"
async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Sink(), hostname="sink"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def workspace(folder: Path, port: int, count: int) -> None:
    """A workspace that asks so many invented bodies, and sends as fast as it can."""
    asks(folder, count)
    (folder / "foimail.toml").write_text(
        '[requester]\nname = "Rowan Ashdown"\nemail = "foi@ashdown.example"\n[campaign]\ndefault = "cse"\n'
        f'[mail]\noutgoing = "smtp://127.0.0.1:{port}"\nincoming = "maildir:inbox"\ncopy_to_self = false\n'
        f"[sending]\nrate = 0\ndomain_spacing = 0\ndaily_budget = {10 * count}\n",
        encoding="utf-8",
    )


def ours(folder: Path) -> tuple[dict[str, float], list[tuple[str, bytes]]]:
    """Seconds of each step, and the letters as they went."""
    from foimail.store import outbox
    from foimail.workflows import deliver, send
    from foimail.workspace import open_workspace

    ws = open_workspace(folder, date.today(), {})  # noqa: DTZ011 - the real day, else nothing is sent
    ws.bodies  # noqa: B018 - read before the clock runs: it is no part of sending
    times = {}
    begun = time.perf_counter()
    plan = send.plan(ws, send.Selection())
    times["compose"] = time.perf_counter() - begun
    send.enqueue(ws, plan.letters)
    times["record"] = time.perf_counter() - begun - times["compose"]
    done = deliver.deliver(ws)
    times["send"] = time.perf_counter() - begun - times["compose"] - times["record"]
    assert done.sent == len(plan.letters) > 0, done
    with ws.store.read() as connection:
        return times, [
            (row.recipient, outbox.raw(connection, row.id) or b"") for row in outbox.rows(connection)
        ]


def theirs(port: int, letters: list[tuple[str, bytes]]) -> float:
    """Seconds of the bare loop."""
    begun = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for to, raw in letters:
            smtp.sendmail("foi@ashdown.example", [to], raw)
    return time.perf_counter() - begun


def measures(count: int = LETTERS) -> list[Measure]:
    """What this file measures."""
    sink = subprocess.Popen([sys.executable, "-c", _SINK], stdout=subprocess.PIPE, text=True)
    try:
        port = int(sink.stdout.readline() if sink.stdout else 0)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "w"
            workspace(folder, port, count)
            times, letters = ours(folder)
            bare = theirs(port, letters)
    finally:
        sink.kill()
        sink.wait()
    total = sum(times.values())
    steps = ", ".join(f"{name} {seconds / count * 1000:.2f} ms" for name, seconds in times.items())
    seen = f"{count / total:,.0f} letters/s / {count / bare:,.0f}; a letter: {steps}"
    work = f"{count:,} letters composed, recorded durably and sent over SMTP"
    return [Measure(work, "a bare smtplib loop sending the same bytes", bare / total, 0.6, seen)]


if __name__ == "__main__":
    show(measures(*map(int, sys.argv[1:])))
