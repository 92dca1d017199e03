from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from foimail.cli.campaign import campaign
from foimail.cli.preview import letter, preview
from foimail.cli.session import Session
from foimail.errors import FoimailError, InputError

TEMPLATES = Path(__file__).parents[2] / "templates"
SETTINGS = """\
[requester]
name = "Rowan Ashdown"
email = "foi@northlight-research.example"
"""
REGISTRY = """\
bodies:
  - id: RXX
    name: Elmvale NHS Foundation Trust
    nation: England
    type: acute
    email: foi@elmvale.example
  - id: strathelm
    name: NHS Strathelm
    nation: Scotland
    type: health board
    email: foi@strathelm.example
  - id: dwr
    name: Bwrdd Iechyd Dŵr y Felin
    nation: Wales
    type: health board
  - id: RYY
    name: Bexcombe NHS Trust
    nation: England
    type: acute
    status: closed
    closed_on: 2024-04-01
    successor: RXX
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "foimail.toml").write_text(SETTINGS)
    (tmp_path / "trusts.yaml").write_text(REGISTRY, encoding="utf-8")
    shutil.copytree(TEMPLATES, tmp_path / "templates")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: object, *arguments: str, campaign_name: str | None = None) -> Result:
    session = Session(Path.cwd(), date(2026, 11, 22), campaign_name)
    return CliRunner().invoke(command, list(arguments), obj=session)  # type: ignore[arg-type] # a command or a group


def refusal(result: Result) -> InputError:
    assert isinstance(result.exception, InputError), result.output
    assert result.exception.exit_code == 4
    return result.exception


def break_opening(text: str) -> None:
    Path("templates/cse/_opening.txt").write_text(text, encoding="utf-8")


def test_preview_shows_the_letters_to_the_bodies_named() -> None:
    result = run(preview, "rxx", "strathelm")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(
        "To: Elmvale NHS Foundation Trust <foi@elmvale.example>\nSubject: Freedom of "
    )
    assert "\nTo: NHS Strathelm <foi@strathelm.example>\n" in result.stdout
    assert "[FOI-2A3B4C]" in result.stdout
    assert result.stderr == "The reference FOI-2A3B4C is a sample; each body gets its own on sending.\n"


def test_preview_of_all_leaves_out_closed_bodies_but_not_those_without_an_address() -> None:
    result = run(preview, "--all-trusts")
    assert "To: Bwrdd Iechyd Dŵr y Felin (no e-mail address)" in result.stdout
    assert "Bexcombe" not in result.stdout


def test_preview_writes_a_file_for_each_body(folder: Path) -> None:
    result = run(preview, "--all-trusts", "--out", "letters")
    assert (result.exit_code, result.stdout) == (0, "")
    assert sorted(path.name for path in (folder / "letters").iterdir()) == [
        "RXX.txt",
        "dwr.txt",
        "strathelm.txt",
    ]
    assert "Croesewir" in (folder / "letters" / "dwr.txt").read_text("utf-8")


def test_files_of_bodies_whose_ids_differ_by_case_do_not_overwrite_each_other(folder: Path) -> None:
    from foimail.model import Body, Letter
    from foimail.workflows.preview import save

    ids = ("dwr", "DWR", "../../dwr", "..")
    made = [(Body(i, i, "Wales"), Letter("request", i, None, "s", "t\n", "w")) for i in ids]
    assert save(folder / "out", made) == 4
    assert sorted(path.name for path in (folder / "out").iterdir()) == [
        "DWR-2.txt",
        "body.txt",
        "dwr-2-2.txt",
        "dwr.txt",
    ]


@pytest.mark.parametrize("arguments", [(), ("RXX", "--all-trusts")])
def test_preview_wants_either_codes_or_all(arguments: tuple[str, ...]) -> None:
    result = run(preview, *arguments)
    assert result.exit_code == 2
    assert "Name the bodies by their codes, or give --all-trusts." in result.stderr


def test_preview_of_an_unknown_code_is_refused() -> None:
    assert "no body has the code 'RXZ'" in str(refusal(run(preview, "RXZ")))


def test_preview_shows_the_good_letters_and_names_the_faults_of_the_others() -> None:
    break_opening('{% if body.nation == "Wales" %}[GREETING]{% endif %}Hello')
    result = run(preview, "--all-trusts")
    problems = refusal(result).problems
    assert [problem.where for problem in problems] == ["templates/cse/_opening.txt:1"]
    assert "To: NHS Strathelm" in result.stdout
    assert "To: Bwrdd" not in result.stdout


def test_a_letter_keeps_its_reference_and_opens_one_case_only() -> None:
    first, second = run(letter, "dwr"), run(letter, "dwr")
    assert first.exit_code == 0, first.output
    assert first.stdout == second.stdout
    assert first.stdout.startswith("To: Bwrdd Iechyd Dŵr y Felin (no e-mail address)\nSubject: ")
    assert "FOI-2A3B4C" not in first.stdout
    assert "foimail sent dwr --by form --on 2026-11-22" in first.stderr
    shown = run(preview, "dwr")  # the preview now shows the real reference
    assert shown.stdout == first.stdout
    assert shown.stderr == ""


def test_a_letter_is_written_into_a_file() -> None:
    result = run(letter, "dwr", "--out", "letter.txt")
    assert result.stdout == ""
    assert "The letter to Bwrdd Iechyd Dŵr y Felin is in letter.txt." in result.stderr
    assert "Croesewir" in Path("letter.txt").read_text("utf-8")


def test_a_letter_is_printed_as_pdf() -> None:
    result = run(letter, "dwr", "--pdf")
    assert result.exit_code == 0, result.output
    assert Path("dwr.pdf").read_bytes().startswith(b"%PDF-")
    assert "is in dwr.pdf" in result.stderr


def test_a_character_that_the_pdf_lacks_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from foimail.output import pdf

    real = pdf.letter_pdf
    monkeypatch.setattr(pdf, "letter_pdf", lambda heading, text, on: real(heading, text, on, fonts=()))
    assert "The font has no ŵ: the nearest letter is printed instead." in run(letter, "dwr", "--pdf").stderr


def test_a_pdf_without_its_library_is_refused_before_a_case_is_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("foimail.output.pdf.find_spec", lambda _: None)
    result = run(letter, "dwr", "--pdf")
    assert isinstance(result.exception, FoimailError)
    assert "foimail[pdf]" in str(result.exception)
    assert "FOI-2A3B4C" in run(preview, "dwr").stdout


def test_a_letter_to_a_closed_body_names_its_successor() -> None:
    assert str(refusal(run(letter, "RYY"))) == "Bexcombe NHS Trust is closed (its successor is RXX)"


def test_a_refused_letter_opens_no_case() -> None:
    break_opening("Dear [NAME],")
    assert [p.where for p in refusal(run(letter, "dwr")).problems] == ["templates/cse/_opening.txt:1"]
    Path("templates/cse/_opening.txt").unlink()
    assert "FOI-2A3B4C" in run(preview, "dwr").stdout


def test_the_list_of_campaigns_without_fault_ends_well() -> None:
    assert run(campaign, "list").exit_code == 0


def test_campaigns_are_listed_with_their_parts_and_bodies() -> None:
    Path("templates/broken").mkdir()
    Path("templates/broken/campaign.toml").write_text("title = 3")
    result = run(campaign, "list")
    heading, _, cse = result.stdout.splitlines()
    assert heading.split() == ["campaign", "title", "parts", "bodies"]
    assert cse.startswith("cse")
    assert cse.split()[-2:] == ["4", "3"]
    assert refusal(result).problems[0].where == "templates/broken/campaign.toml:1"


def test_a_campaign_without_fault_is_checked_for_every_body() -> None:
    result = run(campaign, "check")
    assert (result.exit_code, result.stdout) == (0, "campaign cse: 3 letters, no fault\n")


def test_a_fault_of_every_letter_is_shown_once_and_one_of_some_names_the_first() -> None:
    break_opening('Dear [NAME],\n{% if body.type == "health board" %}\n{{ body.region }}\n{% endif %}')
    Path("templates/cse/_particulars.txt").write_text("[MORE]")
    problems = refusal(run(campaign, "check", "cse")).problems
    assert [f"{problem.where}: {problem.message}" for problem in problems] == [
        "templates/cse/_opening.txt:1: a placeholder is left in the letter: [NAME] (letter to Elmvale NHS Foundation Trust)",
        "templates/cse/_particulars.txt:1: a placeholder is left in the letter: [MORE] (letter to Elmvale NHS Foundation Trust)",
        "templates/cse/_opening.txt:3: a value is empty in {{ body.region }} (letter to NHS Strathelm)",
    ]
    Path("templates/cse/_opening.txt").unlink()
    problems = refusal(run(campaign, "check", "cse")).problems
    assert [problem.message for problem in problems] == ["a placeholder is left in the letter: [MORE]"]


def test_faults_of_the_templates_are_found_without_any_body() -> None:
    Path("trusts.yaml").write_text("bodies: []")
    break_opening("{{ bdoy.name }}")
    assert [p.where for p in refusal(run(campaign, "check")).problems] == ["templates/cse/_opening.txt:1"]


def test_a_campaign_that_asks_nobody_is_warned_of() -> None:
    path = Path("templates/cse/campaign.toml")
    path.write_text(re.sub("(?m)^nations = .*", 'nations = ["Northern Ireland"]', path.read_text()))
    result = run(campaign, "check")
    assert result.exit_code == 0, result.stderr
    assert "warning: no active body of trusts.yaml is among those asked" in result.stderr
    assert result.stdout == "campaign cse: 0 letters, no fault\n"


def test_a_slip_in_the_audience_is_a_fault_with_its_line() -> None:
    path = Path("templates/cse/campaign.toml")
    path.write_text(
        re.sub("(?m)^nations = .*", 'types = ["acut"]\nexclude = ["rxx", "RYY"]', path.read_text())
    )
    faults = [str(problem) for problem in refusal(run(campaign, "check")).problems]
    assert faults == [
        "templates/cse/campaign.toml:9: error: `types`: no body of trusts.yaml has 'acut' (did you mean acute?)",
        "templates/cse/campaign.toml:10: error: `exclude`: no body of trusts.yaml has 'rxx' (did you mean RXX?)",
    ]


def test_a_campaign_on_the_environment_is_written_under_the_regulations() -> None:
    path = Path("templates/cse/campaign.toml")
    path.write_text("environmental = true\n" + path.read_text())
    assert run(campaign, "check").stdout == "campaign cse: 3 letters, no fault\n"


def test_a_campaign_that_is_not_there_is_a_fault() -> None:
    problems = refusal(run(campaign, "check", "potholes")).problems
    assert [str(p) for p in problems] == [
        "templates/potholes/campaign.toml: error: there is no such campaign (there are: cse)"
    ]


def test_a_new_campaign_must_be_filled_in_before_a_letter_goes() -> None:
    result = run(campaign, "new", "potholes")
    assert result.stdout.strip().endswith("templates/potholes/campaign.toml")
    assert "foimail campaign check potholes" in result.stderr
    problems = refusal(run(campaign, "check", "potholes")).problems
    assert "a placeholder is left in the letter: [YOUR QUESTION]" in [p.message for p in problems]
    text = Path("templates/potholes/campaign.toml").read_text()
    for hole in ("[WHAT THE CAMPAIGN IS ABOUT]", "[SUBJECT]", "[YOUR QUESTION]"):
        text = text.replace(hole, "potholes")
    Path("templates/potholes/campaign.toml").write_text(text)
    assert (
        run(campaign, "check", campaign_name="potholes").stdout == "campaign potholes: 3 letters, no fault\n"
    )
    assert refusal(run(campaign, "new", "potholes")).message.startswith("there is already a campaign")
