"""Match a message: look up what it says of itself, decide, and learn from what was decided.

Each look-up is by a key found in the message, through an index: a message costs the same among a hundred cases and among a
hundred thousand. What is known of the bodies is laid out once for a run (`directory`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from foimail.files.tables import table
from foimail.replies import anatomy, match, references, trust
from foimail.replies.bodies import Directory
from foimail.replies.domains import Domains
from foimail.store import cases, derived, learnt, schema
from foimail.workflows.correspondence import NO_REPLY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy import Connection

    from foimail.model import Body, Message
    from foimail.replies.references import Reference
    from foimail.workspace import Workspace

_SIGNED = 12  # lines at the end of a letter in which its writer says who they are
_HEADED = 4  # and at its beginning
_UNTAUGHT = frozenset(
    {"bounce", "out_of_office"}
)  # what a machine of the mail's, or of one person's, says teaches nothing
_SPECIFIC = 6  # characters of a reference that no second body will have


def domains() -> Domains:
    """The table of domains."""
    return Domains.read(table("domains"))


def directory(bodies: Iterable[Body]) -> Directory:
    """The bodies of the registry, laid out for look-ups."""
    return Directory(bodies, domains())


def own_words(message: Message) -> str:
    """The message's text without what it quotes."""
    return _own_words(message.text)


@lru_cache(maxsize=1)  # asked for twice in the course of one message
def _own_words(text: str) -> str:
    return anatomy.own_words(text, table("phrases"))


def their_references(connection: Connection, message: Message) -> tuple[Reference, ...]:
    """The references that the message gives as the body's own, best first."""
    return references.find(
        message, own_words(message), cases.issued(connection, match.clues(message).all_tokens)
    )


def of_own(connection: Connection, message: Message) -> match.Match:
    """The case that a letter of the user's is about: by thread and token alone."""
    found = match.clues(message)
    known = match.Known(
        cases.tokens_of_ids(connection, found.ids), cases.bodies_of(connection, found.all_tokens)
    )
    return match.match(found, known)


def decide(
    connection: Connection,
    ws: Workspace,
    bodies: Directory,
    message: Message,
    named: Iterable[Reference],
) -> match.Match:
    """Decide where a message belongs. `named` are the references that it gives as the body's own."""
    found = match.clues(message)
    ids = cases.tokens_of_ids(connection, found.ids)
    threads = {token for tokens in ids.values() for token in tokens}
    of_tokens = cases.bodies_of(connection, found.all_tokens | threads)
    words = own_words(message)
    sender = _sender(connection, ws, bodies, message, words, threaded=bool(threads))
    learned = _learnt(connection, bodies, message, words, sender, named)
    of_tokens |= cases.bodies_of(connection, [one.token for one in learned])
    senders = sender.bodies or sender.named
    related = {
        (one, other)
        for one in senders
        for other in set(of_tokens.values())
        if bodies.follows(one, other) or bodies.follows(other, one)
    }
    known = match.Known(
        ids,
        of_tokens,
        references=learned,
        sender=sender,
        returned_to=_returned_to(connection, bodies, message),
        related=frozenset(related),
        subjects=cases.subjects_of(connection, sender.open_cases) if len(sender.open_cases) > 1 else {},
    )
    return match.match(found, known)


def authentication(ws: Workspace, message: Message) -> trust.Authentication:
    """What a message bears on who sent it, to be shown. The addresses that it names itself do not say whose server is ours."""
    ours = (ws.settings["requester.email"], ws.server("incoming").host)
    return trust.authentication(message, ours, domains())


def learn(
    connection: Connection, message: Message, tokens: Iterable[str], kind: str, named: Iterable[Reference]
) -> None:
    """Remember the body's reference of a message that was filed under one case."""
    filed = tuple(tokens)
    best = next(iter(named), None)
    if len(filed) == 1 and best is not None and kind not in _UNTAUGHT:
        learnt.remember_reference(connection, best.key, _scope(domains(), message.sender), filed[0])


def taught(connection: Connection, tokens: Collection[str] | None = None) -> derived.Rows:
    """(reference, domain, token) that the mail filed by now teaches, of all cases or of these."""
    known = domains()
    return {
        (references.key(reference), _scope(known, sender), token)
        for reference, sender, kind, token in derived.references(connection, tokens)
        if kind not in _UNTAUGHT
    }


def learn_afresh(connection: Connection, tokens: Collection[str]) -> None:
    """A message of these cases was moved, or is something else: what it taught is forgotten, and what remains stays."""
    table = schema.references
    derived.renew(connection, table, taught(connection, tokens), table.c.token.in_(tokens))


def teach(connection: Connection, bodies: Directory, message: Message, tokens: Iterable[str]) -> None:
    """A person has filed a message: its sender writes for the bodies of these cases.

    Nothing is learnt of a no-reply address, of a case-management system, or where the registry knows whose the domain is: a
    hub's one answer for one body would draw its answers for all others.
    """
    address, owner = message.sender.lower(), bodies.domains.owner(message.sender)
    machine = NO_REPLY.search(address.partition("@")[0]) or owner in bodies.domains.systems
    if address and not machine and not (bodies.of_address(address) or bodies.of_owner(owner)):
        learnt.remember_address(connection, address, cases.bodies_of(connection, tokens).values())


def _scope(known: Domains, address: str) -> str:
    """Where a reference counts: with the sender's domain, or with the one address where many share the domain."""
    owner = known.owner(address)
    return address.lower() if known.is_shared(owner) else owner


def _sender(
    connection: Connection,
    ws: Workspace,
    bodies: Directory,
    message: Message,
    words: str,
    *,
    threaded: bool,
) -> match.Sender:
    ours = (ws.settings["requester.email"], ws.server("incoming").host, *message.to)
    verdicts = trust.results(message, ours, bodies.domains)
    taught = frozenset(learnt.bodies_of_address(connection, message.sender))
    known, how = _known(bodies, message, words, taught)
    doubts = trust.doubts(message, bodies, verdicts, known, threaded=threaded)
    named = _named(bodies, message, words, known)
    return match.Sender(
        known,
        how,
        named,
        cases.open_of(connection, named or known),
        trust.is_bulk(message),
        doubts,
    )


def _known(
    bodies: Directory, message: Message, words: str, taught: frozenset[str]
) -> tuple[frozenset[str], str]:
    """The bodies that the sender can speak for, and why."""
    address, owner = message.sender.lower(), bodies.domains.owner(message.sender)
    if taught:
        return taught, f"you have said whose address {address} is"
    if exact := bodies.of_address(address):
        return exact, f"the address {address}, as in trusts.yaml"
    if known := bodies.of_owner(owner):
        return known, f"the sender's domain {owner}"
    if bodies.domains.is_guarded(owner) and bodies.domains.is_shared(owner):
        if known := bodies.of_code(message.sender_name):
            return known, f"the ODS code in the sender's name, {message.sender_name}"
        if len(known := bodies.named(message.sender_name)) == 1:
            return known, f"the sender's name, {message.sender_name}"
        if len(known := bodies.named(_head_and_foot(message, words))) == 1:
            return known, f"the name in the letter, written from {owner}"
    return frozenset(), ""


def _named(bodies: Directory, message: Message, words: str, known: frozenset[str]) -> frozenset[str]:
    """Of several bodies that the sender may write for, those that are named; of an unknown sender, whom the display name claims."""
    if not known:
        return bodies.named(message.sender_name)
    if len(known) == 1:
        return frozenset()
    text = f"{message.sender_name}\n{message.subject}\n{words}"
    return (bodies.named(text) & known) or bodies.called(text, known)


def _head_and_foot(message: Message, words: str) -> str:
    lines = [line for line in words.splitlines() if line.strip()]
    foot = lines[max(_HEADED, len(lines) - _SIGNED) :]
    return "\n".join((message.subject, *lines[:_HEADED], *foot))


def _learnt(
    connection: Connection,
    bodies: Directory,
    message: Message,
    words: str,
    sender: match.Sender,
    named: Iterable[Reference],
) -> tuple[match.Learnt, ...]:
    """Known references in the message, of cases that its sender may speak of."""
    own = {one.key: one.text for one in named}
    keys = set(own) | references.mentions(message, words)
    rows = learnt.references_among(connection, keys)
    of_tokens = cases.bodies_of(connection, [token for _, _, token in rows])
    scope = _scope(bodies.domains, message.sender)
    first = next(iter(own), None)
    found = []
    for key, domain, token in rows:
        body = of_tokens.get(token, "")
        plain = key.isdigit() and len(key) < _SPECIFIC
        near = domain == scope or body in sender.bodies
        claimed = len(key) >= _SPECIFIC and (body in sender.named or body in bodies.named(words))
        if (near and (key in own or not plain)) or (claimed and not sender.bodies):
            found.append(match.Learnt(own.get(key, key), token, primary=key == first))
    return tuple(found)


def _returned_to(connection: Connection, bodies: Directory, message: Message) -> tuple[str, ...]:
    """The open cases of the body whose address a delivery report names as failed (RFC 3464 s.2.3)."""
    report = dict(message.delivery_report)
    named = {
        value.rpartition(";")[2].strip(" <>").lower()
        for value in (
            report.get("original-recipient", ""),
            report.get("final-recipient", ""),
            message.header("x-failed-recipients"),
        )
    }
    failed = frozenset(body for address in named if address for body in bodies.of_address(address))
    if not failed:
        return ()
    return tuple(sorted(t for some in cases.open_of(connection, failed).values() for t in some))
