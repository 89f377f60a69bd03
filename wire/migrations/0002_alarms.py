import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from wire.notices import hash_of


def name_what_came_before(apps, schema_editor):
    """Let copy that came before be found by its headline: the one of the first version that was made of it."""
    Item, Revision = apps.get_model("wire", "Item"), apps.get_model("articles", "Revision")
    for item in Item.objects.only("pk").iterator(500):
        first = Revision.objects.filter(article__items=item, number=1).order_by("article").first()
        if first is not None:
            Item.objects.filter(pk=item.pk).update(headline_hash=hash_of(first.content.get("headline", "")))


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('articles', '0011_expiring_along_an_index'),
        ('wire', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='item',
            name='headline_hash',
            field=models.CharField(blank=True, default='', editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='item',
            name='slugline_hash',
            field=models.CharField(blank=True, default='', editable=False, max_length=64),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(condition=Q(('uri', ''), _negated=True), fields=['uri'], name='item_uri'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(condition=Q(('headline_hash', ''), _negated=True), fields=['headline_hash'], name='item_headline'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(condition=Q(('slugline_hash', ''), _negated=True), fields=['slugline_hash'], name='item_slugline'),
        ),
        migrations.CreateModel(
            name='Alarm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('kill', 'The agency kills it'), ('hold', 'The agency holds it'), ('correction', 'The agency corrects it'), ('update', 'The agency sent a newer version')], max_length=12, verbose_name='kind')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='agency_alarms', to='articles.article')),
                ('earlier', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='wire.item')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='alarms', to='wire.item')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [
                    models.UniqueConstraint(fields=('item', 'article'), name='alarm_once'),
                    models.CheckConstraint(condition=Q(('article', None), ('earlier', None)) | Q(('article__isnull', False)), name='alarm_about_a_story'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('act', models.CharField(choices=[('withdrawn', 'withdrew the story'), ('taken', 'took the change over'), ('nothing', 'saw it and did nothing'), ('found', 'found the story it is about')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=500, verbose_name='reason')),
                ('at', models.DateTimeField()),
                ('alarm', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='answer', to='wire.alarm')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [
                    models.CheckConstraint(condition=Q(('act', 'nothing'), _negated=True) | Q(('reason', ''), _negated=True), name='answer_nothing_has_a_reason'),
                ],
            },
        ),
        migrations.RunPython(name_what_came_before, migrations.RunPython.noop),
    ]
