"""
The page that readers would get if a text were published now, for those who may read it at the desk.

The text is published inside a transaction that is taken back, and the public view answers: no second template and no
second rule, and nothing of it is ever stored, purged or recorded.
"""

import re
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import audit
from articles import clock, publication, revisions, schedule, workflow
from articles.models import Article, PublishAct, Section
from articles.models.article import FOREVER
from articles.public import views
from articles.removal import restrictions
from articles.writing import invitations

_BODY = re.compile(r"<body[^>]*>")
HOUR = timedelta(hours=1)
_CONNECT = re.compile(r"connect-src [^;]*")


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
        article.first_published, article.held_since = article.first_published or now, None
    publication.write_times(article, starts=now, now=now, kind=PublishAct.Kind.TYPO, first=False)
    article.live_revision_id = article.latest_revision_id
    article.save()
    publication.write_rows(article, content)


def _asked(article):
    request = HttpRequest()
    request.method, request.path = "GET", article.get_absolute_url()
    return request


def _private(answer):
    """
    Keep the page, and say of it that nobody stores it or finds it.

    The policy is that of public pages, but that nothing is asked for later: a ticker that readers can't open would be
    told so, and load its page again and again.
    """
    response = HttpResponse(answer.content)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Content-Security-Policy"] = _CONNECT.sub(
        "connect-src 'none'", settings.CONTENT_SECURITY_POLICY
    )
    return response


# For the desk


def at_desk(content, *, article, by):
    """As `preview`. Of an embargoed story it is on record who looked, and their name stands across the page."""
    response = preview(content, article=article, by=by)
    if article is not None and schedule.stands(article):
        _record_look(article, by)
        with translation.override(settings.LANGUAGE_CODE):
            told = _("Embargoed. Shown to %(person)s, which is on record; pass it to nobody.") % {
                "person": by
            }
            _mark(response, told, by, across=True)
    return response


def _record_look(article, by):
    """Once an hour: who writes looks at every other sentence."""
    now = timezone.now()
    with transaction.atomic():
        workflow.lock(article.pk)
        if not audit.of(article).filter(actor=by, verb="look", at__gt=now - HOUR).exists():
            audit.record(by, "look", article, at=now, version=article.version)


# For a named person outside the desk


@require_safe
def invited(request, token):
    """The page of the working copy at a signed address, as long as it stands; else the 404 of everything else."""
    link = invitations.opened(token)
    if link is None:
        raise Http404
    latest = link.article.latest_revision
    content = revisions.content_of(latest)
    if restrictions.named_in(lambda: [*restrictions.texts_of(content), *restrictions.texts_beside(content)]):
        raise Http404
    try:
        response = preview(content, article=link.article, by=link.made_by)
    except NotReady:
        raise Http404 from None
    with translation.override(settings.LANGUAGE_CODE):
        told = _("Only for %(person)s, until %(time)s. Not published; pass it to nobody.") % {
            "person": link.person,
            "time": clock.told(link.until),
        }
        _mark(response, told, link.person, across=schedule.stands(link.article))
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _mark(response, told, person, *, across):
    """Say above the page whom it is for, and ``across`` it too."""
    mark = ""
    if across:
        words = _("EMBARGO · %(person)s") % {"person": person}
        mark = format_html(
            '<div class="preview-mark" aria-hidden="true"><span>{}</span></div>', f"{words} · " * 150
        )
    bar = format_html('<aside class="preview-for" dir="auto">{}</aside>{}', told, mark)
    style = format_html('<link rel="stylesheet" href="{}">', static("preview.css"))
    html = response.content.decode().replace("</head>", f"{style}</head>", 1)
    response.content = _BODY.sub(lambda found: found[0] + bar, html, count=1)
