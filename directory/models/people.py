"""People, and the posts that say what they may do."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from directory.models.areas import Area
from directory.models.organisations import Organisation, Team


class UserManager(BaseUserManager["User"]):
    """Makes accounts; there is deliberately no way to make a superuser."""

    def create_user(self, email: str, name: str, password: str | None = None, **extra: Any) -> User:
        """Make an active account. Without a password only e-mailed codes sign it in."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find by e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person. What they may do comes from the posts they hold, never from a flag on the account."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    rank = models.CharField(max_length=60, blank=True, help_text="for example Inspector, PCSO")
    public = models.BooleanField(default=False, help_text="Name and rank may appear on the team's public page")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(is_superuser=False),
                name="nobody_is_superuser",
                violation_error_message="Nobody is a superuser here; administrators open a staff session.",
            ),
            models.CheckConstraint(
                condition=Q(email=Lower("email")),
                name="user_email_in_lower_case",
                violation_error_message="Write the e-mail address in small letters.",
            ),
        )
        indexes = (models.Index(fields=("name", "id"), name="user_by_name"),)

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the address in small letters, so that nobody gets a second account by writing it otherwise."""
        self.email = self.email.lower()
        super().save(*args, **kwargs)

    @property
    def is_staff(self) -> bool:
        """Django's flag for its own admin site, which this project does not run."""
        return False

    def get_full_name(self) -> str:
        """The name as people know it."""
        return self.name

    def get_short_name(self) -> str:
        """The first of the names."""
        return self.name.split()[0] if self.name else self.email


class Role(models.TextChoices):
    """What a post makes its holder. The policy tables speak of these and of nothing else."""

    SECTOR_INSPECTOR = "sector_inspector", "Sector inspector"
    CHIEF_INSPECTOR = "chief_inspector", "LPA chief inspector"
    COORDINATOR = "coordinator", "Tasking coordinator"
    TEAM_MEMBER = "team_member", "Team member"
    ANALYST = "analyst", "Analyst"
    FORCE_LEAD = "force_lead", "Force lead"
    ADMINISTRATOR = "administrator", "System administrator"
    FUND_MANAGER = "fund_manager", "Fund manager"
    ASSESSOR = "assessor", "Fund assessor"
    EDITOR = "editor", "Web editor"
    PARTNER_MANAGER = "partner_manager", "Partner manager"
    PARTNER_WORKER = "partner_worker", "Partner worker"
    GROUP_LEAD = "group_lead", "Community group lead"


POLICE_ROLES = frozenset(
    {
        Role.SECTOR_INSPECTOR,
        Role.CHIEF_INSPECTOR,
        Role.COORDINATOR,
        Role.TEAM_MEMBER,
        Role.ANALYST,
        Role.FORCE_LEAD,
        Role.ADMINISTRATOR,
        Role.FUND_MANAGER,
        Role.EDITOR,
    }
)
PARTNER_ROLES = frozenset({Role.PARTNER_MANAGER, Role.PARTNER_WORKER})


class PostQuerySet(models.QuerySet["Post"]):
    def current(self) -> PostQuerySet:
        """Posts held now: begun, and not ended. A last day counts in full; ended at once means at once."""
        today = timezone.localdate()
        return self.filter(Q(starts__lte=today) & (Q(ends__isnull=True) | Q(ends__gte=today)), ended_at__isnull=True)


class Post(models.Model):
    """A person in a role for a team or an area (or both), from a day until a day."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="posts")
    role = models.CharField(max_length=20, choices=Role)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="posts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    starts = models.DateField(default=timezone.localdate)
    ends = models.DateField(null=True, blank=True, help_text="last day in post; empty while it goes on")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="when it was ended at once, before its day")

    objects = PostQuerySet.as_manager()

    class Meta:
        ordering = ("user__name", "-starts")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")),
                name="post_ends_after_it_starts",
                violation_error_message="The last day in post must not be before the first.",
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=False)
                | Q(area__isnull=False)
                | Q(role__in=[Role.GROUP_LEAD, Role.PARTNER_MANAGER, Role.PARTNER_WORKER, Role.ADMINISTRATOR]),
                name="post_has_team_or_area",
                violation_error_message="Choose the team or the area this post is for.",
            ),
        )
        indexes = (models.Index(fields=("user", "ends"), name="post_user"),)

    def __str__(self) -> str:
        return f"{self.get_role_display()}, {self.area or self.team or self.organisation}"

    @property
    def going_on(self) -> bool:
        """True until it has ended; a post that has not begun yet counts as going on."""
        return self.ended_at is None and (self.ends is None or self.ends >= timezone.localdate())
