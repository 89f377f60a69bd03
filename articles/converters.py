"""Parts of addresses that are more than a word or a number."""

from articles.channels import FORMS


class FeedForm:
    """The ending of a feed's address."""

    regex = "|".join(FORMS)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value
