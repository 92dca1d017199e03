"""What PGP signed or encrypted in the text of a mail (RFC 4880 s.6 and 7). No signature is verified."""

from __future__ import annotations

import re

_BEGIN = re.compile(r"^-----BEGIN PGP (SIGNED )?MESSAGE-----$\n?", re.MULTILINE)
_SIGNATURE = "\n-----BEGIN PGP SIGNATURE-----"
_END = "-----END PGP {}-----"
_DASHED = re.compile(r"^- ", re.MULTILINE)


def opened(text: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text with what PGP signed in its place and without what PGP encrypted, which comes as files."""
    kept: list[str] = []
    secrets: list[tuple[str, bytes]] = []
    at = 0
    while (begun := _BEGIN.search(text, at)) is not None:
        end_mark = _END.format("SIGNATURE" if begun[1] else "MESSAGE")
        if (end := text.find(end_mark, begun.end())) < 0:
            break
        kept.append(text[at : begun.start()])
        at = end + len(end_mark) + 1
        if begun[1]:  # behind its headers
            said = text[begun.end() : end].partition(_SIGNATURE)[0]
            kept.append(_DASHED.sub("", said.partition("\n\n")[2]) + "\n")
        else:
            secrets.append(("encrypted.pgp", text[begun.start() : at].encode()))
    return "".join(kept) + text[at:], secrets
