"""The demo newsroom: news that reads like news, loaded once, through the desk's own acts."""

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from articles import body, workflow
from articles.checks import check
from articles.models import Article, Author, Correction, NameForm, Section, Source, Tag, Term
from articles.permissions import may
from newsroom import demo
from newsroom.demo import loader
from tests.factories import make_section, make_user

AT = datetime(2024, 3, 6, 15, 30, 40, tzinfo=UTC)  # a Wednesday
PUBLISHED, WITHDRAWN, DRAFTS = 24, 1, 3


def run(*args, **options):
    out = StringIO()
    call_command("load_demo", *args, stdout=out, **options)
    return out.getvalue().splitlines()


def everything():
    """All rows of all tables, by model."""
    return {model: list(model.objects.order_by("pk").values()) for model in apps.get_models()}


def story(slug):
    return Article.objects.get(slug=slug)


# The files


def written():
    """The stories that readers can read through: no ticker, no flash, nothing withdrawn."""
    return [
        found
        for found in demo.stories()
        if not {"flash", "withdrawn"} & found.facts.keys() and found.facts.get("kind") != "ticker"
    ]


def test_a_ticker_a_flash_and_22_stories_in_four_sections_and_four_languages():
    assert len(demo.stories()) == len(written()) + 3 == PUBLISHED + WITHDRAWN
    assert Counter(found.facts["section"] for found in written() if found.language == "en") == {
        "city": 5,
        "politics": 5,
        "economy": 5,
        "culture": 4,
    }
    assert [found.language for found in written() if found.language != "en"] == ["uk", "de", "ar"]
    assert Counter(found.facts["genre"] for found in written()) == {
        "news": 12,
        "opinion": 4,
        "reportage": 2,
        "background": 2,
        "analysis": 1,
        "interview": 1,
    }
    assert [found.key for found in written() if found.facts.get("label") == "sponsored"] == [
        "heat-pumps-sponsored"
    ]


def test_each_story_has_200_to_600_words():
    lengths = {found.key: len(body.plain(demo.body_html(found.text)).split()) for found in written()}
    assert {key: length for key, length in lengths.items() if not 200 <= length <= 600} == {}


def test_two_stories_in_five_have_no_picture():
    assert sum("picture" not in found.facts for found in written()) == 10


def test_a_body_is_what_the_one_cleaner_would_leave_of_it():
    for found in demo.stories() + demo.stories("drafts"):
        html = demo.body_html(found.text)
        assert body.clean(html) == html, found.key


def test_a_story_refers_to_older_ones_only():
    known = set()
    for found in demo.stories():
        facts = found.facts
        wanted = [*facts.get("related", []), facts.get("follows"), facts.get("translation_of")]
        wanted += [line["ticker"] for line in facts.get("ticker_lines", [])]
        assert {key for key in wanted if key} <= known, found.key
        known.add(found.key)


def test_days_of_the_week_are_never_written_by_hand():
    by_hand = re.compile(
        r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(Mon|Diens|Donners|Frei|Sams|Sonn)tag|Mittwoch|"
        r"понеділ|вівтор|серед[аиу]\b|четвер|п’ятниц|неділ",
        re.IGNORECASE,
    )
    for found in demo.stories() + demo.stories("drafts"):
        assert by_hand.findall(found.text) == [], found.key


def test_fifteen_typed_tags_with_every_kind_of_name_form():
    tags = demo.table("tags")["tags"]
    kinds = {"topic": 4, "person": 3, "place": 3, "organisation": 3, "event": 1, "series": 1}
    assert Counter(tag["kind"] for tag in tags) == kinds
    forms = [form for tag in tags for form in tag["forms"]]
    assert {form["kind"] for form in forms} == {"printed", "wrong", "search", "former"}
    assert {form.get("language", "") for form in forms} == {"", "en", "de", "uk"}


# Days


@pytest.mark.parametrize(
    "text, written",
    [
        ("on {weekday}", "on Sunday"),
        ("on {weekday -1}", "on Saturday"),
        ("on {workday -1}", "on Friday"),
        ("on {workday 0}", "on Friday"),
        ("on {workday +6}", "on Monday"),
        ("by {date +11}", "by 19 March"),
        ("in {braces}", "in {braces}"),
    ],
)
def test_days_are_counted_from_the_storys_date(text, written):
    assert demo.dated(text, date(2026, 3, 8), "en") == written  # a Sunday


def test_days_are_written_in_the_storys_language():
    assert (
        demo.dated("am {weekday}, bis zum {date +3}", date(2026, 3, 8), "de")
        == "am Sonntag, bis zum 11. März"
    )
    assert demo.dated("до {date +3}", date(2026, 3, 8), "uk") == "до 11 березня"


# What is loaded


@pytest.mark.django_db
def test_the_command_says_what_it_made():
    assert run() == [
        "Loaded the demo newsroom: 20 pictures, 4 sections, 6 users, 8 authors, 1 source, 15 tags, 11 style terms, 28 stories.",
        "Nobody can sign in as ana, ben, lena, petra, tom, clara yet; to set a password: manage.py changepassword ana",
    ]
    assert run() == [
        "The demo newsroom is here already; nothing was changed.",
        "Nobody can sign in as ana, ben, lena, petra, tom, clara yet; to set a password: manage.py changepassword ana",
    ]
    assert run(verbosity=0) == []


@pytest.mark.django_db
@pytest.mark.parametrize("days", [0, 3, 4])  # loaded on a Wednesday, a Saturday, a Sunday
def test_every_clean_story_has_no_finding(days):
    loader.load(AT + timedelta(days=days))
    assert NameForm.objects.filter(text="Kiev", kind="wrong").exists()
    online = Article.objects.published()
    assert online.count() == PUBLISHED
    assert {article.slug: check(article.live_revision) for article in online} == dict.fromkeys(
        online.values_list("slug", flat=True), []
    )


@pytest.mark.django_db
def test_stories_were_published_over_the_last_days_and_are_dated_so():
    loader.load(AT)
    online = list(Article.objects.published().newest_first())
    assert online[0].visible_from == datetime(2024, 3, 6, 15, 6, tzinfo=UTC)
    assert online[-1].visible_from == datetime(2024, 3, 2, 19, 18, tzinfo=UTC)
    days = [
        (article.datelines["date"], timezone.localdate(article.visible_from).isoformat())
        for article in online
    ]
    assert all(dateline == day for dateline, day in days)
    assert len({day for _, day in days}) == 5
    barrier = story("barrier-holds-sule-highest-since-1976")
    assert "At 02.50 on Wednesday the gauge" in barrier.body
    assert "open one lane again by 17 March." in barrier.body


@pytest.mark.django_db
def test_the_stories_show_what_a_newsroom_can_do():
    loader.load(AT)
    barrier, ticker = story("barrier-holds-sule-highest-since-1976"), story("storm-ragna-live-ticker")
    assert ticker.kind == Article.Kind.TICKER
    (line,) = barrier.ticker_links.all()
    assert (line.ticker, line.after_block) == (ticker, 3)
    assert body.blocks(barrier.body)[3].kind == "ticker"
    assert [row.name for row in barrier.bylines.all()] == ["Ana Korvin", "Solomiia Kalynets"]
    assert [link.to.slug for link in barrier.related_links.all()] == [
        "how-the-sule-barrier-works",
        "night-ferry-norrey-saved-five-months",
    ]
    german = story("sperrwerk-haelt-hoechste-flut-seit-1976")
    assert (german.language, german.translation_of) == ("de", barrier.live_revision)
    assert story("why-three-votes-are-fewer-than-they-look").follows == story(
        "assembly-passes-rent-bill-by-three-votes"
    )
    (agency,) = story("mayor-of-kessing-steps-down-landfill-contract").bylines.all()
    assert (agency.author, agency.source.credit_line("en")) == (None, "With material from NPA")


@pytest.mark.django_db
def test_one_story_carries_a_correction_another_a_clarification():
    loader.load(AT)
    ferry = story("night-ferry-norrey-saved-five-months")
    assert [act.kind for act in ferry.publish_acts.order_by("pk")] == ["first", "correction"]
    first, corrected = (revision.content["body"] for revision in ferry.revisions.order_by("number"))
    assert (
        first.replace("310 passengers a night", "310 passengers a week") == corrected == ferry.body != first
    )
    note = Correction.objects.get(kind="correction")
    assert (note.article, note.right) == (
        ferry,
        "They carry 310 passengers a week, according to Sule Ferries.",
    )


@pytest.mark.django_db
def test_breaking_news_is_in_the_strip_for_three_hours_without_a_text():
    loader.load(AT)
    flash = story("ferry-runs-aground-off-skarne")
    assert (flash.body, flash.bylines.count(), flash.breaking_until) == (
        "",
        0,
        flash.visible_from + timedelta(hours=3),
    )
    assert flash.latest_revision.kind == "flash"


@pytest.mark.django_db
def test_a_story_that_was_wrong_is_withdrawn_with_a_note(client):
    loader.load(AT)
    gone = story("herring-quota-for-the-sule-banks-to-be-halved")
    answer = client.get(gone.get_absolute_url())
    assert answer.status_code == 410
    assert "a draft that the fisheries council never discussed" in answer.content.decode()
    assert gone.headline not in answer.content.decode()


@pytest.mark.django_db
def test_a_story_in_three_languages_links_them_and_the_arabic_one_runs_from_right_to_left(client):
    loader.load(AT)
    page = client.get(story("alhajiz-yasmud-aldmouth").get_absolute_url()).content.decode()
    assert '<article class="story " lang="ar" dir="rtl">' in page
    assert re.findall(r'rel="alternate" hreflang="(\w\w)" href="http', page) == ["ar", "en", "de"]


@pytest.mark.django_db
def test_eight_authors_have_portraits_that_the_picture_desk_sees_in_use():
    loader.load(AT)
    assert Author.objects.exclude(portrait=None).count() == 8
    ana = Author.objects.get(slug="ana-korvin")
    assert [(use.target_type, use.target_name) for use in ana.portrait.uses.all()] == [
        ("articles.author", "Ana Korvin")
    ]


@pytest.mark.django_db
def test_the_desk_is_not_empty():
    loader.load(AT)
    drafts = Article.objects.filter(live_revision=None).order_by("working_headline")
    assert [(draft.working_headline, draft.state) for draft in drafts] == [
        ("Boat owners ask who pays for 31 sunken dinghies", "review"),
        ("Kilnfield swimming pool to open a year late", "draft"),
        ("Tunnel under the Sule to be shut for nine nights", "draft"),
    ]
    assert [[found.code for found in check(draft.latest_revision)] for draft in drafts] == [
        [],
        ["missing-standfirst"],
        [
            "name-form",
            "missing-byline",
            "missing-provenance",
            "drop-cap",
            "dateline-date",
            "name-form",
            "unbalanced-quotation",
            "ticker-unresolved",
            "stray-punctuation",
        ],
    ]
    assert drafts[2].items.get().name == "npa-tunnel.txt"


@pytest.mark.django_db
def test_everybody_is_in_their_role():
    loader.load(AT)
    people = {user.username: user for user in User.objects.exclude(username="wire")}
    assert {name: user.groups.get().name for name, user in people.items()} == {
        "ana": "reporter",
        "ben": "editor",
        "lena": "legal",
        "petra": "picture desk",
        "tom": "tag desk",
        "clara": "chief editor",
    }
    assert sorted(people["ben"].sections.values_list("slug", flat=True)) == ["city", "economy"]
    assert all(user.is_staff and not user.is_superuser for user in people.values())
    city, politics = story("how-the-sule-barrier-works"), story("why-three-votes-are-fewer-than-they-look")
    rights = {
        name: [may(user, "publish", article) for article in (city, politics)] for name, user in people.items()
    }
    assert [name for name, (in_city, _) in rights.items() if in_city] == ["ben", "clara"]
    assert [name for name, (_, in_politics) in rights.items() if in_politics] == ["clara"]
    assert Author.objects.get(slug="ana-korvin").account == people["ana"]


# Once


@pytest.mark.django_db
def test_a_second_run_changes_nothing():
    loader.load(AT)
    before = everything()
    assert loader.load(AT + timedelta(days=9)) == {}
    assert everything() == before


@pytest.mark.django_db
def test_what_editors_changed_or_took_out_stays_so():
    loader.load(AT)
    clara = User.objects.get(username="clara")
    ferry = story("night-ferry-norrey-saved-five-months")
    content = ferry.latest_revision.content | {"headline": "A headline of our own"}
    workflow.publish(workflow.save(ferry, content, by=clara, base=ferry.version), by=clara)
    workflow.withdraw(story("leave-the-crane-where-it-stands"), by=clara, kind="error")
    Section.objects.filter(slug="city").update(slug="town", name="Town")
    Tag.objects.filter(slug="norrey").update(name="Norrey, the island", slug="norrey-the-island")
    Author.objects.filter(slug="ana-korvin").update(name="Ana Petrenko", slug="ana-petrenko")
    Term.objects.get(wrong="percent").delete()
    NameForm.objects.filter(text="Oldmouth").delete()
    User.objects.get(username="ben").groups.set(Group.objects.filter(name="legal"))
    before = everything()
    assert loader.load() == {}
    assert everything() == before


@pytest.mark.django_db
def test_a_run_that_dies_leaves_nothing(monkeypatch):
    before = everything()

    def die():
        assert Article.objects.count() == PUBLISHED + WITHDRAWN + DRAFTS - 1
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "wire_copy", die)
    with pytest.raises(KeyboardInterrupt):
        loader.load(AT)
    assert everything() == before


@pytest.mark.django_db
def test_what_has_such_an_address_already_is_used_and_left_as_it_is():
    section = make_section("Our own city", slug="city")
    source = Source.objects.create(code="npa", name="Our own agency")
    made = loader.load(AT)
    assert (made[Section], made[Source]) == (3, 0)
    section.refresh_from_db()
    source.refresh_from_db()
    assert (section.name, source.name) == ("Our own city", "Our own agency")
    assert story("how-the-sule-barrier-works").section == section


@pytest.mark.django_db
def test_an_account_that_may_not_write_stops_it_with_a_sentence_and_nothing_is_made():
    make_user("ana", "legal")
    before = everything()
    with pytest.raises(CommandError) as caught:
        run()
    assert str(caught.value) == (
        "The demo newsroom does not fit in here, so nothing was loaded. "
        "Only reporters and editors can start a story."
    )
    assert everything() == before


# Passwords


@pytest.mark.django_db
def test_nobody_can_sign_in_until_a_password_is_set():
    loader.load(AT)
    assert [user.username for user in User.objects.all() if user.has_usable_password()] == []


@pytest.mark.django_db
def test_passwords_are_random_told_once_and_only_for_accounts_of_the_demo_that_nobody_used():
    real = make_user("ben", "chief editor")
    real.set_unusable_password()
    real.save()
    loader.load(AT)
    User.objects.filter(username="lena").update(last_login=AT)
    User.objects.filter(username="petra").update(is_active=False)
    tom = User.objects.get(username="tom")
    tom.set_password("of his own")
    tom.save()

    given = dict(line.split() for line in run("--passwords")[1:])
    assert list(given) == ["ana", "clara"]
    assert given["ana"] != given["clara"] and len(given["ana"]) == 16
    assert User.objects.get(username="ana").check_password(given["ana"])
    assert User.objects.get(username="tom").check_password("of his own")
    assert [
        name for name in ("ben", "lena", "petra") if User.objects.get(username=name).has_usable_password()
    ] == []
    assert run("--passwords") == [
        "The demo newsroom is here already; nothing was changed.",
        "Every demo account has a password already, or is not ours to open.",
    ]
