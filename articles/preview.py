"""
The page that readers would get if a text were published now, for those who may read it at the desk.

The text is published inside a transaction that is taken back, and the public view answers: no second template and no
second rule, and nothing of it is ever stored, purged or recorded.
"""

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from articles import publication, revisions, views, workflow
from articles.models import Article, PublishAct, Section
from articles.models.article import FOREVER


class NotReady(Exception):
    """The text can't be shown as a page yet; the message says why."""


def preview(content, *, article=None, by):
    """
    Return the response with the public page of ``content`` (shape: `revisions.blank`, its body clean).

    article: the story it belongs to, None for one that was never saved. by: the User who asks. Raise NotReady.
    """
    if missing := revisions.missing(content):
        raise NotReady(_("These are gone: %s. Take them out or choose others.") % ", ".join(missing))
    content = content | {"section": content["section"] or _any_section()}
    with transaction.atomic(), translation.override(settings.LANGUAGE_CODE):
        shown = Article.objects.get(pk=article.pk) if article else workflow.create(content, by=by).article
        _publish(shown, content)
        answer = views.detail(_asked(shown), shown.pk)
        transaction.set_rollback(True)
    return _private(answer)


def _any_section():
    """A story without a section is shown in the first one; that it has none is told by its findings."""
    section = Section.objects.filter(retired_at=None).first()
    if section is None:
        raise NotReady(_("There is no section yet that it could be shown in; make one."))
    return revisions.reference(section)


def _publish(article, content):
    """Write what `workflow.publish` writes for readers, whatever stands in the way of publishing."""
    now = timezone.now()
    publication.write_content(article, content, first=not article.was_seen(now))
    if not article.is_published(now):
        article.visible_from = article.publish_at = now
        article.visible_until, article.withdrawn_at, article.embargo_by_hand = FOREVER, None, False
        article.first_published = article.first_published or now
    publication.write_times(article, starts=now, now=now, kind=PublishAct.Kind.TYPO, first=False)
    article.live_revision_id = article.latest_revision_id
    article.save()
    publication.write_rows(article, content)


def _asked(article):
    request = HttpRequest()
    request.method, request.path = "GET", article.get_absolute_url()
    return request


def _private(answer):
    """Keep the page, and say of it that nobody stores it or finds it; the policy is that of public pages."""
    response = HttpResponse(answer.content)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Content-Security-Policy"] = settings.CONTENT_SECURITY_POLICY
    return response
