"""`redact` (rule 12): a word planted in every text of every table is in no row, file of the database or stored page."""

import io
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import AuditEntry
from articles import workflow
from articles.models import Article, Autosave, NameForm, Redaction, Restriction, Revision, Tag, Term
from articles.permissions import NotAllowed
from articles.removal import receipts, redaction
from articles.removal.hidden import Hidden
from delivery import store
from tests import planting
from tests.factories import make_chief, make_content, make_published, make_tag, make_ticker, make_user
from tickers import log
from tickers.models import Entry, Event, Ticker
from wire.models import Alarm, Item

WORDS = ["Zyqom", "Жиком"]
EXCEPT = {"django_migrations"}  # names of our own files


def files():
    """Return {path: bytes} of all that lies in DATA_DIR: database, log written ahead, pages, pictures, copies, records."""
    root = Path(settings.DATA_DIR)
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_socket()
    }


def tables_with_a_trace():
    """Return {table: traces} as the database itself tells it, whatever the models know."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = b"\n".join(
                bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                for row in cursor.fetchall()
                for value in row
            )
            if traces := planting.seen_in(rows):
                found[table] = traces
    return found


def files_with_a_trace():
    return {name: traces for name, data in files().items() if (traces := planting.seen_in(data))}


@pytest.fixture
def nothing_else(transactional_db):
    """No page and no copy of another test."""
    for old in store.all_stores():
        store.remove(old)
    yield
    for old in store.all_stores():
        store.remove(old)


def test_every_text_column_is_looked_through_or_named_with_its_reason():
    from django.apps import apps

    known = {
        f"{redaction.label(model)}.{column.name}"
        for model, columns in redaction.tables().items()
        for column in columns
    }
    every = {
        f"{redaction.label(model)}.{column.name}"
        for model in apps.get_models(include_auto_created=True)
        for column in model._meta.concrete_fields
        if redaction.is_text(column)
    }
    left = {name for name in every - known if name.split(".")[0] not in redaction.KEPT_APPS}
    assert left - redaction.KEPT.keys() == {"sessions.Session.session_key", "sessions.Session.session_data"}
    assert redaction.KEPT.keys() <= every  # none is named that is gone
    assert len(known) > 120


@pytest.mark.django_db
def test_every_table_belongs_to_a_model():
    from django.apps import apps

    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert set(connection.introspection.table_names()) - ours == EXCEPT


def copies():
    """Files of agencies, and a picture that says who is on it."""
    folder = Path(settings.DATA_DIR) / "wire" / "done" / "2026-03-02"
    folder.mkdir(parents=True)
    (folder / "Zyqom-speaks.txt").write_text(f"By Zyqom\n\n{planting.TEXT}")
    (folder / "two.txt").write_bytes("Тут Жиком каже".encode("utf-16"))
    (folder / "free.txt").write_text("The harbour is open.")
    return folder


def original(image):
    from django.core.files.base import ContentFile

    image.file.save("x.jpg", ContentFile(b"\xff\xd8\xff\xe1 by Zyqom \xff\xda" + b"light" * 99), save=True)
    return Path(settings.DATA_DIR) / "originals" / image.file.name


def test_no_trace_is_left_anywhere(nothing_else):
    article, image = planting.fill()
    folder, picture = copies(), original(image)
    planted = planting.plant()
    Article.objects.update(legal_hold=False)
    pages = ["/", "/feeds/all.rss"]
    pages += [Article.objects.get(pk=article.pk).get_absolute_url()]
    for address in pages:
        assert "zyqom" in receipts.ask(address)[2].lower()
    assert len(planted) > 120
    before = tables_with_a_trace()
    assert len(before) >= len(redaction.tables())
    assert any(name.startswith("pages/") for name in files_with_a_trace())

    Article.objects.exclude(pk=article.pk).update(legal_hold=False)
    record = redaction.begin(WORDS, by=make_user("root", is_superuser=True), reason="Zyqom asked for it")
    assert redaction.carry_on(record)
    redaction.finish(record)

    assert tables_with_a_trace() == {}
    assert files_with_a_trace() == {}
    record.refresh_from_db()
    assert (record.reason, record.place, record.erased_at is not None) == (
        "[redacted] asked for it",
        None,
        True,
    )
    assert article.pk in record.articles.values_list("pk", flat=True)
    assert Revision.objects.filter(article=article).count() == 1
    assert {path.name for path in folder.iterdir()} == {"redacted-speaks.txt", "two.txt", "free.txt"}
    assert (folder / "two.txt").read_bytes().decode("utf-16") == "Тут [redacted] каже"
    assert picture.read_bytes() == b"\xff\xd8\xff\xe1 by xxxxx \xff\xda" + b"light" * 99
    for address in [Article.objects.get(pk=article.pk).get_absolute_url(), "/"]:
        status, _headers, body = receipts.ask(address)
        assert (status, "zyqom" in body.lower()) == (200, False)


# The act


@pytest.fixture
def clara(db):
    return make_chief()


def carry_out(words, by, **options):
    """Have ``words`` taken out, but for what only a database outside a test's transaction can do; return the record."""
    record = redaction.begin(words, by=by, reason=options.pop("reason", "Court order"), **options)
    assert redaction.carry_on(record)
    record.refresh_from_db()
    return record


def test_only_the_chief_may_and_says_why_and_what_comes_instead(clara):
    lena, ben = make_user("lena", "legal"), make_user("ben", "editor")
    for user in (lena, ben):
        with pytest.raises(NotAllowed, match="Only the chief editor"):
            redaction.begin(["Orest Valkyn"], by=user, reason="x")
    refused = [
        ((["Orest Valkyn"], " "), "a man", "Give a reason"),
        (([], "x"), "a man", "Say which words are to go"),
        ((["Al"], "x"), "a man", "fewer than three letters"),
        ((["Orest Valkyn"], "x"), "<b>", "letters, digits, spaces and brackets"),
        ((["Valkyn*"], "x"), "Mr Valkyns", "holds the very words"),
    ]
    for (words, reason), replacement, told in refused:
        with pytest.raises(NotAllowed, match=told):
            redaction.begin(words, by=clara, reason=reason, replacement=replacement)
    assert Redaction.objects.count() == 0


def test_the_record_stays_and_never_changes_and_its_story_tells_of_it(clara):
    story = make_published(by=clara, headline="Orest Valkyn speaks")
    record = carry_out(["Orest Valkyn"], clara, replacement="a man")
    story.refresh_from_db()
    assert (story.headline, story.slug, story.working_headline) == (
        "A man speaks",
        "a-man-speaks",
        "A man speaks",
    )
    assert story.live_revision.content["headline"] == "A man speaks"
    assert (story.live_revision.number, story.version) == (1, 1)
    assert record.changed["articles.Revision"] == 1
    (entry,) = AuditEntry.objects.filter(verb="redact", target_type="articles.article")
    assert (entry.actor, entry.target_id, entry.target_name) == (clara, story.pk, "A man speaks")
    assert entry.detail == {"reason": "Court order", "redaction": f"X-{record.pk}"}
    with pytest.raises(TypeError, match="never changes"):
        record.save()
    with pytest.raises(TypeError, match="stays"):
        record.delete()
    with pytest.raises(TypeError, match="A revision never changes"):
        story.live_revision.save()


def test_one_story_alone_can_be_anonymised(clara):
    tag = make_tag("Orest Valkyn", kind="person")
    one = make_published(by=clara, headline="Orest Valkyn speaks", tags=[{"id": tag.pk, "name": tag.name}])
    other = make_published(by=clara, headline="Orest Valkyn wins")
    record = carry_out(["Orest Valkyn"], clara, stories=[one.pk], replacement="a man")
    heads = Article.objects.order_by("pk").values_list("headline", flat=True)
    assert list(heads) == ["A man speaks", "Orest Valkyn wins"]
    assert Tag.objects.get().name == "Orest Valkyn"
    assert list(record.articles.all()) == [one]
    assert "Valkyn" not in str(Revision.objects.get(article=one).content["headline"])
    names = AuditEntry.objects.filter(target_type="articles.article")
    assert {(row.target_id, "Valkyn" in row.target_name) for row in names} == {
        (one.pk, False),
        (other.pk, True),
    }


def test_a_legal_hold_forbids_it(clara):
    story = make_published(by=clara, headline="Orest Valkyn speaks")
    workflow.hold(story, True, by=make_user("lena", "legal"), reason="Trial")
    with pytest.raises(NotAllowed, match=f"on legal hold, so nothing of them may go: {story.pk}"):
        redaction.begin(["Orest Valkyn"], by=clara, reason="x")
    workflow.hold(story, False, by=make_user("lena", "legal"), reason="Over")
    record = redaction.begin(["Orest Valkyn"], by=clara, reason="x")
    workflow.hold(story, True, by=make_user("lena", "legal"), reason="Again")  # in between
    redaction.carry_on(record)
    assert Article.objects.get().headline == "Orest Valkyn speaks"


@pytest.mark.django_db(transaction=True)
def test_what_came_on_hold_meanwhile_is_not_called_gone_and_goes_once_that_is_lifted(clara, client):
    story, lena = make_published(by=clara, headline="Orest Valkyn speaks"), make_user("lena", "legal")
    record = redaction.begin(["Orest Valkyn"], by=clara, reason="x")
    workflow.hold(story, True, by=lena, reason="Trial")
    at = record.at
    for number in range(1, 7):  # the passes that everything has, and one more of each day
        assert redaction.work_on(seconds=60, at=at) == record
        record.refresh_from_db()
        assert (record.passes, record.erased_at, redaction.work_on(seconds=60, at=at)) == (number, None, None)
        at = record.again_at
    client.force_login(clara)
    page = client.get(f"/admin/articles/redaction/{record.pk}/change/").content.decode()
    assert ("Stories on legal hold say them still" in page, "Gone for good" in page) == (True, False)
    workflow.hold(story, False, by=lena, reason="Over")
    redaction.work_on(seconds=60, at=at)
    record.refresh_from_db()
    assert (Article.objects.get().headline, record.erased_at) == ("[redacted] speaks", at)
    assert (record.again_at, redaction.work_on(seconds=60, at=at)) == (None, None)


def said_in_a_note(clara):
    story = make_published(by=clara)
    workflow.correct(
        story.latest_revision, by=clara, kind="correction", wrong="", right="It was Orest Valkyn"
    )
    return story


def said_in_an_entry(clara):
    ticker = log.set_status(make_ticker(by=clara).ticker, "live", by=clara)
    log.post(ticker, {"headline": "Orest Valkyn arrives"}, by=clara)
    return ticker.article


def said_in_copy(clara):
    story = make_published(by=clara)
    other = make_published(by=clara)  # which is not on hold
    item = Item.objects.create(
        raw=b"By Orest Valkyn", sha256="0" * 64, encoding="utf-8", received_at=timezone.now()
    )
    item.articles.add(story, other)
    return story


@pytest.mark.parametrize("say", [said_in_a_note, said_in_an_entry, said_in_copy])
def test_a_legal_hold_forbids_it_wherever_the_story_says_the_words(clara, client, say):
    story, free = say(clara), make_published(by=clara, headline="Orest Valkyn speaks")
    workflow.hold(story, True, by=make_user("lena", "legal"), reason="Trial")
    client.force_login(clara)
    page = client.post(
        "/admin/articles/redaction/add/",
        {"words": "Orest Valkyn", "replacement": "a man", "reason": "Order", "vocabulary": "on"},
    )
    assert page.context["held"] == [story]
    assert 'value="redact"' not in page.content.decode()
    with pytest.raises(NotAllowed, match=f"on legal hold, so nothing of them may go: {story.pk}. Legal"):
        redaction.begin(["Orest Valkyn"], by=clara, reason="x")
    assert Redaction.objects.count() == 0
    assert redaction.begin(["Orest Valkyn"], by=clara, reason="x", stories=[free.pk]).scope == [free.pk]


@pytest.mark.django_db
def test_a_hold_covers_every_table_whose_rows_belong_to_a_story():
    article, _image = planting.fill()
    Item.objects.get().articles.add(article)
    for model in (Autosave, Alarm):  # which need not be about a story
        model._base_manager.update(article=article)
    redaction.carry_on(redaction.begin(WORDS, by=make_user("root", is_superuser=True), reason="x"))
    Article.objects.update(legal_hold=True)
    work = redaction.Work(Hidden.of(WORDS))
    of_stories = [model for model in redaction.tables() if redaction.story_of(model)]
    assert redaction.on_hold(work) == []
    overlooked = []
    for model in of_stories:
        with transaction.atomic():
            planting.plant_in(model)
            overlooked += [] if redaction.on_hold(work) else [redaction.label(model)]
            transaction.set_rollback(True)
    assert overlooked == []
    assert len(of_stories) > 20


def test_it_goes_on_where_it_was_killed(clara, monkeypatch):
    for _number in range(5):
        make_published(by=clara, headline="Orest Valkyn speaks")
    monkeypatch.setattr(redaction, "BATCH", 2)
    record = redaction.begin(["Orest Valkyn"], by=clara, reason="x")
    assert not redaction.carry_on(record, seconds=0)
    left = Article.objects.filter(headline__contains="Valkyn").count()
    assert left == 3
    # What a killed process knew is gone; the row says how far it was.
    again = Redaction.objects.get()
    assert redaction.under_way(again.at).get() == again
    assert again.place == [0, Article.objects.order_by("pk")[1].pk]
    assert redaction.carry_on(again)
    assert Article.objects.filter(headline__contains="Valkyn").count() == 0
    assert Redaction.objects.get().place is None


def test_rules_about_the_words_end_with_them(clara):
    tag = make_tag("Orest Valkyn", kind="person", wrong=["Orest Walkyn"])
    twin = make_tag("Orest Valkyn", kind="topic", slug="twin")
    Restriction.objects.create(name="Orest Valkyn", reason="x", made_by=clara)
    Term.objects.create(wrong="Orest Valkyn", right="O. Valkyn")
    carry_out(["Orest Valkyn", "Orest Walkyn"], clara, replacement="a man")
    assert NameForm.objects.count() == 0
    assert list(Tag.objects.order_by("pk").values_list("name", "slug")) == [
        ("A man", "a-man"),
        ("A man", "twin"),
    ]
    assert (tag.kind, twin.kind) == ("person", "topic")
    assert Restriction.objects.get().until is not None
    assert not Term.objects.get().active


def test_two_rows_that_would_be_the_same_stay_two(clara):
    make_tag("Orest Valkyn", kind="person")
    second = make_tag("Órest Valkyn", kind="person", slug="orest-valkyn-2")
    carry_out(["Orest Valkyn"], clara, replacement="a man")
    rows = list(Tag.objects.order_by("pk").values_list("name", "slug"))
    assert rows == [("A man", "a-man"), (f"A man {second.pk}", f"a-man-2-r{second.pk}")]


def test_open_pages_of_a_ticker_hear_of_it(clara):
    article = make_ticker(by=clara)
    ticker = log.set_status(article.ticker, "live", by=clara)
    entry = log.post(ticker, {"headline": "Orest Valkyn arrives"}, by=clara)
    head = Ticker.objects.get().head
    carry_out(["Orest Valkyn"], clara, replacement="a man")
    (event,) = Event.objects.filter(seq__gt=head)
    assert (event.kind, event.entry_id) == ("edit", entry.pk)
    assert Entry.objects.get().headline == "A man arrives"


def test_what_an_open_form_brings_back_goes_at_the_next_pass(nothing_else):
    clara = make_chief()
    story = make_published(by=clara, headline="Orest Valkyn speaks")
    record = redaction.begin(["Orest Valkyn"], by=clara, reason="x", replacement="a man")
    done = redaction.work_on(seconds=600)
    assert done == record
    assert redaction.work_on(seconds=600) is None
    late = workflow.save(story, make_content(headline="Orest Valkyn speaks"), by=clara, base=1)
    with pytest.raises(NotAllowed, match=f"redaction X-{record.pk} took out of this story stand here again"):
        workflow.publish(late, by=clara)
    record.refresh_from_db()
    assert record.again_at - record.erased_at == redaction.AGAIN[0]
    assert redaction.work_on(seconds=600, at=record.again_at) == record
    late.refresh_from_db()
    assert (late.number, late.content["headline"]) == (2, "A man speaks")
    workflow.publish(late, by=clara)
    record.refresh_from_db()
    assert (record.passes, record.unerased, record.place) == (2, False, None)


# The pages


def test_the_chief_looks_first_and_then_takes_them_out(client, clara):
    story = make_published(by=clara, headline="Orest Valkyn speaks")
    client.force_login(clara)
    page = "/admin/articles/redaction/add/"
    asked = {
        "words": "Orest Valkyn",
        "replacement": "a man",
        "reason": "For Orest Valkyn",
        "vocabulary": "on",
    }
    looked = client.post(page, asked | {"act": "look"})
    assert looked.context["found"].stories == {story.pk}
    assert "Take them out for good" in looked.content.decode()
    assert (Redaction.objects.count(), Article.objects.get().headline) == (0, "Orest Valkyn speaks")
    answer = client.post(page, asked | {"act": "redact"})
    record = Redaction.objects.get()
    assert answer.headers["Location"] == f"/admin/articles/redaction/{record.pk}/change/"
    assert (record.reason, record.place) == ("For a man", [])
    assert "The worker is taking them out" in client.get(answer.headers["Location"]).content.decode()
    assert redaction.carry_on(record)
    told = client.get(answer.headers["Location"]).content.decode()
    assert "Valkyn" not in told
    assert "A man speaks" in told


def test_nothing_is_asked_of_a_word_that_stands_nowhere(client, clara):
    client.force_login(clara)
    asked = {"words": "Orest Valkyn", "replacement": "a man", "reason": "x", "act": "look"}
    looked = client.post("/admin/articles/redaction/add/", asked).content.decode()
    assert "They stand nowhere." in looked
    assert "Take them out for good" not in looked


def test_the_command_reads_words_from_standard_input_and_shows_first(clara, monkeypatch, capsys):
    story = make_published(by=clara, headline="Orest Valkyn speaks")
    monkeypatch.setattr("sys.stdin", io.StringIO("Orest Valkyn\n"))
    call_command("redact", "--by", "clara", "--reason", "x")
    told = capsys.readouterr().out
    assert "articles.Article: 1" in told
    assert told.endswith("Nothing was changed. If that is meant, say --yes.\n")
    assert Article.objects.get(pk=story.pk).headline == "Orest Valkyn speaks"
    monkeypatch.setattr("sys.stdin", io.StringIO("Orest Valkyn\n"))
    with pytest.raises(CommandError, match="There is no account “nobody”"):
        call_command("redact", "--by", "nobody", "--reason", "x", "--yes")
