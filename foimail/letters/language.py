"""The language of letters: text, values, conditions, loops, inclusion; nothing else of Jinja.

A campaign folder may come from a stranger, so its files must do no harm. Jinja's sandbox keeps them away from
Python, but lets them fill the memory (`"a" * 10**9`, a variable doubled forty times) or run for ever. Here
nothing is called, multiplied or assigned, so whatever one expression yields is bounded by what stands in it;
loops and inclusion are bounded where they run, in `shelf`.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from jinja2 import TemplateSyntaxError, nodes

from foimail.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jinja2 import Environment

WORDS = (
    *("body", "campaign", "case", "date", "expected", "form", "law", "parts", "regime", "requester", "text"),
    "token",
)
"""The names that a letter may speak of; what each holds is said in `compose`."""

# None of these makes a text more than a few times longer; `replace` or `join`, used on its own result, would.
FILTERS = (
    *("default", "first", "last", "length", "list", "lower"),
    *("rejectattr", "selectattr", "title", "trim", "upper"),
)
TESTS = ("==", "!=", "defined", "eq", "in", "ne", "none", "undefined")

_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Include),
    *(nodes.Name, nodes.Const, nodes.Getattr, nodes.Getitem, nodes.Filter, nodes.Test, nodes.Keyword),
    *(nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.CondExpr),
    *(nodes.Concat, nodes.Add, nodes.Sub, nodes.List, nodes.Tuple),
)
_AS_WRITTEN: dict[type[nodes.Node], str] = {
    nodes.Assign: "{% set %}",
    nodes.AssignBlock: "{% set %}",
    nodes.Call: "a call such as name()",
    nodes.Extends: "{% extends %}",
    nodes.FromImport: "{% from %}",
    nodes.Mul: "the sign *",
    nodes.Pow: "the sign **",
    nodes.Mod: "the sign %",
    nodes.Div: "the sign /",
    nodes.FloorDiv: "the sign //",
}


def faults(environment: Environment, files: Mapping[str, tuple[str, str]]) -> Iterator[Problem]:
    """Every fault of a campaign's templates that can be seen without a body, each with its line.

    Args:
        environment: How the templates will be compiled.
        files: For each name that a letter can include, its place (`templates/cse/_x.txt`) and its text.
    """
    trees: dict[str, nodes.Template] = {}
    for name, (place, text) in files.items():
        try:
            trees[name] = environment.parse(text, name, place)
        except TemplateSyntaxError as error:
            yield _syntax(place, error)
    # A loop's name is known in the files that the loop includes.
    loops = {
        name.name
        for tree in trees.values()
        for loop in tree.find_all(nodes.For)
        for name in _names(loop.target)
    }
    known = sorted({*WORDS, *loops, "loop"})
    for name, tree in trees.items():
        place = files[name][0]
        found = (*_foreign(tree), *_unknown(tree, known), *_missing(tree, files))
        for line, message, hint in sorted(set(found)):
            yield Problem(f"{place}:{line}", message, hint)
        if not found:
            try:
                environment.compile(tree, name, place)
            except TemplateSyntaxError as error:  # unknown filters and tests show only here
                yield _syntax(place, error)


def _syntax(place: str, error: TemplateSyntaxError) -> Problem:
    where, message = f"{place}:{error.lineno}", str(error.message).rstrip(".")
    if unknown := re.match(r"No (filter|test) named '(.*)'", message):
        names = FILTERS if unknown[1] == "filter" else TESTS
        return Problem(where, f"letters have no {unknown[1]} `{unknown[2]}`", "there are " + ", ".join(names))
    return Problem(where, f"this cannot be read: {message}", "look at the braces and the {% endif %} nearby")


def _foreign(tree: nodes.Template) -> Iterator[tuple[int, str, str]]:
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            what = _AS_WRITTEN.get(type(node), type(node).__name__.lower())
            hint = "letters have values, {% if %}, {% for %} and {% include %} only"
            yield node.lineno, f"{what} cannot be used in a letter", hint


def _unknown(tree: nodes.Template, known: list[str]) -> Iterator[tuple[int, str, str]]:
    for node in _names(tree):
        if node.ctx == "load" and node.name not in known:
            near = difflib.get_close_matches(node.name, known, 1)
            hint = f"did you mean `{near[0]}`?" if near else "a letter knows " + ", ".join(WORDS)
            yield node.lineno, f"`{node.name}` is not known here", hint


def _missing(tree: nodes.Template, files: Mapping[str, tuple[str, str]]) -> Iterator[tuple[int, str, str]]:
    for node in tree.find_all(nodes.Include):
        name = node.template.value if isinstance(node.template, nodes.Const) else None
        if not isinstance(name, str):
            yield node.lineno, "a file is included by its name in quotes, not by a value", ""
        elif name not in files:
            near = difflib.get_close_matches(name, sorted(files), 1)
            hint = (
                f"did you mean `{near[0]}`?"
                if near
                else "it is neither beside this file nor in templates/base"
            )
            yield node.lineno, f"there is no file `{name}` to include", hint


def _names(node: nodes.Node) -> Iterator[nodes.Name]:
    if isinstance(node, nodes.Name):
        yield node
    yield from node.find_all(nodes.Name)
