"""Where a person stands: the posts they hold today, read once a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from directory.models import PARTNER_ROLES, POLICE_ROLES, Level, Role, key_on_path

if TYPE_CHECKING:
    from directory.models import User


@dataclass(frozen=True, slots=True)
class HeldPost:
    """One current post as the policy needs it: role, and the keys of what it is for."""

    role: Role
    organisation_id: int
    team_id: int | None
    level: Level | None
    area_id: int | None
    area_path: str
    lpa_id: int | None
    sector_id: int | None

    def covers(self, *, lpa_id: int | None, sector_id: int | None) -> bool:
        """True where the post's area is, or is above, the given LPA and sector."""
        if self.level == Level.FORCE:
            return True
        if self.level == Level.LPA:
            return lpa_id is not None and self.lpa_id == lpa_id
        return self.sector_id is not None and self.sector_id == sector_id


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything the policy may ask about a person."""

    user_id: int | None
    posts: tuple[HeldPost, ...]
    staff_session: bool = False

    @property
    def roles(self) -> frozenset[Role]:
        """The roles of all current posts."""
        return frozenset(post.role for post in self.posts)

    @property
    def is_police(self) -> bool:
        """Holds at least one police post today."""
        return bool(self.roles & POLICE_ROLES)

    @property
    def is_partner(self) -> bool:
        """Holds at least one partner agency post today."""
        return bool(self.roles & PARTNER_ROLES)

    def holding(self, role: Role) -> tuple[HeldPost, ...]:
        """The posts with that role."""
        return tuple(post for post in self.posts if post.role == role)


NOBODY = Standing(user_id=None, posts=())


def standing(user: Any) -> Standing:
    """The standing of a User, an AnonymousUser or None, cached on the user object (one query a request).

    A post that begins or ends takes effect on the next request. Signed-out and inactive people stand
    nowhere. `staff_session` is true for an administrator whose staff session is open.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOBODY
    cached: Standing | None = getattr(user, "_standing", None)
    if cached is None:
        cached = _read(user)
        user._standing = cached
    return cached


def forget_standing(user: Any) -> None:
    """Drop what is cached on the user object, after an action changed the person's posts or staff session."""
    for cached in ("_standing", "_perm_cache", "_user_perm_cache", "_group_perm_cache"):
        user.__dict__.pop(cached, None)


# Read as plain columns: every page of staff and partners asks this once, and whole objects took twice as long.
_COLUMNS = (
    *("role", "organisation_id", "team_id", "area_id", "area__level", "area__path"),
    *("team__area_id", "team__area__level", "team__area__path"),
)


def _read(user: User) -> Standing:
    posts = []
    rows = user.posts.current().order_by("-starts", "-pk").values_list(*_COLUMNS)
    for role, organisation_id, team_id, area_id, level, path, teams_area, teams_level, teams_path in rows:
        if area_id is None:
            area_id, level, path = teams_area, teams_level, teams_path
        posts.append(_held(role, organisation_id, team_id, area_id, level, path))
    in_session = False
    if any(post.role == Role.ADMINISTRATOR for post in posts):
        in_session = user.staff_sessions.open().exists()
    return Standing(user_id=user.pk, posts=tuple(posts), staff_session=in_session)


def _held(
    role: str, organisation_id: int, team_id: int | None, area_id: int | None, level: str | None, path: str | None
) -> HeldPost:
    area_path = path or ""
    # Work is done by sector: a post for one ward of it does not reach the rest, so it reaches none.
    in_sector = level is not None and level != Level.WARD
    return HeldPost(
        role=Role(role),
        organisation_id=organisation_id,
        team_id=team_id,
        level=Level(level) if level else None,
        area_id=area_id,
        area_path=area_path,
        lpa_id=key_on_path(area_path, Level.LPA),
        sector_id=key_on_path(area_path, Level.SECTOR) if in_sector else None,
    )
