"""`foimail summary` and `foimail methods`, from letters to figures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.desk import bounce, mail

if TYPE_CHECKING:
    from tests.desk import Desk

DAY = "2026-07-20"
GIVES = """\
Question 1: 2019: 4
2020: fewer than 5
Question 2: We do not hold this.
Question 3: Our policy is on our website.
Question 4: 120 members of staff have received training.
"""
REFUSED = "We refuse your request under section 12 of the Freedom of Information Act 2000, as the cost would exceed the limit."


def summary(desk: Desk, today: str = DAY) -> dict[str, Any]:
    ended = desk.run("summary", "--format", "json", today=today)
    assert (ended.code, ended.err) == (0, "")
    found = json.loads(ended.out)
    assert isinstance(found, dict)
    return found


def campaign(desk: Desk) -> dict[str, str]:
    """Two of six bodies answer, one is silent, and one has no request yet."""
    tokens = desk.send("RAA", "RBB", "nhs-carrick")
    desk.comes(mail(GIVES, subject=f"Re: [{tokens['RAA']}]"))
    late = {"sender": "foi@birchwood.example", "on": "2026-07-16T10:00", "message_id": "b@b.example"}
    desk.comes(mail(REFUSED, subject=f"Re: [{tokens['RBB']}]", **late))
    assert desk.run("poll", today=DAY).code == 0
    for number, kind in (("1", "full_disclosure"), ("2", "refusal")):
        assert desk.run("correct", number, "--kind", kind, today=DAY).code == 0
    return tokens


def test_before_anything_is_sent_every_body_is_told_as_not_asked(desk: Desk) -> None:
    found = summary(desk)
    assert found["response"]["whole"] == {
        "name": "all", "bodies": 5, "asked": 0, "answered": 0, "due": 0, "in_time": 0,
    }  # fmt: skip
    assert found["parts"][0]["statuses"]["not_asked"] == 5
    assert "No figures were given." in desk.run("summary").out
    assert "No request has been sent yet." in desk.run("methods").out


def test_letters_become_figures_with_bounds_and_times(desk: Desk) -> None:
    campaign(desk)
    found = summary(desk)
    whole = found["response"]["whole"]
    assert (whole["asked"], whole["answered"], whole["due"], whole["in_time"]) == (3, 2, 3, 1)
    assert found["response"]["median_days"] == 18.5  # 3 and 34 days from 12 June
    assert found["response"]["timed"] == 2
    first, second, _, fourth = found["parts"]
    assert {s: n for s, n in first["statuses"].items() if n} == {
        "answered": 1, "refused": 1, "silent": 1, "not_asked": 2,
    }  # fmt: skip
    assert first["refused"] == {"FOIA s.12": 1}
    assert first["figures"]["total"]["bounds"] == {"lower": 4.0, "upper": 8.0}
    assert second["statuses"]["not_held"] == 1
    assert second["figures"]["total"]["bodies"] == 0
    assert fourth["figures"]["total"]["bounds"] == {"lower": 120.0, "upper": 120.0}


def test_a_body_that_was_asked_twice_counts_once_and_keeps_what_it_answered(desk: Desk) -> None:
    campaign(desk)
    assert desk.run("send", "RAA", "--again", "--yes", today=DAY).code == 0
    found = summary(desk)
    assert found["response"]["whole"]["bodies"] == 5
    assert found["response"]["statuses"]["awaited"] == 1
    assert found["parts"][0]["statuses"]["answered"] == 1
    assert found["parts"][0]["figures"]["total"]["bounds"] == {"lower": 4.0, "upper": 8.0}


def test_the_page_is_written_into_a_file(desk: Desk) -> None:
    campaign(desk)
    target = desk.folder / "summary.html"
    ended = desk.run("summary", "--format", "html", "-o", str(target), today=DAY)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert target.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_the_appendix_names_who_was_not_asked_and_who_was_silent_and_nobodys_staff(desk: Desk) -> None:
    tokens = campaign(desk)
    desk.run("letter", "eryri", today=DAY)
    ended = desk.run("methods", today=DAY)
    assert (ended.code, ended.err) == (0, "")
    text = ended.out
    assert "- The address was not verified (1): Dellmere NHS Trust." in text
    assert "- No address is known (1): Bwrdd Eryri." in text
    assert "- The body no longer exists (1): Elmvale NHS Trust." in text
    assert "| NHS Carrick | FOISA | 12 Jun 2026 | 13 Jul 2026 |" in text
    assert "3 requests went on 12 Jun 2026: 3 by e-mail." in text
    assert "1 version of the request." in text
    assert "(that of today)" in text
    assert "| 20 | 3 | 1 | 33 % |" in text
    assert "foi@" not in text
    assert tokens["RAA"] not in text


def test_a_changed_wording_is_a_version_of_its_own(desk: Desk) -> None:
    desk.send("RAA")
    desk.change(
        "templates/cse/campaign.toml", "who have received training on CSE", "who have had training on CSE"
    )
    desk.send("RBB", today="2026-06-15")
    desk.run("sent", "eryri", "--by", "form", "--on", "2026-06-16", today=DAY)
    text = desk.run("methods", today=DAY).out
    assert "2 versions of the request." in text
    assert "| not written by foimail | 16 Jun 2026 | 16 Jun 2026 | 1 |  |" in text
    assert "different wordings are to be compared with care" in text
    assert "3 requests went between 12 Jun 2026 and 16 Jun 2026: 2 by e-mail, 1 by web form." in text


def test_a_request_that_came_back_is_told_as_such(desk: Desk) -> None:
    desk.send("RAA")
    desk.comes(bounce(desk.data("requests")[0]["message_id"]))
    desk.run("poll", today=DAY)
    assert (
        "- The request did not reach them, or nobody can say whether it did (1): Ashcombe NHS Trust."
        in desk.run("methods", today=DAY).out
    )
    assert summary(desk)["parts"][0]["statuses"]["not_reached"] == 1


def test_a_campaign_for_some_bodies_says_whom_it_leaves_out(desk: Desk) -> None:
    desk.change(
        "templates/cse/campaign.toml",
        'nations = ["England", "Wales", "Scotland", "Northern Ireland"]',
        'nations = ["Scotland"]',
    )
    text = desk.run("methods").out
    assert "The campaign is meant for nations: Scotland." in text
    assert "4 other active bodies of the registry have not been asked." in text
    assert "- The request had not been sent yet (1): NHS Carrick." in text


def test_what_a_person_decided_is_told_beside_what_the_rules_read(desk: Desk) -> None:
    campaign(desk)
    ended = desk.run(
        "answers",
        "set",
        "RAA",
        "1",
        "--outcome",
        "answered",
        "--value",
        "2019=5",
        "--source",
        "a letter",
        today=DAY,
    )
    assert ended.code == 0, ended.err
    first = summary(desk)["parts"][0]
    assert first["outcomes"]["confirmed"] == 1
    assert first["figures"]["total"]["values"]["confirmed"] >= 1
    ended = desk.run("summary", "--confirmed", today=DAY)
    assert "only what a person has confirmed is counted" in ended.out
    assert "Total: 5, over 1 body. Values: 1 confirmed by a person." in ended.out
    text = desk.run("methods", today=DAY).out
    assert "Decisions on answers were recorded by:" in text
