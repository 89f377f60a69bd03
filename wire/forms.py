"""What a person pastes or drops to make a draft of it."""

import base64
import zlib

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.models import Revision, Section, Source
from articles.permissions import own_section
from wire.decoding import MAX_BYTES, refuse_size
from wire.story import CopyError

ENCODINGS = [
    ("", gettext_lazy("UTF-8, or UTF-16 with a mark")),
    ("cp1252", gettext_lazy("Western European (Windows-1252)")),
    ("iso-8859-15", gettext_lazy("Western European (ISO 8859-15)")),
    ("cp1250", gettext_lazy("Central European (Windows-1250)")),
    ("cp1251", gettext_lazy("Cyrillic (Windows-1251)")),
    ("koi8-u", gettext_lazy("Cyrillic (KOI8-U)")),
    ("cp1256", gettext_lazy("Arabic (Windows-1256)")),
    ("utf-16-le", gettext_lazy("UTF-16 without a mark, little end first")),
    ("utf-16-be", gettext_lazy("UTF-16 without a mark, big end first")),
]


class CopyForm(forms.Form):
    """
    Copy as pasted text or as a file, and where it belongs.

    After `is_valid`, ``copy`` holds the bytes, ``encoding`` theirs (None: the parser's rule) and ``name`` a file's
    name. ``kept`` carries a file that was shown once over to the next request, because no page can fill a file field.
    """

    text = forms.CharField(
        label=gettext_lazy("Paste the text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "dir": "auto"}),
    )
    file = forms.FileField(
        label=gettext_lazy("or choose a file, or drop it here"),
        required=False,
        help_text=gettext_lazy("Plain text, at most 2 MB."),
    )
    encoding = forms.ChoiceField(
        label=gettext_lazy("encoding of the file"),
        required=False,
        choices=ENCODINGS,
        help_text=gettext_lazy("As the sender says; it is never guessed."),
    )
    section = forms.ModelChoiceField(
        label=gettext_lazy("section"), queryset=Section.objects.none(), required=False
    )
    source = forms.ModelChoiceField(
        label=gettext_lazy("sent by"),
        queryset=Source.objects.none(),
        required=False,
        empty_label=gettext_lazy("as the copy says"),
        help_text=gettext_lazy("An agency that the copy itself names goes before this."),
    )
    language = forms.ChoiceField(label=gettext_lazy("language"), choices=settings.LANGUAGES)
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    kept_name = forms.CharField(required=False, max_length=250, widget=forms.HiddenInput)

    def __init__(self, *args, by, **kwargs):
        """by: the User who makes drafts; where they work alone and whose copy they had last is chosen already."""
        super().__init__(*args, **kwargs)
        self.fields["section"].queryset = Section.objects.filter(retired_at=None)
        self.fields["section"].initial = own_section(by)
        self.fields["source"].queryset = Source.objects.filter(retired_at=None)
        self.fields["source"].initial = last_source(by)
        self.fields["language"].initial = settings.LANGUAGE_CODE

    def clean(self):
        data = super().clean()
        self.encoding = data.get("encoding") or None
        try:
            self.copy, self.name = self.copy_from(data)
        except CopyError as refused:
            raise forms.ValidationError(str(refused)) from refused
        return data

    def copy_from(self, data):
        """Return (bytes, file name) of the file, the pasted text or the file shown before; raise CopyError."""
        if data.get("file"):
            refuse_size(data["file"].size)
            return data["file"].read(), data["file"].name[-250:]
        if data.get("text", "").strip():
            self.encoding = "utf-8"
            # A browser sends each line end of a text field as CRLF, whatever was pasted.
            return data["text"].replace("\r\n", "\n").encode(), ""
        if data.get("kept"):
            return unpacked(data["kept"]), data.get("kept_name", "")
        raise CopyError(_("There is no copy yet; paste its text or choose a file."))

    def keep_file(self):
        """Let the page carry a file that this request brought over to the next one."""
        self.data = self.data.copy()
        self.data["kept"] = packed(self.copy) if self.name else ""
        self.data["kept_name"] = self.name

    def ingest_options(self):
        """Return what `ingest` needs besides the bytes and the person."""
        return {
            "name": self.name,
            "encoding": self.encoding,
            "section": self.cleaned_data["section"],
            "language": self.cleaned_data["language"],
            "source": self.cleaned_data["source"],
        }


def last_source(user):
    """Return the Source of the newest copy that ``user`` made a story of, None for none."""
    made = Revision.objects.filter(created_by=user, kind=Revision.Kind.IMPORT).order_by("-pk").first()
    codes = [row["source"] for row in made.content["sources"]] if made else []
    return Source.objects.filter(code__in=codes, retired_at=None).first() if codes else None


def packed(copy: bytes) -> str:
    """Return bytes as a hidden field can carry them."""
    return base64.b64encode(zlib.compress(copy)).decode("ascii")


def unpacked(kept: str) -> bytes:
    """Return the bytes of `packed`, at most one more than a copy may have; raise CopyError for anything else."""
    try:
        unpacking = zlib.decompressobj()
        copy = unpacking.decompress(base64.b64decode(kept, validate=True), MAX_BYTES + 1)
    except (ValueError, zlib.error):
        copy = None
    if copy is None or not (unpacking.eof or len(copy) > MAX_BYTES):
        raise CopyError(_("The file was lost on the way; choose it again."))
    return copy
