"""`foimail send`: who gets a letter, who does not and why, and what is shown before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from foimail.errors import BusyError
from foimail.events import Sent
from foimail.store import cases
from foimail.workflows import send
from tests.desk import TODAY

if TYPE_CHECKING:
    from tests.desk import Desk, Server


def test_everybody_who_can_be_reached_gets_the_request_once(desk: Desk) -> None:
    ended = desk.run("send", "--all-trusts", "--yes")
    assert (ended.code, ended.out) == (0, "sent 3, skipped 3, failed 0\n")
    letters = desk.posted()
    assert len(letters) == 3
    recipients = {found[1] for raw in letters if (found := re.search(rb"^To: (.+?)\r?$", raw, re.MULTILINE))}
    assert recipients == {b"foi@ashcombe.example", b"foi@birchwood.example", b"foi@carrick.example"}
    assert all(re.search(rb"Subject: .*\[FOI-[A-Z2-7]{6}\]", raw) for raw in letters)


def test_the_summary_says_how_many_who_is_left_out_and_shows_a_letter_in_full(desk: Desk) -> None:
    shown = desk.run("send", "--all-trusts", "--yes").err
    assert "3 new letters" in shown
    assert "1 to ashcombe.example" in shown
    assert "3 bodies get none:" in shown
    assert "address unverified; --include-unverified to use it: RDD" in shown
    assert "no address known; see `foimail letter`: eryri" in shown
    assert "The letter to Ashcombe NHS Trust:" in shown
    assert "To: foi@ashcombe.example" in shown
    assert "Details of your NHS Trusts' CSE safeguarding arrangements" in shown


def test_nobody_there_to_say_yes_means_no(desk: Desk) -> None:
    ended = desk.run("send", "--all-trusts")
    assert ended.code == 8
    assert "nobody is here to say yes, so nothing was sent" in ended.err
    assert desk.data("requests") == []


def test_a_second_run_sends_nothing_twice(desk: Desk) -> None:
    desk.send()
    ended = desk.run("send", "--all-trusts", "--yes")
    assert (ended.code, ended.out) == (0, "sent 0, skipped 6, failed 0\n")
    assert f"asked already ({TODAY})" in ended.err
    assert "There is nothing to send." in ended.err
    assert len(desk.posted()) == 3


def test_a_dry_run_records_and_sends_nothing(desk: Desk) -> None:
    ended = desk.run("send", "--all-trusts", "--dry-run")
    assert ended.code == 0
    assert "3 new letters" in ended.err
    assert desk.posted() == []
    assert desk.data("requests") == []


def test_a_limit_is_kept_and_the_next_run_goes_on(desk: Desk) -> None:
    assert desk.run("send", "--all-trusts", "--limit", "2", "--yes").out == "sent 2, skipped 3, failed 0\n"
    assert desk.run("send", "--all-trusts", "--limit", "2", "--yes").out == "sent 1, skipped 5, failed 0\n"
    assert len(desk.posted()) == 3


def test_a_limit_counts_what_waits_already(desk: Desk, server: Server) -> None:
    ws = desk.open()
    send.enqueue(ws, send.plan(ws, send.Selection(codes=("RAA",))).letters)
    assert "sent 1" in desk.run("send", "--all-trusts", "--limit", "1", "--yes").out
    assert server.recipients == ["foi@ashcombe.example"]


def test_a_pilot_is_a_mixed_handful(desk: Desk) -> None:
    ended = desk.run("send", "--pilot", "3", "--include-unverified", "--yes")
    assert ended.code == 0
    assert set(desk.tokens()) == {"RAA", "RBB", "nhs-carrick"}


def test_a_rehearsal_goes_to_its_user_and_is_not_recorded(desk: Desk) -> None:
    ended = desk.run("send", "--all-trusts", "--rehearse", "rowan@northlight.example", "--yes")
    assert (ended.code, ended.out) == (0, "sent 3, skipped 3, failed 0\n")
    letters = desk.posted()
    assert len(letters) == 3
    assert all(b"To: rowan@northlight.example" in raw for raw in letters)
    assert any(b"(A rehearsal. This letter would go to foi@carrick.example.)" in raw for raw in letters)
    assert desk.data("requests") == []
    assert desk.letters() == []


def test_a_body_that_was_asked_may_still_be_rehearsed(desk: Desk) -> None:
    desk.send()
    ended = desk.run("send", "RAA", "--rehearse", "rowan@northlight.example", "--yes")
    assert ended.out == "sent 1, skipped 0, failed 0\n"
    assert "second letter" not in ended.err
    assert len(desk.posted()) == 4
    assert len(desk.data("requests")) == 3


def test_a_slip_in_the_exceptions_writes_to_nobody(desk: Desk) -> None:
    desk.change("templates/cse/campaign.toml", "[audience]", '[audience]\nexclude = ["raa"]')
    ended = desk.run("send", "--all-trusts", "--yes")
    assert ended.code == 4
    assert "no body of trusts.yaml has 'raa' (did you mean RAA?)" in ended.err
    assert desk.posted() == []


def test_a_rehearsal_needs_a_real_address(desk: Desk) -> None:
    ended = desk.run("send", "--all-trusts", "--rehearse", "me", "--yes")
    assert ended.code == 4
    assert "'me' is not an e-mail address" in ended.err


def test_unverified_addresses_are_used_only_when_asked(desk: Desk) -> None:
    assert "foi@dellmere.example" not in str(desk.run("send", "--all-trusts", "--dry-run"))
    ended = desk.run("send", "--all-trusts", "--include-unverified", "--yes")
    assert ended.out == "sent 4, skipped 2, failed 0\n"


@pytest.mark.parametrize(
    ("options", "bodies"),
    [
        (["RBB"], {"RBB"}),
        (["rbb", "RAA", "RBB"], {"RAA", "RBB"}),
        (["--type", "Mental Health"], {"RBB"}),
        (["--nation", "scotland"], {"nhs-carrick"}),
        (["--all-trusts", "--nation", "England", "--type", "acute"], {"RAA"}),
    ],
)
def test_bodies_are_chosen_by_code_type_and_nation(desk: Desk, options: list[str], bodies: set[str]) -> None:
    assert desk.run("send", *options, "--yes").code == 0
    assert set(desk.tokens()) == bodies
    assert len(desk.posted()) == len(bodies)


def test_a_body_named_twice_gets_one_letter(desk: Desk) -> None:
    assert desk.run("send", "RAA", "raa", "RAA", "--yes").out == "sent 1, skipped 0, failed 0\n"
    assert len(desk.data("requests")) == 1


def test_codes_and_types_that_nobody_has_are_all_named(desk: Desk) -> None:
    ended = desk.run("send", "RAA", "RXX", "R??", "--type", "dentist", "--yes")
    assert ended.code == 4
    assert "no body has the code 'RXX'" in ended.err
    assert "no body has the code 'R??'" in ended.err
    assert "no body is of the type 'dentist'" in ended.err
    assert "there are acute, health board, mental health" in ended.err
    assert desk.posted() == []


@pytest.mark.parametrize("options", [[], ["RAA", "--all-trusts"]])
def test_it_must_be_said_to_whom(desk: Desk, options: list[str]) -> None:
    assert desk.run("send", *options, "--yes").code == 2


def test_a_closed_body_is_never_written_to(desk: Desk) -> None:
    ended = desk.run("send", "REE", "--yes")
    assert ended.out == "sent 0, skipped 1, failed 0\n"
    assert "closed, see RAA: REE" in ended.err


@pytest.mark.parametrize("local", ["no-reply", "noreply", "donotreply", "do_not_reply", "MAILER-DAEMON"])
def test_a_no_reply_address_is_never_written_to(desk: Desk, local: str) -> None:
    desk.change("trusts.yaml", "foi@ashcombe.example", f"{local}@ashcombe.example")
    ended = desk.run("send", "RAA", "--yes")
    assert f"{local}@ashcombe.example is a no-reply address" in ended.err
    assert desk.posted() == []


def test_a_body_that_takes_requests_by_form_is_left_to_the_user(desk: Desk) -> None:
    desk.change("trusts.yaml", "email: foi@ashcombe.example,", "email: foi@ashcombe.example, route: form,")
    assert "takes requests by form; see `foimail letter`: RAA" in desk.run("send", "RAA", "--yes").err


def test_a_letter_printed_for_the_post_keeps_its_case_when_it_is_sent(desk: Desk) -> None:
    token = re.findall(r"FOI-\w{6}", desk.run("letter", "RAA").out)[0]
    assert desk.send("RAA") == {"RAA": token}


def test_even_a_second_letter_uses_a_case_that_has_had_none(desk: Desk) -> None:
    desk.run("letter", "RAA")
    assert desk.run("send", "RAA", "--again", "--yes").code == 0
    assert len(desk.data("requests")) == 1


def test_a_second_letter_of_the_same_campaign_is_warned_of(desk: Desk) -> None:
    desk.send("RAA")
    ended = desk.run("send", "RAA", "RBB", "--again", "--yes")
    assert ended.out == "sent 2, skipped 0, failed 0\n"
    assert "Ashcombe NHS Trust: a second letter of the same campaign" in ended.err
    assert "FOIA s.14(2)" in ended.err
    assert "Birchwood NHS Trust: a second letter" not in ended.err
    assert [row["body"] for row in desk.data("requests")] == ["RAA", "RAA", "RBB"]


@pytest.mark.parametrize(
    ("today", "warned"),
    [
        ("2026-09-10", True),  # the 60th working day after 12 June 2026 (FOIA vectors)
        ("2026-09-11", False),
    ],
)
def test_the_same_subject_within_sixty_working_days_is_warned_of(
    desk: Desk, today: str, *, warned: bool
) -> None:
    cse = desk.folder / "templates" / "cse"
    other = desk.folder / "templates" / "again"
    other.mkdir()
    (other / "campaign.toml").write_bytes((cse / "campaign.toml").read_bytes())
    desk.send("RAA")
    ended = desk.run("--campaign", "again", "send", "RAA", "RBB", "--yes", today=today)
    assert ended.out == "sent 2, skipped 0, failed 0\n"
    assert ("the campaign cse asked on the same subject on 2026-06-12" in ended.err) is warned
    assert "Birchwood NHS Trust: the campaign" not in ended.err


def test_it_is_the_last_letter_on_a_subject_that_counts(desk: Desk) -> None:
    token = desk.send("RAA", today="2026-01-05")["RAA"]
    ws = desk.open()
    with ws.store.write() as connection:
        again = Sent(ws.today, "second@northlight.example", "foi@ashcombe.example")
        cases.append(connection, token, (again,), ws.now())
    with ws.store.read() as connection:
        assert cases.last_sendings(connection, "child sexual exploitation") == [("RAA", "cse", ws.today)]


def test_a_wording_changed_in_the_middle_of_a_mailing_is_warned_of(desk: Desk) -> None:
    desk.send("RAA")
    assert "wording has changed" not in desk.run("send", "RBB", "--dry-run").err
    desk.add("templates/base/request.txt", "Thank you.\n")
    assert (
        "warning: the wording has changed since earlier letters" in desk.run("send", "RBB", "--dry-run").err
    )


def test_a_letter_with_a_fault_is_left_out_and_the_rest_goes(desk: Desk) -> None:
    desk.change("trusts.yaml", "Birchwood NHS Trust", '"Birchwood {NHS} Trust"')
    ended = desk.run("send", "--all-trusts", "--yes")
    assert (ended.code, ended.out) == (3, "sent 2, skipped 3, failed 1\n")
    assert "a brace is left in the letter" in ended.err


def test_a_dry_run_reports_faults_by_its_exit_code(desk: Desk) -> None:
    desk.change("trusts.yaml", "Birchwood NHS Trust", '"Birchwood {NHS} Trust"')
    assert desk.run("send", "--all-trusts", "--dry-run").code == 3


def test_two_plans_for_one_body_make_one_letter(desk: Desk) -> None:
    ws = desk.open()
    first, second = (send.plan(ws, send.Selection(codes=("RAA",))) for _ in range(2))
    assert send.enqueue(ws, first.letters) == 1
    with pytest.raises(BusyError, match="Ashcombe NHS Trust was written to meanwhile"):
        send.enqueue(ws, second.letters)
    assert len(desk.letters()) == 1


def test_two_plans_for_a_printed_letter_make_one_letter(desk: Desk) -> None:
    desk.run("letter", "RAA")
    ws = desk.open()
    first, second = (send.plan(ws, send.Selection(codes=("RAA",))) for _ in range(2))
    send.enqueue(ws, first.letters)
    with pytest.raises(BusyError):
        send.enqueue(ws, second.letters)
    assert len(desk.letters()) == 1


def test_letters_are_queued_all_or_none(desk: Desk) -> None:
    ws = desk.open()
    both = send.plan(ws, send.Selection(codes=("RAA", "RBB")))
    send.enqueue(ws, send.plan(ws, send.Selection(codes=("RBB",))).letters)
    with pytest.raises(BusyError):
        send.enqueue(ws, both.letters)
    assert set(desk.tokens()) == {"RBB"}


@pytest.mark.parametrize("by", ["form", "post", "phone"])
def test_a_request_sent_by_other_ways_opens_its_case_on_its_day(desk: Desk, by: str) -> None:
    ended = desk.run("sent", "eryri", "--by", by, "--on", "2026-06-12", today="2026-06-15")
    assert ended.code == 0
    assert f"Bwrdd Eryri: sent by {by} on 2026-06-12" in ended.out
    assert desk.report()["eryri"]["due"] == "2026-07-14"
    again = desk.run("sent", "eryri", "--by", by, "--on", "2026-06-12", today="2026-06-15")
    assert again.code == 4
    assert "has had this request already" in again.err


def test_a_request_cannot_have_been_sent_tomorrow(desk: Desk) -> None:
    assert desk.run("sent", "eryri", "--by", "form", "--on", "2026-06-13").code == 4
    assert "no body has the code 'xx'" in desk.run("sent", "xx", "--by", "form", "--on", TODAY).err
    assert desk.data("requests") == []


def test_the_user_is_asked_and_may_say_no(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import io
    import sys

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))
    ended = desk.run("send", "RAA")
    assert ended.code == 130
    assert "Send 1 letter by maildir:outbox?" in ended.err
    assert desk.posted() == []
    monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
    assert desk.run("send", "RAA").out.endswith("sent 1, skipped 0, failed 0\n")


def test_the_summary_names_the_largest_domains_and_counts_the_rest(desk: Desk) -> None:
    bodies = "".join(
        f"  - {{id: b{n}, name: Body {n}, nation: England, email: foi@{'big' if n < 3 else f'small{n}'}.example}}\n"
        for n in range(10)
    )
    (desk.folder / "trusts.yaml").write_text(f"bodies:\n{bodies}")
    shown = desk.run("send", "--all-trusts", "--dry-run").err
    assert "10 new letters\n     3 to big.example\n" in shown
    assert "     3 to 3 other domains\n" in shown
