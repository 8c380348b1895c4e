"""What the people who propose and publish text see: only text that is meant for the public."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cms.models import PublicText
from cms.neighbourhood.freshness import MONTHS, freshness
from cms.policy import TABLE, facts
from cms.states import TextState
from directory.models import User
from pmp.models import Profile
from pmp.states import OPEN_STATES

PART = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One text of the list, and what this person may do to it now."""

    text: PublicText
    may_publish: bool
    may_unpublish: bool


def publishing(user: User) -> dict[str, Any]:
    """The publishing page of one person: what waits for a second person, what is on a page, and what the
    profiles they work on have ready to propose. Each part shows at most 100."""
    texts = PublicText.objects.visible_to(user).select_related("sector", "lpa", "proposed_by", "published_by")
    waiting = texts.filter(state=TextState.PROPOSED).order_by("proposed_at", "pk")
    return {
        "waiting": _lines(waiting[:PART], user),
        "shown": _lines(texts.on_page().exclude(state=TextState.PROPOSED)[:PART], user),
        "ready": ready_to_propose(user),
    }


def _lines(texts: Iterable[PublicText], user: User) -> list[Line]:
    answers = [(text, TABLE.answers("text", user, facts(text, user))) for text in texts]
    return [Line(text, may_publish=may["publish"], may_unpublish=may["unpublish"]) for text, may in answers]


def ready_to_propose(user: User) -> list[Profile]:
    """Profiles this person may propose text of and whose text is new or changed since it was published."""
    may = Profile.objects.visible_to(user).allowing("profile.propose_public", user)
    profiles = may.filter(state__in=OPEN_STATES).exclude(public_issue="")
    unchanged = Q(public_text__state=TextState.PUBLISHED) | Q(public_text__state=TextState.PROPOSED)
    ready = profiles.exclude(unchanged).select_related("sector", "lpa", "public_text")
    return list(ready[:PART])


def text_of(profile: Profile) -> PublicText | None:
    """The public text of a profile, or None where none was ever proposed."""
    return PublicText.objects.select_related("proposed_by", "published_by").filter(profile=profile).first()


def old_public_texts(profiles: Sequence[Profile]) -> dict[int, str]:
    """A red flag for each of these profiles whose public text is older than the guarantee allows. One query."""
    today = timezone.localdate()
    texts = PublicText.objects.on_page().filter(profile__in=profiles).order_by()
    return {
        key: f"Public text over {MONTHS} months old"
        for key, published_at in texts.values_list("profile_id", "published_at")
        if freshness(timezone.localtime(published_at).date(), today).stale
    }
