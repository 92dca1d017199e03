"""The queue: what is shown of each message, what each key and option decides, and that strangers' words stay harmless."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from contextlib import suppress
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

import click
import pytest

from foimail.replies.reading import Passage, Reading, to_json
from foimail.store import inbox
from foimail.workflows import review
from tests.desk import EMAIL, mail, pressed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.desk import Desk, Ended

    Keys = Callable[..., Ended]

DAY = "2026-06-17"
REFUSED = "Dear Rowan,\n\nWe are withholding\neverything \x1b[2J under section 12.\n"


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    """Two requests. 1 is a refusal of RAA's, to be confirmed; 2 names both cases; 3 belongs nowhere. The oldest is 2."""
    tokens = desk.send("RAA", "RBB")
    both = f"[{tokens['RAA']}] and [{tokens['RBB']}]"
    came = [
        mail(REFUSED, subject=f"[{tokens['RAA']}] a\x9b2J", message_id="1@a.example", on="2026-06-16T10:00"),
        mail("We do not hold it.", subject=both, message_id="2@a.example", on="2026-06-15T10:00"),
        mail(
            "Buy our lamps.",
            sender="x@lamps.example",
            subject="Lamps",
            message_id="3@l.example",
            on="2026-06-16T12:00",
        ),
    ]
    for number, raw in enumerate(came, start=1):
        path = desk.folder / f"{number}.eml"
        path.write_bytes(raw)
        assert desk.run("import", str(path), today=DAY).code == 0
    return desk


@pytest.fixture
def keys(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """`foimail review` with these keys pressed one after the other, and these lines typed when it asks."""

    def press(keys_: str, *typed: str, arguments: tuple[str, ...] = ()) -> Ended:
        ended = pressed(desk, monkeypatch, keys_, typed, "review", *arguments, today=DAY)
        assert "\x1b" not in ended.out
        assert "\x9b" not in ended.out
        return ended

    return press


def seen(kind: str, confidence: float, passages: tuple[Passage, ...], **more: Any) -> Reading:
    """What the rules read in a message that waits."""
    return Reading(kind, confidence, needs_person=True, passages=passages, **more)


def reads(desk: Desk, number: int, reading: Reading) -> None:
    """As if the rules had read this in a message."""
    with desk.open().store.write() as connection:
        inbox.record(connection, number, reading=to_json(reading))


def queue(desk: Desk) -> list[int]:
    return [row["id"] for row in listed(desk)]


def listed(desk: Desk) -> list[dict[str, Any]]:
    ended = desk.run("review", "--list", "--format", "jsonl", today=DAY)
    assert ended.code == 0, ended.err
    return [json.loads(line) for line in ended.out.splitlines()]


def message(desk: Desk, number: int) -> dict[str, Any]:
    found: dict[str, Any] = desk.data("messages")[number - 1]
    return found


# By options


def test_the_queue_is_listed_oldest_first_with_what_is_proposed(waiting: Desk) -> None:
    tokens = waiting.tokens()
    second, first, third = listed(waiting)
    assert [row["id"] for row in (second, first, third)] == [2, 1, 3]
    assert (first["kind"], first["cases"], first["candidates"]) == (
        "refusal",
        [tokens["RAA"]],
        [tokens["RAA"]],
    )
    assert (second["kind"], second["cases"], second["candidates"]) == (
        "not_held",
        [],
        [tokens["RAA"], tokens["RBB"]],
    )
    assert (third["kind"], third["skipped"]) == ("other", False)


def test_accepting_confirms_both_case_and_kind(waiting: Desk) -> None:
    token = waiting.tokens()["RAA"]
    assert waiting.report(DAY)["RAA"]["to_confirm"] is True
    ended = waiting.run("review", "1", "--accept", today=DAY)
    assert (ended.code, ended.out, ended.err) == (0, f"message 1: refusal, {token}\n", "2 left.\n")
    assert (waiting.report(DAY)["RAA"]["stage"], waiting.report(DAY)["RAA"]["to_confirm"]) == (
        "answered",
        False,
    )
    assert message(waiting, 1)["matched_by"] == "person"
    assert queue(waiting) == [2, 3]


def test_nothing_is_accepted_whose_case_is_open(waiting: Desk) -> None:
    ended = waiting.run("review", "2", "--accept", today=DAY)
    assert ended.code == 4
    assert "message 2 is filed under no case yet" in ended.err
    assert waiting.tokens()["RBB"] in ended.err
    assert "--none" in waiting.run("review", "3", "--accept", today=DAY).err
    assert queue(waiting) == [2, 1, 3]


def test_kind_and_case_are_said_by_token_code_or_part_of_a_name(waiting: Desk) -> None:
    tokens = waiting.tokens()
    ended = waiting.run("review", "2", "--case", "birchw", "--kind", "refusal", today=DAY)
    assert ended.out == f"message 2: refusal, {tokens['RBB']}\n"
    ended = waiting.run("review", "1", "--case", tokens["RAA"].lower(), "--case", "rbb", today=DAY)
    assert ended.out == f"message 1: refusal, {', '.join([tokens['RAA'], tokens['RBB']])}\n"
    assert waiting.run("review", "1", "--kind", "partial", today=DAY).out.startswith(
        "message 1: partial, FOI-"
    )


def test_a_case_that_is_none_or_several_is_refused_and_nothing_changes(waiting: Desk) -> None:
    assert "no case Nowhere" in waiting.run("review", "2", "--case", "Nowhere", today=DAY).err
    ended = waiting.run("review", "2", "--case", "nhs trust", today=DAY)
    assert "nhs trust may be any of 2 cases: FOI-" in ended.err
    assert queue(waiting) == [2, 1, 3]


def test_a_message_of_no_case_leaves_the_queue(waiting: Desk) -> None:
    ended = waiting.run("review", "3", "--none", today=DAY)
    assert (ended.code, ended.out) == (0, "message 3: other, no case\n")
    assert (
        waiting.run("review", "1", "--none", "--kind", "other", today=DAY).out
        == "message 1: other, no case\n"
    )
    assert waiting.report(DAY)["RAA"]["stage"] == "awaiting"


def test_what_is_passed_over_comes_last(waiting: Desk) -> None:
    ended = waiting.run("review", "2", "--skip", today=DAY)
    assert (ended.out, ended.err) == ("message 2: passed over\n", "3 left.\n")
    assert queue(waiting) == [1, 3, 2]
    waiting.run("review", "1", "--skip", today=DAY)
    waiting.run("review", "2", "--skip", today=DAY)
    assert queue(waiting) == [3, 1, 2]
    assert [row["skipped"] for row in listed(waiting)] == [False, True, True]


@pytest.mark.parametrize(
    "arguments",
    [
        ("1", "--accept", "--skip"),
        ("1", "--accept", "--kind", "refusal"),
        ("1", "--case", "RAA", "--none"),
        ("1", "--list"),
        ("--accept",),
    ],
)
def test_options_that_contradict_each_other_are_refused(waiting: Desk, arguments: tuple[str, ...]) -> None:
    assert waiting.run("review", *arguments).code == 2
    assert queue(waiting) == [2, 1, 3]


def test_without_a_terminal_the_options_are_named(waiting: Desk) -> None:
    for arguments in ((), ("1",)):
        ended = waiting.run("review", *arguments)
        assert ended.code == 2
        for option in ("--list", "--accept", "--kind", "--case", "--none", "--skip"):
            assert option in ended.err


def test_an_unknown_message_or_a_letter_of_ours_is_refused(waiting: Desk) -> None:
    assert "there is no message 99" in waiting.run("review", "99", "--accept").err
    waiting.run("poll", today=DAY)
    assert "is no reply: the copy of a letter" in waiting.run("review", "4", "--skip").err


def test_an_empty_queue_says_so(desk: Desk, keys: Keys) -> None:
    assert desk.run("review", "--list").err == "Nothing waits for you.\n"
    assert keys("").err == "Nothing waits for you.\n"


# By keys


def test_each_message_is_shown_with_what_is_proposed_and_why_and_how_many_are_left(
    waiting: Desk, keys: Keys
) -> None:
    tokens = waiting.tokens()
    text = mail_text(waiting, 2)
    quote = "do not hold"
    start = text.index(quote)
    reads(
        waiting,
        2,
        seen("not_held", 0.55, (Passage("kind", quote, "", start, start + len(quote)),),
            doubts=("it names two cases",), exemptions=("s.12",), body_reference="FOI/77", letter_date="2026-06-14",
            review_address="review@a.example", review_deadline="2026-08-10", facts={"sections": ["s.12"], "advice": True},
        ),
    )  # fmt: skip
    ended = keys("q")
    assert "--- message 2 · 3 left ---\nFrom:     foi@ashcombe.example\nDate:     2026-06-15\n" in ended.out
    assert (
        f"Perhaps:  1 {tokens['RAA']} Ashcombe NHS Trust; 2 {tokens['RBB']} Birchwood NHS Trust" in ended.out
    )
    for line in (
        "Case:     none yet: c or n", "Kind:     not_held (55% sure)", "Doubt:    it names two cases",
        "It says:  advice: yes", "It says:  exemptions: s.12", "It says:  body reference: FOI/77",
        f"Because:  {tokens['RAA']} in the subject", "We «do not hold» it.", "Enter accept",
    ):  # fmt: skip
        assert line in ended.out
    assert "review deadline: 2026-08-10" in ended.out
    assert "sections" not in ended.out
    assert ended.err.endswith("3 left.\n")


def mail_text(desk: Desk, number: int) -> str:
    about = review.item(desk.open(DAY), number)
    assert about.message is not None
    return about.message.text


def test_enter_accepts_and_the_next_comes_until_none_is_left(waiting: Desk, keys: Keys) -> None:
    tokens = waiting.tokens()
    ended = keys("c\rana", "2")
    assert f"Case:     {tokens['RBB']} Birchwood NHS Trust (as you say)" in ended.out
    assert f"message 2: not_held, {tokens['RBB']}\n" in ended.out
    assert f"message 1: refusal, {tokens['RAA']}\n" in ended.out
    assert "message 3: other, no case\n" in ended.out
    assert ended.err.endswith("Nothing waits for you.\n")
    assert [message(waiting, n)["needs_person"] for n in (1, 2, 3)] == [False, False, False]


def test_accepting_without_a_case_is_refused_and_the_message_stays(waiting: Desk, keys: Keys) -> None:
    ended = keys("\rq")
    assert "message 2 is filed under no case yet" in ended.err
    assert queue(waiting) == [2, 1, 3]


def test_another_kind_is_picked_by_number_name_or_beginning(waiting: Desk, keys: Keys) -> None:
    ended = keys("kkkk\r", "nonsense", "out", "re", "", arguments=("1",))
    assert "'nonsense' is no kind." in ended.err
    assert "Kind:     out_of_office (as you say)" in ended.out
    assert f"message 1: refusal, {waiting.tokens()['RAA']}" in ended.out
    assert keys("k\r", "1", arguments=("1",)).out.endswith(
        f"message 1: auto_ack, {waiting.tokens()['RAA']}\n"
    )
    assert "'h' is more than one kind." in keys("k", "h", arguments=("1",)).err


def test_a_case_is_picked_by_part_of_a_name_and_may_be_several(waiting: Desk, keys: Keys) -> None:
    tokens = waiting.tokens()
    ended = keys("cc\r", "nowhere", "birch, 1", arguments=("1",))
    assert "no case nowhere" in ended.err
    assert f"message 1: refusal, {tokens['RBB']}, {tokens['RAA']}\n" in ended.out


def test_what_is_not_accepted_changes_nothing(waiting: Desk, keys: Keys) -> None:
    ended = keys("nkq", "partial")
    assert "Case:     none (as you say)" in ended.out
    assert queue(waiting) == [2, 1, 3]
    assert "Case:     none yet" in keys("").out  # the end of what is typed is a goodbye too


def test_passed_over_messages_end_the_round_and_it_goes_on_where_it_stopped(
    waiting: Desk, keys: Keys
) -> None:
    ended = keys("ssq")
    assert ended.out.count("--- message") == 3
    assert queue(waiting) == [3, 2, 1]
    assert "--- message 3 ·" in keys("q").out.splitlines()[0]
    ended = keys("sss")
    assert ended.err.endswith("3 passed over; they come again next time.\n")


def test_a_long_letter_is_shown_by_the_screenful_from_what_decided(
    waiting: Desk, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setenv("COLUMNS", "80")
    path = waiting.folder / "long.eml"
    lines = [f"line {n}" for n in range(1, 41)]
    path.write_bytes(
        mail("\n".join([*lines[:30], "We refuse it.", *lines[30:]]), subject="Long", message_id="9@a.example")
    )
    waiting.run("import", str(path), today=DAY)
    reads(
        waiting,
        4,
        seen(
            "refusal",
            0.9,
            (Passage("kind", "We refuse it."), Passage("letter_date", "line 1"), Passage("kind", "absent")),
        ),
    )
    first = keys("q", arguments=("4",)).out
    assert "«We refuse it.»" in first
    assert "«line 1»\n" not in first
    found = keys("mmmm", arguments=("4",)).out
    assert "«line 1»\n" in found
    assert "line 40\n" in found
    assert "m shows the next" in found


@pytest.mark.usefixtures("waiting")
def test_unknown_keys_name_those_there_are_and_h_explains_them(keys: Keys) -> None:
    assert keys("z").err.count("Enter accept") == 1
    assert "stands only once you accept it" in keys("h").err


def attached(desk: Desk, *names: str) -> None:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "foi@ashcombe.example", EMAIL, "Files"
    letter["Date"], letter["Message-ID"] = "Mon, 15 Jun 2026 08:00:00 +0100", "<files@a.example>"
    letter.set_content("Please find attached.\n")
    for name in names:
        letter.add_attachment(f"\x1b[2J{name}: section 12 applies.\n", filename=name)
    path = desk.folder / "files.eml"
    path.write_bytes(letter.as_bytes())
    assert desk.run("import", str(path), today=DAY).code == 0


def test_the_text_of_an_attachment_is_shown_with_what_decided(waiting: Desk, keys: Keys) -> None:
    attached(waiting, "answer.txt")
    reads(waiting, 4, seen("refusal", 0.9, (Passage("sections", "section 12", "answer.txt"),)))
    out = keys("tt", arguments=("4",)).out
    assert "Files:    answer.txt (" in out
    assert "answer.txt: «section 12» applies." in out
    assert out.count("Please find attached.") == 2  # t shows the letter again
    assert "Nothing is attached" in keys("t", arguments=("3",)).err


def test_of_several_attachments_one_is_picked(waiting: Desk, keys: Keys) -> None:
    attached(waiting, "one.txt", "two.txt")
    ended = keys("tttt", "2", "0", "7", "x", arguments=("4",))
    first, second, third = (screen.partition("\n\n")[2] for screen in ended.out.split("--- message")[1:])
    assert "two.txt: section 12 applies" in second
    assert "one.txt" not in second
    assert first == third
    assert "Please find attached." in first
    assert ended.err.count("That is none of these.") == 2


def test_the_original_is_opened_from_a_file_that_only_the_user_can_read(
    waiting: Desk, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, int, int, bytes]] = []

    def launch(path: str) -> int:
        from pathlib import Path as There

        file = There(path)
        opened.append(
            (path, file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777, file.read_bytes())
        )
        return len(opened) - 1

    monkeypatch.setattr(click, "launch", launch)
    ended = keys("oo", arguments=("1",))
    (path, mode, folder, content), _ = opened
    assert (mode, folder) == (0o600, 0o700)
    assert content == (waiting.folder / "1.eml").read_bytes()
    assert path.endswith("message-1.eml")
    assert not os.path.lexists(path)
    assert ended.err.count("No program could be started for it") == 1


@pytest.mark.parametrize(
    ("name", "opened"),
    [
        ("answer.PDF", "message-4-1.pdf"),
        ("../../up.csv", "message-4-1.csv"),
        ("run.desktop", ""),
        ("x.html", ""),
    ],
)
def test_an_attachment_that_is_shown_is_opened_under_a_name_of_ours_if_its_kind_is_harmless(
    waiting: Desk, keys: Keys, monkeypatch: pytest.MonkeyPatch, name: str, opened: str
) -> None:
    from pathlib import Path as There

    found: list[str] = []

    def launch(path: str) -> int:
        found.append(There(path).name)
        return 0

    monkeypatch.setattr(click, "launch", launch)
    attached(waiting, name)
    ended = keys("to", arguments=("4",))
    assert found == ([opened] if opened else [])
    assert ("opens no file of this kind" in ended.err) is not bool(opened)


@pytest.mark.usefixtures("waiting")
def test_nothing_is_opened_that_was_not_asked_for(keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(click, "launch", lambda _: pytest.fail("opened"))
    keys("mhzsq")


def test_a_message_that_could_not_be_opened_is_decided_all_the_same(
    desk: Desk, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    from foimail.workflows import read

    token = desk.send("RAA")["RAA"]
    path = desk.folder / "odd.eml"
    path.write_bytes(mail("Hm."))

    def broken(raw: bytes) -> None:
        raise ValueError(f"{len(raw)} odd bytes")

    with monkeypatch.context() as bad:
        bad.setattr(read, "parse", broken)
        desk.run("import", str(path), today=DAY)
    monkeypatch.setattr(review, "parse", broken)
    ended = keys("tc\rk\r", "RAA", "human_ack")
    assert "Note:     it could not be opened: " in ended.out
    assert "(its bytes: foimail inbox show 1 --raw)" in ended.out
    assert "say what it is" in ended.err
    assert ended.out.endswith(f"message 1: human_ack, {token}\n")


# On a real terminal


class Terminal:
    """A foimail at work on a terminal of its own."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.ours, theirs = pty.openpty()
        arguments = [sys.executable, "-m", "foimail", "--workspace", str(folder), "--today", DAY, "review"]
        env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        env |= {"TERM": "xterm", "LINES": "40", "COLUMNS": "100"} | environ
        self.process = subprocess.Popen(arguments, stdin=theirs, stdout=theirs, stderr=theirs, env=env)
        os.close(theirs)
        self.shown = b""

    def until(self, words: str, press: str = "") -> bytes:
        """What is shown up to these words; then this key is pressed, again if it fell into the gap before the terminal listens."""
        end = time.monotonic() + 30
        while words.encode() not in self.shown:
            assert time.monotonic() < end, self.shown
            self._read()
        found, _, self.shown = self.shown.partition(words.encode())
        pressed = 0.0
        # before the terminal listens, what is pressed is echoed and lost
        while press and not self.shown.strip(f"{press}\r\n".encode()):
            assert time.monotonic() < end, self.shown
            if time.monotonic() > pressed + 5:
                time.sleep(0.3)
                os.write(self.ours, press.encode())
                pressed = time.monotonic()
            self._read()
        return found

    def _read(self) -> None:
        if select.select([self.ours], [], [], 0.5)[0]:
            with suppress(OSError):  # Linux says EIO once the other end is closed
                self.shown += os.read(self.ours, 65536)


@pytest.fixture
def terminals(waiting: Desk) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def start(**environ: str) -> Terminal:
        opened.append(Terminal(waiting.folder, **environ))
        return opened[-1]

    yield start
    for one in opened:
        one.process.kill()
        one.process.wait()
        os.close(one.ours)


def test_on_a_terminal_keys_decide_at_once_and_what_decided_is_in_colour(
    waiting: Desk, terminals: Callable[..., Terminal]
) -> None:
    reads(waiting, 2, seen("not_held", 0.5, (Passage("kind", "do not hold"),)))
    terminal = terminals()
    shown = terminal.until("q quit", press="s")
    assert b"We \x1b[30m\x1b[43mdo not hold\x1b[0m it." in shown
    shown = terminal.until("q quit", press="\r")
    assert b"--- message 1" in shown
    assert b"\x1b[2J" not in shown
    terminal.until("message 1: refusal")
    terminal.until("q quit", press="q")
    terminal.until("2 left.")
    assert terminal.process.wait(timeout=30) == 0
    assert queue(waiting) == [3, 2]


def test_without_colour_what_decided_stands_in_marks(
    waiting: Desk, terminals: Callable[..., Terminal]
) -> None:
    reads(waiting, 2, seen("not_held", 0.5, (Passage("kind", "do not hold"),)))
    terminal = terminals(NO_COLOR="1")
    shown = terminal.until("q quit", press="q")
    assert "We «do not hold» it.".encode() in shown
    assert b"\x1b[" not in shown
