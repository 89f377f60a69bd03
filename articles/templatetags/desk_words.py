"""Words of the desk: where a story stands, as a word and a colour."""

from django import template
from django.utils.html import format_html_join

from articles.models import Article

register = template.Library()


def standings(story, at):
    """
    Return [(name, word)] of where ``story`` stands at the aware datetime ``at``: for readers, then the working copy.

    A story that was never published has its state alone; one that was has it only while it is no draft.
    """
    standing = story.standing(at)
    found = [] if standing == Article.Standing.NEVER else [(standing, standing.label)]
    if not found or story.state != Article.State.DRAFT:
        found.append((story.state, story.get_state_display()))
    return found


def standing_words(story, at):
    return [str(word) for _name, word in standings(story, at)]


@register.simple_tag
def story_status(story, at):
    """Return the words of `standings`, each marked with its name for a colour."""
    return format_html_join(" ", '<span class="status status-{}">{}</span>', standings(story, at))
