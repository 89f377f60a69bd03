"""The starter list of names that newsrooms get wrong: real people, places and organisations, a data file of its own."""

import json
from pathlib import Path

from django.db import transaction
from django.db.models import Q

from articles.models import NameForm, Tag

NAMES = Path(__file__).parent / "data" / "names.json"


def load_names():
    """
    Make a tag with its name forms for each name of the list, and return how many were made.

    A name that the newsroom knows already, as a tag or as a form of one, is left exactly as staff have it: forms that
    they deleted or changed do not come back. The file: [{"name", "kind", "printed": {language: form},
    "wrong" | "search" | "former": {language: [forms]}}]; language "" means every language.
    """
    rows = json.loads(NAMES.read_text(encoding="utf-8"))
    with transaction.atomic():
        known = _known([row["name"] for row in rows])
        fresh = [row for row in rows if row["name"].casefold() not in known]
        for row in fresh:
            tag = Tag(name=row["name"], kind=row["kind"])
            tag.save()
            NameForm.objects.bulk_create(_forms(tag, row))
    return len(fresh)


def _known(names):
    """Return those of ``names``, casefolded, that are a tag's name or form, or became its address."""
    slugs = {Tag().slugify(name): name for name in names}
    tags = Tag.objects.filter(Q(name__in=names) | Q(slug__in=slugs)).values_list("name", "slug")
    forms = NameForm.objects.filter(text__in=names).values_list("text", flat=True)
    known = (
        {name for name, _slug in tags} | {slugs[slug] for _name, slug in tags if slug in slugs} | set(forms)
    )
    return {name.casefold() for name in known}


def _forms(tag, row):
    for language, text in row.get("printed", {}).items():
        yield NameForm(tag=tag, kind=NameForm.Kind.PRINTED, language=language, text=text)
    for kind in (NameForm.Kind.WRONG, NameForm.Kind.SEARCH, NameForm.Kind.FORMER):
        for language, texts in row.get(kind, {}).items():
            for text in texts:
                yield NameForm(tag=tag, kind=kind, language=language, text=text)
