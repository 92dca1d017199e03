"""The registry as shipped, and every fault that a person can write into one."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from foimail.files import entries, forms, registry
from foimail.files.registry_check import check

if TYPE_CHECKING:
    from foimail.errors import Problem
    from foimail.model import Body

SHIPPED = Path(__file__).parents[2] / "trusts.yaml"
TODAY = date(2026, 11, 22)
GOOD = """\
bodies:
  - id: RD8
    ods: RD8
    name: Milton Keynes University Hospital NHS Foundation Trust
    nation: England
    email: foi@example.nhs.uk
    email_source: https://example.nhs.uk/foi
    email_checked: 2026-08-15
"""


@pytest.fixture(scope="module")
def shipped() -> tuple[Body, ...]:
    bodies, problems = registry.load(SHIPPED)
    assert problems == ()
    return bodies


def read(*lines: str) -> tuple[tuple[Body, ...], tuple[Problem, ...]]:
    """The good registry with these lines added to its one body."""
    return registry.read(GOOD + "".join(f"    {line}\n" for line in lines))


def only(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, [str(p) for p in problems]
    return problems[0]


def test_the_shipped_registry_holds_every_body_of_its_sources(shipped: tuple[Body, ...]) -> None:
    active = [body for body in shipped if body.status == "active"]
    assert len(shipped) == 250
    assert len(active) == 240
    assert sum(bool(body.email) for body in active) == 209
    assert sum(not body.email for body in active) == 31
    assert sum(body.ods is None for body in shipped) == 28
    assert {body.nation: 0 for body in shipped}.keys() == {"England", "Wales", "Scotland", "Northern Ireland"}


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        (
            "RD8",
            {
                "name": "Milton Keynes University Hospital NHS Foundation Trust",
                "email": "Foi.PublicationSchemeCo-ordinator@mkuh.nhs.uk",
                "email_confidence": "reported",
                "region": "East of England",
                "postcode": "MK6 5LD",
            },
        ),
        (
            "G6V2S",
            {
                "ods": "G6V2S",
                "address": "4th Floor, East Wing, St. Pancras Hospital, 4 St. Pancras Way, London",
            },
        ),
        ("K0N6A", {"name": "The Online NHS Trust", "email": None, "type": "online"}),
        ("RA7", {"name": "Bristol NHS Foundation Trust", "email_alternatives": ("FOIArequests@nbt.nhs.uk",)}),
        ("RVJ", {"status": "closed", "closed_on": date(2026, 7, 1), "successor": "RA7", "email": None}),
        ("RYK", {"status": "closed", "closed_on": date(2024, 9, 30), "successor": None}),
        ("RAL", {"status": "active", "email": None, "email_checked": ""}),
        ("RR7", {"email_confidence": "confirmed", "email_checked": "2026-08-22"}),
        ("RPY", {"route": "form", "email": None}),
        (
            "TAH",
            {"name": "Sheffield Health Partnership University NHS Foundation Trust", "postcode": "S6 1LX"},
        ),
        ("7A1", {"nation": "Wales", "type": "health board", "email": None}),
        ("nhs-borders", {"ods": None, "nation": "Scotland", "email_checked": "c. 2012"}),
        ("nhs-24", {"nation": "Scotland", "type": "special health board", "email": None}),
        ("western-health-and-social-care-trust", {"nation": "Northern Ireland", "postcode": "BT47 6WJ"}),
    ],
)
def test_facts_of_the_shipped_registry_are_those_of_its_sources(
    shipped: tuple[Body, ...], code: str, facts: dict[str, object]
) -> None:
    body = registry.find(shipped, code)
    assert body is not None
    assert {name: getattr(body, name) for name in facts} == facts


def test_facts_that_foimail_only_keeps_are_kept(shipped: tuple[Body, ...]) -> None:
    body = registry.find(shipped, "nhs-ayrshire-and-arran")
    assert body is not None
    assert dict(body.extra)["gss_code"] == "S08000015"


def test_any_yaml_program_reads_the_shipped_registry_as_we_do(shipped: tuple[Body, ...]) -> None:
    plain = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["bodies"]
    ours, _ = entries.read_entries(SHIPPED.read_text(encoding="utf-8"), "trusts.yaml", "bodies")
    assert [{k: list(v) if isinstance(v, tuple) else v for k, v in e.values.items()} for e in ours] == plain
    assert len(plain) == len(shipped)


def test_a_body_knows_its_line(shipped: tuple[Body, ...]) -> None:
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    for body in shipped:
        assert lines[int(body.where.rpartition(":")[2]) - 1] == f"  - id: {body.id}"


def test_a_good_registry_has_no_faults() -> None:
    bodies, problems = read("type: acute", "tags: [london, pilot]", "email_alternatives: old@example.nhs.uk")
    assert problems == ()
    assert bodies[0].tags == ("london", "pilot")
    assert bodies[0].email_alternatives == ("old@example.nhs.uk",)


def test_codes_that_look_like_numbers_stay_text() -> None:
    bodies, problems = registry.read(
        "bodies:\n- id: 1E5\n  ods: 1E5\n  name: NO\n  nation: Wales\n"
        "- {id: 0123, name: 2026-01-01, nation: Wales}\n"
    )
    assert problems == ()
    assert [(b.id, b.ods, b.name) for b in bodies] == [("1E5", "1E5", "NO"), ("0123", None, "2026-01-01")]


@pytest.mark.parametrize("nothing", ["null", "~", "", "''"])
def test_an_empty_field_is_an_absent_one(nothing: str) -> None:
    bodies, problems = registry.read(
        f"bodies:\n  - id: X\n    name: Y\n    nation: Wales\n    email: {nothing}\n"
    )
    assert problems == ()
    assert bodies[0].email is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("telefone: 01908 660033", "not a field of a body"),
        ("status: shut", "not one of active, closed"),
        ("route: pigeon", "not one of email, form, post, phone"),
        ("email_confidence: sure", "not one of confirmed, reported, unverified"),
        ("postcode: MK6 5L", "not a British postcode"),
        ("closed_on: 2026-02-30", "not a date"),
        ("closed_on: 1 July 2026", "not a date"),
        ("type: [acute, community]", "a list where one value is expected"),
        ("type: {a: b}", "fields of its own"),
        ("tags: [a, [b]]", "not plain text"),
        ("? [a]\n    : b", "needs a plain name"),
        ("email_alternatives: [good@x.uk, bad]", "not an e-mail address"),
        ('region: "Mid\\nlands"', "line break or a control character"),
        ('address: "\\e[2J"', "line break or a control character"),
        ("nation: Wales", "stands twice"),
        ("<<: x", "not a field of a body"),
    ],
)
def test_a_fault_is_named_with_its_line(line: str, words: str) -> None:
    problem = only(read(line)[1])
    assert words in problem.message
    assert problem.where == "trusts.yaml:9"
    assert problem.level == "error"


@pytest.mark.parametrize("code", ["rd8", "RD", "RD88", "G6V22", "66V2S", "RD8 X", "RDÉ"])
def test_an_ods_code_of_another_form_is_a_fault(code: str) -> None:
    problem = only(registry.read(GOOD.replace("ods: RD8", f"ods: {code}"))[1])
    assert "not an ODS code" in problem.message
    assert problem.where == "trusts.yaml:3"


@pytest.mark.parametrize("code", ["7A1", "RD8", "TAD", "G6V2S", "K0N6A"])
def test_both_forms_of_an_ods_code_are_good(code: str) -> None:
    assert registry.read(GOOD.replace("ods: RD8", f"ods: {code}"))[1] == ()


@pytest.mark.parametrize(
    "address",
    [
        "foi",
        "foi@",
        "@x.uk",
        "foi@x",
        "a@b@x.uk",
        "foi @x.uk",
        "foi@x.uk, other@x.uk",
        "<foi@x.uk>",
        "foi@x..uk",
        ".foi@x.uk",
        "foi@-x.uk",
        "FOI team (foi@x.uk)",
        "foi@x.uk\\r\\nBcc: all@x.uk",
        "foi@x.uk\\nother",
        "foi@[127.0.0.1]",
        f"{'a' * 65}@x.uk",
        f"a@{'b.' * 130}uk",
        "föi@x.uk",
    ],
)
def test_an_address_that_could_go_wrong_is_a_fault(address: str) -> None:
    _, problems = registry.read(GOOD.replace("email: foi@example.nhs.uk", f'email: "{address}"'))
    assert only(problems).where == "trusts.yaml:6"


@pytest.mark.parametrize(
    "postcode", ["MK6 5LD", "EC1V 2PD", "M13 9WL", "w1a 0ax", "S6 1LX", "SW1W0NY", "GIR 0AA"]
)
def test_british_postcodes_are_good(postcode: str) -> None:
    assert read(f"postcode: {postcode}")[1] == ()


def test_a_closed_body_with_an_address_to_send_to_is_a_fault() -> None:
    problem = only(read("status: closed")[1])
    assert "closed" in problem.message
    assert problem.where == "trusts.yaml:6"


@pytest.mark.parametrize("field", ["id", "name", "nation"])
def test_a_body_without_id_name_or_nation_is_a_fault(field: str) -> None:
    text = "\n".join(
        f"    {k}: {v}" for k, v in [("id", "X"), ("name", "Y"), ("nation", "Wales")] if k != field
    )
    bodies, problems = registry.read(f"bodies:\n  -\n{text}\n")
    assert bodies == ()
    assert f"`{field}` is missing" in only(problems).message


def test_an_unknown_nation_is_a_fault_and_an_unknown_field_gets_a_hint() -> None:
    _, problems = registry.read("bodies:\n  - id: X\n    name: Y\n    nation: Cornwall\n    e-mail: a@x.uk\n")
    assert [p.where for p in problems] == ["trusts.yaml:4", "trusts.yaml:5"]
    assert problems[1].hint == "did you mean email?"


def test_two_bodies_with_one_id_are_a_fault_in_whichever_case() -> None:
    _, problems = registry.read(
        "bodies:\n  - {id: RD8, name: One, nation: Wales}\n  - {id: rd8, name: Two, nation: Wales}\n"
        "  - {id: a, ods: RD9, name: Three, nation: Wales}\n  - {id: b, ods: RD9, name: Four, nation: Wales}\n"
    )
    assert [(p.where, p.hint) for p in problems] == [
        ("trusts.yaml:3", "see trusts.yaml:2"),
        ("trusts.yaml:5", "see trusts.yaml:4"),
    ]


def test_all_faults_come_at_once_in_the_order_of_the_file() -> None:
    _, problems = registry.read(
        "bodies:\n  - id: a b\n    name: Y\n    nation: Mars\n  - id: X\n    nation: Wales\n    postcode: 1\nmore: 1\n"
    )
    lines = [int(p.where.rpartition(":")[2]) for p in problems]
    assert lines == sorted(lines)
    assert len(problems) == 5


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "no `bodies:`"),
        ("- id: X\n", 1, "no `bodies:`"),
        ("trusts: []\n", 1, "no `bodies:`"),
        ("bodies: all of them\n", 1, "must be a list"),
        ("bodies: []\nbodies: []\n", 1, "more than once"),
        ("bodies:\n  - RD8\n", 2, "no fields"),
        ("bodies:\n  - id: 'X\n    name: Y\n", 4, "not YAML"),
        ("bodies:\n  - id: a: b\n", 2, "not YAML"),
        ("bodies:\n  - id: \x07\n", 2, "control character"),
        ("bodies:\n  - id: \ud800\n", 2, "no text"),
        ("bodies: []\n---\nbodies: []\n", 2, "second document"),
        ("bodies:\n  - &a {id: X}\n  - *a\n", 3, "aliases"),
        ("bodies: " + "[" * 200_000, 1, "too deep"),
    ],
)
def test_a_file_of_another_shape_is_one_clear_problem(text: str, line: int, words: str) -> None:
    bodies, problems = registry.read(text)
    assert bodies == ()
    assert any(words in p.message and p.where == f"trusts.yaml:{line}" for p in problems), [
        str(p) for p in problems
    ]


def test_aliases_that_would_unfold_without_end_are_refused() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(30))
    assert "aliases" in only(registry.read(bomb)[1]).message


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    assert "cannot be read" in only(registry.load(tmp_path / "none.yaml")[1]).message
    (tmp_path / "latin.yaml").write_bytes(b"bodies:\n  - id: X\n    name: caf\xe9\n")
    problem = only(registry.load(tmp_path / "latin.yaml")[1])
    assert problem.where == "latin.yaml:3"
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert registry.load(tmp_path / "bom.yaml")[1] == ()


def test_a_body_is_found_by_id_or_ods_code_in_either_case(shipped: tuple[Body, ...]) -> None:
    for code in ("rd8", " RD8 ", "NHS-Fife"):
        assert registry.find(shipped, code) is not None
    assert registry.find(shipped, "") is None
    assert registry.nearest(shipped, "nhs-five") == "did you mean nhs-fife?"
    assert registry.nearest(shipped, "??????") == ""


def warnings(text: str, today: date = TODAY) -> list[str]:
    bodies, problems = registry.read(text)
    assert problems == ()
    found = check(bodies, today)
    assert {p.level for p in found} <= {"warning"}
    return [p.message for p in found]


def test_a_fresh_sourced_address_is_no_doubt() -> None:
    assert warnings(GOOD) == []


def test_an_address_without_source_or_date_is_a_doubt() -> None:
    text = GOOD.replace("    email_source: https://example.nhs.uk/foi\n    email_checked: 2026-08-15\n", "")
    assert ["without a source" in w or "nobody has dated" in w for w in warnings(text)] == [True, True]


def test_an_address_is_stale_a_year_after_its_check() -> None:
    assert warnings(GOOD, date(2027, 8, 15)) == []
    assert "over a year ago" in warnings(GOOD, date(2027, 8, 16))[0]


@pytest.mark.parametrize(
    ("checked", "day"),
    [
        ("2026-08-22", date(2026, 8, 22)),
        ("2024-02", date(2024, 2, 29)),
        ("2012", date(2012, 12, 31)),
        ("c. 2012", date(2012, 12, 31)),
        ("2026-13", None),
        ("2026-02-30", None),
        ("0000", None),
        ("last week", None),
    ],
)
def test_a_vague_date_counts_as_its_last_day(checked: str, day: date | None) -> None:
    assert forms.latest_day(checked) == day


def test_an_address_of_two_bodies_is_a_doubt_in_whichever_case() -> None:
    other = GOOD.split("\n", 1)[1].replace("RD8", "RD9").replace("foi@", "FOI@")
    assert "the same address as Milton Keynes" in warnings(GOOD + other)[0]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ("status: closed, closed_on: 2026-07-01", "no known successor"),
        ("status: closed, closed_on: 2026-07-01, successor: RA7", "RA7, which is not in the file"),
        ("status: closed, successor: X", "without a `closed_on`"),
        ("status: active, closed_on: 2026-07-01", "is active, yet closed on 2026-07-01"),
    ],
)
def test_a_closing_left_open_is_a_doubt(facts: str, words: str) -> None:
    assert words in warnings(f"bodies:\n  - {{id: X, name: Y, nation: Wales, {facts}}}\n")[0]


def test_a_body_that_is_to_close_is_still_active() -> None:
    assert warnings("bodies:\n  - {id: X, name: Y, nation: Wales, closed_on: 2027-04-01}\n") == []
