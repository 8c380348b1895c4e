"""Fetch one text, or one profile to take text from: not there and not yours are the same 404."""

from __future__ import annotations

from cms.models import PublicText
from cms.policy import TABLE, facts
from directory.gate.refusals import Forbidden, NotYours, WrongState
from directory.gate.rules import Answers
from directory.models import User
from pmp.models import Profile
from pmp.policy import TABLE as PROFILE_TABLE
from pmp.policy import facts as profile_facts

NOT_YOURS_TO_DO = "You cannot do this. Someone in another role has to."


def text_for(user: User, key: int, *, need: str) -> tuple[PublicText, Answers]:
    """The public text with that key for somebody who needs to do `need` to it, and what else they may do.

    Raises NotYours (404), Forbidden (403) where this person may never do it, WrongState (409) where not now.
    """
    text = (
        PublicText.objects.visible_to(user)
        .select_related("sector", "lpa", "proposed_by", "published_by")
        .filter(pk=key)
        .first()
    )
    if text is None:
        raise NotYours("No such text.")
    may = TABLE.answers("text", user, facts(text, user))
    answer = may.ask(need.removeprefix("text."))
    if not answer.permitted:
        if text.proposed_by_id == user.pk:
            raise Forbidden("You proposed this text, so somebody else has to publish it.")
        raise Forbidden(NOT_YOURS_TO_DO)
    if not answer.now:
        raise WrongState(f"This text is now “{text.get_state_display()}”. Somebody may have moved it on.")
    return text, may


def profile_to_propose(user: User, reference: str) -> tuple[Profile, Answers]:
    """The profile whose public text this person may propose, and what else they may do to it.

    Raises NotYours (404), Forbidden (403) or WrongState (409: the profile is closed or withdrawn).
    """
    profile = Profile.objects.visible_to(user).select_related("sector", "lpa").filter(reference=reference).first()
    if profile is None:
        raise NotYours("No such profile.")
    may = PROFILE_TABLE.answers("profile", user, profile_facts(profile, user))
    answer = may.ask("propose_public")
    if not answer.permitted:
        raise Forbidden(NOT_YOURS_TO_DO)
    if not answer.now:
        raise WrongState("This profile is closed or withdrawn, so no new text can be proposed.")
    return profile, may
