"""
A story in several languages: whose translation it is, in which languages it stands already, and another one begun.

A translation names the version of the original that it was made from. What it names is always an original: whoever
translates a translation adds one more to the original's.
"""

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils.translation import gettext as _

from articles import clearance, revisions, schedule, workflow
from articles.models import Article
from articles.models.article import open_work
from articles.permissions import NotAllowed

# What says the same in another language anew, or leads readers and search engines to the other text.
NOT_COPIED = "slug home_headline seo_title social_title social_text canonical_url byline_note".split()

# begun.send(Article, article=…, translation=…): a draft that starts from the text of ``article``, in its transaction.
begun = Signal()


def original_in(content):
    """Return the Article whose version ``content`` names as its original, None where it names none."""
    named = content["translation_of"]
    stories = Article.objects.select_related("latest_revision", "live_revision")
    return stories.filter(revisions=named["id"]).first() if named else None


def original_of(article):
    """Return the Article that the working copy of ``article`` is at last a translation of; itself where of none."""
    seen = set()
    while article.pk not in seen and (found := original_in(revisions.content_of(article.latest_revision))):
        seen.add(article.pk)
        article = found
    return article


def version_to_translate(article):
    """Return the Revision that readers see, the working copy where they see none."""
    return article.live_revision if article.is_published() else article.latest_revision


def reference(original):
    """Return the present version of ``original`` as content names it, by the story's name rather than by its number."""
    return original and {"id": version_to_translate(original).pk, "name": str(original)}


def language_of(article):
    return revisions.content_of(version_to_translate(article))["language"]


def family(original):
    """Return the translations of ``original``, drafts too, withdrawn ones not; ``told_in`` is the language of each."""
    return list(_translations(original).filter(withdrawn_at=None))


def ever_made(original):
    """As `family`, withdrawn ones too."""
    return list(_translations(original))


def _translations(original):
    versions = list(original.revisions.values_list("pk", flat=True))
    named = {"latest_revision__content__translation_of__id__in": versions}
    drafts = Article.objects.filter(open_work(), **named).values("pk")
    found = Article.objects.filter(translation_of__article=original).values("pk").union(drafts)
    stories = Article.objects.filter(pk__in=found).exclude(pk=original.pk)
    return stories.annotate(told_in=F("latest_revision__content__language")).order_by("pk")


def why_not(original, language, *, story=None):
    """
    Return why a story in ``language`` can't be a translation of ``original``, "" where it can.

    story: the id of the one that would be; None for one that is to be made.
    """
    if original.pk == story:
        return _("A story is no translation of itself.")
    if language == language_of(original):
        return _("“%(story)s” is written in that language itself; a translation has another.") % {
            "story": original
        }
    if story is not None and family(Article(pk=story)):
        return _("Others are translations of this story; it can't be one itself.")
    return taken(original, language, story=story)


def taken(original, language, *, story=None):
    """Return which other story tells ``original`` in ``language`` already, as a sentence; "" where none does."""
    for other in family(original):
        if other.told_in == language and other.pk != story:
            return _("“%(story)s” is the translation into that language already.") % {"story": other}
    return ""


def offered(original, others):
    """Return the (code, name) of the languages in which neither ``original`` nor its translations ``others`` are."""
    there = {language_of(original), *(other.told_in for other in others)}
    return [(code, name) for code, name in settings.LANGUAGES if code not in there]


def begin(article, language, *, by):
    """
    Make a draft in ``language`` that starts from the text of ``article`` and is linked to its original; return its Revision.

    Signatures, pictures and tags come along, and so do an embargo and the need of clearance: the text is the same.
    Raise NotAllowed where ``by`` may start no story, one of the rules of `why_not` says no, or ``article`` itself may not
    go out, such as where its agency wants the copy back.
    """
    if article.kind == Article.Kind.TICKER:
        raise NotAllowed(
            _("A live ticker has no text to begin with: start one, and say there what it translates.")
        )
    with transaction.atomic():
        original = workflow.lock(original_of(article).pk)  # so that of two who begin at once one is told
        if why := why_not(original, language) or clearance.why_guarded(article):
            raise NotAllowed(why)
        content = revisions.content_of(version_to_translate(article)) | dict.fromkeys(NOT_COPIED, "")
        content |= {"language": language, "translation_of": reference(original)}
        revision = workflow.create(content, by=by)
        _keep_closed(revision.article, article, by=by)
        begun.send(Article, article=article, translation=revision.article)
    return revision


def _keep_closed(translation, article, *, by):
    """Let what keeps ``article`` from readers keep its translation from them."""
    if schedule.stands(article):
        schedule.set_embargo(
            translation,
            by=by,
            until=article.embargo_until,
            by_hand=article.embargo_by_hand,
            text=article.embargo_text,
        )
    if article.needs_legal:
        clearance.require_legal(translation, True, by=by)


def set_embargo(article, *, by, **embargo):
    """
    As `schedule.set_embargo`, for ``article`` and for the translations of it that readers have not seen.

    A translation follows where it stood under the same embargo, or would be out earlier: they tell the same news. Return
    (the Article, the translations that followed, those that readers saw already, which an embargo does not reach). Raise
    NotAllowed where ``by`` may do so with one of them alone not; then nothing is changed.
    """
    with transaction.atomic():
        before = schedule.closed_until(workflow.lock(article.pk))
        article = schedule.set_embargo(article, by=by, **embargo)
        after = schedule.closed_until(article)
        followed, seen = [], []
        for translation in family(article):
            own = schedule.closed_until(translation)
            earlier = after is not None and (own is None or own < after)
            if after is not None and translation.was_seen():
                seen.append(translation)
            elif earlier or own == before != after:
                followed.append(translation)
        for translation in followed:
            try:
                schedule.set_embargo(translation, by=by, **embargo)
            except NotAllowed as refusal:
                raise NotAllowed(
                    _("Its translation “%(story)s” would follow. %(why)s")
                    % {"story": translation, "why": refusal}
                ) from refusal
    return article, followed, seen
