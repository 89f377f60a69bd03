"""The checks together: what a sub-editor would mark in a whole story, in which order, and what it costs."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from articles import body, checks, revisions, workflow
from articles.checks import WAIVABLE, Finding, check
from articles.models import Revision, Term
from articles.naming import starter
from tests.articles.checks.desk import story, unsaved
from tests.factories import make_chief, make_content, make_revision, make_tag

pytestmark = pytest.mark.django_db

PLACES = Path(os.environ.get("OUTSIDE_SAMPLES", ""))


def marked(findings):
    """Return (code, field, quote, suggestion) of each finding."""
    return [(each.code, each.field, each.quote, each.suggestion) for each in findings]


def from_copy(text):
    """Return a draft of agency copy as the wire makes it: one paragraph a line, ticker line and author note apart."""
    headline, standfirst, *lines = text.rstrip("\n").split("\n")
    links = [
        {"text": line.strip("> "), "article": None, "url": "", "after_block": number}
        for number, line in enumerate(lines)
        if line.startswith(">>>")
    ]
    paragraphs = [("paragraph", line) for line in lines[:-1] if not line.startswith(">>>")]
    content = revisions.blank(
        headline=headline,
        standfirst=standfirst,
        body=body.from_paragraphs(paragraphs),
        byline_note=lines[-1],
        ticker_links=links,
    )
    return workflow.create(content, by=make_chief(), revision_kind="import")


# An invented copy with the dirt of real ones: machine-translated, scraped, glued together.
COPY = """\
Maar sees “small steps” in her talks with Vosta
Two who know each other well: Ilja Maar received her neighbour Pal Odry in Ossel. She spoke of “small steps” in the talks.
N.UN President Ilja Maar sees “small steps” in talks with Vosta. Standing beside Pal Odry, she said on Tuesday that “our envoys have told me of some progress.” They now meet almost daily.
Envoys from Kolvar and Ossel have met twice in the past month. They talk about roads on which families can leave.
On Monday the foreign ministers, Sergo Lann and Dimo Kulban, met for the first time. Dimo Peskin was not there; Kulban and Dimo alone are right, and so is Kolvarian wine.
>>> Read how the talks went in the live ticker
Maar’s side wants Vosta’s “neutrality” and the coast’s harbours, as it has since the ’90s.
Ossel goes on asking. It is about the bases in the Donnbas, the spokesman Dimo Peskin said, Coast Agency. “To settle this, we handed over a list. They are reading it with friends abroad.
Peskin did not rule out a meeting of Maar and Vosta’s President Vola Zhelen. “But first the envoys have to do their part.”
. “Part-time beekeeper. Reader. Early riser. Friend of trains.”
"""


@pytest.fixture
def names():
    make_tag("Kolvir", kind="place", wrong=["Kolvar"])
    make_tag("Donbar", kind="place", wrong=["Donnbas"])
    make_tag("Dimro Kulban", kind="person", wrong=["Dimo Kulban"])
    make_tag("Vola Zelen", kind="person", wrong=["Vola Zhelen", "Zhelen"])
    make_tag("Dimo Peskin", kind="person", wrong=["Dimro Peskin"])
    make_tag("Sergo Lann", kind="person")


def test_dirty_copy_is_marked_as_a_sub_editor_would(names):
    findings = check(from_copy(COPY))
    assert marked(findings) == [
        ("missing-section", "section", "", ""),
        ("missing-byline", "bylines", "", ""),
        ("missing-provenance", "bylines", "", ""),
        ("drop-cap", "body", "N.UN President Ilja Maar sees “small steps” in talks with Vosta.", ""),
        ("dateline-date", "body", "Tuesday", ""),
        ("name-form", "body", "Kolvar", "Kolvir"),
        ("name-form", "body", "Dimo Kulban", "Dimro Kulban"),
        ("name-form", "body", "Donnbas", "Donbar"),
        ("speaker-missing", "body", "said, Coast Agency", ""),
        ("unbalanced-quotation", "body", "“To settle this, we handed over a list.", ""),
        ("name-form", "body", "Vola Zhelen", "Vola Zelen"),
        ("ticker-unresolved", "ticker_links", "Read how the talks went in the live ticker", ""),
        ("stray-punctuation", "byline_note", ". “Part-time", "“Part-time"),
    ]
    assert [each.code for each in findings if each.blocks] == [
        "missing-section",
        "drop-cap",
        "unbalanced-quotation",
        "ticker-unresolved",
    ]


@pytest.mark.needs_outside_samples
def test_the_real_copy_is_marked_as_a_sub_editor_would():
    found = [path for path in PLACES.glob("*.txt") if path.read_text("utf-8").startswith("Putin sees")]
    if not os.environ.get("OUTSIDE_SAMPLES") or not found:
        pytest.skip("No real copy here: OUTSIDE_SAMPLES names no folder that holds it.")
    starter.load_names()
    assert marked(check(from_copy(found[0].read_text("utf-8")))) == [
        ("missing-section", "section", "", ""),
        ("missing-byline", "bylines", "", ""),
        ("missing-provenance", "bylines", "", ""),
        (
            "drop-cap",
            "body",
            "R.US President Vladimir Putin sees “positive changes” in talks with Ukraine.",
            "",
        ),
        ("dateline-date", "body", "Friday", ""),
        ("name-form", "body", "Kiev", "Kyiv"),
        ("name-form", "body", "Dmitry Kuleba", "Dmytro Kuleba"),
        ("unattributed-demand", "body", "West must comply", ""),
        ("long-paragraph", "body", "Russia continues to press its own demands on Ukraine and NATO.", ""),
        ("name-form", "body", "Donbass", "Donbas"),
        ("speaker-missing", "body", "said on Friday, Interfax agency", ""),
        (
            "unbalanced-quotation",
            "body",
            "“In order to resolve these two issues, specific requests made by the Russian side were handed over "
            "to the Ukrainian side.",
            "",
        ),
        ("name-form", "body", "Volodymyr Zhelensky", "Volodymyr Zelensky"),
        (
            "ticker-unresolved",
            "ticker_links",
            "Read all the progress of the war in Ukraine in the live ticker",
            "",
        ),
        ("stray-punctuation", "byline_note", ". “Amateur", "“Amateur"),
    ]


def test_a_clean_story_has_no_findings():
    assert check(make_revision()) == []


def test_an_empty_story_that_was_never_saved_can_be_checked():
    assert [(each.code, each.severity) for each in check(unsaved())] == [
        ("missing-headline", "block"),
        ("missing-standfirst", "warn"),
        ("missing-section", "block"),
        ("missing-byline", "warn"),
        ("missing-text", "block"),
    ]


def test_an_old_snapshot_that_lacks_newer_fields_can_be_checked():
    assert [each.code for each in check(Revision(content={"headline": "Rain", "body": "<p>TK</p>"}))] == [
        "missing-standfirst",
        "missing-section",
        "missing-byline",
        "desk-note",
    ]


def test_findings_come_from_the_top_of_the_form_to_its_end():
    content = story(
        "; TK on Friday", "Rain “fell", headline="TK (", standfirst="TK", lead_caption="TK", social_text="TK"
    )
    found = check(Revision(content=content))
    order = [(each.field, each.start) for each in found]
    assert order == sorted(order, key=lambda place: (checks.FIELDS.index(place[0]), place[1]))
    assert {each.field for each in found} == {
        "headline", "standfirst", "section", "bylines", "body", "lead_caption", "social_text",
    }  # fmt: skip


def test_every_check_says_its_cause_and_cure_in_one_sentence(names):
    for finding in check(from_copy(COPY)):
        assert isinstance(finding, Finding)
        assert finding.message.endswith(".") and finding.message[0].isupper() or finding.message[0] == "“"
        assert "; " in finding.message


# Drop-cap scraps and the copy they came with


def rewrite(revision, before, after):
    """Save the story with ``before`` replaced in its body; return the new Revision."""
    content = revision.content | {"body": revision.content["body"].replace(before, after)}
    return workflow.save(revision.article, content, by=make_chief(), base=revision.number)


def drop_caps(revision):
    return [finding.quote for finding in check(revision) if finding.code == "drop-cap"]


def test_a_drop_cap_scrap_clears_only_when_the_words_behind_it_were_changed(names):
    draft = from_copy(COPY)
    bare = rewrite(draft, "N.UN President", "UN President")
    assert drop_caps(bare) == ["UN President Ilja Maar sees “small steps” in talks with Vosta."]
    assert drop_caps(rewrite(bare, "UN President", "President")) == []


def test_an_older_version_is_measured_by_the_copy_it_came_from(names):
    draft = from_copy(COPY)
    later = rewrite(draft, "N.UN President", "UN President")
    cleaner = later.content | {"body": later.content["body"].replace("Standing", "Sitting")}
    workflow.save(later.article, cleaner, by=make_chief(), base=later.number, kind="import")
    assert len(drop_caps(later)) == 1
    assert drop_caps(later.article.revisions.order_by("-number").first()) == []


# Waivers


def waive(revision, code):
    finding = next(each for each in check(revision) if each.code == code)
    workflow.waive(revision.article, finding, by=make_chief(), reason="It is his name.")


def codes(revision):
    return [each.code for each in check(revision)]


def test_a_waived_finding_is_left_out_while_the_wording_stands():
    draft = make_revision(body="<p>K.Lumen lit it. “It was dark.</p>")
    assert codes(draft) == ["drop-cap", "unbalanced-quotation"]
    waive(draft, "drop-cap")
    assert codes(draft) == ["unbalanced-quotation"]
    waive(draft, "unbalanced-quotation")
    assert codes(draft) == []
    later = rewrite(draft, "lit it", "lit the port")
    assert codes(later) == ["drop-cap"]
    assert codes(make_revision(body="<p>K.Lumen lit it.</p>")) == ["drop-cap"]


def test_a_waiver_of_a_kind_that_must_be_mended_does_not_count():
    draft = make_revision(body="<p>The sum is TK.</p>")
    [finding] = check(draft)
    assert finding.code == "desk-note" and finding.code not in WAIVABLE and not finding.may_be_waived
    draft.article.waivers.create(code="desk-note", quote="TK", reason="?", by=make_chief(), at=timezone.now())
    assert codes(draft) == ["desk-note"]


def test_the_licence_of_a_picture_is_read_at_the_time_given(django_user_model):
    from images.models import Image

    now = timezone.now()
    picture = Image.objects.create(file="a.jpg", title="Harbour", licence_until=now + timedelta(hours=1))
    content = make_content(
        lead_image=revisions.reference(picture), lead_credit="Ana Korvin", lead_alt="Boats in a harbour"
    )
    assert check(Revision(content=content)) == []
    assert [each.code for each in check(Revision(content=content), at=now + timedelta(hours=2))] == [
        "expired-licence"
    ]


# Cost and robustness


def test_the_number_of_queries_does_not_grow(names, django_assert_max_num_queries):
    draft = from_copy(COPY)
    with django_assert_max_num_queries(14) as few:
        check(draft)
    for number in range(40):
        make_tag(f"Town {number}", kind="place", wrong=[f"Towno {number}"])
        Term.objects.create(wrong=f"adviser {number}", right=f"advisor {number}")
    more = "".join(f"<p>K{number}.Lumen at Towno {number}, “adviser {number}.</p>" for number in range(40))
    long = rewrite(draft, "</p><p>Ossel", f"</p>{more}<p>Ossel")
    with django_assert_max_num_queries(len(few)):
        assert len(check(long)) > 100


def test_hostile_copy_ends_in_a_hundred_findings_of_a_kind():
    letters = "bcdfghjklm"
    words = [f"{a}{b}{c}{d}" for a in letters for b in letters for c in letters for d in letters[:2]]
    scraps = [f"R.U{word} rose ) “and fell" for word in words]
    found = codes(make_revision(body=body.from_paragraphs([("paragraph", text) for text in scraps])))
    assert {code: found.count(code) for code in found} == {
        "drop-cap": 100,
        "unbalanced-bracket": 100,
        "unbalanced-quotation": 100,
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["Vice ", "Mr Ab ", "President Ann Bell ", "Ann must ", "the the ", "‘a ", "'a ", '"a ', "“a ", "said, ", "A "]
)  # fmt: skip
def test_hostile_copy_of_any_length_is_read_to_its_end(text):
    """A pattern whose time grows with the square of the text would take hours here."""
    for language in ("en", "de"):
        revision = make_revision(headline=text * 15, body=f"<p>{text * 40_000}</p>", language=language)
        assert max(codes(revision).count(code) for code in set(codes(revision))) <= 100


TEXT = st.text(
    alphabet=st.sampled_from(list("aA.RТع雨ß1 \n“”„«»‘’‚'\"()[]<>&;:,!?-—…XTKs\u00a0\u0301\u200f")),
    max_size=120,
)


@given(
    paragraphs=st.lists(TEXT, max_size=4),
    line=TEXT,
    language=st.sampled_from(["en", "de", "fr", "uk", "ar", "sv", ""]),
)
def test_any_text_is_checked_and_each_quote_stands_where_it_says(paragraphs, line, language):
    content = story(*paragraphs, headline=line, byline_note=line, kicker=line, language=language)
    for finding in check(Revision(content=content)):
        text = body.plain(content["body"]) if finding.field == "body" else content[finding.field] or ""
        assert text[finding.start : finding.end] == finding.quote if finding.quote else finding.start == 0
