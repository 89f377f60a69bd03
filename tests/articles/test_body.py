"""A body has one spelling, and nothing that was not asked for survives."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles import body
from articles.body import Block, TickerLine, characters
from articles.body import reading as way_in

SCRIPTS = [
    ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
    ('<p>a</p><script src="https://evil.example/x.js"></script><p>b</p>', "<p>a</p><p>b</p>"),
    ("<SCRIPT>alert(1)</SCRIPT>text", "<p>text</p>"),
    ("<scr<script>ipt>alert(1)</scr</script>ipt>", "<p>ipt&gt;alert(1)ipt&gt;</p>"),
    ("<scr\x00ipt>alert(1)</scr\x00ipt>text", "<p>text</p>"),
    ("<p>a<style>p{background:url(javascript:alert(1))}</style>b</p>", "<p>ab</p>"),
    ('<p style="background:url(javascript:alert(1))" class="x" id="y">a</p>', "<p>a</p>"),
    ('<p onclick="alert(1)" onmouseover=alert(1)>a</p>', "<p>a</p>"),
    ("<p/onclick=alert(1)>a</p>", "<p>a</p>"),
    ("<svg onload=alert(1)>a</svg>b", "<p>b</p>"),
    ("<svg><script>alert(1)</script></svg>b", "<p>b</p>"),
    ('<svg><a xlink:href="javascript:alert(1)"><text>a</text></a></svg>b', "<p>b</p>"),
    ('<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">', '<p>"&gt;</p>'),
    (
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
        "",
    ),
    ('<math><mi//xlink:href="data:x,<script>alert(4)</script>">a</math>b', "<p>b</p>"),
    ("<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>", ""),
    ('<iframe src="javascript:alert(1)">a</iframe>b', "<p>b</p>"),
    ('<iframe srcdoc="<script>alert(1)</script>"></iframe>b', "<p>b</p>"),
    ('<object data="javascript:alert(1)">a</object><embed src="x.swf">b', "<p>b</p>"),
    ("<img src=x onerror=alert(1)>b", "<p>b</p>"),
    ('<p><img src="https://evil.example/pixel.gif" alt="c">b</p>', "<p>b</p>"),
    ('<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>b', '<p>"&gt;b</p>'),
    ("<template><p>a</p><script>alert(1)</script></template>b", "<p>b</p>"),
    ("<textarea><script>alert(1)</script></textarea>b", "<p>b</p>"),
    (
        '<title>a</title><base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=//evil.example"><link rel=stylesheet href=x>b',
        "<p>b</p>",
    ),
    ("<body onload=alert(1)><p>a</p></body>", "<p>a</p>"),
    ('<video><source onerror="alert(1)"></video><audio src=x onerror=alert(1)></audio>b', "<p>b</p>"),
    (
        "<input autofocus onfocus=alert(1)><button formaction=javascript:alert(1)>a</button><select><option>c</select>b",
        "<p>b</p>",
    ),
    ('<form action="javascript:alert(1)"><p>a</p></form>', "<p>a</p>"),
    ("<!--[if IE]><script>alert(1)</script><![endif]-->b", "<p>b</p>"),
    ("<!-- a --><p>b</p><!-- unclosed <p>c</p>", "<p>b</p>"),
    ("<![CDATA[<script>alert(1)</script>]]>b", "<p>alert(1)]]&gt;b</p>"),
    ("<?php echo 1 ?>b", "<p>b</p>"),
    ("<p>a</p><plaintext><script>alert(1)</script>", "<p>a</p><p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ("<xmp><script>alert(1)</script></xmp>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ("&lt;script&gt;alert(1)&lt;/script&gt;", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
    ("&amp;lt;script&amp;gt;", "<p>&amp;lt;script&amp;gt;</p>"),
    ("<p>a < b > c & d &copy &nbsp;e</p>", "<p>a &lt; b &gt; c &amp; d \xa9 \xa0e</p>"),
    ('<p title="</p><script>alert(1)</script>">a</p>', "<p>a</p>"),
    ("<custom-element onclick=alert(1)>a</custom-element>", "<p>a</p>"),
    ("<p>a<br onclick=alert(1) style=x>b</p>", "<p>a<br>b</p>"),
    ("<marquee onstart=alert(1)>a</marquee>", "<p>a</p>"),
    ("<details open ontoggle=alert(1)><summary>a</summary>b</details>", "<p>a</p><p>b</p>"),
]

LINKS = [
    ('<a href="javascript:alert(1)">a</a>', "<p>a</p>"),
    ('<a href=" javascript:alert(1)">a</a>', "<p>a</p>"),
    ('<a href="JaVaScRiPt:alert(1)">a</a>', "<p>a</p>"),
    ('<a href="java\tscript:alert(1)">a</a>', "<p>a</p>"),
    ('<a href="java&#10;script:alert(1)">a</a>', "<p>a</p>"),
    ('<a href="&#106;avascript:alert(1)">a</a>', "<p>a</p>"),
    ('<a href="&#x6A&#x61vascript:alert(1)">a</a>', "<p>a</p>"),
    ('<a href="\x01javascript:alert(1)">a</a>', "<p>a</p>"),
    ('<a href="java\x00script:alert(1)">a</a>', "<p>a</p>"),
    ('<a href="javascript&colon;alert(1)">a</a>', "<p>a</p>"),
    (
        '<a href="vbscript:x">a</a><a href="data:text/html,&lt;script&gt;">b</a><a href="file:///etc/passwd">c</a><a href="blob:x">d</a>',
        "<p>abcd</p>",
    ),
    ('<a href="//evil.example/x">a</a>', "<p>a</p>"),
    ('<a href="/\\evil.example">a</a>', "<p>a</p>"),
    ('<a href="\\\\evil.example">a</a>', "<p>a</p>"),
    ('<a href="/&#9;/evil.example">a</a>', "<p>a</p>"),
    ('<a href="https:\\\\evil.example">a</a>', "<p>a</p>"),
    (
        '<a href="https:evil.example">a</a><a href="https:///evil.example">b</a><a href="http://">c</a>',
        "<p>abc</p>",
    ),
    ('<a href="https://bank.example@evil.example/">a</a>', "<p>a</p>"),
    ('<a href="https://evil.example\\@bank.example/">a</a>', "<p>a</p>"),
    (
        '<a href="https://good.example/&quot; onclick=&quot;alert(1)">a</a>',
        '<p><a href="https://good.example/%22%20onclick=%22alert(1)">a</a></p>',
    ),
    (
        "<a href='https://good.example/\"onclick=\"alert(1)'>a</a>",
        '<p><a href="https://good.example/%22onclick=%22alert(1)">a</a></p>',
    ),
    (
        '<a href="https://good.example/" target="_blank" rel="opener" onclick="x" download ping="https://evil.example">a</a>',
        '<p><a href="https://good.example/">a</a></p>',
    ),
    (
        '<a href="https://good.example/a b|c?q=[1]#x#y%zz">a</a>',
        '<p><a href="https://good.example/a%20b%7Cc?q=%5B1%5D#x%23y%25zz">a</a></p>',
    ),
    ('<a href="HTTPS://Good.Example/Path">a</a>', '<p><a href="https://Good.Example/Path">a</a></p>'),
    (
        '<a href="https://good.example:8080/">a</a><a href="https://good.example:port/">b</a>',
        '<p><a href="https://good.example:8080/">a</a>b</p>',
    ),
    (
        '<a href="https://пример.example/шлях?ключ=1">a</a>',
        '<p><a href="https://пример.example/шлях?ключ=1">a</a></p>',
    ),
    (
        '<a href="https://good.example/\u202egpj.exe">a</a>',
        '<p><a href="https://good.example/gpj.exe">a</a></p>',
    ),
    (
        '<a href="mailto:desk@example.org?subject=Hello there">a</a>',
        '<p><a href="mailto:desk@example.org?subject=Hello%20there">a</a></p>',
    ),
    ('<a href="mailto:desk@example.org?subject=x%0D%0ABcc:all@example.org">a</a>', "<p>a</p>"),
    ('<a href="mailto:javascript:alert(1)">a</a>', "<p>a</p>"),
    (
        '<a href="tel:+44 20 7946 0000">a</a><a href="tel:alert(1)">b</a>',
        '<p><a href="tel:+442079460000">a</a>b</p>',
    ),
    (
        '<a href="/politics/">a</a><a href="politics/">b</a><a href="#top">c</a><a href="">d</a><a>e</a>',
        '<p><a href="/politics/">a</a>bcde</p>',
    ),
    ('<a href="www.example.org/x">a</a>', '<p><a href="https://www.example.org/x">a</a></p>'),
    ('<a href="https://good.example/' + "x" * 2000 + '">a</a>', "<p>a</p>"),
    (
        '<a href="https://a.example/">a<a href="https://b.example/">b</a>c</a>',
        '<p><a href="https://a.example/">a</a><a href="https://b.example/">b</a>c</p>',
    ),
    ('<a href="https://a.example/"> </a>b', "<p>b</p>"),
    ('<a href="https://a.example/"><img src=x></a>b', "<p>b</p>"),
    (
        '<a href="https://a.example/"><p>a</p><p>b</p></a>',
        '<p><a href="https://a.example/">a</a></p><p>b</p>',
    ),
    (
        '<p><a href="https://a.example/">unclosed</p><p>next</p>',
        '<p><a href="https://a.example/">unclosed</a></p><p><a href="https://a.example/">next</a></p>',
    ),
]

BLOCKS = [
    (
        '<aside data-block="ticker" data-link="0"></aside>',
        '<aside data-block="ticker" data-link="0"></aside>',
    ),
    (
        '<aside data-block="ticker" data-link="007" onclick="x" class="y">text</aside>',
        '<aside data-block="ticker" data-link="7"></aside><p>text</p>',
    ),
    ('<aside data-block="ticker" data-link="-1"></aside>a', "<p>a</p>"),
    ('<aside data-block="ticker" data-link="100"></aside>a', "<p>a</p>"),
    ('<aside data-block="ticker" data-link="1e1"></aside>a', "<p>a</p>"),
    ('<aside data-block="ticker" data-link="٣"></aside>a', "<p>a</p>"),
    ('<aside data-block="ticker" data-link="0&quot; onload=&quot;x"></aside>a', "<p>a</p>"),
    ('<aside data-block="ticker"></aside>a', "<p>a</p>"),
    ('<aside data-block="TICKER" data-link="0"></aside>a', "<p>a</p>"),
    ('<aside data-block="script"><p>a</p></aside><p>b</p>', "<p>b</p>"),
    ('<aside data-block="paragraph"><p>a</p></aside><p>b</p>', "<p>b</p>"),
    (
        '<aside data-block="note"><p>Check <b>this</b></p></aside>',
        '<aside data-block="note"><p>Check <strong>this</strong></p></aside>',
    ),
    ('<aside data-block="note">Check this</aside>', '<aside data-block="note"><p>Check this</p></aside>'),
    ('<aside data-block="note"><p></p></aside>a', "<p>a</p>"),
    (
        '<aside data-block="note"><h2>a</h2><ul><li>b</li></ul><blockquote>c</blockquote></aside>d',
        '<aside data-block="note"><p>a</p><p>b</p><p>c</p></aside><p>d</p>',
    ),
    (
        '<p>a<aside data-block="note">secret</aside>b</p>',
        '<p>a</p><aside data-block="note"><p>secret</p></aside><p>b</p>',
    ),
    (
        '<blockquote>a<aside data-block="note">secret</aside>b</blockquote>',
        '<blockquote><p>a</p></blockquote><aside data-block="note"><p>secret</p></aside><blockquote><p>b</p></blockquote>',
    ),
    (
        '<ul><li>a<aside data-block="note">secret</aside>b</li></ul>',
        '<ul><li>a</li></ul><aside data-block="note"><p>secret</p></aside><ul><li>b</li></ul>',
    ),
    (
        '<aside data-block="note"><aside data-block="note">a</aside>b</aside>c',
        '<aside data-block="note"><p>a</p><p>b</p></aside><p>c</p>',
    ),
    (
        '<aside data-block="note">a<aside data-block="ticker" data-link="0"></aside>b</aside>c',
        '<aside data-block="note"><p>a</p><p>b</p></aside><p>c</p>',
    ),
    (
        '<aside data-block="note"><aside>a</aside>b</aside>c',
        '<aside data-block="note"><p>a</p><p>b</p></aside><p>c</p>',
    ),
    ('<div data-block="note">secret</div>a', "<p>a</p>"),
    ('<blockquote data-block="note">secret</blockquote>a', "<p>a</p>"),
    ('<p data-block="note">a</p>', ""),
    ("<aside>a</aside>b", "<p>a</p><p>b</p>"),
]

SHAPES = [
    ("", ""),
    ("   \n ", ""),
    ("text", "<p>text</p>"),
    (
        "text <b>bold</b> <i>it</i><p>p</p>tail",
        "<p>text <strong>bold</strong> <em>it</em></p><p>p</p><p>tail</p>",
    ),
    ("<p></p><p> </p><p>&nbsp;</p><p><br></p><p>\u200b</p><p><b></b></p><p>a</p>", "<p>a</p>"),
    ("<h1>a</h1><h2>b</h2><h3>c</h3><h6>d</h6>", "<h2>a</h2><h2>b</h2><h2>c</h2><h2>d</h2>"),
    ("<div>a<div>b</div>c</div>", "<p>a</p><p>b</p><p>c</p>"),
    ("<p><b>a<i>b</b>c</i>d</p>", "<p><strong>a<em>b</em></strong><em>c</em>d</p>"),
    ("<p><i><b>a</b></i></p>", "<p><strong><em>a</em></strong></p>"),
    ("<p><strong>a</strong><strong>b</strong></p>", "<p><strong>ab</strong></p>"),
    ("<p><b><b><b>a</b></b></b></p>", "<p><strong>a</strong></p>"),
    ('<p><em><a href="/x/">a</a></em></p>', '<p><a href="/x/"><em>a</em></a></p>'),
    ("<p>H<sub>2</sub>O, m<sup>2</sup></p>", "<p>H<sub>2</sub>O, m<sup>2</sup></p>"),
    (
        '<p><u>a</u><span style="font-weight:bold">b</span><font color=red>c</font><code>d</code><s>e</s></p>',
        "<p>abcde</p>",
    ),
    ("<p> a  b\n c </p>", "<p>a b c</p>"),
    ("<p>a <b> b </b> c</p>", "<p>a <strong>b </strong>c</p>"),
    ("<p>a<br>b<br><br>c</p>", "<p>a<br>b<br><br>c</p>"),
    ("<ul>a<li>b<p>c</p><p>d</p></li><li></li></ul>", "<ul><li>a</li><li>b<br>c<br>d</li></ul>"),
    ('<ol start="3" type="i"><li value="9">a</li></ol>', "<ol><li>a</li></ol>"),
    (
        "<ul><li>a<ol><li>b</li></ol>c</li><li>d</li></ul>",
        "<ul><li>a</li><li>b</li><li>c</li><li>d</li></ul>",
    ),
    ("<li>a</li><li>b</li>", "<p>a</p><p>b</p>"),
    (
        "<blockquote>a<p>b</p><ul><li>c</li></ul><blockquote>d</blockquote></blockquote>",
        "<blockquote><p>a</p><p>b</p><p>c</p><p>d</p></blockquote>",
    ),
    ("<ul><li><blockquote>a</blockquote></li></ul>", "<ul><li>a</li></ul>"),
    ("<ul></ul><blockquote></blockquote><h2></h2><p>a</p>", "<p>a</p>"),
    ("<ul><li>a</li></ul><ul><li>b</li></ul>", "<ul><li>a</li></ul><ul><li>b</li></ul>"),
    (
        "<blockquote>a</blockquote><blockquote>b</blockquote>",
        "<blockquote><p>a</p></blockquote><blockquote><p>b</p></blockquote>",
    ),
    ("<table><tr><td>a</td><td>b</td></tr></table>", "<p>a</p><p>b</p>"),
    ("<pre>a\n  b</pre><hr><address>c</address>", "<p>a b</p><p>c</p>"),
    ("<dl><dt>a</dt><dd>b</dd></dl>", "<p>a</p><p>b</p>"),
    ("<figure><img src=x><figcaption>a</figcaption></figure>", "<p>a</p>"),
]

CHARACTERS = [
    ("<p>a\x00b\x07c\x1bd\x7fe\x85f\x9fg</p>", "<p>abcde fg</p>"),
    ("<p>a&#0;b&#7;c&#x80;d&#xD800;e&#xFFFE;f&#x1F600;g</p>", "<p>a\ufffdbc\u20acd\ufffdef\U0001f600g</p>"),
    ("<p>a\ud800b</p>", "<p>ab</p>"),
    (
        "<p>a\xa0b\u202fc\xadd\u200de\u200cf\u200eg\u200fh\u2066i\u2069j\u061ck</p>",
        "<p>a\xa0b\u202fc\xadd\u200de\u200cf\u200eg\u200fh\u2066i\u2069j\u061ck</p>",
    ),
    ("<p>a\u202db\u202ec\u202cd\u206ae\ufefff\ufff9g\ufffeh</p>", "<p>abc\u202cdefgh</p>"),
    ("<p>a\u2028b\u2029c\x0bd\x0ce</p>", "<p>a b c d e</p>"),
    ("<p>&nbsp; a &nbsp;</p>", "<p>a</p>"),
]

ALL = [*SCRIPTS, *LINKS, *BLOCKS, *SHAPES, *CHARACTERS]
PAIRS = [pytest.param(dirty, cleaned, id=str(place)) for place, (dirty, cleaned) in enumerate(ALL)]


@pytest.fixture(params=["as HTML5", "tag by tag"])
def reading(request, monkeypatch):
    """Both ways of reading; bodies of more than MANY_TAGS tags are read the second way."""
    if request.param == "tag by tag":
        monkeypatch.setattr(way_in, "MANY_TAGS", -1)


@pytest.mark.parametrize(("dirty", "cleaned"), PAIRS)
def test_what_comes_in_is_cleaned_to_exactly_this(dirty, cleaned):
    assert body.clean(dirty) == cleaned


@pytest.mark.parametrize(("dirty", "cleaned"), PAIRS)
def test_what_was_cleaned_stays_as_it_is_either_way_it_is_read(dirty, cleaned, reading):
    assert body.clean(cleaned) == cleaned


# --- Any text at all ------------------------------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    """<p> </p> <h1> </h1> <h4> </h4> <ul> </ul> <ol> </ol> <li> </li> <blockquote> </blockquote> <div> </div> <aside>
    </aside> <b> </b> <strong> </strong> <i> </em> <em> <sub> </sub> <sup> </sup> </a> <br> <hr> <table> </table> <td>
    <caption> </caption> <tr> <svg> </svg> <math> <mtext> </math> <script> </script> <style> </style> <template>
    </template> <title> </title> <form> <select> <object> </object> <plaintext> <!-- --> <![CDATA[ ]]> <? &lt; &gt;
    &amp; &quot; &nbsp; &#0; &#x80; &copy ' " < > & = / </ <a <aside <p <figure> </figure> <figcaption> </figcaption> </td>
    <th> </th> </tr> <thead> </thead> <tbody> </tbody> <table><tr><td> </td><td> </td></tr><tr><td>
    </td></tr></table>""".split()
    + [
        '<aside data-block="note">',
        '<aside data-block="ticker" data-link="3">',
        '<aside data-block="other">',
        '<aside data-block="related">',
        '<aside data-block="infobox">',
        '<figure data-block="pullquote">',
        '<figure data-block="image" data-image="7">',
        '<figure data-block="embed" data-url="https://youtu.be/dQw4w9WgXcQ">',
        '<td colspan="2" rowspan="3">',
        '<a href="https://example.org/?a=1&amp;b=2">',
        '<a href="/politics/">',
        '<a href="javascript:alert(1)">',
        '<p onclick="alert(1)" style="x">',
        "<img src=x onerror=alert(1)>",
        " ",
        "  ",
        "\n",
        "\xa0",
        "\u200b",
        "\u2028",
        "\u202e",
        "\x00",
        "word",
        "Wörter",
        "слово",
        "كلمة",
    ]
)
HTMLISH = st.lists(FRAGMENTS | st.text(max_size=5), max_size=40).map("".join)
ANYTHING = st.text(st.characters(exclude_categories=())) | HTMLISH

INLINE = {"strong", "em", "sub", "sup", "a", "br"}
INSIDE = {
    "p": INLINE,
    "h2": INLINE,
    "li": INLINE,
    "figcaption": INLINE,
    "caption": INLINE,
    "th": INLINE,
    "td": INLINE,
    "ul": {"li"},
    "ol": {"li"},
    "blockquote": {"p"},
    "aside": {"p", "h2", "ul", "ol"},
    "figure": {"blockquote", "figcaption"},
    "table": {"caption", "thead", "tbody"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tr": {"th", "td"},
    "": {"p", "h2", "ul", "ol", "blockquote", "aside", "figure", "table"},
} | dict.fromkeys(INLINE, INLINE - {"a"})
TEXTS = {tag for tag, inside in INSIDE.items() if "br" in inside}


class Inspector(HTMLParser):
    """Asserts, with a parser of its own, that a body holds what bodies may hold and is closed properly."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.open = [""]
        self.feed(html)
        self.close()
        assert self.open == [""], html

    def handle_starttag(self, tag, attrs):
        assert tag in INSIDE[self.open[-1]], (tag, self.open)
        match tag, dict(attrs):
            case "a", {"href": href, **more} if not more:
                assert re.match(r"(https?://[^/?#\\@]|mailto:[^/]+@|tel:\+?[0-9]|/(?![/\\]))", href), href
                assert not re.search(r"[\x00-\x20\\\"<>]", href), href
            case "aside", {"data-block": "ticker", "data-link": link, **more} if not more:
                assert str(int(link)) == link and 0 <= int(link) <= 99
            case "aside", {"data-block": "note" | "related" | "infobox", **more} if not more:
                pass
            case "figure", {"data-block": "pullquote", **more} if not more:
                pass
            case "figure", {"data-block": "image", "data-image": pk, "data-layout": layout, **more} if (
                not more
            ):
                assert str(int(pk)) == pk and layout in ("text", "wide", "full")
            case "figure", {"data-block": "embed", "data-url": url, **more} if more in (
                {},
                {"data-image": "7"},
            ):
                assert url == "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
            case _, attributes:
                assert attributes == {} and tag not in ("a", "aside", "figure")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        assert self.open[-1] in TEXTS, (data, self.open)
        assert not characters.UNWANTED.search(data)

    def handle_comment(self, data):
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


@given(ANYTHING)
@settings(max_examples=400)
def test_any_text_becomes_a_body_that_is_clean_already(text):
    cleaned = body.clean(text)
    Inspector(cleaned)
    assert body.clean(cleaned) == cleaned


@given(ANYTHING)
@settings(max_examples=400)
def test_a_large_text_read_tag_by_tag_becomes_a_body_that_is_clean_either_way(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(way_in, "MANY_TAGS", -1)
        cleaned = body.clean(text)
        Inspector(cleaned)
        assert body.clean(cleaned) == cleaned
    assert body.clean(cleaned) == cleaned


@given(HTMLISH)
@settings(max_examples=200)
def test_blocks_are_the_body_cut_in_pieces(text):
    cleaned = body.clean(text)
    pieces = body.blocks(text)
    assert "".join(block.html for block in pieces) == cleaned
    assert all(body.blocks(block.html) == [block] for block in pieces)
    assert body.plain(text) == body.plain(cleaned)


@given(st.lists(st.tuples(st.sampled_from(["paragraph", "crosshead"]), st.text())))
@settings(max_examples=200)
def test_paragraphs_of_any_text_are_text_and_never_markup(paragraphs):
    story = body.from_paragraphs(paragraphs)
    seen = [(block.kind, block.text) for block in body.blocks(story)]
    expected = [
        (kind, re.sub(r"\s+", " ", characters.UNWANTED.sub("", text)).strip()) for kind, text in paragraphs
    ]
    squeezed = [(kind, re.sub(r"\s+", " ", text)) for kind, text in seen]
    assert squeezed == [(kind, text) for kind, text in expected if characters.INK.search(text)]


@given(ANYTHING)
@settings(max_examples=200)
def test_a_link_of_any_text_is_an_address_or_none(text):
    for candidate in (
        text,
        "https://" + text,
        "/" + text,
        "mailto:" + text,
        "tel:" + text,
        "https://a.example/" + text,
    ):
        found = body.address(candidate)
        if found is not None:
            assert body.address(found) == found
            Inspector(body.clean(f'<p><a href="{found.replace("&", "&amp;")}">x</a></p>'))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tags nested 100,000 deep", "<div>" * 100_000 + "text"),
        ("marks nested 100,000 deep", "<b>" * 100_000 + "text"),
        (
            "marks that a table hides from their ends",
            "<table>" + "<b><caption></b></caption>" * 20_000 + "<p>x" * 20_000,
        ),
        ("a long link that is never closed", f'<a href="https://a.example/{"x" * 1900}">' + "<p>x" * 50_000),
        ("500 kB of opening brackets", "<" * 500_000),
        ("500 kB of unfinished tags", '<a "' * 125_000),
        ("500 kB of unfinished comments", "<!--" * 125_000),
        ("500 kB of ampersands", "&" * 500_000),
        ("500 kB of line breaks", "x<br>" * 100_000),
        ("notes nested 80,000 deep", '<aside data-block="note">' * 80_000 + "text"),
        ("empty marks before a word", "<b>&nbsp;</b><i>&nbsp;</i>" * 30_000 + "text"),
        (
            "as many hostile tags as are read as HTML5",
            "<table>" + "<b a={}><caption></b></caption>" * 200 + "<p>x" * 690,
        ),
    ],
)
def test_hostile_text_takes_seconds_not_minutes(name, text):
    if "{}" in text:
        text = "".join(piece + str(number) for number, piece in enumerate(text.split("{}")))
    started = time.process_time()
    cleaned = body.clean(text)
    assert time.process_time() - started < 10
    assert body.clean(cleaned[:1000]) == body.clean(body.clean(cleaned[:1000]))


def test_none_and_numbers_are_bodies_too():
    assert body.clean(None) == ""
    assert body.clean(7) == "<p>7</p>"


def test_a_line_of_letters_is_longer_than_many_tags_and_reads_the_same():
    text = "<p>word</p>" * 10_000
    assert len(text) > way_in.MANY_CHARACTERS
    assert body.clean(text) == text


# --- Blocks ---------------------------------------------------------------------------------------------------------

STORY = (
    "<p>The <strong>bridge</strong> is open &amp; safe.<br>Again.</p>"
    "<h2>What now?</h2>"
    '<aside data-block="note"><p>Check the date.</p></aside>'
    "<ul><li>One</li><li>Two <em>words</em></li></ul>"
    '<aside data-block="ticker" data-link="1"></aside>'
    "<blockquote><p>“We waited.</p><p>“Now we cross.”</p></blockquote>"
    '<p>More at <a href="https://example.org/">the harbour</a> – soon.</p>'
)


def test_a_story_splits_into_its_blocks():
    assert body.clean(STORY) == STORY
    assert body.blocks(STORY) == [
        Block(
            "paragraph",
            "<p>The <strong>bridge</strong> is open &amp; safe.<br>Again.</p>",
            "The bridge is open & safe.\nAgain.",
        ),
        Block("crosshead", "<h2>What now?</h2>", "What now?"),
        Block("note", '<aside data-block="note"><p>Check the date.</p></aside>', "Check the date."),
        Block("list", "<ul><li>One</li><li>Two <em>words</em></li></ul>", "One\nTwo words"),
        Block("ticker", '<aside data-block="ticker" data-link="1"></aside>', "", {"link": "1"}),
        Block(
            "quotation",
            "<blockquote><p>“We waited.</p><p>“Now we cross.”</p></blockquote>",
            "“We waited.\n“Now we cross.”",
        ),
        Block(
            "paragraph",
            '<p>More at <a href="https://example.org/">the harbour</a> – soon.</p>',
            "More at the harbour – soon.",
        ),
    ]


def test_plain_text_has_every_text_but_the_notes():
    assert body.plain(STORY) == (
        "The bridge is open & safe.\nAgain.\n\nWhat now?\n\nOne\nTwo words\n\n“We waited.\n“Now we cross.”\n\n"
        "More at the harbour – soon."
    )


def test_words_are_counted_without_dashes_and_notes():
    assert body.word_count(STORY) == 21
    assert body.word_count("") == 0


def test_the_first_words_end_with_an_ellipsis_where_more_follow():
    assert body.first_words(STORY, 4) == "The bridge is open…"
    assert body.first_words("<p>Four words in all</p>", 4) == "Four words in all"
    assert body.first_words("") == ""


def test_paragraphs_and_crossheads_become_a_body():
    story = body.from_paragraphs([("paragraph", "A <b> & c"), ("crosshead", "  So?\n"), ("paragraph", " ")])
    assert story == "<p>A &lt;b&gt; &amp; c</p><h2>So?</h2>"


def test_an_unknown_kind_of_paragraph_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        body.from_paragraphs([("subtitle", "x")])


def test_notes_are_stripped_and_places_counted_anew():
    assert body.strip_notes(STORY) == STORY.replace(
        '<aside data-block="note"><p>Check the date.</p></aside>', ""
    )
    assert [body.public_place(STORY, place) for place in (-1, 0, 1, 2, 3, 4, 7, 99)] == [
        0,
        0,
        1,
        2,
        2,
        3,
        6,
        6,
    ]


def test_boxes_follow_their_lines_to_new_places_and_go_with_lines_that_went():
    def box(link):
        return f'<aside data-block="ticker" data-link="{link}"></aside>'

    story = f"{box(0)}<p>a</p>{box(2)}{box(1)}{box(2)}"
    assert body.renumber_boxes(story, {0: 1, 2: 0}) == f"{box(1)}<p>a</p>{box(0)}{box(0)}"


def test_links_that_lead_nowhere_are_named():
    html = '<p><a href="example.org">a</a> <a href="/x/">b</a> <a href="example.org">c</a> <a href="//x.org">d</a></p>'
    assert body.lost_links(html) == ["example.org", "//x.org"]
    assert body.lost_links(STORY) == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("https://example.org", "https://example.org"),
        ("  https://example.org/\n", "https://example.org/"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
        ("https://[evil]/", None),
        ("https://हिन्दी.example/", "https://हिन्दी.example/"),
        ("https://-x.example/", None),
        ("https://exam ple.org/", None),
        ("https://x.example/a\u200db\xa0c", "https://x.example/a%E2%80%8Db%C2%A0c"),
        ("https://x.example/\ud800", "https://x.example/%3F"),
        ("https://x.example/%41%4", "https://x.example/%41%254"),
        ("ftp://x.example/", None),
        ("javascript:alert(1)//@x.example", None),
        ("mailto:a@x.example,b@x.example", "mailto:a@x.example,b@x.example"),
        ("mailto:a%0Ab@x.example", None),
        ("mailto:", None),
        ("TEL:+49-30-1234;ext=5", "tel:+49-30-1234;ext=5"),
        ("tel:٣٤٥", None),
        ("tel:)0", None),
        ("tel:1", None),
        ("/", "/"),
        ("/a//b", "/a//b"),
        ("///x", None),
        ("", None),
        ("x" * 10_000, None),
    ],
)
def test_an_address_is_kept_repaired_or_refused(typed, kept):
    assert body.address(typed) == kept


# --- What readers see -----------------------------------------------------------------------------------------------


def test_readers_see_the_story_without_notes_and_boxes_with_their_lines():
    lines = [
        TickerLine("The storm", "/live/storm-3/", 99),
        TickerLine("The <bridge>", "https://x.example/?a=1&b=2", 0),
    ]
    assert body.render(STORY, lines) == (
        "<p>The <strong>bridge</strong> is open &amp; safe.<br>Again.</p>"
        "<h2>What now?</h2>"
        "<ul><li>One</li><li>Two <em>words</em></li></ul>"
        '<p class="ticker-line"><a href="https://x.example/?a=1&amp;b=2">The &lt;bridge&gt;</a></p>'
        "<blockquote><p>“We waited.</p><p>“Now we cross.”</p></blockquote>"
        '<p>More at <a href="https://example.org/">the harbour</a> – soon.</p>'
        '<p class="ticker-line"><a href="/live/storm-3/">The storm</a></p>'
    )


def test_lines_without_a_box_stand_after_their_block():
    lines = [
        TickerLine("A", "/a/", 1),
        TickerLine("B", "/b/", 0),
        TickerLine("C", "/c/", 1),
        TickerLine("D", "/d/", -4),
    ]
    a, b, c, d = (f'<p class="ticker-line"><a href="{line.url}">{line.text}</a></p>' for line in lines)
    assert body.render("<p>x</p><p>y</p>", lines) == f"{b}{d}<p>x</p>{a}{c}<p>y</p>"
    assert body.render("", lines) == f"{a}{b}{c}{d}"


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "//evil.example"])
def test_a_line_that_leads_nowhere_is_not_shown(url):
    box = '<aside data-block="ticker" data-link="0"></aside>'
    assert body.render(f"<p>x</p>{box}", [TickerLine("Line", url)]) == "<p>x</p>"
    assert body.render("<p>x</p>", [TickerLine("Line", url)]) == "<p>x</p>"


def test_a_box_without_a_line_is_not_shown():
    assert body.render(
        '<p>x</p><aside data-block="ticker" data-link="1"></aside>', [TickerLine("A", "/a/")]
    ) == ('<p class="ticker-line"><a href="/a/">A</a></p><p>x</p>')


def test_what_is_shown_is_clean_whatever_was_stored():
    shown = body.render('<p onclick="x">a<script>b</script></p>')
    assert shown == "<p>a</p>"
    assert shown.__html__() == "<p>a</p>"
