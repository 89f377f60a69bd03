"""
Fifteen copies and, beside each, what a sub-editor expects of it: fields, what is taken out, findings.

A sample is NN-name.txt with NN-name.json. Each is read into the section Coast, with Ana Petrenko the only author known.
`body` is a list of [kind, text]; `findings` are those of the checks as [code, field, quote]; `warnings` the reader's codes.
"""

import json
from pathlib import Path

import pytest

from articles import body, revisions
from articles.checks import check
from articles.models import Revision
from tests.factories import make_author, make_section
from wire.contents import content_of
from wire.ingest import removed_from
from wire.parsers.text import parse

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*.txt"))


def reading(path, language):
    """Return what became of a sample in the shape of its JSON."""
    story = parse(path.read_bytes())
    content, doubts = content_of(story, section=make_section("Coast"), language=language)
    bylines = [row | {"author": row["author"]["name"]} for row in content["bylines"]]
    for row in bylines:
        del row["source"]
    fields = "headline standfirst datelines ticker_links byline_note language".split()
    return {
        "content": {name: content[name] for name in fields}
        | {"bylines": bylines, "body": [[block.kind, block.text] for block in body.blocks(content["body"])]},
        "removed": [[removed.kind, removed.text] for removed in removed_from(story, content)],
        "warnings": [doubt.code for doubt in doubts],
        "findings": [
            [finding.code, finding.field, finding.quote]
            for finding in check(Revision(content=content, schema=revisions.SCHEMA))
        ],
    }


def test_there_are_fifteen_samples():
    assert len(SAMPLES) == 15


@pytest.mark.django_db
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_read_as_a_sub_editor_reads_it(path):
    make_author("Ana Petrenko")
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert reading(path, expected["content"]["language"]) == expected
