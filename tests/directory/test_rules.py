"""The policy engine: each relation shown and broken, and what must hold for every table."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.gate import rules
from directory.gate.refusals import Forbidden, WrongState
from directory.gate.rules import (
    ANYWHERE,
    AUTHOR,
    OWN_AGENCY,
    OWN_AREA,
    OWN_GROUP,
    OWN_LPA,
    OWN_TEAM,
    SUBMITTER,
    Answer,
    Facts,
    NoColumn,
    Relation,
    Rule,
    Table,
    own_lpa,
)
from directory.gate.standing import NOBODY, HeldPost, Standing
from directory.models import Level, Role
from pmp.policy import OFFICIAL_ONLY

LPA, SECTOR, TEAM, AGENCY = 10, 20, 30, 40
GROUND = [thing for thing in vars(rules).values() if isinstance(thing, Relation)]
THROUGH_POSTS = [relation for relation in GROUND if not relation.in_person]
IN_PERSON = frozenset(relation for relation in GROUND if relation.in_person)
FORCE_POST = HeldPost(Role.ANALYST, AGENCY, None, Level.FORCE, 1, "1.", None, None)
LPA_POST = HeldPost(Role.ANALYST, AGENCY, None, Level.LPA, LPA, f"1.{LPA}.", LPA, None)
SECTOR_POST = HeldPost(Role.ANALYST, AGENCY, TEAM, Level.SECTOR, SECTOR, f"1.{LPA}.{SECTOR}.", LPA, SECTOR)
AGENCY_POST = HeldPost(Role.PARTNER_WORKER, AGENCY, None, None, None, "", None, None)
HERE = Facts(state="open", lpa_id=LPA, sector_id=SECTOR)
ELSEWHERE = Facts(state="open", lpa_id=LPA + 1, sector_id=SECTOR + 1)


def somebody(*posts: HeldPost) -> Standing:
    return Standing(user_id=7, posts=posts)


def may(relation: Relation, who: Standing, facts: Facts, role: Role | None = None, **more: object) -> bool:
    return Table([Rule("do", role, relation, **more)]).allows("do", who, facts)


SHOWN = {
    "anywhere": (ANYWHERE, AGENCY_POST, Facts()),
    "official": (OFFICIAL_ONLY, AGENCY_POST, Facts(official=True)),
    "own LPA": (OWN_LPA, SECTOR_POST, HERE),
    "own area, whole force": (OWN_AREA, FORCE_POST, ELSEWHERE),
    "own area, LPA": (OWN_AREA, LPA_POST, HERE),
    "own area, sector": (OWN_AREA, SECTOR_POST, HERE),
    "own team": (OWN_TEAM, SECTOR_POST, Facts(team_ids=frozenset({1, TEAM}))),
    "own agency": (OWN_AGENCY, AGENCY_POST, Facts(agency_ids=frozenset({AGENCY}))),
    "own group": (OWN_GROUP, AGENCY_POST, Facts(group_id=AGENCY)),
}
BROKEN = {
    "not official": (OFFICIAL_ONLY, AGENCY_POST, Facts(official=False)),
    "another LPA": (OWN_LPA, SECTOR_POST, ELSEWHERE),
    "no LPA on either side": (OWN_LPA, AGENCY_POST, Facts()),
    "LPA of a post for the whole force": (OWN_LPA, FORCE_POST, HERE),
    "another LPA's area": (OWN_AREA, LPA_POST, ELSEWHERE),
    "an area that is nowhere": (OWN_AREA, LPA_POST, Facts()),
    "another sector": (OWN_AREA, SECTOR_POST, Facts(lpa_id=LPA, sector_id=SECTOR + 1)),
    "the whole LPA from a sector": (OWN_AREA, SECTOR_POST, Facts(lpa_id=LPA)),
    "no area at all": (OWN_AREA, AGENCY_POST, HERE),
    "another team": (OWN_TEAM, SECTOR_POST, Facts(team_ids=frozenset({TEAM + 1}))),
    "no team": (OWN_TEAM, LPA_POST, Facts(team_ids=frozenset({TEAM}))),
    "another agency": (OWN_AGENCY, AGENCY_POST, Facts(agency_ids=frozenset({AGENCY + 1}))),
    "another group": (OWN_GROUP, AGENCY_POST, Facts(group_id=AGENCY + 1)),
    "no group": (OWN_GROUP, AGENCY_POST, Facts()),
}


@pytest.mark.parametrize(("relation", "post", "facts"), SHOWN.values(), ids=SHOWN)
def test_a_relation_through_a_post(relation: Relation, post: HeldPost, facts: Facts) -> None:
    assert may(relation, somebody(post), facts)
    assert may(relation, somebody(post), facts, role=post.role)
    assert not may(relation, somebody(post), facts, role=Role.EDITOR)
    assert not may(relation, NOBODY, facts)


@pytest.mark.parametrize(("relation", "post", "facts"), BROKEN.values(), ids=BROKEN)
def test_a_relation_that_does_not_hold(relation: Relation, post: HeldPost, facts: Facts) -> None:
    assert not may(relation, somebody(post), facts)


def test_every_relation_through_a_post_is_shown_and_broken() -> None:
    through_posts = {*THROUGH_POSTS, OFFICIAL_ONLY}
    assert {case[0] for case in SHOWN.values()} == through_posts
    assert {case[0] for case in BROKEN.values()} == through_posts - {ANYWHERE}


@pytest.mark.parametrize("relation", sorted(IN_PERSON, key=str))
def test_a_relation_in_person(relation: Relation) -> None:
    own = Facts(in_person=frozenset({relation}))
    assert may(relation, somebody(), own)
    assert not may(relation, somebody(), Facts())
    assert not may(relation, somebody(), Facts(in_person=IN_PERSON - {relation}))
    assert not may(relation, NOBODY, own)
    assert may(relation, somebody(SECTOR_POST), own, role=Role.ANALYST)
    assert not may(relation, somebody(SECTOR_POST), own, role=Role.COORDINATOR)


def test_the_role_and_the_place_must_be_of_one_post() -> None:
    """An analyst here who is coordinator elsewhere is not coordinator here."""
    elsewhere = HeldPost(Role.COORDINATOR, AGENCY, None, Level.LPA, LPA + 1, "", LPA + 1, None)
    who = somebody(LPA_POST, elsewhere)
    assert not may(OWN_LPA, who, HERE, role=Role.COORDINATOR)
    assert may(OWN_LPA, who, HERE, role=Role.ANALYST)


def test_states_limit_when_and_not_whether() -> None:
    table = Table([Rule("do", Role.ANALYST, OWN_LPA, states=frozenset({"open"}))])
    who, shut = somebody(LPA_POST), Facts(state="shut", lpa_id=LPA)
    assert table.ask("do", who, HERE) == Answer(permitted=True, now=True)
    assert table.ask("do", who, shut) == Answer(permitted=True, now=False)
    assert table.ask("do", NOBODY, shut) == Answer(permitted=False, now=False)
    table.demand("do", who, HERE)
    with pytest.raises(WrongState, match="sign the lease"):
        table.demand("do", who, shut, first="First sign the lease.")
    with pytest.raises(Forbidden):
        table.demand("do", NOBODY, HERE)


def test_unless_takes_away_for_that_line_only() -> None:
    own = Facts(lpa_id=LPA, in_person=frozenset({AUTHOR}))
    line = Rule("do", Role.ANALYST, OWN_LPA, unless=frozenset({AUTHOR}))
    assert not Table([line]).allows("do", somebody(LPA_POST), own)
    assert Table([line]).allows("do", somebody(LPA_POST), Facts(lpa_id=LPA))
    assert Table([line, Rule("do", None, AUTHOR)]).allows("do", somebody(LPA_POST), own)


def test_a_verb_nobody_wrote_a_line_for_is_an_error() -> None:
    table = Table([Rule("do", None, ANYWHERE)])
    for question in (table.ask, table.allows, table.demand):
        with pytest.raises(KeyError):
            question("dö", somebody(LPA_POST), HERE)


def test_a_list_refuses_a_relation_that_it_cannot_read() -> None:
    """A line with a relation nobody gave a column for must not quietly leave its objects out of the list."""
    table = Table([Rule("view", Role.ANALYST, OWN_LPA), Rule("view", None, AUTHOR, unless=frozenset({SUBMITTER}))])
    for who in (NOBODY, somebody(LPA_POST)):
        with pytest.raises(NoColumn, match="sent it for decision, wrote it"):
            table.where("view", who, {OWN_LPA: own_lpa()})


NO_HURRY = settings(deadline=None)

# For every table ------------------------------------------------------------------------------------

KEYS = st.integers(1, 3)
POSTS = st.builds(
    HeldPost,
    role=st.sampled_from(list(Role)[:4]),
    organisation_id=KEYS,
    team_id=st.none() | KEYS,
    level=st.none() | st.sampled_from(Level),
    area_id=st.none() | KEYS,
    area_path=st.just(""),
    lpa_id=st.none() | KEYS,
    sector_id=st.none() | KEYS,
)
RELATIONS = st.frozensets(st.sampled_from(sorted(IN_PERSON, key=str)), max_size=2)
RULES = st.builds(
    Rule,
    verb=st.just("do"),
    role=st.none() | st.sampled_from(list(Role)[:4]),
    relation=st.sampled_from([*GROUND, OFFICIAL_ONLY]),
    states=st.frozensets(st.sampled_from(["open", "shut"]), max_size=2),
    unless=RELATIONS,
)
FACTS = st.builds(
    Facts,
    state=st.sampled_from(["open", "shut", "other"]),
    lpa_id=st.none() | KEYS,
    sector_id=st.none() | KEYS,
    team_ids=st.frozensets(KEYS, max_size=2),
    agency_ids=st.frozensets(KEYS, max_size=2),
    group_id=st.none() | KEYS,
    official=st.booleans(),
    in_person=RELATIONS,
)
TABLES = st.lists(RULES, min_size=1, max_size=5).map(Table)
PEOPLE = st.lists(POSTS, max_size=3).map(lambda posts: Standing(user_id=7, posts=tuple(posts)))


@NO_HURRY
@given(TABLES, FACTS)
def test_nobody_standing_nowhere_gets_anything(table: Table, facts: Facts) -> None:
    assert table.ask("do", NOBODY, facts) == Answer(permitted=False, now=False)


@NO_HURRY
@given(TABLES, FACTS)
def test_without_a_post_only_what_is_in_person_counts(table: Table, facts: Facts) -> None:
    answer = table.ask("do", Standing(user_id=7, posts=()), facts)
    personal = [r for r in table.rules if r.relation in facts.in_person and r.role is None]
    assert answer.permitted == any(not (rule.unless & facts.in_person) for rule in personal)


@NO_HURRY
@given(TABLES, PEOPLE, POSTS, FACTS)
def test_one_more_post_never_takes_anything_away(table: Table, who: Standing, post: HeldPost, facts: Facts) -> None:
    more = Standing(user_id=who.user_id, posts=(*who.posts, post))
    before, after = table.ask("do", who, facts), table.ask("do", more, facts)
    assert after.permitted >= before.permitted
    assert after.now >= before.now


@NO_HURRY
@given(TABLES, PEOPLE, FACTS, st.sampled_from(sorted(IN_PERSON, key=str)))
def test_one_more_fact_in_person_takes_away_only_through_unless(
    table: Table, who: Standing, facts: Facts, relation: Relation
) -> None:
    if any(relation in rule.unless for rule in table.rules):
        return
    from dataclasses import replace

    more = replace(facts, in_person=facts.in_person | {relation})
    assert table.ask("do", who, more).now >= table.ask("do", who, facts).now


@NO_HURRY
@given(TABLES, RULES, PEOPLE, FACTS)
def test_one_more_line_never_takes_anything_away(table: Table, line: Rule, who: Standing, facts: Facts) -> None:
    assert Table([*table.rules, line]).ask("do", who, facts).now >= table.ask("do", who, facts).now


@NO_HURRY
@given(TABLES, PEOPLE, FACTS)
def test_now_implies_permitted(table: Table, who: Standing, facts: Facts) -> None:
    answer = table.ask("do", who, facts)
    assert answer.permitted or not answer.now
