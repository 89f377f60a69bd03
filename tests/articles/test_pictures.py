"""Pictures in stories: the lead and those of the body, their words and rights, what pages and machines get of them."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from lxml import html

from articles import body, workflow
from articles.checks import check
from articles.models import Article
from articles.revisions import reference
from images.models import Image, Use
from tests.articles.test_admin import filled
from tests.factories import (
    BODY,
    figure,
    make_chief,
    make_content,
    make_full_story,
    make_image,
    make_published,
    make_revision,
    make_section,
    make_user,
)

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def page_of(client, article):
    answer = client.get(article.get_absolute_url())
    assert answer.status_code == 200
    return answer, html.fromstring(answer.content.decode())


def led_by(image, **content):
    return make_published(lead_image=reference(image), **content)


def srcset(image, name, suffix):
    return ", ".join(f"/media/{image.stem}-{width}.{suffix} {width}w" for width in image.ladder[name])


# The lead


def test_the_lead_stands_above_the_text_in_every_format_and_size(client):
    image = make_image(caption="Boats wait.")
    image.ladder["avif"] = [320, 480]
    image.save()
    _, page = page_of(client, led_by(image))
    [shown] = page.xpath("//article/figure")
    assert shown.get("class") == "picture wide lead"
    assert [dict(source.attrib) for source in shown.xpath(".//source")] == [
        {"type": kind, "srcset": srcset(image, name, name), "sizes": "(min-width: 63rem) 60rem, 100vw"}
        for kind, name in (("image/avif", "avif"), ("image/webp", "webp"))
    ]
    assert dict(shown.xpath(".//img")[0].attrib) == {
        "src": f"/media/{image.stem}-1024.jpg",
        "srcset": srcset(image, "jpeg", "jpg"),
        "sizes": "(min-width: 63rem) 60rem, 100vw",
        "width": "1024",
        "height": "512",
        "alt": "Boats in a harbour",
        "fetchpriority": "high",
    }
    assert shown.xpath("string(.//figcaption/span)") == "Boats wait."
    assert shown.xpath("string(.//figcaption/small)") == "Ana Petrenko/North Wire"


def test_the_words_of_the_story_come_before_those_of_the_picture(client):
    own = {"lead_caption": "Own <caption>.", "lead_alt": "Own alt", "lead_credit": "Own credit"}
    _, page = page_of(client, led_by(make_image(caption="Boats wait."), **own))
    [shown] = page.xpath("//article/figure")
    assert (shown.xpath("string(.//span)"), shown.xpath("string(.//small)"), shown.xpath(".//img")[0].get("alt")) == (
        "Own <caption>.", "Own credit", "Own alt"
    )  # fmt: skip


def test_machines_get_the_lead_or_what_was_chosen_for_them(client):
    image = make_image(caption="Boats wait.", copyright="© North Wire")
    _, page = page_of(client, led_by(image))
    data = next(
        found
        for script in page.xpath("//script[@type='application/ld+json']")
        if "image" in (found := json.loads(script.text))
    )
    address = f"http://testserver/media/{image.stem}-1280.jpg"
    assert data["image"] == {
        "@type": "ImageObject",
        "url": address,
        "width": 1280,
        "height": 640,
        "caption": "Boats wait.",
        "creditText": "Ana Petrenko/North Wire",
        "copyrightNotice": "© North Wire",
    }
    told = {meta.get("property"): meta.get("content") for meta in page.xpath("//meta[@property]")}
    assert {name: told[name] for name in told if name.startswith("og:image")} == {
        "og:image": address,
        "og:image:width": "1280",
        "og:image:height": "640",
        "og:image:alt": "Boats in a harbour",
    }
    other = make_image("Other")
    _, page = page_of(client, led_by(image, social_image=reference(other)))
    assert page.xpath("//meta[@property='og:image']/@content") == [
        f"http://testserver/media/{other.stem}-1280.jpg"
    ]


@pytest.mark.parametrize("change", [{"licence_until": "past"}, {"retired_at": "past"}, {"ladder": {}}])
def test_a_picture_that_may_not_be_shown_is_left_out_everywhere(client, change):
    image = make_image()
    article = led_by(image, body=BODY + figure(image, "Boats wait."), social_image=reference(image))
    home = f"/media/{image.stem}"
    for address in ("/", "/politics/", article.get_absolute_url()):
        assert home in client.get(address).content.decode(), address
    past = timezone.now() - HOUR
    Image.objects.update(**{name: past if value == "past" else value for name, value in change.items()})
    for address in ("/", "/politics/", article.get_absolute_url()):
        answer = client.get(address)
        assert home not in answer.content.decode(), address
        assert "Boats wait." not in answer.content.decode(), address
        assert image.page_key in answer.page_keys, address


def test_pages_end_when_the_first_licence_does(client):
    now = timezone.now()
    lead, inside = make_image(licence_until=now + 3 * HOUR), make_image("In", licence_until=now + 2 * HOUR)
    article = led_by(lead, body=BODY + figure(inside))
    answer, _ = page_of(client, article)
    assert answer.page_until == now + 2 * HOUR
    assert {lead.page_key, inside.page_key} < set(answer.page_keys)
    for address in ("/", "/politics/"):
        assert client.get(address).page_until == now + 3 * HOUR


def test_fronts_show_the_lead_large_and_cards_small_with_one_link_each(client):
    section, now = make_section(), timezone.now()
    for number in range(8):
        led_by(make_image(f"P{number}"), headline=f"Story {number}", at=now - number * HOUR)
    page = html.fromstring(client.get("/").content.decode())
    pictured = page.xpath("//article[contains(@class, 'pictured')]")
    assert [card.xpath("string(.//a)") for card in pictured] == [
        "Story 0",
        "Story 4",
        "Story 5",
        "Story 6",
        "Story 7",
    ]
    assert [len(card.xpath(".//a")) for card in pictured] == [1] * 5
    assert [card.xpath(".//img/@loading") for card in pictured] == [[], *[["lazy"]] * 4]
    assert [card.xpath(".//img/@fetchpriority") for card in pictured] == [["high"], [], [], [], []]
    assert "1280w" in pictured[0].xpath(".//img/@srcset")[0]
    assert "1024w" not in pictured[1].xpath(".//img/@srcset")[0]
    assert len(pictured) <= 0.65 * len(page.xpath("//article"))
    assert section.slug == "politics"


# What it costs


def test_the_full_story_with_four_pictures_costs_nine_queries(client, django_assert_num_queries):
    article = make_full_story(pictures=[make_image(f"P{number}") for number in range(4)])
    address = article.get_absolute_url()
    with django_assert_num_queries(9):
        page = html.fromstring(client.get(address).content.decode())
    assert len(page.xpath("//figure//img")) == 4


def test_home_costs_the_same_with_one_picture_and_with_eight(client, django_assert_num_queries):
    for number in range(8):
        led_by(make_image(f"P{number}"), headline=f"Story {number}")
        if number in (0, 7):
            with django_assert_num_queries(6):
                client.get("/")


# Rights before publishing


def findings(**content):
    revision = make_revision(**content)
    return [(found.code, found.severity, found.field, found.message) for found in check(revision)]


def test_words_may_come_from_the_library_or_from_the_story():
    bare = make_image("Bare", credit="", alt=" ")
    assert findings(lead_image=reference(make_image())) == []
    assert findings(lead_image=reference(bare), lead_credit="Ana", lead_alt="Boats") == []
    assert findings(lead_image=reference(bare)) == [
        ("missing-alt", "block", "lead_alt", "The picture “Bare” has no alt text; say what it shows."),
        ("missing-credit", "block", "lead_credit", "The picture “Bare” has no credit; name who made it."),
    ]


def test_each_picture_of_the_body_needs_rights_and_words():
    bare = make_image("Bare", credit="", alt="", licence_until=timezone.now() - HOUR)
    good = make_image()
    text = BODY + figure(good) + figure(bare) + figure(Image(pk=999_999))
    assert {found[0]: found[3] for found in findings(body=text)} == {
        "expired-licence": "The licence of the picture “Bare” has ended; renew it or take another picture.",
        "missing-alt": "The picture “Bare” has no alt text; say what it shows.",
        "missing-credit": "The picture “Bare” has no credit; name who made it.",
        "missing-picture": "The picture 999999 in the body is not in the library; take it out.",
    }
    with pytest.raises(workflow.Blocked):
        workflow.publish(make_revision(body=text), by=make_chief())


def test_the_picture_for_social_media_is_chosen_in_the_form_by_whoever_may_change_pictures(client):
    card, other = make_image("Card"), make_image("Other")
    article = led_by(make_image())
    page = f"/admin/articles/article/{article.pk}/change/"

    def save(role, image, act="save"):
        client.force_login(make_user(role.replace(" ", ""), role, sections=[make_section()]))
        client.post(page, filled(client.get(page), social_image=image.pk, act=act))
        latest = Article.objects.get(pk=article.pk).latest_revision.content["social_image"]
        return latest and latest["name"]

    chosen = [
        save("tag desk", card),
        save("picture desk", other),
        save("reporter", card),
        save("editor", card),
    ]
    assert chosen == [None, "Other", "Other", "Card"]
    client.post(page, filled(client.get(page), act="publish"))
    _, public = page_of(client, Article.objects.get(pk=article.pk))
    told = {meta.get("property"): meta.get("content") for meta in public.xpath("//meta[@property]")}
    assert told["og:image"] == f"http://testserver/media/{card.stem}-1280.jpg"
    client.post(page, filled(client.get(page), social_image="", act="save"))
    assert Article.objects.get(pk=article.pk).latest_revision.content["social_image"] is None


def test_a_picture_for_social_media_needs_words_of_its_own_for_it_goes_out_with_them():
    bare = make_image("Bare", credit="", alt="")
    assert findings(social_image=reference(make_image())) == []
    assert findings(social_image=reference(bare), lead_credit="Ana", lead_alt="Boats") == [
        ("missing-alt", "block", "social_image", "The picture “Bare” has no alt text; say what it shows."),
        ("missing-credit", "block", "social_image", "The picture “Bare” has no credit; name who made it."),
    ]


def test_a_finding_about_a_picture_names_its_row_and_links_it(client):
    bare = make_image("Bare", credit="")
    text = BODY + figure(bare) + figure(Image(pk=999_999))
    revision = make_revision(body=text, lead_image=reference(bare))
    assert [(found.code, found.field, found.picture) for found in check(revision)] == [
        ("missing-credit", "body", bare.pk),
        ("missing-picture", "body", 999_999),
        ("missing-credit", "lead_credit", bare.pk),
    ]
    client.force_login(make_user("ben", "editor"))
    page = html.fromstring(
        client.get(f"/admin/articles/article/{revision.article_id}/change/").content.decode()
    )
    rows = [
        (row.get("data-code"), row.get("data-picture"), row.xpath(".//p[@class='finding-acts']/a/@href"))
        for row in page.xpath("//li[@data-picture]")
    ]
    address = f"/admin/images/image/{bare.pk}/change/"
    assert rows == [
        ("missing-credit", str(bare.pk), [address]),
        ("missing-picture", "999999", []),
        ("missing-credit", str(bare.pk), [address]),
    ]


def test_a_retired_picture_is_called_so():
    image = make_image(retired_at=timezone.now() - HOUR)
    message = "The picture desk retired the picture “Harbour”; take another picture."
    expected = [("retired-picture", "block", field, message) for field in ("body", "lead_image")]
    assert findings(lead_image=reference(image), body=BODY + figure(image)) == expected


# In the body


def test_a_picture_of_the_body_is_shown_with_its_caption_and_the_credit_of_the_library(client):
    image = make_image()
    _, page = page_of(client, make_published(body=BODY + figure(image, "Boats <em>wait</em>.", "full")))
    [shown] = page.xpath("//div[@class='text']/figure")
    assert shown.get("class") == "picture full"
    assert html.tostring(shown.xpath(".//figcaption")[0]).decode().strip() == (
        "<figcaption><span>Boats <em>wait</em>.</span> <small>Ana Petrenko/North Wire</small></figcaption>"
    )
    [img] = shown.xpath(".//img")
    assert (img.get("alt"), img.get("loading"), img.get("sizes")) == (
        "Boats in a harbour", "lazy", "(min-width: 78rem) 75rem, 100vw"
    )  # fmt: skip


def test_publishing_notes_where_pictures_are_used():
    lead, inside, other = make_image("Lead"), make_image("In"), make_image("Other")
    article = led_by(lead, body=BODY + figure(inside) * 2)
    rows = Use.objects.order_by("image").values_list("image", "target_type", "target_id", "target_name")
    name = "Harbour bridge reopens after two years"
    assert list(rows) == [(image.pk, "articles.article", article.pk, name) for image in (lead, inside)]
    revision = workflow.save(article, make_content(lead_image=reference(other)), by=make_chief(), base=1)
    assert rows.count() == 2
    workflow.publish(revision, by=make_chief())
    assert list(rows.values_list("image", flat=True)) == [other.pk]


FIGURE = '<figure data-block="image" data-image="9" data-layout="wide"><figcaption>Boats <em>wait</em></figcaption></figure>'
EMPTY = '<figure data-block="image" data-image="9" data-layout="text"><figcaption></figcaption></figure>'


@pytest.mark.parametrize(
    "typed, stored",
    [
        (FIGURE, FIGURE),
        (EMPTY, EMPTY),
        (FIGURE + FIGURE + EMPTY, FIGURE + FIGURE + EMPTY),
        ('<figure data-block="image" data-image="9"></figure>', EMPTY),
        (
            '<figure data-block="image" data-image="009" data-layout=""><figcaption> </figcaption></figure>',
            EMPTY,
        ),
        (
            '<figure data-block="image" data-image="9" data-layout="text"><p>One</p><p>Two</p></figure>',
            EMPTY.replace("></figcaption", ">One<br>Two</figcaption"),
        ),
        (f"<ul><li>a</li></ul>{EMPTY}<p>b</p>", f"<ul><li>a</li></ul>{EMPTY}<p>b</p>"),
        (f"<p>a{EMPTY}b</p>", f"<p>a</p>{EMPTY}<p>b</p>"),
        (
            '<figure data-block="image" data-image="9" data-layout="huge"><figcaption>x</figcaption></figure>',
            "",
        ),
        ('<figure data-block="image" data-image="0"><figcaption>x</figcaption></figure>', ""),
        ('<figure data-block="image" data-image="-1"><figcaption>x</figcaption></figure>', ""),
        ('<figure data-block="image" data-image="9 onload=x"><figcaption>x</figcaption></figure>', ""),
        ('<figure data-block="image" data-image="٩"><figcaption>x</figcaption></figure>', ""),
        ('<figure data-block="image"><figcaption>x</figcaption></figure>', ""),
        ('<aside data-block="image" data-image="9">x</aside>', ""),
        ('<figure onclick="x" class="y" data-block="image" data-image="9" data-credit="z"></figure>', EMPTY),
        (
            '<figure data-block="image" data-image="9"><img src=x onerror=alert(1)><figcaption><script>x</script>'
            '<a href="javascript:alert(1)">a</a></figcaption></figure>',
            EMPTY.replace("></figcaption", ">a</figcaption"),
        ),
        ("<figure><img src=x><figcaption>Pasted</figcaption></figure>", "<p>Pasted</p>"),
        (
            f'<aside data-block="note"><p>a</p>{FIGURE}</aside><p>b</p>',
            '<aside data-block="note"><p>a</p><p>Boats <em>wait</em></p></aside><p>b</p>',
        ),
        (
            '<figure data-block="image" data-image="9"><figcaption>a<aside data-block="note">secret</aside>'
            '<aside data-block="ticker" data-link="0"></aside>b</figcaption></figure>',
            EMPTY.replace("></figcaption", ">a<br>b</figcaption"),
        ),
    ],
)
def test_a_picture_is_stored_one_way_and_nothing_planted_in_it_stays(typed, stored):
    assert body.clean(typed) == stored
    assert body.clean(stored) == stored


def test_the_text_of_a_picture_is_its_caption():
    [block] = body.blocks(FIGURE)
    assert (block.kind, block.text, block.data) == ("image", "Boats wait", {"image": "9", "layout": "wide"})
    assert body.plain(f"<p>a</p>{EMPTY}{FIGURE}") == "a\n\nBoats wait"
    assert body.picture_ids(FIGURE + EMPTY.replace('"9"', '"7"') + FIGURE) == [9, 7]


def test_a_page_without_pictures_leaves_them_out():
    assert body.render(f"<p>a</p>{FIGURE}<p>b</p>") == "<p>a</p><p>b</p>"
