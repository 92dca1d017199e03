"""What speaks against a message being from whom it says: it then goes to a person, whatever it knows of a case."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from foimail.model import Message
    from foimail.replies.bodies import Directory
    from foimail.replies.domains import Domains

_RESULT = re.compile(r"(?:^|[;\s])(spf|dkim|dmarc)\s*=\s*(\w+)", re.IGNORECASE)
_SIGNER = re.compile(r"(?:^|;)\s*d\s*=\s*([a-z0-9.-]{1,253})\s*(?:;|$)", re.IGNORECASE)  # its d= tag
_LONGEST_NAME = 253  # characters of a host
_COMMENT = re.compile(r"\([^()]*\)")
_ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]@]{1,64}@[^\s<>\"'(),;:\[\]@]{1,255}")
_VIA = re.compile(
    r"\b(?:via|on behalf of)\b", re.IGNORECASE
)  # how secure post and lists say for whom they write
# what marks mail to many (RFC 2919, RFC 2369), and how it begins to say so in words
_LISTS = ("list-id", "list-unsubscribe")
_BULK = re.compile(
    r"\b(?:to unsubscribe|unsubscribe (?:from|here|at any time)|unsubscribe\s*:|opt out of (?:these|future)"
    r"|(?:receive|received|receiving|get|getting) this (?:e-?mail |message |news(?:letter)? |bulletin )?because)\b|\bunsubscribe:",
    re.IGNORECASE,
)
_READ = 20_000  # characters


def results(message: Message, own: Iterable[str], domains: Domains) -> dict[str, str]:
    """The verdicts of our own mail server (RFC 8601): of the topmost header alone, and only where that server is the writer.

    `own` are hosts and addresses of the user's: what a stranger's server claims, or a header below the topmost, may be forged.
    """
    header = _COMMENT.sub(" ", message.header("authentication-results"))
    writer, _, verdicts = header.partition(";")
    served = {domains.owner(one) for one in own if one}
    served |= {domains.writers[one] for one in served if one in domains.writers}
    if domains.owner(writer.strip().partition(" ")[0]) not in served:
        return {}
    return {method.lower(): verdict.lower() for method, verdict in _RESULT.findall(verdicts)}


@dataclass(frozen=True, slots=True)
class Authentication:
    """What a message bears on who sent it: evidence that is kept and shown, and never a reason to turn it away.

    Attributes:
        writer: The server that wrote the verdicts.
        verdicts: Of SPF, DKIM and DMARC, as far as it gives them.
        is_ours: Whether that server is known to be the user's own; anybody else's words may be forged.
        signed_by: The domain that the first DKIM signature names (RFC 6376 s.3.5); foimail does not check it.
    """

    writer: str = ""
    verdicts: Mapping[str, str] = field(default_factory=dict)
    is_ours: bool = False
    signed_by: str = ""

    def __str__(self) -> str:
        """In words; empty where the message bears nothing."""
        said = ", ".join(f"{method}={verdict}" for method, verdict in sorted(self.verdicts.items()))
        parts = []
        if said:
            whose = "your mail server" if self.is_ours else "perhaps not your mail server; it may be forged"
            parts.append(f"{said}, says {self.writer} ({whose})")
        if self.signed_by:
            parts.append(f"it bears a DKIM signature of {self.signed_by}")
        return "; ".join(parts)


def authentication(message: Message, own: Iterable[str], domains: Domains) -> Authentication:
    """What a message bears on who sent it. `own` are hosts and addresses of the user's, none of them taken from the message."""
    header = _COMMENT.sub(" ", message.header("authentication-results"))
    writer, _, verdicts = header.partition(";")
    signed = _SIGNER.search(message.header("dkim-signature"))
    return Authentication(
        writer.strip().partition(" ")[0][:_LONGEST_NAME],
        {method.lower(): verdict.lower() for method, verdict in _RESULT.findall(verdicts)},
        bool(results(message, own, domains)),
        signed[1].lower() if signed else "",
    )


def doubts(
    message: Message,
    directory: Directory,
    verdicts: dict[str, str],
    known: frozenset[str],
    *,
    threaded: bool,
) -> tuple[str, ...]:
    """What speaks against the sender, in sentences; nothing where all is well.

    Args:
        message: The message.
        directory: The bodies.
        verdicts: `results` of it.
        known: The bodies that its sender's address or domain is known for.
        threaded: Whether it answers a Message-ID of ours, which a stranger does not know.
    """
    return tuple(_doubts(message, directory, verdicts, known, threaded=threaded))


def _doubts(
    message: Message,
    directory: Directory,
    verdicts: dict[str, str],
    known: frozenset[str],
    *,
    threaded: bool,
) -> Iterator[str]:
    domains = directory.domains
    owner = domains.owner(message.sender)
    if verdicts.get("dmarc") == "fail":
        yield f"your mail server says that {owner} did not send it (dmarc=fail)"
    elif verdicts.get("spf") == "fail" and verdicts.get("dkim") != "pass" and verdicts.get("dmarc") != "pass":
        yield f"your mail server says that {owner} did not send it (spf=fail)"
    like = None if known else directory.likenesses.like(message.sender.rpartition("@")[2])
    if like and (like[1] == "close" or not threaded):
        yield f"the sender's domain {owner} looks like {like[0]} and is not it"
    yield from _foreign(message, directory, known)
    if owner in domains.free and not known and not threaded:
        yield f"anybody can have an address at {owner}"


def _foreign(message: Message, directory: Directory, known: frozenset[str]) -> Iterator[str]:
    domains = directory.domains
    owner = domains.owner(message.sender)
    answers = domains.owner(message.reply_to) if message.reply_to else owner
    if answers != owner and answers not in domains.shared and answers not in domains.systems:
        of_body = directory.of_owner(answers)
        if not of_body or (known and not of_body & known):
            yield f"an answer would go to {answers}, not to {owner} (Reply-To)"
    if not known and not _VIA.search(message.sender_name):
        for shown in _ADDRESS.findall(message.sender_name.lower()):
            if domains.owner(shown) != owner and directory.of_owner(domains.owner(shown)):
                yield f"it is shown as from {shown}, and came from {owner}"


def is_bulk(message: Message) -> bool:
    """Whether it went to many: a newsletter of a body's is no reply, though it comes from the body's domain.

    An automatic answer to one letter (RFC 3834) is none, and `Precedence: bulk` alone says nothing: absence notices bear it.
    """
    answers = message.header("auto-submitted").strip().lower().startswith("auto-replied")
    if answers or message.header("x-autoreply") or message.header("x-autorespond"):
        return False
    return (
        any(message.header(name) for name in _LISTS)
        or message.header("precedence").strip().lower() == "list"
        or _BULK.search(message.text[:_READ]) is not None
    )
