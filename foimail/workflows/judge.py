"""What a message is and says, read by the rules with what the workspace knows: the request it answers, the parts, the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from foimail.documents.model import PIVOT, hidden
from foimail.documents.reader import Reader
from foimail.files import campaigns
from foimail.files.tables import table
from foimail.mail.parse import parse
from foimail.replies import reader
from foimail.replies.anatomy import ours
from foimail.store import cases, inbox, outbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from foimail.model import Attachment, Message
    from foimail.replies.reading import Reading
    from foimail.replies.references import Reference
    from foimail.workspace import Workspace


_READY = 100  # readings kept at hand: those of the messages that are read together


class Judge:
    """Reads messages one after the other; what does not change from one to the next is prepared once.

    Use it as a context manager: the process that opens attachments starts with the first one and ends with the judge.
    """

    def __init__(self, ws: Workspace) -> None:
        """Prepare nothing yet: most polls bring no mail."""
        self._ws = ws
        self._rules: dict[str, reader.Rules] = {}
        self._letters: dict[str, tuple[str, ...]] = {}
        self._ready: dict[tuple[object, ...], Reading] = {}
        self._documents = Reader()

    def __enter__(self) -> Self:
        """The judge itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process that opens attachments."""
        self._documents.__exit__(None, None, None)

    def enclosures(self, message: Message) -> list[reader.Enclosure]:
        """The texts of a message's attachments. It takes its time: never within a transaction."""
        return [self._enclosure(attachment) for attachment in message.attachments]

    def _enclosure(self, attachment: Attachment) -> reader.Enclosure:
        if attachment.media_type == "message/rfc822":
            try:
                return reader.Enclosure(attachment.name, parse(attachment.content).text)
            except ValueError:
                return reader.Enclosure(attachment.name, "", "failed")
        document = self._documents.read(attachment.name, attachment.media_type, attachment.content)
        unseen = hidden(document.sheets)
        if PIVOT in document.reason:
            unseen = (*unseen, f"there are {PIVOT}")
        return reader.Enclosure(
            attachment.name, document.text, document.state, document.reason, document.marks, unseen
        )

    def read(
        self,
        connection: Connection,
        message: Message,
        enclosures: Sequence[reader.Enclosure],
        tokens: Iterable[str],
        on: date,
        reference: Reference | None = None,
    ) -> Reading:
        """What the rules make of a message that belongs to these cases, or may.

        Asked the same a second time, within a transaction perhaps, it has the answer ready.
        `on` is the London day it came, `reference` the body's own as the match found it.
        """
        meant = tuple(tokens)
        campaign = cases.campaign_of(connection, meant[0]) if meant else self._ws.campaign_name
        requester = self._ws.settings.requester
        letters = [text for token in meant for text in self.sent(connection, token)]
        asked = (message.sha256, tuple(enclosures), tuple(letters), on, campaign, reference, meant)
        if asked not in self._ready:
            if len(self._ready) >= _READY:
                self._ready.clear()
            sent = ours(letters, (requester.name, requester.email))
            rules = self._rules_of(campaign)
            self._ready[asked] = reader.read(message, enclosures, sent, on, rules, reference, meant)
        return self._ready[asked]

    def forget(self) -> None:
        """Another letter of ours was found: what was sent in a case is looked up afresh."""
        self._letters.clear()

    def _rules_of(self, campaign: str) -> reader.Rules:
        if campaign not in self._rules:
            # a campaign that can no longer be loaded has no parts: its replies are kept, and a person reads them
            found, _ = campaigns.load(self._ws.templates, campaign)
            parts = found.parts if found else ()
            self._rules[campaign] = reader.rules(
                parts, table("phrases"), reader.exemptions_of(table("exemptions"))
            )
        return self._rules[campaign]

    def sent(self, connection: Connection, token: str) -> tuple[str, ...]:
        """The texts of the letters we sent in a case: those of foimail, and those found in the mailbox or adopted."""
        if token not in self._letters:
            own = (parse(raw).text for raw in inbox.own_letters(connection, token))
            self._letters[token] = (*(row.text for row in outbox.rows(connection, token=token)), *own)
        return self._letters[token]
