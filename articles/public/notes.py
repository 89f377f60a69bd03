"""Notes of correction as readers get them: which of them say something now, in what order, and in one line of plain words."""

from django.utils.translation import gettext as _
from django.utils.translation import override

from articles.clock import moment_in_words
from articles.languages import spoken_beside
from articles.models import Correction
from articles.public.labels import fixed_wording
from articles.public.pages import absolute

# The reader should know these before the story.
FIRST_TO_READ = {Correction.Kind.RETRACTION, Correction.Kind.EDITORS_NOTE}


def shown(notes, at):
    """
    Return those of ``notes``, with their replies fetched, that say something at ``at``, each with ``carried_by`` set.

    A reply that has no words here and whose story readers can't open any more says nothing.
    """
    for note in notes:
        note.carried_by = note.reply if note.reply_id and note.reply.is_listed(at) else None
    return [note for note in notes if note.right or note.carried_by]


def before(notes):
    return [note for note in notes if note.kind in FIRST_TO_READ]


def behind(notes):
    return [note for note in notes if note.kind not in FIRST_TO_READ]


def in_words(note, language):
    """Return ``note``, one of `shown`, as plain text beside a story in ``language``, its time and address included."""
    with override(spoken_beside(language)):
        heading = _("%(kind)s, %(at)s") % {"kind": note.get_kind_display(), "at": moment_in_words(note.at)}
        said = [fixed_wording(note), note.wrong, note.right]
    if note.carried_by:
        said += [note.carried_by.headline, absolute(note.carried_by.get_absolute_url())]
    return f"{heading}: {' '.join(filter(None, said))}"
