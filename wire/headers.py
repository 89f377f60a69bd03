"""The lines that some agencies put above their copy: "Item: 4711", "Version: 2", "Status: canceled", "Slug: bridge"."""

import re

LINE = re.compile(r"\s*(?P<label>[^\W\d_][\w -]{0,20}?)\s*[:=]\s+(?P<words>\S.*?)\s*\Z")
NAMES = {
    "uri": "id|item|item id|item-id|itemid|guid|uri",
    "version": "version|revision",
    "status": "status|pubstatus|pub status|publishing status",
    "slugline": "slug|slugline",
    "embargo": "embargo|embargoed",
    "": "urgency|priority|service|category|keywords|transmitted|language",
}
FIELDS = {label: field for field, labels in NAMES.items() for label in labels.split("|")}
LEAST = 2  # one line with a colon is a headline like any other


def read(lines: list[str]) -> tuple[dict[str, str], int]:
    """
    Return (what the header lines say by field, how many of the first ``lines`` they are).

    The fields: uri, version, status, slugline, embargo. Nothing is a header where fewer than two lines are, where none
    names the item, or where nothing else stands below.
    """
    said, count = {}, 0
    for line in lines:
        found = LINE.match(line)
        field = FIELDS.get(found["label"].casefold()) if found else None
        if field is None:
            break
        count += 1
        said.setdefault(field, found["words"])
    said.pop("", None)
    if count < LEAST or count == len(lines) or not said.keys() & {"uri", "slugline"}:
        return {}, 0
    return said, count
