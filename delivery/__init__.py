"""
How pages reach readers. Three words are all that other apps need:

`delivery.purge(keys, at=None)`: everything that shows one of these keys is stale since now, or at a moment ahead.
`delivery.stamp(response, keys, until=None)`: this answer may be kept; it shows these keys and holds until then.
`delivery.announce(subject, events)`: whoever outside wants to know is told that this came, changed or went.
"""


def purge(keys, at=None):
    from delivery.log import purge

    return purge(keys, at=at)


def stamp(response, keys, until=None):
    from delivery.headers import stamp

    return stamp(response, keys, until=until)


def announces(feeds=False):
    from delivery.errands import announces

    return announces(feeds)


def announce(subject, events, now=None):
    from delivery.errands import announce

    announce(subject, events, now)
