"""`manage.py check_copy ID`: one finding a line, and an exit status that scripts can read."""

import json

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article
from tests.factories import make_chief, make_image, make_revision, make_tag

pytestmark = pytest.mark.django_db


def run(capsys, *arguments):
    """Return (exit status, standard output, standard error's sentence) of check_copy."""
    status, error = 0, ""
    try:
        call_command("check_copy", *arguments)
    except SystemExit as stop:
        status = stop.code
    except CommandError as refused:
        status, error = refused.returncode, str(refused)
    return status, capsys.readouterr().out, error


def test_a_clean_story_prints_nothing(capsys):
    assert run(capsys, str(make_revision().article_id)) == (0, "", "")


def test_warnings_are_printed_one_a_line_and_block_nothing(capsys):
    make_tag("Sarn", kind="place", wrong=["Sarno"])
    draft = make_revision(body="<p>It rained.</p><p>He left Sarno (Oss<br>and Vey.</p>", standfirst="")
    assert run(capsys, str(draft.article_id)) == (
        0,
        "warn missing-standfirst standfirst:0: There is no standfirst; say in a sentence or two what the story is about.\n"
        'warn name-form body:20 "Sarno" -> "Sarn": “Sarno” is a form of this name that we do not print; write “Sarn”.\n'
        'warn unbalanced-bracket body:26 "(Oss and Vey.": The bracket that opens here is never closed; close it or '
        "delete this one.\n",
        "",
    )


def test_a_blocking_finding_exits_with_1(capsys):
    draft = make_revision(body="<p>The sum is TK.</p>")
    status, out, error = run(capsys, str(draft.article_id))
    assert (status, out[:24], error) == (1, "block desk-note body:11 ", "")


def test_the_newest_version_is_checked(capsys):
    from articles import workflow

    draft = make_revision(body="<p>The sum is TK.</p>")
    content = draft.content | {"body": "<p>The sum is small.</p>"}
    workflow.save(Article.objects.get(), content, by=make_chief(), base=1)
    assert run(capsys, str(draft.article_id)) == (0, "", "")


def test_json_is_a_list_of_findings(capsys):
    assert run(capsys, str(make_revision().article_id), "--json") == (0, "[]\n", "")
    draft = make_revision(body="<p>The “sum is TK.</p>")
    status, out, _error = run(capsys, str(draft.article_id), "--json")
    assert status == 1
    assert json.loads(out) == [
        {
            "code": "unbalanced-quotation",
            "severity": "block",
            "field": "body",
            "start": 4,
            "end": 15,
            "quote": "“sum is TK.",
            "message": "The quotation that opens here is never closed; close it where the speaker ends.",
            "suggestion": "",
        },
        {
            "code": "desk-note",
            "severity": "block",
            "field": "body",
            "start": 12,
            "end": 14,
            "quote": "TK",
            "message": "This is a note to the desk and would be published; act on it and delete it, or make it a desk note.",
            "suggestion": "",
        },
    ]


def test_json_names_the_picture_that_a_finding_is_about(capsys):
    image = make_image("Bare", alt="")
    draft = make_revision(lead_image={"id": image.pk, "name": "Bare"})
    [told] = json.loads(run(capsys, str(draft.article_id), "--json")[1])
    assert (told["code"], told["picture"]) == ("missing-alt", image.pk)


@pytest.mark.parametrize("number", ["0", "999999", "9" * 18])
def test_an_unknown_number_exits_with_2(capsys, number):
    assert run(capsys, number) == (2, "", f"There is no story with the number {number}.")


@pytest.mark.parametrize("number", ["x", "7a", "", "1.5", "٧", "9" * 40, "bridge-reopens-7"])
def test_what_is_no_number_exits_with_2(capsys, number):
    assert run(capsys, number) == (
        2,
        "",
        f"“{number}” is no story's number; give the digits at the end of its address.",
    )
