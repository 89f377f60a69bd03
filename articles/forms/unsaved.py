"""Reading again what somebody typed and did not save."""

from django.utils.translation import gettext as _

from articles.forms.stories import StoryForm
from articles.permissions import editable_fields
from articles.writing import unsaved


class Unreadable(ValueError):
    """What was typed is no whole text yet: a field in it is wrong or half written."""


def unsaved_form(user, article, kept):
    """
    Return the StoryForm over the text of an Autosave, as it was typed; ``article`` is None for a new story.

    The text stays based on the version it was written on, so that a save meets what others wrote since. Where nothing
    but what stands beside the text was kept, the form is over the text as it is. Who may not change the story any more
    gets theirs back to copy it.
    """
    if kept.is_beside:
        return StoryForm.of(user, article)
    data = unsaved.typed(kept)
    data["base"] = str(kept.base)
    if article is None:
        return StoryForm.first(user, data)
    may_write = editable_fields(user, article) != set()
    return StoryForm.of(user, article, data) if may_write else StoryForm.to_copy(article, data)


def unsaved_content(user, article, kept):
    """Return the content of an Autosave; raise Unreadable where a field of it is wrong."""
    story = unsaved_form(user, article, kept)
    if not story.is_valid():
        raise Unreadable(
            _("This text can't be compared as it stands: a field in it is wrong. Take it and look.")
        )
    return story.content()
