"""
The policy, walked: every address of the site as every role, stories in every state.

`STATED` says who gets an answer at each address by GET and by POST. An address that it does not name fails the test, so
nobody can add a page without saying who may see it. What each may do to a story is counted in effects, not in buttons.
"""

from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.models import AuditEntry, LoginAttempt, User
from articles import revisions, workflow
from articles.models import (
    Article,
    Autosave,
    ConflictCopy,
    Correction,
    Receipt,
    Redaction,
    Restriction,
    Term,
)
from articles.models.article import day_of
from articles.permissions import ACTS, may
from articles.removal.hidden import Hidden
from articles.writing import invitations
from delivery.models import Errand
from desk import notes
from images import library
from images.models import Image
from tests.factories import (
    make_author,
    make_chief,
    make_content,
    make_revision,
    make_section,
    make_source,
    make_tag,
    make_ticker,
    make_user,
)
from tickers import log
from wire.models import Alarm, Item

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)

# The cast. "reader" has no account, "stranger" has one without a role.
EVERYONE = "reader stranger ana rita ben eva lena petra tom clara adam root".split()
ROLES = {
    "stranger": (),
    "ana": ("reporter",),  # her own stories
    "rita": ("reporter",),  # somebody else's
    "ben": ("editor",),  # edits Politics
    "eva": ("editor",),  # edits Sport
    "lena": ("legal",),
    "petra": ("picture desk",),
    "tom": ("tag desk",),
    "clara": ("chief editor",),
    "adam": ("administrator",),
}
NOBODY = frozenset()
READERS_OF_STORIES = frozenset("ana rita ben eva lena petra tom clara adam root".split())
STAFF = READERS_OF_STORIES | {"stranger"}
ALL = STAFF | {"reader"}
WRITERS = frozenset("ana rita ben eva clara root".split())
TAGGERS = frozenset("tom clara root".split())
HOUSE = frozenset("clara adam root".split())
EDITORS = frozenset("ben eva clara root".split())
STYLISTS = frozenset("ben eva clara root".split())
PICTURES = frozenset("petra clara root".split())
ADMINISTRATORS = frozenset("adam root".split())
CHIEFS = frozenset("clara root".split())
LAWFUL = frozenset("lena clara root".split())

# Effects on Ana's story in Politics.
MAY = {
    "view": READERS_OF_STORIES,
    "edit": frozenset("ana ben clara root".split()),
    "sign": frozenset("ana ben tom clara root".split()),
    "picture": frozenset("ana ben petra clara root".split()),
    "publish": frozenset("ben clara root".split()),
    "withdraw": frozenset("ben clara root".split()),
    "correct": frozenset("ben clara root".split()),
    "waive": frozenset("ben clara root".split()),
    "hold": frozenset("lena root".split()),
    "clear": frozenset("lena root".split()),
    "flag": frozenset("ana ben lena clara root".split()),
    "assign": frozenset("ben clara root".split()),
    "embargo": frozenset("ana ben clara root".split()),
    "lift": frozenset("clara root".split()),
}
CHANGERS = MAY["edit"] | MAY["sign"] | MAY["picture"]


def crud(readers, adders, changers, deleters=NOBODY, history=None):
    """What Django's admin answers for one table: {page: (by GET, by POST)}."""
    return {
        "changelist": (readers, readers),
        "add": (adders, adders),
        "change": (readers, changers),
        "delete": (deleters, deleters),
        "history": (history or readers, history or readers),
    }


TABLES = {
    "articles_article": crud(READERS_OF_STORIES, WRITERS, CHANGERS)
    | {"withdraw": (MAY["withdraw"], MAY["withdraw"]), "version": (READERS_OF_STORIES, READERS_OF_STORIES)}
    | {"compare": (READERS_OF_STORIES, READERS_OF_STORIES), "merge": (CHANGERS, CHANGERS)}
    | {
        "kept": (NOBODY, CHANGERS),
        "put_back": (MAY["publish"], MAY["publish"]),
        "restore": (NOBODY, CHANGERS),
        "hold": (NOBODY, MAY["hold"]),
        "stood": (NOBODY, MAY["publish"]),
        "planning": (READERS_OF_STORIES, frozenset("ana ben lena clara root".split())),
        "writing": (NOBODY, READERS_OF_STORIES),
        "writing_new": (NOBODY, WRITERS),
        "throw_away": (NOBODY, frozenset({"ana"})),
        "translations": (READERS_OF_STORIES, WRITERS),
    }
    | {"preview": (READERS_OF_STORIES, READERS_OF_STORIES), "review": (NOBODY, READERS_OF_STORIES)}
    | {"preview_new": (NOBODY, WRITERS), "review_new": (NOBODY, WRITERS)}
    | {"screens": (READERS_OF_STORIES, READERS_OF_STORIES), "screens_new": (NOBODY, WRITERS)},
    "articles_section": crud(READERS_OF_STORIES, HOUSE, HOUSE),
    "articles_source": crud(READERS_OF_STORIES, HOUSE, HOUSE),
    "articles_author": crud(READERS_OF_STORIES, TAGGERS, TAGGERS)
    | {"merge": (TAGGERS, TAGGERS), "unmerge": (NOBODY, TAGGERS), "exchange": (TAGGERS, TAGGERS)},
    "articles_tag": crud(READERS_OF_STORIES, TAGGERS, TAGGERS)
    | {"merge": (TAGGERS, TAGGERS), "unmerge": (NOBODY, TAGGERS), "care": (TAGGERS, TAGGERS)}
    | {"retag": (WRITERS | TAGGERS, WRITERS | TAGGERS), "exchange": (TAGGERS, TAGGERS)}
    | {"proposals": (TAGGERS, TAGGERS)},
    "articles_term": crud(READERS_OF_STORIES, STYLISTS, STYLISTS, frozenset({"clara", "root"}))
    | {"try": (READERS_OF_STORIES, READERS_OF_STORIES)},
    "articles_correction": crud(READERS_OF_STORIES, NOBODY, MAY["correct"]),
    "articles_redaction": crud(LAWFUL, CHIEFS, NOBODY) | {"change": (LAWFUL, LAWFUL)},
    "articles_receipt": crud(READERS_OF_STORIES, NOBODY, NOBODY)
    | {"change": (READERS_OF_STORIES, READERS_OF_STORIES)},
    "articles_restriction": crud(LAWFUL, LAWFUL, LAWFUL),
    "images_image": crud(READERS_OF_STORIES, WRITERS | PICTURES | {"tom"}, EDITORS | PICTURES)
    | {"pick": (READERS_OF_STORIES, READERS_OF_STORIES)},
    "tickers_ticker": crud(READERS_OF_STORIES, EDITORS, NOBODY)
    | {"change": (MAY["publish"], MAY["publish"]), "console": (WRITERS, NOBODY), "news": (WRITERS, NOBODY)}
    | {"post": (NOBODY, WRITERS), "act": (NOBODY, WRITERS), "story": (NOBODY, WRITERS)}
    | {"tokens": (NOBODY, MAY["publish"])},
    "tickers_entry": {"change": (MAY["publish"], MAY["publish"])},
    "delivery_errand": crud(HOUSE, NOBODY, NOBODY),
    "wire_item": crud(READERS_OF_STORIES, NOBODY, NOBODY) | {"new_from_copy": (WRITERS, WRITERS)},
    "accounts_user": crud(ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS),
    "auth_group": crud(ADMINISTRATORS, ADMINISTRATORS, ADMINISTRATORS, frozenset({"root"})),
    "accounts_auditentry": crud(HOUSE, NOBODY, NOBODY),
    "accounts_loginattempt": crud(ADMINISTRATORS, NOBODY, NOBODY),
}
STATED = {f"admin:{table}_{page}": who for table, pages in TABLES.items() for page, who in pages.items()} | {
    "admin:auth_user_password_change": (ADMINISTRATORS, ADMINISTRATORS),
    "admin:index": (STAFF, STAFF),
    "admin:find": (READERS_OF_STORIES, NOBODY),
    "admin:delivery_purge_changelist": (READERS_OF_STORIES, HOUSE),
    "admin:filters": (NOBODY, READERS_OF_STORIES),
    "admin:flash": (EDITORS, EDITORS),
    "admin:end_breaking": (NOBODY, MAY["publish"]),
    "admin:desk_alarms": (READERS_OF_STORIES, NOBODY),
    "admin:desk_calendar": (READERS_OF_STORIES, READERS_OF_STORIES),
    "admin:desk_notes": (READERS_OF_STORIES, READERS_OF_STORIES),
    "admin:desk_agency": (READERS_OF_STORIES, READERS_OF_STORIES),
    "admin:desk_note_settle": (NOBODY, READERS_OF_STORIES),
    "admin:language": (NOBODY, NOBODY),  # without a language; tests/accounts/test_languages.py gives one
    "admin:login": (ALL, ALL),
    "admin:logout": (NOBODY, ALL),
    "admin:password_change": (STAFF, STAFF),
    "admin:password_change_done": (STAFF, NOBODY),
    "admin:jsi18n": (STAFF, NOBODY),
    "admin:autocomplete": (READERS_OF_STORIES, NOBODY),
    "admin:app_list": (READERS_OF_STORIES, READERS_OF_STORIES),
    "admin:view_on_site": (NOBODY, NOBODY),
    "post_entry": (NOBODY, NOBODY),  # by token alone: tests/tickers/test_api.py
    # Public pages answer everyone alike; by POST nobody (tested below, for it is the same for all).
    **dict.fromkeys(
        "home section story author tag corrections day preview feeds feed section_feed tag_feed author_feed since entry ticker_feed sitemap "
        "sitemap_part news_sitemap robots indexnow security manifest favicon healthz readyz metrics rendition".split(),
        (ALL, None),
    ),
}


def names(patterns, prefix="", namespace=""):
    """Yield (name, route) of every address."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from names(pattern.url_patterns, route, inner)
        else:
            yield namespace + (pattern.name or ""), route


# Addresses without a name only redirect to one that has one, or are the admin's own 404.
UNNAMED_REDIRECTS = {"admin/(?P<url>.*)$"}


def test_every_address_has_a_stated_answer():
    unnamed = set()
    for name, route in names(get_resolver().url_patterns):
        if name.rsplit(":", 1)[-1]:
            assert name in STATED, f"Nobody said who may see {route} ({name})."
        else:
            unnamed.add(route)
    named = {route for name, route in names(get_resolver().url_patterns) if name.rsplit(":", 1)[-1]}
    # One that ends without a slash leads to the same with one; one of the admin's leads to its change page.
    extra = {route for route in unnamed if f"{route}/" not in named and f"{route}change/" not in named}
    assert extra == UNNAMED_REDIRECTS


def test_nothing_is_stated_about_addresses_that_are_gone():
    assert set(STATED) - {name for name, _ in names(get_resolver().url_patterns)} == set()


def test_the_cast_has_every_role():
    from accounts.roles import ROLES as ALL_ROLES

    assert {role for roles in ROLES.values() for role in roles} == set(ALL_ROLES)


@pytest.fixture
def politics():
    return make_section("Politics")


@pytest.fixture
def cast(politics):
    """{name: User or None}, the sections given out."""
    people = {name: make_user(name, *roles) for name, roles in ROLES.items()}
    people["ben"].sections.add(politics)
    people["eva"].sections.add(make_section("Sport"))
    people["root"] = make_user("root", is_superuser=True)
    return {"reader": None} | {name: User.objects.get(pk=user.pk) for name, user in people.items()}


def signed_in(user):
    client = Client(raise_request_exception=True)
    if user is not None:
        client.force_login(user)
    return client


def story(state, by):
    """Return Ana's story in one of the states."""
    chief = make_chief()
    revision = make_revision(by=by, headline=f"A story that is {state}")
    article = revision.article
    if state in {"review", "ready"}:
        return workflow.set_state(article, state, by=chief)
    if state == "draft":
        return article
    past, ahead = timezone.now() - HOUR, timezone.now() + HOUR
    workflow.publish(revision, by=chief, at=ahead if state in {"scheduled", "never seen"} else past)
    if state in {"withdrawn", "never seen"}:
        workflow.withdraw(article, by=chief, kind="error")
    if state == "expired":
        ends = timezone.now() - timedelta(minutes=1)
        Article.objects.filter(pk=article.pk).update(expires_at=ends, visible_until=ends)
    if state == "embargoed":
        Article.objects.filter(pk=article.pk).update(embargo_until=ahead, visible_from=ahead)
    return Article.objects.get(pk=article.pk)


# What the public gets at the address of a story.
STATES = {
    "draft": 404,
    "review": 404,
    "ready": 404,
    "scheduled": 404,
    "embargoed": 404,
    "online": 200,
    "expired": 410,
    "withdrawn": 410,
    "never seen": 404,
}


def make_entry(by):
    """Return an entry of a running ticker that readers see."""
    ticker = log.set_status(make_ticker(by=by).ticker, "live", by=by)
    return log.post(ticker, {"headline": "The bridge is open"}, by=by)


@pytest.fixture
def things(cast):
    """One row of everything that has an address, and what each address is made of."""
    article = story("online", cast["ana"])
    user = make_user("somebody")
    revision = article.latest_revision
    note = workflow.correct(revision, by=cast["root"], kind="correction", wrong="two", right="three")
    item = Item.objects.create(raw=b"x", sha256="0" * 64, encoding="utf-8", received_at=timezone.now())
    entry = make_entry(cast["root"])
    image = Image.objects.create(file="x.jpg", title="Bridge", width=1, height=1)
    library.write(image.rendition_name(320, "jpeg"), b"a picture")
    rows = {
        "articles_article": article,
        "articles_section": article.section,
        "articles_source": make_source(),
        "articles_author": make_author(),
        "articles_tag": make_tag(),
        "articles_term": Term.objects.create(wrong="utilise", right="use"),
        "articles_correction": note,
        "articles_redaction": Redaction.objects.create(
            hidden=Hidden.of(["Nobody"]).as_json(), replacement="x", reason="x", at=timezone.now()
        ),
        "articles_receipt": Receipt.objects.create(
            kind="withdrawn", article=article, opened_at=timezone.now()
        ),
        "articles_restriction": Restriction.objects.create(name="Nobody", reason="x", made_by=cast["root"]),
        "images_image": image,
        "tickers_entry": entry,
        "tickers_ticker": entry.ticker,
        "delivery_errand": Errand.objects.create(
            to="fastly", what=["site"], at=timezone.now(), due_at=timezone.now()
        ),
        "wire_item": item,
        "accounts_user": user,
        "auth_group": user.groups.model.objects.first(),
        "accounts_auditentry": AuditEntry.objects.first(),
        "accounts_loginattempt": LoginAttempt.objects.create(
            at=timezone.now(), account="0" * 64, address="192.0.2.1"
        ),
        "unsaved": Autosave.objects.create(
            user=cast["ana"], tab=uuid4(), article=article, base=1, form="{}", stamp=1, at=timezone.now()
        ),
        "alarm": Alarm.objects.create(item=item, article=article, kind="kill", at=timezone.now()),
        "note": notes.write(article, "Who said this?", by=cast["ana"]),
        "preview": invitations.invite(
            article, by=cast["root"], person="Mara Quill", until=timezone.now() + HOUR
        ),
        "conflict_copy": ConflictCopy.objects.create(
            article=article,
            base=1,
            schema=revisions.SCHEMA,
            content=revision.content,
            by=cast["ana"],
            at=timezone.now(),
        ),
    }
    assert isinstance(note, Correction)
    return rows


def address_of(name, things):
    """Return the address that ``name`` has for the rows of ``things``."""
    table, _, page = name.removeprefix("admin:").rpartition("_")
    if name in {"admin:wire_item_new_from_copy", "admin:images_image_pick"}:
        return reverse(name)
    if name in {"admin:articles_article_version", "admin:articles_article_restore"}:
        return reverse(name, args=[things["articles_article"].pk, 1])
    if name == "admin:articles_article_throw_away":
        return reverse(name, args=[things["unsaved"].pk])
    if name in {"admin:articles_article_put_back", "admin:articles_article_writing"}:
        return reverse(name, args=[things["articles_article"].pk])
    if name in {"admin:articles_article_merge", "admin:articles_article_kept"}:
        return reverse(name, args=[things["articles_article"].pk, things["conflict_copy"].pk])
    if table in things and page in {
        "change",
        "delete",
        "history",
        "withdraw",
        "preview",
        "screens",
        "review",
        "compare",
        "planning",
        "hold",
        "stood",
        "translations",
        *"console news post act story tokens".split(),
    }:
        return reverse(name, args=[things[table].pk])
    special = {
        "admin:desk_notes": lambda: reverse(name, args=[things["articles_article"].pk]),
        "admin:desk_note_settle": lambda: reverse(name, args=[things["note"].pk]),
        "admin:desk_agency": lambda: reverse(name, args=[things["alarm"].pk]),
        "admin:end_breaking": lambda: reverse(name, args=[things["articles_article"].pk]),
        "admin:auth_user_password_change": lambda: reverse(name, args=[things["accounts_user"].pk]),
        "admin:app_list": lambda: reverse(name, args=["articles"]),
        "admin:view_on_site": lambda: reverse(name, args=[1, 1]),
        "admin:autocomplete": lambda: (
            reverse(name) + "?app_label=articles&model_name=taggeditem&field_name=tag&term=x"
        ),
        "section": lambda: things["articles_section"].get_absolute_url(),
        "story": lambda: things["articles_article"].get_absolute_url(),
        "author": lambda: things["articles_author"].get_absolute_url(),
        "tag": lambda: things["articles_tag"].get_absolute_url(),
        "day": lambda: reverse(name, args=[day_of(things["articles_article"].visible_from)]),
        "feed": lambda: reverse(name, args=["rss"]),
        "section_feed": lambda: reverse(name, args=[things["articles_section"].slug, "atom"]),
        "tag_feed": lambda: reverse(name, args=[things["articles_tag"].slug, "json"]),
        "author_feed": lambda: reverse(name, args=[things["articles_author"].slug, "json"]),
        "preview": lambda: urlsplit(invitations.address(things["preview"])).path,
        "since": lambda: reverse(name, args=[things["tickers_entry"].ticker_id, 0]),
        "entry": lambda: things["tickers_entry"].get_absolute_url(),
        "ticker_feed": lambda: reverse(name, args=[things["tickers_entry"].ticker_id, "atom"]),
        "rendition": lambda: f"/media/{things['images_image'].rendition_name(320, 'jpeg')}",
        "indexnow": lambda: reverse(name, args=["no-such-key"]),
        "sitemap_part": lambda: reverse(name, args=["stories", 1]),
    }
    return special.get(name, lambda: reverse(name))()


def is_let_in(response):
    """Whether the answer is the page or act itself: not a login form, a refusal, or nothing there."""
    if response.status_code == 302:
        return "/admin/login/" not in response.headers["Location"]
    return response.status_code in {200, 409, 415, 422}  # 415: let in, and sent no JSON


@pytest.mark.parametrize("who", EVERYONE)
def test_desk_pages_let_in_exactly_whom_the_table_names(who, cast, things):
    wrong = []
    for name, (by_get, by_post) in STATED.items():
        if not name.startswith("admin:") or name in {"admin:login", "admin:logout", "admin:view_on_site"}:
            continue
        for method, allowed in (("get", by_get), ("post", by_post)):
            response = getattr(signed_in(cast[who]), method)(address_of(name, things))
            if is_let_in(response) != (who in allowed):
                wrong.append(f"{who} {method} {name}: {response.status_code}")
    assert wrong == []


@pytest.mark.parametrize("who", EVERYONE)
def test_whom_the_desk_refuses_gets_a_login_a_refusal_or_nothing(who, cast, things):
    page = reverse("admin:articles_article_change", args=[things["articles_article"].pk])
    expected = {"reader": 302, "stranger": 404}.get(who, 200)
    assert signed_in(cast[who]).get(page).status_code == expected


@pytest.mark.parametrize("state", STATES)
def test_each_may_do_to_a_story_in_any_state_what_the_policy_says(state, cast):
    article = story(state, cast["ana"])
    allowed = {
        act: frozenset(name for name, user in cast.items() if user and may(user, act, article))
        for act in ACTS
    }
    assert allowed == MAY


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("who", EVERYONE)
def test_only_those_who_may_edit_change_a_word(who, state, cast):
    article = story(state, cast["ana"])
    page = reverse("admin:articles_article_change", args=[article.pk])
    client = signed_in(cast[who])
    data = {
        "base": article.version,
        "headline": "Changed",
        "genre": "news",
        "language": "en",
        "section": article.working_section_id,
        "body": "<p>Changed.</p>",
        "act": "save",
    }
    for rows in ("bylines", "ticker_links"):
        data |= {f"{rows}-TOTAL_FORMS": 0, f"{rows}-INITIAL_FORMS": 0}
    client.post(page, data)
    changed = Article.objects.get(pk=article.pk).working_headline == "Changed"
    assert changed == (who in MAY["edit"])


@pytest.mark.parametrize("state", ["draft", "online"])
@pytest.mark.parametrize("who", sorted(STAFF))
def test_only_those_who_may_publish_change_what_readers_see(who, state, cast):
    article = story(state, cast["ana"])
    acts = [
        lambda user: workflow.publish(article.latest_revision, by=user),
        lambda user: workflow.correct(
            article.latest_revision, by=user, kind="correction", wrong="a", right="b"
        ),
        lambda user: workflow.withdraw(article, by=user, kind="error"),
    ]
    for act in acts:
        before = AuditEntry.objects.count()
        try:
            act(cast[who])
        except workflow.NotAllowed:
            assert who not in MAY["publish"] or state == "draft"
            assert AuditEntry.objects.count() == before
        else:
            assert who in MAY["publish"]


@pytest.mark.parametrize("state", STATES)
def test_the_public_gets_the_same_answer_whoever_asks(state, cast):
    article = story(state, cast["ana"])
    address = f"/politics/{article.slug or 'a-story-that-is-' + state}-{article.pk}/"
    answers = {who: signed_in(user).get(address) for who, user in cast.items()}
    assert {answer.status_code for answer in answers.values()} == {STATES[state]}
    assert len({answer.content for answer in answers.values()}) == 1
    assert all(not answer.cookies for answer in answers.values())


def test_what_was_never_seen_and_what_never_was_answer_alike(cast):
    hidden = [story(state, cast["ana"]) for state, status in STATES.items() if status == 404]
    addresses = [f"/politics/{article.slug or 'x'}-{article.pk}/" for article in hidden]
    answers = [
        signed_in(None).get(address) for address in [*addresses, "/politics/nothing-999999/", "/nowhere/"]
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


PUBLIC = sorted(name for name, (_, by_post) in STATED.items() if by_post is None)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_takes_no_post(name, things):
    assert signed_in(None).post(address_of(name, things)).status_code in {405, 404}


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_reads_and_sets_no_cookie_and_sends_the_strict_policy(name, things, cast):
    address = address_of(name, things)
    plain, known = signed_in(None).get(address), signed_in(cast["root"]).get(address)
    assert plain.content == known.content
    assert plain.headers["Content-Security-Policy"] == known.headers["Content-Security-Policy"]
    assert "nonce" not in plain.headers["Content-Security-Policy"]
    assert (dict(plain.cookies), dict(known.cookies)) == ({}, {})
    assert "Cookie" not in plain.headers.get("Vary", "")


def test_moving_a_story_by_form_needs_rights_in_both_sections(cast):
    article = story("draft", cast["ana"])
    sport = make_section("Sport")
    content = make_content() | {"section": {"id": sport.pk, "name": "Sport"}}
    for who in ("ben", "eva", "rita", "tom"):
        with pytest.raises(workflow.NotAllowed):
            workflow.save(article, content, by=cast[who], base=1)
    assert workflow.save(article, content, by=cast["ana"], base=1).number == 2


def test_an_administrator_cannot_make_a_superuser_nor_change_one(cast):
    client = signed_in(cast["adam"])
    page = reverse("admin:accounts_user_change", args=[cast["ben"].pk])
    client.post(page, {"username": "ben", "is_superuser": "on", "is_active": "on", "is_staff": "on"})
    assert not User.objects.get(username="ben").is_superuser
    root = reverse("admin:accounts_user_change", args=[cast["root"].pk])
    assert client.post(root, {"username": "gone"}).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[cast["root"].pk])
    assert client.post(password, {"password1": "x", "password2": "x"}).status_code == 403
