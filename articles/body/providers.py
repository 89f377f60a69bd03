"""
Whose posts, films, sounds and charts a story may embed: the one address that is stored, and the frame it opens in.

An address is read by a strict pattern and written anew from its parts, so that nothing of what was pasted is kept but
ids and names. A frame is opened by readers alone, on a click (static/js/embed.js); what offers none is a link.
"""

import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote

LONGEST = 500  # characters of an address


class Provider(NamedTuple):
    """
    pattern: matches an address without "https://" and "www."; its groups are the parts that count. written: the
    address as stored, from the groups. frame: the address of the frame, from the groups, or None where this one has
    none. shape: how large the frame is, a class of the style sheet. opens: whether every address of its has a frame.
    """

    name: str
    pattern: re.Pattern
    written: Callable[..., str]
    frame: Callable[..., str | None]
    shape: str
    opens: bool = True

    @property
    def pattern_of_browsers(self):
        """The pattern of a whole address in JavaScript's spelling, for the editor."""
        return rf"^(?:https?:\/\/)?(?:www\.)?(?:{self.pattern.pattern.replace('(?P<', '(?<')})$"


class Embed(NamedTuple):
    """url: the address as stored. frame: None where it is a link alone."""

    provider: str
    url: str
    frame: str | None
    shape: str


def _pattern(source):
    return re.compile(rf"{source}/?(?:[?&#].*)?", re.ASCII | re.DOTALL)


_ID = "[0-9]{1,25}"
_DOMAIN = r"(?=[a-z0-9.-]{4,253}(?:/|@|$))(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,24}"


def _bluesky_frame(actor, post):
    """The frame takes the lasting name of an account alone, not its handle."""
    return f"https://embed.bsky.app/embed/{actor}/app.bsky.feed.post/{post}" if actor[:4] == "did:" else None


def _soundcloud_frame(path):
    return f"https://w.soundcloud.com/player/?url={quote(f'https://soundcloud.com/{path}', safe='')}"


PROVIDERS = (
    Provider(
        "YouTube",
        _pattern(
            r"(?:(?:m\.)?youtube\.com/(?:watch\?(?:[^#]*&)?v=|shorts/|live/|embed/)|youtu\.be/|youtube-nocookie\.com/embed/)"
            r"(?P<film>[\w-]{11})"
        ),
        "https://www.youtube.com/watch?v={film}".format,
        "https://www.youtube-nocookie.com/embed/{film}".format,
        "film",
    ),
    Provider(
        "Vimeo",
        _pattern(
            rf"(?:vimeo\.com/|player\.vimeo\.com/video/)(?P<film>{_ID})(?:(?:/|\?h=)(?P<key>[0-9a-f]{{6,20}}))?"
        ),
        lambda film, key: f"https://vimeo.com/{film}" + (f"/{key}" if key else ""),
        lambda film, key: f"https://player.vimeo.com/video/{film}?dnt=1" + (f"&h={key}" if key else ""),
        "film",
    ),
    Provider(
        "Bluesky",
        _pattern(
            rf"bsky\.app/profile/(?P<actor>did:plc:[a-z2-7]{{24}}|{_DOMAIN})/post/(?P<post>[a-z2-7]{{10,20}})"
        ),
        "https://bsky.app/profile/{actor}/post/{post}".format,
        _bluesky_frame,
        "post",
        opens=False,  # what people paste has a handle
    ),
    Provider(
        "X",
        _pattern(rf"(?:mobile\.)?(?:x|twitter)\.com/(?P<name>\w{{1,15}})/status/(?P<post>{_ID})"),
        "https://x.com/{name}/status/{post}".format,
        lambda name, post: f"https://platform.twitter.com/embed/Tweet.html?id={post}&dnt=true",
        "post",
    ),
    Provider(
        "Instagram",
        _pattern(
            r"instagram\.com/(?:[\w.]{1,30}/)?(?P<kind>p|reel)/(?P<post>[\w-]{5,40})(?:/embed(?:/captioned)?)?"
        ),
        "https://www.instagram.com/{kind}/{post}/".format,
        "https://www.instagram.com/{kind}/{post}/embed/".format,
        "post",
    ),
    Provider(
        "TikTok",
        _pattern(rf"tiktok\.com/@(?P<name>[\w.]{{1,30}})/video/(?P<film>{_ID})"),
        "https://www.tiktok.com/@{name}/video/{film}".format,
        lambda name, film: f"https://www.tiktok.com/embed/v2/{film}",
        "post",
    ),
    Provider(
        "SoundCloud",
        _pattern(r"(?:m\.)?soundcloud\.com/(?P<path>[\w-]{1,80}/(?:sets/)?[\w-]{1,200})"),
        "https://soundcloud.com/{path}".format,
        _soundcloud_frame,
        "sound",
    ),
    Provider(
        "Datawrapper",
        _pattern(r"datawrapper\.dwcdn\.net/(?P<chart>[A-Za-z0-9]{5})(?P<version>/[0-9]{1,5})?"),
        lambda chart, version: f"https://datawrapper.dwcdn.net/{chart}{version or ''}/",
        lambda chart, version: f"https://datawrapper.dwcdn.net/{chart}{version or ''}/",
        "chart",
    ),
    Provider(  # last: any host may be one
        "Mastodon",
        _pattern(rf"(?P<host>{_DOMAIN})/@(?P<name>\w{{1,30}}(?:@{_DOMAIN})?)/(?P<post>[0-9]{{15,25}})"),
        "https://{host}/@{name}/{post}".format,
        lambda host, name, post: None,  # it would be one of any host, and pages open frames of a few alone
        "post",
        opens=False,
    ),
)

# What settings.CONTENT_SECURITY_POLICY lets pages open frames of; a test holds the two together.
FRAME_HOSTS = (
    "https://www.youtube-nocookie.com",
    "https://player.vimeo.com",
    "https://embed.bsky.app",
    "https://platform.twitter.com",
    "https://www.instagram.com",
    "https://www.tiktok.com",
    "https://w.soundcloud.com",
    "https://datawrapper.dwcdn.net",
)


def embed(typed) -> Embed | None:
    """Return the Embed that the address ``typed`` means, or None where we take none from there."""
    found = re.fullmatch(
        r"(?:https?://)?(?:www\.)?(?P<host>[^/?#]+)(?P<path>/.*)", typed.strip(), re.I | re.S
    )
    if not found or len(typed) > LONGEST:
        return None
    address = found["host"].lower() + found["path"]
    for provider in PROVIDERS:
        if parts := provider.pattern.fullmatch(address):
            parts = parts.groupdict()
            return Embed(provider.name, provider.written(**parts), provider.frame(**parts), provider.shape)
    return None
