"""
The one policy: who may do what to which article in which state. Views, forms, admin and workflow ask here.

Acts: view, edit, sign (bylines and tags), picture, publish, withdraw, correct, waive, hold, clear, flag (ask legal),
assign, embargo (set one), lift (change or end one), move.
Rights come from permissions (groups hand them out, accounts.roles) and from `Section.editors`:
- a reporter edits own stories (made by or assigned to them) and publishes none;
- an editor edits, publishes, withdraws and corrects in the sections they edit, and takes copy that has none yet;
- the chief editor does so everywhere, and alone changes or lifts an embargo;
- legal, the picture desk and the tag desk read all; the last two change what is theirs, never the text; legal puts
  holds on stories, and clears those that may not go out before.
"""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from articles.models import Article, Section

SIGNING = frozenset({"bylines", "byline_override", "byline_note", "tags"})
MAY_RETAG = ("articles.edit_signing", "articles.change_article")  # some stories at least; which, `may` says
PICTURES = frozenset({"lead_image", "lead_caption", "lead_alt", "lead_credit", "lead_crop", "social_image"})


class NotAllowed(PermissionDenied):
    """Somebody may not do this; the text says why and what to do instead."""


def is_own(user, article):
    return user.pk in {article.created_by_id, article.assignee_id}


def has_section(user, section_id):
    """Whether ``user`` has rights in the section with this id; None (no section yet) belongs to nobody."""
    if user.has_perm("articles.every_section"):
        return True
    return section_id is not None and section_id in _section_ids(user)


def may_publish_in(user):
    """Return the queryset of sections in which ``user`` may start and publish stories, none for others."""
    if not may(user, "add") or not user.has_perm("articles.publish_article"):
        return Section.objects.none()
    offered = Section.objects.filter(retired_at=None)
    return offered if user.has_perm("articles.every_section") else offered.filter(editors=user)


def own_section(user):
    """Return the one Section that ``user`` edits, None for those who edit none or several."""
    sections = list(user.sections.filter(retired_at=None)[:2])
    return sections[0] if len(sections) == 1 else None


def _section_ids(user):
    if not hasattr(user, "_section_ids"):
        user._section_ids = set(user.sections.values_list("pk", flat=True))
    return user._section_ids


def _has_sections_of(user, article):
    """Rights in where the story is to stand and in where it stands now."""
    published = {article.section_id} if article.live_revision_id else set()
    return all(has_section(user, pk) for pk in {article.working_section_id} | published)


def _edit(user, article):
    if not user.has_perm("articles.change_article"):
        return False
    return is_own(user, article) or _edit_in_section(user, article)


def _edit_in_section(user, article):
    return user.has_perm("articles.edit_section") and (
        _has_sections_of(user, article) or _is_unplaced(article)
    )


def _is_unplaced(article):
    """Copy that came in without a section and was never published: the first editor who wants it takes it."""
    return article.working_section_id is None and article.live_revision_id is None


def _assign(user, article):
    """Giving work to others is an editor's, in own sections and of copy that has none yet."""
    return user.has_perm("articles.change_article") and _edit_in_section(user, article)


def _publish(user, article):
    return user.has_perm("articles.publish_article") and _has_sections_of(user, article)


ACTS = {
    "view": lambda user, article: user.has_perm("articles.view_article"),
    "edit": _edit,
    "sign": lambda user, article: user.has_perm("articles.edit_signing") or _edit(user, article),
    "picture": lambda user, article: user.has_perm("articles.edit_pictures") or _edit(user, article),
    "publish": _publish,
    "withdraw": _publish,
    "correct": _publish,
    "waive": _publish,
    "hold": lambda user, article: user.has_perm("articles.clear_article"),
    "clear": lambda user, article: user.has_perm("articles.clear_article"),
    "flag": lambda user, article: user.has_perm("articles.clear_article") or _edit(user, article),
    "assign": _assign,
    "embargo": _edit,
    "lift": lambda user, article: user.has_perm("articles.lift_embargo"),
}


def may(user, act, article=None):
    """
    Return whether ``user`` may do ``act`` to ``article``; for "add" there is none yet.

    Inactive and anonymous users may do nothing. Raise KeyError for an act that nobody defined.
    """
    if not user.is_active or not user.is_authenticated:
        return False
    if act == "add":
        return user.has_perm("articles.add_article")
    return ACTS[act](user, article)


def may_move(user, article, section_id):
    """
    Return whether ``user`` may move the working copy to the section with this id.

    Moving needs rights in both sections. A first section is not a move; a reporter may place and replace an own
    story for as long as it was never published, because until then no section has it.
    """
    if section_id == article.working_section_id or user.has_perm("articles.every_section"):
        return True
    if article.live_revision_id is None and is_own(user, article):
        return True
    if article.working_section_id is None:
        return has_section(user, section_id)
    return has_section(user, article.working_section_id) and has_section(user, section_id)


def editable_fields(user, article):
    """Return the set of content fields ``user`` may change, or None for all of them."""
    if may(user, "edit", article):
        return None
    fields = set()
    if may(user, "sign", article):
        fields |= SIGNING
    if may(user, "picture", article):
        fields |= PICTURES
    return fields


def get_article(user, pk):
    """Return the article for somebody of the desk; Http404 for strangers and for what does not exist."""
    article = (
        Article.objects.select_related("latest_revision", "live_revision", "section", "working_section")
        .filter(pk=pk)
        .first()
    )
    if article is None or not may(user, "view", article):
        raise Http404
    return article


def get_editable_article(user, pk):
    """As `get_article`, but raise NotAllowed for those who may read it and change nothing of it."""
    article = get_article(user, pk)
    if editable_fields(user, article) == set():
        raise NotAllowed(_("You can read this story but not change it; ask an editor of its section."))
    return article
