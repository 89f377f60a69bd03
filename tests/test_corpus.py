"""Invented stories for measuring: the same everywhere, and the rows that the desk's own acts would leave."""

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from accounts.models import AuditEntry, User
from articles import body, revisions, workflow
from articles.checks import check
from articles.models import (
    Article,
    Author,
    Byline,
    Correction,
    PublishAct,
    Revision,
    Section,
    Tag,
    TaggedItem,
)
from delivery.models import Purge
from newsroom import corpus, corpus_text
from tests.factories import make_chief, make_published, make_tag

pytestmark = pytest.mark.django_db


def run(*args, **options):
    out = StringIO()
    call_command("load_corpus", *args, stdout=out, **options)
    return out.getvalue()


def rows_of(article):
    """What an article's rows say, without their keys."""
    names = sorted(
        (revisions.CONTENT | revisions.PUBLICATION) - {"live_revision", "follows", "translation_of"}
    )
    columns = {name: getattr(article, name) for name in names}
    tags = [(row.tag_id, row.position, row.visible_from) for row in article.tagged_items.all()]
    fields = "author_id", "source_id", "position", "role", "name", "affiliation", "place", "visible_from"
    return columns, tags, list(article.bylines.values_list(*fields))


# Texts


def test_story_number_n_is_the_same_text_on_every_machine():
    assert corpus_text.text(1).headline == "What western evening classes mean for Yarrowstead"
    texts = repr([corpus_text.text(number) for number in range(100)])
    assert (
        hashlib.sha256(texts.encode()).hexdigest()
        == "bb0d1b1ec71966d144724a2a41166956fe9932b992493bde59d2a2375e3498c3"
    )


def test_a_story_has_about_450_words():
    lengths = [sum(len(text.split()) for _, text in corpus_text.text(n).paragraphs) for n in range(300)]
    assert (min(lengths) > 400, max(lengths) < 500, round(sum(lengths) / 300)) == (True, True, 451)


def test_no_two_places_people_organisations_topics_or_authors_share_a_name():
    names = [corpus_text.place_name(n) for n in range(corpus_text.PLACES)]
    names += [corpus_text.person_name(n) for n in range(corpus_text.PERSONS)]
    names += [corpus_text.organisation_name(n) for n in range(corpus_text.ORGANISATIONS)]
    names += [corpus_text.topic_name(n) for n in range(corpus_text.TOPICS)]
    assert len({corpus.slug_of(name) for name in names}) == len(names) == 3000
    assert len({corpus_text.author_name(n) for n in range(corpus_text.AUTHORS)}) == corpus_text.AUTHORS


def test_one_tag_is_carried_by_eight_stories_in_a_hundred_and_the_others_have_a_long_tail():
    texts = [corpus_text.text(number) for number in range(2000)]
    tags = Counter(row["slug"] for text in texts for row in corpus.tag_rows(text))
    (first, most), (_, second) = tags.most_common(2)
    assert (first, most) == ("coastal-bus-lanes", 160)
    assert second < 60
    assert len(tags) > 1500
    assert sum(1 for count in tags.values() if count < 3) > len(tags) / 2


def test_a_body_is_what_the_one_cleaner_would_leave_of_it():
    for number in range(50):
        paragraphs = corpus_text.text(number).paragraphs
        html = corpus.body_html(paragraphs)
        assert html == body.from_paragraphs(paragraphs) == body.clean(html)
    assert [block.html for block in body.blocks(corpus.without_ending(html))] == [
        block.html for block in body.blocks(html)[:-1]
    ]


def test_stories_spread_evenly_over_the_years_however_many_there_are():
    until = datetime(2026, 1, 1, tzinfo=UTC)
    days = [(until - corpus.moment(number, until)) / timedelta(days=1) for number in range(5)]
    assert days == [1, 1 + 1095, 1 + 547.5, 1 + 1642.5, 1 + 273.75]


# Rows


def test_as_many_stories_as_asked_for_are_published():
    assert corpus.load(30) == 30
    assert corpus.count() == Article.objects.published().count() == 30
    newest = Article.objects.newest_first().first()
    assert newest.visible_from == corpus.UNTIL - timedelta(days=1)


def test_the_columns_and_rows_are_those_that_publishing_the_same_text_would_leave():
    corpus.load(3)
    for article in Article.objects.filter(version=1):
        revision = workflow.create(article.live_revision.content, by=make_chief())
        workflow.publish(revision, by=make_chief(), at=article.publish_at)
        assert rows_of(article) == rows_of(Article.objects.get(pk=revision.article_id))
        assert revision.content == article.live_revision.content
        assert (article.working_headline, article.working_section_id) == (
            article.headline,
            article.section_id,
        )
        assert [found for found in check(article.live_revision) if found.severity == "block"] == []


def test_every_tenth_story_was_changed_after_publication():
    corpus.load(30)
    kinds = list(PublishAct.objects.order_by("article", "at").values_list("kind", flat=True))
    assert Counter(kinds) == {"first": 30, "update": 1, "typo": 1, "correction": 1}
    assert (Revision.objects.count(), PublishAct.objects.filter(until=None).count()) == (
        9 * 1 + 18 * 2 + 3 * 3,
        30,
    )
    assert Correction.objects.get().act.kind == "correction"
    assert Counter(AuditEntry.objects.filter(actor__username="corpus").values_list("verb", flat=True)) == {
        "create": 30,
        "save": 24,
        "publish": 33,
    }
    updated, typo, corrected = (Article.objects.get(uuid=corpus.story_uuid(number)) for number in (9, 19, 29))
    assert updated.updated == updated.first_published + timedelta(hours=3)
    assert (typo.updated, typo.corrected) == (typo.first_published, None)
    assert corrected.corrected == corrected.first_published + timedelta(hours=3)


def test_the_copies_of_the_publication_time_are_the_articles():
    corpus.load(20)
    assert TaggedItem.objects.count() == 80
    assert not TaggedItem.objects.exclude(visible_from=F("content_object__visible_from")).exists()
    assert (
        Byline.objects.exists()
        and not Byline.objects.exclude(visible_from=F("article__visible_from")).exists()
    )


def test_a_tag_and_an_author_made_in_bulk_are_their_own_root():
    corpus.load(10)
    for model in (Tag, Author):
        assert model.objects.exists() and not model.objects.exclude(canonical=F("pk")).exists()


def test_running_again_adds_up_to_the_number_and_changes_nothing(monkeypatch):
    monkeypatch.setattr(corpus, "BATCH", 7)
    assert corpus.load(20) == 20
    before = list(Article.objects.order_by("pk").values())
    assert (corpus.load(20), corpus.load(10), corpus.load(25)) == (0, 0, 5)
    assert list(Article.objects.order_by("pk").values())[:20] == before
    assert [article.uuid for article in Article.objects.order_by("pk")] == [
        corpus.story_uuid(n) for n in range(25)
    ]


def test_a_run_that_dies_leaves_whole_batches_and_the_next_goes_on(monkeypatch):
    monkeypatch.setattr(corpus, "BATCH", 5)
    written = corpus.Batch.write

    def die_in_the_third(batch):
        written(batch)
        if 12 in batch.texts:
            raise KeyboardInterrupt

    monkeypatch.setattr(corpus.Batch, "write", die_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        corpus.load(20)
    monkeypatch.setattr(corpus.Batch, "write", written)
    assert (corpus.count(), Revision.objects.values("article").distinct().count()) == (10, 10)
    assert (corpus.load(20), Article.objects.published().count()) == (10, 20)


def test_the_desk_goes_on_publishing_after_it():
    corpus.load(10)
    article = make_published(headline="Written by hand")
    assert Article.objects.newest_first().first() == article


def test_what_bears_a_name_already_is_used_and_left_as_it_is():
    tag = make_tag("Coastal bus lanes", kind="series")
    section = Section.objects.create(slug="world", name="Abroad")
    corpus.load(25)
    tag.refresh_from_db()
    section.refresh_from_db()
    assert (tag.kind, tag.items.count(), section.name) == ("series", 2, "Abroad")
    assert section.articles.exists()


def test_nobody_can_sign_in_as_the_author_of_the_corpus():
    corpus.load(1)
    user = User.objects.get(username="corpus")
    assert (user.is_active, user.is_staff, user.has_usable_password()) == (False, False, False)


def test_every_stored_page_goes_stale():
    corpus.load(1)
    assert list(Purge.objects.values_list("key", flat=True)) == ["site"]


# The command


def test_the_command_says_what_it_added():
    assert run("12").startswith("Added 12 stories in ")
    assert run("12") == "The corpus has 12 stories already; nothing was added.\n"
    assert run("14", "--until", "2020-03-04", verbosity=0) == ""
    newest = Article.objects.filter(uuid__gte=corpus.story_uuid(12)).order_by("-visible_from").first()
    assert newest.visible_from < datetime(2020, 3, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    "args, sentence",
    [
        ([], "Say how many stories there are to be: load_corpus 10000."),
        (["-5"], "N is '-5': give a whole number from 1 to 10000000, such as load_corpus 10000."),
        (["many"], "N is 'many': give a whole number from 1 to 10000000, such as load_corpus 10000."),
        (["0"], "N is '0': give a whole number from 1 to 10000000, such as load_corpus 10000."),
        (["5", "--until", "today"], "--until is 'today': give a day such as 2026-01-01."),
        (
            ["5", "--until", "2999-01-01"],
            "--until is 2999-01-01, which is ahead: readers would not see the stories yet.",
        ),
    ],
)
def test_a_bad_argument_is_answered_with_one_sentence(args, sentence):
    with pytest.raises(CommandError) as caught:
        run(*args)
    assert str(caught.value) == sentence
    assert not Article.objects.exists()
