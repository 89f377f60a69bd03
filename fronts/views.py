"""Home and section fronts. They fill themselves: the newest and most urgent first, then a block for every section."""

from dataclasses import dataclass

from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles import pages, pictures
from articles.channels import feed_links
from articles.models import Article, Section
from articles.structured import as_scripts, breadcrumbs, collection_page, organisation, website

BESIDE, UNDER, ROW = 3, 2, 4  # stories around the lead
TOP = 1 + BESIDE + UNDER + ROW
BLOCK = 4  # stories in a section's block


@dataclass
class Block:
    """A section and its newest stories that do not stand on top."""

    section: Section
    stories: list


@require_safe
def home(request):
    at = timezone.now()
    sections = pages.sections_in_use()
    top = _top(at)
    blocks = _blocks(sections, {story.pk for story in top}, at)
    shown = [*top, *(story for block in blocks for story in block.stories)]
    pictured = _give_pictures(top[:1], [*top[1 + BESIDE : 1 + BESIDE + UNDER]], top[1 + BESIDE + UNDER :], at)
    context = {
        "path": "/",
        "lead": top[0] if top else None,
        "beside": top[1 : 1 + BESIDE],
        "under": top[1 + BESIDE : 1 + BESIDE + UNDER],
        "row": top[1 + BESIDE + UNDER :],
        "blocks": blocks,
        "sections": sections,
        "structured": as_scripts(organisation(), website()),
    }
    keys = {"list:all", *(section.list_key for section in sections), *(story.page_key for story in shown)}
    keys |= {image.page_key for image in pictured}
    until = pages.earliest_end(shown, images=pictured)
    return pages.render("fronts/home.html", context, keys=keys, until=until)


def _give_pictures(lead, halves, cards, at):
    """Give the stories in these places their pictures; return the Images that are shown there, or would be."""
    for place, stories in (("front", lead), ("half", halves), ("card", cards)):
        pictures.put_on_cards(stories, at, place)
    return pictures.images_of([*lead, *halves, *cards])


def _top(at):
    """Return the newest stories, the most urgent of them first; what somebody paid for never leads."""
    cards = Article.objects.published(at).newest_first().for_cards().prefetch_related("bylines")
    stories = list(cards[:TOP])
    may_lead = [story for story in stories if story.label != Article.Label.SPONSORED]
    if not may_lead:
        return stories
    lead = min(may_lead, key=lambda story: story.urgency or 5)
    return [lead, *(story for story in stories if story is not lead)]


def _blocks(sections, above, at):
    """Return a Block for every section with stories besides those ``above`` (ids); three queries for any number."""
    published = (
        Article.objects.published(at).exclude(pk__in=above).newest_first().values_list("pk", "visible_from")
    )
    walks = [published.in_section(section)[:BLOCK] for section in sections]
    stories = pages.cards_of(pages.newest_of(walks, slice(0, BLOCK * len(walks))), at)
    blocks = [
        Block(section, [story for story in stories if story.section_id == section.pk]) for section in sections
    ]
    return [block for block in blocks if block.stories]


@require_safe
def section(request, slug):
    """A section's front, then its older stories page by page. A retired one stays for as long as it has stories."""
    at, number = timezone.now(), pages.page_number(request)
    department = pages.find(Section.objects.all(), slug)
    page = pages.newest(Article.objects.published(at).in_section(department), number)
    if department.retired_at and not page.stories:
        raise Http404
    path, keys = department.get_absolute_url(), {department.list_key}
    if request.path != path:
        return pages.moved(path + page.query, keys=keys, until=page.until)
    on_top = page.stories[: 1 + BESIDE] if number == 1 else []
    rest = page.stories[len(on_top) :]
    pictured = _give_pictures(on_top[:1], [], rest, at)
    context = {
        "section": department,
        "current": department,
        "page": page,
        "lead": on_top[0] if on_top else None,
        "beside": on_top[1:],
        "rest": rest,
        "path": path + page.query,
        "feeds": feed_links(department),
        "structured": as_scripts(
            collection_page(department.name, department.description, path + page.query),
            breadcrumbs((department.name, path)),
        ),
    }
    keys |= page.keys | {image.page_key for image in pictured}
    until = pages.earliest_end(page.stories, images=pictured)
    return pages.render("fronts/section.html", context, keys=keys, until=until)
