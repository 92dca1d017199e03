"""The sections of the Act that a letter relies on, or weighs in an extension; not those it drops, explains or warns of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_SECTION = re.compile(
    r"(?<![\w.])(?:(?:sections?|sect?n?s?\.?|ss?\.?|"
    r"s\.?\s?s\.)\s?)(?P<list>\d{1,2}[A-Z]?(?:\s?\([0-9]?[a-zA-Z]{0,4}\))*"
    r"(?:(?:\s?(?:\([a-z]+(?: [a-z]+){0,4}\) )?(?:,|/|&|and|with|"
    r"or)\s?)+(?:s(?:ection)?s?\.?\s?)?(?:\d{1,2}[A-Z]?(?:\s?\([0-9]?[a-zA-Z]{0,4}\))*|"
    r"(?:\([a-z]{1,3}\))+))*)",
    re.IGNORECASE,
)
_ONE = re.compile(r"(?P<number>\d{1,2}[A-Za-z]?)?(?P<sub>(?:\s?\([0-9]?[a-zA-Z]{0,4}\))*)")
_DROPPED_AFTER = re.compile(
    r"^[^.;]{0,110}?\b(?:won.t be used|(?:has |have |had )?not (?:been )?(?:applied|relied|used|"
    r"engaged|claimed)|(?:is|was|are|were) (?:accordingly |therefore |now )?(?:withdrawn|abandoned|"
    r"dropped|not (?:relied|used|applied|considered))|"
    r"no longer|in error|wrongly|set (?:it |that |this )?(?:decision )?aside|ought not|should not|"
    r"(?:found to be|was|is) not (?:engaged|needed)|falls away|does not (?:apply|bite|help))\b",
    re.IGNORECASE,
)
_DROPPED_BEFORE = re.compile(
    r"\b(?:in place of|instead of|rather than|no longer (?:seeks? to )?(?:rel\w+|appl\w+|"
    r"us\w+)(?:\s+up)?\s*(?:on)?|withdr\w+(?: (?:our|the|its))?(?: reliance on)?(?: use of)?|"
    r"reliance on|abandon\w*|drop\w*|not (?:rel\w+ (?:up)?on|us\w+|appl\w+)|(?:didn.t|did not|don.t|"
    r"no) (?:need|use)|without (?:using|relying on))\s*$",
    re.IGNORECASE,
)
_MAYBE = re.compile(
    r"^\W*(?:if|should|were)\b|\b(?:if|should|where(?! (?:an? |the )?(?:cells?|figures?|numbers?|rows?)\b)|"
    r"whether|may|might|could|some (?:cases|are|"
    r"applications|are answered)|sometimes|would|say|e\.g\.|for example|such as|unless|save where)\b",
    re.IGNORECASE,
)
_WEIGHED = re.compile(r"\b(?:exceed|hours|be likely|be met|take|bite|prejudice)\b", re.IGNORECASE)


def relied_on(
    sentences: Iterable[str], known: Collection[str], *, weighing: bool = False
) -> tuple[tuple[str, str], ...]:
    """Each section (`s.40(2)`) with the sentence that relies on it, in the order of the letter.

    Args:
        sentences: The letter's own sentences, without complaint paragraph and notes.
        known: The numbers that a body can refuse by (tables/exemptions.toml): others are machinery.
        weighing: Whether the letter extends the time: then what may apply counts.
    """
    bases = {re.match(r"\d+[A-Za-z]?", number)[0].upper() for number in known if re.match(r"\d", number)}  # type: ignore[index]
    found: dict[str, str] = {}
    for sentence in sentences:
        for match in _SECTION.finditer(sentence):
            before, after = sentence[: match.start()], _SECTION.split(sentence[match.end() :], maxsplit=1)[0]
            if _DROPPED_BEFORE.search(before[-60:]) or _DROPPED_AFTER.search(after):
                for section in _listed(match["list"]):
                    found = {
                        name: said for name, said in found.items() if not name.startswith(f"s.{section}")
                    }
                continue
            clause = re.split(r"[;:]\s", before)[-1]
            if not weighing and _MAYBE.search(clause) and not _WEIGHED.search(sentence):
                continue
            for section in _listed(match["list"]):
                if re.match(r"\d+[A-Z]?", section)[0] in bases:  # type: ignore[index]
                    found.setdefault(f"s.{section}", sentence)
    # `section 40` beside `section 40(2)` is the same one
    return tuple(
        (name, said)
        for name, said in found.items()
        if not any(o != name and o.startswith(f"{name}(") for o in found)
    )


def _listed(text: str) -> list[str]:
    """`31(1)(a) and (b)`, `38(1)(a), with s40(2)`, `40(5B)(a)(i)` as single sections; sub-limbs of a bracketed letter are kept."""
    found: list[str] = []
    last = ""
    for match in _ONE.finditer(text):
        number, sub = match["number"], re.sub(r"\s", "", match["sub"] or "")
        if number:
            last = number.upper()
            found.append(last + sub)
        elif sub and last and found:
            stem = re.sub(r"\([a-z]+\)$", "", found[-1])
            found.append(stem + sub)
    return found
