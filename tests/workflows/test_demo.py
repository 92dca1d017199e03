"""`foimail demo`: the whole round on invented replies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.desk import end_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_demo_runs_from_the_registry_to_the_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = end_of(capsys, "demo", str(tmp_path / "demo"))
    assert ended.code == 0
    for sentence in (
        "$ foimail",
        "send --all-trusts --yes",
        "12 invented replies",
        "Look next at",
        "2026-10-08 web",
    ):
        assert sentence in ended.err
    assert "failed 0" in ended.out
    assert "Milton Keynes University Hospital" in ended.out
    assert "overdue" in ended.out
    again = end_of(capsys, "demo", str(tmp_path / "demo"))
    assert (again.code, "holds a workspace already" in again.err) == (5, True)
