"""
Small makers of real rows. The cast is always the same: Ana writes, Ben edits, Cem reads.

    ben = make_user("ben", "editor", sections=[politics])
    article = make_published(by=ben, headline="Harbour bridge reopens")
"""

import hashlib

from django.contrib.auth.models import Group

from accounts.models import User
from articles import revisions, workflow
from articles.models import Article, Author, NameForm, Section, Source, Tag
from articles.slugs import slugify
from images.models import Image
from images.renditions import specs

BODY = "<p>The harbour bridge in Marrow reopens to trams, the city says. Work took two years.</p>"


def make_user(username="ana", *roles, sections=(), **fields):
    """Return an account in the groups named by ``roles``, editing ``sections``; the one that is there already."""
    user, _ = User.objects.get_or_create(username=username, defaults={"is_staff": True, **fields})
    user.groups.set(Group.objects.filter(name__in=roles))
    user.sections.set(sections)
    return User.objects.get(pk=user.pk)


def make_section(name="Politics", **fields):
    section, _ = Section.objects.get_or_create(
        slug=fields.pop("slug", slugify(name)), defaults={"name": name, **fields}
    )
    return section


def make_author(name="Ana Petrenko", **fields):
    author, _ = Author.objects.get_or_create(
        slug=fields.pop("slug", slugify(name)), defaults={"name": name, **fields}
    )
    return author


def make_source(code="north-wire", **fields):
    fields = {"name": "North Wire", "credit_lines": {"en": "With material from North Wire"}} | fields
    source, _ = Source.objects.get_or_create(code=code, defaults=fields)
    return source


def make_tag(name="Harbour bridge", kind="topic", wrong=(), **fields):
    """Return a tag; ``wrong`` lists name forms that the checks flag in every language."""
    tag, created = Tag.objects.get_or_create(name=name, kind=kind, defaults={"slug": slugify(name), **fields})
    for text in wrong if created else ():
        NameForm.objects.create(tag=tag, kind=NameForm.Kind.WRONG, text=text)
    return tag


def byline(author, role="text", **fields):
    """Return a byline as content holds it; ``author`` is an Author or a Source."""
    kind = "author" if isinstance(author, Author) else "source"
    row = {"author": None, "source": None, "role": role, "name": author.name, "affiliation": "", "place": ""}
    return row | {kind: revisions.reference(author)} | fields


def ticker_line(text="Follow it all in the live ticker", article=None, url="", after_block=1):
    return {"text": text, "article": revisions.reference(article), "url": url, "after_block": after_block}


def make_content(**content):
    """Return content without findings: headline, standfirst, body, section, byline, dateline; ``content`` on top."""
    whole = {
        "headline": "Harbour bridge reopens after two years",
        "standfirst": "Trams cross the river in Marrow again.",
        "body": BODY,
        "datelines": {"places": ["Marrow"], "date": "2026-03-02", "text": ""},
    } | content
    if "section" not in content:
        whole["section"] = revisions.reference(make_section())
    if "bylines" not in content:
        whole["bylines"] = [byline(make_author())]
    return revisions.blank(**whole)


def make_image(title="Harbour", size=(1400, 700), ready=True, **fields):
    """Return a picture with rights; one that is ``ready`` has names of JPEG and WebP renditions, but no files."""
    widths = [spec.width for spec in specs(size[0], ["jpeg"])]
    fields = {"credit": "Ana Petrenko/North Wire", "alt": "Boats in a harbour", "file": "x.jpg"} | fields
    ladder = {"jpeg": widths, "webp": widths} if ready else {}
    digest = hashlib.sha256(f"{title} {Image.objects.count()}".encode()).hexdigest()
    return Image.objects.create(
        title=title, width=size[0], height=size[1], sha256=digest, ladder=ladder, **fields
    )


def figure(image, caption="", layout="text"):
    """Return the block of a picture as a body holds it."""
    return (
        f'<figure data-block="image" data-image="{image.pk}" data-layout="{layout}">'
        f"<figcaption>{caption}</figcaption></figure>"
    )


def make_chief():
    return make_user("clara", "chief editor")


def make_revision(*, by=None, kind=Article.Kind.STORY, **content):
    """Return the first version of a new draft."""
    return workflow.create(make_content(**content), by=by or make_chief(), kind=kind)


def make_published(*, by=None, at=None, kind=Article.Kind.STORY, **content):
    """Return a published Article, fresh from the database."""
    by = by or make_chief()
    revision = make_revision(by=by, kind=kind, **content)
    workflow.publish(revision, by=by, at=at)
    return Article.objects.get(pk=revision.article_id)


def make_tagged(*tags, **content):
    return make_published(tags=[revisions.reference(tag) for tag in tags], **content)


def make_full_story(number=0, *, pictures=()):
    """
    Return the story that budgets are counted on: 2 bylines, 5 tags, a ticker line, 4 related, a correction.

    pictures: Images, the first leads, the others stand in its text; it then draws on no agency, whose mandatory credit
    line is a query more.
    """
    chief = make_chief()
    more = {"sources": [{"source": make_source().code, "item": "urn:x", "version": "1"}]}
    if pictures:
        lead, *inside = pictures
        more = {"lead_image": revisions.reference(lead), "body": BODY + "".join(map(figure, inside))}
    article = make_published(
        headline=f"Harbour bridge reopens {number}",
        kicker="Transport",
        bylines=[byline(make_author("Ana Petrenko")), byline(make_author("Cem Yildiz"))],
        tags=[
            revisions.reference(make_tag(name))
            for name in ("Marrow", "Trams", "Bridges", "Harbour", "Budget")
        ],
        ticker_links=[ticker_line(article=make_ticker(f"The bridge {number}: live"))],
        related=[revisions.reference(make_published(headline=f"Earlier {number}.{n}")) for n in range(4)],
        **more,
    )
    workflow.correct(
        article.latest_revision,
        by=chief,
        kind="correction",
        wrong="We said that work took three years.",
        right="Work took two years.",
    )
    return Article.objects.get(pk=article.pk)


def make_ticker(headline="The bridge reopens: live", **content):
    return make_published(kind=Article.Kind.TICKER, headline=headline, **content)
