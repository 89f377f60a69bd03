"""The flash: what is known goes out at once."""

from django.utils.translation import gettext_lazy as _

from articles.forms.opening import OpeningForm

MOST_URGENT = 1


class FlashForm(OpeningForm):
    asks = _("What is known, in one sentence")

    def content(self):
        return super().content(urgency=MOST_URGENT)

    def renewed(self):
        """Return a form with the same words that makes another story."""
        return type(self)(
            initial={name: self[name].value() for name in ("headline", "sentence", "section")},
            sections=self.fields["section"].queryset,
        )
