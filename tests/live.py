"""The server that a browser meets in tests: it can be waited for until everything that was asked of it is done."""

import http.client
import socket
import threading
import time
from contextlib import suppress

from django.core.servers.basehttp import ThreadedWSGIServer

SECONDS = 60


class Server(ThreadedWSGIServer):
    """Django's server of tests, which knows the connections that are open and their threads."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.serving = {}  # {thread: socket}

    def process_request(self, request, client_address):
        self.serving = {thread: open_ for thread, open_ in self.serving.items() if thread.is_alive()}
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        thread.start()
        self.serving[thread] = request

    def finish(self):
        """
        Answer what has been asked and close every connection; raise RuntimeError where that does not end.

        Call it once the browsers are gone: what they sent last may still lie in a socket.
        """
        self._accept_all()
        serving = list(self.serving.items())
        for _thread, open_ in serving:
            with suppress(OSError):  # it is closed already
                open_.shutdown(socket.SHUT_RD)  # what has arrived is still read; then it ends
        deadline = time.monotonic() + SECONDS
        for thread, _open in serving:
            thread.join(max(0, deadline - time.monotonic()))
        if left := sum(thread.is_alive() for thread, _open in serving):
            raise RuntimeError(f"{left} requests to the live server have no end after {SECONDS} seconds.")

    def _accept_all(self):
        """Connections are accepted in the order in which they came: once ours is answered, all before it are."""
        connection = http.client.HTTPConnection(*self.server_address[:2], timeout=SECONDS)
        connection.request("GET", "/static/css/site.css", headers={"Connection": "close"})
        connection.getresponse().read()
        connection.close()
