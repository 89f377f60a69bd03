"""Addresses of what readers open. They are remembered: a front names some eighty, and Django looks for each anew."""

import functools

from django.urls import reverse


@functools.lru_cache(10_000)
def path_of(name, *args):
    """Return the path of the page ``name`` for ``args``; NoReverseMatch where there is none."""
    return reverse(name, args=args)
