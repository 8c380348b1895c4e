"""Who may do what with agreements and shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q

from directory.gate.routes import POLICE, Audience, Route, act, form, read
from directory.gate.rules import ANYWHERE, OWN_AGENCY, OWN_AREA, OWN_LPA, Facts, Rule, Table, own_organisation
from directory.gate.standing import Standing, standing
from directory.models import PARTNER_ROLES, Role
from partners.states import AgreementState, ShareState

if TYPE_CHECKING:
    from partners.models import Agreement, Share

INSPECTOR, CHIEF = Role.SECTOR_INSPECTOR, Role.CHIEF_INSPECTOR
MANAGER, WORKER = Role.PARTNER_MANAGER, Role.PARTNER_WORKER
AGENCY = OWN_AGENCY

OFFERED = frozenset({ShareState.OFFERED})
ACCEPTED = frozenset({ShareState.ACCEPTED})
SUSPENDED = frozenset({ShareState.SUSPENDED})
GRANTED = ACCEPTED | SUSPENDED

TABLE = Table(
    [
        # a share, seen from the agency
        Rule("share.preview", MANAGER, AGENCY, OFFERED | ACCEPTED),
        Rule("share.preview", WORKER, AGENCY, OFFERED | ACCEPTED),
        Rule("share.answer", MANAGER, AGENCY, OFFERED),
        Rule("share.answer", WORKER, AGENCY, OFFERED),
        Rule("share.read", MANAGER, AGENCY, ACCEPTED),
        Rule("share.read", WORKER, AGENCY, ACCEPTED),
        Rule("share.work", MANAGER, AGENCY, ACCEPTED),
        Rule("share.work", WORKER, AGENCY, ACCEPTED),
        # a share, seen from the police
        Rule("share.manage", INSPECTOR, OWN_AREA),
        Rule("share.manage", CHIEF, OWN_LPA),
        Rule("share.withdraw", INSPECTOR, OWN_AREA, OFFERED),
        Rule("share.withdraw", CHIEF, OWN_LPA, OFFERED),
        Rule("share.suspend", INSPECTOR, OWN_AREA, ACCEPTED),
        Rule("share.suspend", CHIEF, OWN_LPA, ACCEPTED),
        Rule("share.resume", INSPECTOR, OWN_AREA, SUSPENDED),
        Rule("share.resume", CHIEF, OWN_LPA, SUSPENDED),
        Rule("share.end", INSPECTOR, OWN_AREA, GRANTED),
        Rule("share.end", CHIEF, OWN_LPA, GRANTED),
        # agreements
        Rule("agreement.view", INSPECTOR, ANYWHERE),
        Rule("agreement.view", CHIEF, ANYWHERE),
        Rule("agreement.view", Role.COORDINATOR, ANYWHERE),
        Rule("agreement.view", Role.ANALYST, ANYWHERE),
        Rule("agreement.view", Role.FORCE_LEAD, ANYWHERE),
        Rule("agreement.view", MANAGER, AGENCY, frozenset({"signed", "live", "lapsed", "ended"})),
        Rule("agreement.view", WORKER, AGENCY, frozenset({"signed", "live", "lapsed", "ended"})),
        Rule("agreement.add", CHIEF, ANYWHERE),
        Rule("agreement.add", Role.FORCE_LEAD, ANYWHERE),
        Rule("agreement.sign", CHIEF, ANYWHERE, frozenset({AgreementState.DRAFT})),
        Rule("agreement.sign", Role.FORCE_LEAD, ANYWHERE, frozenset({AgreementState.DRAFT})),
        Rule(
            "agreement.bring_into_force",
            Role.FORCE_LEAD,
            ANYWHERE,
            frozenset({AgreementState.SIGNED, AgreementState.LAPSED}),
        ),
        Rule(
            "agreement.bring_into_force",
            CHIEF,
            ANYWHERE,
            frozenset({AgreementState.SIGNED, AgreementState.LAPSED}),
        ),
        Rule("agreement.lapse", CHIEF, ANYWHERE, frozenset({AgreementState.LIVE})),
        Rule("agreement.lapse", Role.FORCE_LEAD, ANYWHERE, frozenset({AgreementState.LIVE})),
        Rule("agreement.end", CHIEF, ANYWHERE, frozenset({"draft", "signed", "live", "lapsed"})),
        Rule("agreement.end", Role.FORCE_LEAD, ANYWHERE, frozenset({"draft", "signed", "live", "lapsed"})),
    ]
)


def share_facts(share: Share, user: Any = None) -> Facts:
    """What the policy may know of a share, whoever asks."""
    return Facts(
        state=share.state,
        lpa_id=share.profile.lpa_id,
        sector_id=share.profile.sector_id,
        agency_ids=frozenset({share.agency_id}),
    )


def agreement_facts(agreement: Agreement | None, user: Any = None) -> Facts:
    """What the policy may know of an agreement, whoever asks; None stands for one not yet written."""
    if agreement is None:
        return Facts()
    return Facts(state=agreement.state, agency_ids=frozenset({agreement.agency_id}))


def agencies_of(who: Standing) -> set[int]:
    """The agencies a person holds a partner post in today."""
    return {post.organisation_id for post in who.posts if post.role in (MANAGER, WORKER)}


def visible_agreements(user: Any) -> Q:
    """The table's `agreement.view` lines as a database condition."""
    return TABLE.where("agreement.view", standing(user), {OWN_AGENCY: own_organisation("agency_id")})


PARTNERS = Audience("partner agencies", PARTNER_ROLES)
POLICE_AND_PARTNERS = Audience("police staff and partner agencies", POLICE.roles | PARTNERS.roles)

S, A = "partners.share", "partners.agreement"
ROUTES: tuple[Route, ...] = (
    # the agency's pages
    read("partners:inbox", PARTNERS),
    read("partners:shared", PARTNERS),
    read("partners:share", PARTNERS, "share.preview", S),
    act("partners:accept_share", PARTNERS, "share.answer", S),
    form("partners:decline_share", PARTNERS, "share.answer", S),
    read("partners:share_pdf", PARTNERS, "share.read", S),
    form("partners:update_action", PARTNERS, "share.work", "partners.action"),
    form("partners:propose_date", PARTNERS, "share.work", "partners.action"),
    read("partners:file", PARTNERS, "share.work", "partners.actionfile"),
    # the police pages
    read("partners:shares", POLICE, "profile.view", "pmp.profile"),
    form("partners:share_profile", POLICE, "profile.share", "pmp.profile"),
    read("partners:view_as", POLICE, "share.manage", S),
    form("partners:withdraw_share", POLICE, "share.withdraw", S),
    form("partners:suspend_share", POLICE, "share.suspend", S),
    form("partners:resume_share", POLICE, "share.resume", S),
    form("partners:end_share", POLICE, "share.end", S),
    # agreements
    read("partners:agreements", POLICE_AND_PARTNERS),
    read("partners:agreement", POLICE_AND_PARTNERS, "agreement.view", A),
    form("partners:add_agreement", POLICE),
    form("partners:sign_agreement", POLICE, "agreement.sign", A),
    form("partners:bring_into_force", POLICE, "agreement.bring_into_force", A),
    form("partners:lapse_agreement", POLICE, "agreement.lapse", A),
    form("partners:end_agreement", POLICE, "agreement.end", A),
)

SENTENCES = {
    "partners.offered": "{name} offered a share to {agency}",
    "partners.accepted": "{name} accepted the share for {agency}",
    "partners.declined": "{name} declined the share for {agency}",
    "partners.withdrew": "{name} withdrew the offer to {agency}",
    "partners.suspended": "{name} suspended the share with {agency}",
    "partners.resumed": "{name} resumed the share with {agency}",
    "partners.ended": "{name} ended the share with {agency}",
    "partners.expired": "The share with {agency} reached its last day",
    "partners.added_agreement": "{name} wrote the agreement",
    "partners.signed_agreement": "{name} signed the agreement; {agency_signed_by} signed for the agency",
    "partners.brought_into_force": "{name} brought the agreement into force",
    "partners.lapsed_agreement": "{name} marked the agreement as lapsed",
    "partners.passed_review": "The agreement passed its review date, {review_on}, and lapsed",
    "partners.stopped_sight": "The agreement with {agency} lapsed, so it no longer sees this profile",
    "partners.returned_sight": "The agreement with {agency} is in force again, so it sees this profile again",
    "partners.ended_agreement": "{name} ended the agreement",
}
