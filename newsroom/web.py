"""
What `web` of the Procfile runs: granian, whose processes may die at any moment and however often.

granian by itself ends the whole server where one of its processes dies twice within six seconds. Here it goes on,
unless they die so fast that the site can't be running at all.
"""

import argparse
import time

from granian import Granian
from granian.constants import Interfaces

# Of each process. More answer no more a second, because Python runs one at a time, and the slowest answers wait longer:
# with 16, one in a hundred stored pages took half as long again. Two are left for them when `delivery.front` is full.
THREADS = 10
MOST, SECONDS = 40, 60.0  # more deaths in so short a time: it does not even start


class Deaths(dict):
    """What granian asks when a process was started last; it gives up where that is a moment ago."""

    def __init__(self):
        super().__init__()
        self.times = []

    def get(self, process, default=0):
        now = time.monotonic()
        self.times = [*(at for at in self.times if now - at < SECONDS), now]
        return now if len(self.times) > MOST else default


def main():
    parser = argparse.ArgumentParser(prog="python -m newsroom.web", description="Runs the web server.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    server = Granian(
        "newsroom.wsgi:application",
        address=asked.host,
        port=asked.port,
        interface=Interfaces.WSGI,
        workers=asked.processes,
        blocking_threads=THREADS,
        websockets=False,
        respawn_failed_workers=True,
        respawn_interval=0.2,
        workers_kill_timeout=3,
    )
    server.respawned_wrks = Deaths()
    server.serve()


if __name__ == "__main__":
    main()
