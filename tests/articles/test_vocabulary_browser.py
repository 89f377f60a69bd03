"""The tag desk in a real browser: what merging costs, counted, and a look at the work list by keyboard-sized screens."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from articles import revisions
from articles.models import Article, Author, Tag, TaggedItem, TagPair
from articles.naming import proposals
from articles.naming.hygiene import count_uses, find_pairs
from tests.acts import Person
from tests.browser import becomes
from tests.factories import (
    byline,
    make_author,
    make_chief,
    make_published,
    make_revision,
    make_tag,
    make_user,
)
from tests.images import files

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


@pytest.fixture
def portrait(settings, tmp_path):
    """The path of a photo on the tag editor's machine."""
    settings.MEDIA_ROOT, settings.DATA_DIR = tmp_path / "media", tmp_path
    path = tmp_path / "mara.jpg"
    path.write_bytes(files.halves("JPEG", (600, 600)))
    return path


def test_a_tag_editors_morning(tom, portrait):
    """
    Duplicate list, merge after a look, undo, a new person with portrait, identity, name forms and an office, a proposed
    tag, stories ticked in the list and retagged, two authors who are one.
    """
    first, second = make_tag("Harbour bridge"), make_tag("Harbor bridge")
    tagged = make_published(tags=[revisions.reference(first), revisions.reference(second)])
    ana, again = make_author("Ana Petrenko"), make_author("Ana Petrenk", slug="ana-p")
    signed = make_published(headline="The causeway sinks", bylines=[byline(ana), byline(again)])
    proposals.propose(make_revision(headline="Quist resigns").article, ["Harbour tunnel"], by=make_chief())
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
    page.locator("#id_upload").set_input_files(portrait)
    page.locator("#id_upload_credit").fill("Mika Torvald")
    page.locator("#forms-group .add-row a").click()
    page.locator("#id_forms-0-kind").select_option("wrong")
    page.locator("#id_forms-0-text").fill("Maara Quist")
    page.locator("input[name=_save]").click()
    page.locator(".success").wait_for()
    mara = Tag.objects.get(name="Mara Quist")
    assert (mara.kind, mara.slug, mara.wikidata, mara.forms.get().text) == (
        "person", "mara-quist", "Q4242", "Maara Quist",
    )  # fmt: skip
    assert (mara.picture.credit, mara.picture.alt) == ("Mika Torvald", "Mara Quist")
    tom.open(reverse("admin:articles_tag_change", args=[mara.pk]))
    page.locator("#forms-group .add-row a").click()
    page.locator("#id_forms-1-kind").select_option("printed")
    page.locator("#id_forms-1-text").fill("Мара Квіст")
    page.locator("#id_forms-1-language").fill("uk")
    page.locator("#offices-group .add-row a").click()
    page.locator("#id_offices-0-title").fill("mayor of Marrow")
    page.locator("#id_offices-0-starts").fill("2020-01-01")
    page.locator("input[name=_save]").click()
    expect(page.locator(".success")).to_contain_text("Mara Quist")
    assert (mara.forms.count(), mara.offices.get().title) == (2, "mayor of Marrow")

    tom.open(reverse("admin:articles_tag_changelist"))
    tom.press("Proposed tags", role="link")
    page.locator(".proposal select[name=kind]").select_option("place")
    tom.press("Make it a tag")
    expect(page.get_by_text("Nobody waits for a tag.")).to_be_visible()
    assert Tag.objects.get(name="Harbour tunnel").kind == "place"

    tom.open(reverse("admin:articles_article_changelist"))
    for story in (signed, tagged):
        page.get_by_label(f"Choose “{story}”").check()
    tom.press("Retag the chosen …")
    expect(page.locator(".chosen input:checked")).to_have_count(2)
    tom.choose(".field-add", "Mara")
    tom.press("Change the tags of the chosen")
    expect(page.locator(".pairs .way")).to_have_text(["An editor has to publish it."] * 2)
    for story in (signed, tagged):
        content = Article.objects.get(pk=story.pk).latest_revision.content
        assert "Mara Quist" in [row["name"] for row in content["tags"]]

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
    published = make_published(tags=[revisions.reference(first)])
    proposals.propose(published, ["Harbour bridge of all the united communities of Marrow"], by=make_chief())
    for address in (
        reverse("admin:articles_tag_care"),
        reverse("admin:articles_tag_proposals"),
        f"{reverse('admin:articles_tag_retag')}?q=harbour",
        f"{reverse('admin:articles_tag_retag')}?story={published.pk}",
        reverse("admin:articles_tag_exchange"),
        reverse("admin:articles_article_changelist"),
        f"{reverse('admin:articles_tag_merge')}?chosen={first.pk}&chosen={second.pk}",
        reverse("admin:articles_tag_change", args=[first.pk]),
    ):
        tom.open(address)
        assert tom.page.evaluate("document.documentElement.scrollWidth") <= width, address
