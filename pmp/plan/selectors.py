"""Who an action of a plan can be given to."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from directory.models import Level, Organisation, OrganisationKind, Team
from pmp.models import Profile


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
