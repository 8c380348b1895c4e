"""Reality testing: order a test, answer its checks, pass or fail it."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from directory.refusals import Forbidden, Incomplete
from journal.write import record
from pmp.actions.steps import demand_reason, locked, save, touch
from pmp.analysis.fidelity import draw_sample
from pmp.models import Found, Method, Profile, RealityCheck, RealityTest, TestState
from pmp.selectors import testers_for

if TYPE_CHECKING:
    from directory.models import User

TEST_WITHIN = timedelta(days=14)


def draw(action_ids: list[int], seed: int) -> list[int]:
    """The actions to look for, drawn with the recorded seed so that anybody can draw them again."""
    return [int(key) for key in draw_sample([str(pk) for pk in action_ids], str(seed))]


@transaction.atomic(durable=True)
def begin_reality_test(
    profile: Profile, *, acting_user: User, tester: User, seed: int | None = None, due_on: date | None = None
) -> RealityTest:
    """Order a test by somebody independent of the plan and its actions, and draw the sample.

    Raises Forbidden where the tester is not independent, Incomplete where there is nothing to look for.
    """
    profile = locked(profile, "profile.begin_reality_test", acting_user=acting_user)
    if not testers_for(profile).filter(pk=tester.pk).exists():
        raise Forbidden("That person wrote the plan or owns an action in it. Choose somebody independent.")
    actions = [action.pk for action in profile.actions.all() if action.state not in ("cancelled", "declined")]
    if not actions:
        raise Incomplete(["Add an action: there is nothing to look for yet"])
    profile.begin_reality_test()
    test = RealityTest.objects.create(
        profile=profile,
        plan_version=profile.plan_version,
        tester=tester,
        ordered_by=acting_user,
        seed=seed if seed is not None else secrets.randbelow(2**31),
        due_on=due_on or timezone.localdate() + TEST_WITHIN,
    )
    RealityCheck.objects.bulk_create(RealityCheck(test=test, action_id=pk) for pk in draw(actions, test.seed))
    save(
        profile,
        "pmp.ordered_test",
        acting_user=acting_user,
        fields=("state",),
        tester=tester.name,
        seed=test.seed,
    )
    return test


def _open_test(profile: Profile) -> RealityTest:
    return RealityTest.objects.select_for_update().get(profile=profile, state=TestState.ORDERED)


@transaction.atomic(durable=True)
def answer_check(
    profile: Profile, check_id: int, *, acting_user: User, method: str, found: str, note: str
) -> RealityCheck:
    """Say what was found for one sampled action, how, and a note. May be corrected until the test ends."""
    profile = locked(profile, "profile.answer_test", acting_user=acting_user)
    check = RealityCheck.objects.select_related("action").get(pk=check_id, test=_open_test(profile))
    check.method, check.found, check.note = Method(method), Found(found), note
    check.answered_at = timezone.now()
    check.save()
    touch(profile)
    record("pmp.answered_check", profile, acting_user=acting_user, action=check.action_id, found=Found(found).label)
    return check


def _finish(profile: Profile, test: RealityTest, note: str) -> None:
    unanswered = [check for check in test.checks.all() if not check.found]
    if unanswered:
        raise Incomplete([f"Answer every check: {len(unanswered)} left"])
    test.note, test.finished_at = note, timezone.now()


@transaction.atomic(durable=True)
def pass_reality_test(profile: Profile, *, acting_user: User, note: str = "") -> Profile:
    """Every sampled check is answered and the plan was found to happen: back to live."""
    profile = locked(profile, "profile.answer_test", acting_user=acting_user)
    test = _open_test(profile)
    _finish(profile, test, note)
    test.mark_passed()
    test.save()
    profile.pass_reality_test()
    return save(profile, "pmp.passed_test", acting_user=acting_user, fields=("state",))


@transaction.atomic(durable=True)
def fail_reality_test(profile: Profile, *, acting_user: User, note: str, fix_by: date) -> Profile:
    """It was not found to happen: back to planning, to be put right by a date."""
    profile = locked(profile, "profile.answer_test", acting_user=acting_user)
    test = _open_test(profile)
    note = demand_reason(note)
    _finish(profile, test, note)
    test.mark_failed()
    test.fix_by = fix_by
    test.save()
    profile.fail_reality_test()
    return save(profile, "pmp.failed_test", acting_user=acting_user, fields=("state",), fix_by=fix_by, reason=note)
