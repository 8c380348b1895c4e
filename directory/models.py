"""Who and where: areas, organisations, teams, people and the posts they hold."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import Group, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Lower, Substr
from django.utils import timezone


class Level(models.TextChoices):
    """The four levels of the one area tree, widest first. What an LPA is called is a setting."""

    FORCE = "force", "Force"
    LPA = "lpa", "Local policing area"
    SECTOR = "sector", "Sector"
    WARD = "ward", "Ward"


class Area(models.Model):
    """A place the force is answerable for: force → LPA → sector → ward.

    `path` is the chain of keys from the root, each followed by a dot (`1.4.22.`), so that everything
    below an area is everything whose path begins with its own. `boundary` is GeoJSON geometry text with
    longitude and latitude in WGS 84, kept as text so that no geospatial engine is needed.
    """

    level = models.CharField(max_length=8, choices=Level)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=140)
    code = models.CharField(max_length=20, blank=True, help_text="ONS code, for example E05011118")
    vintage = models.PositiveSmallIntegerField(null=True, blank=True, help_text="year of the boundary set")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=100, blank=True, db_index=True)
    boundary = models.TextField(blank=True)
    typology = models.CharField(max_length=40, blank=True, help_text="neighbourhood type, where scored")

    class Meta:
        ordering = ("path",)
        constraints = (
            models.UniqueConstraint(
                fields=("code", "vintage"),
                condition=~Q(code=""),
                name="area_code_vintage",
                violation_error_message="An area with this code and vintage is already loaded.",
            ),
            models.UniqueConstraint(fields=("level", "slug"), name="area_level_slug"),
            models.CheckConstraint(
                condition=Q(level="force", parent__isnull=True) | (~Q(level="force") & Q(parent__isnull=False)),
                name="area_has_parent",
                violation_error_message="Every area but the force lies in the one above it.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a place in the tree that skips a level: `ancestor_key` reads levels from the path's length."""
        order = Level.values
        above = order.index(self.parent.level) if self.parent else -1
        if order.index(self.level) != above + 1:
            raise ValidationError({"parent": "An area lies directly in one of the level above its own."})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep `path` true to the tree, for everything below too; a new area learns its key first.

        Raises ValidationError where the area would not lie directly in one of the level above, and where an
        area that has others in it would change its level.
        """
        self.clean()
        with transaction.atomic():
            if self.pk and self.children.exclude(level__in=_just_below(self.level)).exists():
                raise ValidationError({"level": "This area has others in it: its level cannot change."})
            super().save(*args, **kwargs)
            self._keep_path()

    def _keep_path(self) -> None:
        path = f"{self.parent.path if self.parent else ''}{self.pk}."
        old = Area.objects.values_list("path", flat=True).get(pk=self.pk)
        if path != old:
            Area.objects.filter(pk=self.pk).update(path=path)
            if old:
                moved = Concat(Value(path), Substr("path", len(old) + 1))
                Area.objects.filter(path__startswith=old).update(path=moved)
        self.path = path

    def below(self) -> models.QuerySet[Area]:
        """This area and everything under it."""
        return Area.objects.filter(path__startswith=self.path)

    def ancestor_key(self, level: Level) -> int | None:
        """Key of the area of that level on the way to the root (itself included), from the path alone."""
        return key_on_path(self.path, level)


def key_on_path(path: str, level: Level) -> int | None:
    """Key of the area of that level on an area's `path` (`1.4.17.`); None where the path ends above it."""
    keys = path.split(".")[:-1]
    index = Level.values.index(level)
    return int(keys[index]) if index < len(keys) else None


def _just_below(level: str) -> list[str]:
    return Level.values[Level.values.index(level) + 1 :][:1]


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
    """The kinds of team the papers name (001 para 4)."""

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


class StaffSessionQuerySet(models.QuerySet["StaffSession"]):
    def open(self) -> StaffSessionQuerySet:
        """Those that were neither ended nor ran out."""
        return self.filter(ended_at__isnull=True, expires_at__gt=timezone.now())


class StaffSession(models.Model):
    """A time-limited, reasoned window in which a system administrator may do administrator's work."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="staff_sessions")
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = StaffSessionQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("user",),
                condition=Q(ended_at__isnull=True),
                name="one_staff_session_a_person",
                violation_error_message="You have a staff session open already.",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("started_at")), name="staff_session_ends_after_it_starts"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} from {self.started_at:%d %b %Y %H:%M}"

    @property
    def open(self) -> bool:
        """True until it is ended or its time runs out."""
        return self.ended_at is None and self.expires_at > timezone.now()


class SentForm(models.Model):
    """A form that is being done, or was done in the last day: `location` is where it led."""

    key = models.CharField(max_length=64, unique=True, help_text="SHA-256 of person, page and content")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    location = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"{self.user} {self.location}"


class HeldForm(models.Model):
    """What somebody had typed when their session ended, kept for them until they sign in again.

    Only ever filled for a form this site itself handed to that person (a signed field proves it), and
    only ever given back to the same person on the same page. Emptied after a day.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="held_forms")
    path = models.CharField(max_length=300)
    content = models.TextField(help_text="the posted fields, URL-encoded")
    held_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "path"), name="one_held_form_a_page"),)

    def __str__(self) -> str:
        return f"{self.user} {self.path}"
