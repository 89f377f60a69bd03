"""What may stand in the addresses of tickers."""


class Sequence:
    """A whole number in its one canonical spelling, so that an answer has one address: no zeros ahead, no sign."""

    regex = "0|[1-9][0-9]{0,11}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)
