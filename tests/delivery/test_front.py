"""What readers get from the page store, and what never gets into it."""

import contextlib
import gzip
import subprocess
import threading
import time
from datetime import timedelta

import brotli
import psycopg
import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.utils import timezone

import delivery
from articles import workflow
from delivery import log, store
from delivery.addresses import address_of, address_of_url
from delivery.front import IN_DJANGO, Front
from tests.delivery.conftest import Counting, ask
from tests.factories import make_chief, make_published, make_section
from tests.processes import database_url


@pytest.fixture
def story(transactional_db):
    return make_published(headline="Harbour bridge reopens")


def test_a_page_is_made_once_and_then_answered_without_django(
    front, django, story, django_assert_num_queries
):
    address = story.get_absolute_url()
    first = ask(front, address)
    assert (first.status, "Harbour bridge reopens" in first.text) == (200, True)
    with django_assert_num_queries(0):
        again = ask(front, address)
    assert again == first
    assert django.asked == [address]


def test_another_process_of_the_node_finds_it(front, django, story):
    first = ask(front, story.get_absolute_url())
    other = Front(django)
    other.store = front.store
    assert ask(other, story.get_absolute_url()) == first
    assert len(django.asked) == 1


def test_a_process_that_began_before_there_was_a_store_finds_it_with_the_database_down(
    django, story, data_dir
):
    first, late = Front(django), Front(django)
    address = story.get_absolute_url()
    stored = ask(first, address)
    log.save_token(log.token())  # as a worker does

    tries = []

    def down(execute, sql, *rest):
        tries.append(sql)
        raise OperationalError("The database is down.")

    with connection.execute_wrapper(down):
        assert ask(late, address) == stored
    assert len(tries) == 1  # each may take seconds
    assert django.asked == [address]


def test_each_encoding_is_the_same_page_with_an_etag_of_its_own(front, django, story):
    answers = {
        accepted: ask(front, story.get_absolute_url(), accept_encoding=accepted)
        for accepted in ("", "gzip", "gzip, deflate, br", "br;q=0, gzip", "identity", "*")
    }
    used = {accepted: answer.headers.get("content-encoding") for accepted, answer in answers.items()}
    assert used == {
        "": None,
        "gzip": "gzip",
        "gzip, deflate, br": "br",
        "br;q=0, gzip": "gzip",
        "identity": None,
        "*": "br",
    }
    plain = answers[""].body
    assert gzip.decompress(answers["gzip"].body) == brotli.decompress(answers["*"].body) == plain
    assert len({answers[accepted].headers["etag"] for accepted in ("", "gzip", "*")}) == 3
    assert {answer.headers["vary"] for answer in answers.values()} == {"Accept-Encoding"}
    assert all(int(answer.headers["content-length"]) == len(answer.body) for answer in answers.values())
    assert len(django.asked) == 1


def test_whoever_has_it_is_told_so(front, story):
    address = story.get_absolute_url()
    tag = ask(front, address, accept_encoding="gzip").headers["etag"]
    for known in (tag, f'W/{tag}, "other"', "*"):
        answer = ask(front, address, accept_encoding="gzip", if_none_match=known)
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", tag)
        assert "content-length" not in answer.headers
    assert ask(front, address, accept_encoding="gzip", if_none_match='"other"').status == 200
    assert ask(front, address, accept_encoding="br", if_none_match=tag).status == 200


def test_head_says_the_same_without_the_body(front, django, story):
    address = story.get_absolute_url()
    first = ask(front, address, method="HEAD")
    whole = ask(front, address)
    assert (first.status, first.headers, first.body) == (200, whole.headers, b"")
    assert ask(front, address, method="HEAD") == first
    assert django.asked == [address]


def test_a_condition_does_not_spoil_what_others_get(front, story):
    address = story.get_absolute_url()
    assert ask(front, address, if_none_match="*", range="bytes=0-9").status in {200, 304}
    assert "Harbour bridge reopens" in ask(front, address).text


def test_redirects_and_withdrawn_stories_are_stored(front, django, story):
    wrong = f"/elsewhere/wrong-{story.pk}/"
    assert ask(front, wrong) == ask(front, wrong)
    assert ask(front, wrong).headers["location"] == story.get_absolute_url()
    workflow.withdraw(story, by=make_chief(), kind="legal", note="Taken down.")
    gone = ask(front, story.get_absolute_url())
    assert (gone.status, "Taken down." in gone.text, "etag" in gone.headers) == (410, True, False)
    assert ask(front, story.get_absolute_url()) == gone
    assert django.asked == [wrong, story.get_absolute_url()]


def test_missing_pages_cookies_and_the_desk_are_never_stored(front, django, story, data_dir):
    for path in ("/nowhere/", "/politics/unknown-77/", "/admin/", "/healthz"):
        ask(front, path), ask(front, path)
    assert django.asked == [
        path for path in ("/nowhere/", "/politics/unknown-77/", "/admin/", "/healthz") for _ in "12"
    ]
    assert list(data_dir.rglob("*.id")) == []


CHANGES = {
    "a cookie": lambda answer: answer.headers.__setitem__("Set-Cookie", "seen=1"),
    "other readers, other pages": lambda answer: answer.headers.__setitem__(
        "Vary", "Accept-Encoding, Cookie"
    ),
    "an error": lambda answer: setattr(answer, "status_code", 500),
    "its end has come": lambda answer: setattr(answer, "page_until", timezone.now() - timedelta(seconds=1)),
    "too large": lambda answer: setattr(answer, "content", b"x" * (store.LARGEST_BODY + 1)),
    "no stamp": lambda answer: delattr(answer, "page_keys"),
}


@pytest.mark.parametrize("change", [None, *CHANGES])
def test_an_answer_that_is_not_the_same_for_everyone_is_not_stored(transactional_db, data_dir, change):
    def django(environ, start_response):
        answer = delivery.stamp(HttpResponse("text"), ["article:7"])
        CHANGES.get(change, id)(answer)
        start_response(f"{answer.status_code} {answer.reason_phrase}", list(answer.items()))
        return answer

    front = Front(django)
    assert ask(front, "/page/").status == (500 if change == "an error" else 200)
    assert (front.store.find(store.name_of("/page/"), "") is not None) == (change is None)


def test_tracking_is_forgotten_and_page_numbers_are_kept(front, django):
    section = make_section("City")
    for number in range(25):
        make_published(headline=f"Story {number}", section={"id": section.pk, "name": "City"})
    for query in ("", "utm_source=mail&utm_medium=x", "fbclid=1", "gclid=2&"):
        assert "Story 24" in ask(front, "/city/", query).text
    for query in ("page=2", "page=2&utm_source=mail"):
        assert "Story 0" in ask(front, "/city/", query).text
    assert django.asked == ["/city/", "/city/?page=2"]
    for query in ("page=02", "page=1", "page=2&page=3", "q=page=2"):
        assert ask(front, "/city/", query) == ask(front, "/city/", query)
    assert django.asked[2:] == [
        f"/city/?{query}" for query in ("page=02", "page=1", "page=2&page=3", "q=page=2") for _ in "12"
    ]


def test_only_one_host_has_pages(front, django, story):
    path = "/politics/наш міст?-1/".encode().decode("latin-1")
    moved = ask(front, path, "page=2&q=a%20b", host="localhost")
    assert (moved.status, moved.headers["location"]) == (
        301,
        "http://testserver/politics/%D0%BD%D0%B0%D1%88%20%D0%BC%D1%96%D1%81%D1%82%3F-1/?page=2&q=a%20b",
    )
    assert django.asked == []
    assert ask(front, "/", host="TestServer").status == 200
    assert ask(front, "/", host="evil.example").status == 400
    assert ask(front, "/healthz", host="localhost").status == 200
    ask(front, "/", method="POST", host="localhost")  # a form is not lost on the way
    assert django.asked[-1] == "/"


@pytest.mark.parametrize("host", ["10.0.0.7:8000", "web", ""])
def test_health_is_asked_by_whatever_address_a_machine_has(front, story, host, settings):
    """By containers and load balancers, which know no name; for everything else such a host is refused."""
    settings.ALLOWED_HOSTS = ["testserver"]
    for method in ("GET", "HEAD"):
        alive, ready = (ask(front, path, method=method, host=host) for path in ("/healthz", "/readyz"))
        assert (alive.status, alive.headers["cache-control"]) == (200, "private, no-store")
        assert (ready.status, ready.headers["content-type"]) == (503, "application/json")  # no worker
        assert (alive.body, b"worker" in ready.body) == (b"ok\n", True)  # a server leaves it out for HEAD
    for path in ("/", "/admin/", story.get_absolute_url()):
        assert ask(front, path, host=host).status == 400


def test_a_page_of_a_secure_site_is_not_given_away_in_the_clear(transactional_db, data_dir, settings):
    settings.SITE_URL, settings.SECURE_SSL_REDIRECT = "https://testserver", True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    front = Front(django := Counting())
    secure = {"x_forwarded_proto": "https"}
    assert ask(front, "/robots.txt", **secure) == ask(front, "/robots.txt", **secure)
    assert (ask(front, "/robots.txt", **secure).status, len(django.asked)) == (200, 1)
    assert ask(front, "/robots.txt").headers["location"] == "https://testserver/robots.txt"
    settings.TRUSTED_PROXIES = []
    assert ask(front, "/robots.txt", **secure).status == 301


@pytest.mark.parametrize(
    "path", ["/../../etc/passwd", "/a\0b/", "//evil.example/", "/" + "x" * 5000, "/%2e%2e/", "/?page=2"]
)
def test_no_address_reaches_the_file_system(front, data_dir, path):
    assert ask(front, path).status in {400, 404}
    assert {file.suffix for file in data_dir.rglob("*") if file.is_file()} <= {
        ".sqlite3",
        ".sqlite3-wal",
        ".sqlite3-shm",
        ".0",
    }


def test_addresses_that_share_a_page_and_those_that_do_not():
    assert address_of("/city/", "") == address_of("/city/", "utm_x=1") == "/city/"
    assert address_of("/city/", "page=2") == "/city/?page=2"
    assert [
        address_of("/city/", query) for query in ("page=0", "page=1", "page=02", "q=", "utm=1", "page=99999")
    ] == [None] * 6
    assert address_of("/city/?page=2", "") is None
    assert address_of_url("https://news.example/city/?page=2&utm_source=mail") == "/city/?page=2"
    assert [address_of_url(text) for text in ("/", "https://news.example", "city", "http://[", "/a?q=1")] == [
        "/",
        "/",
        None,
        None,
        None,
    ]


def test_nobody_keeps_a_page_past_its_end(transactional_db, data_dir):
    asked = []

    def django(environ, start_response):
        asked.append(1)
        answer = delivery.stamp(HttpResponse("text"), ["a"], until=timezone.now() + timedelta(seconds=1.5))
        start_response("200 OK", list(answer.items()))
        return answer

    front = Front(django)
    first, second = ask(front, "/page/"), ask(front, "/page/")
    assert (first.headers["cache-control"], first.headers["x-accel-expires"]) == (
        "public, max-age=1, s-maxage=1",
        "1",
    )
    time.sleep(0.7)
    late = ask(front, "/page/")
    assert (late.headers["cache-control"], late.headers["x-accel-expires"]) == (
        "public, max-age=0, s-maxage=0",
        "0",
    )
    assert (second.body, len(asked)) == (b"text", 1)
    time.sleep(0.9)
    ask(front, "/page/")
    assert len(asked) == 2


def test_a_moment_ahead_ends_a_page(front, django, story):
    at = timezone.now() + timedelta(seconds=1.2)
    delivery.purge([story.page_key], at=at)
    ask(front, story.get_absolute_url())
    facts = front.store.facts(story.get_absolute_url())
    assert facts["until"] == pytest.approx(at.timestamp(), abs=1e-5)
    time.sleep(max(0, (at - timezone.now()).total_seconds()) + 0.01)
    ask(front, story.get_absolute_url())
    assert len(django.asked) == 2
    assert front.store.facts(story.get_absolute_url())["until"] is None


def test_a_burst_of_readers_is_one_render(transactional_db, data_dir):
    asked, answers = [], []

    def django(environ, start_response):
        asked.append(1)
        time.sleep(0.2)
        answer = delivery.stamp(HttpResponse("text"), ["a"])
        start_response("200 OK", list(answer.items()))
        return answer

    front = Front(django)
    readers = [threading.Thread(target=lambda: answers.append(ask(front, "/page/").body)) for _ in range(5)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert (answers, len(asked)) == ([b"text"] * 5, 1)


def test_more_readers_than_may_wait_are_answered_all_the_same(transactional_db, data_dir):
    asked, answers = [], []

    def django(environ, start_response):
        asked.append(1)
        time.sleep(0.3)
        answer = delivery.stamp(HttpResponse("text"), ["a"])
        start_response("200 OK", list(answer.items()))
        return answer

    front = Front(django)
    readers = [threading.Thread(target=lambda: answers.append(ask(front, "/page/").body)) for _ in range(8)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert (answers, len(asked)) == ([b"text"] * 8, 4)  # one for five, and three on their own


def test_a_burst_on_a_page_that_was_just_dropped_is_no_error(transactional_db, data_dir):
    asked, answers = [], []

    def django(environ, start_response):
        asked.append(1)
        time.sleep(0.05)
        answer = delivery.stamp(HttpResponse("text"), ["a"])
        start_response("200 OK", list(answer.items()))
        return answer

    front = Front(django)
    readers = [threading.Thread(target=lambda: answers.append(ask(front, "/page/").body)) for _ in range(16)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert answers == [b"text"] * 16
    # One for those who wait their turn; some of the others may finish before it is stored.
    assert len(asked) <= 12


def test_stored_pages_go_on_while_django_is_stuck(transactional_db, data_dir):
    stuck = threading.Event()

    def django(environ, start_response):
        if environ["PATH_INFO"] != "/page/":
            stuck.wait(10)
        answer = delivery.stamp(HttpResponse("text"), ["a"])
        start_response("200 OK", list(answer.items()))
        return answer

    front = Front(django)
    ask(front, "/page/")
    answers = []
    readers = [
        threading.Thread(target=lambda n=n: answers.append(ask(front, f"/stuck/{n}/").status))
        for n in range(20)
    ]
    for reader in readers:
        reader.start()
    time.sleep(0.3)
    began = time.monotonic()
    assert ask(front, "/page/").body == b"text"
    assert time.monotonic() - began < 0.1
    time.sleep(2.2)
    assert answers == [503] * 16  # four are in Django, the rest told to come again
    stuck.set()
    for reader in readers:
        reader.join()
    assert sorted(answers) == [200] * 4 + [503] * 16


@pytest.mark.on_postgres
def test_a_node_is_not_taken_for_dead_while_all_that_may_ask_its_database_hang(front, story):
    """Its stored pages go on; a load balancer asks for nothing else."""
    stored = ask(front, story.get_absolute_url())
    statuses = []
    with psycopg.connect(database_url()) as other:
        other.execute("LOCK TABLE articles_article")
        readers = [
            threading.Thread(
                target=lambda n=n: statuses.append(ask(front, f"/politics/story-{n + 1000}/").status)
            )
            for n in range(IN_DJANGO)
        ]
        for reader in readers:
            reader.start()
        while other.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()[0] < IN_DJANGO:
            time.sleep(0.01)
        assert ask(front, "/readyz").status == 503
        began = time.monotonic()
        alive = ask(front, "/healthz", host="localhost")
        assert (alive.status, alive.body, alive.headers["cache-control"]) == (
            200,
            b"ok\n",
            "private, no-store",
        )
        assert ask(front, "/healthz", method="HEAD").status == 200
        assert ask(front, story.get_absolute_url()) == stored
        assert time.monotonic() - began < 0.4
        other.rollback()
    for reader in readers:
        reader.join()
    assert len(statuses) == IN_DJANGO


@pytest.fixture
def small_disk(data_dir):
    """DATA_DIR on a disk of one megabyte."""
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", data_dir], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"No small disk can be mounted here, so a full one can't be tried: {done.stderr.strip()}")
    yield data_dir
    subprocess.run(["umount", "-l", data_dir], check=True)


@pytest.mark.slow
def test_a_full_disk_stops_storing_and_nothing_else(small_disk, transactional_db, django, story):
    front = Front(django)
    address = story.get_absolute_url()
    ask(front, address)
    with contextlib.suppress(OSError), open(small_disk / "filler", "wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))
    assert ask(front, "/").status == 200
    assert ask(front, address).status == 200
    workflow.publish(
        workflow.save(
            story, story.latest_revision.content | {"headline": "Closed again"}, by=make_chief(), base=1
        ),
        by=make_chief(),
    )
    assert "Closed again" in ask(front, address).text
    assert "Closed again" in ask(front, "/").text
    (small_disk / "filler").unlink()
    assert "Closed again" in ask(front, address).text
