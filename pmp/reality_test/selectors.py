"""Who may test a profile, and the tests that wait for somebody."""

from __future__ import annotations

from django.db.models import Prefetch, Q, QuerySet

from directory.models import Level, Post, Role, User
from pmp.models import Profile, RealityTest
from pmp.states import TestState

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
