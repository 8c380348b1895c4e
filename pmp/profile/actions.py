"""Writing the profile: raise it, and fill in the OSARA record. The parts of a plan are in pmp.plan.actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import transaction

from directory.gate.refusals import Incomplete, Stale
from directory.gate.standing import standing
from directory.models import Area, Level
from journal.write import record
from pmp.machine.saving import locked_profile, save, touch
from pmp.models import Profile, ThriveAssessment, ThriveLetter, ThriveLevel
from pmp.models.profile import SECTIONS
from pmp.policy import TABLE, place_facts

if TYPE_CHECKING:
    from directory.models import User

# The fields each edit page may change. Anything else in a form is ignored (OWASP ASVS 15.3.3).
EDITABLE: dict[str, tuple[str, ...]] = {
    "scanning": ("title", "problem_type", "source", "problem_statement", "evidence"),
    "analysis": ("aim", "objective", "offender", "victim", "place", "handler", "guardian", "place_manager"),
    "plan": (
        "public_issue",
        "public_action",
        "handling",
        *(f"marking_{name}" for name, _ in SECTIONS),
    ),
}


@transaction.atomic(durable=True)
def raise_priority(
    *,
    acting_user: User,
    wards: Iterable[Area],
    title: str,
    source: str,
    problem_statement: str,
    evidence: str = "",
    problem_type: str = "",
    made_up: bool = False,
) -> Profile:
    """Raise a new priority in one or more wards of one sector.

    Raises Incomplete without a ward, Forbidden outside the person's own area.
    """
    places = list(wards)
    sector = _sector_of(places)
    assert sector.parent is not None
    TABLE.demand("profile.raise", standing(acting_user), place_facts(lpa_id=sector.parent_id, sector_id=sector.pk))
    profile = Profile.objects.create(
        title=title,
        source=source,
        problem_statement=problem_statement,
        evidence=evidence,
        problem_type=problem_type,
        sector=sector,
        lpa=sector.parent,
        author=acting_user,
        made_up=made_up,
    )
    profile.wards.set(places)
    record("pmp.raised", profile, acting_user=acting_user, wards=[ward.code for ward in places], source=source)
    return profile


def _sector_of(wards: list[Area]) -> Area:
    """The sector of these wards, with its LPA. Raises Incomplete without a ward of today or one sector for all."""
    if not wards:
        raise Incomplete(["Choose the ward or wards"])
    if any(ward.superseded_in for ward in wards):
        raise Incomplete(["Choose wards of today: the boundaries of these have changed"])
    first, *others = {ward.ancestor_key(Level.SECTOR) for ward in wards}
    if others or first is None:
        raise Incomplete(["Choose wards of one sector"])
    return Area.objects.select_related("parent").get(pk=first)


@transaction.atomic(durable=True)
def edit_profile(
    profile: Profile, section: str, changes: dict[str, Any], *, version: int, acting_user: User
) -> Profile:
    """Change the texts of one section (`scanning`, `analysis` or `plan`).

    `version` is the one the person's form was filled from; raises Stale when the profile has moved on since.
    """
    verb = "profile.plan" if section == "plan" else "profile.edit"
    profile = locked_profile(profile, verb, acting_user=acting_user)
    if profile.version != version:
        raise Stale("Somebody else changed this profile while you were writing.")
    changed = [name for name in EDITABLE[section] if name in changes and getattr(profile, name) != changes[name]]
    for name in changed:
        setattr(profile, name, changes[name])
    profile.official = not any(profile.sensitive(name) for name, _ in SECTIONS)
    return save(
        profile,
        "pmp.edited",
        acting_user=acting_user,
        fields=(*changed, "official"),
        section=section,
        fields_changed=changed,
    )


@transaction.atomic(durable=True)
def assess_thrive(
    profile: Profile, *, acting_user: User, assessments: dict[str, tuple[str, str]]
) -> list[ThriveAssessment]:
    """Add dated THRIVE+ judgements: letter → (level, narrative). Earlier ones stay as they are."""
    profile = locked_profile(profile, "profile.edit", acting_user=acting_user)
    if not assessments:
        raise Incomplete(["Assess at least one letter"])
    rows = [
        ThriveAssessment(
            profile=profile,
            letter=ThriveLetter(letter),
            level=ThriveLevel(level),
            narrative=narrative,
            by=acting_user,
        )
        for letter, (level, narrative) in assessments.items()
    ]
    ThriveAssessment.objects.bulk_create(rows)
    touch(profile)
    for row in rows:
        record(
            "pmp.assessed",
            profile,
            acting_user=acting_user,
            letter=ThriveLetter(row.letter).label,
            level=ThriveLevel(row.level).label,
        )
    return rows
