"""The permission pattern: one table a lawyer can read, and the two questions asked of it.

Each app's `policy.py` holds a table of `Rule`s: verb × role × relation × state. From it are made the
buttons, the refusals in the actions, the lists (`visible_to`), the generated permission tests and the
page in the docs. Nothing here knows what a profile or a bid is; each app describes its objects as `Facts`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from directory.gate.refusals import Forbidden, WrongState
from directory.gate.standing import HeldPost, Standing
from directory.models import Role


class Relation(StrEnum):
    """How a person stands to an object: through a post, or in person."""

    # through a post
    ANYWHERE = "anywhere in the force"
    OFFICIAL_ONLY = "anywhere, where everything in it is marked OFFICIAL"
    OWN_LPA = "in the post's own LPA"
    OWN_AREA = "in the area the post covers"
    OWN_TEAM = "with an action for the post's team"
    OWN_AGENCY = "shared with the post's agency"
    OWN_GROUP = "made by the post's community group"
    # in person, whatever the post
    AUTHOR = "wrote it"
    TESTER = "is testing it"
    ACTION_OWNER = "owns an action in it"
    SUBMITTER = "sent it for decision"
    CONFLICTED = "declared a conflict of interest"


IN_PERSON = frozenset(
    {Relation.AUTHOR, Relation.TESTER, Relation.ACTION_OWNER, Relation.SUBMITTER, Relation.CONFLICTED}
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the policy may know about one object, for one person."""

    state: str = ""
    lpa_id: int | None = None
    sector_id: int | None = None
    team_ids: frozenset[int] = frozenset()
    agency_ids: frozenset[int] = frozenset()
    group_id: int | None = None
    official: bool = True
    in_person: frozenset[Relation] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of a policy table.

    A person may do `verb` when they hold `role` (any role where it is None), stand in `relation` to the
    object, the object is in one of `states` (any state where it is empty), and none of `unless` is true
    of them.
    """

    verb: str
    role: Role | None
    relation: Relation
    states: frozenset[str] = frozenset()
    unless: frozenset[Relation] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Answer:
    """`permitted`: this person may do it in some state. `now`: in the state the object is in."""

    permitted: bool
    now: bool


class Table:
    """A policy table with the questions it answers."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.verbs = frozenset(rule.verb for rule in self.rules)
        self._by_verb: dict[str, tuple[Rule, ...]] = {
            verb: tuple(rule for rule in self.rules if rule.verb == verb) for verb in self.verbs
        }

    def rules_for(self, verb: str) -> tuple[Rule, ...]:
        """The lines about a verb. Raises KeyError for a verb the table does not know: a typing error
        must neither grant nor quietly deny."""
        return self._by_verb[verb]

    def ask(self, verb: str, who: Standing, facts: Facts) -> Answer:
        """May this person do this to this object, ever, and now? Raises KeyError for an unknown verb."""
        permitted = now = False
        for rule in self.rules_for(verb):
            if relates(rule, who, facts) and not (rule.unless & facts.in_person):
                permitted = True
                now = now or not rule.states or facts.state in rule.states
        return Answer(permitted, now)

    def allows(self, verb: str, who: Standing, facts: Facts) -> bool:
        """True where the person may do it now."""
        return self.ask(verb, who, facts).now

    def demand(self, verb: str, who: Standing, facts: Facts, *, first: str = "") -> None:
        """Raise Forbidden where this person may never do it to this object, WrongState where not now.

        Actions call this after they have locked and re-read the row. `first` says what must come first.
        """
        answer = self.ask(verb, who, facts)
        if not answer.permitted:
            raise Forbidden("You cannot do this. Someone in another role has to.")
        if not answer.now:
            raise WrongState(first or "This cannot be done as things stand now. Somebody may have moved it on.")


def relates(rule: Rule, who: Standing, facts: Facts) -> bool:
    """True where the person stands to the object as the rule says, through a post or in person."""
    if rule.relation in IN_PERSON:
        held = rule.role is None or rule.role in who.roles
        return who.user_id is not None and held and rule.relation in facts.in_person
    posts = who.posts if rule.role is None else who.holding(rule.role)
    return any(_through(post, rule.relation, facts) for post in posts)


def _through(post: HeldPost, relation: Relation, facts: Facts) -> bool:
    match relation:
        case Relation.ANYWHERE:
            return True
        case Relation.OFFICIAL_ONLY:
            return facts.official
        case Relation.OWN_LPA:
            return facts.lpa_id is not None and post.lpa_id == facts.lpa_id
        case Relation.OWN_AREA:
            return post.covers(lpa_id=facts.lpa_id, sector_id=facts.sector_id)
        case Relation.OWN_TEAM:
            return post.team_id is not None and post.team_id in facts.team_ids
        case Relation.OWN_AGENCY:
            return post.organisation_id in facts.agency_ids
        case Relation.OWN_GROUP:
            return facts.group_id is not None and post.organisation_id == facts.group_id
    return False
