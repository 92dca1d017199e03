"""What people made of what the rules had read: kept, changed, dropped. It is the only accuracy that a campaign knows of itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from foimail.replies.reading import answer_from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from foimail.model import Decision
    from foimail.replies.reading import Answer, Figure


@dataclass(frozen=True, slots=True)
class Agreement:
    """Readings of the rules on which a person has decided, each of one part in one letter.

    Attributes:
        kept: Confirmed as they were read, outcome and figures.
        changed: Confirmed with another outcome or other figures.
        dropped: Said to be no answer.
        added: Answers that a person gave where the rules had read none.
        figures: Figures that the rules had read in the first three.
        figures_kept: Those of them that stand as they were read.
    """

    kept: int = 0
    changed: int = 0
    dropped: int = 0
    added: int = 0
    figures: int = 0
    figures_kept: int = 0

    @property
    def decided(self) -> int:
        """Readings of the rules on which a person has decided."""
        return self.kept + self.changed + self.dropped


def agreement(decisions: Iterable[Decision], read: Mapping[tuple[str, str], Answer]) -> Agreement:
    """What the last decision on each letter and part made of the reading; `read` holds readings by message and part."""
    last = {(decision.message, decision.part): decision for decision in decisions}
    found: Counter[str] = Counter()
    for key, decision in last.items():
        rule = read.get(key)
        said = answer_from_json(decision.answer) if decision.answer is not None else None
        if rule is None:
            found["added"] += said is not None
            continue
        before, after = _figures(rule), _figures(said) if said else set[object]()
        found["figures"] += len(before)
        found["figures_kept"] += len(before & after)
        if said is None:
            found["dropped"] += 1
        else:
            found["kept" if said.outcome == rule.outcome and before == after else "changed"] += 1
    return Agreement(**found)


def _figures(answer: Answer) -> set[object]:
    return {_of(figure) for figure in answer.figures}


def _of(one: Figure) -> tuple[object, ...]:
    return (one.period, one.category, one.unit, *one.amount)
