"""What the tag desk keeps of tags and authors: what readers see of it, what they never do, and how fast names are found."""

import json
import os
import random
import time
from datetime import date
from html import unescape
from pathlib import Path
from statistics import median

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from lxml import html

from accounts.models import AuditEntry, User
from articles import revisions, workflow
from articles.models import (
    Article,
    Author,
    Byline,
    NameForm,
    Office,
    OldSlug,
    Revision,
    Tag,
    TagName,
    TagPair,
    Term,
)
from articles.models.tag import beginnings
from articles.naming import exchange, merging, vocabulary
from articles.naming.hygiene import count_uses, find_pairs
from articles.public.sitemaps import BLOCK
from tests.articles.test_admin import filled_thing
from tests.delivery.test_fresh import LINK, NOT_PAGES
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_image,
    make_published,
    make_tag,
    make_tagged,
    make_ticker,
    make_user,
)
from tickers import log

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(make_user("tom", "tag desk"))
    return client


def change(thing):
    return reverse(f"admin:articles_{thing._meta.model_name}_change", args=[thing.pk])


def structured(client, address):
    page = html.fromstring(client.get(address).content.decode())
    return [json.loads(script.text) for script in page.xpath("//script[@type='application/ld+json']")]


# Tags


def test_a_tag_page_shows_picture_and_neighbours_and_tells_machines_where_else_it_is(client):
    country, river = make_tag("Velland", "place"), make_tag("River Marr", "place")
    city = make_tag(
        "Marrow", "place", wikidata="Q1899", links="https://marrow.example/", broader=country,
        picture=make_image(credit="Mia Holt"),
    )  # fmt: skip
    city.related.add(river, make_tag("Nobody's"))
    make_tagged(city, country, river)
    page = html.fromstring(client.get("/tags/marrow/").content.decode())
    assert page.xpath("//main//ul[@class='tags']/li/a/text()") == ["River Marr", "Velland"]
    assert page.xpath("//figure[@class='portrait']/figcaption/text()") == ["Mia Holt"]
    assert structured(client, "/tags/marrow/")[0]["about"] == {
        "@type": "Place",
        "name": "Marrow",
        "sameAs": ["https://www.wikidata.org/wiki/Q1899", "https://marrow.example/"],
    }


def test_readers_see_an_internal_tag_nowhere_and_everything_once_it_is_not(client):
    secret, shown = make_tag("Zwischenablage", is_internal=True), make_tag("Harbour")
    story = make_tagged(secret, shown)
    own = [
        secret.get_absolute_url(),
        *(f"/feeds/tags/{secret.slug}.{form}" for form in ("rss", "atom", "json")),
    ]
    own = [own[0], *(reverse("tag_feed", args=[secret.slug, form]) for form in ("rss", "atom", "json"))]
    others = [story.get_absolute_url(), shown.get_absolute_url(), "/", "/feeds/", "/feeds/all.rss", "/feeds/all.json",
              reverse("sitemap_part", args=["tags", (secret.pk - 1) // BLOCK + 1])]  # fmt: skip
    assert [client.get(address).status_code for address in own] == [404, 404, 404, 404]
    for address in others:
        assert "wischenablage" not in client.get(address).content.decode().lower(), address
    Tag.objects.filter(pk=secret.pk).update(is_internal=False)
    assert [client.get(address).status_code for address in own] == [200, 200, 200, 200]
    told = [address for address in others if "wischenablage" in client.get(address).content.decode().lower()]
    assert set(others) - set(told) <= {"/", shown.get_absolute_url()}


def test_a_tag_that_has_one_of_its_names_already_is_noticed_once(desk):
    kyiv = make_tag("Kyiv", "place")
    NameForm.objects.create(tag=kyiv, kind="search", text="Київ", language="uk")
    add = reverse("admin:articles_tag_add")
    data = filled_thing(desk.get(add)) | {"name": "КИЇВ", "slug": "kyiv-2", "kind": "place"}
    page = desk.post(add, data)
    assert page.context["adminform"].form.errors == {
        "name": ["There is “Kyiv” already. Take that one; if this is another, save again."]
    }
    assert desk.post(add, data | {"sure": page.context["adminform"].form["sure"].value()}).status_code == 302
    assert Tag.objects.count() == 2


def test_a_tag_is_no_part_of_its_own_parts(desk):
    country = make_tag("Velland", "place")
    city = make_tag("Marrow", "place", broader=country)
    page = desk.post(change(country), filled_thing(desk.get(change(country))) | {"broader": city.pk})
    assert page.context["adminform"].form.errors == {"broader": ["“Marrow” is a part of this tag."]}


@pytest.mark.parametrize("wrong", ["1899", "Q0", "Q18 99", "q5"])
def test_an_identity_is_written_as_wikidata_does(desk, wrong):
    tag = make_tag("Kyiv", "place")
    page = desk.post(change(tag), filled_thing(desk.get(change(tag))) | {"wikidata": wrong})
    assert page.context["adminform"].form.errors == {
        "wikidata": ["Write the id as Wikidata does: Q and a number."]
    }


def test_what_was_saved_since_of_a_tag_s_offices_and_forms_is_not_undone_unseen(desk):
    ola = make_tag("Ola Berg", "person")
    office = Office.objects.create(tag=ola, title="mayor of Marrow")
    form = NameForm.objects.create(tag=ola, kind="wrong", text="Ola Burg")
    old = filled_thing(desk.get(change(ola)))
    ended = old | {"offices-0-ends": "2020-01-01", "forms-0-language": "en"}
    assert desk.post(change(ola), ended).status_code == 302
    late = desk.post(change(ola), old | {"description": "A sailor"})
    assert late.context["adminform"].form.non_field_errors() == [
        "Somebody saved this while you were writing. There now: Description: ; Name forms: Ola Burg (wrong, en);"
        " Offices: mayor of Marrow (– 2020-01-01). Save again to write over it."
    ]
    office.refresh_from_db()
    form.refresh_from_db()
    ola.refresh_from_db()
    assert (office.ends, form.language, ola.description) == (date(2020, 1, 1), "en", "")
    mended = filled_thing(late) | {"offices-0-ends": "2020-01-01"}
    assert desk.post(change(ola), mended).status_code == 302
    office.refresh_from_db()
    form.refresh_from_db()
    ola.refresh_from_db()
    assert (office.ends, form.language, ola.description) == (date(2020, 1, 1), "", "A sailor")


def test_a_row_that_somebody_removed_is_named_and_can_be_let_go(desk):
    ola = make_tag("Ola Berg", "person")
    Office.objects.create(tag=ola, title="mayor of Marrow")
    old = filled_thing(desk.get(change(ola))) | {"description": "A sailor"}
    Office.objects.all().delete()
    again = filled_thing(desk.post(change(ola), old))  # of what was saved since, it is told first
    refused = desk.post(change(ola), again)
    message = (
        "Somebody removed the row “mayor of Marrow” in the meantime: mark it for deletion, and add it anew if it is"
        " needed."
    )
    assert message in unescape(refused.content.decode())
    assert desk.post(change(ola), again | {"offices-0-DELETE": "on"}).status_code == 302
    ola.refresh_from_db()
    assert (ola.description, ola.offices.count()) == ("A sailor", 0)


def test_what_two_say_alike_of_a_tag_is_no_reason_to_ask(desk):
    ola = make_tag("Ola Berg", "person")
    old = filled_thing(desk.get(change(ola)))
    row = {"forms-TOTAL_FORMS": "1", "forms-0-kind": "wrong", "forms-0-text": "Ola Burg"}
    assert desk.post(change(ola), old | row).status_code == 302
    assert desk.post(change(ola), old).status_code == 302
    late = desk.post(change(ola), old | row | {"forms-0-text": "Ola Borg"})
    assert late.context["adminform"].form.non_field_errors() == [
        "Somebody saved this while you were writing. There now: Name forms: Ola Burg (wrong)."
        " Save again to write over it."
    ]
    assert desk.post(change(ola), filled_thing(late)).status_code == 302
    assert list(ola.forms.values_list("text", flat=True)) == ["Ola Borg", "Ola Burg"]


# Completing names


def completed(client, typed):
    query = {"app_label": "articles", "model_name": "taggeditem", "field_name": "tag", "term": typed}
    return [row["text"] for row in client.get("/admin/autocomplete/", query).json()["results"]]


def test_a_tag_is_completed_from_any_word_of_any_name_in_any_script_with_count_and_kind(desk):
    bridge = make_tag("Harbour bridge", wrong=["Habour brigde"])
    NameForm.objects.create(tag=bridge, kind="printed", text="Портовий міст", language="uk")
    twin = make_tag("Old crossing")
    make_tagged(bridge)
    make_tagged(twin)
    Tag.objects.filter(pk=twin.pk).update(canonical=bridge, merged_into=bridge)
    count_uses()
    for typed in ("harb", "BRIDGE", "habour", "Порт", "міст", "portov", "old cr", "crossing"):
        assert completed(desk, typed) == ["Harbour bridge (topic, 2)"], typed
    assert completed(desk, "ridge") == []
    NameForm.objects.filter(text="Портовий міст").delete()
    assert completed(desk, "Порт") == []


def test_what_is_just_so_called_comes_first_then_what_is_used_most(desk):
    for name, uses in (("Kyiv region", 90), ("Kyiv", 3), ("Kyiv Post", 40)):
        Tag.objects.filter(pk=make_tag(name).pk).update(uses=uses)
    assert vocabulary.tags_called("kyiv") == [
        Tag.objects.get(name=name).pk for name in ("Kyiv", "Kyiv region", "Kyiv Post")
    ]


def database_seconds():
    """Return the CPU seconds that the database has spent on this connection so far; SQLite works in our own process."""
    if connection.vendor == "sqlite":
        return 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        spent = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")


@pytest.mark.slow
def test_names_are_completed_within_50_ms_among_a_hundred_thousand_tags(desk):
    rng = random.Random(20)
    syllables = "ka ne mo ri ta vo lu shi pe da zo bel gor mar ten vik sol".split()
    cyrillic = "ка не мо рі та во лу ші пе да зо бел гор мар тен вік сол".split()

    def word(parts):
        return "".join(rng.choices(parts, k=rng.randint(2, 4))).capitalize()

    rows = [
        (pk, " ".join(word(cyrillic if pk % 2 else syllables) for _ in range(2))) for pk in range(1, 100_001)
    ]
    Tag.objects.bulk_create(
        (Tag(pk=pk, canonical_id=pk, name=f"{name} {pk}", slug=f"t{pk}", uses=pk % 997) for pk, name in rows),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    # CPU time, so that what else the machine does is no part of it; the database's is too coarse for a single one.
    costs, waits = {}, []
    for script, odd in (("latin", 0), ("cyrillic", 1)):
        chosen = rng.sample([name for pk, name in rows if pk % 2 == odd], 60)
        typed = [name[:length] for name in chosen for length in (1, 2, 3, 5)]
        spent, before = [], database_seconds()
        for text in typed:
            began, at = time.process_time(), time.perf_counter()
            assert completed(desk, text)
            spent.append(time.process_time() - began)
            waits.append(time.perf_counter() - at)
        costs[script] = (median(spent) + (database_seconds() - before) / len(typed)) * 1000
    told = ", ".join(f"{script} {cost:.1f} ms" for script, cost in costs.items())
    print(f"\n{connection.vendor}: {told} of CPU at the median; waited {median(waits) * 1000:.0f} ms")
    assert max(costs.values()) < 50


def test_names_written_in_bulk_or_deleted_in_bulk_are_found_as_they_stand():
    tag = make_tag("Harbour bridge")
    NameForm.objects.bulk_create([NameForm(tag=tag, kind="search", text="Ποτάμι")])
    assert set(tag.names.values_list("words", flat=True)) == {
        "harbour bridge",
        "bridge",
        *beginnings("Ποτάμι"),
    }
    tag.name = "Pier"
    tag.save()
    NameForm.objects.all().delete()
    assert list(TagName.objects.values_list("tag", "words")) == [(tag.pk, "pier")]


# Authors


def test_readers_and_machines_see_of_an_author_what_is_meant_for_them(client):
    author = make_author(
        "Vera Linn", real_name="Verborgen Niemand", email="vera@news.example", links="https://vera.example/",
        biography="Writes on ports.", biographies={"uk": "Пише про порти."},
    )  # fmt: skip
    story = make_published(bylines=[byline(author)])
    page = client.get("/authors/vera-linn/").content.decode()
    [bio, ukrainian] = html.fromstring(page).xpath("//p[@class='about']")
    assert (bio.text, ukrainian.text, ukrainian.get("lang")) == ("Writes on ports.", "Пише про порти.", "uk")
    person = structured(client, "/authors/vera-linn/")[0]["mainEntity"]
    assert (person["sameAs"], person["email"]) == (["https://vera.example/"], "vera@news.example")
    feeds = [reverse("author_feed", args=["vera-linn", form]) for form in ("rss", "atom", "json")]
    for address in [
        "/authors/vera-linn/",
        story.get_absolute_url(),
        "/",
        "/feeds/",
        "/feeds/all.json",
        *feeds,
    ]:
        assert "Niemand" not in client.get(address).content.decode()


def test_a_real_name_is_read_by_those_alone_who_keep_the_authors(client):
    author = make_author("Vera Linn", real_name="Verborgen Niemand")
    for role, sees in (("tag desk", True), ("editor", False), ("reporter", False)):
        client.force_login(make_user(role.replace(" ", ""), role))
        page = client.get(change(author))
        assert page.status_code == 200
        assert ("Niemand" in page.content.decode()) == sees
        for address in (f"{reverse('admin:articles_author_changelist')}?q=Niemand",
                        "/admin/autocomplete/?app_label=articles&model_name=byline&field_name=author&term=Niemand"):  # fmt: skip
            assert "Vera Linn" not in client.get(address).content.decode()


def test_nobody_reads_off_the_desk_whose_account_a_pseudonym_is_but_those_who_keep_the_authors(client):
    """Of no author, for what is left out of pseudonyms alone says which name is one."""
    writer = make_user("xenia", "reporter")
    User.objects.filter(pk=writer.pk).update(first_name="Verborgen", last_name="Niemand")
    mask = make_author("Vera Linn", real_name="V. Niemand", account=writer)
    plain = make_author("Mara Quist", account=make_user("mara"))
    for role, sees in (("tag desk", True), ("chief editor", True), ("editor", False), ("reporter", False),
                       ("picture desk", False), ("legal", False)):  # fmt: skip
        client.force_login(make_user(role.replace(" ", ""), role))
        for author in (mask, plain):
            page = client.get(change(author))
            assert page.status_code == 200
            assert ("field-account" in page.content.decode()) == sees
        assert ("Niemand" in client.get(change(mask)).content.decode()) == sees
        listed = reverse("admin:articles_author_changelist")
        for address in (listed, reverse("admin:articles_author_history", args=[mask.pk])):
            text = client.get(address).content.decode()
            assert "Vera Linn" in text
            assert "Niemand" not in text
            assert "xenia" not in text
        offered = "/admin/autocomplete/?app_label=articles&model_name=byline&field_name=author&term="
        assert "Vera Linn" in client.get(f"{offered}Vera").content.decode()
        for asked in ("Niemand", "xenia"):
            for address in (f"{listed}?q={asked}", f"{offered}{asked}"):
                assert "Vera Linn" not in client.get(address).content.decode()


BECOME = {"name": "Vera Linn", "slug": "vera-linn", "real_name": "Ana Petrenko", "reprint": "all"}


def test_no_former_address_leads_to_a_pseudonym(desk, client):
    """Neither that of the name until now nor one from before it; what comes after the mask leads there as ever."""
    author, reader = make_author("Ana Petrenko"), Client()
    make_published(bylines=[byline(author)])
    OldSlug.objects.create(slug="ana-p", author=author)
    assert reader.get("/authors/ana-p/").headers["Location"].endswith("/authors/ana-petrenko/")
    page = desk.get(change(author))
    assert "Once it is written here, no former address leads here any more." in page.content.decode()
    assert desk.post(change(author), filled_thing(page) | BECOME).status_code == 302
    nothing = reader.get("/authors/nobody/")
    for slug in ("ana-petrenko", "ana-p"):
        answers = [reader.get(f"/authors/{slug}/"), reader.get(reverse("author_feed", args=[slug, "rss"]))]
        assert [(answer.status_code, answer.content) for answer in answers] == [(404, nothing.content)] * 2
    assert reader.get("/authors/vera-linn/").status_code == 200
    again = filled_thing(desk.get(change(author))) | {
        "name": "Vera Lind",
        "slug": "vera-lind",
        "reprint": "all",
    }
    assert desk.post(change(author), again).status_code == 302
    assert reader.get("/authors/vera-linn/").headers["Location"].endswith("/authors/vera-lind/")
    record = AuditEntry.objects.filter(verb="reprint").values_list("detail", flat=True)
    assert list(record) == [{"stories": 1}, {"stories": 1}]


def test_an_author_who_is_no_pseudonym_leaves_every_former_address_behind(desk):
    author = make_author("Ana Petrenko")
    make_published(bylines=[byline(author)])
    typed = BECOME | {"real_name": ""}
    assert desk.post(change(author), filled_thing(desk.get(change(author))) | typed).status_code == 302
    assert Client().get("/authors/ana-petrenko/").headers["Location"].endswith("/authors/vera-linn/")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"slug": "ana-petrenko"}, "slug"),
        ({"slug": "petrenko-ana-2"}, "slug"),
        ({"sort_name": "Petrenko, Ana"}, "sort_name"),
        ({"email": "ana.petrenko@news.example"}, "email"),
        ({"links": "https://x.example/Ana-Petrenko/"}, "links"),
        ({"real_name": "Анна Петренко", "slug": "anna-petrenko"}, "slug"),
        ({"reprint": "keep"}, "real_name"),
    ],
)
def test_a_pseudonym_that_says_or_leads_to_the_name_it_hides_is_refused(typed, field, desk):
    author = make_author("Ana Petrenko", slug="ana-oss")
    make_published(bylines=[byline(author)])
    answer = desk.post(change(author), filled_thing(desk.get(change(author))) | BECOME | typed)
    message = {
        "real_name": "Readers would come to the pseudonym from these names: Ana Petrenko. Let old stories print the new"
        " name, part what was merged, or make a new author for the pseudonym.",
    }
    told = message.get(field, "This says the real name; choose another.")
    assert answer.context["adminform"].form.errors == {field: [told]}
    author.refresh_from_db()
    assert (author.name, author.real_name) == ("Ana Petrenko", "")


def test_the_real_name_of_a_pseudonym_is_written_down_later_unless_a_story_prints_it(desk):
    """Whatever else it was called; a byline that the desk had changed for one story says the name as well as another."""
    author = make_author("Vera Linn")
    story = make_published(
        bylines=[byline(author, name="V. Linn"), byline(author, "photo", name="A. Petrenko")]
    )
    typed = {"real_name": "Ana Petrenko"}
    answer = desk.post(change(author), filled_thing(desk.get(change(author))) | typed)
    assert (
        answer.context["adminform"]
        .form.errors["real_name"][0]
        .startswith("Readers would come to the pseudonym from these names: A. Petrenko.")
    )
    Byline.objects.filter(article=story, name="A. Petrenko").delete()
    assert desk.post(change(author), filled_thing(desk.get(change(author))) | typed).status_code == 302


def test_a_pseudonym_and_a_name_that_is_none_are_not_merged_nor_become_so(desk):
    mask, plain = make_author("Vera Linn", real_name="Ana Petrenko"), make_author("Ana Petrenko")
    told = "Vera Linn is a pseudonym and Ana Petrenko is not: merged, one would lead to the other."
    for thing, into in ((mask, plain), (plain, mask)):
        with pytest.raises(merging.Refused, match=told):
            merging.merge([thing], into=into, by=make_chief())
    twin = make_author("V. Linn", real_name="Ana Petrenko")
    assert merging.merge([twin], into=mask, by=make_chief()) == mask
    merging.merge([make_author("A. Petrenko")], into=plain, by=make_chief())
    answer = desk.post(
        change(plain), filled_thing(desk.get(change(plain))) | {"slug": "o", "real_name": "Mara Oss"}
    )
    assert (
        answer.context["adminform"]
        .form.errors["real_name"][0]
        .startswith("Readers would come to the pseudonym from these names: A. Petrenko.")
    )


def test_a_name_nearly_like_one_we_have_is_noticed_once(desk):
    make_author("Ana Petrenko")
    add = reverse("admin:articles_author_add")
    data = filled_thing(desk.get(add)) | {"name": "Ана Петренко", "slug": "ana-p"}
    page = desk.post(add, data)
    assert page.context["adminform"].form.errors == {
        "name": ["There is “Ana Petrenko” already. Take that one; if this is another, save again."]
    }
    assert desk.post(add, data | {"sure": "Ана Петренко"}).status_code == 302
    assert Author.objects.count() == 2


@pytest.mark.parametrize(("reprint", "printed"), [("keep", "Ana Petrenko"), ("all", "Ana Holt")])
def test_who_renames_an_author_is_asked_what_old_stories_print(desk, reprint, printed):
    author = make_author("Ana Petrenko")
    make_published(bylines=[byline(author)])
    make_published(bylines=[byline(author, name="A. Petrenko")])
    data = filled_thing(desk.get(change(author))) | {"name": "Ana Holt"}
    page = desk.post(change(author), data)
    assert page.context["adminform"].form.errors == {
        "reprint": ["Say whether old stories keep the name as printed."]
    }
    assert desk.post(change(author), data | {"reprint": reprint}).status_code == 302
    assert list(Byline.objects.order_by("article").values_list("name", flat=True)) == [printed, "A. Petrenko"]


def republish(story):
    chief = make_chief()
    story = Article.objects.get(pk=story.pk)
    content = story.latest_revision.content | {"standfirst": f"Mended after version {story.version}."}
    workflow.publish(workflow.save(story, content, by=chief, base=story.version), by=chief, kind="typo")
    return story.bylines.get().name


def rename(author, name, *, by, old_stories):
    former = author.name
    author.name = name
    vocabulary.keep(author, by=by, created=False, fields=["name"])
    if old_stories:
        vocabulary.reprint(author, former, by=by)
    return Author.objects.get(pk=author.pk)


def test_a_story_that_prints_the_new_name_prints_it_when_it_is_published_again_too():
    chief, author = make_chief(), make_author("Ana Petrenko")
    story, short = (
        make_published(bylines=[byline(author, name=name)]) for name in ("Ana Petrenko", "A. Petrenko")
    )
    before = [row.content for row in Revision.objects.order_by("pk")]
    author = rename(author, "Ana Holt", by=chief, old_stories=True)
    assert [row.content for row in Revision.objects.order_by("pk")] == before
    assert (republish(story), republish(short)) == ("Ana Holt", "A. Petrenko")
    author = rename(author, "Ana Holt-Marsh", by=chief, old_stories=False)
    assert republish(story) == "Ana Holt"
    author = rename(author, "Ana H. Marsh", by=chief, old_stories=True)
    assert (author.reprints, republish(story)) == (
        {"Ana Petrenko": "Ana Holt", "Ana Holt-Marsh": "Ana H. Marsh"}, "Ana Holt",
    )  # fmt: skip


def test_who_takes_the_old_name_again_is_printed_so():
    chief, author = make_chief(), make_author("Ana Petrenko")
    story = make_published(bylines=[byline(author)])
    author = rename(author, "Ana Holt", by=chief, old_stories=True)
    author = rename(author, "Ana Petrenko", by=chief, old_stories=True)
    assert (author.reprints, republish(story)) == ({"Ana Holt": "Ana Petrenko"}, "Ana Petrenko")


def test_the_new_name_outlives_a_merge_and_its_undoing():
    chief, author, other = make_chief(), make_author("Ana Petrenko"), make_author("Ana P.")
    stories = [make_published(bylines=[byline(who, name="Ana Petrenko")]) for who in (author, other)]
    merging.merge([other], into=author, by=chief)
    author = rename(Author.objects.get(pk=author.pk), "Ana Holt", by=chief, old_stories=True)
    assert [republish(story) for story in stories] == ["Ana Holt", "Ana Holt"]
    merging.undo([Author.objects.get(pk=other.pk)], by=chief)
    assert [republish(story) for story in stories] == ["Ana Holt", "Ana Holt"]


def test_a_form_that_was_open_while_old_stories_were_printed_anew_leaves_that_standing():
    chief, author = make_chief(), make_author("Ana Petrenko")
    make_published(bylines=[byline(author)])
    late = Author.objects.get(pk=author.pk)
    rename(author, "Ana Holt", by=chief, old_stories=True)
    late.initials = "ah"
    vocabulary.keep(late, by=chief, created=False, fields=["initials"])
    assert Author.objects.get(pk=author.pk).reprints == {"Ana Petrenko": "Ana Holt"}


# The work list


def test_the_work_list_is_worked_by_single_presses(desk):
    first, second = make_tag("Harbour bridge"), make_tag("Harbor bridge")
    third, fourth = make_tag("Ferries"), make_tag("Ferry")
    spare, bare = make_tag("Spare"), make_tag("Marrow", kind="")
    make_tagged(first, second, third, fourth)
    count_uses()
    assert find_pairs() == 2
    care = reverse("admin:articles_tag_care")
    page = desk.get(care)
    assert [(str(pair.first), str(pair.second), str(way)) for pair, way in page.context["pairs"]] == [
        ("Harbour bridge", "Harbor bridge", "a letter more, less or other"),
        ("Ferries", "Ferry", "singular and plural"),
    ]
    assert [(code, count) for code, _, count, _ in page.context["lists"]] == [
        ("unused", 2),
        ("once", 4),
        ("kindless", 1),
        ("undescribed", 6),
    ]
    merge = {"chosen": [first.pk, second.pk], "into": first.pk}
    desk.post(reverse("admin:articles_tag_merge"), merge)
    desk.post(care, {"pair": TagPair.objects.get(first=third).pk})
    desk.post(care, {"retire": spare.pk})
    desk.post(care, {"tag": bare.pk, "kind": "place"})
    assert Tag.objects.get(pk=bare.pk).kind == "place"
    make_tag("Fog", kind="event")
    fog = make_tag("Fog", kind="", slug="fog-2")
    desk.post(care, {"tag": fog.pk, "kind": "event"})  # there is one, which these two may be
    assert list(Tag.objects.filter(name="Fog").values_list("kind", flat=True).order_by("kind")) == [
        "",
        "event",
    ]
    assert Tag.objects.get(pk=second.pk).canonical == first
    assert Tag.objects.get(pk=spare.pk).retired_at is not None
    assert find_pairs() == 1
    assert [{first.slug for first in pair.tags} for pair, _way in desk.get(care).context["pairs"]] == [
        {"fog", "fog-2"}
    ]


# Old and other addresses


def test_any_name_of_a_tag_leads_to_its_page_in_one_step_and_only_where_it_is_the_only_one(client):
    kyiv = make_tag("Kyiv", "place", wrong=["Kiev"])
    NameForm.objects.create(tag=kyiv, kind="former", text="Kiyev on the Dnipro")
    twin = make_tag("Old Kyiv", "place", wrong=["Kiof"])
    story = make_tagged(kyiv)
    merging.merge([twin], into=kyiv, by=make_chief())
    for slug in ("kiev", "kiyev-on-the-dnipro", "kiof", "old-kyiv"):
        answer = client.get(f"/tags/{slug}/")
        assert (answer.status_code, answer.headers.get("Location")) == (301, "/tags/kyiv/"), slug
    assert client.get("/tags/dnipro/").status_code == 404  # the end of a name is none
    other = make_tag("Kiev, a horse")
    NameForm.objects.create(tag=other, kind="search", text="Kiev")
    assert client.get("/tags/kiev/").status_code == 404
    vocabulary.keep(Tag(name="Kiof", slug="kiof"), by=make_chief(), created=True)
    assert client.get("/tags/kiof/").status_code == 404  # it carries nothing yet, and is no way to another
    assert story.headline in client.get("/tags/kyiv/").content.decode()


def test_a_name_of_the_desk_s_own_tag_leads_nowhere(client):
    secret = make_tag("Zwischenablage", is_internal=True, wrong=["Ablage"])
    make_tagged(secret)
    assert [client.get(f"/tags/{slug}/").status_code for slug in ("zwischenablage", "ablage")] == [404, 404]


# Style terms


def test_a_form_that_was_opened_earlier_overwrites_no_term_saved_since(client):
    client.force_login(make_user("ben", "editor"))
    term = Term.objects.create(wrong="utilise", right="use")
    old = filled_thing(client.get(change(term)))
    assert client.post(change(term), old | {"note": "Plain words"}).status_code == 302
    late = client.post(change(term), old | {"right": "employ"})
    assert late.context["adminform"].form.non_field_errors() == [
        "Somebody saved this while you were writing. There now: Right form: use; Why: Plain words."
        " Save again to write over it."
    ]
    term.refresh_from_db()
    assert (term.right, term.note) == ("use", "Plain words")
    assert client.post(change(term), filled_thing(late)).status_code == 302
    term.refresh_from_db()
    assert (term.right, term.note) == ("employ", "")
    client.force_login(make_user("ana", "reporter"))
    page = client.get(change(term)).content.decode()
    assert "employ" in page
    assert 'name="seen"' not in page


# What nobody outside may read, planted wherever it could stand


def test_a_real_name_and_an_internal_tag_reach_no_page_feed_or_export_from_wherever_they_stand(client, desk):
    """Every public address that links lead to, JSON-LD included, and both exports; then the same once they are public."""
    name, tag = "Verborgen Niemand", "Zwischenablage"
    secret = make_tag(tag, is_internal=True, description=f"{tag} of the desk")
    city = make_tag("Marrow", "place", broader=secret)
    city.related.add(secret)
    merged = make_tag(f"{tag} alt", slug="alt")
    merging.merge([merged], into=secret, by=make_chief())
    vera = make_author("Vera Linn", real_name=name, biography="Writes on ports.", portrait=make_image("Vera"))
    twin = make_author("V. Linn", real_name=name)
    merging.merge([twin], into=vera, by=make_chief())
    for genre in ("news", "opinion"):
        make_published(genre=genre, bylines=[byline(vera), byline(twin, "photo")],
                       tags=[revisions.reference(one) for one in (secret, merged, city)])  # fmt: skip
    ticker = make_ticker(bylines=[byline(vera)], tags=[revisions.reference(secret)])
    log.set_status(ticker.ticker, "live", by=make_chief())
    log.post(ticker.ticker, {"headline": "The tide turns", "author": vera}, by=make_chief())
    public = Client()
    found = crawled(public)
    assert {
        "/",
        "/authors/vera-linn/",
        "/tags/marrow/",
        "/sitemap.xml",
        "/news-sitemap.xml",
        "/feeds/all.json",
    } <= found.keys()
    assert len(found) > 25
    assert [address for address, text in found.items() if name in text or tag.lower() in text.lower()] == []
    for model in (Tag, Author):
        for form in (exchange.as_csv, exchange.as_json):
            assert name not in form(model)
    for address in (
        f"/admin/articles/author/merge/?chosen={vera.pk}",
        "/admin/articles/author/",
        "/admin/accounts/auditentry/",
    ):
        assert name not in client.get(address).content.decode(), address
    # The same, public: what was looked for would have been found.
    Author.objects.filter(pk=vera.pk).update(name=name)
    Byline.objects.update(name=name)
    Tag.objects.filter(pk=secret.pk).update(is_internal=False)
    found = crawled(public)
    assert len([address for address, text in found.items() if name in text]) > 10
    assert len([address for address, text in found.items() if tag in text]) > 5


def crawled(client):
    """Return {address: text} of all that a reader comes to by links from the front page, sitemaps and feeds."""
    found, waiting = {}, ["/", "/sitemap.xml", "/news-sitemap.xml", "/feeds/", "/corrections/", "/robots.txt"]
    while waiting:
        address = waiting.pop()
        if address in found or address.startswith(NOT_PAGES):
            continue
        answer = client.get(address)
        found[address] = answer.content.decode() if answer.status_code == 200 else ""
        waiting += [unescape(link) for link in LINK.findall(found[address])]
    return {address: text for address, text in found.items() if text}
