"""How far a folder on an IMAP server has been read: the cursor that the store keeps for it (RFC 3501 s.2.3.1.1)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_CURSOR = re.compile(r"(\d+):(\d+)(?::(\d+(?:,\d+)*))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a folder is read: the cursor `validity:last`, or `validity:last:uid,uid` with those owed."""

    validity: int = 0
    last: int = 0
    owed: tuple[int, ...] = ()

    @classmethod
    def read(cls, cursor: str) -> Place:
        """The place a cursor stands for; one that makes no sense is the start, so that nothing is lost."""
        if not (found := _CURSOR.fullmatch(cursor)):
            return cls()
        owed = tuple(int(uid) for uid in found[3].split(",")) if found[3] else ()
        return cls(int(found[1]), int(found[2]), owed)

    def __str__(self) -> str:
        owed = f":{','.join(map(str, self.owed))}" if self.owed else ""
        return f"{self.validity}:{self.last}{owed}"

    def after(self, uids: Sequence[int], failed: Sequence[int]) -> Place:
        """The place once these UIDs were dealt with, some of them in vain."""
        owed = {*self.owed, *failed} - (set(uids) - set(failed))
        return replace(self, last=max(self.last, *uids), owed=tuple(sorted(owed)))
