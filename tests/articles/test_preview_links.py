"""Signed addresses for one named person outside the desk: what they show, to whom, how long, and that nothing is kept."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry
from articles import schedule, workflow
from articles.models import Article, PreviewLink, PreviewOpening, PublishAct, Restriction
from articles.permissions import NotAllowed
from articles.writing import invitations
from delivery.models import Purge
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_content,
    make_image,
    make_revision,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def path(link):
    return "/" + invitations.address(link).split("/", 3)[3]


@pytest.fixture
def link(ben):
    article = make_revision(by=ben, headline="Not out yet").article
    return invitations.invite(article, by=ben, person="Mara Quill", until=timezone.now() + DAY)


def test_the_person_reads_the_working_copy_as_readers_would(link, ben):
    workflow.save(link.article, make_content(headline="Newer words"), by=ben, base=1)
    answer = Client().get(path(link))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Newer words" in text
    assert '<aside class="preview-for" dir="auto">Only for Mara Quill, until ' in text
    assert 'class="preview-mark"' not in text
    assert list(PreviewOpening.objects.values_list("link", "version")) == [(link.pk, 2)]


def test_an_address_ends_with_the_account_that_made_it(link, ben):
    ben.is_active = False
    ben.save()
    assert Client().get(path(link)).status_code == 404


def test_nobody_finds_stores_or_learns_the_address(link):
    answer = Client().get(path(link))
    told = {name: answer.headers.get(name) for name in ("Cache-Control", "X-Robots-Tag", "Referrer-Policy")}
    assert told == {
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "Referrer-Policy": "no-referrer",
    }
    assert dict(answer.cookies) == {}


def test_looking_publishes_nothing(link):
    purges = Purge.objects.count()
    Client().get(path(link))
    assert (Article.objects.published().count(), PublishAct.objects.count()) == (0, 0)
    assert Purge.objects.count() == purges


def test_an_embargoed_story_carries_the_name_across_the_page(link, ben):
    schedule.set_embargo(link.article, by=ben, by_hand=True)
    text = Client().get(path(link)).content.decode()
    assert '<div class="preview-mark" aria-hidden="true"><span>EMBARGO · Mara Quill · EMBARGO' in text


def test_a_name_is_printed_and_not_run(ben):
    article = make_revision(by=ben).article
    link = invitations.invite(article, by=ben, person="<script>x</script> \\1", until=timezone.now() + DAY)
    text = Client().get(path(link)).content.decode()
    assert "Only for &lt;script&gt;x&lt;/script&gt; \\1, until " in text


@pytest.mark.parametrize("end", ["revoked", "late", "forged", "another's signature", "restricted"])
def test_what_does_not_stand_any_more_answers_as_what_never_was(end, link, ben):
    wanted = path(link)
    assert Client().get(wanted).status_code == 200
    if end == "revoked":
        invitations.revoke(link, by=ben)
    elif end == "late":
        PreviewLink.objects.update(until=timezone.now())
    elif end == "forged":
        wanted = wanted[:-2] + ("A" if wanted[-2] != "A" else "B") + "/"
    elif end == "another's signature":
        wanted = wanted.replace(f"/preview/{link.pk}:", f"/preview/{link.pk + 1}:")
    else:
        Restriction.objects.create(name="Not out yet", reason="x", made_by=ben)
    answer, nothing = Client().get(wanted), Client().get("/politics/nothing-999999/")
    assert (answer.status_code, answer.content) == (404, nothing.content)
    assert sorted(answer.headers.items()) == sorted(nothing.headers.items())


@pytest.mark.parametrize("kind", ["legal", "agency_kill", "error", "law"])
@pytest.mark.parametrize("stage", ["online", "set for later"])
def test_a_withdrawal_ends_each_address_that_still_showed_the_story(kind, stage, link, ben):
    late = invitations.invite(link.article, by=ben, person="Too Late", until=timezone.now() + DAY)
    PreviewLink.objects.filter(pk=late.pk).update(until=timezone.now())
    other = invitations.invite(
        make_revision(by=ben).article, by=ben, person="Cem", until=timezone.now() + DAY
    )
    at = timezone.now() + DAY if stage == "set for later" else None
    workflow.publish(link.article.latest_revision, by=ben, at=at)
    assert Client().get(path(link)).status_code == 200
    if kind == "law":
        workflow.withdraw_by_law(link.article, by=ben, note="")
    else:
        workflow.withdraw(link.article, by=ben, kind=kind)
    answer, nothing = Client().get(path(link)), Client().get("/politics/nothing-999999/")
    assert (answer.status_code, answer.content) == (404, nothing.content)
    ended = dict(PreviewLink.objects.values_list("person", "revoked_at"))
    withdrawn_at = Article.objects.get(pk=link.article_id).withdrawn_at
    assert ended == {"Mara Quill": withdrawn_at, "Too Late": None, "Cem": None}
    revoked = AuditEntry.objects.filter(verb="revoke")
    assert [(row.target_id, row.detail) for row in revoked] == [(link.article_id, {"to": "Mara Quill"})]
    assert Client().get(path(other)).status_code == 200


def test_who_has_to_read_a_withdrawn_story_gets_an_address_of_their_own(link, ben):
    workflow.publish(link.article.latest_revision, by=ben)
    workflow.withdraw(link.article, by=ben, kind="legal")
    new = invitations.invite(link.article, by=ben, person="Counsel", until=timezone.now() + DAY)
    assert Client().get(path(new)).status_code == 200


def test_a_story_that_is_only_not_to_be_found_keeps_its_addresses(link, ben):
    workflow.publish(link.article.latest_revision, by=ben)
    workflow.withdraw(link.article, by=ben, kind="deindex")
    assert Client().get(path(link)).status_code == 200


def test_what_stands_beside_a_story_ends_the_link_as_its_own_words_do(link, ben):
    author = make_author("Mara Quist", portrait=make_image("Face", credit="Orest Valkyn"))
    workflow.save(link.article, make_content(bylines=[byline(author)]), by=ben, base=1)
    assert Client().get(path(link)).status_code == 200
    Restriction.objects.create(name="Orest Valkyn", reason="x", made_by=ben)
    assert Client().get(path(link)).status_code == 404


def test_only_an_editor_invites_and_says_whom(ana, ben, link):
    article = make_revision(by=ana).article
    with pytest.raises(NotAllowed, match="Only an editor of its section can show a story"):
        invitations.invite(article, by=ana, person="A friend", until=timezone.now() + DAY)
    with pytest.raises(NotAllowed, match="Say for whom it is"):
        invitations.invite(article, by=ben, person="  ", until=timezone.now() + DAY)
    with pytest.raises(NotAllowed, match="Only an editor of its section can call this off."):
        invitations.revoke(link, by=make_user("lena", "legal"))


def test_the_page_of_times_and_people_makes_lists_and_revokes_addresses(ben, client):
    article = make_revision(by=ben).article
    client.force_login(ben)
    page = f"/admin/articles/article/{article.pk}/planning/"
    client.post(page, {"act": "invite", "invite-person": "Mara Quill", "invite-days": "3"})
    link = PreviewLink.objects.get()
    assert DAY * 3 - timedelta(minutes=5) < link.until - timezone.now() <= DAY * 3
    text = client.get(page).content.decode()
    assert invitations.address(link) in text
    assert "not opened yet" in text
    Client().get(path(link))
    assert "opened once" in client.get(page).content.decode()
    client.post(page, {"act": f"revoke:{link.pk}"})
    text = client.get(page).content.decode()
    assert invitations.address(link) not in text
    assert "It shows nothing any more." in text


def test_an_address_is_listed_to_editors_alone(link, client):
    client.force_login(make_user("lena", "legal"))
    page = f"/admin/articles/article/{link.article_id}/planning/"
    assert invitations.address(link) not in client.get(page).content.decode()
    client.force_login(make_chief())
    assert invitations.address(link) in client.get(page).content.decode()
