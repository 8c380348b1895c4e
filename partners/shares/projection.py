"""The one projection: what an agency may see of a profile. Page, PDF, search, export and e-mail all render this."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from partners.models import Share
from partners.shares.sight import in_scope, may_cross
from partners.states import ShareState
from pmp.models import Action, Marking, Profile
from pmp.models.profile import SECTIONS

# The texts of each section that may cross. A field that is not named here never does.
TEXTS: dict[str, tuple[tuple[str, str], ...]] = {
    "scanning": (("problem_statement", "Problem"), ("evidence", "Evidence")),
    "analysis": (
        ("objective", "Objective"),
        ("offender", "Offender"),
        ("victim", "Victim"),
        ("place", "Place"),
        ("handler", "Handler"),
        ("guardian", "Guardian"),
        ("place_manager", "Manager"),
    ),
    "plan": (("public_issue", "The issue"), ("public_action", "What is being done")),
    "actions": (),
}
LABELS = dict(SECTIONS)


@dataclass(frozen=True, slots=True)
class SharedSection:
    """One section as the agency sees it: title, marking in words, and (label, text) pairs."""

    name: str
    title: str
    marking: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """Everything an agency sees of a profile. Before acceptance only the preview's fields are filled."""

    reference: str
    area: str
    problem_type: str
    ask: str
    until: date
    preview: bool
    title: str = ""
    marking: str = Marking.OFFICIAL.label
    handling: str = ""
    sections: tuple[SharedSection, ...] = ()
    actions: tuple[Action, ...] = field(default=())
    outcomes: tuple[str, ...] = ()


def project(share: Share) -> Projection:
    """What this share shows. Offered: reference, area, kind of problem and what is asked; no names, no
    narrative. Accepted: the sections in scope, up to the highest marking the share carries."""
    profile = share.profile
    preview = share.state != ShareState.ACCEPTED
    if preview:
        return Projection(
            reference=profile.reference,
            area=str(profile.sector),
            problem_type=profile.problem_type,
            ask=share.ask,
            until=share.until,
            preview=True,
        )
    sections = tuple(_section(profile, name) for name in TEXTS if may_cross(share, name))
    shown = {section.name for section in sections}
    actions = tuple(action for action in profile.actions.all() if in_scope(share, action))
    sensitive = any(profile.sensitive(name) for name in (shown | {"actions"} if actions else shown))
    outcomes = profile.outcomes.all() if "plan" in shown else ()
    return Projection(
        reference=profile.reference,
        area=str(profile.sector),
        problem_type=profile.problem_type,
        ask=share.ask,
        until=share.until,
        preview=False,
        title=profile.title,
        marking=str((Marking.SENSITIVE if sensitive else Marking.OFFICIAL).label),
        handling=profile.handling if sensitive else "",
        sections=tuple(section for section in sections if section.texts),
        actions=actions,
        outcomes=tuple(
            f"{row.measure}: from {row.baseline.normalize():f} to {row.target.normalize():f} a month by "
            f"{row.target_date:%-d %B %Y}"
            for row in outcomes
        ),
    )


def _section(profile: Profile, name: str) -> SharedSection:
    marking = Marking.SENSITIVE if profile.sensitive(name) else Marking.OFFICIAL
    texts = tuple((label, text) for attribute, label in TEXTS[name] if (text := getattr(profile, attribute)))
    return SharedSection(name, LABELS[name], str(marking.label), texts)
