"""The question the counts page asks: where, and counts of what. Sent by GET, so an answer can be linked to."""

from __future__ import annotations

from typing import Any

from django import forms

from directory.models import Area
from pmp.incidents import series


class CountsForm(forms.Form):
    """A sector or ward of one LPA (or the LPA itself), and a category of its force.

    A ward of superseded boundaries is no choice, but may be shown to whoever comes with its address.
    """

    area = forms.ChoiceField(
        label="Sector or ward", error_messages={"invalid_choice": "Choose a sector or ward from the list"}
    )
    category = forms.ChoiceField(
        label="Category", error_messages={"invalid_choice": "Choose a category from the list"}
    )

    def __init__(self, *args: Any, lpa: Area, older: Area | None = None, **kwargs: Any) -> None:
        """Three queries, however many sectors, wards and categories there are. `older` is a superseded ward."""
        super().__init__(*args, **kwargs)
        self.places: dict[str, Area] = {str(lpa.pk): lpa}
        choices: list[Any] = [(str(lpa.pk), f"All of {lpa}")]
        for sector, wards in series.sectors_and_wards(lpa):
            self.places |= {str(area.pk): area for area in (sector, *wards)}
            inside = [(str(sector.pk), f"All of {sector}"), *((str(ward.pk), str(ward)) for ward in wards)]
            choices.append((str(sector), inside))
        if older is not None:
            self.places[str(older.pk)] = older
            choices.append(("Older boundaries", [(str(older.pk), str(older))]))
        self.fields["area"].choices = choices  # type: ignore[attr-defined]
        known = series.categories(int(lpa.path.split(".", 1)[0]))
        self.fields["category"].choices = [(one.slug, one.label) for one in known]  # type: ignore[attr-defined]

    @property
    def place(self) -> Area:
        """The area chosen; only after the form was found valid."""
        return self.places[self.cleaned_data["area"]]


class MapForm(forms.Form):
    """A category of the LPA's force, and a month that is covered (the newest where none is given)."""

    mark_optional = False

    category = forms.ChoiceField(
        label="Category", error_messages={"invalid_choice": "Choose a category from the list"}
    )
    month = forms.ChoiceField(
        label="Month",
        required=False,
        error_messages={"invalid_choice": "Choose a month from the list"},
    )

    def __init__(self, *args: Any, lpa: Area, category: str, **kwargs: Any) -> None:
        """Two queries. `category` is what the months are for, before it is known to be a good one."""
        super().__init__(*args, **kwargs)
        force = int(lpa.path.split(".", 1)[0])
        self.fields["category"].choices = [(one.slug, one.label) for one in series.categories(force)]  # type: ignore[attr-defined]
        self.months = series.months_covered(force, category)
        self.fields["month"].choices = [(f"{m:%Y-%m}", f"{m:%B %Y}") for m in self.months]  # type: ignore[attr-defined]
