"""One word for a check that found nothing, in the database as in the analysis: the outcomes page failed on the other."""

from typing import Any

from django.db import migrations, models


def one_word(apps: Any, schema_editor: Any) -> None:
    checks = apps.get_model("pmp", "RealityCheck")
    checks.objects.using(schema_editor.connection.alias).filter(found="not").update(found="not_found")


class Migration(migrations.Migration):
    dependencies = [("pmp", "0002_counts")]

    operations = [
        migrations.AlterField(
            model_name="realitycheck",
            name="found",
            field=models.CharField(
                blank=True,
                choices=[
                    ("as_planned", "Found as planned"),
                    ("partly", "Partly"),
                    ("not_found", "Not found"),
                    ("cannot_verify", "Cannot verify"),
                ],
                max_length=14,
            ),
        ),
        migrations.RunPython(one_word, migrations.RunPython.noop),
    ]
