"""The picture desk's room, first floor: what came in, with its rights. Renditions come with the picture desk itself."""

from django import forms
from django.conf import settings
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image as Pillow

import delivery
from accounts import audit
from images.models import Image

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF"]
SUFFIXES = {"JPEG": {"jpg", "jpeg"}, "PNG": {"png"}, "WEBP": {"webp"}, "GIF": {"gif"}, "AVIF": {"avif"}}
MOST_PIXELS = 80_000_000


class ImageForm(forms.ModelForm):
    """Refuses by size before anything is read, and by content, whatever the file calls itself."""

    class Meta:
        model = Image
        fields = ["file", "title", "caption", "alt", "credit", "licence_until"]

    # A plain input: the originals have no address that Django's own widget could link to.
    file = forms.FileField(label=_("file"), widget=forms.FileInput)

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return upload
        if upload.size > settings.LARGEST_PICTURE:
            raise forms.ValidationError(_("The file is too large; 40 MB is the most."))
        try:
            with Pillow.open(upload, formats=FORMATS) as picture:
                kind, (width, height) = picture.format, picture.size
        except Exception:  # decoders raise whatever a broken file makes them
            raise forms.ValidationError(
                _("This is no picture that we can read: send JPEG, PNG, WebP, GIF or AVIF.")
            ) from None
        if width * height > MOST_PIXELS:
            raise forms.ValidationError(_("The picture has too many pixels; 80 million is the most."))
        if upload.name.rsplit(".", 1)[-1].lower() not in SUFFIXES[kind]:
            raise forms.ValidationError(
                _("The file is a %(kind)s picture but its name says otherwise; rename it.") % {"kind": kind}
            )
        upload.seek(0)
        self.instance.width, self.instance.height = width, height
        return upload


@admin.register(Image)
class ImageAdmin(admin.ModelAdmin):
    form = ImageForm
    list_display = ["title", "credit", "licence_until", "created", "retired_at"]
    search_fields = ["title", "caption", "credit"]
    show_full_result_count = False

    @admin.display(description=_("file"))
    def file_name(self, image):
        return image.file.name

    def get_fields(self, request, obj=None):
        """Those who may only look see the name: an original has no address that a link could lead to."""
        fields = super().get_fields(request, obj)
        if self.has_change_permission(request, obj) or obj is None:
            return fields
        return ["file_name", *(name for name in fields if name != "file")]

    def get_readonly_fields(self, request, obj=None):
        return ["file_name"]

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        """Pages that show the picture are stale now, and once more when its licence ends."""
        super().save_model(request, obj, form, change)
        delivery.purge([f"image:{obj.pk}"])
        if obj.licence_until and obj.licence_until > timezone.now():
            delivery.purge([f"image:{obj.pk}"], at=obj.licence_until)
        audit.record(request.user, "change" if change else "add", obj, fields=form.changed_data)
