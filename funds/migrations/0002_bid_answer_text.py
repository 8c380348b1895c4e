"""Keep a group's answer beside the question it answers: until now a group could only change its form."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("funds", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="bid",
            name="answer_text",
            field=models.TextField(blank=True, default="", help_text="what the group last answered"),
            preserve_default=False,
        ),
    ]
