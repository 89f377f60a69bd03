"""What the judges found: each thing once, with the places where it stands."""

from collections import defaultdict

SHOWN = 6  # places


class Findings:
    """
    What one judge found. add("contrast too low: <p>", "/", "dark, 320 px") twice counts one finding with two places.

    fails: whether one finding is enough to fail the audit. ``pages`` counts what was judged; ``scores`` is {page:
    [points]} of a judge who gives points.
    """

    def __init__(self, judge, *, fails=True):
        self.judge, self.fails = judge, fails
        self.pages = 0
        self.scores = {}
        self.places = defaultdict(dict)  # {what: {page: [look]}}

    def add(self, what, page, look=""):
        self.places[what].setdefault(page, []).append(look)

    def __len__(self):
        return len(self.places)

    def lines(self):
        for what, pages in sorted(self.places.items()):
            yield f"{self.judge}: {what}"
            for page, looks in list(pages.items())[:SHOWN]:
                yield f"    {page} {'; '.join(dict.fromkeys(filter(None, looks)))}".rstrip()
            if len(pages) > SHOWN:
                yield f"    and {len(pages) - SHOWN} pages more"
