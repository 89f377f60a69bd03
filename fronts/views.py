"""Home and section fronts. They fill themselves: `fronts.layout` says what stands where."""

from django.http import Http404
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.models import Section
from articles.public import pages
from articles.public.channels import feed_links
from articles.public.structured import as_scripts, breadcrumbs, collection_page, organisation, website
from fronts import layout
from tickers import log
from tickers.showing import running


@require_safe
def home(request):
    at = timezone.now()
    sections = pages.sections_in_use()
    ticker, entries = running(at)
    page = layout.home(sections, at, boxed=ticker and ticker.pk)
    context = {
        "path": "/",
        "ticker": ticker,
        "entries": entries,
        "page": page,
        "top": page.top,
        "strip": page.strip,
        "sections": sections,
        "structured": as_scripts(organisation(), website()),
    }
    keys = {"list:all", log.LIST_KEY, *(section.list_key for section in sections), *page.keys}
    if ticker:
        keys |= {ticker.head_key, ticker.article.page_key}
    until = min(filter(None, [page.until, ticker and pages.earliest_end([ticker.article])]), default=None)
    return pages.render("fronts/home.html", context, keys=keys, until=until)


@require_safe
def section(request, slug):
    at, number = timezone.now(), pages.page_number(request)
    department = pages.find(Section.objects.all(), slug)
    front = layout.section(department, at, number)
    page = front.page
    if department.retired_at and not page.stories and not front.strip:
        raise Http404
    path, keys = department.get_absolute_url(), {department.list_key}
    if request.path != path:
        return pages.moved(path + page.query, keys=keys, until=page.until)
    context = {
        "section": department,
        "current": department,
        "page": page,
        "top": front.top,
        "strip": front.strip,
        "rest": front.rest,
        "path": path + page.query,
        "feeds": feed_links(department),
        "structured": as_scripts(
            collection_page(department.name, department.description, path + page.query),
            breadcrumbs((department.name, path)),
        ),
    }
    return pages.render("fronts/section.html", context, keys=keys | front.keys, until=front.until)
