"""A story's notes in the side column of its form."""

from django import template

from desk import notes

register = template.Library()


@register.inclusion_tag("desk/_story_notes.html", takes_context=True)
def story_notes(context, article):
    """The open threads of ``article`` and a line for another, in two queries."""
    found = notes.threads(article, context["request"].user)
    return {
        "article": article,
        "threads": [root for root in found if root.resolved_at is None],
        "settled": sum(root.resolved_at is not None for root in found),
        "csrf_token": context.get("csrf_token"),
    }
