"""The pages of a story's notes, and the part of the story's form that shows them."""

from django import forms
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from articles.permissions import NotAllowed, get_article
from desk import notes
from desk.models import Note


class Account(forms.ModelChoiceField):
    """An account by its name, and by the @name that a note calls it by."""

    def label_from_instance(self, user):
        return f"{user} (@{user.username})"


class NoteForm(forms.Form):
    text = forms.CharField(
        max_length=notes.LONGEST,
        label=gettext_lazy("note"),
        help_text=gettext_lazy("Only the desk reads it. @name shows it on that person’s first page."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    to = Account(queryset=None, required=False, label=gettext_lazy("for"), empty_label="—")
    answers = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    block = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    quote = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, **options):
        super().__init__(data, **options)
        self.fields["to"].queryset = notes.people()


@require_http_methods(["GET", "HEAD", "POST"])
def story_notes(request, site, pk):
    """The text of a story block by block, each with its notes and room for another; by POST a note is written."""
    article = get_article(request.user, pk)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            note = _write(request, article, form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return _back(request, note)
    if request.GET.get("part") == "side":  # what the story's form shows anew once a note is sent
        return TemplateResponse(request, "desk/_side.html", {"article": article})
    return _page(request, site, article, form)


def _write(request, article, data):
    answers = data["answers"] and get_object_or_404(Note, pk=data["answers"], article=article)
    note = notes.write(
        article,
        data["text"],
        by=request.user,
        to=[data["to"]] if data["to"] else [],
        answers=answers,
        block=data["block"],
        quote=data["quote"],
    )
    if nobody := notes.named_in(data["text"])[1]:
        named = ", ".join(f"@{name}" for name in nobody)
        messages.warning(request, _("The note is kept, but nobody here is called %s.") % named)
    return note


def _page(request, site, article, form):
    blocks = notes.blocks_of(article)
    found = notes.placed(notes.threads(article, request.user), blocks)
    at = [
        (index, block, [root for root in found if root.place == index]) for index, block in enumerate(blocks)
    ]
    context = {
        **site.each_context(request),
        "title": _("Notes"),
        "article": article,
        "form": form,
        "people": list(form.fields["to"].choices),
        "blocks": at,
        "general": [root for root in found if root.place is None],
    }
    request.current_app = site.name
    return TemplateResponse(
        request, "desk/notes.html", context, status=422 if form.is_bound and form.errors else 200
    )


@require_POST
def settle(request, pk):
    """Settle a thread, reopen it, or take it from one's first page."""
    note = get_object_or_404(Note.objects.select_related("answers", "article"), pk=pk)
    note.article = get_article(request.user, note.article_id)
    act = request.POST.get("act", "read")
    if act in {"resolve", "reopen"}:
        notes.settle(note, by=request.user, resolved=act == "resolve")
    else:
        notes.read(note, by=request.user)
    return _back(request, note)


def _back(request, note):
    """To where the person was: an address of this desk that the form names, else the story's notes."""
    address = request.POST.get("next", "")
    own = reverse("admin:index")
    if not (address.startswith(own) and url_has_allowed_host_and_scheme(address, allowed_hosts=None)):
        address = reverse("admin:desk_notes", args=[note.article_id])
    return HttpResponseRedirect(f"{address}#note-{note.answers_id or note.pk}")
