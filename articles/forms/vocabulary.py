"""What the staff type of sections, sources, authors and tags."""

from collections import Counter
from hashlib import sha256

from django import forms
from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.forms import SeenForm, SilentInput
from articles.forms.fields import Completed, is_id
from articles.models import Author, Byline, NameForm, Office, Tag, TaggedItem, TagName
from articles.models.tag import TagKind
from articles.naming import vocabulary
from articles.naming.merging import MOST as MOST_MERGED
from articles.naming.similarity import look_alikes
from articles.permissions import NotAllowed
from articles.removal import restrictions
from articles.slugs import plain_words
from images import library


class KeptForm(SeenForm):
    """
    A section, source, author or tag. What is refused stays on the page as it was typed: a save over what somebody else
    saved since, an address that still leads to another thing, and a restricted name that readers would meet at once.
    """

    def _post_clean(self):
        super()._post_clean()
        try:
            restrictions.refuse_beside(self._meta.model, self.instance)
        except NotAllowed as refusal:
            self.add_error(None, str(refusal))

    def clean_slug(self):
        slug = self.cleaned_data["slug"]
        try:
            vocabulary.refuse_taken(self._meta.model, slug, self.instance.pk)
        except vocabulary.AddressTaken as taken:
            raise forms.ValidationError(str(taken)) from None
        return slug


class NamedForm(KeptForm):
    """
    An author or a tag. A new name that is nearly one we have is refused once: who saves it again means another.

    sure: the name that was meant so.
    """

    sure = forms.CharField(widget=SilentInput, required=False, label="")

    def clean(self):
        data = super().clean()
        name = data.get("name")
        if name and "name" in self.changed_data and data.get("sure") != name and (near := self.near(name)):
            self.data = self.data.copy()
            self.data[self.add_prefix("sure")] = name
            self.add_error("name", forms.ValidationError(
                _("There is “%(near)s” already. Take that one; if this is another, save again."),
                params={"near": "”, “".join(near)},
            ))  # fmt: skip
        return data

    def clean_links(self):
        """One web address a line."""
        return vocabulary.web_addresses(self.cleaned_data["links"])


class PicturedForm(NamedForm):
    """
    A thing with a picture, taken from the library or brought in here: then it is in the library from now on.

    pictured: the name of the field that holds it. by: the User who sends the form, set by the admin.
    """

    pictured, by = "", None
    upload = forms.FileField(
        label=_("New picture"),
        required=False,
        max_length=500,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp,.gif,.avif"}),
    )
    upload_credit = forms.CharField(
        label=_("Credit of the new picture"),
        required=False,
        max_length=250,
        help_text=_("Empty: as its file says."),
    )

    def clean(self):
        data = super().clean()
        if data.get("upload") and not self.errors and self.by.has_perm("images.add_image"):
            self._take_in(data)
        return data

    def _take_in(self, data):
        """Put the file among the pictures; it stays chosen on the page where its credit is lacking."""
        upload = data["upload"]
        try:
            image = library.take_in(upload.read(settings.LARGEST_PICTURE + 1), name=upload.name, by=self.by)
        except library.Known as known:
            image = known.image
        except library.Refused as refusal:
            self.add_error("upload", str(refusal))
            return
        image.credit = image.credit or data["upload_credit"]
        image.alt = image.alt or data["name"]
        image.save(update_fields=["credit", "alt"])
        self.data = self.data.copy()
        self.data[self.add_prefix(self.pictured)] = image.pk
        try:
            data[self.pictured] = _refuse_unshown(image)
        except forms.ValidationError as error:
            self.add_error("upload" if image.credit.strip() else "upload_credit", error)


class TagForm(PicturedForm):
    """A tag. Its name forms and offices are as much of what the page showed as its own fields."""

    pictured = "picture"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.instance.pk and not self.is_bound:
            self.initial["kind"] = ""  # said by nobody yet

    def _print(self, thing):
        rows = [
            sorted(map(str, formset.model.objects.filter(tag=thing).values_list(*formset.form._meta.fields)))
            for formset in ROWS_OF_A_TAG
        ]
        return super()._print(thing) + sha256(repr(rows).encode()).hexdigest()[:8]

    def _written_over(self, there):
        changed = [formset for formset in ROWS_OF_A_TAG if formset(self.data, instance=there).has_changed()]
        return super()._written_over(there) + [
            (
                capfirst(formset.model._meta.verbose_name_plural),
                _in_words(formset.model.objects.filter(tag=there)),
            )
            for formset in changed
        ]

    def near(self, name):
        """Return the names of tags that are called so, in any form or script."""
        called = TagName.objects.filter(words=plain_words(name)).exclude(tag=self.instance.pk)
        return list(called.values_list("tag__canonical__name", flat=True).distinct()[:3])

    def clean_picture(self):
        return _refuse_unshown(self.cleaned_data["picture"])


def _refuse_unshown(picture):
    """Return ``picture``, or None; it is one like others: no credit or no rights, no printing."""
    if picture and not picture.credit.strip():
        raise forms.ValidationError(
            _("The picture “%(name)s” has no credit; name who made it."), params={"name": picture}
        )
    if picture and not picture.may_be_shown(timezone.now()):
        raise forms.ValidationError(
            _("The picture “%(name)s” may not be shown any more; take another picture."),
            params={"name": picture},
        )
    return picture


BIOGRAPHY = "biography_"
OTHER_LANGUAGES = [code for code in settings.READER_LANGUAGES if code != settings.LANGUAGE_CODE]
Biographies = type("Biographies", (forms.Form,), {
    BIOGRAPHY + code: forms.CharField(
        label=format_lazy("{} ({})", _("Biography"), dict(settings.LANGUAGES)[code]),
        required=False, widget=forms.Textarea(attrs={"rows": 3, "lang": code, "dir": "auto"}),
    )
    for code in OTHER_LANGUAGES
})  # fmt: skip


class AuthorForm(PicturedForm, Biographies):
    pictured = "portrait"
    reprint = forms.ChoiceField(
        label=_("Where the name changes"),
        choices=[
            ("keep", _("old stories keep the name as printed")),
            ("all", _("old stories print the new name")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for code, text in (self.instance.biographies or {}).items():
            self.initial[BIOGRAPHY + code] = text
        if "real_name" in self.fields:
            told = _("Once it is written here, no former address leads here any more.")
            self.fields["real_name"].help_text = format_lazy(
                "{} {}", self.fields["real_name"].help_text, told
            )

    def _print(self, thing):
        return (
            super()._print(thing) + sha256(repr(sorted(thing.biographies.items())).encode()).hexdigest()[:8]
        )

    def near(self, name):
        known = (
            Author.objects.exclude(canonical=self.instance.pk)
            .filter(retired_at=None)
            .values_list("name", "name")
        )
        return [other for other, _way in look_alikes(name, known)][:3]

    def clean(self):
        data = super().clean()
        texts = {code: data.get(BIOGRAPHY + code, "").strip() for code in OTHER_LANGUAGES}
        self.instance.biographies = {code: text for code, text in texts.items() if text}
        if self.former_name and not data.get("reprint"):
            self.add_error("reprint", _("Say whether old stories keep the name as printed."))
        if data.get("real_name"):
            self._refuse_unmasking(data)
        return data

    def _refuse_unmasking(self, data):
        """Nobody comes to a pseudonym by the name of the person: by no line that others read of it, nor from old stories."""
        for name in vocabulary.READ_OF_AUTHORS:
            if name in data and vocabulary.tells(data[name], data["real_name"]):
                self.add_error(name, _("This says the real name; choose another."))
        if not self.instance.pk or self.initial.get("real_name"):
            return
        reprinted = self.former_name if data.get("reprint") == "all" else ""
        merged = self.instance.members.exclude(pk=self.instance.pk).filter(real_name="")
        names = {
            self.former_name,
            *self._printed_like(data["real_name"]),
            *merged.values_list("name", flat=True),
        }
        names -= {"", reprinted, data.get("name")}
        if names:
            message = _(
                "Readers would come to the pseudonym from these names: %(names)s. Let old stories print the new name,"
                " part what was merged, or make a new author for the pseudonym."
            )
            params = {"names": ", ".join(sorted(names))}
            self.add_error("real_name", forms.ValidationError(message, params=params))

    def _printed_like(self, real_name):
        """Return the names under stories of this author that share a word with ``real_name``."""
        words = {*plain_words(real_name).split()}
        rows = Byline.objects.filter(author__canonical=self.instance.canonical_id).order_by()
        return [
            name
            for name in rows.values_list("name", flat=True).distinct()
            if words & {*plain_words(name).split()}
        ]

    @property
    def former_name(self):
        """The name until now where stories print it and it changes, else ""."""
        former = self.initial.get("name", "") if self.instance.pk and "name" in self.changed_data else ""
        printed = (
            former
            and Byline.objects.filter(author__canonical=self.instance.canonical_id, name=former).exists()
        )
        return former if printed else ""

    def clean_portrait(self):
        return _refuse_unshown(self.cleaned_data["portrait"])


class MergeForm(forms.Form):
    """
    Which of ``chosen``, roots of ``model``, is kept; by POST also all of them, as they stood on the page.

    asked: the query of the address, where it all begins. other: one more to be merged, found by its name.
    """

    def __init__(self, model, through, data=None, *, asked):
        super().__init__(data)
        wanted = (data or asked).getlist("chosen") + [(data or asked).get("other") or ""]
        rows = model.objects.filter(pk__in=[pk for pk in wanted if is_id(pk)][:MOST_MERGED]).select_related(
            "canonical"
        )
        self.chosen = sorted({row.canonical for row in rows}, key=lambda row: row.pk)
        pks = [row.pk for row in self.chosen]
        self.fields["into"] = forms.ModelChoiceField(model.objects.filter(pk__in=pks), label=_("Keep"))
        self.fields["other"] = forms.ModelChoiceField(
            model.objects.all(), required=False, label=_("One more"), widget=Completed(*through)
        )

    def others(self):
        """Those that would be merged into the one that is kept."""
        return [thing for thing in self.chosen if thing != self.cleaned_data["into"]]


class RetagForm(forms.Form):
    """Which tag stories are given, and which they lose."""

    add = forms.ModelChoiceField(
        Tag.objects.filter(canonical=F("pk"), retired_at=None),
        required=False, label=_("Add"), widget=Completed(TaggedItem, "tag"),
    )  # fmt: skip
    remove = forms.ModelChoiceField(
        Tag.objects.all(), required=False, label=_("Take out"), widget=Completed(TaggedItem, "tag")
    )

    def clean(self):
        data = super().clean()
        if not self.errors and data["add"] == data["remove"]:
            raise forms.ValidationError(_("Choose a tag to add, one to take out, or two different ones."))
        return data


class ProposalForm(forms.Form):
    """What becomes of a proposed ``name``: ``tag`` by its button, a new one of ``kind``, ``other``, or none for a reason."""

    name = forms.CharField(widget=forms.HiddenInput, max_length=100)
    tag = forms.ModelChoiceField(vocabulary.offered(Tag.objects.all()), required=False)
    other = forms.ModelChoiceField(
        vocabulary.offered(Tag.objects.all()), required=False,
        label=_("Another tag"), widget=Completed(TaggedItem, "tag"),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *TagKind.choices], required=False)
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=250, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def clean(self):
        data = super().clean()
        if "take" in self.data and not data.get("other"):
            raise forms.ValidationError(_("Choose the tag that it is."))
        if "refuse" in self.data and not data.get("reason"):
            raise forms.ValidationError(_("Say why: who proposed it reads that."))
        return data


class SourceForm(KeptForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Django hides a second input beside a JSON field, with a description, which hidden inputs may not have.
        if "credit_lines" in self.fields:
            self.fields["credit_lines"].show_hidden_initial = False

    def clean_credit_lines(self):
        """One sentence for each language; stories print it as it stands here."""
        lines = self.cleaned_data["credit_lines"] or {}
        if not isinstance(lines, dict) or not all(_is_sentence(line) for line in lines.values()):
            raise forms.ValidationError(
                _('Write one sentence for each language, such as {"en": "With material from dpa"}.')
            )
        return lines


def _is_sentence(line):
    return isinstance(line, str) and line.strip() != "" and "\0" not in line


class Rows(forms.BaseInlineFormSet):
    """Rows below a tag. One that somebody took out meanwhile is named: Django's own refusal stands in a hidden field."""

    def clean(self):
        super().clean()
        for form in self.initial_forms:
            if self.model._meta.pk.name in form.errors and not self._should_delete_form(form):
                raise forms.ValidationError(
                    _(
                        "Somebody removed the row “%(words)s” in the meantime: mark it for deletion, and add it anew if it is needed."
                    ),
                    params={"words": form.instance},
                )


class NameFormRows(Rows):
    def add_fields(self, form, index):
        """The admin's table shows no help text, but names it: say in the field itself what an empty one means."""
        super().add_fields(form, index)
        if language := form.fields.get("language"):
            language.widget.attrs["placeholder"], language.help_text = language.help_text, ""

    def clean(self):
        super().clean()
        kept = [form for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        printed = Counter(
            form.cleaned_data["language"]
            for form in kept
            if form.cleaned_data.get("kind") == NameForm.Kind.PRINTED and "language" in form.cleaned_data
        )
        if any(count > 1 for count in printed.values()):
            raise forms.ValidationError(
                _("A name has one printed form in a language; call the others otherwise.")
            )


# What stands on a tag's page below its own fields.
ROWS_OF_A_TAG = [
    forms.inlineformset_factory(
        Tag, NameForm, formset=NameFormRows, fields=["kind", "text", "language", "note"]
    ),
    forms.inlineformset_factory(Tag, Office, formset=Rows, fields=["title", "starts", "ends"]),
]


def _in_words(rows):
    """Return name forms or offices in one line: “Kiev (wrong, en), Kyjiw (printed, de)”."""
    told = []
    for row in rows:
        if isinstance(row, Office):
            more = f"{row.starts or ''} – {row.ends or ''}".strip()
        else:
            more = ", ".join(filter(None, [row.get_kind_display(), row.language, row.note]))
        told.append(f"{row} ({more})")
    return ", ".join(told) or "—"
