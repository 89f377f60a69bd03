"""Saving a question to the list of stories under a name, and forgetting it again."""

from django.http import QueryDict
from django.utils.translation import gettext as _

from accounts.models import User
from articles.permissions import NotAllowed
from articles.writing.listing import ListForm
from desk.models import SavedFilter

MOST = 30  # of one person


def may_share(user):
    """Whoever edits whole sections arranges the desk for others as well."""
    return user.has_perm("articles.edit_section")


def save(user, *, name, query, shared=False):
    """
    Keep ``query``, as it stands in a list's address, for ``user``; return the SavedFilter.

    A name used before now means this. What the list would not understand is left out. Raise NotAllowed where nothing
    is left, the name says nothing, or there are thirty already.
    """
    name = " ".join(name.replace("\0", "").split())[:60]
    query = ListForm(QueryDict(query[:2000])).query()
    if not name or not query:
        raise NotAllowed(_("Choose some filters, then give them a name."))
    if len(query) > SavedFilter._meta.get_field("query").max_length:
        raise NotAllowed(_("These filters are too long to save; use fewer words."))
    mine = SavedFilter.objects.filter(user=user).exclude(name=name)
    if mine.count() >= MOST:
        raise NotAllowed(_("You have %d saved filters; remove one first.") % MOST)
    wanted = {"query": query, "shared": bool(shared) and may_share(user)}
    return SavedFilter.objects.update_or_create(user=user, name=name, defaults=wanted)[0]


def forget(user: User, pk):
    """Remove an own filter; nothing happens where it is gone or somebody else's."""
    SavedFilter.objects.filter(user=user, pk=pk).delete()
