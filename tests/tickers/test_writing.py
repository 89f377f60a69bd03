import pytest
from hypothesis import given
from hypothesis import strategies as st

from tickers.writing import as_body, parted

FIGURE = (
    '<figure data-block="image" data-image="7" data-layout="text"><figcaption>A mole</figcaption></figure>'
)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\nTwo.\n\nThree.", "<p>One.<br>Two.</p><p>Three.</p>"),
        ("See https://example.org/a?b=1&c=2.", '<p>See <a href="https://example.org/a?b=1&amp;c=2">https://example.org/a?b=1&amp;c=2</a>.</p>'),
        ("Read [the list](https://example.org/) now", '<p>Read <a href="https://example.org/">the list</a> now</p>'),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("[x](javascript:y)", "<p>[x](javascript:y)</p>"),
        ("  \n\n ", ""),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_paragraphs_and_links(text, html):
    assert as_body(text) == html


def test_pictures_after_the_text_are_kept_beside_it():
    assert parted(f"<p>One.</p>{FIGURE}") == ("One.", FIGURE)
    assert parted(FIGURE) == ("", FIGURE)


@pytest.mark.parametrize("html", ["<ul><li>x</li></ul>", "<p><strong>x</strong></p>", f"{FIGURE}<p>x</p>"])
def test_what_text_would_lose_has_no_text(html):
    assert parted(html) == (None, "")


@given(st.text())
def test_text_that_is_offered_for_editing_comes_back_as_the_same_body(text):
    html = as_body(text)
    again, pictures = parted(html)
    assert again is None or as_body(again) + pictures == html
