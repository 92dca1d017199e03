"""Secrets by reference, and that no sentence gives one away."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from foimail.errors import LoginError
from foimail.mail import logins
from foimail.mail.logins import Login, is_reference, resolve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class OneEntry(KeyringBackend):
    """A keyring with one password in it."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        return "hunter2" if (service, username) == ("mail/foi", "me@a.test") else None

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def _own_keyring() -> Iterator[None]:
    before = keyring.get_keyring()
    keyring.set_keyring(OneEntry())  # type: ignore[no-untyped-call]  # keyring has no types here
    yield
    keyring.set_keyring(before)


def secret_file(folder: Path, content: bytes = b"hunter2\nand a note\n", mode: int = 0o600) -> Path:
    path = folder / "secret"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_each_kind_of_reference_gives_its_secret(tmp_path: Path) -> None:
    path = secret_file(tmp_path)
    for reference in (
        "file:secret",
        f"file:{path}",
        "env:FOI_SECRET",
        "keyring:mail/foi/me@a.test",
        f"command:{sys.executable} -c \"print('hunter2'); print('more')\"",
        "command:cat secret",
    ):
        assert resolve(reference, {**os.environ, "FOI_SECRET": "hunter2"}, tmp_path) == "hunter2", reference


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    secret_file(tmp_path, mode=mode)
    with pytest.raises(LoginError, match=r"can be read by others.*chmod 600"):
        resolve("file:secret", {}, tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_another_user_is_refused(tmp_path: Path) -> None:
    os.chown(secret_file(tmp_path), 65534, 65534)
    with pytest.raises(LoginError, match="another user"):
        resolve("file:secret", {}, tmp_path)


@pytest.mark.parametrize(
    ("reference", "sentence"),
    [
        ("hunter2", "by reference"),
        ("env:", "by reference"),
        ("file:absent", "No such file"),
        ("file:.", "is not a file|Is a directory"),
        ("env:ABSENT", "not set"),
        ("env:EMPTY", "is empty"),
        ("env:TWO_LINES", "line break"),
        ("keyring:nothing", "SERVICE/USER"),
        ("keyring:mail/you@a.test", "holds nothing"),
        ("command:'open", "quotation mark"),
        ("command:absent-program hunter2", "cannot be run"),
        (
            "command:sh -c 'echo hunter2 >&2; echo hunter2; exit 3'",
            "command sh for the secret ended with status 3",
        ),
        ("command:printf '\\377hunter2'", "not text"),
        ("command:true", "is empty"),
    ],
)
def test_what_cannot_be_had_is_a_sentence_without_the_secret(
    tmp_path: Path, reference: str, sentence: str
) -> None:
    environ = {**os.environ, "EMPTY": "", "TWO_LINES": "hunter2\nx"}
    with pytest.raises(LoginError, match=sentence) as caught:
        resolve(reference, environ, tmp_path)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_command_that_never_ends_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "_PATIENCE", 0.2)
    with pytest.raises(LoginError, match="within"):
        resolve("command:sleep 20", dict(os.environ), tmp_path)


def test_a_machine_without_a_keyring_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]  # keyring has no types here
    with pytest.raises(LoginError, match="no keyring"):
        resolve("keyring:mail/me", {}, tmp_path)
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(LoginError, match="not installed"):
        resolve("keyring:mail/me", {}, tmp_path)


def test_a_login_does_not_show_its_secret() -> None:
    assert "hunter2" not in repr(Login("me", "password", lambda secret="hunter2": secret))  # type: ignore[misc]  # a default


@pytest.mark.parametrize(
    ("text", "expected"),
    [("file:x", True), ("env:X", True), ("keyring:a/b", True), ("command:pass x", True)]
    + [(text, False) for text in ("", "hunter2", "file:", "env: ", "http://x", "FILE")],
)
def test_references_are_told_from_secrets(text: str, *, expected: bool) -> None:
    assert is_reference(text) is expected
