"""Words of the desk: where a story stands, as a word and a colour."""

from django import template
from django.utils.html import format_html

from articles.models import Article

register = template.Library()


@register.simple_tag
def story_status(story, at):
    """
    Return the words for where ``story`` stands at the aware datetime ``at``: for readers, then the working copy's state.

    A story that was never published has its state alone; one that is has its state only while it is not a draft.
    """
    standing = story.standing(at)
    words = [] if standing == Article.Standing.NEVER else [(standing, standing.label)]
    if not words or story.state != Article.State.DRAFT:
        words.append((story.state, story.get_state_display()))
    marked = [format_html('<span class="status status-{}">{}</span>', name, label) for name, label in words]
    return format_html("{} {}", *marked) if len(marked) == 2 else marked[0]
