"""The facts of a case as JSON and back, for the store to keep beside the log from which `case.fold` made them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from foimail.model import Case, Decision, Pause, Reply, Sending

if TYPE_CHECKING:
    from collections.abc import Callable

_Json = dict[str, Any]


def to_json(case: Case) -> _Json:
    """The facts by name, days as ISO dates; what has its default is left out."""
    found: _Json = _plain(case)
    return found


def from_json(data: _Json) -> Case:
    """The case that `to_json` was given."""
    known = _with_days(data, _DAYS)
    for name in _MANY.keys() & known.keys():
        known[name] = tuple(map(_MANY[name], known[name]))
    return Case(**known)


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a case holds
    match value:
        case date():
            return value.isoformat()
        case tuple():
            return [_plain(one) for one in value]
        case frozenset():
            return sorted(value)
        case _ if is_dataclass(value):
            held = {field.name: getattr(value, field.name) for field in fields(value)}
            default = {field.name: field.default for field in fields(value)}
            return {name: _plain(one) for name, one in held.items() if one != default[name]}
    return value


def _with_days(data: _Json, names: frozenset[str]) -> _Json:
    return data | {name: date.fromisoformat(data[name]) for name in names & data.keys()}


def _sending(data: _Json) -> Sending:
    return Sending(**_with_days(data, _ON))


def _reply(data: _Json) -> Reply:
    return Reply(**_with_days(data, _ON) | {"confirmed": frozenset(data.get("confirmed", ()))})


def _decision(data: _Json) -> Decision:
    return Decision(**_with_days(data, _ON))


def _pause(data: _Json) -> Pause:
    return Pause(**_with_days(data, _OF_PAUSES))


def _note(pair: list[str]) -> tuple[date, str]:
    return date.fromisoformat(pair[0]), pair[1]


_ON = frozenset({"on"})
_OF_PAUSES = frozenset({"asked_on", "paid_on"})
_DAYS = frozenset(
    {"opened_on", "first_sent_on", "received_on", "asked_on", "identity_asked_on", "snoozed_until"}
    | {"closed_on", "last_on"}
)
_MANY: dict[str, Callable[[Any], object]] = {
    "sendings": _sending,
    "replies": _reply,
    "pauses": _pause,
    "decisions": _decision,
    "notes": _note,
    "earlier_received": date.fromisoformat,
}
