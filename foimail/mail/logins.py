"""Secrets by reference: a private file, the environment, the keyring or a command's output.

No sentence raised here holds the secret, and exceptions of other libraries are cut off (`from None`), since
their text or traceback might.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from foimail import durable
from foimail.errors import LoginError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

_LARGEST = 64 * 1024  # bytes of a secret file; an access token has a few thousand
_PATIENCE = 60  # seconds for a command: a password store may ask its user


@dataclass(frozen=True, slots=True)
class Login:
    """How to sign in to a mail server: `secret` gives the password, or for xoauth2 a fresh access token."""

    user: str
    auth: Literal["password", "xoauth2"]
    secret: Callable[[], str] = field(repr=False)


def signs_in_by(reference: str) -> str:
    """The provider of `oauth:PROVIDER`; empty for any other reference."""
    kind, _, rest = reference.partition(":")
    return rest.strip() if kind == "oauth" else ""


def is_reference(text: str) -> bool:
    """Whether a setting points to a secret instead of being one."""
    kind, _, rest = text.partition(":")
    return kind in _KINDS and bool(rest.strip())


def resolve(reference: str, environ: Mapping[str, str], base: Path) -> str:
    """The secret behind `file:PATH`, `env:NAME`, `keyring:SERVICE/USER` or `command:...`.

    Args:
        reference: As in foimail.toml; relative paths lie below `base`, where commands run too.
        environ: The environment to look `env:` up in.
        base: The workspace's folder.

    Raises:
        LoginError: The secret cannot be had; the sentence says why and never holds it.
    """
    if not is_reference(reference):
        raise LoginError(
            "A password must be named by reference.",
            "use file:PATH, env:NAME, keyring:SERVICE/USER or command:...",
        )
    kind, _, rest = reference.partition(":")
    secret = _KINDS[kind](rest.strip(), environ, base)
    if not secret:
        raise LoginError(f"The secret of the {kind}: reference is empty.")
    if any(not c.isprintable() for c in secret):
        raise LoginError(f"The secret of the {kind}: reference holds a line break or control character.")
    return secret


def keep(place: str, secret: str, base: Path) -> None:
    """Put a secret of one line where `resolve` finds it: `file:PATH` (made anew, 0600) or `keyring:SERVICE/USER`.

    Raises:
        LoginError: It cannot be kept there; the sentence never holds it.
    """
    kind, _, rest = place.partition(":")
    match kind:
        case "file":
            _into_file(rest.strip(), secret, base)
        case "keyring":
            _into_keyring(rest.strip(), secret)
        case _:
            raise LoginError("A sign-in is kept in a file: or the keyring:.", "oauth.tokens in foimail.toml")


def _into_file(name: str, secret: str, base: Path) -> None:
    try:
        durable.replace(base / Path(name).expanduser(), f"{secret}\n".encode())
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no path"
        raise LoginError(f"The secret file {name} cannot be written: {why}.") from None


def _into_keyring(name: str, secret: str) -> None:
    service, user = _entry(name)
    with _keyring() as keyring:
        keyring.set_password(service, user, secret)


def _from_file(name: str, _environ: Mapping[str, str], base: Path) -> str:
    try:
        path = base / Path(name).expanduser()
        # The open file is examined, not its name: the name may point elsewhere a moment later.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise LoginError(f"The secret file {path} is not a file.")
            if found.st_uid != os.geteuid():
                raise LoginError(f"The secret file {path} belongs to another user.", "make it your own")
            if found.st_mode & 0o077:
                raise LoginError(f"The secret file {path} can be read by others.", f"chmod 600 {path}")
            content = file.read(_LARGEST)
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) else "that is no path"
        raise LoginError(f"The secret file {name} cannot be read: {why}.") from None
    return _first_line(content, f"The secret file {path}")


def _from_environment(name: str, environ: Mapping[str, str], _base: Path) -> str:
    if name not in environ:
        raise LoginError(f"The environment variable {name} is not set.")
    return environ[name]


def _from_keyring(name: str, _environ: Mapping[str, str], _base: Path) -> str:
    service, user = _entry(name)
    with _keyring() as keyring:
        secret = keyring.get_password(service, user)
    if secret is None:
        raise LoginError(
            f"The keyring holds nothing for {user} at {service}.", f"keyring set {service} {user}"
        )
    return str(secret)


def _entry(name: str) -> tuple[str, str]:
    service, slash, user = name.rpartition("/")
    if not (slash and service and user):
        raise LoginError("A keyring entry is written as keyring:SERVICE/USER.")
    return service, user


@contextmanager
def _keyring() -> Iterator[ModuleType]:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        raise LoginError(
            "The keyring is not installed.", "pipx inject foimail keyring, or use file:PATH"
        ) from None
    try:
        yield keyring
    except (KeyringError, RuntimeError, OSError):
        raise LoginError(
            "This machine has no keyring that can be opened.", "use file:PATH or env:NAME"
        ) from None


def _from_command(command: str, environ: Mapping[str, str], base: Path) -> str:
    try:
        words = shlex.split(command)
    except ValueError:
        raise LoginError("The command for the secret has an open quotation mark.") from None
    if not words:
        raise LoginError("The command for the secret is empty.")
    program = words[0]  # the only word that is ever shown: the others might name the secret
    try:
        done = subprocess.run(
            words,
            cwd=base,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LoginError(f"The command {program} gave no secret within {_PATIENCE} seconds.") from None
    except OSError as error:
        raise LoginError(f"The command {program} for the secret cannot be run: {error.strerror}.") from None
    if done.returncode:
        raise LoginError(f"The command {program} for the secret ended with status {done.returncode}.")
    return _first_line(done.stdout, f"The output of {program}")


def _first_line(content: bytes, what: str) -> str:
    try:
        return content.decode("utf-8-sig").partition("\n")[0].rstrip("\r")
    except UnicodeDecodeError:
        raise LoginError(f"{what} is not text.") from None


_KINDS: dict[str, Callable[[str, Mapping[str, str], Path], str]] = {
    "file": _from_file,
    "env": _from_environment,
    "keyring": _from_keyring,
    "command": _from_command,
}
