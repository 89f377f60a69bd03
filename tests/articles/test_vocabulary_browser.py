"""The tag desk in a real browser: what merging costs, counted, and a look at the work list by keyboard-sized screens."""

import pytest
from django.urls import reverse
from django.utils import timezone

from articles import revisions
from articles.hygiene import count_uses, find_pairs
from articles.models import Article, Author, Tag, TaggedItem, TagPair
from tests.acts import Person
from tests.browser import becomes
from tests.factories import byline, make_author, make_published, make_tag, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tom(page, site, sign_in):
    sign_in(make_user("tom", "tag desk"))
    return Person(page, site)


def five_hundred_each(one, other):
    """Give each of the two tags 500 stories, 100 of them shared."""
    like = make_published()
    columns = [
        field.attname for field in Article._meta.concrete_fields if field.attname not in {"id", "uuid"}
    ]
    values = {name: getattr(like, name) for name in columns}
    rows = Article.objects.bulk_create(Article(**values) for _ in range(900))
    pks, now = [row.pk for row in rows], timezone.now()
    for tag, carried in ((one, pks[:500]), (other, pks[400:])):
        TaggedItem.objects.bulk_create(
            TaggedItem(tag=tag, content_object_id=pk, visible_from=now) for pk in carried
        )


def test_two_tags_of_500_stories_are_merged_in_five_acts_and_parted_in_one(tom):
    kept, other = make_tag("Harbour bridge"), make_tag("Span of Marrow")
    five_hundred_each(kept, other)
    page = tom.page
    tom.open(reverse("admin:articles_tag_changelist"))
    for tag in (kept, other):
        page.locator(f"input[name=_selected_action][value='{tag.pk}']").check()
        tom.acts.append(f"tick {tag}")
    page.locator("select[name=action]").select_option("merge_chosen")
    tom.acts.append("choose “Merge the chosen …”")
    page.get_by_role("button", name="Go").or_(page.get_by_role("button", name="Run")).first.click()
    tom.acts.append("press Go")
    page.locator(".merging .part").first.wait_for()
    together = "900 stories together. 100 stories have more than one of them and are listed once."
    becomes(page, page.locator(".sum").inner_text, together)
    tom.press("Merge")
    page.locator(".merged").wait_for()
    print(f"\nMerge two tags of 500 stories: {len(tom)} acts: {tom.acts}")
    assert len(tom) == 5
    assert Tag.objects.get(pk=other.pk).canonical == kept
    tom.press("Undo")
    page.locator(".success").wait_for()
    assert len(tom) == 6
    assert Tag.objects.get(pk=other.pk).canonical == other


def test_a_tag_editors_morning(tom):
    """Duplicate list, merge after a look, undo, a new person with identity and a name form, two authors who are one."""
    first, second = make_tag("Harbour bridge"), make_tag("Harbor bridge")
    make_published(tags=[revisions.reference(first), revisions.reference(second)])
    ana, again = make_author("Ana Petrenko"), make_author("Ana Petrenk", slug="ana-p")
    make_published(bylines=[byline(ana), byline(again)])
    count_uses()
    find_pairs()
    page = tom.page
    tom.open(reverse("admin:articles_tag_changelist"))
    tom.press("Looking after tags", role="link")
    tom.press("Look", role="link")
    tom.press("Merge")
    page.locator(".merged").wait_for()
    assert Tag.objects.get(pk=second.pk).canonical == first
    tom.press("Undo")
    page.locator(".success").wait_for()
    tom.open(reverse("admin:articles_tag_care"))
    tom.press("Not a duplicate")
    page.get_by_text("None that anybody has to decide on.").wait_for()
    assert TagPair.objects.get().settled_by.username == "tom"
    tom.open(reverse("admin:articles_tag_add"))
    page.locator("#id_name").press_sequentially("Mara Quist")
    page.locator("#id_kind").select_option("person")
    page.locator("#id_wikidata").fill("Q4242")
    page.locator("#forms-group .add-row a").click()
    page.locator("#id_forms-0-kind").select_option("wrong")
    page.locator("#id_forms-0-text").fill("Maara Quist")
    page.locator("input[name=_save]").click()
    page.locator(".success").wait_for()
    mara = Tag.objects.get(name="Mara Quist")
    assert (mara.kind, mara.slug, mara.wikidata, mara.forms.get().text) == (
        "person", "mara-quist", "Q4242", "Maara Quist",
    )  # fmt: skip
    tom.open(reverse("admin:articles_author_change", args=[ana.pk]))
    tom.press("Merge with another", role="link")
    tom.choose(".field-other", "Ana Petrenk")
    tom.press("Add it and look again")
    page.locator(".merging .part").nth(1).wait_for()
    page.locator(f"input[name=into][value='{ana.pk}']").check()
    tom.press("Merge")
    page.locator(".merged").wait_for()
    assert Author.objects.get(pk=again.pk).canonical == ana


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_of_the_tag_desk_is_wider_than_its_window(tom, width):
    first, second = (
        make_tag("Harbour bridge of the united communities"),
        make_tag("Harbor bridge of the united communities"),
    )
    find_pairs()
    tom.page.set_viewport_size({"width": width, "height": 800})
    for address in (
        reverse("admin:articles_tag_care"),
        f"{reverse('admin:articles_tag_merge')}?chosen={first.pk}&chosen={second.pk}",
        reverse("admin:articles_tag_change", args=[first.pk]),
    ):
        tom.open(address)
        assert tom.page.evaluate("document.documentElement.scrollWidth") <= width, address
