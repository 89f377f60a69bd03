"""Two editors, one version: what is joined, what collides, and that no word of either is lost."""

import re
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import body, revisions
from articles.writing import compare
from articles.writing.merge import BOTH, LISTS, MINE, THEIRS, Merge, Undecided

ONE, TWO, THREE = "<p>One boat came.</p>", "<p>Two trams went by.</p>", "<p>Three bells rang at noon.</p>"


def content(**fields):
    return revisions.blank(**fields)


def merged(base, mine, theirs, choices=None):
    return Merge(base, mine, theirs).content(choices)


def merged_body(base, mine, theirs):
    return merged(*(content(body=html) for html in (base, mine, theirs)))["body"]


def line(text, article=None, url="", after_block=0):
    return {"text": text, "article": article, "url": url, "after_block": after_block}


def box(link):
    return f'<aside data-block="ticker" data-link="{link}"></aside>'


def person(pk, name, **fields):
    row = {"author": {"id": pk, "name": name}, "source": None, "role": "text", "name": name}
    return row | {"affiliation": "", "place": ""} | fields


# Fields


def test_different_fields_are_joined():
    base = content(headline="Old", kicker="Harbour")
    result = Merge(base, base | {"headline": "Mine"}, base | {"kicker": "Theirs", "urgency": 3})
    assert result.collisions == []
    assert result.content() == base | {"headline": "Mine", "kicker": "Theirs", "urgency": 3}


def test_one_field_written_twice_collides_and_a_person_decides():
    base = content(headline="Old", standfirst="")
    result = Merge(base, base | {"headline": "Mine"}, base | {"headline": "Theirs"})
    [collision] = result.collisions
    assert (collision.key, collision.base, collision.mine, collision.theirs) == (
        "headline",
        "Old",
        "Mine",
        "Theirs",
    )
    assert collision.choices == [MINE, THEIRS]
    assert result.content({"headline": MINE})["headline"] == "Mine"
    assert result.content({"headline": THEIRS})["headline"] == "Theirs"


def test_of_a_long_text_both_can_stay():
    base = content()
    result = Merge(base, base | {"ednote": "Mine."}, base | {"ednote": "Theirs."})
    assert result.content({"ednote": BOTH})["ednote"] == "Theirs.\nMine."


@pytest.mark.parametrize("answer", [{}, {"headline": "both"}, {"headline": "", "kicker": "mine"}])
def test_nothing_is_joined_while_something_is_undecided(answer):
    base = content(headline="Old")
    result = Merge(base, base | {"headline": "Mine"}, base | {"headline": "Theirs"})
    with pytest.raises(Undecided) as caught:
        result.content(answer)
    assert caught.value.collisions == result.collisions


def test_a_name_that_changed_elsewhere_is_no_change_of_the_story():
    base = content(section={"id": 1, "name": "Politics"}, tags=[{"id": 5, "name": "Trams"}])
    theirs = base | {"section": {"id": 2, "name": "Sport"}, "tags": []}
    mine = base | {"section": {"id": 1, "name": "Policy"}, "tags": [{"id": 5, "name": "Tramways"}]}
    assert merged(base, mine, theirs) == theirs


# The body


def test_different_paragraphs_are_joined():
    mine, theirs = ONE + "<p>Two trams went home.</p>" + THREE, "<p>One ship came.</p>" + TWO + THREE
    assert (
        merged_body(ONE + TWO + THREE, mine, theirs)
        == "<p>One ship came.</p><p>Two trams went home.</p>" + THREE
    )


def test_one_paragraph_written_twice_collides_in_its_place():
    base, mine, theirs = (
        content(body=f"{ONE}<p>Two {word} went by.</p>{THREE}") for word in ("trams", "cars", "carts")
    )
    result = Merge(base, mine, theirs)
    [collision] = result.collisions
    assert (collision.mine, collision.theirs) == ("<p>Two cars went by.</p>", "<p>Two carts went by.</p>")
    assert result.content({collision.key: MINE}) == mine
    assert result.content({collision.key: THEIRS}) == theirs
    both = f"{ONE}<p>Two carts went by.</p><p>Two cars went by.</p>{THREE}"
    assert result.content({collision.key: BOTH})["body"] == both


def test_a_paragraph_taken_out_by_one_and_changed_by_the_other_collides():
    base, mine, theirs = (
        content(body=ONE + TWO),
        content(body=ONE),
        content(body=ONE + "<p>Two trams went out.</p>"),
    )
    for first, second, expected in ((mine, theirs, ONE), (theirs, mine, theirs["body"])):
        result = Merge(base, first, second)
        [collision] = result.collisions
        assert collision.choices == [MINE, THEIRS]
        assert result.content({collision.key: MINE})["body"] == expected


def test_a_paragraph_that_one_took_out_is_gone():
    assert merged_body(ONE + TWO + THREE, ONE + THREE, ONE + TWO + "<p>Three bells rang at one.</p>") == (
        ONE + "<p>Three bells rang at one.</p>"
    )


def test_what_both_added_in_one_place_stands_one_after_the_other():
    new, other = "<p>Ferries wait.</p>", "<p>Cranes turn slowly.</p>"
    assert merged_body(ONE + TWO, ONE + new + TWO, ONE + other + TWO) == ONE + new + other + TWO


def test_what_both_added_alike_stands_once():
    new = "<p>Ferries wait.</p>"
    assert merged_body(ONE + TWO, ONE + new + TWO + THREE, ONE + new + TWO) == ONE + new + TWO + THREE


def test_a_paragraph_that_one_moved_keeps_what_the_other_wrote_in_it():
    changed = "<p>Two trams went by quickly.</p>"
    assert merged_body(ONE + TWO + THREE, TWO + ONE + THREE, ONE + changed + THREE) == changed + ONE + THREE
    assert merged_body(ONE + TWO + THREE, ONE + changed + THREE, THREE + ONE + TWO) == THREE + ONE + changed


def test_a_paragraph_rewritten_from_its_first_word_is_still_that_paragraph():
    base, mine = content(body=ONE + TWO + THREE), content(body=ONE + "<p>Nobody moved.</p>" + THREE)
    theirs = content(body=ONE + "<p>Two trams went by late.</p>" + THREE)
    assert [each.mine for each in Merge(base, mine, theirs).collisions] == ["<p>Nobody moved.</p>"]


def test_blocks_without_words_are_known_by_what_they_show():
    def figure(pk, caption, layout="text"):
        return (
            f'<figure data-block="image" data-image="{pk}" data-layout="{layout}">'
            f"<figcaption>{caption}</figcaption></figure>"
        )

    base = ONE + figure(7, "A boat") + TWO
    mine, theirs = ONE + figure(7, "A grey boat") + TWO, ONE + TWO + figure(7, "A boat")
    assert merged_body(base, mine, theirs) == ONE + TWO + figure(7, "A grey boat")
    # Both chose another picture: both stay, for none was asked about the other.
    both = merged_body(base, ONE + figure(8, "") + TWO, ONE + figure(9, "") + TWO)
    assert body.picture_ids(both) == [8, 9] or body.picture_ids(both) == [9, 8]


# Lists


def test_lists_are_joined_by_whom_they_name():
    ana, ivo, mara = person(1, "Ana"), person(2, "Ivo"), person(3, "Mara")
    base = content(bylines=[ana, ivo], tags=[{"id": 1, "name": "Trams"}, {"id": 2, "name": "Ships"}])
    mine = base | {
        "bylines": [ivo, ana | {"place": "Marrow"}],
        "tags": [*base["tags"], {"id": 3, "name": "Ice"}],
    }
    theirs = base | {"bylines": [ana, ivo, mara], "tags": [{"id": 2, "name": "Ships"}]}
    result = merged(base, mine, theirs)
    assert [row["name"] for row in result["bylines"]] == ["Ivo", "Ana", "Mara"]
    assert result["bylines"][1]["place"] == "Marrow"
    assert [tag["name"] for tag in result["tags"]] == ["Ships", "Ice"]


def test_one_byline_written_twice_collides():
    base = content(bylines=[person(1, "Ana")])
    mine, theirs = (base | {"bylines": [person(1, "Ana", place=place)]} for place in ("Marrow", "Kyiv"))
    result = Merge(base, mine, theirs)
    assert [(each.key, each.mine["place"]) for each in result.collisions] == [("bylines-0", "Marrow")]
    assert result.content({"bylines-0": THEIRS}) == theirs


# Ticker lines: boxes count them by number, and they count blocks


def test_boxes_follow_their_lines():
    first, second = (
        line("First line", url="https://one.example/"),
        line("Second line", url="https://two.example/"),
    )
    base = content(body=ONE + TWO + box(0), ticker_links=[first])
    mine = content(body=ONE + TWO + box(1) + box(0), ticker_links=[second, first])
    theirs = content(body="<p>One ship came.</p>" + TWO + box(0), ticker_links=[first])
    result = merged(base, mine, theirs)
    assert result["body"] == "<p>One ship came.</p>" + TWO + box(1) + box(0)
    assert [row["text"] for row in result["ticker_links"]] == ["Second line", "First line"]


def test_both_add_a_line_with_a_box():
    base = content(body=ONE + TWO)
    mine = content(body=ONE + box(0) + TWO, ticker_links=[line("Mine", url="https://one.example/")])
    theirs = content(body=ONE + TWO + box(0), ticker_links=[line("Theirs", url="https://two.example/")])
    result = merged(base, mine, theirs)
    texts = [row["text"] for row in result["ticker_links"]]
    assert sorted(texts) == ["Mine", "Theirs"]
    assert result["body"] == ONE + box(texts.index("Mine")) + TWO + box(texts.index("Theirs"))


def test_a_box_keeps_its_line_though_the_other_took_the_line_away():
    base = content(body=ONE + TWO, ticker_links=[line("Follow it", url="https://one.example/")])
    mine = base | {"body": ONE + box(0) + TWO}
    theirs = base | {"ticker_links": [], "kicker": "Live"}
    result = merged(base, mine, theirs)
    assert (result["body"], [row["text"] for row in result["ticker_links"]]) == (
        ONE + box(0) + TWO,
        ["Follow it"],
    )


def test_a_line_without_a_box_stays_after_its_paragraph():
    base = content(
        body=ONE + TWO, ticker_links=[line("Follow it", url="https://one.example/", after_block=1)]
    )
    mine = base | {"body": ONE + TWO + THREE}
    theirs = base | {
        "body": "<p>Before all of it.</p>" + ONE + TWO,
        "ticker_links": [base["ticker_links"][0] | {"after_block": 2}],
    }
    result = merged(base, mine, theirs)
    assert result["body"] == "<p>Before all of it.</p>" + ONE + TWO + THREE
    assert [row["after_block"] for row in result["ticker_links"]] == [2]


# Whatever two people do

WORDS = "harbour tram bridge noon city water strike mayor bell crane fog ice".split()
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
pictures = st.integers(1, 3).map(
    lambda pk: (
        f'<figure data-block="image" data-image="{pk}" data-layout="text"><figcaption></figcaption></figure>'
    )
)
PULLQUOTE = '<figure data-block="pullquote"><blockquote><p>{}</p></blockquote></figure>'
TABLE = "<table><thead><tr><th>Ship</th><th>{0}</th></tr></thead><tbody><tr><td>{0}</td><td>2</td></tr></tbody></table>"
boxed = st.sampled_from(
    [
        PULLQUOTE,
        TABLE,
        '<aside data-block="infobox"><h2>Box</h2><p>{}</p></aside>',
        '<aside data-block="note"><p>{}</p></aside>',
        '<aside data-block="related"></aside>',
        '<figure data-block="embed" data-url="https://www.youtube.com/watch?v=abcdefghij1"><figcaption>{}</figcaption></figure>',
    ]
)
blocks = st.one_of(
    st.builds(str.format, boxed, words),
    words.map("<p>{}</p>".format),
    words.map("<h2>{}</h2>".format),
    words.map("<ul><li>{}</li></ul>".format),
    pictures,
    st.integers(0, 2).map(box),
)
lines = st.builds(
    line,
    words,
    url=words.map(lambda text: f"https://x.example/{text.replace(' ', '-')}"),
    after_block=st.integers(0, 9),
)
references = st.integers(1, 5).map(lambda pk: {"id": pk, "name": f"Thing {pk}"})
unique = st.lists(references, max_size=4, unique_by=lambda row: row["id"])
contents = st.builds(
    content,
    headline=words,
    standfirst=words,
    body=st.lists(blocks, max_size=7).map("".join).map(body.clean),
    tags=unique,
    related=unique,
    section=st.none() | references,
    urgency=st.none() | st.integers(1, 9),
    bylines=st.lists(st.builds(person, st.integers(1, 4), st.just("Ana"), place=words), max_size=3),
    ticker_links=st.lists(lines, max_size=3),
)


@st.composite
def edits(draw, base):
    """A text that somebody made of ``base``: blocks written, moved, taken out and changed, fields filled anew."""
    fields = draw(
        st.sets(st.sampled_from(["headline", "standfirst", "tags", "section", "bylines", "ticker_links"]))
    )
    other = draw(contents)
    story = [block.html for block in body.blocks(base["body"])]
    for _ in range(draw(st.integers(0, 3))):
        act, place = draw(st.sampled_from("write move cut change".split())), draw(st.integers(0, len(story)))
        if act == "write":
            story.insert(place, draw(blocks))
        elif place < len(story):
            block = story.pop(place)
            if act == "move":
                story.insert(draw(st.integers(0, len(story))), block)
            elif act == "change":
                story.insert(place, re.sub(r"\w+(?=</(p|h2|li)>)", draw(words), block))
    return base | {name: other[name] for name in fields} | {"body": body.clean("".join(story))}


two_edits = contents.flatmap(lambda base: st.tuples(st.just(base), edits(base), edits(base)))


@given(two_edits)
def test_what_one_alone_changed_is_as_that_one_left_it(texts):
    base, mine, theirs = texts
    assert merged(base, mine, base) == mine
    assert merged(base, base, theirs) == theirs
    assert merged(base, mine, mine) == mine


class LongWay(Merge):
    """Joins the text block by block also where only one of both touched it."""

    def _of_one_side(self):
        return None


def tidy(text):
    """Return ``text`` with boxes and places of ticker lines that lead somewhere."""
    rows, html = text["ticker_links"], text["body"]
    html = body.renumber_boxes(html, {place: place for place in range(len(rows))})
    last = len(body.blocks(html))
    return text | {
        "body": html,
        "ticker_links": [row | {"after_block": min(row["after_block"], last)} for row in rows],
    }


@given(two_edits)
def test_joining_block_by_block_leaves_the_text_of_one_as_that_one_left_it(texts):
    base, mine, theirs = map(tidy, texts)
    assert LongWay(base, mine, base).content() == mine
    assert LongWay(base, base, theirs).content() == theirs
    assert LongWay(base, mine, mine).content() == mine


def pieces(content):
    """Return what somebody wrote, as things that can be counted: blocks, rows, texts."""
    found = Counter()
    for block in body.blocks(content["body"]):
        if block.kind != "ticker":
            found["body", block.html] += 1
    for name in ("bylines", "tags", "related", "ticker_links"):
        for row in content[name]:
            found[
                name, compare.row_part(name, {**row, "after_block": 0} if "after_block" in row else row).key
            ] += 1
    for name in ("headline", "standfirst", "section", "urgency"):
        found[name, str(content[name])] += 1
    return found


def of_collisions(collisions):
    found = Counter()
    for each in collisions:
        for value in (each.mine, each.theirs):
            if each.field in (*LISTS, "ticker_links") and value:
                row = {**value, "after_block": 0} if each.field == "ticker_links" else value
                found[each.field, compare.row_part(each.field, row).key] += 1
            else:
                found[each.field, str(value)] += 1
    return found


@given(two_edits)
def test_nothing_that_either_wrote_is_lost(texts):
    base, mine, theirs = texts
    result = Merge(base, mine, theirs)
    for answer in (MINE, THEIRS):
        whole = result.content({each.key: answer for each in result.collisions})
        there = pieces(whole) + of_collisions(result.collisions)
        for side in (mine, theirs):
            written = pieces(side) - pieces(base)
            assert {piece: count for piece, count in written.items() if not there[piece]} == {}


@given(two_edits)
def test_a_merged_text_has_one_spelling_and_its_boxes_lead_somewhere(texts):
    result = Merge(*texts)
    whole = result.content({each.key: each.choices[-1] for each in result.collisions})
    assert body.clean(whole["body"]) == whole["body"]
    links = [int(block.data["link"]) for block in body.blocks(whole["body"]) if block.kind == "ticker"]
    if whole["body"] not in {text["body"] for text in texts}:
        assert all(link < len(whole["ticker_links"]) for link in links)


@given(two_edits)
def test_whose_text_is_whose_makes_no_difference_but_for_the_order(texts):
    base, mine, theirs = texts
    one, other = Merge(base, mine, theirs), Merge(base, theirs, mine)
    assert len(one.collisions) == len(other.collisions)
    assert pieces(one.content({each.key: MINE for each in one.collisions})).keys() == (
        pieces(other.content({each.key: THEIRS for each in other.collisions})).keys()
    )


def test_a_long_text_is_merged_in_no_time():
    story = [f"<p>Paragraph {number} of a long story about the harbour.</p>" for number in range(1500)]
    mine, theirs = list(story), list(story)
    mine[3:900:7] = [text.replace("long", "short") for text in mine[3:900:7]]
    theirs[901::7] = [text.replace("long", "tall") for text in theirs[901::7]]
    result = Merge(*(content(body="".join(text)) for text in (story, mine, theirs)))
    assert result.collisions == []
    assert result.content()["body"].count("short") == len(range(3, 900, 7))


def test_the_cast_of_pieces_would_notice_a_loss():
    one, other = content(body=ONE), content(body=TWO)
    assert all(pieces(left) - pieces(right) for left, right in combinations((one, other), 2))
