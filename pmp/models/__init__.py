"""The problem profile and everything that hangs on it."""

from pmp.models.cycle import Change, CycleState, ListEntry, TaskingCycle
from pmp.models.grants import ProfileGroupPermission, ProfileUserPermission
from pmp.models.incidents import Coverage, Dataset, FileKind, Incident
from pmp.models.plan import (
    Action,
    ActionState,
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
from pmp.models.profile import Aim, Marking, Profile, Result, Source, State
from pmp.models.testing import Found, Method, RealityCheck, RealityTest, TestState

__all__ = [
    "Action",
    "ActionState",
    "ActionUpdate",
    "Aim",
    "Change",
    "Coverage",
    "CycleState",
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
    "State",
    "TaskingCycle",
    "TestState",
    "ThriveAssessment",
    "ThriveLetter",
    "ThriveLevel",
]
