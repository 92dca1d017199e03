"""Sign in to the mail servers without a password, and keep what they give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from foimail.errors import LoginError
from foimail.mail import oauth, tokens
from foimail.mail.logins import signs_in_by

if TYPE_CHECKING:
    from collections.abc import Callable

    from foimail.workspace import Workspace

Which = Literal["incoming", "outgoing", "both"]
_DIRECTIONS = {"incoming": ("incoming",), "outgoing": ("outgoing",), "both": ("incoming", "outgoing")}


def sign_in(ws: Workspace, which: Which, show: Callable[[str, str], None], *, port: int = 0) -> str:
    """Let the user sign in at the provider that the settings name for `which`; where it was kept comes back.

    Raises:
        LoginError: The settings name no provider, or two of them; the user said no or was too late.
        MailError: The provider cannot be reached.
    """
    names = {d: signs_in_by(ws.reference(d)) for d in _DIRECTIONS[which]}
    wanted = sorted({name for name in names.values() if name})
    if not wanted:
        raise LoginError(
            "The settings name no sign-in.", 'password = "oauth:microsoft" or "oauth:google" under [mail]'
        )
    if len(wanted) > 1:
        raise LoginError("One workspace signs in at one provider.", "give the other one a password:")
    user = next(ws.server(direction).user for direction, name in names.items() if name)
    place: str = ws.settings["oauth.tokens"]
    given = oauth.sign_in(ws.application(wanted[0]), show, user=user, port=port)
    tokens.save(given, place, ws.folder)
    return place
