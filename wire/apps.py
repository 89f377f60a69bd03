from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WireConfig(AppConfig):
    name = "wire"
    verbose_name = _("Wire")

    def ready(self):
        from articles import clearance
        from articles.forms.publishing import correcting
        from articles.writing.conflicts import joined
        from articles.writing.translations import begun
        from wire import alarms, jobs  # noqa: F401

        correcting.connect(alarms.note_of, dispatch_uid="wire.note_of")
        joined.connect(alarms.taken, dispatch_uid="wire.taken")
        begun.connect(alarms.translated, dispatch_uid="wire.translated")
        clearance.GUARDS.append(alarms.keeps_back)
