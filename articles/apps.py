from django.apps import AppConfig
from django.db.models.signals import pre_save
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Stories")

    def ready(self):
        from accounts import audit, models
        from articles import jobs, revisions  # noqa: F401
        from articles.removal import restrictions

        audit.NAMES.append(restrictions.number_instead)
        models.FIELDS["articles.article"] = revisions.label
        for model in restrictions.BESIDE:
            pre_save.connect(restrictions.refuse_beside, sender=model, dispatch_uid="articles.refuse_beside")
