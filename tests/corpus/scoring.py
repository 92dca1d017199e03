"""Scores what foimail made of a labelled set: the whole program is run on it, and its export compared with the labels."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from foimail.replies.reading import SURE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.desk import Desk

HERE = Path(__file__).parent
SETS = {"own": HERE / "own", "answers": HERE / "answers"} | {
    path.name: path for path in sorted((HERE / "shared").iterdir()) if path.is_dir()
}
FINAL = {"full_disclosure", "partial", "refusal", "not_held", "transfer_redirect", "internal_review_outcome"}
ASPECTS = (
    "kind",
    "match",
    "part outcome",
    "no answers invented",
    "exemptions",
    "their reference",
    "letter date",
)


@dataclass
class Score:
    """Hits and tries by aspect; `harm` counts what was decided without a person, and wrongly. Kinds by their right name."""

    hit: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    harm: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Counter[str]] = field(default_factory=dict)
    misses: list[tuple[str, str, object, object]] = field(default_factory=list)
    mails: int = 0
    sure: int = 0
    sure_wrong: int = 0
    whole: int = 0
    figures_right: int = 0
    figures_wanted: int = 0
    figures_given: int = 0
    sure_given: int = 0  # figures that are surer than what a person is asked about
    sure_right: int = 0

    def share(self, aspect: str) -> float:
        """The share that is right."""
        return self.hit[aspect] / max(1, self.of[aspect])

    @property
    def precision(self) -> float:
        """Of the figures given."""
        return self.figures_right / max(1, self.figures_given)

    @property
    def recall(self) -> float:
        """Of the figures labelled."""
        return self.figures_right / max(1, self.figures_wanted)

    @property
    def sure_precision(self) -> float:
        """Of the figures given as sure."""
        return self.sure_right / max(1, self.sure_given)

    @property
    def sure_share(self) -> float:
        """Of the figures that are right, those given as sure."""
        return self.sure_right / max(1, self.figures_right)


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def run(folder: Path, make: Callable[..., Desk]) -> Score:
    """Run foimail on a set in a new workspace that `make(bodies=...)` gives, and score it."""
    bodies = "".join(
        f"  - {{id: {row['trust']}, name: {json.dumps(row['name'])}, email: {row['to']}, "
        f"nation: {row.get('nation') or 'England'}, status: active}}\n"
        for row in table(folder / "sent" / "requests.csv")
    )
    desk = make(bodies=f"bodies:\n{bodies}")
    # how letters are read is measured here, also that of letters which would be set aside
    desk.add("foimail.toml", '\n[quarantine]\nby_itself = "no"\n')
    desk.run("import", "--sent", *map(str, sorted((folder / "sent").glob("*.eml"))), today="2027-01-04")
    desk.run("import", *map(str, sorted(folder.glob("*.eml"))), today="2027-01-04")
    rows = {PurePath(row["source"]).name: row for row in desk.data("messages", today="2027-01-04")}
    return score({row["file"]: row for row in table(folder / "labels.csv")}, rows)


def score(labels: Mapping[str, Mapping[str, str]], rows: Mapping[str, Mapping[str, Any]]) -> Score:
    """Compare an export with labels, both by file name."""
    total = Score()
    for name, want in labels.items():
        _one(total, name, want, rows.get(name, {}))
    return total


def _one(total: Score, name: str, want: Mapping[str, str], got: Mapping[str, Any]) -> None:
    before = len(total.misses)
    sure = bool(got) and not got["needs_person"]

    def compare(aspect: str, wanted: object, gave: object, *, right: bool, confident: bool = False) -> None:
        total.of[aspect] += 1
        total.hit[aspect] += right
        if not right:
            total.misses.append((name, aspect, wanted, gave))
            total.harm[aspect] += confident

    kind = got.get("kind")
    compare("kind", want["kind"], kind, right=kind == want["kind"], confident=sure)
    by_kind = total.kinds.setdefault(want["kind"], Counter())
    right = kind == want["kind"]
    by_kind.update(of=1, hit=int(right), abstained=int(not sure), harm=int(sure and not right))
    _match(want, got, compare)
    outcomes = {str(one["part"]): one["outcome"] for one in got.get("answers") or []}
    if want["kind"] in FINAL:
        for part in "1234":
            if (wanted := want[f"part{part}"]) != "n/a":
                gave = outcomes.get(part, "unanswered")
                compare("part outcome", f"{part}: {wanted}", gave, right=gave == wanted, confident=sure)
    else:
        compare("no answers invented", "none", outcomes, right=not outcomes)
    wanted_figures = _labelled(want["key_figures"])
    # some labels write an asterisk as it stands, others as the band of its key
    stars = {(part, period) for part, period, value in wanted_figures if value == ("*",)}
    given = _given(got.get("answers") or [], stars)
    right_figures = sum((wanted_figures & given).values())
    total.figures_right += right_figures
    total.figures_wanted += wanted_figures.total()
    total.figures_given += given.total()
    sure_figures = _given(got.get("answers") or [], stars, SURE)
    total.sure_given += sure_figures.total()
    total.sure_right += sum((wanted_figures & sure_figures).values())
    if wanted_figures != given:
        total.misses.append((name, "figures", dict(wanted_figures - given), dict(given - wanted_figures)))
    sections = got.get("exemptions") or []
    compare(
        "exemptions",
        want["exemptions"],
        sections,
        right=_bases(want["exemptions"].split(";")) == _bases(sections),
    )
    reference = got.get("body_reference")
    compare(
        "their reference",
        want["body_reference"],
        reference,
        right=_plain(want["body_reference"]) == _plain(reference),
    )
    day = got.get("letter_date") or ""
    compare("letter date", want["letter_date"], day, right=day == want["letter_date"])
    whole = len(total.misses) == before
    total.mails += 1
    total.sure += sure
    total.whole += whole
    total.sure_wrong += sure and not whole


def _match(want: Mapping[str, str], got: Mapping[str, Any], compare: Callable[..., None]) -> None:
    case, tokens = got.get("case"), want["matches_request"]
    if want["match_method"] == "unmatched":
        compare("match", None, case, right=case is None, confident=case is not None)
    elif want["match_method"] == "ambiguous":
        both = set(tokens.split("|")) <= set(got.get("candidates") or [])
        compare("match", tokens, case, right=case is None and both, confident=case is not None)
    else:
        compare("match", tokens, case, right=case == tokens, confident=case not in {None, tokens})


def _interval(value: object) -> tuple[object, ...]:
    """`7`, `<5`, `1 to 4`, `5 or fewer`, `43+` as bounds; `withheld` and `*` as themselves."""
    if value is None or isinstance(value, bool):
        return ()
    if isinstance(value, int | float):
        return float(value), float(value)
    text = str(value).lower().replace(",", "").strip()
    found = [float(one) for one in re.findall(r"\d+(?:\.\d+)?", text)]
    if text in {"withheld", "suppressed", "refused"}:
        return ("withheld",)
    if not found:
        return (text,)
    if len(found) == 2:
        return found[0], found[1]
    if re.search(r"<=|\u2264|or fewer|or less|up to", text):
        return None, found[0]
    if re.search(r"<|fewer than|less than|under|below", text):
        return None, found[0] - 1
    if re.search(r">|\+|more than|over", text):
        return found[0], None
    return found[0], found[0]


def _period(text: object) -> str:
    plain = str(text).strip().lower().replace("\u2013", "-").replace("\u2014", "-")
    if (found := re.fullmatch(r"(\d{4})[/-](\d{2}|\d{4})", plain)) and int(found[2][-2:]) == (
        int(found[1]) + 1
    ) % 100:
        return f"{found[1]}/{found[2][-2:]}"
    if re.fullmatch(r"\d{4}-\d{4}", plain):
        return plain.replace("-", "..")
    point = r"\d{4}(?:/\d{2}|-\d{2})?"
    return plain if re.fullmatch(rf"\d{{4}}|\d{{4}}-q[1-4]|{point}\.\.(?:{point}|present)", plain) else "*"


def _labelled(cell: str) -> Counter[tuple[object, ...]]:
    return Counter(
        (part.split("_")[0], _period(period), _interval(value))
        for part, values in (json.loads(cell) if cell else {}).items()
        if part[0] in "124" and not part.endswith("_split") and isinstance(values, dict)
        for period, value in values.items()
    )


def _given(
    answers: list[dict[str, Any]], stars: set[tuple[object, object]], least: float = 0.0
) -> Counter[tuple[object, ...]]:
    """The figures of an export; only those that are as sure as that. Those of `stars` as they stand, if an asterisk does."""

    def written(one: dict[str, Any], period: str, value: object) -> object:
        quoted = any(f["quote"] == "*" for f in one.get("series", ()) if _name(f) == period)
        return "*" if quoted and (str(one["part"]), _period(period)) in stars else value

    return Counter(
        (str(one["part"]), _period(period), _interval(written(one, period, value)))
        for one in answers
        if str(one["part"]) in "124"
        for period, value in (one["figures"] or {}).items()
        if least <= max((f["confidence"] for f in one.get("series", ()) if _name(f) == period), default=0.0)
    )


def _name(figure: Mapping[str, Any]) -> str:
    return str(figure["period"] or figure["category"] or "total")


def _bases(sections: list[str]) -> set[str]:
    plain = (re.sub(r"^(?:s\.?|section|reg\.?)\s*", "", one.strip().lower()) for one in sections)
    return {found[0] for one in plain if (found := re.match(r"\d+[a-z]*", one))}


def _plain(text: object) -> str:
    return re.sub(r"[^a-z0-9]", "", str(text or "").lower())
