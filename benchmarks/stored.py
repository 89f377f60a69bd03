"""
What a stored page costs, in CPU time of the server for an answer, side by side in one run on the same granian: the page
store, Django's own cache middleware, and, where nginx is installed, nginx with a static file of the same bytes and
deploy/nginx.conf. Where wrk is installed it does the asking: this asks more slowly, and idle servers cost more an answer.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from newsroom.web import THREADS
from tests.processes import free_port

ROOT = Path(__file__).resolve().parent.parent
ROUNDS, SECONDS, CONNECTIONS = 5, 3, 64
YARDSTICK = "Django's cache middleware"
GRANIAN = ["-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "2", "--log-level", "error"]


class Server:
    """A running server. ``path``: what it is asked for; ``host``: the Host that it is asked by."""

    def __init__(self, name, command, port, path, host, **environment):
        self.name, self.port, self.path, self.host = name, port, path, host
        self.request = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            with contextlib.suppress(OSError, AssertionError):
                self.ask(0.2)
                return
            time.sleep(0.1)
        raise RuntimeError(f"{name} does not answer.")

    def ask(self, seconds):
        """Ask on one connection for so many seconds; return how many answers came. Raise AssertionError for a wrong one."""
        count, until = 0, time.monotonic() + seconds
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            while time.monotonic() < until:
                connection.sendall(self.request)
                head, body = b"", b""
                while b"\r\n\r\n" not in head:
                    head += connection.recv(65536)
                head, _, body = head.partition(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 200"), head
                self.size = size = int(re.search(rb"(?i)content-length: (\d+)", head)[1])
                while len(body) < size:
                    body += connection.recv(65536)
                count += 1
        return count

    def cpu(self):
        """Return the CPU seconds that its processes have used."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                facts = stat.read_text().rpartition(")")[2].split()
                if int(facts[2]) == self.process.pid:  # its process group
                    ticks += int(facts[11]) + int(facts[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def round(self):
        """Return (CPU milliseconds of one answer, answers a second, the slowest in a hundred as a text) of one round."""
        before, began = self.cpu(), time.monotonic()
        count, slow = self.ask_by_wrk() if shutil.which("wrk") else (self.ask_by_threads(), "?")
        taken = time.monotonic() - began
        return (self.cpu() - before) * 1000 / count, count / taken, slow

    def ask_by_threads(self):
        counts = []
        asking = [
            threading.Thread(target=lambda: counts.append(self.ask(SECONDS))) for _ in range(CONNECTIONS)
        ]
        for thread in asking:
            thread.start()
        for thread in asking:
            thread.join()
        return sum(counts)

    def ask_by_wrk(self):
        url = f"http://127.0.0.1:{self.port}{self.path}"
        said = subprocess.run(
            ["wrk", f"-c{CONNECTIONS}", "-t1", f"-d{SECONDS}s", "--latency", "-H", f"Host: {self.host}", "-H", "Accept-Encoding: gzip", url],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert "Non-2xx" not in said and "Socket errors" not in said, said
        return int(re.search(r"(\d+) requests in", said)[1]), re.search(r"99%\s*(\S+)", said)[1]

    def stop(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait(20)


def granian(name, application, path, port, host, threads):
    command = [sys.executable, *GRANIAN, "--port", str(port), "--blocking-threads", str(threads), application]
    return Server(name, command, port, path, host)


def nginx_servers(program, folder, web, page):
    """Yield nginx with a file of the same bytes, and nginx as in deploy/ before ``web``."""
    static, cached = free_port(), free_port()
    (folder / "page.html").write_bytes(page)
    (folder / "page.html.gz").write_bytes(page)
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    changes = {"127.0.0.1:8000": f"127.0.0.1:{web.port}", "/var/cache/nginx/newsroom": f"{folder}/cache"}
    changes |= {"listen 80;": f"listen 127.0.0.1:{cached};", "/srv/newsroom/var": str(folder)}
    for old, new in changes.items():
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; worker_processes 2;\n{'user root;' if os.geteuid() == 0 else ''}\n"
        "events {} http { include /etc/nginx/mime.types; access_log off; keepalive_requests 1000000;\n"
        f"server {{ listen 127.0.0.1:{static}; root {folder}; gzip_static on; open_file_cache max=10; }}\n"
        f"include {folder}/site.conf; }}\n"
    )
    command = [program, "-e", f"{folder}/error.log", "-p", str(folder), "-c", f"{folder}/nginx.conf"]
    file = Server("nginx, a static file", command, static, "/page.html", web.host)
    yield file
    proxy = object.__new__(Server)
    proxy.__dict__ = {**web.__dict__, "name": "deploy/nginx.conf", "port": cached, "process": file.process}
    yield proxy


def measure(path):
    """
    Return a dict for each server: what an answer with the page at ``path`` costs there, its yardstick among them.

    The database and DATA_DIR are those of the environment.
    """
    port = free_port()
    host = f"127.0.0.1:{port}"
    os.environ |= {"SITE_URL": f"http://{host}", "ALLOWED_HOSTS": "127.0.0.1"}
    with (
        contextlib.ExitStack() as running,
        tempfile.TemporaryDirectory(prefix="newsroom-bench-nginx-") as folder,
    ):
        web = granian("page store", "newsroom.wsgi:application", path, port, host, THREADS)
        servers = [
            web,
            granian(YARDSTICK, "benchmarks.cached:application", path, free_port(), host, 2),
        ]
        for server in servers:
            running.callback(server.stop)
        if program := shutil.which("nginx", path="/usr/sbin:" + os.environ["PATH"]):
            os.chmod(folder, 0o755)
            for server in nginx_servers(program, Path(folder), web, os.urandom(web.size)):
                servers.append(server)
                running.callback(server.stop)
        rounds = [{server.name: server.round() for server in servers} for _ in range(ROUNDS)]
    yardstick = statistics.median(each[YARDSTICK][0] for each in rounds)
    rows = []
    for name in rounds[0]:
        cost, rate = (statistics.median(each[name][part] for each in rounds) for part in (0, 1))
        rows.append(
            {
                "name": name,
                "ms": round(cost, 4),
                "times_cheaper": round(yardstick / cost, 2),
                "answers_a_second": round(rate),
                "99_in_100_within": rounds[-1][name][2],
            }
        )
    return rows


if __name__ == "__main__":
    from benchmarks import sized

    sized.prepare(1000)
    print(json.dumps(measure(sized.full_story().get_absolute_url())))
