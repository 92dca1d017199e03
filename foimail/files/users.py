"""Who may come to the desk by name: a file, the owner's alone, with a hash of each password (Argon2id, RFC 9106)."""

from __future__ import annotations

import json
import os
import stat
import unicodedata
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from foimail import durable
from foimail.errors import InputError, WorkspaceError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from argon2 import PasswordHasher

FILE = ".desk-users.json"
SHORTEST = 12  # characters of a password
_LONGEST = 1000  # of a password; of a file it is _LARGEST
_LONGEST_NAME = 80
_SHORT = 4  # characters that say little
_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class User:
    """A person: the name that is recorded with what they decide, the hash of their password, and whether they may decide."""

    name: str
    hash: str = field(repr=False)
    decides: bool = True


def key(name: str) -> str:
    """A name as it is compared: neither capitals nor the way an accent is written count."""
    return unicodedata.normalize("NFKC", name).casefold().strip()


def check_name(name: str) -> str:
    """The name as it is kept; InputError where it cannot be one."""
    found = unicodedata.normalize("NFC", name).strip()
    if not found or len(found) > _LONGEST_NAME or not found.isprintable():
        raise InputError(
            "this is no name of a person", hint=f"one line of at most {_LONGEST_NAME} characters"
        )
    return found


def hashed(password: str, name: str) -> str:
    """What is kept of a password; InputError where it is too easy, in words that do not repeat it."""
    if not SHORTEST <= len(password) <= _LONGEST:
        raise InputError(
            f"a password has {SHORTEST} characters or more",
            hint="four words that nobody would guess are good",
        )
    has_name = len(key(name)) > _SHORT and key(name) in key(password)
    if has_name or len(set(password)) <= _SHORT:  # aaaaaaaaaaaa, 121212121212
        raise InputError("this password is too easy to guess", hint="take four words that nobody would guess")
    return _hasher().hash(password)


def fits(password: str, user: User | None) -> bool:
    """Whether it is this person's password; for nobody it takes as long, so that no name is given away."""
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        _hasher().verify(user.hash if user else _nobodys(), password[:_LONGEST])
    except (Argon2Error, InvalidHashError):
        return False
    return user is not None


def load(folder: Path) -> dict[str, User]:
    """Everybody, by `key` of the name. WorkspaceError where others can read or write the file, or it makes no sense."""
    path = folder / FILE
    try:
        # the open file is examined, not its name
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:
            found = os.fstat(file.fileno())
            if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
                raise WorkspaceError(
                    f"{path} is not yours alone, so nobody can come in by name", f"chmod 600 {path}"
                )
            listed = json.loads(file.read(_LARGEST))
        users = [User(str(one["name"]), str(one["hash"]), one["decides"] is True) for one in listed]
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, TypeError, LookupError):
        raise WorkspaceError(
            f"{path} makes no sense", "delete it, and name the users again with `foimail users add`"
        ) from None
    return {key(user.name): user for user in users}


def save(folder: Path, users: Iterable[User]) -> None:
    """Keep these, and nobody else; the file is there as a whole or not at all."""
    path = folder / FILE
    text = json.dumps([asdict(user) for user in users], indent=1, ensure_ascii=False)
    try:
        durable.replace(path, f"{text}\n".encode())
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be written: {error.strerror}") from None


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys() -> str:
    return _hasher().hash(os.urandom(16).hex())
