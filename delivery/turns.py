"""
Whose turn it is to make a page: on a node one at a time, with few waiters, so that a burst of readers is one render.

Locks on files (flock): they hold between processes and threads, and end with a process however it ends.
"""

import contextlib
import fcntl
import time

WAITERS = 4
SECONDS = 2.0  # nobody waits longer
LOOK_SECONDS = 0.004


@contextlib.contextmanager
def turn(folder, name, queue):
    """
    Yield whether it is the caller's turn to make the page ``name``: "first", "next" after waiting, or None.

    queue: a semaphore, how many threads of this process may wait for anything. None: too many wait, or for too long,
    or the folder can't be written; whoever gets it makes the page for himself.
    After "next" the page may have been made meanwhile. Names share locks where their first three letters agree.
    """
    with contextlib.ExitStack() as held:
        if _lock(held, folder, name, 0):
            yield "first"
        elif _wait(held, folder, name, queue):
            yield "next"
        else:
            yield None


def _wait(held, folder, name, queue):
    """Take one of the places in the queue, and the turn when it is free; return whether that came about."""
    until = time.monotonic() + SECONDS
    with place_in(queue) as may_wait, contextlib.ExitStack() as waiting:
        if not may_wait or not any(_lock(waiting, folder, name, place) for place in range(1, WAITERS + 1)):
            return False
        while time.monotonic() < until:
            if _lock(held, folder, name, 0):
                return True
            time.sleep(LOOK_SECONDS)
    return False


@contextlib.contextmanager
def place_in(queue):
    """Yield whether there is a place in ``queue``, a semaphore; it is the caller's for as long."""
    place = queue.acquire(blocking=False)
    try:
        yield place
    finally:
        if place:
            queue.release()


def _lock(held, folder, name, place):
    """Lock one place until ``held`` closes; return whether it was free."""
    with contextlib.ExitStack() as opened:
        try:
            file = opened.enter_context(open(folder / f"{name[:3]}.{place}", "wb"))
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        held.push(opened.pop_all())
        return True
