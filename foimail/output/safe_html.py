"""A stranger's HTML made harmless to be shown: no script, form or style, nothing fetched, no link that hides where it goes.

What is allowed is a list (nh3, which parses as browsers do); all else is left out. The page that shows it adds `POLICY` as a
second wall: should something get through the list, a browser that is told this still runs and fetches nothing.
"""

from __future__ import annotations

import re
from html import escape, unescape
from urllib.parse import urlsplit

_TEXT = "abbr address b bdi bdo big br caption center cite code dd del dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i ins kbd li ol p pre"
_MORE = "q s samp small span strike strong sub sup u ul tt var blockquote"
_TABLES = "table tbody td tfoot th thead tr col colgroup"
_TAGS = frozenset(f"{_TEXT} {_MORE} {_TABLES} a".split())
_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(),  # nh3's own list would let titles through
    **{tag: {"colspan", "rowspan", "headers", "scope"} for tag in ("td", "th")},
    **{tag: {"span"} for tag in ("col", "colgroup")},
    "ol": {"start", "type", "reversed"},
    "a": {"href"},
    "bdo": {"dir"},
    "p": {"dir"},
    "div": {"dir"},
}
# their content goes with them: it is no text that anybody wrote to be read
_SILENT = {
    "script",
    "style",
    "title",
    "template",
    "noscript",
    "svg",
    "math",
    "object",
    "iframe",
    "select",
    "textarea",
}
_PICTURE = re.compile(r"<img\b", re.IGNORECASE)
_LINK = re.compile(r'(?P<all><a href="(?P<to>[^"]*)"[^>]*>.*?)(?:</a>|\Z)', re.DOTALL)
_LONGEST_HOST = 100  # characters
_LARGEST = 2_000_000  # characters, as many as are read of HTML mail
# a parser that works as browsers do takes the square of the depth of a page: 1.9 seconds for 20,000 boxes in boxes
_MOST_TAGS = 20_000
_OPENING = re.compile(r"<[a-zA-Z]")
_TAG = re.compile(r"<[^<>]*>")
_SPAN = 1000  # columns or rows that a cell spans at most in browsers, too

_WALL = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"
POLICY = f"{_WALL}; frame-ancestors 'self'; sandbox"
"""The Content-Security-Policy with which a page of such HTML is sent, to stand in a frame of our own page."""
_STYLE = (
    "body{margin:1rem;font:1rem/1.5 system-ui,sans-serif;color:#22252a;background:#fff;overflow-wrap:anywhere}"
    "pre{white-space:pre-wrap}table{border-collapse:collapse}td,th{padding:.2rem .5rem;border:1px solid #ccc;vertical-align:top}"
)


def safe_html(html: str) -> str:
    """The harmless part of a mail's HTML, as a fragment to stand within a page (in a frame of its own, under `POLICY`).

    A page of very many tags is shown as its text. A picture becomes the word "[picture]"; a link names the host it leads to, opens
    elsewhere and does not tell whence one comes.
    """
    import nh3

    html = html[:_LARGEST]
    if sum(1 for _ in _OPENING.finditer(html)) > _MOST_TAGS:
        return f"<pre>{escape(_TAG.sub(' ', html))}</pre>"
    cleaned = nh3.clean(
        _PICTURE.sub("[picture]<img ", html),
        tags=set(_TAGS),
        clean_content_tags=set(_SILENT),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        attribute_filter=_value,
        strip_comments=True,
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto"},
        url_relative="deny",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return _LINK.sub(_with_host, cleaned)


def page(html: str, title: str) -> str:
    """A whole page of it: a file that can be opened in a browser, or the content of a sandboxed frame."""
    # a policy in the page itself can say neither who frames it nor that it is sandboxed (CSP level 3, s.3.3)
    return (
        f'<!doctype html><html lang="en-GB"><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_WALL)}"><meta name="referrer" content="no-referrer">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><main>{safe_html(html)}</main>\n"
    )


def _value(_tag: str, name: str, value: str) -> str | None:
    if name in {"colspan", "rowspan", "span"}:
        return value if value.isascii() and value.isdigit() and len(value) < len(str(_SPAN)) else None
    return value


def _with_host(link: re.Match[str]) -> str:
    """A link that says where it leads, whatever its words say."""
    parts = urlsplit(unescape(link["to"]))
    where = parts.path if parts.scheme == "mailto" else parts.netloc.rpartition("@")[2]
    return f"{link['all']} [{escape(where[:_LONGEST_HOST])}]</a>"
