"""What the stdlib raises on ugly mail, and how to go on without the one thing that raised."""

from __future__ import annotations

from email.errors import MessageError
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
FAULTS = (ValueError, LookupError, TypeError, AttributeError, AssertionError, MessageError)


def tried(call: Callable[[], T], otherwise: T) -> T:
    """What the call gives, or `otherwise` where the stdlib gives up."""
    try:
        return call()
    except FAULTS:
        return otherwise
