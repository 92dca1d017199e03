"""Settings written as text: what `foimail.toml` says, without anything that leads to a secret."""

from __future__ import annotations

from foimail.files.settings import SPEC, read

_LEFT_OUT = """\
# Settings taken over from an archive. What points to passwords, and where the store is, was left out on purpose:
# docs/settings.md says how to set mail.password anew.
"""


def without_secrets(text: str) -> str:
    """The settings of this `foimail.toml` written afresh; what is not a setting, comments too, is left out.

    Left out as well are the references to secrets (a stranger's `command:` would be run here) and the place of the store
    (that of another machine, or one in use), where one signs in (a stranger's page would be given the tokens), and to whom the
    desk is open.
    """
    (settings, _), (unset, _) = read(text, {}, {}), read("", {}, {})
    kept = [s for s in SPEC if s.kind != "reference" and s.section not in {"store", "oauth", "web"}]
    found = [(s.section, s.key, settings[f"{s.section}.{s.key}"]) for s in kept]
    found = [one for one in found if one[2] != unset[f"{one[0]}.{one[1]}"]]
    lines = [_LEFT_OUT]
    for section in dict.fromkeys(one[0] for one in found):
        lines += [
            f"[{section}]",
            *(f"{key} = {_as_toml(value)}" for of, key, value in found if of == section),
            "",
        ]
    return "\n".join(lines)


def quoted(text: str) -> str:
    """A text as a TOML basic string; control characters cannot stand in one."""
    escaped = "".join(
        f"\\u{ord(c):04x}" if ord(c) < ord(" ") or c == "\x7f" else c
        for c in text.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{escaped}"'


def _as_toml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case tuple():
            return f"[{', '.join(quoted(item) for item in value)}]"
        case int() | float():
            return str(value)
        case _:
            return quoted(str(value))
