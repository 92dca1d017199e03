"""Kinds by the rules, by a small model that learns them from labelled letters, and by both: which is the better judge?

The model is naive Bayes over the words and pairs of words that are the writer's own, and a few headers; where scikit-learn is
installed, which this project does not ask for, logistic regression over the same is a yardstick. Models are measured by leaving
whole bodies out: no letter of a body that one judges was among those it learnt from. The rules were written with all sets in
view, so only the last block compares like with like: models that know all but letters-c, against the decisions that the rules
took on letters-c when nobody had read it (blind_kinds.csv, of the commit in foimail/tables/blind.toml).
"""

from __future__ import annotations

import importlib.util
import itertools
import math
import re
import sys
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

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
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from foimail.model import Message

FOLDS = 10
MARGINS = (
    0.0,
    0.5,
    0.9,
    0.99,
)  # by which a model's first kind must outdo the rules' kind, in its own probabilities
SMOOTH = 0.1
UNSEEN = "letters-c"


@dataclass(frozen=True)
class Letter:
    """A labelled letter, what the rules say of it, and what the model sees."""

    group: str
    file: str
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
                    row["file"],
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


class Model(Protocol):
    """What judges a letter by its features."""

    sure: float  # the probability from which on it would decide alone

    def __init__(self, known: Iterable[Letter]) -> None:
        """Learn."""

    def shares(self, letter: Letter) -> Mapping[str, float]:
        """The probability of every kind."""


class Bayes:
    """Naive Bayes over the presence of features."""

    sure = 0.99  # its probabilities are always too high

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

    def shares(self, letter: Letter) -> Mapping[str, float]:
        """The probability of every kind."""
        features = letter.features & self.known
        logs = {
            kind: math.log(number)
            + sum(
                math.log((self.seen[kind][f] + SMOOTH) / (self.total[kind] + SMOOTH * len(self.known)))
                for f in features
            )
            for kind, number in self.kinds.items()
        }
        best = max(logs.values())
        whole = sum(math.exp(value - best) for value in logs.values())
        return {kind: math.exp(value - best) / whole for kind, value in logs.items()}


class Logistic:
    """Logistic regression over the same features, rare ones weighing more."""

    sure = 0.5

    def __init__(self, known: Iterable[Letter]) -> None:
        """Learn."""
        text = importlib.import_module("sklearn.feature_extraction.text")
        linear = importlib.import_module("sklearn.linear_model")
        letters = list(known)
        self.vectors: Any = text.TfidfVectorizer(analyzer=_sorted, min_df=2, sublinear_tf=True)
        self.line: Any = linear.LogisticRegression(C=30, max_iter=1000)
        self.line.fit(
            self.vectors.fit_transform([one.features for one in letters]), [one.kind for one in letters]
        )

    def shares(self, letter: Letter) -> Mapping[str, float]:
        """The probability of every kind."""
        found = self.line.predict_proba(self.vectors.transform([letter.features]))[0]
        return dict(zip(self.line.classes_, map(float, found), strict=True))


def _sorted(features: frozenset[str]) -> list[str]:
    return sorted(features)


@dataclass(frozen=True)
class Judged:
    """A letter, and what a model that does not know its body makes of it."""

    letter: Letter
    shares: Mapping[str, float]

    @property
    def first(self) -> str:
        """The model's kind."""
        return max(self.shares, key=lambda kind: self.shares[kind])

    def against(self, margin: float) -> bool:
        """Whether the model holds another kind for likelier than the rules', by more than this."""
        ruled = self.letter.ruled
        return self.first != ruled and self.shares[self.first] - self.shares.get(ruled, 0) > margin


def by_bodies(found: Sequence[Letter], kind_of: Callable[[Iterable[Letter]], Model]) -> Iterator[Judged]:
    """Every letter, judged by a model that learnt from other bodies."""
    for fold in range(FOLDS):
        here = {letter.body for letter in found if zlib.crc32(letter.body.encode()) % FOLDS == fold}
        model = kind_of(letter for letter in found if letter.body not in here)
        yield from (Judged(letter, model.shares(letter)) for letter in found if letter.body in here)


def unseen(found: Sequence[Letter], kind_of: Callable[[Iterable[Letter]], Model]) -> Iterator[Judged]:
    """The letters of the blind set with the rules' blind decisions, judged by a model that knows the other sets."""
    blind = {row["file"]: row for row in scoring.table(Path(__file__).with_name("blind_kinds.csv"))}
    model = kind_of(letter for letter in found if letter.group != UNSEEN)
    for letter in found:
        if letter.group == UNSEEN:
            then = blind[letter.file]
            yield Judged(
                replace(letter, ruled=then["kind"], sure=then["needs_person"] == "no"), model.shares(letter)
            )


def line(name: str, judged: Iterable[tuple[str, str, bool]]) -> None:
    """How many kinds are right, how many letters were decided alone, and how many of these wrongly."""
    rows = list(judged)
    right = sum(wanted == kind for wanted, kind, _ in rows)
    alone = [wanted == kind for wanted, kind, sure in rows if sure]
    shares = f"{100 * right / len(rows):5.1f} %  {100 * len(alone) / len(rows):5.1f} %"
    print(f"{name:58} {shares}  {alone.count(False):3} of {len(alone)}")


def compare(name: str, judged: Sequence[Judged], sure: float) -> None:
    """The model alone and beside the rules."""
    line(f"{name} alone", [(j.letter.kind, j.first, j.shares[j.first] >= sure) for j in judged])
    line(
        f"rules; where they are not sure, a sure {name}",
        [
            (j.letter.kind, j.letter.ruled, True)
            if j.letter.sure
            else (j.letter.kind, *((j.first, True) if j.shares[j.first] >= sure else (j.letter.ruled, False)))
            for j in judged
        ],
    )
    for margin in MARGINS:
        caught = [j.letter.kind != j.letter.ruled for j in judged if j.letter.sure and j.against(margin)]
        line(
            f"rules; a person too if {name} objects by {margin}",
            [(j.letter.kind, j.letter.ruled, j.letter.sure and not j.against(margin)) for j in judged],
        )
        print(f"{'':8}objections to {sum(caught)} wrong and {caught.count(False)} right decisions")
    left = [j for j in judged if not j.letter.sure]
    ruled = sum(j.letter.kind == j.letter.ruled for j in left)
    first = sum(j.letter.kind == j.first for j in left)
    print(
        f"{'':8}of {len(left)} letters left to a person the first kind is right: rules {ruled}, {name} {first}"
    )


def main() -> None:
    found = list(letters())
    models: dict[str, type[Bayes | Logistic]] = {"naive Bayes": Bayes}
    if importlib.util.find_spec("sklearn"):
        models["logistic regression"] = Logistic
    print(f"{len(found)} letters of {len({letter.body for letter in found})} bodies")
    for heading, judge in (
        ("All sets; the rules were written with them in view", by_bodies),
        (f"{UNSEEN}, when the rules had not seen it either", unseen),
    ):
        print(f"\n{heading:58} {'right':>7}  {'alone':>7}  wrong in kind")
        for name, kind_of in models.items():
            judged = list(judge(found, kind_of))
            if name == "naive Bayes":
                line("rules", [(j.letter.kind, j.letter.ruled, j.letter.sure) for j in judged])
            compare(name, judged, kind_of.sure)


if __name__ == "__main__":
    main()
