from __future__ import annotations

from email.message import Message
from importlib.metadata import Distribution, PackageNotFoundError
from typing import TYPE_CHECKING

import pytest

from tests.licences import closure, licence, offenders

if TYPE_CHECKING:
    from pathlib import Path


class Package(Distribution):
    """A package that says this of itself."""

    def __init__(self, **fields: str) -> None:
        self.fields = fields

    @property
    def metadata(self) -> Message:  # type: ignore[override]  # what importlib.metadata reads from a file
        message = Message()
        for name, value in self.fields.items():
            message[name.replace("_", "-")] = value
        return message

    def read_text(self, filename: str) -> str | None:
        return "GNU AFFERO GENERAL PUBLIC LICENSE" if filename == "licenses/COPYING" else None

    def locate_file(self, path: object) -> Path:  # pragma: no cover - abstract in Distribution
        raise NotImplementedError


def test_what_an_ordinary_installation_brings_is_free_of_copyleft() -> None:
    found = closure("foimail")
    assert {"foimail", "sqlalchemy", "jinja2", "markupsafe"} <= set(found)
    assert "fpdf2" not in found
    assert offenders(found) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"License_Expression": "GPL-3.0-or-later"},
        {"License_Expression": "MIT AND AGPL-3.0-only"},
        {"License": "GNU General Public License v3"},
        {"Classifier": "License :: OSI Approved :: GNU Affero General Public License v3"},
        {"License_File": "COPYING"},
        {"Name": "silent"},
    ],
)
def test_copyleft_and_silence_are_found(fields: dict[str, str]) -> None:
    (offender,) = offenders({"other": Package(**fields)})
    assert offender.startswith("other: ")


@pytest.mark.parametrize(
    "fields",
    [
        {"License_Expression": "MIT"},
        {"License": "LGPL-2.1-or-later"},
        {"Classifier": "License :: OSI Approved :: BSD License"},
        {"License": "GNU Lesser General Public License v3"},
    ],
)
def test_other_licences_pass(fields: dict[str, str]) -> None:
    assert offenders({"other": Package(**fields)}) == []


def test_a_whole_licence_text_is_named_by_its_first_line() -> None:
    assert (
        licence(Package(License="BSD 3-Clause\nRedistribution ... General Public License")) == "BSD 3-Clause"
    )


def test_a_package_that_is_not_installed_is_no_pass() -> None:
    with pytest.raises(PackageNotFoundError):
        closure("no-such-package-of-ours")
