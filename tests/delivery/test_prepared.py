"""Queries whose SQL is made once find what Django finds, whatever the values are."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F

from articles.models import Article, Section
from articles.public import pages
from delivery.prepared import Prepared, Room
from tests.factories import make_published

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)


def rows_of(before, name, ids):
    """Return a queryset that has a value of each sort in it, an order and a limit."""
    found = Section.objects.filter(retired_at__lt=before, description=name).exclude(pk__in=ids)
    return found.annotate(number=F("pk") + 1).order_by("-pk")[:3]


@pytest.fixture
def asked():
    def ask(before, name, ids: Room(4)):
        asked.times += 1
        return rows_of(before, name, ids)

    asked = Prepared(ask)
    asked.times = 0
    return asked


@pytest.fixture
def sections(db):
    for number in range(1, 11):
        Section.objects.create(
            pk=number,
            name=f"Section {number}",
            slug=f"section{number}",
            description="ab"[number % 2],
            retired_at=NOON + timedelta(minutes=number),
        )


def test_what_is_found_is_what_django_finds_and_the_sql_is_made_once(
    sections, asked, django_assert_num_queries
):
    for before in (NOON, NOON + timedelta(minutes=6), NOON + timedelta(minutes=60)):
        for name in ("a", "b", "'; --", "c%s"):
            for ids in ([], [4], [3, 4, 5, 6]):
                with django_assert_num_queries(1):
                    found = asked(before, name, ids)
                expected = list(rows_of(before, name, ids))
                assert [(row.pk, row.retired_at, row.number) for row in found] == [
                    (row.pk, row.retired_at, row.number) for row in expected
                ]
    assert asked.times == 1


def test_a_list_too_long_for_its_room_is_asked_as_ever(sections, asked):
    assert [row.pk for row in asked(NOON + timedelta(hours=1), "a", [2, 4, 6, 8, 12])] == [10]
    assert asked.times == 1
    assert asked.sql(NOON, "a", [2, 4, 6, 8, 12])[1].count(12) == 1


def test_its_sql_can_be_part_of_another_query(sections):
    first = Prepared(
        lambda name: Section.objects.filter(description=name).order_by("pk").values_list("pk")[:2]
    )
    walks = [first.sql(name) for name in ("a", "b")]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ".join(f"SELECT * FROM ({sql}) AS walk{number}" for number, (sql, _) in enumerate(walks)),
            [value for _, values in walks for value in values],
        )
        assert sorted(cursor.fetchall()) == [(1,), (2,), (3,), (4,)]


def test_a_percent_sign_of_the_sql_stays_one(sections):
    third = Prepared(lambda rest: Section.objects.annotate(rest=F("pk") % 3).filter(rest=rest).order_by("pk"))
    assert [[row.pk for row in third(rest)] for rest in (0, 1, 2)] == [[3, 6, 9], [1, 4, 7, 10], [2, 5, 8]]


def test_each_column_holds_what_django_reads_from_it(db):
    make_published(headline="Ferries")
    found = Prepared(lambda pk: Article.objects.filter(pk__gt=pk).select_related("section"))(0)
    django = list(Article.objects.select_related("section"))

    def read(stories):
        each = [thing for story in stories for thing in (story, story.section)]
        return [[(type(value), repr(value)) for value in model_values(thing)] for thing in each]

    def model_values(thing):
        return [getattr(thing, field.attname) for field in thing._meta.concrete_fields]

    assert read(found) == read(django)


def test_an_id_that_no_column_can_hold_is_nobodys(sections):
    found = Prepared(lambda pk: Section.objects.filter(pk=pk))
    assert [[row.pk for row in found(pk)] for pk in (7, 0, 10**30)] == [[7], [], []]


@pytest.mark.django_db(transaction=True)
def test_threads_ask_through_connections_of_their_own():
    Section.objects.create(pk=1, name="City", slug="city", description="a")
    found, answers = Prepared(lambda name: Section.objects.filter(description=name)), []
    assert [row.pk for row in found("a")] == [1]

    def ask():
        try:
            answers.append([row.pk for row in found("a")])
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[1]] * 4


def test_bylines_are_those_that_django_would_fetch(db, django_assert_num_queries):
    for headline in ("One", "Two"):
        make_published(headline=headline)
    expected = {story.pk: list(story.bylines.all()) for story in Article.objects.prefetch_related("bylines")}
    stories = list(Article.objects.all())
    with django_assert_num_queries(1):
        pages.give_bylines(stories)
        assert {story.pk: list(story.bylines.all()) for story in stories} == expected
    assert [len(bylines) for bylines in expected.values()] == [1, 1]


@pytest.mark.django_db(transaction=True)
def test_whatever_numbers_it_is_asked_with_postgresql_keeps_one_plan():
    @Prepared
    def above(position, ids: Room(3)):
        return Section.objects.filter(position__gt=position, pk__in=ids)

    wanted = Section.objects.create(name="City", slug="city", position=30_000)
    connection.close()
    asked = [
        (1, [], []),
        (300, [wanted.pk], [wanted]),
        (29_999, [5_000_000_000, wanted.pk], [wanted]),
        (70_000, [wanted.pk], []),
    ]
    for position, ids, found in asked:
        assert above(position, ids) == found
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT parameter_types::text, generic_plans + custom_plans FROM pg_prepared_statements"
                " WHERE statement LIKE '%\"position\" >%'"
            )
            assert cursor.fetchall() == [("{bigint,bigint,bigint,bigint}", 2)]  # the third time and after
