"""Mail from files, and requests that were sent by hand before foimail was used."""

from __future__ import annotations

import mailbox
from typing import TYPE_CHECKING

import pytest

from tests.desk import EMAIL, mail

if TYPE_CHECKING:
    from pathlib import Path

    from tests.desk import Desk

LATER = "2026-07-20"


def request(to: str = "foi@ashcombe.example", **other: str) -> bytes:
    named = {
        "subject": "Request",
        "on": "2026-06-12T09:00",
        "message_id": "mine-1@northlight.example",
    } | other
    return mail("Please tell me.", sender=EMAIL, to=to, **named)


def saved(tmp_path: Path, *raws: bytes) -> list[str]:
    paths = [tmp_path / f"{number}.eml" for number in range(len(raws))]
    for path, raw in zip(paths, raws, strict=True):
        path.write_bytes(raw)
    return list(map(str, paths))


def test_a_request_sent_by_hand_is_taken_over(desk: Desk, tmp_path: Path) -> None:
    ended = desk.run("import", "--sent", *saved(tmp_path, request()), today=LATER)
    assert (ended.code, ended.out) == (0, "1 requests taken over, 0 known already, 0 not\n")
    (row,) = desk.data("requests")
    assert (row["body"], row["opened"], row["sent"], row["state"]) == (
        "RAA",
        "2026-06-12",
        "2026-06-12",
        "sent",
    )
    assert (row["message_id"], row["to"]) == ("mine-1@northlight.example", "foi@ashcombe.example")
    assert desk.report(LATER)["RAA"]["due"] == "2026-07-14"
    assert desk.data("messages") == []
    assert "taken over from a file" in desk.run("show", "RAA", today=LATER).out


@pytest.mark.parametrize(
    ("subject", "token"),
    [
        ("FOI: data [FOI-KZOYFJ]", "FOI-KZOYFJ"),
        ("FOI update please", None),
        ("FOI-URGENT please", None),
        ("about FOI-7K3Q2M without its brackets", None),
    ],
)
def test_a_token_is_taken_from_the_subject_where_foimail_wrote_one(
    desk: Desk, tmp_path: Path, subject: str, token: str | None
) -> None:
    desk.run("import", "--sent", *saved(tmp_path, request(subject=subject)), today=LATER)
    found = desk.tokens()["RAA"]
    assert found == token if token else found not in {"FOI-UPDATE", "FOI-URGENT", "FOI-7K3Q2M"}


def test_importing_twice_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    files = saved(tmp_path, request(), request("foi@birchwood.example", message_id=None))  # type: ignore[arg-type]
    assert desk.run("import", "--sent", *files, today=LATER).out.startswith("2 requests taken over")
    assert (
        desk.run("import", "--sent", *files, today=LATER).out
        == "0 requests taken over, 2 known already, 0 not\n"
    )
    assert len(desk.data("requests")) == 2


def test_a_former_address_finds_the_body(desk: Desk, tmp_path: Path) -> None:
    desk.run("import", "--sent", *saved(tmp_path, request("Ask@Ashcombe.example")), today=LATER)
    assert desk.data("requests")[0]["to"] == "ask@ashcombe.example"


def test_what_cannot_be_taken_over_is_a_problem_and_the_rest_goes_on(desk: Desk, tmp_path: Path) -> None:
    files = saved(
        tmp_path,
        request("who@nowhere.example"),
        request(on="", message_id="b@x.example"),
        b"no mail at all",
        request("foi@ashcombe.example, foi@birchwood.example", message_id="c@x.example"),
        request("foi@carrick.example", message_id="d@x.example", subject="[FOI-AAAA22]"),
        request(
            "foi@birchwood.example", message_id="e@x.example", subject="[FOI-AAAA22]", on="2026-06-13T09:00"
        ),
    )
    ended = desk.run("import", "--sent", *files, today=LATER)
    assert (ended.code, ended.out) == (3, "1 requests taken over, 0 known already, 5 not\n")
    assert "0.eml: error: no body has the address it was sent to (who@nowhere.example)" in ended.err
    assert "add the address to the body in trusts.yaml" in ended.err
    assert "1.eml: error: it has no date" in ended.err
    assert "2.eml: error: cannot be read" in ended.err
    assert "3.eml: error: several bodies have the address" in ended.err
    assert "5.eml: error: the token FOI-AAAA22 belongs to another request already" in ended.err


def test_at_a_shared_address_the_letter_itself_says_whom_it_means(desk: Desk, tmp_path: Path) -> None:
    desk.change("trusts.yaml", "foi@birchwood.example", "foi@ashcombe.example")
    files = saved(tmp_path, request(subject="To Birchwood NHS Trust"), request(message_id="b@x.example"))
    assert desk.run("import", "--sent", *files, today=LATER).out.startswith(
        "1 requests taken over, 0 known already, 1"
    )
    assert set(desk.tokens()) == {"RBB"}


def test_a_reminder_sent_by_hand_belongs_to_its_request(desk: Desk, tmp_path: Path) -> None:
    reminder = request(
        message_id="b@x.example", on="2026-07-16T09:00", In_Reply_To="<mine-1@northlight.example>"
    )
    ended = desk.run("import", "--sent", *saved(tmp_path, reminder, request()), today=LATER)
    assert ended.out.startswith("1 requests taken over, 0 known already, 0")
    assert "by hand" in desk.run("show", "RAA", today=LATER).out
    assert len(desk.data("requests")) == 1


def test_replies_that_came_before_their_request_was_known_are_filed_then(desk: Desk, tmp_path: Path) -> None:
    desk.comes(mail(In_Reply_To="<mine-1@northlight.example>"))
    desk.comes(b"Received: again\n" + mail(In_Reply_To="<mine-1@northlight.example>"))
    desk.comes(request())  # from the sent folder
    desk.run("poll", today=LATER)
    assert desk.data("messages")[0]["case"] is None
    assert desk.run("import", "--sent", *saved(tmp_path, request()), today=LATER).out.startswith("1 requests")
    (row,) = desk.data("messages")
    assert (row["case"], row["needs_person"]) == (desk.tokens()["RAA"], False)


def test_a_message_that_a_person_put_aside_stays_there(desk: Desk, tmp_path: Path) -> None:
    desk.comes(mail(In_Reply_To="<mine-1@northlight.example>"))
    desk.run("poll", today=LATER)
    desk.run("inbox", "assign", "1", "--none", today=LATER)
    desk.run("import", "--sent", *saved(tmp_path, request()), today=LATER)
    assert desk.data("messages")[0]["cases"] == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)])
def test_the_order_of_files_does_not_matter(desk: Desk, tmp_path: Path, order: tuple[int, ...]) -> None:
    token = desk.send("RAA")["RAA"]
    files = saved(
        tmp_path,
        mail(
            "Thank you for your request.",
            subject=f"[{token}]",
            message_id="1@x.example",
            on="2026-06-15T09:00",
        ),
        mail("Please clarify.", In_Reply_To="<1@x.example>", message_id="2@x.example", on="2026-06-16T09:00"),
        mail("We refuse.", In_Reply_To="<2@x.example>", message_id="3@x.example", on="2026-06-17T09:00"),
    )
    ended = desk.run("import", *(files[i] for i in order), today=LATER)
    assert (ended.code, ended.out) == (0, "3 new, 3 filed, 1 waiting for you, 0 seen before\n")
    assert {row["case"] for row in desk.data("messages")} == {token}


def test_mbox_maildir_and_folders_of_mail_are_read(desk: Desk, tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "all.mbox")
    box.add(mail(message_id="1@x.example"))
    box.add(mail(message_id="2@x.example"))
    box.close()
    desk.comes(mail(message_id="3@x.example"), "elsewhere")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.eml").write_bytes(mail(message_id="4@x.example"))
    (folder / "notes.txt").write_text("no mail")
    ended = desk.run(
        "import", str(tmp_path / "all.mbox"), str(desk.folder / "elsewhere"), str(folder), today=LATER
    )
    assert ended.out.startswith("4 new, 0 filed, 4 waiting for you")
    assert {"all.mbox#1", "all.mbox#2", "a.eml"} < {row["source"] for row in desk.data("messages")}
    again = desk.run("import", str(tmp_path / "all.mbox"), today=LATER)
    assert again.out == "0 new, 0 filed, 0 waiting for you, 2 seen before\n"


def test_a_file_that_is_no_mail_is_kept_and_can_still_be_filed(desk: Desk, tmp_path: Path) -> None:
    ended = desk.run("import", *saved(tmp_path, b"\x00\x01 nothing"), today=LATER)
    assert ended.code == 3
    assert "could not be opened, kept for you to look at" in ended.err
    shown = desk.run("inbox", "show", "1")
    assert "It could not be opened; --raw prints its bytes." in shown.err
    token = desk.send("RAA")["RAA"]
    assert desk.run("inbox", "assign", "1", token, "--kind", "refusal", today=LATER).code == 0
    assert desk.report(LATER)["RAA"]["stage"] == "answered"


def test_a_path_that_does_not_exist_is_a_mistake_of_the_command_line(desk: Desk) -> None:
    assert desk.run("import", "nowhere.eml").code == 2
