"""Mail finds its case by what was learnt and by who writes; what may be forged does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from foimail.store import inbox, learnt
from tests.desk import bounce, mail

if TYPE_CHECKING:
    from tests.desk import Desk

LATER = "2026-07-20"
NHSMAIL = "kit.brisco@nhs.net"


@pytest.fixture
def sent(desk: Desk) -> Desk:
    """A desk with requests to three bodies."""
    desk.send()
    return desk


def assign(desk: Desk, number: int, token: str) -> None:
    """A person says where the message that `comes` made belongs."""
    with desk.open().store.read() as connection:
        (found,) = [r.id for r in inbox.rows(connection) if r.message_id == f"r{number}@x.example"]
    ended = desk.run("inbox", "assign", str(found), token, today=LATER)
    assert ended.code == 0, ended.err


def comes(desk: Desk, number: int, text: str = "Thank you.", **given: Any) -> dict[str, Any]:
    """The row of one more message."""
    desk.comes(mail(text, message_id=f"r{number}@x.example", on=f"2026-06-{14 + number}T10:00", **given))
    polled = desk.run("poll", today=LATER)
    assert polled.code == 0, polled.err
    return next(row for row in desk.data("messages") if row["message_id"] == f"r{number}@x.example")


def test_a_reference_is_learnt_from_one_mail_and_finds_the_next(sent: Desk) -> None:
    token = sent.tokens()["RAA"]
    lawyer = "d.garrity@pell.example"
    first = comes(sent, 1, "Our ref: PG/MHT/0417", subject=f"Re: [{token}]", sender=lawyer)
    assert (first["case"], first["matched_by"], first["body_reference"]) == (token, "token", "PG/MHT/0417")
    second = comes(sent, 2, subject="PG/MHT/0417", sender=lawyer)
    assert (second["case"], second["matched_by"]) == (token, "reference")
    assert second["evidence"][0] == "their reference PG/MHT/0417, learnt from earlier mail"


def test_a_learnt_reference_from_a_stranger_matches_nothing(sent: Desk) -> None:
    token = sent.tokens()["RAA"]
    comes(sent, 1, "Our ref: PG/MHT/0417", subject=f"Re: [{token}]", sender="d.garrity@pell.example")
    assert comes(sent, 2, subject="PG/MHT/0417", sender="somebody@x.example")["case"] is None


def test_a_learnt_reference_with_the_bodys_name_finds_the_case_from_another_address(sent: Desk) -> None:
    token = sent.tokens()["RAA"]
    comes(sent, 1, "Our ref: ASH-2026-0417", subject=f"Re: [{token}]")
    named = comes(
        sent, 2, "About ASH-2026-0417.", sender='"BRISCO, Kit (ASHCOMBE NHS TRUST)" <kit@elsewhere.example>'
    )
    assert (named["case"], named["matched_by"]) == (token, "reference")


def test_at_a_shared_domain_a_reference_counts_for_the_one_address(sent: Desk) -> None:
    token = sent.tokens()["RAA"]
    comes(sent, 1, "Our ref: FOI 4417", subject=f"Re: [{token}]", sender=NHSMAIL)
    assert comes(sent, 2, subject="FOI 4417", sender=NHSMAIL)["case"] == token
    assert comes(sent, 3, subject="FOI 4417", sender="another.trust@nhs.net")["case"] is None


@pytest.mark.parametrize(
    ("sender", "text", "evidence"),
    [
        ("noreply@connect.ashcombe.example", "", "the sender's domain ashcombe.example"),
        ("ask@ashcombe.example", "", "the address ask@ashcombe.example, as in trusts.yaml"),
        (
            f'"FOI (ANY NAME - RAA)" <{NHSMAIL}>',
            "",
            "the ODS code in the sender's name, FOI (ANY NAME - RAA)",
        ),
        (f"Ashcombe NHS Trust <{NHSMAIL}>", "", "the sender's name, Ashcombe NHS Trust"),
        (NHSMAIL, "Yours\nKit\nAshcombe NHS Trust", "the name in the letter, written from nhs.net"),
    ],
)
def test_a_sender_with_one_open_case_finds_it(sent: Desk, sender: str, text: str, evidence: str) -> None:
    row = comes(sent, 1, text, sender=sender)
    assert (row["case"], row["matched_by"], row["evidence"][0]) == (sent.tokens()["RAA"], "sender", evidence)


@pytest.mark.parametrize(
    ("sender", "text"),
    [
        (NHSMAIL, "Thank you."),
        (
            "FOI (ANY NAME - RAA) <foi@elsewhere.example>",
            "Thank you.",
        ),  # anybody can write a code into a name
        (NHSMAIL, "Ask Ashcombe NHS Trust or Birchwood NHS Trust."),
    ],
)
def test_a_sender_who_may_be_anybodys_finds_none(sent: Desk, sender: str, text: str) -> None:
    assert comes(sent, 1, text, sender=sender)["case"] is None


def test_a_hub_answers_for_the_body_that_it_names(desk: Desk) -> None:
    desk.change("trusts.yaml", "foi@ashcombe.example", "ashcombe@hub.example")
    desk.change("trusts.yaml", "foi@birchwood.example", "birchwood@hub.example")
    tokens = desk.send("RAA", "RBB")
    assert (
        comes(desk, 1, "H26/2 Birchwood\n\nLate, sorry.", sender="foi@hub.example")["case"] == tokens["RBB"]
    )
    unnamed = comes(desk, 2, "Your request was received.", sender="foi@hub.example")
    assert (unnamed["case"], set(unnamed["candidates"])) == (None, {tokens["RAA"], tokens["RBB"]})
    wrong = comes(desk, 3, "H26/2, late again.", subject=f"[{tokens['RAA']}] H26/2", sender="foi@hub.example")
    assert (wrong["case"], set(wrong["candidates"])) == (None, {tokens["RAA"], tokens["RBB"]})


@pytest.mark.parametrize(
    "given",
    [
        {"sender": "foi@ashcornbe.example"},
        {"Reply_To": "release@docs.example"},
        {"Authentication_Results": "mx.northlight.example; spf=fail; dkim=none; dmarc=fail"},
        {"sender": '"foi@ashcombe.example" <bounce-77@cheapmail.example>'},
    ],
)
def test_what_may_be_forged_goes_to_a_person_with_the_reason(sent: Desk, given: dict[str, str]) -> None:
    token = sent.tokens()["RAA"]
    row = comes(sent, 1, subject=f"RE: [{token}]", **given)
    assert (row["case"], row["cases"], row["candidates"], row["needs_person"]) == (None, [], [token], True)


def test_the_verdict_of_a_strangers_server_is_not_believed(sent: Desk) -> None:
    token = sent.tokens()["RAA"]
    forged = "mx.stranger.example; spf=fail; dkim=none; dmarc=fail"
    assert comes(sent, 1, subject=f"RE: [{token}]", Authentication_Results=forged)["case"] == token


def test_a_delivery_report_without_our_letter_finds_the_case_by_the_address(sent: Desk) -> None:
    sent.comes(bounce("nothing-we-know@x.example"))
    sent.comes(bounce("nor-this@x.example", "nobody@x.example").replace(b"<dsn@", b"<dsn2@"))
    sent.run("poll", today=LATER)
    rows = {row["message_id"]: row for row in sent.data("messages")}
    assert rows["dsn@mx.example"]["case"] == sent.tokens()["RAA"]
    assert rows["dsn2@mx.example"]["case"] is None


def test_a_mail_in_the_thread_of_two_cases_of_a_hub_is_filed_under_each(desk: Desk) -> None:
    desk.change("trusts.yaml", "foi@birchwood.example", "foi.birchwood@ashcombe.example")
    tokens = desk.send("RAA", "RBB")
    letters = {row["body"]: row["message_id"] for row in desk.data("requests")}
    both = f"<{letters['RAA']}> <{letters['RBB']}>"
    row = comes(desk, 1, "We refuse both.", sender="office@ashcombe.example", References=both)
    assert (row["case"], row["cases"]) == (None, sorted([tokens["RAA"], tokens["RBB"]]))


def test_a_person_teaches_an_address(sent: Desk) -> None:
    token = sent.tokens()["RAA"]
    assert comes(sent, 1, sender="jo@law.example")["case"] is None
    assign(sent, 1, token)
    row = comes(sent, 2, sender="jo@law.example")
    assert (row["case"], row["evidence"][0]) == (token, "you have said whose address jo@law.example is")


@pytest.mark.parametrize("sender", ["noreply@law.example", "case@icasework.com", "office@birchwood.example"])
def test_the_address_of_a_machine_or_of_another_body_is_not_taught(sent: Desk, sender: str) -> None:
    comes(sent, 1, sender=sender)
    assign(sent, 1, sent.tokens()["RAA"])
    with sent.open().store.read() as connection:
        assert learnt.bodies_of_address(connection, sender) == set()


def test_a_reference_goes_with_the_message_that_taught_it(sent: Desk) -> None:
    tokens = sent.tokens()
    comes(sent, 1, "Our ref: PG/0417", subject=f"[{tokens['RAA']}]", sender="jo@law.example")
    assign(sent, 1, tokens["RBB"])
    with sent.open().store.read() as connection:
        assert learnt.references_among(connection, ["pg0417"]) == [("pg0417", "law.example", tokens["RBB"])]


def test_a_newsletter_is_not_filed_and_an_absence_teaches_nothing(sent: Desk) -> None:
    news = comes(sent, 1, List_Unsubscribe="<mailto:stop@ashcombe.example>")
    assert (news["case"], news["candidates"]) == (None, [sent.tokens()["RAA"]])
    away = "I am on annual leave. Our ref: PG/0417"
    assert comes(sent, 2, away, Auto_Submitted="auto-replied")["kind"] == "out_of_office"
    with sent.open().store.read() as connection:
        assert learnt.references_among(connection, ["pg0417"]) == []
