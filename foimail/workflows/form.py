"""The form of answers beside a letter: made for one body, from the campaign as it is now."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from foimail import form
from foimail.errors import InputError
from foimail.letters.compose import compose
from foimail.model import Attachment
from foimail.workflows import openings

if TYPE_CHECKING:
    from foimail.law.regimes import Regime
    from foimail.letters.compose import Composed
    from foimail.model import Body, Campaign
    from foimail.workspace import Workspace


def attachment(ws: Workspace, campaign: Campaign, body: Body, token: str) -> Attachment:
    """The form for a body; the same body, campaign and token give the same bytes."""
    from foimail.output.form import workbook

    made = form.form(campaign, body, ws.settings.requester, token)
    return Attachment(form.file_name(token), form.MEDIA_TYPE, workbook(made))


def request(
    ws: Workspace, campaign: Campaign, body: Body, regime: Regime, token: str, *, with_form: bool
) -> Composed:
    """The request to a body, with a form that it invites to use where one is wanted."""
    name = form.file_name(token) if with_form else ""
    letter, problems = compose(campaign, body, ws.settings.requester, regime, token, ws.today, form=name)
    if letter is None or not with_form:
        return letter, problems
    return replace(letter, attached=attachment(ws, campaign, body, token)), problems


def by_hand(ws: Workspace, body: Body) -> Attachment:
    """The form for a body that is asked by web form or post, with a token that stays: a case is opened where there is none.

    Raises:
        InputError: The body is closed.
    """
    if body.status == "closed":
        hint = f"its successor is {body.successor}" if body.successor else ""
        raise InputError(f"{body.name} is closed", hint=hint)
    campaign = ws.campaign  # its faults come before a case is opened
    return attachment(ws, campaign, body, openings.reserve(ws, body))
