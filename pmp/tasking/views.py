"""The fortnight's lists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from directory.gate.form_page import bound, form_page
from directory.gate.refusals import Forbidden
from directory.gate.request import SignedInRequest
from directory.gate.rules import Answers
from pmp.case.access import cycle_for
from pmp.models import Profile, TaskingCycle
from pmp.tasking import actions, selectors
from pmp.tasking.flags import red_flags
from pmp.tasking.forms import PlaceForm

WAITING = 50  # profiles not on a list yet that the page shows


def current(request: SignedInRequest) -> HttpResponse:
    """Go to the newest cycle of my LPA; where there is none, say how to open one."""
    cycles = list(selectors.cycles(request.user)[:30])
    if cycles and "all" not in request.GET:
        return redirect("pmp:cycle", cycles[0].pk)
    return render(request, "pmp/cycles.html", {"cycles": cycles, "lpas": selectors.lpas_to_task(request.user)})


def open_cycle(request: SignedInRequest) -> HttpResponse:
    """Open the next cycle of an LPA I coordinate."""
    lpas = {str(lpa.pk): lpa for lpa in selectors.lpas_to_task(request.user)}
    if not lpas:
        raise Forbidden("A tasking coordinator or chief inspector opens the cycle.")
    if request.method == "POST":
        lpa = lpas.get(request.POST.get("lpa", "")) or (next(iter(lpas.values())) if len(lpas) == 1 else None)
        if lpa is not None:
            cycle = actions.open_cycle(lpa, acting_user=request.user)
            messages.success(request, "The cycle is open.")
            return redirect("pmp:cycle", cycle.pk)
    return render(request, "pmp/open_cycle.html", {"lpas": list(lpas.values())})


def cycle(request: SignedInRequest, pk: int) -> HttpResponse:
    """One fortnight: each sector's ranked list with its red flags; the frozen snapshot once locked."""
    row, may = cycle_for(request.user, pk)
    return render(request, "pmp/cycle.html", _context(request, row, may))


def _context(request: SignedInRequest, row: TaskingCycle, may: Answers) -> dict[str, Any]:
    waiting = selectors.not_on_the_list(request.user, row)[:WAITING] if may["place"] else []
    live = selectors.lists_of(row) if row.state == "open" else []
    flags = red_flags([entry.profile for _, entries in live for entry in entries])
    return {
        "cycle": row,
        "lists": [(sector, [(entry, flags[entry.profile_id]) for entry in entries]) for sector, entries in live],
        "frozen": selectors.frozen_lists(row),
        "may_place": may["place"],
        "waiting": waiting,
        "may_lock": may["lock"],
        "may_open": row.state == "locked" and may["open"],
    }


def place(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add, move or drop a profile, with the reason."""
    row, _ = cycle_for(request.user, pk, need="cycle.place")
    profiles = selectors.placeable(request.user, row)
    form = bound(request, PlaceForm, initial=_asked_for(request, row, profiles), profiles=profiles)
    return form_page(
        request,
        "pmp/place.html",
        form,
        act=lambda sent: actions.place_profile(row, acting_user=request.user, **sent.cleaned_data),
        done=reverse("pmp:cycle", args=[pk]),
        said="The list is changed.",
        context={"cycle": row},
    )


def _asked_for(request: SignedInRequest, cycle: TaskingCycle, profiles: QuerySet[Profile]) -> dict[str, Any]:
    """The profile the address names, with the rank it has now; the address may say anything."""
    reference = request.GET.get("profile", "").replace("\0", "")[:20]
    profile = profiles.filter(reference=reference).first() if reference else None
    entry = cycle.entries.filter(profile=profile).first() if profile else None
    return {"profile": profile, "rank": entry.rank if entry else 1, "drop": "drop" in request.GET and bool(entry)}


def lock(request: SignedInRequest, pk: int) -> HttpResponse:
    """Freeze the lists, after a look at them."""
    row, may = cycle_for(request.user, pk, need="cycle.lock")
    if request.method == "POST":
        actions.lock_cycle(row, acting_user=request.user)
        messages.success(request, "The lists are locked.")
        return redirect("pmp:cycle", pk)
    return render(request, "pmp/lock_cycle.html", _context(request, row, may))
