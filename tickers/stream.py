"""
`/live/<id>/stream`: tickers as server-sent events, a plain ASGI app run beside the web server.

    .venv/bin/uvicorn newsroom.asgi:app --port 8001 --no-access-log

One task looks at the log (told at once by LISTEN on PostgreSQL, ten times a second on SQLite), renders what happened
once, and hands the same bytes to every reader. A message is what a poll answers, its id the sequence number to go on from,
so that a page may change between the two at any event. Nothing is kept of what was sent: a reader who comes back is
told how the entries read now, which is how deleted text stays deleted; whoever missed more than a little asks polls,
which are stored pages. So does everybody while the log can't be read. Readers send and get no cookie.
"""

import asyncio
import json
import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.parse import parse_qs

from django.conf import settings
from django.db import Error, close_old_connections, connection
from django.http import Http404
from django.utils import timezone

from tickers import log, showing
from tickers.models import Ticker
from tickers.views import find

logger = logging.getLogger(__name__)
ADDRESS = re.compile(r"/live/([1-9][0-9]{0,17})/stream")
LOOK = 0.1  # seconds between two looks at the log where nobody tells us of events
TOLD_LOOK = 2.0  # with LISTEN it is looked at as well, in case a word was lost
HEARTBEAT = 15.0  # seconds; below the 40 that a page waits, and the minute after which proxies give up
DOUBT = 10.0  # seconds without a look at the log, after which a beat would promise too much
FARTHEST = 300  # events that are told to who comes back: they are rendered on the thread that tells everybody
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (
        b"access-control-allow-origin",
        settings.SITE_URL.encode(),
    ),  # pages may be told another address (STREAM_URL)
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
LATER = [(b"retry-after", b"60")]
MOST_REPLAYS = 100  # of some hundred kilobytes each, kept until something happens anywhere


def _part(body, more=True):
    return {"type": "http.response.body", "body": body, "more_body": more}


BEAT, END = _part(b"event: beat\ndata: 1\n\n"), _part(b"", more=False)

# What the database is asked, on a thread of its own


def _heads(wanted):
    """Return {ticker: number of its newest event} of those of ``wanted`` that readers may see now."""
    close_old_connections()
    rows = Ticker.objects.filter(pk__in=wanted, article__in=_published()).values_list("pk", "head")
    return dict(rows)


def _published():
    from articles.models import Article

    return Article.objects.published().values("pk")


def _message(pk, seq):
    """Return (message, next sequence) of what happened after ``seq``; raise Http404 where readers may not see it."""
    close_old_connections()
    at = timezone.now()
    ticker = find(pk, at)
    if seq > ticker.head:
        raise Http404
    found = log.since(ticker, seq)
    if not found.events:
        return b"", seq
    told = json.dumps(showing.changes(ticker, found, at), ensure_ascii=False)
    return f"id: {found.next_seq}\ndata: {told}\n\n".encode(), found.next_seq


class Channel:
    """
    The readers of one ticker who have been told of everything up to event ``seq``; users: those being let in too.

    sure: when that was last known to be all, by the monotonic clock.
    """

    def __init__(self, seq):
        self.seq, self.readers, self.users = seq, set(), 0
        self.sure = time.monotonic()

    def tell(self, part):
        for reader in [reader for reader in self.readers if not reader.tell(part)]:
            self.let_go(reader)

    def let_go(self, reader):
        self.readers.discard(reader)
        reader.task.cancel()


class Reader:
    """
    One open page and the task that serves it.

    Ten thousand of them are told within a few tenths of a second because no task is made for any: sending is begun here
    and ends at once, since the server writes to the socket or puts aside what does not fit. It would wait only for who
    has left more than that (64 KiB) lying; that page is let go, and comes back for what it missed.
    """

    __slots__ = ("send", "task")

    def __init__(self, send):
        self.send, self.task = send, asyncio.current_task()

    def tell(self, part):
        """Send ``part``, a message of ASGI that all readers share; return whether it was taken."""
        sending = self.send(part)
        try:
            sending.send(None)
        except StopIteration:
            return True
        except OSError:
            return False
        sending.close()
        return False


class Stream:
    """The ASGI app: one channel for every ticker that somebody reads."""

    def __init__(self):
        self.channels, self.count, self.watching = {}, 0, None
        self.changed = asyncio.Event()
        self.database = ThreadPoolExecutor(1, "database")
        self.replays = {}  # (ticker, sequence) -> task: a crowd that comes back is answered with one look

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            return await self._live(receive, send)
        if scope["type"] != "http":
            return
        try:
            pk, seq = _asked(scope)
            await self._open(pk, seq, receive, send)
        except Http404:
            await _refuse(send, 404)
        except Error as error:
            logger.warning("No reader is let in, for the log can't be read: %s", error)
            await _refuse(send, 503, *LATER)

    async def _live(self, receive, send):
        await receive()
        self.watching = asyncio.create_task(self._watch())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.watching.cancel()
        for pk in list(self.channels):
            self._close(pk)
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self, pk, seq, receive, send):
        if self.count >= settings.STREAM_READERS:
            return await _refuse(send, 503, *LATER)
        channel = await self._channel(pk)
        channel.users += 1
        self.count += 1
        try:
            await self._let_in(pk, seq, channel, receive, send)
        finally:
            self.count -= 1
            channel.users -= 1
            if not channel.users and self.channels.get(pk) is channel:
                del self.channels[pk]

    async def _let_in(self, pk, seq, channel, receive, send):
        seq = channel.seq if seq is None else seq
        if channel.seq - seq > FARTHEST:
            return await _refuse(send, 204)  # the page polls then; a browser does not come back by itself
        missed, seq = await self._missed(pk, seq, channel)
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        reader = Reader(send)
        try:
            await send(_part(b"retry: 3000\n\n" + missed))
            while seq < channel.seq:  # told of more while that was on its way
                missed, seq = await self._missed(pk, seq, channel)
                await send(_part(missed))
            if self.channels.get(pk) is channel:  # not closed meanwhile
                channel.readers.add(reader)
                while (await receive())["type"] != "http.disconnect":
                    pass
        except (asyncio.CancelledError, Http404, Error):
            pass  # let go, or the server stops: readers come back
        finally:
            channel.readers.discard(reader)
            with suppress(OSError):
                await send(END)

    async def _channel(self, pk):
        if pk not in self.channels:
            heads = await self._ask(_heads, [pk])
            if pk not in heads:
                raise Http404
            self.channels.setdefault(pk, Channel(heads[pk]))
        return self.channels[pk]

    async def _missed(self, pk, seq, channel):
        """Return the messages of what happened after ``seq`` up to what the channel was told, and where they lead."""
        if seq > channel.seq:
            await self._ask(_message, pk, seq)  # Http404 where nobody was ever told so much
        pieces = []
        while seq < channel.seq:
            message, seq = await asyncio.shield(self._replay(pk, seq))
            pieces.append(message)
        return b"".join(pieces), seq

    def _replay(self, pk, seq):
        """Return the task that answers as `_message`, one for all who ask; a failed one is not kept for the next."""
        if (pk, seq) not in self.replays:
            if len(self.replays) >= MOST_REPLAYS:
                self.replays.clear()
            task = self.replays[pk, seq] = asyncio.ensure_future(self._ask(_message, pk, seq))
            task.add_done_callback(
                lambda done: (done.cancelled() or done.exception()) and self.replays.pop((pk, seq), None)
            )
        return self.replays[pk, seq]

    def _ask(self, question, *args):
        return asyncio.get_running_loop().run_in_executor(self.database, question, *args)

    # What happens

    async def _watch(self):
        listening = asyncio.create_task(_listen(self.changed)) if connection.vendor == "postgresql" else None
        beat = asyncio.create_task(self._beat())
        try:
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.changed.wait(), TOLD_LOOK if listening else LOOK)
                self.changed.clear()
                try:
                    await self._look()
                except Exception:
                    logger.exception("The log could not be read; readers stay, and it is tried again.")
        finally:
            beat.cancel()
            if listening:
                listening.cancel()

    async def _look(self):
        if not self.channels:
            return
        heads = await self._ask(_heads, list(self.channels))
        for pk, channel in list(self.channels.items()):
            try:
                await self._tell(pk, channel, heads.get(pk))
                channel.sure = time.monotonic()
            except Exception:  # one that can't be shown stops no other
                logger.exception("The readers of ticker %s could not be told; it is tried again.", pk)

    async def _tell(self, pk, channel, head):
        """Tell the readers of one ticker of what happened up to ``head``; None: it is not for readers any more."""
        if head is None:
            return self._close(pk)
        while channel.seq < head:
            message, seq = await self._ask(_message, pk, channel.seq)
            self.replays.clear()
            channel.seq = seq
            channel.tell(_part(message))

    def _close(self, pk):
        """Let the readers of a ticker go; their pages then ask, and are told if it is gone."""
        channel = self.channels.pop(pk, Channel(0))  # the last of its readers may just have left
        for reader in list(channel.readers):
            channel.let_go(reader)

    async def _beat(self):
        while True:
            await asyncio.sleep(HEARTBEAT)
            for pk, channel in list(self.channels.items()):
                if time.monotonic() - channel.sure < DOUBT:
                    channel.tell(BEAT)
                else:
                    self._close(pk)


def _asked(scope):
    """Return (ticker, sequence to go on from or None for now) of a request; raise Http404 for any other address."""
    found = ADDRESS.fullmatch(scope["path"])
    if not found or scope["method"] != "GET":
        raise Http404
    told = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
    said = told or parse_qs(scope["query_string"].decode("latin-1")).get("since", [""])[0]
    if said and not re.fullmatch(r"0|[1-9][0-9]{0,11}", said):
        raise Http404
    return int(found[1]), int(said) if said else None


async def _refuse(send, status, *headers):
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"cache-control", b"no-store"), *headers],
        }
    )
    await send(END)


async def _listen(changed):
    """Set ``changed`` whenever PostgreSQL tells of an event; connect again when the connection is lost."""
    import psycopg

    while True:
        try:
            parameters = connection.get_connection_params()
            parameters.pop("cursor_factory", None)
            parameters.pop("context", None)
            async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as listener:
                await listener.execute(f"LISTEN {log.CHANNEL}")
                async for _ in listener.notifies():
                    changed.set()
        except (psycopg.Error, OSError) as error:
            logger.warning("No LISTEN on PostgreSQL (%s); the log is looked at every %s s.", error, TOLD_LOOK)
            await asyncio.sleep(TOLD_LOOK)
