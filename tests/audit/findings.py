"""What the judges found: each thing once, with the places where it stands."""

from collections import defaultdict

SHOWN = 6  # places


class Findings:
    """
    What one judge found. add("contrast too low: <p>", "/", "dark, 320 px") twice counts one finding with two places.

    ``pages`` counts what was judged, as the table's middle column says it.
    """

    def __init__(self, judge):
        self.judge = judge
        self.pages = 0
        self.places = defaultdict(dict)  # {what: {page: [look]}}

    def add(self, what, page, look=""):
        self.places[what].setdefault(page, []).append(look)

    def __len__(self):
        return len(self.places)

    def lines(self):
        for what, pages in sorted(self.places.items()):
            yield what
            for page, looks in list(pages.items())[:SHOWN]:
                yield f"    {page} {'; '.join(dict.fromkeys(filter(None, looks)))}".rstrip()
            if len(pages) > SHOWN:
                yield f"    and {len(pages) - SHOWN} pages more"
