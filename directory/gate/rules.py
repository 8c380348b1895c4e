"""The permission pattern: one table a lawyer can read, and the questions asked of it.

Each app's `policy.py` holds a table of `Rule`s: verb × role × relation × state. From it are made the
buttons, the refusals in the actions, the lists (`Table.where`), the generated permission tests and
`docs/who-may-do-what.md`. Nothing here knows what a profile or a bid is; each app describes its objects as
`Facts` and adds the relations that only it knows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db.models import Q

from directory.gate.refusals import Forbidden, WrongState
from directory.gate.standing import HeldPost, Standing, standing
from directory.models import Level, Role

if TYPE_CHECKING:
    from directory.models import User


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


@dataclass(frozen=True, slots=True, eq=False)
class Relation:
    """How a person stands to an object: `through` one of their posts, or in person where that is None.

    Two relations are the same only where they are the same object; `words` say it in the printed table.
    """

    words: str
    through: Callable[[HeldPost, Facts], bool] | None = None

    @property
    def in_person(self) -> bool:
        """True where no post is asked: the object's facts name the person."""
        return self.through is None

    def __str__(self) -> str:
        return self.words


ANYWHERE = Relation("anywhere in the force", lambda post, facts: True)
OWN_LPA = Relation(
    "in the post's own LPA", lambda post, facts: facts.lpa_id is not None and post.lpa_id == facts.lpa_id
)
OWN_AREA = Relation(
    "in the area the post covers", lambda post, facts: post.covers(lpa_id=facts.lpa_id, sector_id=facts.sector_id)
)
OWN_TEAM = Relation(
    "with an action for the post's team",
    lambda post, facts: post.team_id is not None and post.team_id in facts.team_ids,
)
OWN_AGENCY = Relation("shared with the post's agency", lambda post, facts: post.organisation_id in facts.agency_ids)
OWN_GROUP = Relation(
    "made by the post's community group",
    lambda post, facts: facts.group_id is not None and post.organisation_id == facts.group_id,
)
AUTHOR = Relation("wrote it")
SUBMITTER = Relation("sent it for decision")


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


# How a relation reads in the database: a condition for one post, or the condition itself for one in person.
Column = Callable[[HeldPost], Q] | Q
NOTHING = Q(pk__in=[])
EVERYTHING = Q(pk__isnull=False)  # not Q(), which `|` drops


def own_lpa(column: str = "lpa_id") -> Column:
    """OWN_LPA over the column that holds an object's LPA."""
    return lambda post: Q(**{column: post.lpa_id}) if post.lpa_id else NOTHING


def own_area(lpa: str = "lpa_id", sector: str = "sector_id") -> Column:
    """OWN_AREA over the columns that hold an object's LPA and sector. See HeldPost.covers."""

    def covered(post: HeldPost) -> Q:
        if post.level == Level.FORCE:
            return EVERYTHING
        if post.level == Level.LPA:
            return Q(**{lpa: post.lpa_id})
        return Q(**{sector: post.sector_id}) if post.sector_id else NOTHING

    return covered


def own_organisation(column: str) -> Column:
    """OWN_AGENCY or OWN_GROUP over the column that holds the organisation."""
    return lambda post: Q(**{column: post.organisation_id})


class NoColumn(LookupError):
    """A rule's relation was not told how to read in the database: a list would silently leave it out."""


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

    def where(self, verb: str, who: Standing, columns: Mapping[Relation, Column], *, state: str = "state") -> Q:
        """The lines about a verb as a database condition: the objects this person may do it to now.

        `columns` says how each relation of those lines reads in the database, those in `unless` included;
        ANYWHERE needs none. Raises NoColumn where one is missing, whoever asks.
        """
        rules = self.rules_for(verb)
        wanted = {relation for rule in rules for relation in (rule.relation, *rule.unless)} - {ANYWHERE}
        if missing := wanted - set(columns):
            named = ", ".join(sorted(relation.words for relation in missing))
            raise NoColumn(f"{verb} has rules that cannot be read in the database: {named}")
        condition = NOTHING
        for rule in rules:
            here = _in_database(rule, who, columns)
            if here is NOTHING:
                continue
            if rule.states:
                here &= Q(**{f"{state}__in": sorted(rule.states)})
            for relation in rule.unless:
                here &= ~_of_person(relation, columns)
            condition |= here
        return condition

    def answers(self, about: str, user: User | None, facts: Facts) -> Answers:
        """Everything one person may do to one object, looked up as `answers["verb"]` for the verb `about.verb`."""
        return Answers(self, about, standing(user), facts)

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


@dataclass(frozen=True, slots=True)
class Answers:
    """What one person may do to one object. `answers["plan"]` is True where they may plan it now."""

    table: Table
    about: str
    who: Standing
    facts: Facts

    def ask(self, verb: str) -> Answer:
        """The whole answer: ever, and now. Raises KeyError for a verb the table does not know."""
        return self.table.ask(f"{self.about}.{verb}", self.who, self.facts)

    def __getitem__(self, verb: str) -> bool:
        """True where the person may do it now. Raises KeyError for a verb the table does not know."""
        return self.ask(verb).now

    def over(self, about: str) -> Answers:
        """What the same person may do to what hangs on the object: `may.over("action")["cancel"]`."""
        return replace(self, about=about)

    def demand(self, need: str) -> Answers:
        """These answers, for somebody who came to do `need` (the whole verb, as a route names it).

        Raises Forbidden where they may see the object but never do this, WrongState where not as it stands.
        """
        answer = self.table.ask(need, self.who, self.facts)
        if not answer.permitted:
            raise Forbidden("You can see this, but someone in another role has to do that.")
        if not answer.now:
            raise WrongState("This cannot be done as things stand now. Somebody may have moved it on.")
        return self


def relates(rule: Rule, who: Standing, facts: Facts) -> bool:
    """True where the person stands to the object as the rule says, through a post or in person."""
    through = rule.relation.through
    if through is None:
        held = rule.role is None or rule.role in who.roles
        return who.user_id is not None and held and rule.relation in facts.in_person
    return any(through(post, facts) for post in _posts(rule, who))


def _posts(rule: Rule, who: Standing) -> tuple[HeldPost, ...]:
    return who.posts if rule.role is None else who.holding(rule.role)


def _in_database(rule: Rule, who: Standing, columns: Mapping[Relation, Column]) -> Q:
    """Where the rule's relation holds for this person; NOTHING itself where it holds nowhere."""
    if rule.relation.in_person:
        held = rule.role is None or rule.role in who.roles
        return _of_person(rule.relation, columns) if who.user_id is not None and held else NOTHING
    condition = NOTHING
    for post in _posts(rule, who):
        column = EVERYTHING if rule.relation is ANYWHERE else columns[rule.relation]
        condition |= column(post) if callable(column) else column
    return condition


def _of_person(relation: Relation, columns: Mapping[Relation, Column]) -> Q:
    column = columns[relation]
    assert isinstance(column, Q), "a relation in person reads as a condition"
    return column
