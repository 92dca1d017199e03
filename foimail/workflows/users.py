"""Who may come to the desk by name: added, given a new password, removed. Their desk sees it with the next page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from foimail.errors import InputError
from foimail.files import users
from foimail.files.users import User

if TYPE_CHECKING:
    from foimail.workspace import Workspace

COLUMNS = ("name", "decides")


def rows(ws: Workspace) -> list[dict[str, object]]:
    """A row for each person, by name; no hash."""
    return [{"name": one.name, "decides": one.decides} for _, one in sorted(users.load(ws.folder).items())]


def add(ws: Workspace, name: str, password: str, *, decides: bool = True) -> User:
    """Let somebody in by this name. InputError where there is one of that name, or the password is too easy."""
    name = users.check_name(name)
    new = User(name, users.hashed(password, name), decides)
    with ws.only_one("users"):
        found = users.load(ws.folder)
        if users.key(name) in found:
            raise InputError(
                f"{name} is there already", hint=f'foimail users password "{name}" gives a new password'
            )
        users.save(ws.folder, [*found.values(), new])
    return new


def change(ws: Workspace, name: str, password: str) -> None:
    """Give somebody a new password; their visits to the desk end."""
    with ws.only_one("users"):
        found = users.load(ws.folder)
        user = known(ws, name)
        found[users.key(name)] = replace(user, hash=users.hashed(password, user.name))
        users.save(ws.folder, found.values())


def remove(ws: Workspace, name: str) -> User:
    """Let somebody in no more; their visits to the desk end. What they decided stays under their name."""
    with ws.only_one("users"):
        user = known(ws, name)
        left = [one for one in users.load(ws.folder).values() if one != user]
        users.save(ws.folder, left)
    return user


def known(ws: Workspace, name: str) -> User:
    """The person of this name; InputError where there is none."""
    user = users.load(ws.folder).get(users.key(name))
    if user is None:
        raise InputError(f"nobody is called {name}", hint="foimail users list")
    return user
