from datetime import timedelta

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

MONTH = timedelta(days=30)


def settle_what_its_writer_left(apps, schema_editor):
    """A copy counted as joined once its writer had saved again. Of old ones it stays so; younger ones wait anew."""
    Copy, Revision = apps.get_model("articles", "ConflictCopy"), apps.get_model("articles", "Revision")
    later = Revision.objects.filter(
        article=OuterRef("article"), created_by=OuterRef("by"), created__gte=OuterRef("at")
    )
    saved = Subquery(later.order_by("number").values("created")[:1])
    old = Copy.objects.filter(at__lt=timezone.now() - MONTH, outcome="").annotate(saved=saved)
    for pk, at in old.exclude(saved=None).values_list("pk", "saved"):
        Copy.objects.filter(pk=pk).update(outcome="joined", settled_at=at)


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0017_right_of_reply"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="conflictcopy",
            name="agency",
            field=models.CharField(blank=True, default="", max_length=40),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="conflictcopy",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[("joined", "joined it with what stood"), ("aside", "put it aside")],
                default="",
                max_length=8,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="conflictcopy",
            name="settled_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="conflictcopy",
            name="settled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(settle_what_its_writer_left, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="conflictcopy",
            constraint=models.CheckConstraint(
                condition=Q(outcome="", settled_at=None) | ~Q(outcome="") & Q(settled_at__isnull=False),
                name="conflict_copy_settled_at_a_time",
            ),
        ),
    ]
