"""Who and where: areas, organisations, teams, people and the posts they hold."""

from directory.models.areas import Area, Level, key_on_path, label_again
from directory.models.forms import HeldForm, SentForm
from directory.models.organisations import Organisation, OrganisationKind, Regime, Team, TeamKind
from directory.models.people import PARTNER_ROLES, POLICE_ROLES, Post, Role, User
from directory.models.sessions import StaffSession

__all__ = [
    "PARTNER_ROLES",
    "POLICE_ROLES",
    "Area",
    "HeldForm",
    "Level",
    "Organisation",
    "OrganisationKind",
    "Post",
    "Regime",
    "Role",
    "SentForm",
    "StaffSession",
    "Team",
    "TeamKind",
    "User",
    "key_on_path",
    "label_again",
]
