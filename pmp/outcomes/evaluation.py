"""Did it work: each intended outcome against its real monthly series, and the reality tests beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import prefetch_related_objects
from django.utils import timezone

from pmp.analysis.charts import Mark
from pmp.analysis.dose import Delivered, DoseResult, Planned, dose, together
from pmp.analysis.fidelity import FidelityResult, fidelity
from pmp.analysis.verdict import TOO_EARLY, Verdict, verdict
from pmp.incidents.reading import Reading, read_series
from pmp.incidents.series import each_series, is_made_up, stopped
from pmp.models import Action, Outcome, Profile, RealityTest

CANNOT_BE_TOLD = "Too few months were counted after the plan went live to say whether it worked."


@dataclass(frozen=True, slots=True)
class OutcomeReading:
    """One outcome with its chart and, once the plan has gone live, the verdict in words."""

    outcome: Outcome
    reading: Reading | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class DoseReading:
    """One action with what was delivered against what was planned."""

    action: Action
    delivered: int
    result: DoseResult


def read_outcomes(profile: Profile) -> list[OutcomeReading]:
    """Every intended outcome of a profile, in seven queries however many there are."""
    wards = list(profile.wards.defer("boundary"))
    versions = list(profile.plan_versions.all())
    tests = list(profile.reality_tests.all())
    marks = [
        Mark(row.approved_at.date().replace(day=1), f"Plan version {row.number} live", "plan") for row in versions
    ]
    tested, testing = fidelity_of(tests), any(test.state == "ordered" for test in tests)
    outcomes = list(profile.outcomes.all())
    counted = each_series([ward.pk for ward in wards], [row.category for row in outcomes if row.category])
    made_up = bool(counted) and is_made_up(_root(profile))
    readings = []
    for outcome in outcomes:
        if not outcome.category:
            readings.append(OutcomeReading(outcome, None, None))
            continue
        reading = read_series(
            counted[outcome.category],
            title=outcome.measure,
            made_up=made_up,
            improvement=outcome.direction,
            target=float(outcome.target),
            marks=marks,
            prefix=f"outcome-{outcome.pk}-",
            stops=stopped(wards, counted[outcome.category]),
        )
        answer = None
        if reading.result is not None and versions and outcome.direction != "neutral":
            started = versions[0].approved_at.date().replace(day=1)
            answer = verdict(reading.result, started, dose=plan_dose(profile), fidelity=tested, testing=testing)
            if reading.stops and answer.result == TOO_EARLY:
                # It will never be late enough in these wards: no verdict may ask for patience.
                reading, answer = replace(reading, stops=f"{reading.stops} {CANNOT_BE_TOLD}"), None
        readings.append(OutcomeReading(outcome, reading, answer))
    return readings


def _root(profile: Profile) -> int:
    return int(profile.sector.path.split(".")[0])


def fidelity_of(tests: list[RealityTest]) -> FidelityResult | None:
    """What the latest finished reality test found, with its Wilson interval; None before the first."""
    finished = [test for test in tests if test.state != "ordered"]
    if not finished:
        return None
    latest = max(finished, key=lambda test: test.pk)
    prefetch_related_objects([latest], "checks")  # the page asks twice
    return fidelity([check.found for check in latest.checks.all() if check.found])


def dosed_actions(profile: Profile) -> list[Action]:
    """The profile's actions with a planned dose, their outputs read in one query (the first time)."""
    actions = [action for action in profile.actions.all() if action.dose and action.state != "cancelled"]
    prefetch_related_objects(actions, "outputs")
    return actions


def window(action: Action) -> tuple[date, date]:
    """The days over which the action's dose is planned."""
    starts = action.starts or action.created_at.date()
    return starts, max(starts, action.due)


def plan_dose(profile: Profile) -> DoseResult | None:
    """Delivered against planned for the plan as a whole; None where no action has a dose."""
    return together([row.result for row in read_dose(profile)])


def read_dose(profile: Profile) -> list[DoseReading]:
    """Delivered against planned for every action that has a planned dose."""
    readings = []
    for action in dosed_actions(profile):
        outputs = list(action.outputs.all())
        result = dose(
            [Planned(*window(action), action.dose)],
            [Delivered(row.delivered_on, row.quantity, row.hours_lost) for row in outputs],
            as_at=timezone.localdate(),
            unit=action.dose_unit or "units",
        )
        readings.append(DoseReading(action, sum(row.quantity for row in outputs), result))
    return readings
