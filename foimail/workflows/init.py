"""Make a workspace: settings, registry and templates, copied from what foimail ships."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from foimail.errors import InputError, Problem, WorkspaceError
from foimail.files import settings as settings_file
from foimail.files.settings_write import quoted
from foimail.mail.maildir import make_maildir

_SETTINGS = """\
# The settings of this workspace. docs/settings.md lists them all.

[requester]
name = {name}                        # your real name: the Act asks for it
email = {email}

[mail]
outgoing = "maildir:outbox"          # or smtp://user@host:587 (STARTTLS) or smtps://user@host:465
incoming = "maildir:inbox"           # or imaps://user@host or imap://user@host (STARTTLS)
# password = "file:password.txt"     # never the password itself: file:, env:, keyring: or command:

[store]
url = "sqlite:///foimail.db"
"""


def shipped(name: str) -> Path:
    """`templates` or `trusts.yaml` as shipped: inside an installed wheel, or at the top of a source tree."""
    package = Path(__file__).parent.parent
    inside = package / "_shipped" / name
    return inside if inside.exists() else package.parent / name


def make(folder: Path, name: str, email: str) -> None:
    """Make a workspace in `folder`, which only its owner can open. WorkspaceError where one is there already."""
    if (folder / settings_file.FILE).exists():
        raise WorkspaceError(f"{folder} is a workspace already", "nothing was changed")
    text = _SETTINGS.format(name=quoted(name), email=quoted(email))
    _, problems = settings_file.read(text, {}, {})
    if problems or not name.strip():
        raise InputError("no workspace was made", problems or [Problem("--name", "your name is missing")])
    # 0700: the letters concern children, and the registry of logins lies beside them
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for there in ("trusts.yaml", "templates"):
        target = folder / there
        if target.exists():
            continue
        source = shipped(there)
        if source.is_dir():
            shutil.copytree(source, target, copy_function=shutil.copyfile)
            for inner in (target, *(path for path in target.rglob("*") if path.is_dir())):
                inner.chmod(0o700)  # `copytree` gives folders the permissions of the installed ones
        else:
            shutil.copyfile(source, target)
    for box in ("inbox", "outbox"):
        make_maildir(folder / box)
    # last: a folder with foimail.toml is a whole workspace
    descriptor = os.open(folder / settings_file.FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
