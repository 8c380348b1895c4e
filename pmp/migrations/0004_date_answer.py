"""Keep why a new due date is asked for, and what was answered: an agency that asked was never told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pmp", "0003_not_found")]

    operations = [
        migrations.AddField(
            model_name="action",
            name="proposed_reason",
            field=models.CharField(blank=True, default="", help_text="why the owner asks for it", max_length=500),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="action",
            name="date_answer",
            field=models.CharField(
                blank=True,
                default="",
                help_text="what the inspector last answered, in words for the owner",
                max_length=500,
            ),
            preserve_default=False,
        ),
    ]
