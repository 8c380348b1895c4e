"""Finish the base page: what points at Wagtail's revisions and locales, now that their tables are there."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0002_base_page_locale"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name="basepage",
                name=name,
                field=models.ForeignKey(
                    blank=True,
                    editable=False,
                    null=True,
                    on_delete=django.db.models.deletion.SET_NULL,
                    related_name="+",
                    to="wagtailcore.revision",
                    verbose_name=words,
                ),
            )
            for name, words in (("latest_revision", "latest revision"), ("live_revision", "live revision"))
        ),
        migrations.AlterField(
            model_name="basepage",
            name="locale",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="wagtailcore.locale",
                verbose_name="locale",
            ),
        ),
        migrations.AlterField(
            model_name="basepage",
            name="translation_key",
            field=models.UUIDField(default=uuid.uuid4, editable=False),
        ),
        migrations.AlterUniqueTogether(
            name="basepage",
            unique_together={("translation_key", "locale")},
        ),
    ]
