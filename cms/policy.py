"""Who may put a profile's text before the public, who may edit pages, and which URLs are public."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from cms.states import TextState
from directory.gate.routes import ANY, PUBLIC, Audience, Route, form, read
from directory.gate.rules import ANYWHERE, AUTHOR, OWN_LPA, Facts, Rule, Table, own_lpa
from directory.gate.standing import standing
from directory.models import Role

if TYPE_CHECKING:
    from cms.models import PublicText

WAITING = frozenset({TextState.PROPOSED})
SHOWN_OR_WAITING = frozenset({TextState.PROPOSED, TextState.PUBLISHED, TextState.CHANGED_SINCE})
NOT_THE_PROPOSER = frozenset({AUTHOR})

# Proposing is asked of the profile: see `profile.propose_public` in pmp.policy.
TABLE = Table(
    [
        Rule("text.view", Role.SECTOR_INSPECTOR, OWN_LPA),
        Rule("text.view", Role.COORDINATOR, OWN_LPA),
        Rule("text.view", Role.CHIEF_INSPECTOR, OWN_LPA),
        Rule("text.view", Role.EDITOR, ANYWHERE),
        Rule("text.publish", Role.CHIEF_INSPECTOR, OWN_LPA, WAITING, NOT_THE_PROPOSER),
        Rule("text.publish", Role.EDITOR, ANYWHERE, WAITING, NOT_THE_PROPOSER),
        Rule("text.unpublish", Role.CHIEF_INSPECTOR, OWN_LPA, SHOWN_OR_WAITING),
        Rule("text.unpublish", Role.EDITOR, ANYWHERE, SHOWN_OR_WAITING),
    ]
)

PUBLISHING = Audience(
    "people who propose or publish text",
    frozenset({Role.SECTOR_INSPECTOR, Role.COORDINATOR, Role.CHIEF_INSPECTOR, Role.EDITOR}),
)
EDITORS = Audience("web editors", frozenset({Role.EDITOR}))
PROPOSERS = Audience("people who propose text", frozenset({Role.SECTOR_INSPECTOR, Role.COORDINATOR}))


def facts(text: PublicText, user: Any) -> Facts:
    """What the policy may know of a public text for one person. Its author is whoever proposed it."""
    wrote_it = user.pk is not None and text.proposed_by_id == user.pk
    return Facts(
        state=text.state,
        lpa_id=text.lpa_id,
        sector_id=text.sector_id,
        in_person=frozenset({AUTHOR}) if wrote_it else frozenset(),
    )


def visible(user: Any) -> Q:
    """The table's `text.view` lines as a database condition: lists and single reads cannot disagree."""
    return TABLE.where("text.view", standing(user), {OWN_LPA: own_lpa()})


TEXT = "cms.publictext"

ROUTES: tuple[Route, ...] = (
    # the public site
    read("wagtail_serve", PUBLIC),
    read("cms:find", PUBLIC),
    read("cms:robots", PUBLIC),
    read("cms:sitemap", PUBLIC),
    read("cms:forces", PUBLIC),
    read("cms:force", PUBLIC),
    read("cms:neighbourhoods", PUBLIC),
    read("cms:neighbourhood", PUBLIC),
    read("cms:people", PUBLIC),
    read("cms:priorities", PUBLIC),
    read("cms:events", PUBLIC),
    read("cms:boundary", PUBLIC),
    read("cms:locate", PUBLIC),
    read("wagtaildocs_serve", PUBLIC),
    # publishing a profile's text
    read("cms:publishing", PUBLISHING),
    form("cms:propose", PROPOSERS, "profile.propose_public", "pmp.profile"),
    form("cms:publish", PUBLISHING, "text.publish", TEXT),
    form("cms:unpublish", PUBLISHING, "text.unpublish", TEXT),
    # the page editor: Wagtail's every URL, named or not. Its sign-in page is ours.
    Route("wagtailadmin_login", PUBLIC, methods=ANY),
    Route("wagtail*", EDITORS, methods=ANY),
)

SENTENCES = {
    "cms.proposed_text": "{name} proposed text for the public page",
    "cms.published_text": "{name} published the text on the public page",
    "cms.text_changed_since": "The text changed since it was published",
    "cms.unpublished_text": "{name} took the text off the public page",
    "cms.declined_text": "{name} turned down the text proposed for the public page",
}
