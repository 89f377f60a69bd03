"""
What a publication writes for readers: content columns, times, rows of their own, and the record of what stood online.

Called by `articles.workflow` and its neighbours, inside their transactions and under its lock. Nothing here asks who may.
"""

from django.db.models import F

from articles import revisions
from articles.body import picture_ids, public_place, strip_notes
from articles.models import Article, Author, Byline, PublishAct, Related, TaggedItem, TickerLink
from articles.models.article import FOREVER
from articles.removal.restrictions import named_in
from articles.slugs import LENGTH, slugify
from images import library

COLUMNS = sorted(revisions.PUBLICATION)


def lock(pk):
    """Return the article, locked until the transaction ends (SQLite has one writer at a time anyway)."""
    Article.objects.select_for_update().only("pk").get(pk=pk)
    return Article.objects.select_related("latest_revision", "edited_by", "section", "live_revision").get(
        pk=pk
    )


def write_content(article, content, *, first):
    """
    Fill the content columns. An address stays as it was when the story was first published, unless it says what may not
    be read any more: stories are found by their number, so that the old one leads to the new one.
    """
    slug = _slug(content) if first or named_in(lambda: [article.slug]) else article.slug
    for name in revisions.TEXTS:
        setattr(article, name, content[name])
    for name in revisions.VALUES:
        setattr(article, name, content[name])
    for name in revisions.REFERENCES:
        setattr(article, f"{name}_id", content[name] and content[name]["id"])
    article.body = strip_notes(content["body"])
    article.slug = slug


def _slug(content):
    wanted = slugify(content["slug"], content["language"]) or slugify(
        content["headline"], content["language"]
    )
    return (wanted or "story")[:LENGTH]


def write_times(article, *, starts, now, kind, first):
    """Rule 1: seen from the later of publish time and embargo, until expiry. A typo moves no time."""
    if first or not article.is_published(now):
        article.publish_at = starts
        article.visible_from = max(filter(None, [starts, article.embargo_until]))
        article.visible_until = article.expires_at or FOREVER
        article.withdrawn_at, article.withdrawal, article.withdrawal_note = None, "", ""
        article.held_since = None
    if first:
        article.first_published = article.updated = article.visible_from
    elif kind == PublishAct.Kind.UPDATE:
        article.updated = now
    elif kind == PublishAct.Kind.CORRECTION:
        article.corrected = now


def moments_ahead(article, now):
    """Return the times after ``now`` at which the story comes or goes by itself."""
    ends = [article.visible_from, article.visible_until]
    return [moment for moment in ends if moment is not None and now < moment < FOREVER]


def write_rows(article, content):
    """Write bylines, tags, ticker lines and related stories as ``content`` has them."""
    _write_tags(article, revisions.ids(content, "tags"))
    for model, rows in (
        (Byline, _bylines(article, content)),
        (TickerLink, _ticker_links(article, content)),
        (Related, _related(article, content)),
    ):
        model.objects.filter(article=article).delete()
        model.objects.bulk_create(rows)
        if model is Byline:
            _print_anew(rows)
    library.note_uses(article, _pictures(content))


def _pictures(content):
    """Return the ids of the pictures that ``content`` shows."""
    chosen = [content[field]["id"] for field in ("lead_image", "social_image") if content[field]]
    return {*chosen, *picture_ids(content["body"])}


def _write_tags(article, wanted):
    """Add and remove by tag id; what stays keeps its row. Two queries, however many tags."""
    wanted = list(dict.fromkeys(wanted))
    TaggedItem.objects.filter(content_object=article).exclude(tag__in=wanted).delete()
    TaggedItem.objects.bulk_create(
        [
            TaggedItem(content_object=article, tag_id=pk, position=position, visible_from=article.listed_from)
            for position, pk in enumerate(wanted)
        ],
        update_conflicts=True,
        unique_fields=["content_object", "tag"],
        update_fields=["position", "visible_from"],
    )


def _bylines(article, content):
    return [
        Byline(
            article=article,
            author_id=row["author"] and row["author"]["id"],
            source_id=row["source"] and row["source"]["id"],
            position=position,
            role=row["role"] or "text",
            name=row["name"],
            affiliation=row["affiliation"],
            place=row["place"],
            visible_from=article.listed_from,
        )
        for position, row in enumerate(content["bylines"])
    ]


def _print_anew(bylines):
    """
    Give rows that stand already the names that `vocabulary.reprint` decided on; a revision says what it said.

    Asked once the rows stand: they hold their authors, so that nobody decides otherwise before this is over.
    """
    authors = Author.objects.filter(pk__in={row.author_id for row in bylines} - {None}).exclude(reprints={})
    instead = dict(authors.values_list("pk", "reprints").order_by())
    for row in bylines:
        if name := instead.get(row.author_id, {}).get(row.name):
            Byline.objects.filter(article=row.article, position=row.position).update(name=name)


def _ticker_links(article, content):
    return [
        TickerLink(
            article=article,
            position=position,
            text=row["text"],
            ticker_id=row["article"] and row["article"]["id"],
            url=row["url"],
            after_block=public_place(content["body"], row["after_block"]),
        )
        for position, row in enumerate(content["ticker_links"])
    ]


def _related(article, content):
    wanted = [pk for pk in dict.fromkeys(revisions.ids(content, "related")) if pk != article.pk]
    return [Related(article=article, to_id=pk, position=position) for position, pk in enumerate(wanted)]


def copy_visible_from(article, value):
    """Give the through rows their copy of `visible_from`: an aware datetime, or None once withdrawn or not to be found."""
    value = None if article.deindexed_at else value
    TaggedItem.objects.filter(content_object=article).update(visible_from=value)
    Byline.objects.filter(article=article).update(visible_from=value)


def take_back(article):
    """Empty what was written for readers who never saw it: the story is as before its publication was set."""
    for name in revisions.CONTENT:
        field = article._meta.get_field(name)
        setattr(article, field.attname, None)
    article.publish_at = article.visible_from = article.first_published = article.updated = None
    article.live_revision, article.visible_until, article.held_since = None, FOREVER, None
    article.save(update_fields=[*COLUMNS, *sorted(revisions.CONTENT)])
    for model, key in (
        (TaggedItem, "content_object"),
        (Byline, "article"),
        (TickerLink, "article"),
        (Related, "article"),
    ):
        model.objects.filter(**{key: article}).delete()
    library.note_uses(article, set())


def write_act(article, revision, *, by, at, kind, note, alone=""):
    """Record that ``revision`` stands online from now, or from when it will be seen."""
    return PublishAct.objects.create(
        article=article,
        revision=revision,
        kind=kind,
        by=by,
        at=at,
        since=max(at, article.visible_from),
        until=None,
        note=note[:500],
        alone=alone,
    )


def last_act(article):
    """Return the last PublishAct of ``article``: who decided to publish what stands or waits, and why."""
    return article.publish_acts.order_by("-at", "-id").first()


def close_act(article, at):
    """
    End what stands online, before its times are written anew.

    What readers never saw ends when it would have begun; what expired ended then.
    """
    for act in PublishAct.objects.filter(article=article, until=None):
        act.until = max(act.since, min(at, article.visible_until))
        act.save(update_fields=["until"])


def last_version_before(article):
    """Return the Revision that readers saw before the one they see now; None where there is none or they see nothing."""
    if not article.is_published():
        return None
    acts = article.publish_acts.exclude(revision=article.live_revision_id).filter(until__gt=F("since"))
    act = acts.select_related("revision").order_by("-until", "-id").first()
    return act and act.revision
