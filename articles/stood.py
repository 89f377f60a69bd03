"""
What readers saw of a story, from when to when: a list for the desk, and one file to hand out with a date on it.

Taken from the record that every publication writes, and from the versions it names, never from what stands now. An
expiry happens by query, so that the last entry of the record may be open though nobody sees the story any more.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from articles import body, clock, revisions
from articles.models import Article, PublishAct
from articles.permissions import NotAllowed, may
from articles.public.pages import absolute
from articles.workflow import lock
from images.models import Image


@dataclass(frozen=True)
class Stood:
    """``act`` put its version before readers ``since`` a time ``until`` another, None where they see it now."""

    act: PublishAct
    since: datetime
    until: datetime | None

    @property
    def content(self):
        revision = self.act.revision
        return revisions.content_of(revision)

    @property
    def exactly(self):
        """From and until on the newsroom's clock to the second, with the distance from Greenwich; "" for still online."""
        return [
            at and clock.local(at).isoformat(sep=" ", timespec="seconds") for at in (self.since, self.until)
        ]

    @property
    def digest(self):
        return digest(self.act.revision)


def digest(revision):
    """
    Return the SHA-256, in hexadecimal digits, of what a version says.

    Taken over its content as stored, written as JSON with sorted names, no spaces, in UTF-8: anybody can do it again.
    """
    written = json.dumps(revision.content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def stood(article, at=None):
    """Return [Stood] of ``article`` up to the aware datetime ``at`` (now), the first first; never seen is left out."""
    at = at or timezone.now()
    acts = article.publish_acts.select_related("revision", "by", "correction").order_by("since", "id")
    found = [Stood(act, act.since, _until(article, act, at)) for act in acts]
    return [each for each in found if each.since <= at and each.until != each.since]


def _until(article, act, at):
    """An entry that is open ends with the story's time; one that ends ahead stands now."""
    ends = act.until or article.visible_until
    return ends if ends <= at else None


# The file


def export(article, *, by):
    """
    Return (name, text) of an HTML file that says what readers saw of ``article``, with nothing outside of itself.

    That it was made is on record. Raise NotAllowed for who may not publish the story.
    """
    now = timezone.now()
    with transaction.atomic():
        article = lock(article.pk)
        if not may(by, "publish", article):
            raise NotAllowed(_("Only an editor of its section can hand out what stood online."))
        rows = stood(article, now)
        audit.record(by, "hand out", article, at=now, stories=len(rows))
    context = {
        "article": article,
        "address": absolute(article.get_absolute_url()) if article.live_revision_id else "",
        "site_name": settings.SITE_NAME,
        "zone": timezone.get_default_timezone_name(),
        "made": now,
        "by": by,
        "versions": [(each, shown(each.content)) for each in rows],
        "standing": Article.Standing(article.standing(now)).label,
    }
    day = timezone.localtime(now, timezone.get_default_timezone())
    return f"story-{article.pk}-{day:%Y-%m-%d-%H%M}.html", render_to_string(
        "admin/articles/article/stood_file.html", context
    )


def shown(content):
    """Return what the file prints of a version: texts, names, blocks as (kind, lines), pictures as (title, words)."""
    blocks = body.blocks(body.strip_notes(content["body"]))
    images = Image.objects.in_bulk([*_picture_ids(content, blocks)])
    return {
        "content": content,
        "dateline": revisions.in_words("datelines", content["datelines"]),
        "bylines": [revisions.row_in_words("bylines", row) for row in content["bylines"]],
        "lead": _lead(content, images),
        "blocks": [(block.kind, _lines(block, images)) for block in blocks],
    }


def _picture_ids(content, blocks):
    if content["lead_image"]:
        yield content["lead_image"]["id"]
    yield from (int(block.data["image"]) for block in blocks if block.data.get("image"))


def _lead(content, images):
    if not content["lead_image"]:
        return None
    image = images.get(content["lead_image"]["id"])
    own = [content[f"lead_{name}"] or getattr(image, name, "") for name in ("caption", "credit")]
    return " · ".join(filter(None, [content["lead_image"]["name"], *own]))


def _lines(block, images):
    """Return the lines of a block; a picture's begin with its title and end with its credit."""
    lines = block.text.splitlines()
    if not block.data.get("image"):
        return lines or [block.data.get("url", "")]
    image = images.get(int(block.data["image"]))
    return [" · ".join(filter(None, [str(image or ""), *lines, getattr(image, "credit", "")]))]
