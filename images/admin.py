"""The picture desk's room: pictures come in, get their words and rights, are found again, and are retired."""

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponseRedirect, JsonResponse
from django.urls import NoReverseMatch, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import audit
from accounts.admin import Pages, Seen
from images import library
from images.models import Image
from images.pictures import thumbnail

PICKED = 24  # pictures that a choice shows at once
MOST_USES = 50
RIGHTS = ["copyright", "licence", "licence_until"]


class Rights(admin.SimpleListFilter):
    """What the picture desk looks for: what can't be printed as it is."""

    title = gettext_lazy("rights")
    parameter_name = "rights"

    def lookups(self, request, model_admin):
        return [
            ("usable", _("may be printed")),
            ("lacking", _("lacks credit or alt text")),
            ("ended", _("licence has ended")),
            ("retired", _("retired")),
        ]

    def queryset(self, request, queryset):
        asked = self.value()
        if asked == "usable":
            return queryset.usable().exclude(credit="").exclude(alt="")
        if asked == "lacking":
            return queryset.filter(credit="") | queryset.filter(alt="")
        if asked == "ended":
            return queryset.filter(licence_until__lte=timezone.now())
        if asked == "retired":
            return queryset.exclude(retired_at=None)
        return queryset


class UploadForm(forms.Form):
    """One file. What it is, its content says."""

    file = forms.FileField(
        label=gettext_lazy("file"),
        allow_empty_file=True,
        max_length=500,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.webp,.gif,.avif"}),
    )


@admin.register(Image)
class ImageAdmin(Seen, Pages, admin.ModelAdmin):
    list_display = ["small", "title_or_file", "credit", "alt", "standing", "use_count", "created"]
    list_display_links = ["title_or_file"]
    list_filter = [Rights]
    list_per_page = 50
    search_fields = ["title", "caption", "alt", "credit"]
    ordering = ["-id"]
    show_full_result_count = False
    actions = ["retire", "restore"]
    fields = ["preview", "title", "alt", "caption", "credit", "copyright", "taken", "licence", "licence_until", "about", "used_in"]  # fmt: skip
    readonly_fields = ["preview", "about", "used_in"]

    class Media:
        css = {"all": ["desk/library.css"]}

    # What is shown

    @admin.display(description=gettext_lazy("picture"))
    def small(self, image):
        return self._img(thumbnail(image), "") if image.ladder else _("in the making")

    @admin.display(description=gettext_lazy("title"), ordering="title")
    def title_or_file(self, image):
        return str(image)

    @admin.display(description=gettext_lazy("rights"))
    def standing(self, image):
        """In words: what stands in the way of printing it."""
        if image.retired_at:
            return _("Retired")
        if not image.may_be_shown(timezone.now()):
            return _("Licence has ended")
        lacking = [
            str(words)
            for words, text in ((_("credit"), image.credit), (_("alt text"), image.alt))
            if not text
        ]
        return _("Lacks %s") % ", ".join(lacking) if lacking else _("May be printed")

    @admin.display(description=gettext_lazy("used in"), ordering="use_count")
    def use_count(self, image):
        return image.use_count

    @admin.display(description=gettext_lazy("picture"))
    def preview(self, image):
        return self._img(thumbnail(image), image.alt) if image.ladder else _("Its sizes are in the making.")

    @staticmethod
    def _img(picture, alt):
        return format_html(
            '<img class="thumb" src="{}" srcset="{}" sizes="20rem" width="{}" height="{}" alt="{}" loading="lazy">',
            picture.src, picture.jpeg_srcset, picture.width, picture.height, alt,
        )  # fmt: skip

    @admin.display(description=gettext_lazy("about the file"))
    def about(self, image):
        size = _("%(width)s × %(height)s pixels") % {"width": image.width, "height": image.height}
        return f"{size}, {image.get_work_display()}"

    @admin.display(description=gettext_lazy("used in"))
    def used_in(self, image):
        """What readers see it in, each a link to where it is edited."""
        uses = image.uses.order_by("-pk")[:MOST_USES]
        if not uses:
            return _("Nothing that was published.")
        rows = ((self._edit_address(use), use.target_name) for use in uses)
        return format_html("<ul>{}</ul>", format_html_join("", '<li><a href="{}">{}</a></li>', rows))

    @staticmethod
    def _edit_address(use):
        try:
            return reverse(f"admin:{use.target_type.replace('.', '_')}_change", args=[use.target_id])
        except NoReverseMatch:
            return "#"

    # Who may what: whoever added a picture writes its words, and an editor those of any, for a story must not wait for
    # the morning; the picture desk alone says what may be done with it.

    def has_change_permission(self, request, obj=None):
        if self._may_change_rights(request) or request.user.has_perm("images.describe_image"):
            return True
        return obj is not None and self._added(request.user, obj)

    def get_readonly_fields(self, request, obj=None):
        return self.readonly_fields + ([] if self._may_change_rights(request) else RIGHTS)

    @staticmethod
    def _added(user, image):
        return user.has_perm("images.add_image") and audit.of(image).filter(actor=user, verb="add").exists()

    @staticmethod
    def _may_change_rights(request):
        return request.user.has_perm("images.change_image")

    def has_delete_permission(self, request, obj=None):
        return False

    def has_retire_permission(self, request):
        return self._may_change_rights(request)

    # Lists and choices

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(use_count=Count("uses"))

    def get_search_results(self, request, queryset, search_term):
        """A story takes what may be printed today."""
        if request.path.endswith("/autocomplete/"):
            queryset = queryset.usable()
        return super().get_search_results(request, queryset, search_term)

    def get_urls(self):
        own = [path("pick/", self.admin_site.admin_view(self.pick_view), name="images_image_pick")]
        return own + super().get_urls()

    def pick_view(self, request):
        """
        Pictures to choose from as JSON: {"pictures": [...]}, newest first; ?q= searches, ?ids=1,2 asks for these.

        By id also what may not be printed any more is told, marked as such, so that an editor sees why it is left out.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        if asked := request.GET.get("ids"):
            ids = [int(pk) for pk in asked.split(",")[:100] if pk.isascii() and pk.isdigit() and len(pk) < 10]
            found = Image.objects.filter(pk__in=ids)
        else:
            found = Image.objects.usable().exclude(ladder={}).search(request.GET.get("q", "")[:200])[:PICKED]
        return JsonResponse({"pictures": [self._told(image) for image in found]})

    @staticmethod
    def _told(image):
        small = thumbnail(image)
        shown = {"src": small.src, "width": small.width, "height": small.height} if small else None
        texts = {name: getattr(image, name) for name in ("title", "caption", "alt", "credit")}
        return {"id": image.pk, **texts, "usable": image.may_be_shown(timezone.now()), "thumb": shown}

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": _("Pictures"), **(extra_context or {})})

    # Coming in

    def add_view(self, request, form_url="", extra_context=None):
        """One file a request; the page's script sends several, one after the other, and asks for JSON."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        wants_json = request.headers.get("Accept") == "application/json"
        if request.method == "POST" and form.is_valid():
            return self._take_in(request, form, wants_json)
        if wants_json:
            return JsonResponse({"error": _("Choose a file.")}, status=400)
        return self._upload_page(request, form)

    def _take_in(self, request, form, wants_json):
        upload = form.cleaned_data["file"]
        known = False
        try:
            image = library.take_in(self._bytes(upload), name=upload.name, by=request.user)
        except library.Known as found:
            image, known = found.image, True
        except library.Refused as refusal:
            if wants_json:
                return JsonResponse({"error": str(refusal)}, status=400)
            form.add_error("file", str(refusal))
            return self._upload_page(request, form)
        address = reverse("admin:images_image_change", args=[image.pk])
        if wants_json:
            return JsonResponse({"address": address, "known": known, **self._told(image)})
        if known:
            messages.warning(request, str(library.Known(image)))
        else:
            messages.success(
                request,
                _("The picture is in. What its file says of caption and credit stands below: check it."),
            )
        return HttpResponseRedirect(address)

    @staticmethod
    def _bytes(upload):
        """Read an upload only if it is not too large; one byte more than allowed lets the workshop refuse it."""
        return upload.read(settings.LARGEST_PICTURE + 1)

    def _upload_page(self, request, form):
        title = _("Add pictures")
        return self.page(request, "admin/images/image/upload.html", title, form=form, media=self.media)

    # Changing

    def save_model(self, request, obj, form, change):
        fields = [name for name in form.changed_data if name != "seen"]
        obj.save(update_fields=fields)  # the worker may be noting new sizes in the same row
        library.changed(obj)
        audit.record(request.user, "change", obj, fields=fields)

    @admin.action(description=gettext_lazy("Retire the chosen: off all pages"), permissions=["retire"])
    def retire(self, request, queryset):
        self._say(request, library.retire(self._plain(queryset), by=request.user))

    @admin.action(description=gettext_lazy("Take the chosen out of retirement"), permissions=["retire"])
    def restore(self, request, queryset):
        self._say(request, library.restore(self._plain(queryset), by=request.user))

    @staticmethod
    def _plain(queryset):
        """The chosen without their counts: rows of an aggregate can't be locked."""
        return Image.objects.filter(pk__in=list(queryset.values_list("pk", flat=True)))

    @staticmethod
    def _say(request, count):
        messages.success(
            request,
            ngettext("%(count)d picture changed.", "%(count)d pictures changed.", count) % {"count": count},
        )
