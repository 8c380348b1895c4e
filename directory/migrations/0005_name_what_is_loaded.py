"""Say of the areas that are loaded what `Area.save` and later loadings say by themselves.

The rules are written out once more, as they were on this day, so that later ones do not change this step.
"""

import re
import unicodedata

from django.db import migrations


def name_what_is_loaded(apps, schema_editor):
    """Every ward of an LPA that has newer ones is superseded by the next newer year; namesakes get their LPA."""
    Area = apps.get_model("directory", "Area")
    areas = list(Area.objects.defer("boundary"))
    names = {area.pk: area.name for area in areas}
    years, namesakes = {}, {}
    for area in areas:
        area.folded = fold(area.name)
        if area.level == "ward":
            years.setdefault(lpa_of(area), set()).add(area.vintage or 0)
    for area in areas:
        later = [year for year in years.get(lpa_of(area), ()) if year > (area.vintage or 0)]
        area.superseded_in = min(later) if later and area.level == "ward" else None
        if area.superseded_in is None:
            namesakes.setdefault((area.level, area.folded), []).append(area)
    for area in areas:
        others = {lpa_of(one) for one in namesakes.get((area.level, area.folded), ())} - {lpa_of(area)}
        area.label = f"{area.name}, {names[lpa_of(area)]}" if others and lpa_of(area) in names else area.name
        if area.superseded_in is not None:
            area.label += f" (boundaries of {area.vintage})"
    Area.objects.bulk_update(areas, ["folded", "superseded_in", "label"], batch_size=200)


def lpa_of(area):
    keys = area.path.split(".")[:-1]
    return int(keys[1]) if len(keys) > 2 else int(keys[0]) if len(keys) == 2 else None


def fold(text):
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"['’‘`´ʼʹ′.]", "", plain).replace("&", " and ").replace("+", " and ")
    return " ".join("st" if word == "saint" else word for word in re.sub(r"[^\w]+|_", " ", plain).split())


class Migration(migrations.Migration):
    dependencies = [("directory", "0004_place_identity")]

    operations = [migrations.RunPython(name_what_is_loaded, migrations.RunPython.noop)]
