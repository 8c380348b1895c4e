"""Lists of profiles. Every one starts from what the person may know of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from directory.gate.rules import OWN_AREA, OWN_LPA, own_area, own_lpa
from directory.gate.standing import standing
from directory.models import Area, Level, User
from pmp.models import Profile
from pmp.policy import TABLE

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a keyset-paged list. `older` and `newer` are the keys to page from, or None at an end."""

    rows: Sequence[Profile]
    older: int | None
    newer: int | None


def profiles(user: User, *, state: str = "", sector: int | None = None, words: str = "") -> QuerySet[Profile]:
    """The profiles this person may know of, newest first, narrowed by state, sector and words."""
    rows = Profile.objects.visible_to(user)
    if state:
        rows = rows.filter(state=state)
    if sector:
        rows = rows.filter(sector_id=sector)
    for word in words.replace("\0", " ").split()[:6]:
        rows = rows.filter(Q(title__icontains=word) | Q(reference__iexact=word) | Q(problem_type__icontains=word))
    return rows


def page_of(
    rows: QuerySet[Profile], *, before: int | None = None, after: int | None = None, last: bool = False
) -> Page:
    """One page by key, so the last page costs what the first does: older than `before`, or newer than `after`."""
    listed = rows.select_related("sector", "lpa", "author").defer(
        "sector__boundary", "lpa__boundary", "problem_statement", "evidence", "objective", "learned"
    )
    if last or after is not None:
        newer_than = {"pk__gt": after} if after is not None else {}
        found = list(listed.filter(**newer_than).order_by("pk")[: PAGE_SIZE + 1])
        more_newer, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE][::-1]
        older = found[-1].pk if found and not last else None
        return Page(found, older, found[0].pk if found and more_newer else None)
    older_than = {"pk__lt": before} if before is not None else {}
    found = list(listed.filter(**older_than).order_by("-pk")[: PAGE_SIZE + 1])
    more_older, found = len(found) > PAGE_SIZE, found[:PAGE_SIZE]
    newer = found[0].pk if found and before is not None else None
    return Page(found, found[-1].pk if found and more_older else None, newer)


def sectors_for(user: User) -> QuerySet[Area]:
    """The sectors this person may filter by: those of their LPAs, or all of them for a force post."""
    who = standing(user)
    rows = Area.objects.filter(level=Level.SECTOR).defer("boundary")
    if any(post.level == Level.FORCE for post in who.posts):
        return rows
    return rows.filter(parent_id__in={post.lpa_id for post in who.posts if post.lpa_id})


def wards_to_raise_in(user: User) -> QuerySet[Area]:
    """The wards this person may raise a priority in: a ward's parent is its sector, and that one's its LPA."""
    lpa, sector = "parent__parent_id", "parent_id"
    may = TABLE.where("profile.raise", standing(user), {OWN_AREA: own_area(lpa, sector), OWN_LPA: own_lpa(lpa)})
    wards = Area.objects.wards().filter(may).select_related("parent").defer("boundary", "parent__boundary")
    return wards.order_by("parent__parent__name", "parent__name", "name")


def waiting_for(user: User) -> list[tuple[Profile, str]]:
    """What this person is the one to do next: plans to approve, closures to sign, tests to do. At most 3 queries."""
    may = Profile.objects.allowing
    to_sign = may("profile.close", user).filter(closure_proposed_by__isnull=False).exclude(closure_proposed_by=user)
    waiting = (
        (may("profile.approve_plan", user), "Plan to approve"),
        (to_sign, "Closure to sign"),
        (may("profile.answer_test", user), "Reality test to do"),
    )
    return [
        (row, words)
        for rows, words in waiting
        for row in rows.select_related("sector").defer("sector__boundary").order_by("touched_at")[:PAGE_SIZE]
    ]
