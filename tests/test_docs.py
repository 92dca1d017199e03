"""What the documentation says is so: generated parts are fresh, blocks run, links lead somewhere, nothing is left out."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
import pytest

from foimail import __version__, errors
from foimail.files import campaign_table, settings
from foimail.files.settings import SPEC
from foimail.law.position import STAGES
from foimail.letters import facts, language
from foimail.mail.server import parse_url
from foimail.store import outbox

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("**/*.md"))]
REFRESH: dict[str, Any] = runpy.run_path(str(DOCS / "refresh.py"))
CONTEXTS: list[click.Context] = list(REFRESH["contexts"]())
_BLOCK = re.compile(r"^(<!-- runnable -->\n)?```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILES = {page.relative_to(ROOT).as_posix(): page for page in PAGES}


def text(page: str) -> str:
    return _FILES[page].read_text(encoding="utf-8")


def blocks(page: str, kind: str, *, runnable: bool = False) -> list[str]:
    return [
        found[3] for found in _BLOCK.finditer(text(page)) if found[2] == kind and (found[1] or not runnable)
    ]


# Generated parts


@pytest.mark.parametrize("name", list(REFRESH["PARTS"]))
def test_a_generated_part_is_fresh(name: str) -> None:
    path, fresh = REFRESH["page"](name)
    assert path.read_text(encoding="utf-8") == fresh, "run docs/refresh.py"


@pytest.mark.slow
def test_every_picture_of_the_desk_is_made_by_its_program_referred_to_and_small() -> None:
    made = set(runpy.run_path(str(DOCS / "screens.py"))["SCREENS"])
    there = {path.name for path in DOCS.glob("*.png")}
    guide = (DOCS / "guide.md").read_text(encoding="utf-8")
    assert there == made
    assert {name for name in there if f"]({name})" in guide} == made
    assert "](docs/desk-review.png)" in (DOCS.parent / "README.md").read_text(encoding="utf-8")
    assert {name: size for name in there if (size := (DOCS / name).stat().st_size) > 150_000} == {}


def test_the_pictures_are_those_of_todays_demo() -> None:
    drawn = runpy.run_path(str(DOCS / "picture.py"))["pictures"]()
    assert {name: (DOCS / name).read_text(encoding="utf-8") for name in drawn} == drawn, "run docs/picture.py"


# Nothing is left out


@pytest.mark.parametrize("context", CONTEXTS, ids=lambda c: c.command_path.replace(" ", "-"))
def test_every_command_and_option_is_documented_and_explains_itself(context: click.Context) -> None:
    section = text("docs/commands.md").partition(f"## {context.command_path}\n")[2].partition("\n## ")[0]
    assert (context.command.help or "").strip()
    for parameter in context.command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{parameter.opts} says nothing"
            assert set(parameter.opts) <= set(re.findall(r"--?[a-z][a-z-]*", section))


def test_every_setting_is_documented() -> None:
    page = text("docs/settings.md")
    for setting in SPEC:
        section = page.partition(f"## [{setting.section}]\n")[2].partition("\n## ")[0]
        assert f"| `{setting.key}` |" in section


def test_every_exit_code_is_documented() -> None:
    table = re.findall(r"^\| (\d+) \| \S", text("docs/operations.md"), re.MULTILINE)
    raised = {
        error.exit_code
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.FoimailError)
    }
    source = (ROOT / "foimail" / "cli" / "main.py").read_text(encoding="utf-8")
    ended = {int(code) for code in re.findall(r"sys\.exit\((\d+)\)", source)}
    assert {int(code) for code in table} == raised | ended | {0, 2, errors.DONE_WITH_PROBLEMS}


def test_every_key_of_a_campaign_and_word_of_a_letter_is_documented() -> None:
    page = text("docs/campaigns.md")
    keys = {*campaign_table._KEYS, *campaign_table._AUDIENCE_KEYS, *campaign_table._PART_KEYS}
    first_columns = "".join(re.findall(r"^\| (`[^|]+`) \|", page, re.MULTILINE))
    listed = {name.strip("[]").partition(".")[0] for name in re.findall(r"`([^`]+)`", first_columns)}
    assert listed == keys | set(language.WORDS) | (set(facts.LETTERS) - {"request"})


def test_every_stage_and_every_state_of_a_letter_is_documented() -> None:
    listed = set(re.findall(r"^\| `(\w+)` \|", text("docs/guide.md"), re.MULTILINE))
    assert listed == {*STAGES, *get_args(outbox.State)}


def test_every_decision_is_numbered_and_listed() -> None:
    decisions = sorted(path.name for path in (DOCS / "adr").iterdir())
    assert [int(name[:4]) for name in decisions] == list(range(1, len(decisions) + 1))
    assert all(f"(adr/{name})" in text("docs/design.md") for name in decisions)


def test_the_changelog_speaks_of_this_version() -> None:
    assert f"## [{__version__}]" in text("CHANGELOG.md")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == __version__


# What is shown is so


@pytest.mark.parametrize("page", _FILES)
def test_links_lead_somewhere(page: str) -> None:
    here = _FILES[page]
    for target in re.findall(r"\]\(([^)\s]+)\)", text(page)):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        there = (here.parent / file).resolve() if file else here
        assert there.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w-]", "", h.lower().replace(" ", "-")) for h in headings}, target


@pytest.mark.parametrize("page", [page for page in _FILES if blocks(page, "sh", runnable=True)])
def test_runnable_blocks_run(page: str, tmp_path: Path) -> None:
    # foimail is the one under test and pipx has done its work; all else is as written
    script = 'foimail() { "$PYTHON" -m foimail "$@"; }\npipx() { :; }\nset -euo pipefail\n' + "\n".join(
        blocks(page, "sh", runnable=True)
    )
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FOIMAIL_")}
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=kept | {"HOME": str(tmp_path), "PYTHON": sys.executable, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def lines_with_foimail() -> Iterator[tuple[str, str]]:
    for page in _FILES:
        for block in (*blocks(page, "sh"), *blocks(page, "text")):
            for line in block.splitlines():
                if page != "docs/commands.md" and (found := re.search(r"\bfoimail (?!=).*", line)):
                    yield page, found[0]
        for line in re.findall(r"`(foimail [^`\n]+)`", text(page)):
            if page != "docs/commands.md":
                yield page, line


@pytest.mark.parametrize(("page", "line"), sorted(set(lines_with_foimail())))
def test_commands_that_are_shown_exist_with_their_options(page: str, line: str) -> None:
    words = shlex.split(re.split(r"\|\||[|>;]", line)[0], comments=True)
    context = CONTEXTS[0]
    known = {c.command_path: c for c in CONTEXTS}
    options = [o for p in context.command.params for o in (*p.opts, *p.secondary_opts)]
    for word in words[1:]:
        if f"{context.command_path} {word}" in known:
            context = known[f"{context.command_path} {word}"]
            options += [o for p in context.command.params for o in (*p.opts, *p.secondary_opts)]
        elif word.startswith("-") and word != "-":
            assert word in {*options, "--help"}, f"{page}: {line}"
    assert context is not CONTEXTS[0] or words[1] in {"COMMAND", "--campaign"}, f"{page}: {line}"


@pytest.mark.parametrize("page", ["README.md", "docs/settings.md", "docs/mailboxes.md"])
def test_settings_that_are_shown_are_accepted(page: str) -> None:
    shown = blocks(page, "toml")
    assert shown
    for block in shown:
        whole = block if block.startswith("[") else f"[mail]\n{block}"
        found, problems = settings.read(f'[requester]\nname = "R"\nemail = "r@example.org"\n{whole}', {}, {})
        assert not problems
        parse_url(found["mail.outgoing"])
        parse_url(found["mail.incoming"])


def test_every_test_that_the_page_on_security_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", text("docs/security.md")))
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > 40
    assert named - set(re.findall(r"^def (test_\w+)\(", tests, re.MULTILINE)) == set()


def test_every_guard_of_the_network_files_and_terminal_is_on_the_page_on_security() -> None:
    page = text("docs/security.md")
    assert "](design.md#guards-and-how-each-is-seen-to-hold)" in page
    assert all(f"## {title}\n" in page for title in ("Mail", "Attachments", "The network and logins"))
