"""A server on this machine that stands for one outside: it keeps what it is sent, and answers as it is told."""

import contextlib
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Received:
    """A request as it came: method, path with query, headers by lower-case name, body as bytes."""

    method: str
    path: str
    headers: dict
    body: bytes


class Receiver:
    """``answers``: a function of a Received to (status, headers, body); ``received``: all that came, in order."""

    def __init__(self, answers):
        self.answers, self.received = answers, []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self):
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                headers = {name.lower(): value for name, value in self.headers.items()}
                body = self.rfile.read(int(headers.get("content-length", 0)))
                request = Received(self.command, self.path, headers, body)
                receiver.received.append(request)
                status, headers, body = receiver.answers(request)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.address = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@contextlib.contextmanager
def receiver(answers=lambda request: (200, {}, b"ok")):
    """Yield a Receiver on a port of its own."""
    one = Receiver(answers)
    try:
        yield one
    finally:
        one.close()
