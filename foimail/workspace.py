"""What a workflow is handed: a folder with its settings, registry, templates, store and mailboxes, and the day that counts."""

from __future__ import annotations

from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from foimail.errors import InputError, LoginError, MailError, WorkspaceError, errors_only
from foimail.files import settings as settings_file
from foimail.files.tables import table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager
    from datetime import date

    from foimail.files.settings import Settings
    from foimail.law.calendar import Calendar
    from foimail.law.regimes import Law, Regime
    from foimail.mail.incoming import Incoming
    from foimail.mail.logins import Login
    from foimail.mail.oauth import Application
    from foimail.mail.outgoing import Outgoing
    from foimail.mail.server import MailServer
    from foimail.model import Body, Campaign
    from foimail.store.engine import Store
    from foimail.store.locks import Hold
    from foimail.store.objects import Objects

LONDON = ZoneInfo("Europe/London")


def _real_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Workspace:
    """One requester's folder. What is costly is opened when it is first asked for."""

    folder: Path
    settings: Settings
    today: date
    environ: Mapping[str, str]
    campaign_name: str
    now: Callable[[], datetime] = field(
        default=_real_now
    )  # for the record only: every computation takes `today`
    day_is_given: bool = False  # by a person, and not by the clock of this machine
    hands: str = ""  # whose they are, where it is not whom the settings name
    # what was worked out for it, for workflows that may save themselves the same work again
    seen: dict[str, Any] = field(init=False, default_factory=dict, repr=False, compare=False)

    @property
    def registry_path(self) -> Path:
        """The list of bodies."""
        return self.folder / "trusts.yaml"

    @property
    def templates(self) -> Path:
        """The folder of campaigns and base letters."""
        return self.folder / "templates"

    @property
    def person(self) -> str:
        """Who decides here: the name that is recorded with a decision."""
        return str(self.hands or self.settings["review.by"] or self.settings.requester.name)

    def in_hands_of(self, person: str) -> Workspace:
        """The same workspace, with its store as it is open, in which this person decides."""
        _ = self.store
        other = copy(self)
        object.__setattr__(other, "hands", person)
        return other

    @property
    def moment(self) -> datetime:
        """Now, on the day that counts: what stands in a letter's Date header."""
        now = self.now().astimezone(LONDON)
        return datetime.combine(self.today, time(now.hour, now.minute, now.second), tzinfo=LONDON)

    @property
    def is_real_day(self) -> bool:
        """Whether the day that counts is the day it really is in London."""
        return self.now().astimezone(LONDON).date() == self.today

    @cached_property
    def store(self) -> Store:
        """The store, opened and up to date."""
        from foimail.store.engine import open_store

        reference = self.settings["store.password"]
        return open_store(
            self.settings["store.url"],
            self.folder,
            self.now(),
            (lambda: self.secret(reference)) if reference else None,
            self.large,
        )

    @property
    def large(self) -> Objects | None:
        """Where large mail is kept, if not with all else."""
        from foimail.store.objects import Objects

        where = self.settings["store.objects"]
        return Objects(where, self.settings["store.objects_above"], self.folder) if where else None

    def close(self) -> None:
        """Let go of the store, where it was opened."""
        if "store" in self.__dict__:
            self.store.close()

    @cached_property
    def law(self) -> Law:
        """The regimes."""
        from foimail.law import regimes

        return regimes.read(table("regimes"), table("exemptions"))

    @cached_property
    def _calendars(self) -> dict[tuple[str, ...], Calendar]:
        return {}

    def calendar(self, regime: Regime) -> Calendar:
        """The working days of a regime."""
        from importlib.metadata import version

        from foimail.files.prepared import prepared
        from foimail.law import calendar

        if regime.holidays not in self._calendars:
            made = prepared(
                self.environ,
                "calendar",
                (version("holidays").encode(), repr((regime.holidays, table("proclaimed"))).encode()),
                ("law/calendar.py",),
                lambda: calendar.to_json(calendar.build(regime.holidays, table("proclaimed"))),
            )
            self._calendars[regime.holidays] = calendar.from_json(made)
        return self._calendars[regime.holidays]

    @cached_property
    def bodies(self) -> tuple[Body, ...]:
        """The registry; InputError with every fault where it has errors (warnings do not stop work)."""
        from foimail.files import registry
        from foimail.files.prepared import prepared

        content = None
        with suppress(OSError):  # what is wrong with the file is said where it is read
            content = self.registry_path.read_bytes()

        def read() -> list[dict[str, object]]:
            bodies, problems = registry.load(self.registry_path, content)
            if faults := errors_only(problems):
                raise InputError(
                    f"{self.registry_path.name} has {len(faults)} fault{'s' * (len(faults) != 1)}",
                    faults,
                    "mend them; `foimail trusts check` lists them",
                )
            return [registry.to_json(body) for body in bodies]

        code = ("files/registry.py", "files/entries.py", "files/forms.py", "model.py")
        made_from = (self.registry_path.name.encode(), content or b"")
        return tuple(map(registry.from_json, prepared(self.environ, "bodies", made_from, code, read)))

    @cached_property
    def campaign(self) -> Campaign:
        """The campaign in hand; InputError with every fault in its files."""
        from foimail.files import campaigns

        campaign, problems = campaigns.load(self.templates, self.campaign_name)
        faults = errors_only(problems)
        if campaign is None or faults:
            raise InputError(
                f"the campaign {self.campaign_name} cannot be used",
                faults,
                "`foimail campaign check` lists the faults",
            )
        return campaign

    def secret(self, reference: str) -> str:
        """The secret that a setting points to; LoginError where it cannot be had."""
        from foimail.mail import logins

        if name := logins.signs_in_by(reference):
            from foimail.mail import tokens

            return tokens.access_token(self.application(name), self.settings["oauth.tokens"], self.folder)
        return logins.resolve(reference, self.environ, self.folder)

    def application(self, name: str) -> Application:
        """The program as it is registered with the provider of `oauth:NAME`; LoginError where it is not."""
        from foimail.mail import oauth

        values = self.settings
        found = oauth.provider(
            name, *(values[f"oauth.{key}"] for key in ("tenant", "begin_url", "token_url", "scopes"))
        )
        if not values["oauth.client"]:
            raise LoginError(f"oauth:{name} needs oauth.client in foimail.toml.", "docs/mailboxes.md")
        kept = values["oauth.secret"]
        return oauth.Application(
            found, values["oauth.client"], lambda: self.secret(kept) if kept else "", values["mail.timeout"]
        )

    def reference(self, direction: str) -> str:
        """Where the secret for the `outgoing` or `incoming` server is."""
        own = self.settings["mail.outgoing_password"] if direction == "outgoing" else ""
        return str(own or self.settings["mail.password"])

    def server(self, direction: str) -> MailServer:
        """The `outgoing` or `incoming` server of the settings; MailError where its address makes no sense."""
        from foimail.mail.server import parse_url

        try:
            return parse_url(self.settings[f"mail.{direction}"])
        except ValueError as error:
            raise MailError(f"mail.{direction}: {error}") from None

    def login(self, direction: str) -> Login:
        """How to sign in to the `outgoing` or `incoming` server."""
        from foimail.mail import logins

        own = "outgoing_" if direction == "outgoing" else ""
        auth = (own and self.settings[f"mail.{own}auth"]) or self.settings["mail.auth"]
        reference = self.reference(direction)
        if logins.signs_in_by(reference):
            auth = "xoauth2"
        return logins.Login(
            self.server(direction).user, auth, lambda: self.secret(reference) if reference else ""
        )

    def open_outgoing(self) -> Outgoing:
        """The way letters leave; MailError or LoginError where there is none."""
        from foimail.mail.outgoing import open_outgoing

        return open_outgoing(
            self.settings["mail.outgoing"],
            login=self.login("outgoing"),
            base=self.folder,
            timeout=self.settings["mail.timeout"],
            cafile=self._cafile,
        )

    def open_incoming(self) -> Incoming:
        """The mailbox replies come to; MailError or LoginError where it cannot be read."""
        from foimail.mail.incoming import open_incoming

        return open_incoming(
            self.settings["mail.incoming"],
            login=self.login("incoming"),
            base=self.folder,
            timeout=self.settings["mail.timeout"],
            cafile=self._cafile,
        )

    @property
    def _cafile(self) -> str | None:
        name = self.settings["mail.cafile"]
        return str(self.folder / name) if name else None

    def token_for(self, body: str) -> str | None:
        """The token of the body's latest case in this campaign, if it has one."""
        from foimail.store import cases

        with self.store.read() as connection:
            found = cases.openings(connection, campaign=self.campaign_name, body=body)
        return found[-1].token if found else None

    def only_one(self, work: str) -> AbstractContextManager[Hold]:
        """Do `work` (send, poll) on the store alone; BusyError where another process does it. It ends with this one, however."""
        return self._hold(work, among=False)

    def one_of(self, work: str) -> AbstractContextManager[Hold]:
        """Do `work` among others where the store bears several, which a file does not; BusyError where one must be alone."""
        return self._hold(work, among=True)

    def _hold(self, work: str, *, among: bool) -> AbstractContextManager[Hold]:
        from foimail.store import locks

        return locks.hold(self.store, work, among=among)


def find(given: Path | None, environ: Mapping[str, str], here: Path) -> Path:
    """The workspace's folder: the one given, else FOIMAIL_WORKSPACE, else the nearest upward that holds foimail.toml."""
    named = given or (Path(environ["FOIMAIL_WORKSPACE"]) if environ.get("FOIMAIL_WORKSPACE") else None)
    if named is not None:
        if not (named / settings_file.FILE).is_file():
            raise WorkspaceError(
                f"{named} is no workspace: it holds no {settings_file.FILE}", f"foimail init {named}"
            )
        return named.resolve()
    for folder in (here, *here.parents):
        if (folder / settings_file.FILE).is_file():
            return folder.resolve()
    raise WorkspaceError(
        "there is no workspace here", "make one with `foimail init FOLDER`, or name one with --workspace"
    )


def open_workspace(
    folder: Path,
    today: date,
    environ: Mapping[str, str],
    *,
    campaign: str | None = None,
    options: Mapping[str, str] | None = None,
    day_is_given: bool = False,
) -> Workspace:
    """The workspace in this folder; InputError with every fault of its settings."""
    try:
        text = (folder / settings_file.FILE).read_text(encoding="utf-8")
    except OSError as error:
        raise WorkspaceError(f"{folder / settings_file.FILE} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise WorkspaceError(
            f"{folder / settings_file.FILE} cannot be read: it is not UTF-8 text", "save it as UTF-8"
        ) from None
    found, problems = settings_file.read(text, environ, options or {})
    if problems:
        raise InputError(f"{settings_file.FILE} has faults", problems)
    name = campaign or found["campaign.default"]
    return Workspace(folder, found, today, environ, name, day_is_given=day_is_given)
