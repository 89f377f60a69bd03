"""The drawer of saved filters in the list of stories."""

from django import template

from desk.filters import may_share
from desk.models import SavedFilter

register = template.Library()


@register.inclusion_tag("desk/_saved_filters.html", takes_context=True)
def saved_filters(context, form):
    """Own and shared filters, and a line to save what ``form``, a ListForm, asks for now. One query."""
    user = context["request"].user
    return {
        "saved": list(SavedFilter.of(user)),
        "user": user,
        "query": form.query(),
        "may_share": may_share(user),
        "csrf_token": context.get("csrf_token"),
    }
