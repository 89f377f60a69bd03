"""The language that the desk speaks to each person."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True, default="", editable=False, max_length=10, verbose_name="language of the desk"
            ),
            preserve_default=False,
        ),
    ]
