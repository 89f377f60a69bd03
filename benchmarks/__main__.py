"""
`make bench`: what the common work costs, in CPU milliseconds, medians, and each as a ratio to a yardstick of this run.

The yardstick for pages is a Django view that answers a constant text through the same middleware; for text it is
nh3 alone on the same body; for stored pages, answered by real servers, Django's cache middleware. Ratios say more than milliseconds: machines differ, and are noisy. BENCH_STORIES=N sets how
many invented stories stand in the database, which is made anew in a temporary folder.
"""

import os
import statistics
import tempfile
import time

from benchmarks import live, stored

STORIES = int(os.environ.get("BENCH_STORIES", 2000))
ROUNDS = 30


def prepare():
    """Set up Django on an empty SQLite database in a temporary folder, filled with invented stories."""
    os.environ.update(
        DATA_DIR=tempfile.mkdtemp(prefix="newsroom-bench-"),
        SECRET_KEY="only-for-measuring",
        ALLOWED_HOSTS="testserver",
        SITE_URL="http://testserver",
        DJANGO_SETTINGS_MODULE="newsroom.settings",
        DATABASE_URL="",
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("load_demo", verbosity=0)
    call_command("load_corpus", STORIES, verbosity=0)


def cost(work):
    """Return the median CPU milliseconds of ``work()``, the first calls left out."""
    for _ in range(3):
        work()
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken)


def report(title, yardstick, works):
    print(f"\n{title} (yardstick: {yardstick[0]})")
    unit = cost(yardstick[1])
    print(f"  {yardstick[0]:<34} {unit:8.2f} ms")
    for name, work in works:
        taken = cost(work)
        print(f"  {name:<34} {taken:8.2f} ms  {taken / unit:7.1f} times")


def newest_story():
    from articles.models import Article

    return Article.objects.published().newest_first().first()


def pages():
    from django.test import Client

    from articles.models import Section, Tag

    def get(address):
        client = Client()
        return lambda: client.get(address)

    story = newest_story()
    section, tag = Section.objects.first(), Tag.objects.filter(items__visible_from__isnull=False).first()
    addresses = [
        ("home", "/"),
        ("section", section.get_absolute_url()),
        ("story", story.get_absolute_url()),
        ("tag", tag.get_absolute_url()),
        ("feed", "/feeds/all.rss"),
        ("sitemap", "/sitemap.xml"),
    ]
    return ("constant text", get("/robots.txt")), [(name, get(address)) for name, address in addresses]


def desk():
    from django.test import Client

    from accounts.models import User
    from articles.models import Article

    client = Client()
    client.force_login(User.objects.create_superuser("bench"))
    story = Article.objects.order_by("-id").first()
    works = [
        ("dashboard", "/admin/"),
        ("list of stories", "/admin/articles/article/"),
        ("search in the list", "/admin/articles/article/?q=harbour"),
        ("story form", f"/admin/articles/article/{story.pk}/change/"),
    ]
    return (
        ("password page", lambda: client.get("/admin/password_change/")),
        [(name, lambda address=address: client.get(address)) for name, address in works],
    )


def text():
    import nh3

    from articles import body
    from articles.checks import check
    from articles.models import Article

    story = Article.objects.filter(live_revision__isnull=False).order_by("-id").first()
    html = story.body * (19_000 // len(story.body) + 1)
    works = [
        ("clean, 19 kB", lambda: body.clean(html)),
        ("render, 19 kB", lambda: body.render(html)),
        ("all checks of one story", lambda: check(story.live_revision)),
    ]
    return ("nh3 alone, 19 kB", lambda: nh3.clean(html)), works


def main():
    prepare()
    print(
        f"{STORIES} invented stories on SQLite; medians of {ROUNDS} answers, CPU time, test client included."
    )
    for title, measured in (("Readers' pages, not stored", pages), ("Desk", desk), ("Text", text)):
        report(title, *measured())
    live.measure(cost)
    stored.measure(newest_story().get_absolute_url())


if __name__ == "__main__":
    main()
