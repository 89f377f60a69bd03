"""The preview at the desk: the public page of the working copy, of a story and of a ticker."""

import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from lxml import html

from accounts.models import AuditEntry
from articles import schedule
from articles.writing import invitations
from tests.factories import make_chief, make_published, make_revision, make_ticker, make_user
from tickers import log

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def preview_of(article):
    return f"/admin/articles/article/{article.pk}/preview/"


def shown(answer):
    """What stands on a page, without what differs from one rendering to the next."""
    return re.sub(r"\s+", " ", answer.content.decode())


def make_running(by):
    """Return a ticker that readers see, with an entry, a pinned one and a key event."""
    ticker = log.set_status(make_ticker(by=by).ticker, "live", by=by)
    log.post(ticker, {"headline": "The first tram", "body": "<p>It rang its bell.</p>"}, by=by)
    log.pin(log.post(ticker, {"headline": "What we know", "kind": "key"}, by=by), by=by)
    return ticker.article


def test_a_ticker_is_previewed_as_readers_get_it_with_its_entries(client):
    chief = make_chief()
    article = make_running(chief)
    public = client.get(article.get_absolute_url())
    client.force_login(chief)
    assert "The first tram" in public.content.decode()
    assert shown(client.get(preview_of(article))) == shown(public)


def test_a_preview_asks_for_nothing_later(client):
    """A ticker's page would ask what happened since, hear that there is no such ticker, and load itself again."""
    chief = make_chief()
    client.force_login(chief)
    policy = client.get(preview_of(make_running(chief))).headers["Content-Security-Policy"]
    assert "connect-src 'none';" in policy


# On two screens


def test_the_page_of_screens_frames_the_preview_twice_and_nothing_else_may(client):
    chief = make_chief()
    article = make_revision(by=chief).article
    client.force_login(chief)
    screens = client.get(f"/admin/articles/article/{article.pk}/screens/")
    page = html.fromstring(screens.content.decode())
    assert [(frame.get("title"), frame.get("src")) for frame in page.xpath("//iframe")] == [
        ("Preview on a phone", preview_of(article)),
        ("Preview on a desktop", preview_of(article)),
    ]
    link = invitations.invite(article, by=chief, person="Mara Quill", until=timezone.now() + HOUR)
    published = make_published(headline="Out")
    framing = {
        address: (client.get(address).headers["X-Frame-Options"], policy_of(client.get(address)))
        for address in (
            preview_of(article),
            screens.request["PATH_INFO"],
            urlsplit(invitations.address(link)).path,
            published.get_absolute_url(),
        )
    }
    alone = ("DENY", "frame-ancestors 'none'")
    assert list(framing.values()) == [("SAMEORIGIN", "frame-ancestors 'self'"), alone, alone, alone]


def policy_of(answer):
    return answer.headers["Content-Security-Policy"].rsplit("; ", 1)[1]


def test_what_is_typed_is_handed_on_as_it_is_and_not_stored(client):
    chief = make_chief()
    article = make_revision(by=chief).article
    client.force_login(chief)
    form = html.fromstring(client.get(f"/admin/articles/article/{article.pk}/change/").content.decode())
    data = dict(form.xpath("//form[contains(@class, 'story')]")[0].form_values())
    data |= {"headline": 'Only "typed" <b>', "csrfmiddlewaretoken": "x", "standfirst": "One\n\nTwo"}
    page = html.fromstring(
        client.post(f"/admin/articles/article/{article.pk}/screens/", data).content.decode()
    )
    (typed,) = page.xpath("//form[@data-typed]")
    told = dict(typed.form_values())
    assert (typed.action, typed.method) == (preview_of(article), "POST")
    assert told.pop("csrfmiddlewaretoken") != data.pop("csrfmiddlewaretoken")
    assert told == {name: str(value) for name, value in data.items()}
    assert page.xpath("//iframe/@src") == []
    assert article.revisions.count() == 1


def test_what_is_not_ready_is_told_in_place_of_the_screens(client):
    chief = make_chief()
    client.force_login(chief)
    answer = client.post("/admin/articles/article/screens/", {"headline": "x"})
    assert answer.status_code == 422
    assert "This is not ready yet:" in answer.content.decode()


# Under embargo


def embargoed(by):
    article = make_revision(by=by, headline="Not before noon").article
    schedule.set_embargo(article, by=by, by_hand=True)
    return article


def test_an_embargoed_story_carries_the_name_of_who_looks_and_is_on_record_once_an_hour(client):
    chief, ana = make_chief(), make_user("ana", "reporter", first_name="Ana", last_name="<Petrenko>")
    article = embargoed(chief)
    client.force_login(ana)
    for _ in range(2):
        page = client.get(preview_of(article)).content.decode()
    assert "<h1>Not before noon</h1>" in page.replace("\n", "")
    assert "Embargoed. Shown to Ana &lt;Petrenko&gt;, which is on record; pass it to nobody." in page
    assert '<div class="preview-mark" aria-hidden="true"><span>EMBARGO · Ana &lt;Petrenko&gt; · ' in page
    client.force_login(chief)
    client.get(preview_of(article))
    looks = AuditEntry.objects.filter(verb="look").order_by("id")
    assert [(look.actor, look.target_id, look.detail) for look in looks] == [
        (ana, article.pk, {"version": 1}),
        (chief, article.pk, {"version": 1}),
    ]
    assert looks[0].act == "looked at it under embargo"


def test_a_look_is_on_record_again_after_an_hour_and_for_another_story(client, monkeypatch):
    chief = make_chief()
    client.force_login(chief)
    first, second = embargoed(chief), embargoed(chief)
    now = timezone.now()
    for minutes in (0, 59, 61):
        monkeypatch.setattr(timezone, "now", lambda minutes=minutes: now + timedelta(minutes=minutes))
        client.get(preview_of(first))
        client.get(preview_of(second))
    looks = AuditEntry.objects.filter(verb="look").values_list("target_id", flat=True)
    assert sorted(looks) == [first.pk, first.pk, second.pk, second.pk]


def test_other_previews_are_nobodys_business(client):
    chief = make_chief()
    client.force_login(chief)
    page = client.get(preview_of(make_revision(by=chief).article)).content.decode()
    assert "preview-for" not in page and "preview-mark" not in page
    assert not AuditEntry.objects.filter(verb="look").exists()
