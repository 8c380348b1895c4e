"""Say of the files imported so far which wards they were placed among."""

from collections import Counter

from django.db import migrations
from django.db.models import Count


def wards_of_the_files_there_are(apps, schema_editor):
    """In every LPA of the force the wards of the year most of the file's rows lie in; today's where none does."""
    Area, Dataset = apps.get_model("directory", "Area"), apps.get_model("pmp", "Dataset")
    Incident = apps.get_model("pmp", "Incident")
    for dataset in Dataset.objects.all():
        wards = Area.objects.filter(level="ward", path__startswith=f"{dataset.force_id}.").exclude(boundary="")
        sets = {}
        for ward in wards.only("pk", "path", "vintage", "superseded_in"):
            sets.setdefault(ward.path.split(".")[1], {}).setdefault(ward.vintage or 0, []).append(ward.pk)
        rows = Incident.objects.filter(dataset=dataset, ward__isnull=False).values_list("ward_id")
        count = Counter(dict(rows.annotate(rows=Count("pk")).order_by()))
        for years in sets.values():
            best = max(years, key=lambda year: (sum(count[key] for key in years[year]), year))
            dataset.wards.add(*years[best])


class Migration(migrations.Migration):
    dependencies = [("pmp", "0005_wards_of_a_file")]

    operations = [migrations.RunPython(wards_of_the_files_there_are, migrations.RunPython.noop)]
