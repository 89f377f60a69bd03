"""Parts of addresses that are more than a word or a number."""

from datetime import date

from articles.public.channels import FORMS


class FeedForm:
    """The ending of a feed's address."""

    regex = "|".join(FORMS)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class Day:
    """A day as in 2026/03/09. One digit is understood; what is written has two. An impossible day is no address."""

    regex = "[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}"

    def to_python(self, value):
        return date(*map(int, value.split("/")))  # ValueError: the address does not match

    def to_url(self, value):
        return value.isoformat().replace("-", "/")
