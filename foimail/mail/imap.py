"""A mailbox over IMAP (RFC 3501): only ever EXAMINEd and read by BODY.PEEK[], by UID and UIDVALIDITY."""

from __future__ import annotations

import imaplib
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from foimail.errors import LoginError, MailError
from foimail.mail import bounded
from foimail.mail.encryption import encryption
from foimail.mail.incoming import BATCH_BYTES, BATCH_COUNT, Batch, Fetched, Folder, role_by_name
from foimail.mail.place import Place
from foimail.mail.server import reason

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Container, Iterator, Sequence

    from foimail.mail.encryption import Encryption
    from foimail.mail.incoming import Role
    from foimail.mail.logins import Login
    from foimail.mail.server import MailServer

LARGE = (
    25 * 2**20
)  # bytes from which a message is read in pieces: one literal is held several times over while it arrives
PIECE = 4 * 2**20
_SPAN = (
    50_000  # UIDs asked for at once in a large folder: imaplib refuses an answer line of a million characters
)
_SPECIAL: dict[bytes, Role] = {b"\\junk": "junk", b"\\sent": "sent"}  # RFC 6154
_NO_FOLDER = frozenset({b"\\noselect", b"\\nonexistent"})
_BUSY = (
    "[UNAVAILABLE]",
    "[INUSE]",
    "[LIMIT]",
    "[SERVERBUG]",
    "[CONTACTADMIN]",
    "too many",
)  # RFC 5530
_UNFIT = (
    *(ValueError, LookupError, TypeError, AttributeError, AssertionError),
    *(RecursionError, MemoryError),  # brackets within brackets; a length that nobody has
)
_NONSENSE = (imaplib.IMAP4.error, OSError, *_UNFIT)
_FAREWELL = 5  # seconds: nothing hangs on the answer to LOGOUT


@dataclass(frozen=True, slots=True)
class Run:
    """Messages fetched by one command, or one large message fetched in pieces."""

    uids: tuple[int, ...]
    is_large: bool = False


class ImapIn:
    """A mailbox on a server, signed in.

    TLS is always verified; plain text is spoken only to a loopback server that does not offer STARTTLS.

    Raises:
        MailError: The server cannot be reached, or makes no sense.
        LoginError: It does not accept the user or secret.
    """

    def __init__(
        self,
        server: MailServer,
        login: Login,
        tls: ssl.SSLContext,
        *,
        timeout: float,
        large: int = LARGE,
        piece: int = PIECE,
    ) -> None:
        from imapclient import IMAPClient

        self._name = f"{server.host}:{server.port}"
        self._is_open = False
        self._large = large
        self._piece = piece
        with self._spoken("cannot be used"):
            self._client = IMAPClient(
                server.host, server.port, ssl=server.kind == "imaps", ssl_context=tls, timeout=timeout
            )
        # At imapclient's own setting imaplib formats every literal for a log that drops it: six times slower.
        self._client._imap.debug = 0  # noqa: SLF001  # no public way; a test guards it
        self._client._imap.read = bounded.literals(self._client._imap.read)  # noqa: SLF001  # as above
        try:
            with self._spoken("cannot be used"):
                if server.kind == "imap":
                    self._secure(server, tls)
                self._sign_in(login)
        except BaseException:
            with suppress(*_NONSENSE):
                self._client.shutdown()
            raise

    def folders(self, extra: Sequence[str]) -> tuple[Folder, ...]:
        """The folders to poll: by special use (RFC 6154), by their usual names, and those in `extra`."""
        with self._spoken("did not list its folders"):
            listed = self._client.list_folders()
        found: list[tuple[str, Role]] = []
        for flags, _, name in listed:
            marks = {bytes(flag).lower() for flag in flags}
            if not marks & _NO_FOLDER:
                role = next((role for mark, role in _SPECIAL.items() if mark in marks), None)
                found.append((name, role or role_by_name(name)))
        if all(role != "inbox" for _, role in found):
            found.append(("INBOX", "inbox"))  # RFC 3501 s.5.1: it is always there, whatever was listed
        return Folder.choose(found, extra)

    def new(self, folder: str, cursor: str, seen: Callable[[], Container[str]]) -> Iterator[Batch]:  # noqa: ARG002  # the cursor tells
        """The messages after the cursor in batches of at most 200 and about 16 MB; read one folder to its end at a time.

        A changed UIDVALIDITY (RFC 3501 s.2.3.1.1: the server has renumbered) starts from the beginning;
        whoever stores the messages knows the repeats by their hash.
        """
        with self._spoken(f"did not open {folder}"):
            place, uids = self._examine(folder, Place.read(cursor))
        for start in range(0, len(uids), BATCH_COUNT):
            with self._spoken(f"did not give the sizes of messages in {folder}"):
                runs = self._runs(uids[start : start + BATCH_COUNT])
            for run in runs:
                with self._spoken(f"did not give messages in {folder}"):
                    bodies, failed = self._bodies(run)
                place = place.after(run.uids, failed)
                keys = {uid: f"{place.validity}/{uid}" for uid in run.uids}
                yield Batch(
                    tuple(Fetched(folder, keys[uid], bodies[uid]) for uid in run.uids if uid in bodies),
                    str(place),
                    tuple(keys[uid] for uid in failed),
                )

    def encryption(self) -> Encryption | None:
        """How the connection is encrypted."""
        return encryption(self._client.socket())

    def close(self) -> None:
        """Say LOGOUT and hang up; what the server answers no longer matters."""
        with suppress(*_NONSENSE):
            self._client.socket().settimeout(_FAREWELL)
            self._client.logout()
        with suppress(*_NONSENSE):
            self._client.shutdown()

    def _secure(self, server: MailServer, tls: ssl.SSLContext) -> None:
        if self._client.has_capability("STARTTLS"):
            self._client.starttls(tls)
        elif not server.is_loopback:
            raise MailError(
                f"The mailbox at {self._name} does not offer STARTTLS, so anybody could read along.",
                "use imaps://",
            )

    def _sign_in(self, login: Login) -> None:
        from imapclient.exceptions import LoginError as Refused

        secret = login.secret()
        if not secret:
            raise LoginError(
                f"No password is set for {login.user} at {self._name}.", "see mail.password in foimail.toml"
            )
        try:
            if login.auth == "xoauth2":
                self._client.oauth2_login(login.user, secret)
            elif (login.user + secret).isascii() and not self._client.has_capability("LOGINDISABLED"):
                self._client.login(login.user, secret)
            else:
                self._client.plain_login(login.user, secret)
        except Refused as error:
            broken = error.__context__ if isinstance(error.__context__, imaplib.IMAP4.abort) else None
            said = _said(broken or error)
            if broken or any(word.lower() in said.lower() for word in _BUSY):
                raise MailError(f"The mailbox at {self._name} cannot sign anybody in now: {said}.") from None
            raise LoginError(
                f"The mailbox at {self._name} did not accept the login of {login.user}: {said}."
            ) from None

    def _examine(self, folder: str, place: Place) -> tuple[Place, list[int]]:
        """The place as it is valid now, and the UIDs to fetch. One STATUS is enough where nothing came."""
        if self._is_open:
            # The STATUS of an open folder is how it was when it was opened. It was EXAMINEd, so CLOSE removes nothing.
            self._is_open = False
            self._client.close_folder()
        status = self._client.folder_status(folder, ("UIDNEXT", "UIDVALIDITY", "MESSAGES"))
        following, there = status.get(b"UIDNEXT"), status.get(b"MESSAGES", 0)
        if following and following <= place.last:
            # put back from a copy of earlier: it counts afresh without saying so (against RFC 3501 s.2.3.1.1)
            place = Place()
        if b"MESSAGES" in status and not there:
            return place, []  # nothing is here, whatever was; what is owed has been deleted
        if (
            status.get(b"UIDVALIDITY") == place.validity
            and not place.owed
            and following
            and following <= place.last + 1
        ):
            return place, []
        validity = self._client.select_folder(folder, readonly=True)[b"UIDVALIDITY"]
        self._is_open = True
        if validity != place.validity:
            place = Place(validity)
        # Those owed that have been deleted since are owed no longer.
        owed = self._existing(place.owed)
        place = replace(place, owed=tuple(owed))
        first = place.last + 1
        if following and there > _SPAN:
            asked = [f"{low}:{low + _SPAN - 1}" for low in range(first, following, _SPAN)]
        else:
            asked = [f"{first}:*"]
        found = {uid for span in asked for uid in self._client.search(["UID", span])}
        if there and not place.last and not found:
            raise MailError(f"The mailbox at {self._name} has {there} messages in {folder}, but lists none.")
        # "n:*" gives the last message even where its UID is below n.
        return place, sorted(uid for uid in found if uid >= first) + owed

    def _existing(self, uids: Sequence[int]) -> list[int]:
        if not uids:
            return []
        return sorted(set(uids) & set(self._client.search(["UID", ",".join(map(str, uids))])))

    def _runs(self, uids: list[int]) -> list[Run]:
        """The UIDs in runs of at most 16 MB; a large message is a run of its own."""
        answer = self._client.fetch(uids, ["RFC822.SIZE"])
        runs: list[Run] = []
        total = 0
        for uid in uids:
            size = answer.get(uid, {}).get(b"RFC822.SIZE", 0)
            total += size
            if size > self._large:
                runs.append(Run((uid,), is_large=True))
            elif not runs or runs[-1].is_large or total > BATCH_BYTES:
                runs.append(Run((uid,)))
                total = size
            else:
                runs[-1] = Run((*runs[-1].uids, uid))
        return runs

    def _bodies(self, run: Run) -> tuple[dict[int, bytes], list[int]]:
        """The messages' bytes, and the UIDs of those that exist but do not come when asked for twice."""
        got = self._pieces(run.uids[0]) if run.is_large else self._fetch(run.uids)
        if missing := [uid for uid in run.uids if uid not in got]:
            got |= self._fetch(missing)
        return got, self._existing([uid for uid in missing if uid not in got])

    def _fetch(self, uids: Sequence[int]) -> dict[int, bytes]:
        try:
            answer = self._client.fetch(list(uids), ["BODY.PEEK[]"])
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            # A server says NO to a whole list for one damaged message: the rest is asked for one by one.
            if len(uids) == 1:
                return {}
            return {uid: raw for one in uids for uid, raw in self._fetch([one]).items()}
        # An unsolicited FETCH (somebody reads mail at this moment) has flags and no body.
        found = {uid: answer.get(uid, {}).get(b"BODY[]") for uid in uids}
        return {uid: raw for uid, raw in found.items() if isinstance(raw, bytes)}

    def _pieces(self, uid: int) -> dict[int, bytes]:
        whole = bytearray()
        while True:
            offset = len(whole)
            answer = self._client.fetch([uid], [f"BODY.PEEK[]<{offset}.{self._piece}>"])
            piece = answer.get(uid, {}).get(b"BODY[]<%d>" % offset)
            if not isinstance(piece, bytes):
                return {}
            whole += piece
            # Until a short piece: RFC822.SIZE is an estimate on some servers.
            if len(piece) < self._piece:
                return {uid: bytes(whole)}

    @contextmanager
    def _spoken(self, what: str) -> Iterator[None]:
        """Whatever goes wrong with a server, said in one sentence."""
        try:
            yield
        except MailError:
            raise
        except _NONSENSE as error:
            raise MailError(f"The mailbox at {self._name} {what}: {_said(error)}.") from error


def _said(error: Any) -> str:  # noqa: ANN401  # whatever imaplib puts into its exceptions
    """What a server said, out of an exception of imaplib, which carries bytes, their repr or a sentence."""
    if isinstance(error, imaplib.IMAP4.abort):
        return "the connection broke off or made no sense"
    if isinstance(error, OSError):
        return reason(error)
    from imapclient.exceptions import ProtocolError

    if isinstance(error, (ProtocolError, *_UNFIT)):
        return "its answer makes no sense"
    said = error.args[0] if error.args else type(error).__name__
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    text = text.partition("\n\n")[0]  # what imapclient advises its programmers
    if text[:2] in {"b'", 'b"'}:
        text = text[2:-1]
    return " ".join(text.split())[:300].rstrip(".")
