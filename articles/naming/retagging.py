"""Changing the tags of many stories at once, each by the functions that a single story is saved and published with."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from articles import publication, revisions, schedule, workflow
from articles.models import Article, PlannedChange, PublishAct, Tag
from articles.permissions import NotAllowed, may

MOST = 200  # stories in one act


@dataclass
class Outcome:
    """
    What became of one story: whether readers see it so, whether it was saved, whether it was so before, and in words
    why not more.
    """

    article: Article
    is_online: bool = False
    is_saved: bool = False
    has_it: bool = False
    why: str = ""


def retag(articles, *, add=None, remove=None, by):
    """
    Give ``articles`` the tag ``add`` and take ``remove`` out, what was merged into it included; return their Outcomes.

    A story that readers see is published with its new tags where ``by`` may do that and nothing else was waiting to go
    out; what is set for a time goes out with them then. Everything else is saved for whoever publishes next. One story
    that can't be changed does not stop the others.
    """
    gone = (
        set(Tag.objects.filter(canonical=remove.canonical_id).values_list("pk", flat=True))
        if remove
        else set()
    )
    has = set(Tag.objects.filter(canonical=add.canonical_id).values_list("pk", flat=True)) if add else set()
    return [_retag(article, add, has, gone, by) for article in articles[:MOST]]


def _retag(article, add, has, gone, by):
    article = Article.objects.select_related("latest_revision").get(pk=article.pk)
    content = revisions.content_of(article.latest_revision)
    tags = [row for row in content["tags"] if row["id"] not in gone]
    if add and not has & {row["id"] for row in tags}:
        tags.append(revisions.reference(add))
    if tags == content["tags"]:
        return Outcome(article, has_it=True, why=_("It is tagged so already."))
    if not may(by, "sign", article):
        return Outcome(article, why=_("Your account may not change its tags."))
    going, waits = _version_going_out(article)
    alone = going == article.latest_revision_id and article.held_since is None
    try:
        revision = workflow.save(article, {**content, "tags": tags}, by=by, base=article.version)
    except (workflow.Conflict, NotAllowed, revisions.Unfit) as refused:
        return Outcome(article, why=str(refused) or _("Somebody saved it at the same moment."))
    if not article.live_revision_id:
        return Outcome(article, is_saved=True, why=_("It was never published."))
    if article.held_since is not None:
        why = _("It is held; to have the tags in it, publish its newest version.")
        return Outcome(article, is_saved=True, why=why)
    if not alone:
        return Outcome(article, is_saved=True, why=_("Other changes are waiting; the tags go out with them."))
    if not may(by, "publish", article):
        return Outcome(article, is_saved=True, why=_("An editor has to publish it."))
    try:
        if waits:
            schedule.send_instead(article, by=by, number=revision.number, alone=waits.alone)
            return Outcome(article, is_saved=True, why=_("It goes out with its new tags at its time."))
        workflow.publish(revision, by=by, kind=PublishAct.Kind.TYPO, note=_("Tags"))
    except (workflow.Blocked, NotAllowed) as refused:
        return Outcome(article, is_saved=True, why=str(refused))
    return Outcome(article, is_online=True, is_saved=True)


def _version_going_out(article):
    """
    Return (the id of the version that readers see or are to see next, what set that for later or None).

    The latter is a PlannedChange or a PublishAct: both keep why nobody else read it.
    """
    if planned := article.planned_changes.filter(state=PlannedChange.State.WAITING).first():
        return planned.revision_id, planned
    if article.standing() == Article.Standing.SCHEDULED:
        return article.live_revision_id, publication.last_act(article)
    return article.live_revision_id if article.is_published() else None, None
