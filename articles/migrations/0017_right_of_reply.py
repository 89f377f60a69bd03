import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0016_stories_held_beyond_their_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='correction',
            name='reply',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replies_to', to='articles.article', verbose_name='story that carries the reply'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='in_list',
            field=models.BooleanField(default=True, help_text='Off, it stands at its story alone: the page of all corrections repeats nothing of it.', verbose_name='in the list of corrections'),
        ),
        migrations.AlterField(
            model_name='correction',
            name='right',
            field=models.TextField(blank=True, verbose_name='what is right'),
        ),
        migrations.AddIndex(
            model_name='correction',
            index=models.Index(condition=models.Q(('reply__isnull', False)), fields=['reply'], name='correction_reply'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('reply__isnull', True), ('kind', 'reply'), _connector='OR'), name='correction_reply_is_a_reply'),
        ),
    ]
