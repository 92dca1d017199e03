"""A form of answers as an officer would fill it in: the workbook's cells are written without the library that made it."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest

from foimail.documents.read import read

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SHEET = "xl/worksheets/sheet1.xml"
_LONG = 40  # characters: a row grows with them in the programs that people use


def fill(workbook: bytes, answers: Mapping[str, str]) -> bytes:
    """The workbook with these answers, by the codes of their rows; only a cell that is there and empty can be filled."""
    (sheet,) = read("form.xlsx", "", workbook).sheets
    numbers = {row[0].strip("[]"): number for number, row in enumerate(sheet.rows, 1) if row}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == _SHEET:
                xml = content.decode()
                for code, answer in answers.items():
                    xml = _filled(xml, numbers[code], answer)
                content = xml.encode()
            after.writestr(name, content)
    return out.getvalue()


def _filled(xml: str, number: int, answer: str) -> str:
    cell = rf'<c r="C{number}" s="(\d+)"/>'
    inline = f'<is><t xml:space="preserve">{escape(answer)}</t></is>'
    xml, count = re.subn(
        cell, lambda found: f'<c r="C{number}" s="{found[1]}" t="inlineStr">{inline}</c>', xml
    )
    assert count == 1, f"row {number} has no empty cell"
    if len(answer) > _LONG:
        row = f'<row r="{number}" spans="1:3"'
        xml = xml.replace(row, f'{row} ht="{15 * (1 + len(answer) // 25)}" customHeight="1"')
    return xml


def libreoffice() -> str:
    """LibreOffice on this machine; without it the test is skipped, or fails where FOIMAIL_REQUIRE names it."""
    program = shutil.which("soffice")
    if program is None:
        if "soffice" in os.environ.get("FOIMAIL_REQUIRE", ""):
            pytest.fail("soffice (LibreOffice) is required and not installed")
        pytest.skip("soffice (LibreOffice) is not installed")
    return program


def converted(folder: Path, content: bytes, before: str, after: str) -> bytes:
    """A file as LibreOffice saves it in another format."""
    file = folder / f"form.{before}"
    file.write_bytes(content)
    done = subprocess.run(
        [
            *(libreoffice(), f"-env:UserInstallation=file://{folder}/profile", "--headless"),
            *("--convert-to", after, "--outdir", folder / "out", file),
        ],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return (folder / "out" / f"form.{after}").read_bytes()
