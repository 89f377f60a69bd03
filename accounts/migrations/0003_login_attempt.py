"""Logins that failed, counted so that nobody guesses passwords for long."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_user_language'),
    ]

    operations = [
        migrations.CreateModel(
            name='LoginAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='at')),
                ('account', models.CharField(editable=False, max_length=64)),
                ('address', models.CharField(max_length=50, verbose_name='from the address')),
                ('browser', models.CharField(editable=False, max_length=32)),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='account')),
            ],
            options={
                'verbose_name': 'failed login',
                'verbose_name_plural': 'failed logins',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['account', 'at'], name='attempts_at_account'), models.Index(fields=['address', 'at'], name='attempts_from_address')],
            },
        ),
    ]
