"""XML and HTML of strangers, parsed without entities, network or document types."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree, html

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCKS = re.compile(
    "address|article|aside|blockquote|caption|center|d[dlt]|div|fieldset|footer|form|h[1-6r]|header|li|main|nav|[ou]l"
    "|p|pre|section|table|tbody|tfoot|thead|title|tr"
)
_SILENT = frozenset({"script", "style", "template", "noscript"})
_BLANKS = re.compile(r"[ \t\r\n\f\u00a0]+")
_EMPTY_LINES = re.compile(r"(?<!\s)\s*\n\s*\n\s*")
_TAG_END = re.compile(r"\n[\t ]+|(?<![\t ])[\t ]+(?=\n)")


def xml(content: bytes) -> etree._Element:
    """The root of an XML file. Raises ValueError where it is broken or brings a document type, in which bombs live."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"its XML is broken: {error.msg}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("its XML defines entities of its own, as no office program writes it")
    return root


def stream(content: bytes, *names: str) -> Iterator[etree._Element]:
    """The elements of these names in their order, each forgotten after it was seen. Raises ValueError for broken XML."""
    tags = [f"{{*}}{name}" for name in names]
    try:
        for _, element in etree.iterparse(
            BytesIO(content), tag=tags, resolve_entities=False, no_network=True
        ):
            yield element
            element.clear()
    except etree.XMLSyntaxError as error:
        raise ValueError(f"its XML is broken: {error.msg}") from None


def local(element: etree._Element) -> str:
    """An element's name without its namespace; empty for comments and the like."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """The attribute of this name in whatever namespace, or an empty string."""
    return next((str(v) for k, v in element.attrib.items() if etree.QName(k).localname == name), "")


def html_text(page: str) -> str:
    """What a person would read on a page of HTML; rows of tables as lines with tabs."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # an empty page
        return ""
    pieces: list[str] = []
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = local(element)
        silent += (name in _SILENT) * (1 if event == "start" else -1)
        pieces.append(_break(event, name))
        text = element.text if event == "start" else element.tail
        if text and not silent:
            pieces.append(_BLANKS.sub(" ", text))
    lines = _TAG_END.sub("\n", "".join(pieces))
    return _EMPTY_LINES.sub("\n\n", lines).strip()


def _break(event: str, name: str) -> str:
    if name == "br":
        return "\n" if event == "start" else ""
    if _BLOCKS.fullmatch(name):
        return "\n"
    return "\t" if name in {"td", "th"} and event == "end" else ""
