from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0011_expiring_along_an_index'),
    ]

    operations = [
        migrations.AddField(
            model_name='author',
            name='reprints',
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
    ]
