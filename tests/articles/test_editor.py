"""The field of a body: what it refuses, what it gives back, and what the page must load for it."""

import json
import re

import pytest
from django import forms
from django.conf import settings
from django.core.management import call_command
from django.utils import translation
from js_asset import Media

from articles.admin.stories import PAGE_SCRIPTS
from articles.writing import editor
from articles.writing.editor import BodyField
from tests.factories import make_chief, make_revision, make_ticker
from tickers import log
from tickers.models import Ticker


class Story(forms.Form):
    body = BodyField(required=False)


def told(form):
    """What the page tells the editor."""
    html = form["body"].as_widget()
    found = re.search(r'data-django-prose-editor-configurable="([^"]*)"', html)[1]
    return json.loads(found.replace("&quot;", '"').replace("&amp;", "&"))


def test_what_was_typed_comes_out_clean():
    form = Story({"body": "<div>Text<script>alert(1)</script></div>\x00<p></p><h1>Head</h1>"})
    assert form.errors == {}
    assert form.cleaned_data == {"body": "<p>Text</p><h2>Head</h2>"}


@pytest.mark.parametrize("nothing", ["", " ", "<p></p>", "<p><br></p>", None])
def test_a_body_of_nothing_is_empty(nothing):
    form = Story({"body": nothing})
    assert form.is_valid()
    assert form.cleaned_data == {"body": ""}


def test_a_link_that_leads_nowhere_is_refused_by_name():
    form = Story({"body": '<p><a href="page.html">a</a> <a href="/x/">b</a> <a href="//x.example">c</a></p>'})
    assert form.errors == {
        "body": [
            "This link leads nowhere: page.html, //x.example. An address begins with https://, mailto:, tel: or, on"
            " this site, with /."
        ]
    }


def test_an_address_that_we_embed_nothing_from_is_refused_by_name():
    embed = '<figure data-block="embed" data-url="{}"><figcaption>Film</figcaption></figure>'
    known, unknown = embed.format("https://youtu.be/dQw4w9WgXcQ"), embed.format("https://evil.example/film")
    assert Story({"body": known}).errors == {}
    assert Story({"body": f"{known}{unknown}"}).errors == {
        "body": ["Nothing can be shown from here: https://evil.example/film. Make it a link."]
    }


def test_a_body_longer_than_any_copy_is_refused(monkeypatch):
    form = Story({"body": "x" * (editor.LONGEST + 1)})
    assert form.errors == {"body": ["Ensure this value has at most 2500000 characters (it has 2500001)."]}


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("<ul><li>a</li></ul>", "<ul><li><p>a</p></li></ul>", False),
        ("<p>a\xa0b</p>", "<p>a&nbsp;b</p>", False),
        ("", "<p></p>", False),
        (None, "", False),
        ("<p>a</p>", "<p>b</p>", True),
        ("<p>a</p>", "<p><em>a</em></p>", True),
    ],
)
def test_only_another_body_is_a_change(before, after, changed):
    assert Story({"body": after}, initial={"body": before}).has_changed() is changed


def test_the_editor_is_told_its_blocks_and_words():
    config = told(Story())
    names = "text link ticker picture pullquote infobox table embed related note desk".split()
    assert config["js_modules"] == [f"/static/desk/blocks/{name}.js" for name in names]
    assert [name for name, options in config["extensions"].items() if options is not False] == [
        *("Document", "Dropcursor", "Gapcursor", "Paragraph", "Text", "Menu", "History", "Bold", "Italic"),
        *(
            "Subscript",
            "Superscript",
            "HardBreak",
            "Heading",
            "BulletList",
            "OrderedList",
            "ListItem",
            "Blockquote",
        ),
        *("Link", "SpecialCharacters", "Picture", "PullQuote", "Infobox", "Table", "TableRow", "TableHeader"),
        *("TableCell", "Embed", "RelatedStories", "TickerBox", "DeskNote", "Desk"),
    ]
    assert config["extensions"]["Heading"] == {"levels": [2]}
    assert config["extensions"]["DeskNote"] == {"label": "Note, never published"}


def test_the_words_of_the_editor_can_be_translated(monkeypatch):
    catalog = translation.trans_real.translation("de")
    monkeypatch.setitem(catalog._catalog._catalogs[0], "Note, never published", "Notiz, nie gedruckt")
    with translation.override("de"):
        assert told(Story())["extensions"]["DeskNote"] == {"label": "Notiz, nie gedruckt"}


def test_every_script_and_style_of_the_page_carries_its_nonce():
    html = Media.from_media(Story().media, nonce="abc").render()
    tags = re.findall(r"<(?:script|link)[^>]*>", html)
    assert len(tags) == 6 + len(editor.MODULES)
    assert [tag for tag in tags if 'nonce="abc"' not in tag] == []
    assert html.index('type="importmap"') < html.index('type="module"')
    assert html.index("django_prose_editor/editor.css") < html.index("desk/editor.css")


def test_hashed_names_reach_the_import_map_and_the_editor(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    manifest = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": manifest}}
    call_command("collectstatic", interactive=False, verbosity=0)
    html = str(Story().media)
    for module in told(Story())["js_modules"]:
        assert re.fullmatch(r"/static/desk/blocks/[a-z]+\.[0-9a-f]{12}\.js", module)
        assert (tmp_path / module.removeprefix("/static/")).exists()
        assert f'<script src="{module}" type="module"></script>' in html
    for name, path in {
        "django-prose-editor/editor": "django_prose_editor/editor.js",
        **editor.SHARED,
        **editor.DESK,
    }.items():
        hashed = re.escape(f'"{name}": "/static/{path.removesuffix(".js")}') + r"\.[0-9a-f]{12}\.js"
        assert re.search(hashed, html), name


def test_a_module_imports_by_name_alone_as_files_have_hashed_names():
    folder = settings.BASE_DIR / "static/desk"
    for path in folder.rglob("*.js"):
        stands_by_the_editor = path.parent.name == "blocks" or path.stem in PAGE_SCRIPTS
        known = {"django-prose-editor/editor", *editor.SHARED} if stands_by_the_editor else set()
        for name in re.findall(r'(?:from|import)\s*\(?"([^"]+)"', path.read_text(encoding="utf-8")):
            assert name in known | set(editor.DESK), (path.name, name)


@pytest.mark.django_db
def test_each_page_of_the_desk_has_one_import_map_ahead_of_its_first_module(client):
    """Browsers that know one map alone heed none that comes after a module; without it no script of the page runs."""
    clara = make_chief()
    client.force_login(clara)
    story, ticker = make_revision(by=clara).article, Ticker.objects.get_or_create(article=make_ticker())[0]
    entry = log.post(ticker, {"body": "<p>Words.</p>"}, by=clara)
    with_editor = {
        "/admin/articles/article/add/",
        f"/admin/articles/article/{story.pk}/change/",
        f"/admin/tickers/ticker/entry/{entry.pk}/",
    }
    plain = {"/admin/", "/admin/articles/article/", f"/admin/tickers/ticker/{ticker.pk}/console/"}
    for address in with_editor | plain:
        html = client.get(address).content.decode()
        scripts = re.findall(r'<script[^>]*type="(importmap|module)"', html)
        assert (scripts[0], scripts.count("importmap")) == ("importmap", 1), address
        (told,) = re.findall(r'type="importmap" nonce="[^"]+">(.+?)</script>', html)
        names = json.loads(told)["imports"]
        assert {name: names[name] for name in editor.DESK} == {
            name: f"/static/{path}" for name, path in editor.DESK.items()
        }
        assert ("django-prose-editor/editor" in names) == (address in with_editor)
