"""Authors have faces: on their page, beside what they argue, and for machines; with rights like every picture."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import html

from articles.models import Author, Tag
from articles.naming import vocabulary
from delivery.models import Purge
from images.models import Image
from tests.articles.test_admin import filled_thing
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_image,
    make_published,
    make_tag,
    make_user,
)
from tests.images import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return make_author(portrait=make_image("Ana", size=(640, 640), credit="Mika Torvald"))


def read(client, address):
    answer = client.get(address)
    return answer, html.fromstring(answer.content.decode())


def test_the_page_of_an_author_shows_the_portrait_with_its_credit(client, ana):
    make_published(bylines=[byline(ana)])
    answer, page = read(client, ana.get_absolute_url())
    assert page.xpath("//figure[@class='portrait']//img/@alt") == ["Ana Petrenko"]
    assert page.xpath("//figure[@class='portrait']/figcaption/text()") == ["Mika Torvald"]
    assert ana.portrait.page_key in answer.page_keys
    (profile, _way) = map(json.loads, page.xpath("//script[@type='application/ld+json']/text()"))
    image = profile["mainEntity"]["image"]
    assert (image["@type"], image["width"], image["height"], image["creditText"]) == (
        "ImageObject",
        480,
        480,
        "Mika Torvald",
    )


def test_a_portrait_whose_licence_ends_takes_the_page_with_it_and_is_gone(client, ana):
    make_published(bylines=[byline(ana)])
    ends = timezone.now() + timedelta(hours=1)
    Image.objects.update(licence_until=ends)
    assert client.get(ana.get_absolute_url()).page_until == ends
    Image.objects.update(licence_until=timezone.now())
    answer, page = read(client, ana.get_absolute_url())
    assert page.xpath("//img") == []
    assert ana.portrait.page_key in answer.page_keys


def test_beside_an_opinion_stands_who_argues_and_beside_news_nobody(client, ana):
    opinion = make_published(headline="I think", genre="opinion", bylines=[byline(ana)])
    news = make_published(headline="It happened", bylines=[byline(ana)])
    two = make_published(headline="We", genre="opinion", bylines=[byline(ana), byline(make_author("Ben Ro"))])
    faces = {}
    for story in (opinion, news, two):
        answer, page = read(client, story.get_absolute_url())
        faces[story.headline] = (
            page.xpath("//div[@class='portrait']//img/@alt"),
            ana.portrait.page_key in answer.page_keys,
        )
    assert faces == {"I think": ([""], True), "It happened": ([], False), "We": ([], False)}


def test_a_new_portrait_calls_the_pages_back_and_is_noted_in_the_library(ana):
    before = Purge.objects.count()
    vocabulary.keep(ana, by=make_chief(), created=False, fields=["portrait"])
    keys = set(Purge.objects.order_by("pk")[before:].values_list("key", flat=True))
    assert {ana.page_key, ana.list_key} <= keys
    assert [use.target_name for use in ana.portrait.uses.all()] == ["Ana Petrenko"]
    ana.portrait = None
    vocabulary.keep(ana, by=make_chief(), created=False, fields=["portrait"])
    assert Image.objects.get().uses.count() == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"credit": " "}, "The picture “New” has no credit; name who made it."),
        (
            {"licence_until": timezone.now()},
            "The picture “New” may not be shown any more; take another picture.",
        ),
        ({}, None),
    ],
)
def test_a_portrait_needs_a_credit_and_rights(change, message):
    chief, author = make_chief(), make_author()
    picture = make_image("New", **change)
    client = Client()
    client.force_login(chief)
    address = f"/admin/articles/author/{author.pk}/change/"
    seen = html.fromstring(client.get(address).content.decode()).xpath("//input[@name='seen']/@value")[0]
    data = {"name": author.name, "slug": author.slug, "kind": "staff", "portrait": picture.pk, "seen": seen}
    answer = client.post(address, data)
    saved = Author.objects.get(pk=author.pk).portrait
    if message is None:
        assert (answer.status_code, saved) == (302, picture)
    else:
        assert saved is None
        assert answer.context["adminform"].form.errors["portrait"] == [message]


# Brought in where they are needed


@pytest.fixture
def tom(client, settings, tmp_path):
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "media", tmp_path
    user = make_user("tom", "tag desk")
    client.force_login(user)
    return user


def a_file(colour="red"):
    return SimpleUploadedFile("mara.png", files.picture("PNG", (400, 400), colour=colour))


def save(client, thing, **typed):
    address = reverse(f"admin:articles_{thing._meta.model_name}_change", args=[thing.pk])
    page = client.get(address)
    assert 'enctype="multipart/form-data"' in page.content.decode()
    return client.post(address, filled_thing(page) | typed)


@pytest.mark.parametrize(("make", "field"), [(make_tag, "picture"), (make_author, "portrait")])
def test_the_tag_desk_brings_a_portrait_in_with_its_credit(make, field, client, tom):
    thing = make("Mara Quist")
    assert save(client, thing, upload=a_file(), upload_credit="Mika Torvald").status_code == 302
    image = getattr(type(thing).objects.get(pk=thing.pk), field)
    assert (image.credit, image.alt, image.title) == ("Mika Torvald", "Mara Quist", "mara")


def test_a_portrait_without_a_credit_is_kept_and_waits_for_it(client, tom):
    tag = make_tag("Mara Quist")
    page = save(client, tag, upload=a_file())
    form = page.context["adminform"].form
    image = Image.objects.get()
    assert form.errors == {"upload_credit": ["The picture “mara” has no credit; name who made it."]}
    assert form["picture"].value() == image.pk
    assert save(client, tag, upload=a_file(), upload_credit="Mika Torvald").status_code == 302
    assert (Image.objects.count(), Tag.objects.get().picture.credit) == (1, "Mika Torvald")


def test_a_picture_of_the_library_keeps_its_words_and_one_that_was_retired_is_refused(client, tom):
    tag = make_tag("Mara Quist")
    save(client, tag, upload=a_file(), upload_credit="Mika Torvald")
    Image.objects.update(alt="Mara Quist in Sarn")
    other = make_author("Mara Quist")
    save(client, other, upload=a_file(), upload_credit="Somebody else")
    image = Author.objects.get(pk=other.pk).portrait
    assert (image.credit, image.alt) == ("Mika Torvald", "Mara Quist in Sarn")
    Image.objects.update(retired_at=timezone.now())
    page = save(client, make_author("Ana Oss"), upload=a_file())
    assert page.context["adminform"].form.errors["upload"] == [
        "The picture “mara” may not be shown any more; take another picture."
    ]


def test_what_is_no_picture_is_refused_in_a_sentence_and_nothing_is_saved(client, tom):
    tag = make_tag("Mara Quist")
    page = save(client, tag, upload=SimpleUploadedFile("x.png", b"no picture"), name="Mara Oss")
    assert list(page.context["adminform"].form.errors) == ["upload"]
    assert (Image.objects.count(), Tag.objects.get().name) == (0, "Mara Quist")


def test_who_may_only_look_is_offered_no_file(client):
    tag = make_tag("Mara Quist")
    client.force_login(make_user("ana", "reporter"))
    page = client.get(reverse("admin:articles_tag_change", args=[tag.pk])).content.decode()
    assert "Mara Quist" in page
    assert "New picture" not in page
