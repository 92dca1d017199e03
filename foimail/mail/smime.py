"""Mail that S/MIME signed in one piece (RFC 8551 s.3.5.2, CMS of RFC 5652): the message within."""

from __future__ import annotations

MEDIA_TYPES = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})


def signed(content: bytes) -> bytes:
    """The MIME entity that was signed. Whether the signature is good is not looked at: it proves nothing that foimail relies on.

    Raises:
        ValueError: It is sealed, only a certificate, or nothing of the kind.
    """
    from asn1crypto import cms

    try:
        info = cms.ContentInfo.load(content)
        if info["content_type"].native != "signed_data":
            raise ValueError("it is not signed but something else")
        found = info["content"]["encap_content_info"]["content"].native
    except (TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        # what the parser makes of bytes that only look like ASN.1
        raise ValueError("it is no CMS") from error
    if not isinstance(found, bytes) or not found.strip():
        raise ValueError("nothing is within it")
    return found
