from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WireConfig(AppConfig):
    name = "wire"
    verbose_name = _("Wire")

    def ready(self):
        from articles import workflow
        from wire import alarms, jobs  # noqa: F401

        workflow.GUARDS.append(alarms.keeps_back)
