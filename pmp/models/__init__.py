"""The problem profile and everything that hangs on it."""

from pmp.models.cycle import Change, ListEntry, TaskingCycle
from pmp.models.evidence import ActionFile
from pmp.models.grants import ProfileGroupPermission, ProfileUserPermission
from pmp.models.incidents import Coverage, Dataset, FileKind, Incident
from pmp.models.plan import (
    Action,
    ActionUpdate,
    Direction,
    Hypothesis,
    Outcome,
    Output,
    Phase,
    PlanVersion,
    ThriveAssessment,
    ThriveLetter,
    ThriveLevel,
)
from pmp.models.profile import Aim, Marking, Profile, Result, Source
from pmp.models.testing import Found, Method, RealityCheck, RealityTest

__all__ = [
    "Action",
    "ActionFile",
    "ActionUpdate",
    "Aim",
    "Change",
    "Coverage",
    "Dataset",
    "Direction",
    "FileKind",
    "Found",
    "Hypothesis",
    "Incident",
    "ListEntry",
    "Marking",
    "Method",
    "Outcome",
    "Output",
    "Phase",
    "PlanVersion",
    "Profile",
    "ProfileGroupPermission",
    "ProfileUserPermission",
    "RealityCheck",
    "RealityTest",
    "Result",
    "Source",
    "TaskingCycle",
    "ThriveAssessment",
    "ThriveLetter",
    "ThriveLevel",
]
