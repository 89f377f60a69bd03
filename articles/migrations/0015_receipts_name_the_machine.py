from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0014_words_taken_out"),
    ]

    operations = [
        migrations.AddField(
            model_name="receiptline",
            name="node",
            field=models.CharField(blank=True, default="", max_length=253, verbose_name="asked by"),
            preserve_default=False,
        ),
    ]
