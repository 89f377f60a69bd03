"""Who signs: the line of names in each language, a free line instead, and the note of wire copy that no reader sees."""

import pytest
from django.urls import reverse
from django.utils.translation import override
from lxml import html

from articles.models import Author, Byline
from articles.naming import merging
from articles.templatetags.stories import names
from tests.articles.test_admin import filled
from tests.factories import byline, make_author, make_published, make_revision, make_source, make_user

# By one, by two, by three; then with a place, with whom they write for, with both, and pictures by another.
LINES = {
    "en": [
        "By Ana", "By Ana and Ben", "By Ana, Ben and Cem",
        "By Ana in Kyiv", "By Ana (Radio)", "By Ana (Radio) in Kyiv and Ben · Pictures: Cem",
    ],
    "de": [
        "Von Ana", "Von Ana und Ben", "Von Ana, Ben und Cem",
        "Von Ana in Kyiv", "Von Ana (Radio)", "Von Ana (Radio) in Kyiv und Ben · Fotos: Cem",
    ],
    "uk": [
        "Текст: Ana", "Текст: Ana і Ben", "Текст: Ana, Ben і Cem",
        "Текст: Ana (Kyiv)", "Текст: Ana (Radio)", "Текст: Ana (Radio, Kyiv) і Ben · Фото: Cem",
    ],
    "ar": [
        "بقلم أنا", "بقلم أنا و بن", "بقلم أنا، بن و جم",
        "بقلم أنا في كييف", "بقلم أنا (إذاعة)", "بقلم أنا (إذاعة) في كييف و بن · صور: جم",
    ],
}  # fmt: skip
WORDS = {"ar": ["أنا", "بن", "جم", "إذاعة", "كييف"]}


@pytest.mark.parametrize("language", LINES)
def test_the_line_of_names_reads_right_in_each_language(language):
    ana, ben, cem, radio, kyiv = WORDS.get(language, ["Ana", "Ben", "Cem", "Radio", "Kyiv"])

    def signed(name, **more):
        return Byline(name=name, **more)

    rows = [
        [signed(ana)],
        [signed(ana), signed(ben)],
        [signed(ana), signed(ben), signed(cem)],
        [signed(ana, place=kyiv)],
        [signed(ana, affiliation=radio)],
        [signed(ana, affiliation=radio, place=kyiv), signed(ben), signed(cem, role="photo")],
    ]
    with override(language):
        assert [names(row) for row in rows] == LINES[language]


def test_nothing_in_a_name_becomes_markup_and_braces_stay_braces():
    row = Byline(name="{place} <b>", affiliation="{name} & Co", place="<i>{affiliation}")
    assert names([row]) == "By {place} &lt;b&gt; ({name} &amp; Co) in &lt;i&gt;{affiliation}"


@pytest.mark.django_db
def test_a_free_line_overrides_the_names_for_readers_and_machines_and_the_names_stay_listed(client):
    ana, dpa = make_author("Ana Petrenko"), make_source(credit_lines={"en": "With material from North Wire"})
    story = make_published(
        bylines=[byline(ana), byline(dpa)], byline_override="By our reporters at the harbour"
    )
    page = html.fromstring(client.get(story.get_absolute_url()).content.decode())
    assert page.xpath("//div[@class='by']/p[1]/text()") == ["By our reporters at the harbour"]
    assert "With material from North Wire" in page.text_content()
    assert story.headline in client.get(ana.get_absolute_url()).content.decode()


# The note of wire copy


@pytest.fixture
def copy():
    """A story of wire copy whose note names Ana, who is an author here, and is not dealt with."""
    make_author("Ana Petrenko")
    return make_revision(
        by=make_user("ana", "reporter"),
        bylines=[byline(make_source())],
        byline_note="Ana Petrenko reported from Sarn.",
    ).article


@pytest.mark.django_db
def test_whom_the_note_of_copy_names_is_offered_as_author_and_the_note_can_be_dropped(client, copy):
    client.force_login(make_user("ana", "reporter"))
    form = reverse("admin:articles_article_change", args=[copy.pk])
    page = client.get(form)
    assert [str(author) for author in page.context["suggested"]["authors"]] == ["Ana Petrenko"]
    author = Author.objects.get()
    client.post(
        form,
        filled(page, byline_note="", act="save")
        | {"bylines-1-author": author.pk, "bylines-1-role": "reporting"},
    )
    copy.refresh_from_db()
    content = copy.latest_revision.content
    assert [row["name"] for row in content["bylines"]] == ["North Wire", "Ana Petrenko"]
    assert content["byline_note"] == ""


@pytest.mark.django_db
def test_a_note_that_is_left_reaches_no_reader(client):
    story = make_published(byline_note="Zwischenruf Niemand reported")
    feeds = [reverse("feed", args=[form]) for form in ("rss", "atom", "json")]
    for address in [story.get_absolute_url(), "/", *feeds]:
        assert "Niemand" not in client.get(address).content.decode(), address


@pytest.mark.django_db
def test_a_new_story_is_signed_as_the_account_s_author_is_called_since_a_merge(client):
    ana = make_user("ana", "reporter")
    known, own = make_author("Ana Petrenko"), make_author("A. Petrenko", account=ana)
    merging.merge([own], into=known, by=ana)
    client.force_login(ana)
    story = client.get(reverse("admin:articles_article_add")).context["story"]
    assert [row["name"] for row in story.before["bylines"]] == ["Ana Petrenko"]
