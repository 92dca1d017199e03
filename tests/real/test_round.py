"""The whole round over a real SMTP server and a real Dovecot: letters out, replies in, and everything that goes wrong between."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.mail.fake_imap import fake_imap, ordinary
from tests.real.recorded import events, kept_mail, memory, rows, states
from tests.real.rounds import (
    address,
    answer,
    arrived,
    foimail,
    make_folder,
    sign_in_with,
    trust,
    use,
)
from tests.real.servers import DOMAIN, make_certificate

if TYPE_CHECKING:
    from pathlib import Path

    from tests.real.servers import MailUser
    from tests.real.smtpd import Drop, SmtpServer

pytestmark = pytest.mark.real

NOW = datetime.now(UTC)
SEND = ("send", "--all-trusts", "--yes")
SEEN = b"\\Seen"


@pytest.fixture
def folder(tmp_path: Path, mail_user: MailUser, smtp_server: SmtpServer, url: str) -> Path:
    return make_folder(tmp_path / "requests", mail_user, smtp_server, bodies=4, url=url)


def letters(server: SmtpServer) -> dict[str, bytes]:
    """What each body got, by its number."""
    return {taken.recipients[0]: taken.raw for taken in server.taken}


def last_line(text: str) -> str:
    return text.strip().splitlines()[-1]


# Two hundred bodies


def test_two_hundred_bodies_are_asked_once_and_each_reply_finds_its_request(
    tmp_path: Path, mail_user: MailUser, smtp_server: SmtpServer, url: str
) -> None:
    bodies = 200
    us = mail_user.address
    folder = make_folder(tmp_path / "requests", mail_user, smtp_server, bodies, url)

    sent = foimail(folder, *SEND)
    assert (sent.code, sent.out) == (0, f"sent {bodies}, skipped 0, failed 0\n"), sent.err
    assert arrived(smtp_server.taken, us) == [address(n) for n in range(bodies)]
    assert (smtp_server.attempts, smtp_server.connections) == ([us], 1)
    again = foimail(folder, *SEND)
    assert (again.code, again.out) == (0, f"sent 0, skipped {bodies}, failed 0\n")
    assert len(smtp_server.taken) == bodies

    # Our copies in our own mailbox are known for what they are.
    polled = foimail(folder, "poll")
    assert (polled.code, last_line(polled.out)) == (
        0, f"{bodies} new, 0 filed, 0 waiting for you, 0 seen before, {bodies} of your own",
    )  # fmt: skip
    assert set(states(folder).values()) == {"sent"}

    answered, bounced = all_answer(mail_user, letters(smtp_server))
    polled = foimail(folder, "poll")
    assert polled.code == 0, polled.err
    assert f" {answered.total()} filed, 0 waiting for you" in polled.out
    received = events(folder, "received")
    assert Counter(body for body, _ in received) == answered
    assert {body for body, data in received if data["reply"] == "bounce"} == bounced
    assert {data["reply"] for _, data in received} == {"bounce", "human_ack"}
    assert kept_mail(folder).keys() == {"own", "read", "repeat"}

    before = memory(folder)
    polled = foimail(folder, "poll")
    assert polled.out == "0 new, 0 filed, 0 waiting for you, 0 seen before, 0 of your own\n"
    foimail(folder, *SEND)
    assert memory(folder) == before
    assert len(smtp_server.taken) == bodies

    later = (date.today() + timedelta(days=60)).isoformat()  # noqa: DTZ011  # some day after the last due date
    report = foimail(folder, "--today", later, "report", "--format", "jsonl")
    stages = Counter(row["stage"] for row in map(json.loads, report.out.splitlines()))
    assert stages == {"overdue": bodies - len(bounced), "undelivered": len(bounced)}


def all_answer(user: MailUser, got: dict[str, bytes]) -> tuple[Counter[str], set[str]]:
    """Three of four bodies answer, in every way that leaves a clue; who they were, and whose letters came back."""
    ways = ("thread", "references", "subject", "text", "bounce")
    answered: Counter[str] = Counter()
    bounced: set[str] = set()
    to_inbox: list[bytes] = []
    to_junk: list[bytes] = []
    for place, letter in enumerate(got.values()):
        body = f"B{int(_between(letter, b'Body Number ', b' NHS Trust')):03}"
        way = ways[place % len(ways)]
        if place % 4 == 3:
            continue
        reply = answer(letter, NOW, "Thank you, we have received your request.", way=way)
        answered[body] += 1
        bounced |= {body} if way == "bounce" else set()
        (to_junk if place % 7 == 6 else to_inbox).append(reply)
        if place % 9 == 8:  # by two paths
            to_inbox.append(b"Received: from elsewhere.test by mx.test\n" + reply)
        if place % 11 == 10:  # in two folders
            to_junk.append(reply)
    client = user.client()
    client.multiappend("INBOX", to_inbox)
    client.multiappend("Unwanted", to_junk)
    client.logout()
    return answered, bounced


def _between(text: bytes, before: bytes, after: bytes) -> str:
    return text.partition(before)[2].partition(after)[0].decode()


# Logins and TLS


def test_a_wrong_password_sends_nothing_and_fetches_nothing_until_it_is_put_right(
    folder: Path, mail_user: MailUser, smtp_server: SmtpServer
) -> None:
    sign_in_with(folder, "hunter2")
    sent = foimail(folder, *SEND)
    assert sent.code == 7
    assert "did not accept the login" in sent.err
    assert "hunter2" not in sent.out + sent.err
    assert set(states(folder).values()) == {"queued"}
    assert smtp_server.taken == []
    assert len(smtp_server.attempts) == 1  # tried once, not once for each letter: providers lock accounts
    mail_user.deliver(b"Subject: waiting\r\n\r\nfor you\r\n")
    polled = foimail(folder, "poll")
    assert polled.code == 7
    assert "did not accept the login" in polled.err
    assert kept_mail(folder) == {}

    sign_in_with(folder, mail_user.password)
    assert foimail(folder, *SEND).out == "sent 4, skipped 4, failed 0\n"
    assert foimail(folder, "poll").out.startswith("5 new")
    assert len(smtp_server.taken) == 4


def test_no_letter_and_no_password_goes_to_a_server_that_cannot_prove_itself(
    folder: Path, mail_user: MailUser, smtp_server: SmtpServer, tmp_path: Path
) -> None:
    trust(folder, str(make_certificate(tmp_path)))
    sent = foimail(folder, *SEND)
    assert sent.code == 3
    assert "certificate is not trusted" in sent.err
    assert (smtp_server.taken, smtp_server.attempts) == ([], [])
    assert set(states(folder).values()) == {"queued"}
    polled = foimail(folder, "poll")
    assert (polled.code, "certificate is not trusted" in polled.err) == (7, True)
    trust(folder, mail_user.cafile, smtp_server.cafile)
    assert foimail(folder, *SEND).out == "sent 4, skipped 4, failed 0\n"


# Refusals


def test_a_refused_body_gets_no_letter_though_our_copy_would_be_taken_and_the_others_get_theirs(
    folder: Path, mail_user: MailUser, smtp_server: SmtpServer
) -> None:
    smtp_server.rules.rcpt[address(1)] = "550 5.1.1 No such user"
    smtp_server.rules.rcpt[address(2)] = "451 4.3.0 Try later"
    sent = foimail(folder, *SEND)
    assert (sent.code, sent.out) == (3, "sent 2, skipped 0, failed 1, 1 put off\n")
    assert [t.recipients for t in smtp_server.taken] == [
        (address(0), mail_user.address),
        (address(3), mail_user.address),
    ]
    assert list(states(folder).values()) == ["sent", "refused", "queued", "sent"]
    assert [(body, data["answer"]) for body, data in events(folder, "refused")] == [
        ("B001", "550 5.1.1 No such user")
    ]
    # Neither goes again by itself at once: the one never, the other when its time has come.
    smtp_server.rules.rcpt.clear()
    assert foimail(folder, *SEND).out == "sent 0, skipped 4, failed 0\n"
    (frozen,) = rows(folder, "SELECT raw FROM outbox WHERE state = 'queued'")
    due = rows(folder, "SELECT next_try_at FROM outbox WHERE state = 'queued'")[0][0]
    assert datetime.fromisoformat(str(due)).replace(tzinfo=UTC) > NOW
    foimail(folder, "outbox", "retry", "3", "--yes")
    assert foimail(folder, "send", "--queued", "--yes").out == "sent 1, skipped 0, failed 0\n"
    assert (smtp_server.taken[-1].recipients[0], smtp_server.taken[-1].raw) == (address(2), frozen[0])
    assert foimail(folder, "outbox", "retry", "2", "--yes").code == 0
    assert foimail(folder, "send", "--queued", "--yes").out == "sent 1, skipped 0, failed 0\n"
    assert Counter(arrived(smtp_server.taken, mail_user.address)) == {address(n): 1 for n in range(4)}


@pytest.mark.parametrize("refusal", ["550 5.7.1 Your account is blocked", "421 4.3.2 Closing"])
def test_a_server_that_will_take_no_more_ends_the_run_and_the_next_one_goes_on(
    folder: Path, mail_user: MailUser, smtp_server: SmtpServer, refusal: str
) -> None:
    smtp_server.rules.rcpt[address(1)] = refusal
    sent = foimail(folder, *SEND)
    assert (sent.code, sent.out) == (3, "sent 1, skipped 0, failed 0, 1 put off, 2 left for the next run\n")
    assert "the server will take no more now" in sent.err
    smtp_server.rules.rcpt.clear()
    assert foimail(folder, *SEND).out == "sent 3, skipped 4, failed 0\n"
    assert arrived(smtp_server.taken, mail_user.address) == [address(n) for n in range(4)]


# After the final dot


def in_doubt(folder: Path, server: SmtpServer, drop: Drop) -> None:
    """Send four letters of which the first gets no answer to its final dot."""
    server.rules.drop = drop
    sent = foimail(folder, *SEND, "--limit", "1")
    assert (sent.code, sent.out) == (3, "sent 0, skipped 0, failed 1\n")
    assert "perhaps sent" in sent.err
    server.rules.drop = ""
    assert foimail(folder, *SEND).out == "sent 3, skipped 1, failed 0\n"
    assert list(states(folder).values()) == ["unknown", "sent", "sent", "sent"]


def test_a_letter_in_doubt_is_settled_by_its_copy_in_the_mailbox_and_never_goes_again(
    folder: Path, mail_user: MailUser, smtp_server: SmtpServer
) -> None:
    in_doubt(folder, smtp_server, "dot_after_taking")
    polled = foimail(folder, "poll")
    assert f"{address(0)}: sent after all, its copy is in the mailbox" in polled.err
    assert set(states(folder).values()) == {"sent"}
    assert [body for body, data in events(folder, "sent") if data["evidence"] == "mailbox"] == ["B000"]
    foimail(folder, *SEND)
    assert arrived(smtp_server.taken, mail_user.address) == [address(n) for n in range(4)]
    report = foimail(folder, "report", "--format", "jsonl").out
    assert [json.loads(line)["stage"] for line in report.splitlines()] == ["awaiting"] * 4


def test_a_letter_in_doubt_whose_copy_never_comes_waits_for_a_person(
    folder: Path, mail_user: MailUser, smtp_server: SmtpServer
) -> None:
    in_doubt(folder, smtp_server, "dot")
    for _ in range(2):
        foimail(folder, "poll")
        foimail(folder, *SEND)
        foimail(folder, "send", "--queued", "--yes")
    assert states(folder)[address(0)] == "unknown"
    assert address(0) not in arrived(smtp_server.taken, mail_user.address)
    refused = foimail(folder, "outbox", "retry", "1", "--yes")
    assert (refused.code, "settle it first" in refused.err) == (4, True)
    assert foimail(folder, "outbox", "settle", "1", "--not-sent").code == 0
    assert foimail(folder, "outbox", "retry", "1", "--yes").code == 0
    assert foimail(folder, "send", "--queued", "--yes").out == "sent 1, skipped 0, failed 0\n"
    assert Counter(arrived(smtp_server.taken, mail_user.address)) == {address(n): 1 for n in range(4)}


# The mailbox


def test_a_renumbered_inbox_is_read_again_and_nothing_is_taken_twice(
    folder: Path, mail_user: MailUser, smtp_server: SmtpServer
) -> None:
    foimail(folder, *SEND)
    for letter in list(letters(smtp_server).values())[:3]:
        mail_user.deliver(answer(letter, NOW, "Thank you, we have received your request."))
    assert foimail(folder, "poll").out.startswith("7 new, 3 filed")
    before = memory(folder)

    old, new = renumber(mail_user)
    assert old != new
    mail_user.deliver(answer(letters(smtp_server)[address(3)], NOW, "We have received your request."))
    polled = foimail(folder, "poll")
    assert polled.out == "1 new, 1 filed, 0 waiting for you, 7 seen before, 0 of your own\n"
    after = memory(folder)
    assert after["events"][:-1] == before["events"]
    assert after["messages"][:-1] == before["messages"]
    assert Counter(body for body, _ in events(folder, "received")) == {f"B{n:03}": 1 for n in range(4)}
    assert foimail(folder, "poll").out.startswith("0 new, 0 filed, 0 waiting for you, 0 seen before")


def renumber(user: MailUser) -> tuple[int, int]:
    """Let Dovecot lose its lists, as a server does that was restored from a backup; UIDVALIDITY before and after."""
    home = user.server.folder / "mail" / user.address

    def validity() -> int:
        client = user.client()
        found = client.folder_status("INBOX", ["UIDVALIDITY"])[b"UIDVALIDITY"]
        client.logout()
        return int(found)

    before = validity()
    for name in ("dovecot-uidlist", "dovecot.index*", "dovecot.list.index*"):
        for file in home.glob(name):
            file.unlink()
    return before, validity()


def test_a_connection_that_breaks_in_the_middle_of_a_message_costs_nothing(
    folder: Path, smtp_server: SmtpServer, monkeypatch: pytest.MonkeyPatch, mail_user: MailUser
) -> None:
    monkeypatch.setattr("foimail.mail.imap.BATCH_COUNT", 1)
    foimail(folder, *SEND)
    replies = [
        answer(letter, NOW, "Thank you, we have received your request.")
        for letter in list(letters(smtp_server).values())[:3]
    ]
    breaks = {"UID FETCH 2 (BODY.PEEK[])"}

    def server(command: str) -> bytes:
        if command.startswith("LIST"):
            return b'* LIST (\\HasNoChildren) "/" INBOX\r\n%s OK done\r\n'
        if command.startswith("UID FETCH") and "BODY.PEEK" in command:
            raw = replies[int(command.split()[2]) - 1]
            literal = b"* 1 FETCH (UID %d BODY[] {%d}\r\n" % (int(command.split()[2]), len(raw))
            if command in breaks:
                return literal + raw[: len(raw) // 2] + b"DROP"
            return literal + raw + b")\r\n%s OK done\r\n"
        return ordinary(command)

    with fake_imap(server) as port:
        incoming = f"imap://us@127.0.0.1:{port}"
        use(folder, outgoing=smtp_server.url(mail_user.address), incoming=incoming, address=mail_user.address)
        polled = foimail(folder, "poll")
        assert (polled.code, polled.err.count("Traceback")) == (7, 0)
        assert sum(kept_mail(folder).values()) == 1
        breaks.clear()
        assert foimail(folder, "poll").out.startswith("2 new")
        assert foimail(folder, "poll").out.startswith("0 new")
    assert Counter(body for body, _ in events(folder, "received")) == {f"B{n:03}": 1 for n in range(3)}
    kept = {bytes(raw) for (raw,) in rows(folder, "SELECT raw FROM raw_mail")}
    assert kept == set(replies)


def test_what_came_before_the_connection_broke_is_read_though_the_poll_failed(
    folder: Path, smtp_server: SmtpServer, mail_user: MailUser
) -> None:
    foimail(folder, *SEND)
    (letter, *_) = letters(smtp_server).values()
    mail_user.deliver(answer(letter, NOW, "Thank you, we have received your request."))

    def server(command: str) -> bytes | None:
        if command.startswith("LIST"):
            return b'* LIST () "/" INBOX\r\n* LIST (\\Sent) "/" Posted\r\n%s OK done\r\n'
        if "BODY.PEEK" in command:
            raw = answer(letter, NOW, "Thank you, we have received your request.")
            parts = b"".join(
                b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (n, n, len(raw), raw) for n in (1, 2, 3)
            )
            return parts.replace(b"%s", b"") + b"%s OK done\r\n"
        return None if "Posted" in command else ordinary(command)

    with fake_imap(server) as port:
        incoming = f"imap://us@127.0.0.1:{port}"
        use(folder, outgoing=smtp_server.url(mail_user.address), incoming=incoming, address=mail_user.address)
        assert foimail(folder, "poll").code == 7
    assert [body for body, _ in events(folder, "received")] == ["B000"]


def test_a_letter_written_by_hand_restarts_the_clock_and_the_junk_folder_is_read(
    folder: Path, mail_user: MailUser, smtp_server: SmtpServer
) -> None:
    """The clarification lies in the junk folder, our answer from another mail program in the sent folder."""
    asked_on, wrote_on = NOW + timedelta(days=5), NOW + timedelta(days=9)
    later = (NOW + timedelta(days=10)).date()
    foimail(folder, *SEND)
    letter = letters(smtp_server)[address(0)]
    question = answer(letter, asked_on, "Could you please clarify which years you mean?")
    client = mail_user.client()
    client.append("Unwanted", question)
    foimail(folder, "--today", asked_on.date().isoformat(), "poll")
    assert stage(folder, later, "B000")["stage"] == "clarification"
    due = stage(folder, later, "B001")["due"]

    by_hand = (
        f"From: Rowan <{mail_user.address}>\nTo: {address(0)}\nDate: {wrote_on:%a, %d %b %Y %H:%M:%S} +0000\n"
        f"Message-ID: <telephone@{DOMAIN}>\nIn-Reply-To: {_between(question, b'Message-ID: ', bytes([10]))}\n"
        "Subject: Re: your question\n\nThe years 2010 to 2024.\n"
    )
    client.append("Posted", by_hand.encode(), flags=[SEEN])
    client.logout()
    polled = foimail(folder, "--today", later.isoformat(), "poll")
    assert "1 of your own" in polled.out
    assert [(body, data["message_id"]) for body, data in events(folder, "wrote")] == [
        ("B000", f"telephone@{DOMAIN}")
    ]
    restarted = stage(folder, later, "B000")
    assert restarted["stage"] == "awaiting"
    assert str(restarted["due"]) > str(due)


def stage(folder: Path, today: date, body: str) -> dict[str, object]:
    found = foimail(folder, "--today", today.isoformat(), "report", "--format", "jsonl").out
    return next(row for row in map(json.loads, found.splitlines()) if row["body"] == body)
