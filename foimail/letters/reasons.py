"""What was wrong, as a letter may put it: asserted, said to be expected, or asked about."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from foimail.letters.quotation import quotation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from foimail.law.breaches import Breach
    from foimail.model import Campaign, Reply


class Reasons(NamedTuple):
    """Breaches that a letter asserts, those of a code or of guidance, and those of which it asks."""

    breaches: tuple[Breach, ...]
    expectations: tuple[Breach, ...]
    doubts: tuple[Breach, ...]


def reasons(found: Iterable[Breach], campaign: Campaign, answer: Reply | None) -> Reasons:
    """The breaches of a case, each where a letter may put it, with citation and evidence as it gives them.

    Args:
        found: The breaches, as the law knows them.
        campaign: What was asked: a part that was left out goes by its number, its key is nothing to the body.
        answer: The answer that they are in.
    """
    said = tuple(
        replace(one, citation=in_full(one.citation), evidence=quotation(_evidence(one, campaign, answer)))
        for one in found
    )
    breaches = tuple(one for one in said if one.may_be_asserted)
    expected = tuple(
        one for one in said if one.basis in {"code", "guidance"} and one.checked and not one.to_confirm
    )
    return Reasons(breaches, expected, tuple(one for one in said if one not in (*breaches, *expected)))


def in_full(citation: str) -> str:
    """A citation as a letter gives it: `FOIA s.17(1)` is `FOIA section 17(1)`, `EIR reg.5(2)` is `EIR regulation 5(2)`."""
    return re.sub(r"\breg\.\s*(?=\d)", "regulation ", re.sub(r"\bs\.\s*(?=\d)", "section ", citation))


def _evidence(breach: Breach, campaign: Campaign, answer: Reply | None) -> str:
    left_out = answer.facts.get("ignored", ()) if answer and breach.name == "answer_all" else ()
    numbers = [str(n) for n, part in enumerate(campaign.parts, 1) if part.key in left_out]
    return f"The answer says nothing of part {' and part '.join(numbers)}." if numbers else breach.evidence
