"""Reality testing: order a test, answer its checks, pass or fail it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from directory.gate.refusals import Forbidden, Incomplete, NotYours
from directory.gate.steps import demand_reason
from journal.write import record
from pmp.analysis.fidelity import draw_sample
from pmp.machine.moves import BY_NAME
from pmp.machine.needs import finish_needs, pass_needs
from pmp.machine.saving import locked_profile, save, touch
from pmp.models import Found, Method, Profile, RealityCheck, RealityTest
from pmp.reality_test.selectors import testers_for
from pmp.states import TestState

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
    profile = locked_profile(profile, "profile.begin_reality_test", acting_user=acting_user)
    _demand_independent(profile, tester)
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
        BY_NAME["begin_reality_test"].event,
        acting_user=acting_user,
        fields=("state",),
        tester=tester.name,
        seed=test.seed,
    )
    return test


@transaction.atomic(durable=True)
def change_tester(profile: Profile, *, acting_user: User, tester: User, reason: str) -> RealityTest:
    """Give an open test to somebody else, as independent as the first; the sample and what was found stay.

    Raises Forbidden where the new tester is not independent, Incomplete where it is the same person.
    """
    profile = locked_profile(profile, "profile.change_tester", acting_user=acting_user)
    test = _open_test(profile)
    reason = demand_reason(reason)
    if tester.pk == test.tester_id:
        raise Incomplete([f"{tester.name} is the tester now. Choose somebody else."])
    _demand_independent(profile, tester)
    before, test.tester = test.tester.name, tester
    test.save(update_fields=["tester"])
    save(
        profile,
        BY_NAME["change_tester"].event,
        acting_user=acting_user,
        tester=tester.name,
        before=before,
        reason=reason,
    )
    return test


def _demand_independent(profile: Profile, tester: User) -> None:
    if not testers_for(profile).filter(pk=tester.pk).exists():
        raise Forbidden(
            "That person wrote the plan, owns an action in it or holds no post that looks. "
            "Choose somebody independent."
        )


def _open_test(profile: Profile) -> RealityTest:
    return RealityTest.objects.select_for_update().get(profile=profile, state=TestState.ORDERED)


@transaction.atomic(durable=True)
def answer_check(
    profile: Profile, check_id: int, *, acting_user: User, method: str, found: str, note: str
) -> RealityCheck:
    """Say what was found for one sampled action, how, and a note. May be corrected until the test ends."""
    profile = locked_profile(profile, "profile.answer_test", acting_user=acting_user)
    check = RealityCheck.objects.select_related("action").get(pk=check_id, test=_open_test(profile))
    touch(profile)
    return _answer(profile, check, {"method": method, "found": found, "note": note}, acting_user=acting_user)


def _answer(profile: Profile, check: RealityCheck, answer: Mapping[str, str], *, acting_user: User) -> RealityCheck:
    """Write one answer; any part may still be missing. What was not changed is not written again."""
    method, found, note = answer["method"], answer["found"], answer["note"]
    if (method, found, note) == (check.method, check.found, check.note):
        return check
    check.method = Method(method) if method else ""
    check.found = Found(found) if found else ""
    check.note, check.answered_at = note, timezone.now()
    check.save()
    words = Found(found).label if found else "not yet answered"
    record(BY_NAME["answer_test"].event, profile, acting_user=acting_user, action=check.action_id, found=words)
    return check


@transaction.atomic(durable=True)
def answer_test(
    profile: Profile,
    *,
    acting_user: User,
    answers: Mapping[int, Mapping[str, str]],
    verdict: str = "",
    note: str = "",
    fix_by: date | None = None,
) -> Profile:
    """Save the tester's whole page at once: the answers by check key, and the verdict where there is one.

    Without a verdict it is kept for later, and anything may be missing. With "pass" or "fail" the test ends, as
    `pass_reality_test` and `fail_reality_test` say; where they refuse, nothing of the page is saved.
    Raises NotYours for a check of another test.
    """
    profile = locked_profile(profile, "profile.answer_test", acting_user=acting_user)
    test = _open_test(profile)
    checks = {check.pk: check for check in test.checks.select_related("action")}
    if not set(answers) <= set(checks):
        raise NotYours
    for key, answer in answers.items():
        _answer(profile, checks[key], answer, acting_user=acting_user)
    if verdict == "pass":
        return _pass(profile, test, note, acting_user=acting_user)
    if verdict == "fail":
        return _fail(profile, test, note, fix_by, acting_user=acting_user)
    test.note, test.fix_by = note, fix_by
    test.save(update_fields=["note", "fix_by"])
    touch(profile)
    return profile


@transaction.atomic(durable=True)
def pass_reality_test(profile: Profile, *, acting_user: User, note: str = "") -> Profile:
    """Every sampled check is answered and the plan was found to happen: back to live."""
    profile = locked_profile(profile, "profile.answer_test", acting_user=acting_user)
    return _pass(profile, _open_test(profile), note, acting_user=acting_user)


@transaction.atomic(durable=True)
def fail_reality_test(profile: Profile, *, acting_user: User, note: str, fix_by: date) -> Profile:
    """It was not found to happen: back to planning, to be put right by a date."""
    profile = locked_profile(profile, "profile.answer_test", acting_user=acting_user)
    return _fail(profile, _open_test(profile), note, fix_by, acting_user=acting_user)


def _finish(test: RealityTest, note: str, *, passing: bool) -> None:
    checks = list(test.checks.select_related("action"))
    missing = finish_needs(checks) or (pass_needs(checks) if passing else [])
    if missing:
        raise Incomplete(missing)
    test.note, test.finished_at = note, timezone.now()


def _pass(profile: Profile, test: RealityTest, note: str, *, acting_user: User) -> Profile:
    _finish(test, note, passing=True)
    test.mark_passed()
    test.fix_by = None
    test.save()
    profile.pass_reality_test()
    return save(profile, BY_NAME["pass_reality_test"].event, acting_user=acting_user, fields=("state",))


def _fail(profile: Profile, test: RealityTest, note: str, fix_by: date | None, *, acting_user: User) -> Profile:
    note = demand_reason(note)
    if fix_by is None:
        raise Incomplete(["Give the date it is to be put right by"])
    _finish(test, note, passing=False)
    test.mark_failed()
    test.fix_by = fix_by
    test.save()
    profile.fail_reality_test()
    return save(
        profile,
        BY_NAME["fail_reality_test"].event,
        acting_user=acting_user,
        fields=("state",),
        fix_by=fix_by,
        reason=note,
    )
