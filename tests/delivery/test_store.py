"""The store has bounds: what was asked for longest ago goes first, and nothing but pages counts."""

import os
import time
import tracemalloc

import pytest

from delivery import store
from delivery.store import SUFFIXES, Store, Stored, name_of


@pytest.fixture
def pages(tmp_path):
    return Store.make(tmp_path / "store")


def put(pages, address, size=100, key=None, status="200 OK"):
    """Store a page of ``size`` bytes in each encoding; return whether it was."""
    keys = [key or f"key:{address}"]
    ticket = pages.register(address, keys)
    copies = {encoding: Stored(status, [], "", None, b"x" * size) for encoding in SUFFIXES}
    return pages.put(address, ticket, keys, copies)


def kept(pages, addresses):
    return [address for address in addresses if pages.find(name_of(address), "")]


def was_asked_for(pages, address, seconds_ago, encoding="gzip"):
    """Let the file of one encoding say when it was last asked for."""
    path = pages._path(name_of(address), encoding)
    facts = os.stat(path)
    at = time.time_ns() - int(seconds_ago * 1e9)
    os.utime(path, ns=(at, facts.st_mtime_ns))


def age_all(pages, addresses, seconds=10_000):
    for address in addresses:
        for encoding in SUFFIXES:
            was_asked_for(pages, address, seconds, encoding)
    with pages._locked() as index:
        index.execute("UPDATE page SET used = used - ?", (seconds,))


def test_what_was_asked_for_longest_ago_goes_first(pages):
    addresses = [f"/{number}/" for number in range(10)]
    for address in addresses:
        assert put(pages, address)
    age_all(pages, addresses)
    for seconds, address in enumerate(["/3/", "/0/", "/7/"]):
        was_asked_for(pages, address, seconds)  # one encoding asked for is a page asked for
    pages.prune(most=3)
    assert kept(pages, addresses) == ["/0/", "/3/", "/7/"]
    assert (pages.facts("/9/")["why"], pages.facts("/7/")["why"]) == ("pruned", "")
    pages.prune(most=1)
    assert kept(pages, addresses) == ["/7/"]  # the last one that was asked for, two lines ago
    assert len([path for path in pages.pages.rglob("*") if path.is_file()]) == len(SUFFIXES)


def test_wrong_addresses_take_no_page_its_place(pages):
    """Whoever thinks them up asked for all of them later than readers for the last page."""
    stories, moved = [f"/story-{n}/" for n in range(6)], [f"/wrong-{n}/" for n in range(10)]
    gone = ["/gone-1/", "/gone-2/"]
    for address in stories:
        put(pages, address)
    age_all(pages, stories)
    for address in moved:
        put(pages, address, status="301 Moved Permanently")
    for address in gone:
        put(pages, address, status="410 Gone")
    age_all(pages, moved[:9], seconds=100)
    pages.prune(most=9, most_others=3)
    assert kept(pages, [*stories, *moved, *gone]) == [*stories, "/wrong-9/", *gone]
    assert pages.facts("/wrong-0/")["why"] == "pruned"
    pages.prune(most=8, most_others=3)
    assert kept(pages, [*moved, *gone]) == ["/wrong-9/", *gone]  # of all, what was asked for longest ago
    assert len(kept(pages, stories)) == 5
    put(pages, "/wrong-9/")  # a story was published there
    put(pages, "/wrong-1/", status="410 Gone")
    pages.prune(most_others=3)
    assert kept(pages, [*moved, *gone]) == ["/wrong-1/", "/wrong-9/", *gone]


def test_the_bytes_of_all_encodings_and_heads_count(pages):
    addresses = [f"/{number}/" for number in range(4)]
    for address in addresses:
        put(pages, address, size=1000)
    age_all(pages, addresses)
    sizes = {pages.facts(address)["size"] for address in addresses}
    head = len(Stored("200 OK", [], "", None, b"x" * 1000).head())
    assert sizes == {3 * (1000 + head)}
    was_asked_for(pages, "/1/", 5)
    was_asked_for(pages, "/2/", 1)
    pages.prune(most_bytes=2 * sizes.pop())
    assert kept(pages, addresses) == ["/1/", "/2/"]


def test_a_process_prunes_by_itself_every_fiftieth_page(pages, monkeypatch):
    asked = []
    monkeypatch.setattr(pages, "prune", lambda: asked.append(1))
    for number in range(120):
        put(pages, f"/{number}/")
    assert len(asked) == 2
    assert (store.MOST_PAGES, store.MOST_OTHERS, store.MOST_BYTES) == (50_000, 5_000, 2 * 1024**3)


def test_what_is_known_of_pages_that_went_is_bounded_too(pages):
    addresses = [f"/{number}/" for number in range(10)]
    for address in addresses:
        put(pages, address)
        pages.drop([f"key:{address}"])
        time.sleep(0.002)
    pages.prune(most=4)
    assert [address for address in addresses if pages.facts(address)] == ["/6/", "/7/", "/8/", "/9/"]


def test_why_a_page_was_dropped_is_known_once_it_is_stored_again_and_then_it_is_not_made_ahead(pages):
    for address in ("/a/", "/b/", "/c/"):
        put(pages, address)
    pages.drop(["key:/a/", "key:/b/"])
    assert sorted(pages.lately_dropped(0, 0, 10)) == ["/a/", "/b/"]
    put(pages, "/a/")
    assert pages.lately_dropped(0, 0, 10) == ["/b/"]
    facts = {address: pages.facts(address) for address in ("/a/", "/b/", "/c/")}
    assert [(facts[address]["why"], bool(facts[address]["dropped"])) for address in facts] == [
        ("key:/a/", True),
        ("key:/b/", True),
        ("", False),
    ]
    assert facts["/a/"]["stored"] > facts["/a/"]["dropped"]


def test_a_page_asked_for_while_it_is_at_hand_counts_as_used(pages, monkeypatch):
    """Its copy in memory answers, yet the file says so, once a minute."""
    put(pages, "/a/"), put(pages, "/b/")
    age_all(pages, ["/a/", "/b/"])
    assert kept(pages, ["/a/"]) == ["/a/"]
    pages.prune(most=1)
    assert kept(pages, ["/a/", "/b/"]) == ["/a/"]


def test_a_file_that_is_cut_off_is_no_page(pages):
    put(pages, "/a/")
    path = pages._path(name_of("/a/"), "")
    whole = open(path, "rb").read()
    for length in (0, 5, len(whole) - 1):
        with open(path, "wb") as file:
            file.write(whole[:length])
        assert pages.find(name_of("/a/"), "") is None
    assert pages.find(name_of("/a/"), "gzip") is not None


def test_no_address_names_a_file(pages, tmp_path):
    tricks = ["/../../../etc/passwd", "/a\0b/", "/" + "x" * 1990, "/..%2f..%2f", "//evil/", "/ä/\n", "/.id"]
    for address in tricks:
        assert put(pages, address)
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    pages_of_them = {
        f"store/pages/{name_of(address)[:2]}/{name_of(address)}.{suffix}"
        for address in tricks
        for suffix in SUFFIXES.values()
    }
    assert {file for file in files if not file.startswith("store/index.sqlite3")} == pages_of_them
    assert kept(pages, tricks) == tricks


def test_redirects_at_hand_count_with_all_that_they_take(pages, monkeypatch):
    """Anybody can ask for as many as he likes, and none has a body."""
    monkeypatch.setattr(store, "MEMORY", 100_000)
    headers = [("Location", "/a/"), ("Surrogate-Key", "x" * 400)]
    for number in range(100):
        address = f"/{number}/"
        ticket = pages.register(address, ["key"])
        pages.put(address, ticket, ["key"], {"": Stored("301 Moved Permanently", headers, "", None, b"")})
    tracemalloc.start()
    try:
        assert len(kept(pages, [f"/{number}/" for number in range(100)])) == 100
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert len(pages._memory) == 33  # each is a file of 521 bytes, and what Python keeps around it
    assert pages._memory_bytes == sum(known.cost for known in pages._memory.values()) <= 100_000
    assert taken < 130_000
    pages.drop(["key"])
    assert kept(pages, [f"/{number}/" for number in range(100)]) == []
    assert (pages._memory, pages._memory_bytes) == ({}, 0)
