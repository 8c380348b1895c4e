"""What happens to a profile's public text. Two people see every word before the public does."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from cms.models import PublicText
from cms.policy import TABLE, facts
from cms.states import TextState
from directory.gate.refusals import Incomplete, Stale
from directory.gate.steps import demand_reason, locked
from directory.models import User
from journal.write import record
from pmp.models import Profile
from pmp.policy import TABLE as PROFILE_TABLE
from pmp.policy import facts as profile_facts


@transaction.atomic(durable=True)
def propose_public_text(profile: Profile, *, acting_user: User, version: int) -> PublicText:
    """Put the profile's public issue and action forward for a second person to publish.

    `version` is the profile's version the proposer read. Raises Forbidden, WrongState (closed or
    withdrawn profile), Stale (the profile changed meanwhile) and Incomplete (nothing to propose).
    """
    profile = locked(
        profile, "profile.propose_public", acting_user=acting_user, table=PROFILE_TABLE, facts=profile_facts
    )
    if profile.version != version:
        raise Stale("Somebody changed the profile since you opened this page. Read the text again.")
    text, _ = PublicText.objects.select_for_update().get_or_create(
        profile=profile, defaults={"sector_id": profile.sector_id, "lpa_id": profile.lpa_id}
    )
    if missing := missing_for_proposal(profile, text):
        raise Incomplete(missing)
    text.propose()
    text.sector_id, text.lpa_id = profile.sector_id, profile.lpa_id
    text.proposed_issue, text.proposed_action = profile.public_issue.strip(), profile.public_action.strip()
    text.proposed_by, text.proposed_at, text.published_by = acting_user, timezone.now(), None
    text.version += 1
    text.save()
    record("cms.proposed_text", profile, acting_user=acting_user, text=text.pk, version=version)
    return text


@transaction.atomic(durable=True)
def publish_public_text(text: PublicText, *, acting_user: User, version: int) -> PublicText:
    """Put the proposed words on the sector's page; never by the person who proposed them.

    `version` is the text's version the publisher read, so that nobody publishes words they have not seen.
    Raises Forbidden, WrongState and Stale.
    """
    text = locked(text, "text.publish", acting_user=acting_user, table=TABLE, facts=facts)
    _same_version(text, version)
    text.publish()
    today = timezone.localdate()
    if text.proposed_issue != text.issue:
        text.issue, text.issue_date = text.proposed_issue, today
    if text.proposed_action != text.action:
        text.action, text.action_date = text.proposed_action, today if text.proposed_action else None
    text.proposed_issue = text.proposed_action = ""
    text.published_by, text.published_at = acting_user, timezone.now()
    text.version += 1
    text.save()
    record("cms.published_text", text.profile, acting_user=acting_user, text=text.pk, version=text.version)
    return text


@transaction.atomic(durable=True)
def unpublish_public_text(text: PublicText, *, acting_user: User, reason: str, version: int) -> PublicText:
    """Take the words off the page, or turn a first proposal down, for a stated reason.

    Raises Forbidden, WrongState, Stale, and Incomplete without a reason.
    """
    text = locked(text, "text.unpublish", acting_user=acting_user, table=TABLE, facts=facts)
    _same_version(text, version)
    reason = demand_reason(reason, "a reason")
    was_shown = text.on_page
    text.unpublish()
    text.issue = text.action = text.proposed_issue = text.proposed_action = ""
    text.issue_date = text.action_date = text.published_at = None
    text.version += 1
    text.save()
    verb = "cms.unpublished_text" if was_shown else "cms.declined_text"
    record(verb, text.profile, acting_user=acting_user, text=text.pk, reason=reason)
    return text


def missing_for_proposal(profile: Profile, text: PublicText | None) -> list[str]:
    """What still stands in the way of proposing, in words; empty when nothing does."""
    issue, action = profile.public_issue.strip(), profile.public_action.strip()
    if text is not None and text.state == TextState.PROPOSED:
        return ["somebody to publish or turn down the text already proposed"]
    if not issue:
        return ["a public issue: write it on the profile first"]
    if text is not None and text.on_page and (text.issue, text.action) == (issue, action):
        return ["a change: this text is already on the page"]
    return []


def note_profile_changed(profile: Profile) -> None:
    """Mark a published text whose profile now says something else. Runs in the profile's own transaction."""
    texts = PublicText.objects.select_for_update().filter(profile=profile, state=TextState.PUBLISHED)
    for text in texts:
        if (text.issue, text.action) == (profile.public_issue.strip(), profile.public_action.strip()):
            continue
        text.mark_changed()
        text.version += 1
        text.save(update_fields=["state", "version"])
        record("cms.text_changed_since", profile, acting_user=None, text=text.pk)


def _same_version(text: PublicText, version: int) -> None:
    if text.version != version:
        raise Stale("Somebody changed this text since you opened the page. Read it again.")
