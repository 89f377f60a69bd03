"""
The writing form: a plain Form over `Revision.content`, with formsets over its lists (design rule 2).

No model is bound to it, so nothing here can touch what readers see. `StoryForm.of(user, article)` shows a content;
`content()` gives back the whole of it, with the fields that the form does not show carried over unchanged.
"""

from datetime import date

from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from articles import body, revisions
from articles.forms.fields import Completed, OrderedReferences, Reference, Text, WebAddress, line, text
from articles.forms.rows import BYLINES, TICKER_LINES, BylineForm, BylineRows, TickerLineForm, TickerLineRows
from articles.models import Article, Author, Related, Revision, Section, Tag, TaggedItem
from articles.permissions import editable_fields, own_section
from articles.writing import translations
from articles.writing.editor import BodyField
from images.models import Image

PLACES = 3  # datelines name one to three places


class ContentForm(forms.Form):
    """The texts and choices of one story; every field is named as in content, but for the dateline's three."""

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    kicker = line("kicker", help_text=_("A word or two above the headline."))
    headline = line("headline", widget=forms.Textarea(attrs={"rows": 2, "class": "headline"}))
    standfirst = text("standfirst")
    body = BodyField(label=_("body"), required=False)
    byline_note = Text(
        label=_("note about the author"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("From the copy; never published. Turn it into an author, or empty it."),
    )
    section = forms.ModelChoiceField(
        Section.objects.filter(retired_at=None), required=False, label=_("section")
    )
    tags = OrderedReferences(Tag.objects.all(), TaggedItem, "tag", label=_("tags"))
    new_tags = forms.CharField(
        label=_("tags that are not there yet"),
        required=False,
        max_length=300,
        help_text=_("Parted by commas. Who may not make tags proposes them to the tag desk."),
    )
    dateline_places = forms.CharField(
        label=_("dateline: places"),
        required=False,
        max_length=200,
        help_text=_("One to three, parted by commas; by semicolons where a name has a comma."),
    )
    dateline_date = forms.DateField(
        label=_("dateline: date"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    dateline_text = forms.CharField(
        label=_("dateline: as printed"),
        required=False,
        max_length=200,
        help_text=_("Instead of places and date."),
    )
    byline_override = line("byline_override", help_text=_("Instead of the names above."))
    genre = forms.ChoiceField(label=_("genre"), choices=Article.Genre)
    label = forms.ChoiceField(label=_("label"), choices=[("", "—"), *Article.Label.choices], required=False)
    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)
    slug = line(
        "slug",
        max_length=80,
        help_text=_("Empty: made from the headline. It stays as it is once readers have seen it."),
    )
    slugline = line("slugline", help_text=_("What the desk calls it."))
    home_headline = line("home_headline", help_text=_("Empty: the headline."))
    seo_title = line("seo_title")
    social_title = line("social_title")
    social_text = line("social_text")
    social_image = Reference(
        Image.objects.all(),
        required=False,
        label=_("picture for social media"),
        widget=Completed(Article, "social_image"),
        help_text=_("Empty: the lead picture."),
    )
    urgency = forms.TypedChoiceField(
        label=_("urgency"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "—"), *((n, n) for n in range(1, 10))],
    )
    lead_image = Reference(
        Image.objects.all(),
        required=False,
        label=_("lead picture"),
        widget=Completed(Article, "lead_image"),
    )
    lead_alt = line("lead_alt", help_text=_("Empty: the picture's own."))
    lead_caption = text("lead_caption", rows=2, help_text=_("Empty: the picture's own."))
    lead_credit = line("lead_credit", help_text=_("Empty: the picture's own."))
    related = OrderedReferences(Article.objects.none(), Related, "to", label=_("related stories"))
    translation_of = Reference(
        Article.objects.select_related("latest_revision", "live_revision"),
        required=False,
        label=_("translation of"),
        help_text=_("The story in its first language: by words, its id or its address."),
        widget=Completed(Revision, "article"),
    )
    canonical_url = WebAddress(
        label=_("canonical address"), required=False, max_length=500, assume_scheme="https"
    )
    noindex = forms.BooleanField(label=_("hide from search engines"), required=False)
    ai_use = line("ai_use", help_text=_("What was done with AI, as readers are told."))
    commissioned_length = forms.IntegerField(
        label=_("commissioned length"),
        required=False,
        min_value=1,
        max_value=99_999,
        help_text=_("In words. For the desk alone."),
    )
    # The same as the page was opened with it: others may have set another since.
    length_shown = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=99_999)
    ednote = text("ednote", rows=2, help_text=_("For partners who take our copy; readers never see it."))

    def __init__(self, *args, related_to=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.story = related_to
        self.fields["related"].queryset = Article.objects.published().exclude(pk=related_to)
        # A story keeps the section it has, retired or not.
        chosen = self.initial.get("section")
        if chosen:
            self.fields["section"].queryset = Section.objects.filter(
                retired_at=None
            ) | Section.objects.filter(pk=chosen)
        kept = self.initial.get("related")
        if kept:
            self.fields["related"].queryset |= Article.objects.filter(pk__in=kept).exclude(pk=related_to)

    def clean_dateline_places(self):
        typed = self.cleaned_data["dateline_places"]
        places = [place.strip() for place in typed.split(";" if ";" in typed else ",") if place.strip()]
        if len(places) > PLACES:
            raise forms.ValidationError(_("A dateline names at most three places."))
        return places

    def clean(self):
        """Let the story be the only one in its language that an original has; what is linked already is not asked again."""
        data, changed = super().clean(), {"translation_of", "language"} & set(self.changed_data)
        if not changed or "language" not in data or "translation_of" not in data:
            return data
        original, language = data["translation_of"], data["language"]
        if original is not None:
            data["translation_of"] = original = translations.original_of(original)
            why = translations.why_not(original, language, story=self.story)
        elif self.story is not None and "language" in changed:
            why = translations.taken(Article(pk=self.story), language)
        else:
            return data
        if why:
            self.add_error("language" if changed == {"language"} else "translation_of", why)
        return data

    def content(self):
        """Return the content fields of this form, in content's shapes."""
        data = dict(self.cleaned_data)
        if "translation_of" in self.changed_data:
            data["translation_of"] = translations.reference(data["translation_of"])
        else:  # of the version that was translated, whatever stands there now
            data["translation_of"] = self.initial.get("translated")
        day = data.pop("dateline_date")
        dateline = {
            "places": data.pop("dateline_places"),
            "date": day.isoformat() if day else None,
            "text": data.pop("dateline_text"),
        }
        for beside in ("base", "commissioned_length", "length_shown", "new_tags"):
            del data[beside]
        chosen = {name: revisions.reference(data[name]) for name in ("section", "lead_image", "social_image")}
        return data | chosen | {"datelines": dateline}

    @staticmethod
    def initial_of(content):
        """Return the form's initial values for a content."""
        dateline, original = content["datelines"], translations.original_in(content)
        shown = {name: content[name] for name in ContentForm.base_fields if name in content}
        return shown | {
            "section": content["section"] and content["section"]["id"],
            "lead_image": content["lead_image"] and content["lead_image"]["id"],
            "social_image": content["social_image"] and content["social_image"]["id"],
            "tags": revisions.ids(content, "tags"),
            "related": revisions.ids(content, "related"),
            "translation_of": original and original.pk,
            "translated": content["translation_of"] if original else None,
            "dateline_places": _joined(dateline["places"]),
            "dateline_date": dateline["date"] and date.fromisoformat(dateline["date"]),
            "dateline_text": dateline["text"],
        }


def _joined(places):
    """Return ``places`` as `ContentForm.clean_dateline_places` parts them."""
    if not any("," in place for place in places):
        return ", ".join(places)
    return "; ".join(places) + (";" if len(places) == 1 else "")


class StoryForm:
    """The content form and its two lists as one: what the page shows and what a save takes."""

    def __init__(self, data=None, *, content, base, allowed=None, pk=None, length=None):
        """
        content: what the form starts from, complete. base: number of the version it is. allowed: names of the content
        fields that may be changed, None for all; what is not among them is shown and its input ignored. length: the
        words that were commissioned, which stands beside the line of versions.
        """
        self.before = content
        initial = ContentForm.initial_of(content) | {"base": base}
        initial |= {"commissioned_length": length, "length_shown": length}
        self.form = ContentForm(data, initial=initial, related_to=pk)
        self.bylines = BylineRows(
            data, prefix=BYLINES, initial=[BylineForm.initial_of(row) for row in content["bylines"]]
        )
        self.ticker_lines = TickerLineRows(
            data,
            prefix=TICKER_LINES,
            initial=[TickerLineForm.initial_of(row) for row in content["ticker_links"]],
        )
        self.allowed = allowed
        if allowed is not None:
            self._disable()

    @classmethod
    def first(cls, user, data=None):
        """The form of a story that is not there yet: signed by the author of the account, in its one section."""
        author = Author.objects.filter(members__account=user).first()  # as whom they sign since a merge
        line = {"source": None, "role": "text", "affiliation": "", "place": ""}
        signed = [line | {"author": revisions.reference(author), "name": author.name}] if author else []
        section = revisions.reference(own_section(user))
        story = cls(data, content=revisions.blank(bylines=signed, section=section), base=0)
        if data is None:  # who opens an empty form writes at once
            story.form.fields["headline"].widget.attrs["autofocus"] = True
        return story

    @classmethod
    def of(cls, user, article, data=None):
        """The form over the working copy of ``article``, with what ``user`` may not change disabled."""
        return cls._over(article, data, allowed=editable_fields(user, article))

    @classmethod
    def to_copy(cls, article, data):
        """The form over what was typed by somebody who may not change ``article`` any more: to be read and copied."""
        story = cls._over(article, data, allowed=None)
        story._shut()
        return story

    @classmethod
    def _over(cls, article, data, *, allowed):
        return cls(
            data,
            content=revisions.content_of(article.latest_revision),
            base=article.version,
            allowed=allowed,
            pk=article.pk,
            length=article.commissioned_length,
        )

    def _shut(self):
        """Let nothing be changed. Words can be marked and copied; what was not typed is shown as it stands."""
        for form in (self.form, *self.bylines, *self.ticker_lines):
            for name, field in form.fields.items():
                field.disabled = form.add_prefix(name) not in form.data
                is_words = isinstance(field, forms.CharField) and not isinstance(field, BodyField)
                field.widget.attrs["readonly" if is_words else "disabled"] = True

    def _disable(self):
        own_names = {
            "dateline_places": "datelines",
            "dateline_date": "datelines",
            "dateline_text": "datelines",
            "new_tags": "tags",
        }
        for name, field in self.form.fields.items():
            field.disabled = name != "base" and own_names.get(name, name) not in self.allowed
        for name, rows in ((BYLINES, self.bylines), (TICKER_LINES, self.ticker_lines)):
            for form in rows:
                for field in form.fields.values():
                    field.disabled = name not in self.allowed

    @cached_property
    def _parts(self):
        return [self.form, self.bylines, self.ticker_lines]

    def is_valid(self):
        answers = [part.is_valid() for part in self._parts]  # each is asked, so that each marks its errors
        return all(answers)

    def errors(self):
        """Return what is wrong as sentences, each with the field that it belongs to."""
        forms_ = [self.form, *self.bylines.forms, *self.ticker_lines.forms]
        named = [
            f"{form.fields[name].label}: {error}" if name in form.fields else str(error)
            for form in forms_
            for name, errors in form.errors.items()
            for error in errors
        ]
        whole = [*self.bylines.non_form_errors(), *self.ticker_lines.non_form_errors()]
        return [*named, *map(str, whole)]

    @property
    def base(self):
        return self.form.cleaned_data["base"]

    @property
    def lengths(self):
        """The commissioned length in words, None for none: (as the page showed it, as it was typed)."""
        return self.form.cleaned_data["length_shown"], self.form.cleaned_data["commissioned_length"]

    @property
    def new_tags(self):
        """The names that were typed for want of a tag, each once."""
        names = map(str.strip, self.form.cleaned_data["new_tags"].split(","))
        return list(dict.fromkeys(filter(None, names)))

    def content(self):
        """Return the whole content: what was typed, over what the form does not show."""
        lists = {BYLINES: self.bylines.content(), TICKER_LINES: self.ticker_lines.content()}
        whole = self.before | self.form.content() | lists
        whole["body"] = body.renumber_boxes(whole["body"], self.ticker_lines.places())
        if self.allowed is None:
            return whole
        return self.before | {name: whole[name] for name in self.allowed}

    @property
    def media(self):
        return self.form.media + self.bylines.media + self.ticker_lines.media
