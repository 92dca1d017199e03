"""The labelled replies (our own, those about answers, fresh ones) are well formed, of every kind, and can all be opened."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from datetime import date
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foimail.store import inbox, quarantine
from tests.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable

OWN = Path(__file__).parent / "own"
ANSWERS = Path(__file__).parent / "answers"
FRESH = Path(__file__).parent / "fresh"
FOLDERS = (OWN, ANSWERS, FRESH)
APART = frozenset({"e062.eml", "e066.eml", "a056.eml", "f003.eml"})  # with a hidden sheet, or sent by mistake
FINAL = {"refusal", "not_held", "transfer_redirect", "partial", "full_disclosure"}
KINDS = FINAL | {
    "auto_ack",
    "human_ack",
    "out_of_office",
    "bounce",
    "clarification",
    "fees_notice",
    "extension_pit",
    "holding_delay",
    "identity_request",
    "internal_review_outcome",
    "other",
}
OUTCOMES = {"answered", "partial", "not_held", "refused", "redirected", "unanswered"}
METHODS = {
    "in-reply-to",
    "token in subject",
    "body reference",
    "sender domain",
    "ambiguous",
    "unmatched",
}
FIGURE = re.compile(r"withheld|.*\d.*")
SECTION = re.compile(r"s\.\d+[A-Z]?(\(\w+\))*")


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LABELS = {folder: table(folder / "labels.csv") for folder in FOLDERS}
OURS = LABELS[OWN]
SENT = {folder: {row["trust"]: row for row in table(folder / "sent" / "requests.csv")} for folder in FOLDERS}
by_folder = pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])
by_file = pytest.mark.parametrize(
    ("folder", "label"),
    [(folder, row) for folder in FOLDERS for row in LABELS[folder]],
    ids=[row["file"] for folder in FOLDERS for row in LABELS[folder]],
)
by_label = pytest.mark.parametrize(
    "label",
    [row for folder in FOLDERS for row in LABELS[folder]],
    ids=[row["file"] for folder in FOLDERS for row in LABELS[folder]],
)


def outcomes(label: dict[str, str]) -> list[str]:
    return [label[f"part{number}"] for number in "1234"]


def kind_that_follows(parts: list[str]) -> str:
    """The kind of a final letter by its parts, as LABELS.md states it."""
    found = set(parts)
    if found == {"answered"}:
        return "full_disclosure"
    if found & {"answered", "partial"}:
        return "partial"
    for outcome, kind in (
        ("refused", "refusal"),
        ("not_held", "not_held"),
        ("redirected", "transfer_redirect"),
    ):
        if outcome in found:
            return kind
    return "no final letter"


@by_folder
def test_every_mail_has_one_label_and_every_label_its_mail(folder: Path) -> None:
    assert [row["file"] for row in LABELS[folder]] == sorted(path.name for path in folder.glob("*.eml"))
    assert len(LABELS[folder]) >= (60 if folder == FRESH else 80)


@by_folder
def test_every_request_is_there_with_its_own_token_and_message_id(folder: Path) -> None:
    sent = SENT[folder]
    assert sorted(sent) == sorted(path.stem for path in (folder / "sent").glob("*.eml"))
    assert len({row["token"] for row in sent.values()}) == len(sent)
    for trust, row in sent.items():
        headers = BytesHeaderParser().parsebytes((folder / "sent" / f"{trust}.eml").read_bytes())
        assert (headers["To"], headers["Message-ID"]) == (row["to"], row["message_id"])
        assert f"[{row['token']}]" in headers["Subject"]


@by_file
def test_a_label_uses_the_known_words(folder: Path, label: dict[str, str]) -> None:
    assert label["kind"] in KINDS
    assert label["trust"] in SENT[folder]
    assert label["match_method"] in METHODS
    assert label["letter_date_source"] in {"letter", "header"}
    assert label["supersedes_or_adds"] in {"", "supersedes", "adds", "duplicate"}
    assert all(SECTION.fullmatch(section) for section in label["exemptions"].split(";") if section)
    date.fromisoformat(label["letter_date"])


@by_label
def test_the_parts_fit_the_kind(label: dict[str, str]) -> None:
    parts = outcomes(label)
    if label["kind"] in FINAL:
        assert kind_that_follows(parts) == label["kind"]
    if label["kind"] in FINAL | {"internal_review_outcome"}:
        assert set(parts) <= OUTCOMES
    else:
        assert parts == ["n/a"] * 4


@by_label
def test_figures_belong_to_parts_that_were_answered(label: dict[str, str]) -> None:
    figures = json.loads(label["key_figures"] or "{}")
    if label["kind"] == "fees_notice":
        assert list(figures) == ["fee"]
        return
    for part, values in figures.items():
        assert label[f"part{part[0]}"] in {"answered", "partial"}
        assert values
        assert all(isinstance(value, int | float) or FIGURE.fullmatch(value) for value in values.values())


@by_file
def test_the_match_names_requests_that_were_sent(folder: Path, label: dict[str, str]) -> None:
    issued = {row["token"] for row in SENT[folder].values()}
    tokens = label["matches_request"].split("|")
    if label["match_method"] == "unmatched":
        assert tokens == ["none"]
        return
    assert set(tokens) <= issued
    assert SENT[folder][label["trust"]]["token"] in tokens
    assert (len(tokens) > 1) == (label["match_method"] == "ambiguous")


@by_file
def test_a_token_or_a_thread_that_a_label_names_is_in_the_mail(folder: Path, label: dict[str, str]) -> None:
    raw = (folder / label["file"]).read_bytes()
    headers = BytesHeaderParser().parsebytes(raw)
    sent = SENT[folder][label["trust"]]
    if label["match_method"] == "in-reply-to":
        assert sent["message_id"].encode() in raw
    if label["match_method"] == "token in subject":
        assert sent["token"] in headers["Subject"]


@by_folder
def test_files_are_in_the_order_of_their_dates(folder: Path) -> None:
    dates = [label["letter_date"] for label in LABELS[folder] if label["letter_date_source"] == "header"]
    assert dates == sorted(dates)


def test_every_kind_comes_at_least_twice() -> None:
    seen = Counter(label["kind"] for label in OURS)
    assert {kind for kind in KINDS if seen[kind] < 2} == set()


def test_every_outcome_and_every_way_of_matching_comes_at_least_twice() -> None:
    parts = Counter(outcome for label in OURS for outcome in outcomes(label))
    ways = Counter(label["match_method"] for label in OURS)
    assert {outcome for outcome in OUTCOMES if parts[outcome] < 2} == set()
    assert {method for method in METHODS if ways[method] < 2} == set()


def test_the_voices_and_containers_are_many() -> None:
    layouts = " ".join(label["layout"] for label in OURS)
    assert len({label["trust"] for label in OURS}) >= 25
    for feature in (
        "html",
        "dsn-hard",
        "dsn-delay",
        "pdf",
        "xlsx",
        "docx",
        "ods",
        "csv",
        "rtf",
        "zip",
        "rfc822",
        "crlf",
    ):
        assert feature in layouts, feature


@by_folder
def test_the_corpus_stays_small(folder: Path) -> None:
    assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < 3_000_000


@by_folder
def test_every_mail_is_imported_and_none_is_broken(
    folder: Path, workspace: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    bodies = "".join(
        f"  - {{id: {row['trust']}, name: {json.dumps(row['name'])}, email: {row['to']}, "
        f"nation: {row['nation']}, status: active}}\n"
        for row in SENT[folder].values()
    )
    desk = Desk(workspace(bodies=f"bodies:\n{bodies}"), capsys)
    adopted = desk.run("import", "--sent", *map(str, sorted((folder / "sent").glob("*.eml"))))
    assert adopted.code == 0, adopted.err
    assert set(desk.tokens().values()) == {row["token"] for row in SENT[folder].values()}
    taken = desk.run("import", *map(str, sorted(folder.glob("*.eml"))))
    assert taken.code == 0, taken.err
    rows = desk.data("messages")
    names = [label["file"] for label in LABELS[folder]]
    apart = {name for name in APART if name in names}
    assert sorted(Path(row["source"]).name for row in rows) == names
    assert {Path(row["source"]).name for row in rows if row["quarantined"]} == apart
    with desk.open().store.read() as connection:
        held = quarantine.held(connection)
        everything = inbox.rows(connection, quarantined=True)
        assert {row.source for row in everything if row.sha256 in held} == apart
        assert [row.source for row in inbox.rows(connection, states=("broken",))] == []
