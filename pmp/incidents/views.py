"""Counts: the files they come from, a series with its control chart, and a map of wards."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from directory.gate.request import SignedInRequest
from directory.gate.standing import standing
from directory.models import Area, Level
from pmp.case.access import may_raise_in
from pmp.incidents import series, ward_map
from pmp.incidents.forms import CountsForm, MapForm
from pmp.incidents.reading import MADE_UP, read_series

USUAL = "anti-social-behaviour"


def data(request: SignedInRequest) -> HttpResponse:
    """The imported files with their figures."""
    return render(request, "pmp/counts/data.html", {"datasets": series.datasets(), "loaded": bool(series.lpas())})


def series_page(request: SignedInRequest) -> HttpResponse:
    """Choose a place and a category; see the sentence, the chart and the table of months."""
    lpas = series.lpas()
    area = series.place(request.GET.get("area", ""), Level.LPA, Level.SECTOR, Level.WARD)
    lpa = _chosen_lpa(request, lpas, area)
    if lpa is None:
        return render(request, "pmp/counts/nothing.html")
    asked = "area" in request.GET
    older = area if area is not None and area.superseded_in else None
    form = CountsForm(request.GET if asked else None, lpa=lpa, older=older, initial={"category": USUAL})
    context: dict[str, Any] = {"form": form, "lpa": lpa, "lpas": lpas}
    if asked and form.is_valid():
        context |= _answer(request, form.place, form.cleaned_data["category"])
    return render(request, "pmp/counts/series.html", context)


def ward_map_page(request: SignedInRequest) -> HttpResponse:
    """The wards of an LPA shaded by the count of one month, as links, with the list beside."""
    lpas = series.lpas()
    lpa = _chosen_lpa(request, lpas, None)
    if lpa is None:
        return render(request, "pmp/counts/nothing.html")
    category = request.GET.get("category", USUAL).replace("\0", "")[:60]
    form = MapForm(request.GET if "category" in request.GET else None, lpa=lpa, category=category)
    context: dict[str, Any] = {"form": form, "lpa": lpa, "lpas": lpas, "category": series.label(category)}
    month = _month(form)
    if month is not None:
        context |= _drawn(lpa, category, month)
    return render(request, "pmp/counts/map.html", context)


def _chosen_lpa(request: SignedInRequest, lpas: list[Area], area: Area | None) -> Area | None:
    """The LPA of the area asked for, else the one asked for, else that of a post, else the first."""
    by_key = {lpa.pk: lpa for lpa in lpas}
    posts = standing(request.user).posts
    wanted: list[int | None] = [area.ancestor_key(Level.LPA) if area else None]
    asked = request.GET.get("lpa", "")
    wanted.append(int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 15 else None)
    wanted += [post.lpa_id for post in posts]
    forces = {int(post.area_path.split(".", 1)[0]) for post in posts if post.area_path}
    wanted += [lpa.pk for lpa in lpas if lpa.parent_id in forces]
    return next((by_key[key] for key in wanted if key in by_key), lpas[0] if lpas else None)


def _month(form: MapForm) -> date | None:
    """The month asked for; the newest one covered where none is; None where nothing can be drawn."""
    if form.is_bound and not form.is_valid():
        return None
    asked = form.cleaned_data["month"] if form.is_bound else ""
    return next((month for month in form.months if not asked or f"{month:%Y-%m}" == asked), None)


def _answer(request: SignedInRequest, area: Area, category: str) -> dict[str, Any]:
    force = int(area.path.split(".", 1)[0])
    wards = series.wards_of(area)
    title = f"{series.label(category)} in {area}"
    found = series.area_series(area, [category])
    invented = series.made_up_months(force, category)
    made_up = _invented([month for month, count in found if count is not None], invented)
    reading = read_series(found, title=title, note=made_up, stops=series.stopped(wards, found))
    evidence = " ".join([f"{title}:", reading.sentence, *([f"{made_up}."] if made_up else [])])
    query = urlencode({"area": area.pk, "category": category, "evidence": evidence})
    return {
        "area": area, "reading": reading, "title": title, "made_up": made_up, "ward_count": len(wards),
        "raise_url": f"/pmp/profiles/raise/?{query}" if may_raise_in(request.user, area) else "",
        "wards": wards if area.level == Level.SECTOR else [],
        "category_slug": category,
    }  # fmt: skip


def _invented(shown: list[date], invented: set[date]) -> str:
    """What the page says of made-up months among those it shows; nothing where all are real."""
    there = [month for month in shown if month in invented]
    if not there:
        return ""
    if len(there) == len(shown):
        return MADE_UP
    return f"{MADE_UP}, in {len(there)} of {len(shown)} months"


def _drawn(lpa: Area, category: str, month: date) -> dict[str, Any]:
    wards = series.wards_counted(lpa, month, category)
    found = series.by_ward(month, category, ward_ids=[ward.pk for ward in wards])
    then = next((ward.vintage for ward in wards if ward.superseded_in), None)
    places = [
        ward_map.Place(
            ward.name if then else str(ward),
            ward.boundary,
            found[ward.pk],
            f"{reverse('pmp:series')}?{urlencode({'area': ward.pk, 'category': category})}",
        )
        for ward in wards
    ]
    title = f"{series.label(category)} in the wards of {lpa}, {month:%B %Y}"
    return {
        "places": sorted(places, key=lambda place: (-(place.value or 0), place.name)),
        "map": ward_map.ward_map(places, title=title), "shades": ward_map.shades(found.values()), "title": title,
        "month": month, "boundaries_of": then,
        "made_up": _invented([month], series.made_up_months(int(lpa.path.split(".", 1)[0]), category)),
    }  # fmt: skip
