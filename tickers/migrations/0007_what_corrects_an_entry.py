from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickers', '0006_who_deleted_an_entry'),
    ]

    operations = [
        migrations.AddField(
            model_name='entry',
            name='correction',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='what was corrected'),
        ),
    ]
