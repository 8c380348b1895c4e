"""Lists of profiles, actions and cycles. Every one starts from what the person may know of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q, QuerySet, Sum
from django.utils import timezone

from directory.gate.rules import OWN_AREA, OWN_LPA, own_area, own_lpa
from directory.gate.standing import standing
from directory.models import Area, Level, Organisation, OrganisationKind, Post, Role, Team, User
from pmp.models import Action, Change, ListEntry, Output, Profile, RealityTest, Source, TaskingCycle
from pmp.policy import TABLE, output_facts
from pmp.states import ENDED, OPEN_ACTION, TestState

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE_SIZE = 50
LONGEST_LIST = 200  # of what waits for somebody; the page says so where there is more


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
    return Area.objects.filter(may, level=Level.WARD).select_related("parent").defer("boundary", "parent__boundary")


def teams_to_task(profile: Profile) -> QuerySet[Team]:
    """The police teams that could open this profile: of its LPA or of the whole force."""
    return (
        Team.objects.filter(organisation__kind=OrganisationKind.POLICE)
        .filter(Q(area__path__startswith=profile.lpa.path) | Q(area__level=Level.FORCE))
        .order_by("name")
    )


def agencies() -> QuerySet[Organisation]:
    """The partner agencies an action can be given to."""
    return Organisation.objects.exclude(kind__in=(OrganisationKind.POLICE, OrganisationKind.COMMUNITY))


# Who may look whether a plan happens. Whoever runs the fund, the site or its accounts has no part in it.
LOOKING = (
    *(Role.SECTOR_INSPECTOR, Role.CHIEF_INSPECTOR, Role.COORDINATOR),
    *(Role.TEAM_MEMBER, Role.ANALYST, Role.FORCE_LEAD),
)


def testers_for(profile: Profile) -> QuerySet[User]:
    """People who may test this profile: posts that may look, in its LPA or the force; not its author, not
    whoever sent the plan, not in a team that owns an action. Each has `looking_posts`, to tell them apart."""
    owning = {action.team_id for action in profile.actions.all() if action.team_id}
    posts = Post.objects.current()
    here = posts.filter(role__in=LOOKING).filter(
        Q(area__path__startswith=profile.lpa.path)
        | Q(team__area__path__startswith=profile.lpa.path)
        | Q(area__level=Level.FORCE)
    )
    return (
        User.objects.filter(is_active=True, pk__in=here.values("user_id"))
        .exclude(pk__in=[key for key in (profile.author_id, profile.submitted_by_id) if key])
        .exclude(pk__in=posts.filter(team_id__in=owning).values("user_id"))
        .prefetch_related(
            Prefetch(
                "posts",
                here.select_related("team", "area").defer("area__boundary").order_by("role", "pk"),
                to_attr="looking_posts",
            )
        )
        .order_by("name", "pk")
    )


def my_actions(user: User) -> QuerySet[Action]:
    """The open actions of the teams this person is in that they may update now, oldest due first."""
    team_ids = {post.team_id for post in standing(user).posts if post.team_id}
    return (
        Action.objects.allowing("action.update", user)
        .filter(team_id__in=team_ids, state__in=OPEN_ACTION, profile__in=Profile.objects.visible_to(user))
        .select_related("profile", "team")
        .order_by("due", "pk")
    )


def dates_to_answer(user: User) -> QuerySet[Action]:
    """The open actions whose owner asks for another due date and waits for this person to answer."""
    return (
        Action.objects.allowing("action.answer_date", user)
        .filter(proposed_due__isnull=False, state__in=OPEN_ACTION, profile__in=Profile.objects.visible_to(user))
        .select_related("profile", "team", "agency")
        .order_by("due", "pk")
    )


def outputs_of(action: Action, user: User) -> list[tuple[Output, bool]]:
    """The last things delivered on an action, newest first, each with whether this person may still correct it."""
    who, today = standing(user), timezone.localdate()
    return [
        (row, timezone.localdate(row.at) == today and TABLE.allows("output.correct", who, output_facts(row, user)))
        for row in action.outputs.select_related("by", "ward").defer("ward__boundary")[:20]
    ]


def delivered(action: Action) -> int:
    """All that was ever delivered on an action, in the unit of its dose."""
    return action.outputs.aggregate(sum=Sum("quantity"))["sum"] or 0


def tests_to_answer(user: User) -> QuerySet[RealityTest]:
    """The reality tests waiting for this person."""
    mine = RealityTest.objects.filter(tester=user, state=TestState.ORDERED)
    return mine.filter(profile__in=Profile.objects.allowing("profile.answer_test", user)).select_related("profile")


def open_test(profile: Profile) -> RealityTest:
    """The profile's open test with its checks and their actions (the caller has asked the policy)."""
    return (
        RealityTest.objects.filter(profile=profile, state="ordered")
        .select_related("tester")
        .prefetch_related("checks__action__team", "checks__action__agency")
        .get()
    )


def lpas_to_task(user: User) -> QuerySet[Area]:
    """The LPAs whose cycle this person may open."""
    may = TABLE.where("cycle.open", standing(user), {OWN_LPA: own_lpa("pk")})
    return Area.objects.filter(may, level=Level.LPA).defer("boundary")


def cycles(user: User) -> QuerySet[TaskingCycle]:
    """The tasking cycles this person may see, newest first."""
    seen = TaskingCycle.objects.allowing("cycle.view", user)
    return seen.select_related("lpa", "locked_by").defer("lpa__boundary")


def lists_of(cycle: TaskingCycle) -> list[tuple[Area, list[ListEntry]]]:
    """The cycle's entries by sector, in rank order, with the dropped ones at the end."""
    entries = (
        cycle.entries.select_related("profile", "sector", "by")
        .defer("sector__boundary")
        .order_by("sector__name", "rank", "pk")
    )
    by_sector: dict[int, tuple[Area, list[ListEntry]]] = {}
    for entry in entries:
        by_sector.setdefault(entry.sector_id, (entry.sector, []))[1].append(entry)
    return [
        (sector, sorted(rows, key=lambda row: (row.change == "drop", row.rank)))
        for sector, rows in by_sector.values()
    ]


def frozen_lists(cycle: TaskingCycle) -> list[tuple[str, list[dict[str, Any]]]]:
    """The snapshot of a locked cycle by sector, in rank order, with the dropped ones at the end. No query.

    Each row is as `pmp.tasking.actions.snapshot` wrote it, with `change_words` and `source_words` for the page.
    """
    by_sector: dict[str, list[dict[str, Any]]] = {}
    for row in cycle.snapshot or []:
        by_sector.setdefault(row["sector"], []).append(
            {
                **row,
                "change_words": Change(row["change"]).label,
                "source_words": Source(row["source"]).label if "source" in row else "",  # older ones lack it
            }
        )
    return [
        (sector, sorted(rows, key=lambda row: (row["change"] == Change.DROP, row["rank"])))
        for sector, rows in sorted(by_sector.items())
    ]


def not_on_the_list(user: User, cycle: TaskingCycle) -> QuerySet[Profile]:
    """The open profiles of the cycle's LPA that this person may know of and nobody has placed yet, oldest first."""
    placed = cycle.entries.values("profile_id")
    return (
        placeable(user, cycle)
        .exclude(pk__in=placed)
        .select_related("sector")
        .defer("sector__boundary")
        .order_by("sector__name", "pk")
    )


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


def placeable(user: User, cycle: TaskingCycle) -> QuerySet[Profile]:
    """The profiles of the cycle's LPA that this person may know of: open ones, and ended ones still on the
    list, so that they can be dropped."""
    listed = cycle.entries.exclude(change=Change.DROP).values("profile_id")
    ended = Q(state__in=ENDED)
    return Profile.objects.visible_to(user).filter(~ended | Q(pk__in=listed), lpa_id=cycle.lpa_id)
