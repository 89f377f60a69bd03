"""Requests to addresses outside: what is refused before a word is sent, and that none takes for ever."""

import socket
import threading
import time

import pytest

from delivery import outside
from delivery.outside import Failed, Request, is_public, send
from tests.delivery.receiving import receiver


@pytest.fixture
def private(settings):
    settings.PRIVATE_HOSTS = ["127.0.0.1"]


@pytest.mark.parametrize(
    "address",
    """127.0.0.1 127.8.8.8 0.0.0.0 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 224.0.0.1 240.0.0.1
    255.255.255.255 192.0.2.1 198.18.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 ff02::1 2001:db8::1 ::ffff:127.0.0.1
    ::ffff:10.0.0.1 64:ff9b::7f00:1 64:ff9b::a00:1 2002:7f00:1:: 2002:c0a8:101::""".split(),
)
def test_an_address_inside_is_none_that_we_send_to(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "64:ff9b::101:101"])
def test_an_address_that_anybody_reaches_is(address):
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "0", "127.1"])
def test_nothing_is_sent_to_a_machine_inside_however_it_is_written(host):
    with receiver() as inside:
        with pytest.raises(Failed) as failure:
            send(Request(f"http://{host}:{inside.port}/hook", body=b"x"))
        assert inside.received == []
    assert failure.value.refused and str(failure.value).endswith("which is not a public address.")


def test_a_host_of_ours_that_is_named_gets_it_as_it_is(private):
    with receiver(lambda request: (200, {}, b"taken")) as hook:
        answer = send(Request(f"{hook.address}/hook?a=1", body=b"text", headers={"X-Word": "b"}))
    assert answer == b"taken"
    [got] = hook.received
    assert (got.method, got.path, got.body) == ("POST", "/hook?a=1", b"text")
    assert got.headers == {
        "host": f"127.0.0.1:{hook.port}",
        "accept-encoding": "identity",
        "content-length": "4",
        "user-agent": "Newsroom",
        "x-word": "b",
        "connection": "close",
    }


def test_a_redirect_is_not_followed(private):
    with receiver() as other, receiver(lambda request: (302, {"Location": other.address}, b"")) as hook:
        with pytest.raises(Failed, match="^302 Found") as failure:
            send(Request(hook.address))
        assert (len(hook.received), other.received) == (1, [])
    assert failure.value.refused


@pytest.mark.parametrize(
    ("status", "headers", "refused", "wait"),
    [
        (400, {}, True, None),
        (404, {}, True, None),
        (410, {}, True, None),
        (408, {}, False, None),
        (429, {"Retry-After": "30"}, False, 30),
        (500, {}, False, None),
        (503, {"Retry-After": "Fri, 31 Dec 2027 23:59:59 GMT"}, False, None),
    ],
)
def test_what_the_answer_means(private, status, headers, refused, wait):
    with receiver(lambda request: (status, headers, b"no\n such  thing")) as hook:
        with pytest.raises(Failed) as failure:
            send(Request(hook.address))
    assert (failure.value.refused, failure.value.retry_after) == (refused, wait)
    assert str(failure.value).startswith(f"{status} ") and str(failure.value).endswith(": no such thing")


@pytest.mark.parametrize(
    "url", ["ftp://news.example/", "file:///etc/passwd", "http://", "gopher://127.0.0.1/"]
)
def test_only_addresses_of_the_web_are_asked(url):
    with pytest.raises(Failed, match="no address of the web"):
        send(Request(url))


def test_nobody_there_is_a_failure_that_is_tried_again(private):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Failed, match="ConnectionRefusedError") as failure:
            send(Request(f"http://127.0.0.1:{taken.getsockname()[1]}/"))
    assert not failure.value.refused


def test_whoever_answers_one_letter_at_a_time_is_cut_off(private, monkeypatch):
    monkeypatch.setattr(outside, "ALL_SECONDS", 1.0)

    def drip(server):
        other, _ = server.accept()
        with other:
            try:
                for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100:
                    other.sendall(bytes([letter]))
                    time.sleep(0.1)
            except OSError:
                pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        began = time.monotonic()
        with pytest.raises(Failed):
            send(Request(f"http://127.0.0.1:{server.getsockname()[1]}/"))
        assert time.monotonic() - began < 3
        thread.join()


def test_a_name_that_answers_differently_the_second_time_leads_nowhere_else(private, monkeypatch):
    """The address that was judged is the one connected to: the name is looked up once."""
    asked = []
    looked_up = socket.getaddrinfo

    def lookup(host, *arguments, **more):
        asked.append(host)
        return looked_up("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *arguments, **more)

    with receiver() as hook:
        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        send(Request(f"http://127.0.0.1:{hook.port}/"))
    assert asked == ["127.0.0.1"]
