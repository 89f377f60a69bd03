"""Each kind of block: what it becomes, what readers see of it, and that nothing planted in it survives."""

import html as entities

import pytest
from django.conf import settings

from articles import body
from articles.body import Block, providers
from articles.body import reading as way_in
from articles.writing import editor
from tests.articles.test_body import Inspector

PULL = '<figure data-block="pullquote"><blockquote><p>We <em>wait</em></p></blockquote><figcaption>Ana, harbour master</figcaption></figure>'
BOX = (
    '<aside data-block="infobox"><h2>The bridge</h2><p>Built in 1911.</p><ul><li>Long: 84 m</li><li>Wide: 9 m</li></ul>'
    "<p>Closed since May.</p></aside>"
)
TABLE = (
    "<table><caption>Votes by ward</caption><thead><tr><th>Ward</th><th>Yes</th><th>No</th></tr></thead>"
    "<tbody><tr><th>Old Town</th><td>12</td><td></td></tr><tr><th>Harbour</th><td><strong>3</strong></td><td>9</td></tr></tbody></table>"
)
FILM = '<figure data-block="embed" data-url="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><figcaption>The bridge opens</figcaption></figure>'
POSTER = FILM.replace(" data-url", ' data-image="7" data-url')
RELATED = '<aside data-block="related"></aside>'
IMAGE = '<figure data-block="image" data-image="7" data-layout="wide"><figcaption>Boats</figcaption></figure>'
TICKER = '<aside data-block="ticker" data-link="0"></aside>'
NOTE = '<aside data-block="note"><p>Check.</p></aside>'
EVERY = {
    "pullquote": PULL, "infobox": BOX, "table": TABLE, "embed": FILM, "related": RELATED, "image": IMAGE, "ticker": TICKER,
    "note": NOTE, "paragraph": "<p>a</p>", "crosshead": "<h2>a</h2>", "list": "<ul><li>a</li></ul>",
    "quotation": "<blockquote><p>a</p></blockquote>",
}  # fmt: skip


def test_every_kind_stays_as_it_is_and_stands_beside_every_other():
    assert EVERY.keys() == body.KINDS.keys()
    for html in (*EVERY.values(), "".join(EVERY.values()), "".join(reversed(EVERY.values()))):
        assert body.clean(html) == html
    assert [block.kind for block in body.blocks("".join(EVERY.values()))] == list(EVERY)


@pytest.mark.parametrize(
    ("html", "block"),
    [
        (PULL, Block("pullquote", PULL, "We wait\nAna, harbour master")),
        (BOX, Block("infobox", BOX, "The bridge\nBuilt in 1911.\nLong: 84 m\nWide: 9 m\nClosed since May.")),
        (TABLE, Block("table", TABLE, "Votes by ward\nWard\tYes\tNo\nOld Town\t12\t\nHarbour\t3\t9")),
        (
            POSTER,
            Block(
                "embed", POSTER, "The bridge opens", {"image": "7", "url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ"}
            ),
        ),
        (RELATED, Block("related", RELATED, "")),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)  # fmt: skip
def test_a_block_has_its_text_and_its_data(html, block):
    assert body.blocks(html) == [block]


def table(*rows, caption="", tag="td"):
    """Untidy HTML of a table; rows: lists of cells."""
    cells = ["".join(f"<{tag}>{cell}</{tag}>" for cell in row) for row in rows]
    return f"<table>{caption and f'<caption>{caption}</caption>'}{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


SHAPES = [
    # Pull quotes: one text, one speaker; the marks are drawn.
    (
        '<figure data-block="pullquote">We wait<figcaption>Ana</figcaption></figure>',
        '<figure data-block="pullquote"><blockquote><p>We wait</p></blockquote><figcaption>Ana</figcaption></figure>',
    ),
    (
        '<figure data-block="pullquote"><blockquote><p>“We</p><p>wait”</p></blockquote></figure>',
        '<figure data-block="pullquote"><blockquote><p>We<br>wait</p></blockquote></figure>',
    ),
    (
        '<figure data-block="pullquote"><p>„Wir <i>warten“</i></p><figcaption></figcaption></figure>',
        '<figure data-block="pullquote"><blockquote><p>Wir <em>warten</em></p></blockquote></figure>',
    ),
    (
        '<figure data-block="pullquote"><p>“Yes” and “no”</p></figure>',
        '<figure data-block="pullquote"><blockquote><p>“Yes” and “no”</p></blockquote></figure>',
    ),
    (
        '<figure data-block="pullquote"><figcaption>Only this</figcaption></figure>',
        '<figure data-block="pullquote"><blockquote><p>Only this</p></blockquote></figure>',
    ),
    ('<figure data-block="pullquote"><p>“”</p></figure>', '<figure data-block="pullquote"><blockquote><p>“”</p></blockquote></figure>'),
    ('<figure data-block="pullquote"><blockquote></blockquote></figure><p>a</p>', "<p>a</p>"),
    (
        '<figure data-block="pullquote">a<aside data-block="note">secret</aside><figcaption>b</figcaption></figure>',
        '<figure data-block="pullquote"><blockquote><p>a</p></blockquote></figure><aside data-block="note"><p>secret</p></aside>'
        '<figure data-block="pullquote"><blockquote><p>b</p></blockquote></figure>',
    ),
    # Infoboxes: the first heading is the title.
    ('<aside data-block="infobox"><h4>T</h4><h3>U</h3>v</aside>', '<aside data-block="infobox"><h2>T</h2><p>U</p><p>v</p></aside>'),
    ('<aside data-block="infobox"><p>a</p><h2>b</h2></aside>', '<aside data-block="infobox"><p>a</p><p>b</p></aside>'),
    (
        '<aside data-block="infobox"><ul><li><h2>a</h2></li><li>b<p>c</p></li></ul><ol><li>d</li></ol></aside>',
        '<aside data-block="infobox"><ul><li>a</li><li>b<br>c</li></ul><ol><li>d</li></ol></aside>',
    ),
    ('<aside data-block="infobox"><h2> </h2><p></p></aside><p>a</p>', "<p>a</p>"),
    (
        f'<aside data-block="infobox"><p>a</p>{table(["x", "y"], ["z", "w"])}<blockquote>b</blockquote></aside>',
        '<aside data-block="infobox"><p>a</p><p>x</p><p>y</p><p>z</p><p>w</p><p>b</p></aside>',
    ),
    (
        f'<aside data-block="infobox"><p>a</p>{TICKER}<p>b</p></aside>',
        f'<aside data-block="infobox"><p>a</p></aside>{TICKER}<aside data-block="infobox"><p>b</p></aside>',
    ),
    # Related stories stand once.
    (f"{RELATED}<p>a</p>{RELATED}", f"{RELATED}<p>a</p>"),
    ('<aside data-block="related" data-link="3"><p>a</p></aside>', f"{RELATED}<p>a</p>"),
    # Embeds: an address of the list, a title of text alone.
    (
        '<figure data-block="embed" data-url="http://youtu.be/dQw4w9WgXcQ?si=spy"><figcaption>The <b>bridge</b><br>'
        '<a href="https://evil.example/">opens</a></figcaption></figure>',
        FILM.replace("The bridge opens", "The bridge opens"),
    ),
    (FILM.replace("The bridge opens", ""), FILM.replace("The bridge opens", "")),
    (FILM.replace("<figcaption>", '<aside data-block="note">secret</aside><figcaption>'), FILM),
    # Tables.
    (
        table(["a", "b"], ["c"]),
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>c</td><td></td></tr></tbody></table>",
    ),
    (
        table(["a", "b", ""], ["", "", ""], ["<p>c</p><p>d</p>", "<ul><li>e</li><li><i>f</i></li></ul>", " "], caption="x<br><b>y</b>"),
        "<table><caption>x y</caption><thead><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><td>c<br>d</td><td>e<br><em>f</em></td></tr></tbody></table>",
    ),
    (
        "<table><tr><th rowspan=2>Ward</th><th colspan=2>Votes</th></tr><tr><th>Yes</th><th>No</th></tr>"
        "<tr><th>A</th><td>1</td><td>2</td></tr></table>",
        "<table><thead><tr><th>Ward</th><th>Votes</th><th></th></tr></thead><tbody><tr><td></td><td>Yes</td><td>No</td></tr>"
        "<tr><td>A</td><td>1</td><td>2</td></tr></tbody></table>",
    ),
    (table(["a"], ["b"]), "<p>a</p><p>b</p>"),
    (table(["a", ""], ["b", ""], caption="c"), "<p>c</p><p>a</p><p>b</p>"),
    (
        table(["a", table(["1", "2"], ["3", "4"])], ["b", "c"]),
        "<p>a</p><table><thead><tr><th>1</th><th>2</th></tr></thead><tbody><tr><td>3</td><td>4</td></tr></tbody></table>"
        "<p>b</p><p>c</p>",
    ),
    (table(["a", f"b{NOTE}"], ["c", "d"]), f"<p>a</p><p>b</p>{NOTE}<p>c</p><p>d</p>"),
    (f"<blockquote>{table(['a', 'b'], ['c', 'd'])}</blockquote>", "<blockquote><p>a</p><p>b</p><p>c</p><p>d</p></blockquote>"),
    (table(["a"] * 31, ["b"] * 31), "<p>a</p>" * 31 + "<p>b</p>" * 31),
    (f"<p>x{TABLE}y</p>", f"<p>x</p>{TABLE}<p>y</p>"),
]  # fmt: skip


@pytest.mark.parametrize(("dirty", "cleaned"), SHAPES, ids=map(str, range(len(SHAPES))))
def test_what_comes_in_takes_the_shape_of_its_kind(dirty, cleaned, monkeypatch):
    assert body.clean(dirty) == cleaned
    assert body.clean(cleaned) == cleaned
    monkeypatch.setattr(way_in, "MANY_TAGS", -1)
    assert body.clean(cleaned) == cleaned


def test_a_table_of_a_thousand_rows_and_a_cell_that_spans_all_are_read_quickly():
    wide = "<table>" + "<tr><td colspan=99 rowspan=9999>x</td><td>y</td></tr>" * 5_000 + "</table>"
    assert body.blocks(wide)[0] == Block("paragraph", "<p>x</p>", "x")
    many = "<table><tr><td>a</td>" * 30_000
    assert body.clean(many).startswith("<p>a</p><p>a</p>")


# --- Attacks --------------------------------------------------------------------------------------------------------

ATTACKS = [
    '" onload="alert(1)',
    "' onload='alert(1)",
    "&quot; onload=&quot;alert(1)",
    "><script>alert(1)</script>",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "//evil.example/",
    "https://evil.example/",
    "https://www.youtube.com@evil.example/watch?v=dQw4w9WgXcQ",
    "https://www.youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
    "https://evil.example/www.youtube.com/watch?v=dQw4w9WgXcQ",
    "https://youtu.be/dQw4w9WgXcQ\" onload='alert(1)'",
    "https://youtu.be/javascript:",
    "-1",
    "0x7",
    "7; DROP TABLE",
    "７",
    "7\n8",
    "9" * 16,
    "wide evil",
    "",
]
ATTRIBUTES = [
    (html, f'{name}="{value}"')
    for html, name, value in [
        (TICKER, "data-link", "0"),
        (TICKER, "data-block", "ticker"),
        (RELATED, "data-block", "related"),
        (NOTE, "data-block", "note"),
        (BOX, "data-block", "infobox"),
        (PULL, "data-block", "pullquote"),
        (IMAGE, "data-block", "image"),
        (IMAGE, "data-image", "7"),
        (IMAGE, "data-layout", "wide"),
        (POSTER, "data-block", "embed"),
        (POSTER, "data-image", "7"),
        (POSTER, "data-url", "https://www.youtube.com/watch?v=dQw4w9WgXcQ"),
    ]
]
# What is left of an attack where it is no attack there: an attribute that may be missing, or has a value of its own.
HARMLESS = {
    ("data-layout", ""): IMAGE.replace("wide", "text"),
    ("data-image", "", "embed"): FILM,
}


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(("html", "attribute"), ATTRIBUTES, ids=[f"{a} of {h[:30]}" for h, a in ATTRIBUTES])
@pytest.mark.parametrize("large", [False, True])
def test_an_attack_in_any_attribute_leaves_nothing_of_it(html, attribute, attack, large, monkeypatch):
    """The whole block goes, its text with it, or stays as it is without the attack."""
    if large:
        monkeypatch.setattr(way_in, "MANY_TAGS", -1)
    name = attribute.partition("=")[0]
    kind = html.split('data-block="')[1].split('"')[0]
    assert attribute in html and body.clean(html) == html
    allowed = HARMLESS.get((name, attack)) or HARMLESS.get((name, attack, kind)) or ""
    planted = html.replace(attribute, f'{name}="{entities.escape(attack)}"')
    assert body.clean(f"<p>before</p>{planted}<p>after</p>") == f"<p>before</p>{allowed}<p>after</p>"
    # Quotes in it end the attribute early.
    broken = body.clean(html.replace(attribute, name + '="' + attack + '"'))
    Inspector(broken)
    assert body.clean(broken) == broken


@pytest.mark.parametrize("html", EVERY.values(), ids=EVERY)
def test_attributes_that_nobody_asked_for_are_gone(html):
    planted = html.replace("<", '<x onload="alert(1)" style="x"></x><').replace(
        ">", ' onclick="alert(1)" class="evil" id="evil" style="color:red" srcdoc="evil">'
    )
    planted = planted.replace("</", "\0").replace("\0", "</")
    assert "evil" not in body.clean(planted) and "alert" not in body.clean(planted)


# --- Embeds ---------------------------------------------------------------------------------------------------------

DID = "did:plc:" + "a2" * 12
ADDRESSES = [
    ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
    ("youtu.be/dQw4w9WgXcQ?t=42", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
    ("https://m.youtube.com/watch?app=x&v=dQw4w9WgXcQ&list=y", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
    ("https://youtube.com/shorts/dQw4w9WgXcQ", "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ"),
    ("https://vimeo.com/76979871", "https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
    ("https://player.vimeo.com/video/76979871?h=8272103f6e", "https://vimeo.com/76979871/8272103f6e", "https://player.vimeo.com/video/76979871?dnt=1&h=8272103f6e"),
    ("https://mastodon.example/@ana/109876543210987654", "https://mastodon.example/@ana/109876543210987654", None),
    ("https://mastodon.example/@ana@other.example/109876543210987654", "https://mastodon.example/@ana@other.example/109876543210987654", None),
    ("https://bsky.app/profile/ana.example.org/post/3kabcdefgh22x", "https://bsky.app/profile/ana.example.org/post/3kabcdefgh22x", None),
    (f"https://bsky.app/profile/{DID}/post/3kabcdefgh22x", f"https://bsky.app/profile/{DID}/post/3kabcdefgh22x", f"https://embed.bsky.app/embed/{DID}/app.bsky.feed.post/3kabcdefgh22x"),
    ("https://twitter.com/ana/status/1234567890?s=20", "https://x.com/ana/status/1234567890", "https://platform.twitter.com/embed/Tweet.html?id=1234567890&dnt=true"),
    ("https://www.instagram.com/p/Cabc_-123/?img_index=1", "https://www.instagram.com/p/Cabc_-123/", "https://www.instagram.com/p/Cabc_-123/embed/"),
    ("https://www.tiktok.com/@ana.b/video/7123456789012345678", "https://www.tiktok.com/@ana.b/video/7123456789012345678", "https://www.tiktok.com/embed/v2/7123456789012345678"),
    ("https://soundcloud.com/ana/the-bridge", "https://soundcloud.com/ana/the-bridge", "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fana%2Fthe-bridge"),
    ("https://soundcloud.com/ana/sets/bridges", "https://soundcloud.com/ana/sets/bridges", "https://w.soundcloud.com/player/?url=https%3A%2F%2Fsoundcloud.com%2Fana%2Fsets%2Fbridges"),
    ("https://datawrapper.dwcdn.net/AbC12/3/", "https://datawrapper.dwcdn.net/AbC12/3/", "https://datawrapper.dwcdn.net/AbC12/3/"),
]  # fmt: skip
REFUSED = [
    "", "https://", "https://example.org/", "https://www.youtube.com/", "https://www.youtube.com/watch?v=short",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQtoolong", "https://vimeo.com/about", "https://x.com/ana", "ftp://youtu.be/dQw4w9WgXcQ",
    "https://youtu.be:8080/dQw4w9WgXcQ", "https://u:p@youtu.be/dQw4w9WgXcQ", "https://127.0.0.1/@ana/109876543210987654",
    "https://youtu.be/dQw4w9WgXcQ" + "?" + "x" * 500,
]  # fmt: skip


@pytest.mark.parametrize(("typed", "url", "frame"), ADDRESSES)
def test_an_address_becomes_the_one_that_is_stored_and_the_frame_it_opens_in(typed, url, frame):
    found = providers.embed(typed)
    assert (found.url, found.frame) == (url, frame)
    assert providers.embed(url) == found


@pytest.mark.parametrize("typed", REFUSED)
def test_other_addresses_are_no_embeds(typed):
    assert providers.embed(typed) is None


def test_the_window_promises_to_open_in_the_story_what_opens_whoever_it_is_of():
    found = [providers.embed(typed) for typed, _url, _frame in ADDRESSES]
    links = {embed.provider for embed in found if embed.frame is None}
    promised = [provider.name for provider in providers.PROVIDERS if provider.name not in links]
    assert links == {"Bluesky", "Mastodon"} and {embed.provider for embed in found} == {*links, *promised}
    told = str(editor.EXTENSIONS["Embed"]["words"]["help"])
    assert told == (
        f"Of {', '.join(promised)}: readers see a link, and a click shows it in the story. "
        "Of Bluesky, Mastodon: they see a link to it."
    )


def test_pages_may_open_frames_of_these_hosts_and_of_no_other():
    frames = [found.frame for typed, _url, _frame in ADDRESSES if (found := providers.embed(typed)).frame]
    assert {"/".join(frame.split("/")[:3]) for frame in frames} == set(providers.FRAME_HOSTS)
    assert f"frame-src {' '.join(providers.FRAME_HOSTS)};" in settings.CONTENT_SECURITY_POLICY
