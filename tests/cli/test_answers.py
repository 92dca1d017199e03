"""`foimail answers`: what stands for each part, the keys that confirm a letter, and a person's word by options."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click
import pytest

from foimail.events import Answered
from foimail.store import cases
from tests.desk import mail, pressed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.desk import Desk, Ended

    Keys = Callable[..., Ended]

DAY = "2026-07-17"
LETTER = """\
Dear Rowan,

1. Referrals: 2019: 4; 2020: fewer than 5; 2021: 7
2. We do not hold the number of risk assessments.
3. The Trust is a member of the local safeguarding partnership and follows its procedures.
4. 412 members of staff have been trained.

Yours
"""


@pytest.fixture
def answered(desk: Desk) -> Desk:
    """RAA has answered all four parts in message 1; nothing has come from RBB."""
    tokens = desk.send("RAA", "RBB")
    path = desk.folder / "1.eml"
    path.write_bytes(mail(LETTER, subject=f"[{tokens['RAA']}]", on="2026-07-01T10:00"))
    assert desk.run("import", str(path), today=DAY).code == 0
    return desk


@pytest.fixture
def keys(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """`foimail answers review` with these keys pressed one after the other, and these lines typed when it asks."""

    def press(keys_: str, *typed: str) -> Ended:
        return pressed(desk, monkeypatch, keys_, typed, "answers", "review", today=DAY)

    return press


def stands(desk: Desk, body: str = "RAA") -> dict[str, dict[str, Any]]:
    """The rows of a body by part."""
    ended = desk.run("answers", "--format", "jsonl", today=DAY)
    assert ended.code == 0, ended.err
    rows = map(json.loads, ended.out.splitlines())
    return {row["part"]: row for row in rows if row["body"] == body}


def said(desk: Desk, *arguments: str) -> Ended:
    return desk.run("answers", "set", *arguments, today=DAY)


def test_every_body_has_its_parts_the_silent_ones_too(answered: Desk) -> None:
    rows = stands(answered)
    assert {part: row["state"] for part, row in rows.items()} == dict.fromkeys(
        ("referrals", "risk_assessments", "safeguarding", "staff_trained"), "proposed"
    )
    assert rows["referrals"]["values"] == "2019=4 2020=<5 2021=7"
    assert rows["risk_assessments"]["outcome"] == "not_held"
    assert {row["state"] for row in stands(answered, "RBB").values()} == {"missing"}
    assert {row["state"] for row in stands(answered, "nhs-carrick").values()} == {"missing"}
    ended = answered.run("answers", today=DAY)
    assert "0 confirmed, 4 proposed" in ended.err
    assert "1 bodies with an answer; nothing has been read of 4 others." in ended.err
    assert [word.strip() for word in ended.out.splitlines()[2].split("  ") if word.strip()][2:4] == [
        "answered",
        "not held",
    ]


def test_a_case_is_shown_with_the_words_it_rests_on(answered: Desk) -> None:
    ended = answered.run("answers", "RAA", today=DAY)
    assert ended.code == 0, ended.err
    assert "1 referrals: answered (proposed" in ended.out
    assert "fewer than 5" in ended.out
    assert "message 1 of 2026-07-01" in ended.out
    assert answered.run("answers", "list", "RBB", today=DAY).out.count("no answer yet (missing)") == 4
    assert answered.run("answers", "nowhere", today=DAY).code == 4


def test_one_key_confirms_a_letter_with_its_kind(answered: Desk, keys: Keys) -> None:
    ended = keys("\r")
    assert ended.code == 0, ended.err
    assert '"' in ended.out
    assert "4 parts confirmed" in ended.out
    assert "No answer waits for you." in ended.err
    assert {row["state"] for row in stands(answered).values()} == {"confirmed"}
    assert not answered.data("messages", today=DAY)[0]["needs_person"]
    shown = answered.run("show", "RAA", today=DAY).out
    assert "part 1, as Rowan Ashdown said: answered" in shown
    told = answered.run("answers", "RAA", today=DAY).out
    assert "confirmed by Rowan Ashdown" in told


def test_keys_change_values_and_outcomes_before_they_are_confirmed(answered: Desk, keys: Keys) -> None:
    ended = keys("1e2o3x4x4uq", "2019=5 2021= under 16=2", "ref")
    assert "2019=5" in ended.out
    assert {row["state"] for row in stands(answered).values()} == {"proposed"}, "only Enter decides"
    ended = keys("1e2o3x\r", "2019=5 2021= under 16=2", "ref")
    assert ended.code == 0, ended.err
    rows = stands(answered)
    assert set(rows["referrals"]["values"].split(" ", 2)) == {"2019=5", "2020=<5", "under 16=2"} or (
        rows["referrals"]["values"] == "under 16=2 2019=5 2020=<5"
    )
    assert rows["risk_assessments"]["outcome"] == "refused"
    assert (rows["safeguarding"]["state"], rows["safeguarding"]["outcome"]) == ("missing", "")
    assert rows["staff_trained"]["state"] == "confirmed"


def test_what_cannot_be_understood_is_said_and_changes_nothing(answered: Desk, keys: Keys) -> None:
    ended = keys("1e1o1oz?sq", "2019=lots", "re", "nonsense")
    assert "'lots' is no number, band or `withheld`" in ended.err
    assert "'re' is more than one outcome." in ended.err
    assert "'nonsense' is no outcome." in ended.err
    assert "1 passed over." in ended.err
    assert "1 letters left." in keys("q").err
    assert "1 letters left." in keys("").err
    assert stands(answered)["referrals"]["values"] == "2019=4 2020=<5 2021=7"


def test_the_text_is_shown_and_the_original_opened(
    answered: Desk, keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def launch(path: str) -> int:
        opened.append(path)
        return 0

    monkeypatch.setattr(click, "launch", launch)
    ended = keys("toq")
    assert "--- the letter ---" in ended.out
    assert "«4. 412 members of staff have been trained.»" in ended.out
    assert opened[0].endswith("message-1.eml")
    assert stands(answered)["referrals"]["state"] == "proposed"


def test_without_a_terminal_the_options_are_named(answered: Desk) -> None:
    ended = answered.run("answers", "review", today=DAY)
    assert (ended.code, "foimail answers set" in ended.err) == (2, True)


def test_what_was_read_in_a_message_is_confirmed_by_naming_it(answered: Desk) -> None:
    ended = said(answered, "RAA", "referrals", "--message", "1")
    assert (ended.code, ended.out.partition(", ")[2]) == (
        0,
        "part referrals: answered; 2019=4 2020=<5 2021=7\n",
    ), ended.err
    assert stands(answered)["referrals"]["state"] == "confirmed"
    assert stands(answered)["staff_trained"]["state"] == "proposed"


def test_a_persons_figures_take_the_place_of_the_rules(answered: Desk) -> None:
    ended = said(answered, "RAA", "1", "--message", "1", "--value", "2019=5", "--quote", "fewer than 5")
    assert ended.code == 0, ended.err
    assert stands(answered)["referrals"]["values"] == "2019=5"
    assert said(answered, "RAA", "4", "--message", "1", "--none").code == 0
    assert stands(answered)["staff_trained"]["state"] == "missing"
    assert said(answered, "RAA", "2", "--message", "1", "--outcome", "refused", "--section", "s.12").code == 0
    assert (row := stands(answered)["risk_assessments"])["state"] == "confirmed"
    assert row["outcome"] == "refused"


def test_what_came_by_post_is_said_with_its_source(answered: Desk) -> None:
    assert said(answered, "RBB", "1", "--value", "2020=9", "--source", "letter of 3 July, by post").code == 0
    assert said(answered, "RBB", "1", "--value", "2021=2", "--source", "telephone call", "--add").code == 0
    row = stands(answered, "RBB")["referrals"]
    assert (row["state"], row["values"], row["message"]) == ("confirmed", "2020=9 2021=2", None)
    assert "telephone call" in answered.run("answers", "RBB", today=DAY).out


def test_what_is_typed_off_a_letter_by_post_is_read_like_any_other(answered: Desk) -> None:
    text = "1. Referrals: 2019: 8; 2020: 9\n4. 77 members of staff have been trained."
    came = ("--by", "post", "--on", "2026-07-03", "--kind", "full_disclosure", "--text", text)
    assert answered.run("received", "RBB", *came, today=DAY).code == 0
    rows = stands(answered, "RBB")
    assert (rows["referrals"]["values"], rows["referrals"]["state"]) == ("2019=8 2020=9", "proposed")
    assert rows["staff_trained"]["values"] == "total=77"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("RBB", "1", "--value", "2020=9"), "where this answer comes from"),
        (("RBB", "1", "--message", "1"), "message 1 is not filed under"),
        (("RAA", "9", "--message", "1"), "the campaign has no part 9"),
        (("RAA", "1", "--message", "99"), "there is no message 99"),
        (("RAA", "1", "--message", "1", "--value", "2019=x", "--value", "y"), "'y' is no figure"),
        (("RAA", "1", "--message", "1", "--quote", "never written"), "stand neither in the message"),
        (("RBB", "1", "--source", "post"), "nothing is said of the answer"),
        (("RBB", "1", "--source", "post", "--value", "2019=1", "--quote", "one"), "stand neither"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_recorded(
    answered: Desk, arguments: tuple[str, ...], reason: str
) -> None:
    before = {body: stands(answered, body) for body in ("RAA", "RBB")}
    ended = said(answered, *arguments)
    assert (ended.code, reason in ended.err) == (4, True), ended.err
    assert {body: stands(answered, body) for body in ("RAA", "RBB")} == before


@pytest.mark.parametrize("more", [("--none", "--value", "2019=1"), ("--outcome", "perhaps")])
def test_options_that_exclude_each_other_are_refused(answered: Desk, more: tuple[str, ...]) -> None:
    assert said(answered, "RAA", "1", "--message", "1", *more).code == 2


def test_who_decides_is_recorded_by_name(answered: Desk) -> None:
    answered.add("foimail.toml", '\n[review]\nby = "Alex Marsh"\n')
    assert said(answered, "RAA", "1", "--message", "1").code == 0
    with answered.open().store.read() as connection:
        entry = cases.log(connection, token=answered.tokens()["RAA"])[-1]
    assert isinstance(entry.event, Answered)
    assert (entry.event.who, entry.event.on.isoformat()) == ("Alex Marsh", DAY)
