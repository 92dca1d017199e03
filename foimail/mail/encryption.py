"""How a connection to a mail server is encrypted: what `foimail doctor` shows of it."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, date, datetime


@dataclass(frozen=True, slots=True)
class Encryption:
    """The version of TLS, its cipher, and the last day (UTC) of the server's certificate; no protocol where all is in the clear."""

    protocol: str = ""
    cipher: str = ""
    certificate_until: date | None = None

    def __str__(self) -> str:
        """`TLSv1.3, TLS_AES_256_GCM_SHA384, certificate valid until 2027-02-01`."""
        if not self.protocol:
            return "not encrypted: the server runs on this machine"
        until = f", certificate valid until {self.certificate_until}" if self.certificate_until else ""
        return f"{self.protocol}, {self.cipher}{until}"


def encryption(connection: object) -> Encryption:
    """What was agreed on a connection; it says nothing of trust, which is decided before a connection stands."""
    if not isinstance(connection, ssl.SSLSocket):
        return Encryption()
    until = (connection.getpeercert() or {}).get("notAfter")
    cipher = connection.cipher()
    return Encryption(
        connection.version() or "",
        cipher[0] if cipher else "",
        datetime.fromtimestamp(ssl.cert_time_to_seconds(until), UTC).date()
        if isinstance(until, str)
        else None,
    )
