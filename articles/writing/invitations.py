"""Addresses at which a named person outside the desk reads a story before it is published: made, opened, revoked."""

from django.core import signing
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from articles.models import PreviewLink, PreviewOpening
from articles.models.preview_link import SALT
from articles.permissions import NotAllowed, may
from articles.public.pages import absolute
from articles.workflow import lock


def invite(article, *, by, person, until):
    """Let ``person``, a name, read the working copy until the aware datetime ``until``; return the PreviewLink."""
    now = timezone.now()
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "publish", article):
            raise NotAllowed(_("Only an editor of its section can show a story to somebody outside."))
        person = " ".join(person.replace("\0", "").split())[:150]
        if not person:
            raise NotAllowed(_("Say for whom it is; the name stands across the page."))
        if until <= now:
            raise NotAllowed(_("Choose a time ahead."))
        link = PreviewLink.objects.create(
            article=article, person=person, until=until, made_by=by, made_at=now
        )
        audit.record(by, "invite", article, at=now, to=person, until=until.isoformat(timespec="minutes"))
    return link


def revoke(link, *, by):
    """Let the address of ``link`` show nothing any more."""
    if not may(by, "publish", link.article):
        raise NotAllowed(_("Only an editor of its section can call this off."))
    with transaction.atomic():
        now = timezone.now()
        if PreviewLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=now):
            audit.record(by, "revoke", link.article, at=now, to=link.person)


def address(link):
    """Return the whole address of ``link``."""
    return absolute(link.get_absolute_url())


def opened(token, at=None):
    """Return the PreviewLink that ``token`` names and note that it was opened; None where it shows nothing (any more)."""
    at = at or timezone.now()
    try:
        pk = int(signing.Signer(salt=SALT).unsign(token))
    except (signing.BadSignature, ValueError):
        return None
    link = PreviewLink.objects.select_related("article__latest_revision", "made_by").filter(pk=pk).first()
    if link is None or not link.is_valid(at) or not link.made_by.is_active:
        return None
    PreviewOpening.objects.create(link=link, at=at, version=link.article.version)
    return link


def links_of(article):
    """Return the last links of ``article``, each with how often (``times``) and when last (``last``) it was opened."""
    return article.preview_links.annotate(times=Count("openings"), last=Max("openings__at"))[:20]
