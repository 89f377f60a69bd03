"""What the agency wants of a story, above its form."""

from django import template

from wire import alarms

register = template.Library()


@register.inclusion_tag("desk/_agency.html")
def agency_alarms(article):
    """The alarms about ``article`` that nobody has answered, in one query."""
    return {"alarms": alarms.of(article).select_related(None).defer(None)}
