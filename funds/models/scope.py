"""Which areas a person's posts open for a verb: the policy table read as a filter, so lists and pages agree."""

from __future__ import annotations

from directory.gate.rules import ANYWHERE, OWN_GROUP, OWN_LPA, Rule
from directory.gate.standing import HeldPost, Standing


def everywhere(verb: str, who: Standing) -> bool:
    """True where one of the person's posts gives them the verb anywhere in the force."""
    return any(rule.relation is ANYWHERE and _posts(rule, who) for rule in _rules(verb))


def areas_for(verb: str, who: Standing) -> set[int]:
    """Keys of the LPAs in which one of the person's posts gives them the verb."""
    return {
        post.lpa_id
        for rule in _rules(verb)
        if rule.relation is OWN_LPA
        for post in _posts(rule, who)
        if post.lpa_id is not None
    }


def groups_for(verb: str, who: Standing) -> set[int]:
    """Keys of the community groups for which one of the person's posts gives them the verb."""
    return {post.organisation_id for rule in _rules(verb) if rule.relation is OWN_GROUP for post in _posts(rule, who)}


def _rules(verb: str) -> tuple[Rule, ...]:
    from funds.policy import TABLE  # the table names the states of the models, which import this

    return TABLE.rules_for(verb)


def _posts(rule: Rule, who: Standing) -> tuple[HeldPost, ...]:
    return who.posts if rule.role is None else who.holding(rule.role)
