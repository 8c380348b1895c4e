"""The force, its partners and community groups, and their teams."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import models

from directory.models.areas import Area


class OrganisationKind(models.TextChoices):
    POLICE = "police", "Police"
    COUNCIL = "council", "Council"
    HOUSING = "housing", "Housing association"
    HEALTH = "health", "Health"
    FIRE = "fire", "Fire and rescue"
    SCHOOL = "school", "School"
    PROBATION = "probation", "Probation"
    VOLUNTARY = "voluntary", "Voluntary sector"
    COMMUNITY = "community", "Community group"


class Regime(models.TextChoices):
    """The data protection law an organisation processes under (ISA records; DPA 2018 Part 3 is police law)."""

    LAW_ENFORCEMENT = "part3", "Data Protection Act 2018 Part 3 (law enforcement)"
    UK_GDPR = "gdpr", "UK GDPR"


class Organisation(models.Model):
    """The force, a partner agency or a community group."""

    name = models.CharField(max_length=160, unique=True)
    slug = models.SlugField(max_length=160, unique=True)
    kind = models.CharField(max_length=12, choices=OrganisationKind)
    regime = models.CharField(max_length=8, choices=Regime, default=Regime.UK_GDPR)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    group = models.OneToOneField(
        Group,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisation",
        help_text="Holds the object permissions a share grants to this agency",
    )
    email = models.EmailField(blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class TeamKind(models.TextChoices):
    """The kinds of team the papers name (paper 001, para 4)."""

    NEIGHBOURHOOD = "neighbourhood", "Neighbourhood team"
    PRIORITY_CRIME = "priority_crime", "Priority crime team"
    PARTNERSHIPS = "partnerships", "Partnerships team"
    INTELLIGENCE = "intelligence", "Local intelligence team"
    OFFENDER = "offender", "Local offender management unit"
    PARTNER = "partner", "Partner agency team"


class Team(models.Model):
    """People who are tasked together, in one organisation and usually one area."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=TeamKind)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="teams")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=30, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=("organisation", "name"), name="team_name_in_organisation"),)

    def __str__(self) -> str:
        return self.name
