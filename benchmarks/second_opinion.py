"""Kinds by the rules, by a small model that learns them from labelled letters, and by both: which is the better judge?

The model is naive Bayes over the words and pairs of words that are the writer's own, and a few headers. It is measured by leaving
whole bodies out: no letter of a body that it judges was among those it learnt from. The rules were written with all sets in
view, so only the last lines compare like with like: a model that knows all but letters-c, against the rules of the day on which
nobody had read letters-c (docs/accuracy.md).
"""

from __future__ import annotations

import itertools
import math
import re
import sys
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from foimail.documents.reader import Reader
from foimail.files import campaigns
from foimail.files.tables import table
from foimail.law.calendar import legal_date
from foimail.mail.parse import parse
from foimail.replies import anatomy, reader

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.corpus import scoring  # noqa: E402 - from the checkout

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from foimail.model import Message

FOLDS = 10
SURE = 0.99  # of the model's own probability, which naive Bayes always puts too high
SMOOTH = 0.1
BLIND = 81 / 127  # kinds that the rules had right in letters-c before anyone had read it


@dataclass(frozen=True)
class Letter:
    """A labelled letter, what the rules say of it, and what the model sees."""

    group: str
    body: str
    kind: str
    ruled: str
    sure: bool
    features: frozenset[str]


def letters() -> Iterator[Letter]:
    """All sets; attachments are read as foimail reads them."""
    campaign, _ = campaigns.load(ROOT / "templates", "cse")
    assert campaign
    by = reader.rules(campaign.parts, table("phrases"), reader.exemptions_of(table("exemptions")))
    with Reader() as documents:
        for group, folder in scoring.SETS.items():
            for row in scoring.table(folder / "labels.csv"):
                message = parse((folder / row["file"]).read_bytes())
                request = parse((folder / "sent" / f"{row['trust']}.eml").read_bytes())
                sent = anatomy.ours([request.text], [request.sender, request.sender_name])
                files = [
                    reader.Enclosure(a.name, found.text, found.state)
                    for a in message.attachments
                    for found in [documents.read(a.name, a.media_type, a.content)]
                ]
                assert message.sent_at
                read = reader.read(message, files, sent, legal_date(message.sent_at), by)
                own = [
                    anatomy.own_text(anatomy.units(text, sent, by.phrases))
                    for text in (message.text, *(file.text for file in files))
                ]
                yield Letter(
                    group,
                    f"{group}/{row['trust']}",
                    row["kind"],
                    read.kind,
                    not read.needs_person,
                    frozenset(features(message, own)),
                )


def features(message: Message, own: Sequence[str]) -> Iterator[str]:
    """Words, pairs of words, words of the subject, and headers that a machine sets."""
    for text in own:
        words = ["#" if word[0].isdigit() else word for word in re.findall(r"[a-z']+|\d+", text.lower())]
        yield from words
        yield from map(" ".join, itertools.pairwise(words))
    yield from (f"subject:{word}" for word in re.findall(r"[a-z]+", message.subject.lower()))
    yield from (f"header:{name}" for name, _ in message.headers)
    yield f"report:{bool(message.delivery_report)}"
    yield f"files:{bool(message.attachments)}"


class Model:
    """Naive Bayes over the presence of features."""

    def __init__(self, known: Iterable[Letter]) -> None:
        """Learn."""
        self.kinds: Counter[str] = Counter()
        self.seen: dict[str, Counter[str]] = defaultdict(Counter)
        for letter in known:
            self.kinds[letter.kind] += 1
            self.seen[letter.kind].update(letter.features)
        together = sum(self.seen.values(), Counter[str]())
        self.known = {feature for feature, number in together.items() if number > 1}
        self.total = {kind: sum(seen.values()) for kind, seen in self.seen.items()}

    def judge(self, letter: Letter) -> tuple[str, bool]:
        """The likeliest kind, and whether that is sure."""
        features = letter.features & self.known
        logs = {
            kind: math.log(number)
            + sum(
                math.log((self.seen[kind][f] + SMOOTH) / (self.total[kind] + SMOOTH * len(self.known)))
                for f in features
            )
            for kind, number in self.kinds.items()
        }
        best = max(logs, key=lambda kind: logs[kind])
        share = 1 / sum(math.exp(min(0.0, value - logs[best])) for value in logs.values())
        return best, share >= SURE


def line(name: str, judged: Sequence[tuple[Letter, str, bool]]) -> None:
    """How many kinds are right, how many letters were decided alone, and how many of these wrongly."""
    right = sum(letter.kind == kind for letter, kind, _ in judged)
    alone = [(letter, kind) for letter, kind, sure in judged if sure]
    wrong = sum(letter.kind != kind for letter, kind in alone)
    print(
        f"{name:58} {100 * right / len(judged):5.1f} %  {100 * len(alone) / len(judged):5.1f} %  {wrong:3} of {len(alone)}"
    )


def main() -> None:
    found = list(letters())
    model: list[tuple[Letter, str, bool]] = []
    for fold in range(FOLDS):
        here = {letter.body for letter in found if zlib.crc32(letter.body.encode()) % FOLDS == fold}
        learnt = Model(letter for letter in found if letter.body not in here)
        model += [(letter, *learnt.judge(letter)) for letter in found if letter.body in here]
    print(f"{len(found)} letters of {len({letter.body for letter in found})} bodies")
    print(f"{'':58} {'right':>7}  {'alone':>7}  wrong in kind")
    line("rules (written with these letters in view)", [(m[0], m[0].ruled, m[0].sure) for m in model])
    line("model, whole bodies left out", model)
    line(
        "rules; where they are not sure, a sure model",
        [
            (it, it.ruled, True) if it.sure else (it, kind if sure else it.ruled, sure)
            for it, kind, sure in model
        ],
    )
    line(
        "rules; a person too where the model is of another mind",
        [(it, it.ruled, it.sure and kind == it.ruled) for it, kind, _ in model],
    )
    learnt = Model(letter for letter in found if letter.group != "letters-c")
    line(
        "letters-c alone: model that has not seen it",
        [(it, *learnt.judge(it)) for it in found if it.group == "letters-c"],
    )
    print(f"letters-c alone: rules of the day before it was read{'':7} {100 * BLIND:5.1f} %")


if __name__ == "__main__":
    main()
