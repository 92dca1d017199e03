from __future__ import annotations

from typing import Any

import pytest

from foimail.files.tables import table
from foimail.model import Body
from foimail.replies import trust
from foimail.replies.bodies import Directory
from foimail.replies.domains import Domains
from tests.replies.test_match import message

DOMAINS = Domains.read(table("domains"))
DIRECTORY = Directory(
    (
        Body("RAA", "Ashcombe NHS Trust", "England", email="foi@ashcombe.example"),
        Body("RBB", "Birchwood NHS Trust", "England", email="foi@birchwood.example"),
    ),
    DOMAINS,
)
RAA = frozenset({"RAA"})
NOBODY: frozenset[str] = frozenset()
OURS = ("me@northlight.example", "imap.host.example")
MX = "mx.northlight.example"
FAILED = "mx.northlight.example; spf=fail smtp.mailfrom=x; dkim=none; dmarc=fail header.from=x"


def with_header(name: str, value: str, **given: Any) -> Any:
    return message(headers=((name, value),), **given)


@pytest.mark.parametrize(
    ("header", "ours", "found"),
    [
        (FAILED, OURS, {"spf": "fail", "dkim": "none", "dmarc": "fail"}),
        ("mx.host.example 1; dmarc=PASS (p=none dis=none)", OURS, {"dmarc": "pass"}),
        ("mx.stranger.example; dmarc=fail", OURS, {}),
        ("mx.google.com; spf=fail", ("imap.gmail.com",), {"spf": "fail"}),
        ("", OURS, {}),
    ],
)
def test_only_our_own_servers_verdicts_count(
    header: str, ours: tuple[str, ...], found: dict[str, str]
) -> None:
    assert trust.results(with_header("authentication-results", header), ours, DOMAINS) == found


@pytest.mark.parametrize(
    ("results", "signature", "words"),
    [
        (
            "mx.northlight.example; spf=pass (ip4) smtp.mailfrom=x; dkim=pass; dmarc=pass",
            "v=1; a=rsa-sha256; d=Ashcombe.example; s=s1; bh=x; b=y",
            f"dkim=pass, dmarc=pass, spf=pass, says {MX} (your mail server); it bears a DKIM signature of ashcombe.example",
        ),
        (
            "mx.stranger.example 1; dmarc=pass",
            "v=1; bd=no.example",
            "dmarc=pass, says mx.stranger.example (perhaps not your mail server; it may be forged)",
        ),
        ("mx.northlight.example; none", "", ""),
        ("", "d=trust.example", "it bears a DKIM signature of trust.example"),
    ],
)
def test_what_a_message_bears_on_its_sender_is_told_with_who_says_so(
    results: str, signature: str, words: str
) -> None:
    mail = message(headers=(("authentication-results", results), ("dkim-signature", signature)))
    assert str(trust.authentication(mail, OURS, DOMAINS)) == words


def doubts(
    verdicts: dict[str, str] | None = None,
    known: frozenset[str] = RAA,
    *,
    threaded: bool = False,
    **given: Any,
) -> tuple[str, ...]:
    mail = message(**{"sender": "foi@ashcombe.example", **given})
    return trust.doubts(mail, DIRECTORY, verdicts or {}, known, threaded=threaded)


@pytest.mark.parametrize(
    "verdicts",
    [{}, {"dmarc": "pass", "spf": "fail"}, {"spf": "softfail"}, {"spf": "fail", "dkim": "pass"}],
)
def test_a_mail_that_may_well_be_the_bodys_is_not_doubted(verdicts: dict[str, str]) -> None:
    assert doubts(verdicts) == ()


@pytest.mark.parametrize("verdicts", [{"dmarc": "fail"}, {"spf": "fail", "dkim": "none"}])
def test_a_verdict_of_forgery_is_a_doubt(verdicts: dict[str, str]) -> None:
    (doubt,) = doubts(verdicts)
    assert doubt.startswith("your mail server says that ashcombe.example did not send it")


def test_a_domain_that_looks_like_a_bodys_is_a_doubt() -> None:
    (doubt,) = doubts(known=NOBODY, threaded=True, sender="foi@ashcornbe.example")
    assert doubt == "the sender's domain ashcornbe.example looks like ashcombe.example and is not it"
    assert doubts(known=NOBODY, sender="pay@ashcombe-payments.example")
    assert not doubts(known=NOBODY, threaded=True, sender="foi@ashcombe-law.example")


def test_an_answer_that_would_go_elsewhere_is_a_doubt() -> None:
    (doubt,) = doubts(reply_to="release@docs.example")
    assert doubt == "an answer would go to docs.example, not to ashcombe.example (Reply-To)"
    assert doubts(reply_to="foi@birchwood.example")
    assert not doubts(reply_to="foi@desk.ashcombe.example")
    assert not doubts(reply_to="case118@icasework.com")
    assert not doubts(reply_to="ashcombe.foi@nhs.net")
    assert not doubts(known=NOBODY, sender="noreply@icasework.com", reply_to="foi@ashcombe.example")


def test_a_display_name_that_is_a_bodys_address_is_a_doubt_unless_it_is_sent_on_behalf() -> None:
    given: dict[str, Any] = {"sender": "bounce-77@cheapmail.example", "sender_name": "FOI@ashcombe.example"}
    (doubt,) = doubts(known=NOBODY, **given)
    assert doubt == "it is shown as from foi@ashcombe.example, and came from cheapmail.example"
    given["sender_name"] = "foi@ashcombe.example via SecurePost"
    assert not doubts(known=NOBODY, **given)
    given["sender_name"] = "me@cheapmail.example, you@unknown.example"
    assert not doubts(known=NOBODY, **given)


def test_an_address_that_anybody_can_open_needs_a_thread() -> None:
    (doubt,) = doubts(known=NOBODY, sender="ashcombefoi@gmail.com")
    assert doubt == "anybody can have an address at gmail.com"
    assert not doubts(known=NOBODY, sender="ashcombefoi@gmail.com", threaded=True)


@pytest.mark.parametrize(
    ("name", "value", "text", "bulk"),
    [
        ("list-id", "<news.ashcombe.example>", "", True),
        ("list-unsubscribe", "<mailto:x@y>", "", True),
        ("precedence", "list", "", True),
        ("precedence", "bulk", "", False),
        ("auto-submitted", "auto-replied", "To unsubscribe, write STOP.", False),
        ("x-autoreply", "yes", "To unsubscribe, write STOP.", False),
        ("subject", "", "To unsubscribe, write STOP.", True),
        ("subject", "", "You receive this because you wrote to us.", True),
        ("subject", "", "We receive this request because of you.", False),
    ],
)
def test_mail_to_many_is_told_from_an_answer(name: str, value: str, text: str, *, bulk: bool) -> None:
    assert trust.is_bulk(with_header(name, value, text=text)) is bulk
