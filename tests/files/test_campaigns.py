from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from foimail.errors import InputError
from foimail.files.campaigns import LARGEST, create, load, names
from foimail.model import Audience, Part

if TYPE_CHECKING:
    from foimail.model import Campaign

TEMPLATES = Path(__file__).parents[2] / "templates"
GOOD = """\
title = "Potholes"
subject = "Freedom of Information request: potholes"

[[part]]
key = "mended"
question = '''
How many potholes
  did you mend?'''
answer = "count_by_year"
years = [2019, 2024]
"""


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A folder of templates with the project's base and a campaign `roads`."""
    shutil.copytree(TEMPLATES / "base", tmp_path / "templates" / "base")
    (tmp_path / "templates" / "roads").mkdir()
    write(tmp_path / "templates", GOOD)
    return tmp_path / "templates"


def write(templates: Path, text: str | bytes, file: str = "campaign.toml") -> None:
    (templates / "roads" / file).write_bytes(text.encode() if isinstance(text, str) else text)


def loaded(templates: Path, name: str = "roads") -> Campaign:
    campaign, problems = load(templates, name)
    assert campaign is not None, problems
    return campaign


def faults(templates: Path, name: str = "roads") -> list[str]:
    campaign, problems = load(templates, name)
    assert campaign is None
    return [str(problem) for problem in problems]


def test_the_four_parts_of_the_shipped_campaign_are_read() -> None:
    campaign, problems = load(TEMPLATES, "cse")
    assert campaign is not None
    assert problems == ()
    assert [(part.key, part.answer, part.years) for part in campaign.parts] == [
        ("referrals", "count_by_year", (2010, 2024)),
        ("risk_assessments", "count_by_year", (2010, 2024)),
        ("safeguarding", "text", None),
        ("staff_trained", "count", None),
    ]
    assert campaign.parts[0].question == (
        "The number of referrals made by your NHS Trust to other authorities - such as the police or social "
        "services - when there was a suspicion that a child is a victim of exploitation (sexual, criminal, "
        "gang-based grooming) for the years 2010 (or earliest available year of data) - 2024 inclusive."
    )


def test_a_campaign_is_read_whole(templates: Path) -> None:
    write(templates, "Dear all,\r\n", "_opening.txt")
    text = (
        'topic = "roads"\nenvironmental = true\n'
        + GOOD
        + '[audience]\nnations = ["Wales"]\nexclude = ["W1"]\n'
    )
    write(templates, b"\xef\xbb\xbf" + text.encode())
    campaign = loaded(templates)
    question = "How many potholes did you mend?"  # one paragraph, however it was broken into lines
    assert campaign.parts == (Part("mended", question, "count_by_year", (2019, 2024)),)
    assert campaign.audience == Audience(nations=("Wales",), exclude=("W1",))
    assert (campaign.name, campaign.topic, campaign.environmental) == ("roads", "roads", True)
    assert campaign.templates[0] == ("roads/_opening.txt", "Dear all,\n")
    assert "base/request.txt" in dict(campaign.templates)


def test_every_fault_is_shown_at_once_with_its_line(templates: Path) -> None:
    write(
        templates,
        """\
titel = "Potholes"
subject = "two\\nlines"
topic = 7
environmental = "yes"

[audience]
nation = ["Wales"]
nations = ["Wales", "Walse"]
tags = "pilot"

[[part]]
key = "mended"
question = "How many?"
answer = "count_by_year"

[[part]]
key = "mended"
question = " "
answer = "cuont"
years = [2024, 2019]

[[part]]
key = "A B"
question = "How?"
answer = "text"
years = [2019, 2024]

[[part]]
key = "last"
question = "How much?"
answer = "count_by_year"
years = [2019]
colour = "red"
""",
    )
    assert faults(templates) == [
        f"templates/roads/campaign.toml:{fault}"
        for fault in (
            "1: error: `titel` is not known here (did you mean 'title'?)",
            "1: error: `title` is missing",
            "2: error: `subject` must be one line",
            "3: error: `topic` must be text in quotes",
            "4: error: `environmental` must be true or false",
            "7: error: `nation` is not known here (did you mean 'nations'?)",
            "8: error: 'Walse' is not a nation (did you mean 'Wales'?)",
            '9: error: `tags` must be a list of texts (as in tags = ["one", "two"])',
            "14: error: `years` is missing (write years = [2010, 2024], the first and the last)",
            "17: error: a part `mended` stands twice (each part needs a key of its own)",
            "18: error: `question` is missing",
            "19: error: 'cuont' is not a type of answer (did you mean 'count'?)",
            "20: error: the years are reversed: 2024 comes after 2019",
            "23: error: `A B` cannot be a part's key (small letters, digits and _, a letter first)",
            "26: error: `years` stands beside answer = 'text' (only \"count_by_year\" has years)",
            "32: error: `years` must be the first and the last year (as in years = [2010, 2024])",
            "33: error: `colour` is not known here (known are key, question, answer, years, words)",
        )
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('title = "a"\nsubject = "b"\n', "campaign.toml:1: error: the campaign has no parts"),
        ('title = "a"\nsubject = "b"\npart = 3\n', "campaign.toml:3: error: `part` must be a list of tables"),
        ("audience = 3\n" + GOOD, "campaign.toml:1: error: `audience` must be a table"),
        ('title = "a"\nsubject = "b', "campaign.toml:2: error: this is not TOML: Unterminated string"),
        ('title = "a"\nb', "campaign.toml:2: error: this is not TOML: Expected '=' after a key"),
        ("a = " + "[" * 50_000, "campaign.toml:1: error: this is not TOML: "),
        (
            b'title = "a"\nsubject = "\xff"',
            "campaign.toml:2: error: this is not UTF-8 text (save it as UTF-8)",
        ),
        ("#" * (LARGEST + 1), "campaign.toml: error: this is larger than 200000 bytes"),
        (
            GOOD.replace("2024]", "20024]"),
            "campaign.toml:10: error: `years` must be the first and the last year",
        ),
    ],
)
def test_a_file_that_makes_no_sense_is_a_fault_with_its_line(
    templates: Path, text: str | bytes, fault: str
) -> None:
    write(templates, text)
    found = faults(templates)
    assert any(line.startswith(f"templates/roads/{fault}") for line in found), found


def test_parts_written_in_one_line_are_read_and_faults_still_have_a_place(templates: Path) -> None:
    write(templates, 'title = "a"\nsubject = "b"\npart = [{key = "a", question = "How?", answer = "txet"}]\n')
    assert faults(templates) == [
        "templates/roads/campaign.toml:1: error: 'txet' is not a type of answer (did you mean 'text'?)"
    ]


@pytest.mark.parametrize(
    "name", ["", "..", "../roads", "/etc", "roads/../roads", "Roads", "base", ".", "a b", "a\n"]
)
def test_a_name_that_is_a_path_is_no_campaign(templates: Path, name: str) -> None:
    assert "is not the name of a campaign" in faults(templates, name)[0]


def test_a_campaign_that_is_not_there_names_those_that_are(templates: Path) -> None:
    assert faults(templates, "raods") == [
        "templates/raods/campaign.toml: error: there is no such campaign (there are: roads)"
    ]


def test_a_link_out_of_the_folder_is_not_read(templates: Path) -> None:
    secret = templates.parent / "secret.txt"
    secret.write_text("a password")
    (templates / "roads" / "_opening.txt").symlink_to(secret)
    assert faults(templates) == [
        "templates/roads/_opening.txt: error: this is a link out of the templates folder (put the file itself here)"
    ]


def test_a_linked_folder_is_not_read_either(templates: Path) -> None:
    (templates / "roads").rename(templates.parent / "elsewhere")
    (templates / "roads").symlink_to(templates.parent / "elsewhere")
    assert any("a link out of the templates folder" in fault for fault in faults(templates))


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to(path)])
def test_what_is_not_a_file_is_neither_read_nor_waited_for(templates: Path, make: object) -> None:
    assert callable(make)
    make(templates / "roads" / "_opening.txt")
    assert faults(templates) == ["templates/roads/_opening.txt: error: this is not a file"]


def test_a_base_without_letters_is_a_fault(templates: Path) -> None:
    shutil.rmtree(templates / "base")
    assert any(
        "templates/base: error: the letters that every campaign inherits" in f for f in faults(templates)
    )


def test_a_file_that_no_letter_includes_is_a_warning_only(templates: Path) -> None:
    write(templates, "Dear all,", "_openning.txt")
    write(templates, "", "_zzz.txt")
    write(templates, "A letter of its own.", "ode.txt")
    campaign, problems = load(templates, "roads")
    assert campaign is not None
    assert [str(problem) for problem in problems] == [
        "templates/roads/_openning.txt: warning: no letter includes this file (did you mean _opening.txt?)",
        'templates/roads/_zzz.txt: warning: no letter includes this file (include it: {% include "_zzz.txt" %})',
    ]


def test_the_campaigns_of_a_folder_are_listed_by_name(templates: Path) -> None:
    for name in ("alpha", "Not one", "empty"):
        (templates / name).mkdir()
    (templates / "alpha" / "campaign.toml").write_text(GOOD)
    (templates / "Not one" / "campaign.toml").write_text(GOOD)
    assert names(templates) == ("alpha", "roads")


def test_a_new_campaign_can_be_read_and_asks_to_be_filled_in(templates: Path) -> None:
    path = create(templates, "trees")
    assert path == templates / "trees" / "campaign.toml"
    campaign = loaded(templates, "trees")
    assert [part.question for part in campaign.parts] == ["[YOUR QUESTION]"]  # brackets refuse the letter


@pytest.mark.parametrize("name", ["roads", "base", "../trees", "Trees"])
def test_a_new_campaign_neither_overwrites_nor_leaves_the_folder(templates: Path, name: str) -> None:
    before = sorted(templates.parent.rglob("*"))
    with pytest.raises(InputError):
        create(templates, name)
    assert sorted(templates.parent.rglob("*")) == before
