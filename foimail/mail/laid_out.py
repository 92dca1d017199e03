"""A mail as its writer laid it out, made safe to be shown in a frame: no script, form, picture, style or link is left in it."""

from __future__ import annotations

from email import message_from_bytes
from itertools import islice

from foimail.mail import leaf
from foimail.mail.faults import FAULTS
from foimail.mail.leaf import Raw

TAGS = frozenset(
    "a abbr b blockquote br caption center code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i ins li ol p pre q s "  # noqa: SIM905 - a list to read
    "small span strike strong sub sup table tbody td tfoot th thead tr tt u ul".split()
)
ATTRIBUTES = {
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start"},
    "*": {"dir", "lang"},
}
_LARGEST = 2_000_000  # characters of a page that are looked at
_MOST = 500  # parts that are looked through


def page(raw: bytes) -> str | None:
    """The first HTML text of a mail, cleaned; None where it has none or cannot be opened.

    Links lose their targets: in a frame they would lead to a stranger's server.
    """
    import nh3

    try:
        mail = message_from_bytes(raw, policy=Raw())
        for part in islice(mail.walk(), _MOST):
            if leaf.media_type(part) == "text/html" and leaf.disposition(part) != "attachment":
                return nh3.clean(
                    leaf.source(part)[:_LARGEST],
                    tags=set(TAGS),
                    attributes={name: set(names) for name, names in ATTRIBUTES.items()},
                    url_schemes=set(),
                    link_rel=None,
                )
    except (*FAULTS, RecursionError, ValueError):
        return None
    return None
