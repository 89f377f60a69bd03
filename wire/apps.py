from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WireConfig(AppConfig):
    name = "wire"
    verbose_name = _("Wire")

    def ready(self):
        from articles import workflow
        from articles.forms.publishing import correcting
        from wire import alarms, jobs  # noqa: F401

        correcting.connect(alarms.note_of, dispatch_uid="wire.note_of")
        workflow.GUARDS.append(alarms.keeps_back)
