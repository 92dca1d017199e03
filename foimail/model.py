"""The nouns: bodies, campaigns, parts, letters, messages, cases. Frozen values without behaviour beyond their own meaning."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

Nation = Literal["England", "Wales", "Scotland", "Northern Ireland"]
NATIONS: tuple[Nation, ...] = ("England", "Wales", "Scotland", "Northern Ireland")

Confidence = Literal["confirmed", "reported", "unverified"]
Route = Literal["email", "form", "post", "phone"]
ROUTES: tuple[Route, ...] = ("email", "form", "post", "phone")

Kind = Literal[
    "auto_ack",
    "human_ack",
    "out_of_office",
    "bounce",
    "clarification",
    "fees_notice",
    "extension_pit",
    "holding_delay",
    "identity_request",
    "refusal",
    "not_held",
    "transfer_redirect",
    "partial",
    "full_disclosure",
    "internal_review_outcome",
    "decision_notice",  # the regulator's, said by a person only
    "other",
]
FINAL_KINDS: frozenset[str] = frozenset(
    {"refusal", "not_held", "transfer_redirect", "partial", "full_disclosure", "internal_review_outcome"}
)
BY_HAND = "by hand"  # the `letter` of a Sending that the user wrote in another mail program
AUTOMATIC_KINDS: frozenset[str] = frozenset({"auto_ack", "out_of_office"})

OUTCOMES = (
    "answered",
    "partial",
    "not_held",
    "refused",
    "redirected",
    "unanswered",
)  # of one part, in one letter

AnswerType = Literal["count_by_year", "count", "text", "yes_no"]
ANSWER_TYPES: tuple[AnswerType, ...] = ("count_by_year", "count", "text", "yes_no")


@dataclass(frozen=True, slots=True)
class Body:
    """A public body in trusts.yaml. `where` is its place in the file (`trusts.yaml:12`)."""

    id: str
    name: str
    nation: Nation
    ods: str | None = None
    email: str | None = None
    status: Literal["active", "closed"] = "active"
    closed_on: date | None = None
    successor: str | None = None
    type: str = ""
    region: str = ""
    address: str = ""
    postcode: str = ""
    website: str = ""
    email_source: str = ""
    email_checked: str = ""  # an ISO date, or what the source gives: "2012", "c. 2021"
    email_confidence: Confidence | None = None
    email_alternatives: tuple[str, ...] = ()
    route: Route = "email"
    tags: tuple[str, ...] = ()
    notes: str = ""
    extra: tuple[
        tuple[str, str], ...
    ] = ()  # facts that foimail only keeps: icb_code, gss_code, telephone, sources
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Part:
    """One question of a request. `years` is the inclusive range asked, for counts by year.

    `words` are beginnings of words by which an answer that carries no number is known to be about this part.
    """

    key: str
    question: str
    answer: AnswerType
    years: tuple[int, int] | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a campaign asks: empty tuples mean "all"; `exclude` lists body ids."""

    types: tuple[str, ...] = ()
    nations: tuple[Nation, ...] = ()
    tags: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def includes(self, body: Body) -> bool:
        """Whether this body is among those to be asked; says nothing of whether it can be reached."""
        return (
            (not self.types or body.type in self.types)
            and (not self.nations or body.nation in self.nations)
            and (not self.tags or bool(set(self.tags) & set(body.tags)))
            and body.id not in self.exclude
        )


@dataclass(frozen=True, slots=True)
class Campaign:
    """One request put to many bodies: its parts, its audience and the text of its letters.

    `templates` maps `FOLDER/FILE` (`cse/_particulars.txt`, `base/request.txt`) to its text, the campaign's own before the base's.
    `topic` groups campaigns on one subject: their costs may be added up within 60 working days (SI 2004/3244 reg.5).
    """

    name: str
    title: str
    subject: str
    parts: tuple[Part, ...]
    audience: Audience = Audience()
    topic: str = ""
    environmental: bool = False
    templates: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks: FOIA s.8(1)(b) wants the applicant's real name and an address for correspondence."""

    name: str
    email: str
    organisation: str = ""
    address: str = ""
    telephone: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter ready to go: what `letters.compose` makes. `wording` is the hash of the templates it was made from.

    `attached` is the file that goes with it: the form of answers.
    """

    kind: str
    body: str
    to: str | None
    subject: str
    text: str
    wording: str
    attached: Attachment | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message; its name is a stranger's and never a path."""

    name: str
    media_type: str
    content: bytes
    text: str = ""  # what documents/ could read of it


@dataclass(frozen=True, slots=True)
class Message:
    """A parsed e-mail. Ids are without angle brackets. `sent_at` is the Date header in UTC, or None where it makes no sense."""

    sha256: str
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    returned_ids: tuple[str, ...]  # Message-IDs inside a delivery report or an attached original
    sender: str
    sender_name: str
    reply_to: str
    to: tuple[str, ...]  # To, Cc, Delivered-To, X-Original-To, in lower case
    subject: str
    sent_at: datetime | None
    text: str
    attachments: tuple[Attachment, ...] = ()
    headers: tuple[
        tuple[str, str], ...
    ] = ()  # those that decide: Auto-Submitted, Precedence, X-Failed-Recipients, ...
    delivery_report: tuple[tuple[str, str], ...] = ()  # RFC 3464 fields of the first failed recipient
    content_hash: str = ""  # alike for one mail delivered twice over different paths

    def header(self, name: str) -> str:
        """The first value of a header that was kept, or an empty string."""
        return next((v for k, v in self.headers if k == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Reply:
    """A message as it counts in a case: its kind and what it says now, after any person's correction.

    `facts` has the keys of `events.Told`; `confirmed` are those that a person has said. `about` and `failed` are the letter
    and the address that a bounce names.
    """

    message: str
    on: date
    kind: str
    sender: str
    subject: str
    matched_by: str
    automatic: bool = False  # decided by a machine and not yet by a person
    about: str = ""
    failed: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sending:
    """One attempt to put a letter into the body's hands; `letter` is `by hand` for what the user wrote elsewhere."""

    message_id: str
    to: str
    by: Route
    letter: str
    state: Literal["queued", "sent", "refused", "unknown", "not_sent"]
    on: date
    answer: str = ""
    came_back: bool = False  # it bounced, and nothing else shows that it arrived


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on what one message answers on one part; the fields are those of `events.Answered`."""

    message: str
    part: str
    answer: Mapping[str, Any] | None = field(hash=False)
    who: str
    on: date
    whole: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Pause:
    """A fees notice and the day it was paid, None while it is not (FOIA s.9, s.10(2))."""

    asked_on: date
    paid_on: date | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of one request to one body, folded from its events. What follows from them in law is `law.position`.

    A request narrowed after a refusal is a new request in the same case: the replies before the place `began` answered the
    one before it, and `received_on` is the new one's.
    """

    token: str
    campaign: str
    body: str
    regime: str
    opened_on: date
    sendings: tuple[Sending, ...] = ()
    replies: tuple[Reply, ...] = ()
    first_sent_on: date | None = None
    received_on: date | None = None  # the London day the clock counts from: day 0
    received_why: str = ""
    restarted: bool = False  # received_on is the day their question was answered
    asked_on: date | None = None  # they asked what was meant and wait for an answer: no clock runs
    earlier_received: tuple[date, ...] = ()  # days 0 that an answer or a narrower request has put behind
    began: int = 0
    identity_asked_on: date | None = None  # they asked who is asking and have had no answer
    other_address: str = ""  # an out-of-office notice names it, and the request has not gone there
    pauses: tuple[Pause, ...] = ()
    snoozed_until: date | None = None
    closed_on: date | None = None
    closed_because: str = ""
    notes: tuple[tuple[date, str], ...] = ()
    decisions: tuple[Decision, ...] = ()
    last_on: date | None = None
    last_event: str = ""

    @property
    def current(self) -> tuple[Reply, ...]:
        """The replies to the request as it now stands."""
        return self.replies[self.began :]
