#!/usr/bin/env python3
"""Write docs/accuracy.md: the blind score, then what today's rules make of every labelled set, kind by kind.

The blind scores are a record (foimail/tables/blind.toml) and never computed again: the letters have been read since. All else is
counted afresh, in workspaces that are thrown away; a test compares what stands in the page with what this script would write.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "accuracy.md"
BLIND = ROOT / "foimail" / "tables" / "blind.toml"
sys.path.insert(0, str(ROOT))

from foimail.workflows import init  # noqa: E402 - the checkout, not what may be installed
from tests.corpus import scoring  # noqa: E402
from tests.desk import EMAIL, NAME, TODAY, Desk, Ended  # noqa: E402

LETTERS = {
    "own": "the project's own: solicitors, call centres, spreadsheets, Welsh, answers to another question",
    "answers": "answers in many layouts: tables, prose, attachments; and numbers that are no answers yet",
    "devset": "a first small set, of every kind",
    "letters-b": "bodies that write like case-management systems",
    "letters-c": "people who type as they talk",
}
UNREAD = {"fresh": "a mailbox of answers, with letters among them that only look like one"}
INTRODUCTION = """\
# How well foimail understands replies

Written by `make accuracy`. The letters are invented, by several hands, after what public bodies really write; each was labelled
by its writer. A letter is *decided alone* where foimail asks nobody; all others wait in `foimail review`.

## Blind: letters the rules had never seen

This is the number to plan with.
"""
VERDICT = """\
Sets of this size are samples: other letters of the same sort would move the shares by up to 10 points either way, and none wrong
among 127 still allows for two in a hundred.

**What to trust.** The case of a letter, its date, mostly the sections it relies on, and the figures that foimail is sure of. Not
its kind, its outcomes and its doubtful figures without a look: of what was decided alone nearly half was wrong in something. Every
answer that goes into a story should pass under your eyes once: `foimail answers review` shows each beside the words it rests on,
and `foimail inbox list --all` lists the messages that did not wait for you.

**Where it went wrong** in letters-c. Of the 46 wrong kinds 33 waited for a person. Of the 13 that did not, 10 had been taken for an
acknowledgement: six by a promise (*I'll send ...*) in a letter that asked for a fee, a proof of identity or an explanation,
weighed the public interest or answered; four by a machine's header. Of the 94 wrong outcomes 74 were something said that was not
understood, and so counted as unanswered. With them went 182 of the 238 figures that were missed.

**What would close the gap.** Some hundreds of real letters from other bodies, labelled before the rules see them; one half shows
which words are missing, the other is kept back and never read, since nothing else tells whether adding them helped. Your own
campaign makes such labels: each decision in `foimail review` is one, and `foimail stats` prints how often the rules agreed. A
model trained on the letters there are does not close it ([ADR 7](adr/0007-rules-not-a-model.md)).

The project's own letters were written, labelled and committed before the rules that read them; at the first run over them the
kind was right in 83.0 %. Their writer had also read the taxonomy the rules are made from, so that this is only half blind.

## Today: letters the rules were written with

Since then all sets have been read and the rules have been made better with them. These numbers say how far the rules got, and
guard against losing it (`tests/corpus/test_accuracy.py`); they promise nothing about new letters. Only new letters of other
bodies, labelled before the rules see them, would.
"""


class Alone(Desk):
    """A workspace whose commands run in processes of their own."""

    def __init__(self, folder: Path) -> None:
        """Only the folder: what is printed comes from the process."""
        self.folder = folder

    def run(self, *arguments: str, today: str = TODAY) -> Ended:
        """Run one command."""
        command = (sys.executable, "-m", "foimail", "--workspace", str(self.folder), "--today", today)
        ended = subprocess.run((*command, *arguments), capture_output=True, text=True, check=False, cwd=ROOT)
        return Ended(ended.returncode, ended.stdout, ended.stderr)


def scores() -> dict[str, scoring.Score]:
    """Every set, scored by the whole program."""
    found = {}
    for name in LETTERS:
        with tempfile.TemporaryDirectory() as folder:

            def make(bodies: str, place: Path = Path(folder) / "w") -> Desk:
                init.make(place, NAME, EMAIL)
                (place / "trusts.yaml").write_text(bodies, encoding="utf-8")
                return Alone(place)

            found[name] = scoring.run(scoring.SETS[name], make)
    return found


def blind() -> str:
    """All that the page says before today's numbers."""
    record = tomllib.loads(BLIND.read_text(encoding="utf-8"))
    scored = "\n".join(line for one in record["score"] for line in _blind(one, record["aims"]))
    return f"{INTRODUCTION}\n{scored}\n{VERDICT}"


def _blind(one: Mapping[str, Any], aims: Mapping[str, float]) -> Iterator[str]:
    """A set that nobody had read: each aspect beside what was aimed at, then what the same rules made of sets they knew."""
    name, letters, alone, wrong = one["set"], one["letters"], one["alone"], one["alone_wrong"]
    right, wanted, given = one["figures_right"], one["figures_wanted"], one["figures_given"]
    rows = [*one["aspects"].items(), ("decided alone", (alone, letters, ""))]
    yield f"The set {name} ({letters} letters: {(LETTERS | UNREAD)[name]}) was scored once, on {one['date']} at commit"
    yield f"`{one['commit']}`, before anyone who writes the rules had read a line of it."
    yield ""
    yield from _table(
        ("", "right", "of", "share", "aim", "short by", "decided alone, and wrong"),
        [
            (what, hit, of, _share(hit / of), *_aim(hit / of, aims.get(what)), harm)
            for what, (hit, of, harm) in rows
        ],
    )
    yield ""
    yield f"Of the {alone} letters decided alone {wrong} ({_share(wrong / alone)}) were wrong in something, be it a reference;"
    yield f"the aim is at most {_share(aims['wrong alone'])}. Of all {letters} letters {one['whole']} were right in everything."
    yield f"Of {wanted} figures {_share(right / wanted)} were found; of {given} figures given {_share(right / given)} were right."
    yield ""
    if "sure_given" in one:
        yield f"Of {one['sure_given']} figures given as sure {_share(one['sure_right'] / one['sure_given'])} were right; they are"
        yield f"{_share(one['sure_right'] / right)} of the right ones."
        yield ""
    if "seen" not in one:
        return
    seen = ", ".join(f"{_share(hit / of)} of {other}" for other, (hit, of) in one["seen"].items())
    yield "How much a set flatters the rules that were written with it: at the same commit the kind was right in"
    yield f"{seen}."
    yield ""


def _aim(share: float, aim: float | None) -> tuple[str, str]:
    if aim is None:
        return "", ""
    return _share(aim), f"{100 * (aim - share):.1f} points" if share < aim else "reached"


def section(name: str, found: scoring.Score) -> str:
    """What the page says of one set."""
    aspects = [
        (aspect, found.hit[aspect], found.of[aspect], _share(found.share(aspect)), found.harm[aspect])
        for aspect in scoring.ASPECTS
    ]
    return "\n".join(
        (
            f"### {name}: {LETTERS[name]}",
            "",
            *_table(("", "right", "of", "share", "decided alone, and wrong"), aspects),
            "",
            f"Decided alone: {found.sure} of {found.mails} letters ({_share(found.sure / found.mails)}),",
            f"{found.sure_wrong} of these wrong in something, be it a reference.",
            f"Of {found.figures_wanted} figures {_share(found.recall)} were found;",
            f"of {found.figures_given} figures given {_share(found.precision)} were right.",
            f"Of {found.sure_given} figures given as sure {_share(found.sure_precision)} were right;",
            f"they are {_share(found.sure_share)} of the right ones.",
            "",
            *_kinds(found.kinds),
            "",
        )
    )


def page(found: dict[str, scoring.Score]) -> str:
    """The whole page; sets in their order, then all kinds together."""
    together: dict[str, Counter[str]] = {}
    for one in found.values():
        for kind, counted in one.kinds.items():
            together.setdefault(kind, Counter()).update(counted)
    sections = "\n".join(section(name, one) for name, one in found.items())
    return "\n".join((blind(), sections, "### All sets, kind by kind", "", *_kinds(together), ""))


def _kinds(kinds: dict[str, Counter[str]]) -> Iterable[str]:
    rows = [
        (
            kind.replace("_", " "),
            one["of"],
            one["hit"],
            _share(one["hit"] / one["of"]),
            one["abstained"],
            one["harm"],
        )
        for kind, one in sorted(kinds.items())
    ]
    return _table(("kind", "letters", "right", "share", "left to a person", "decided alone, and wrong"), rows)


def _table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    lines = [heading, ["---", *["--:"] * (len(heading) - 1)], *rows]
    return [f"| {' | '.join(map(str, line))} |" for line in lines]


def _share(share: float) -> str:
    return f"{100 * share:.1f} %"


if __name__ == "__main__":
    PAGE.write_text(page(scores()), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} is up to date.")  # noqa: T201
