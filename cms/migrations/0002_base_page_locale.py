"""Give the root page that Wagtail's migrations made its locale and translation key."""

from django.db import migrations
from wagtail.models import (
    BootstrapLocaleField,
    BootstrapTranslatableModel,
    BootstrapTranslationKeyField,
)


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0001_base_page"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        BootstrapLocaleField("cms.BasePage"),
        BootstrapTranslationKeyField("cms.BasePage"),
        BootstrapTranslatableModel("cms.BasePage"),
    ]
