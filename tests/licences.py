"""Nothing GPL or AGPL in what `pip install foimail` brings: the closure of its requirements, without extras."""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

# LGPL is another licence: it does not reach into a program that only imports the library
_COPYLEFT = re.compile(r"(?<!L)\bA?GPL|(?<!Lesser )\bGeneral Public Licen[cs]e|Affero", re.IGNORECASE)


def closure(name: str, found: dict[str, Distribution] | None = None) -> dict[str, Distribution]:
    """The distribution and all that it requires on this machine, by name."""
    found = {} if found is None else found
    if name in found:
        return found
    found[name] = distribution(name)
    for line in found[name].requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            closure(re.sub(r"[-_.]+", "-", requirement.name).lower(), found)
    return found


def licence(package: Distribution) -> str:
    """What a package says of its licence: the expression, the field, the classifiers."""
    said = package.metadata
    classifiers = [c for c in said.get_all("Classifier") or [] if c.startswith("License ::")]
    # some packages paste the whole text into the field: its first line names it
    fields = [text.strip().splitlines()[0] for text in said.get_all("License") or [] if text.strip()]
    named = "; ".join([*(said.get_all("License-Expression") or []), *fields, *classifiers])
    # where the metadata names none, the licence file that came with the package is read itself
    return named or "\n".join(
        package.read_text(f"licenses/{f}") or "" for f in said.get_all("License-File") or []
    )


def offenders(packages: dict[str, Distribution]) -> list[str]:
    """Those under the GPL or AGPL, and those that do not say."""
    return [
        f"{name}: {licence(p) or 'no licence stated'}"
        for name, p in sorted(packages.items())
        if _bad(licence(p))
    ]


def _bad(text: str) -> bool:
    return not text or _COPYLEFT.search(text) is not None


if __name__ == "__main__":
    try:
        faults = offenders(closure("foimail"))
    except PackageNotFoundError as error:
        sys.exit(f"{error} is not installed")
    sys.exit("\n".join(faults) or 0)
