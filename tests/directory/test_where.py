"""A policy table read as a query and the same table asked row by row: the same rows, whatever the table."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

from directory.gate.rules import (
    ANYWHERE,
    AUTHOR,
    NOTHING,
    OWN_AREA,
    OWN_GROUP,
    OWN_LPA,
    OWN_TEAM,
    SUBMITTER,
    Column,
    Facts,
    Relation,
    Rule,
    Table,
    own_area,
    own_lpa,
    own_organisation,
)
from directory.gate.standing import NOBODY, HeldPost, Standing
from directory.models import Level, Role
from pmp.models import Action, Profile
from tests import people

STATES = ("priority", "analysis", "live")
ROLES = (Role.SECTOR_INSPECTOR, Role.ANALYST, Role.TEAM_MEMBER)
RELATIONS = (ANYWHERE, OWN_LPA, OWN_AREA, OWN_TEAM, OWN_GROUP, AUTHOR, SUBMITTER)
MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

rules = st.builds(
    Rule,
    st.just("profile.look"),
    st.none() | st.sampled_from(ROLES),
    st.sampled_from(RELATIONS),
    st.frozensets(st.sampled_from(STATES)),
    st.frozensets(st.sampled_from((AUTHOR, SUBMITTER))),
)
tables = st.lists(rules, min_size=1, max_size=4)


@dataclass(frozen=True)
class Row:
    """What a profile is to the policy, and who wrote it and sent it."""

    facts: Facts
    author: int
    submitter: int | None

    def seen_by(self, who: Standing) -> Facts:
        """The facts as this person stands to them."""
        own = {
            relation for relation, key in ((AUTHOR, self.author), (SUBMITTER, self.submitter)) if key == who.user_id
        }
        return replace(self.facts, in_person=frozenset(own if who.user_id is not None else ()))


@dataclass(frozen=True)
class World:
    """Real profiles of every kind the relations can tell apart, and the people who may stand to them."""

    rows: Mapping[int, Row]
    people: st.SearchStrategy[Standing]

    def asked(self, table: Table, who: Standing) -> set[int]:
        """The profiles the table allows, asked one by one."""
        return {key for key, row in self.rows.items() if table.allows("profile.look", who, row.seen_by(who))}


def listed(table: Table, who: Standing) -> set[int]:
    """The profiles the table allows, read as one query. A sector stands in for a community group."""

    def own_team(post: HeldPost) -> Q:
        actions = Action.objects.filter(team_id=post.team_id)
        return Q(pk__in=actions.values("profile_id")) if post.team_id else NOTHING

    columns: dict[Relation, Column] = {
        OWN_LPA: own_lpa(),
        OWN_AREA: own_area(),
        OWN_TEAM: own_team,
        OWN_GROUP: own_organisation("sector_id"),
        AUTHOR: Q(author_id=who.user_id),
        SUBMITTER: Q(submitted_by_id=who.user_id),
    }
    found = Profile.objects.filter(table.where("profile.look", who, columns))
    return set(found.values_list("pk", flat=True))


@pytest.fixture
def world(db: None) -> World:
    tree = people.make_area_tree()
    teams = [people.team(f"{area} team", area=area).pk for area in (tree.sector, tree.far_sector)]
    first, second = (people.nobody_in_particular(f"{name}@midshire.test").pk for name in ("first", "second"))
    kinds = itertools.product(
        STATES,
        ((tree.lpa, tree.sector), (tree.lpa, tree.next_sector), (tree.other_lpa, tree.far_sector)),
        (first, second),
        (None, first, second),
        ((), teams[:1], teams),
    )
    rows = {}
    for number, (state, (lpa, sector), author, submitter, held) in enumerate(kinds):
        profile = Profile.objects.create(
            reference=f"P-{number}",
            problem_statement="Noise at night",
            title="Noise",
            source="both",
            state=state,
            lpa=lpa,
            sector=sector,
            author_id=author,
            submitted_by_id=submitter,
        )
        Action.objects.bulk_create(
            Action(profile=profile, tactic="Patrol", team_id=team, due="2026-11-30") for team in held
        )
        facts = Facts(state, lpa.pk, sector.pk, frozenset(held), group_id=sector.pk)
        rows[profile.pk] = Row(facts, author, submitter)
    places = (
        (Level.FORCE, None, None),
        (Level.LPA, tree.lpa.pk, None),
        (Level.LPA, tree.other_lpa.pk, None),
        (Level.SECTOR, tree.lpa.pk, tree.sector.pk),
        (Level.WARD, tree.lpa.pk, None),  # a post for one ward reaches no sector
        (None, None, None),
    )
    posts = st.builds(
        lambda role, group, team, place: HeldPost(role, group, team, place[0], None, "", place[1], place[2]),
        st.sampled_from(ROLES),
        st.sampled_from((tree.sector.pk, tree.far_sector.pk)),
        st.sampled_from((None, *teams)),
        st.sampled_from(places),
    )
    held = st.lists(posts, max_size=2).map(tuple)
    return World(rows, st.just(NOBODY) | st.builds(Standing, st.sampled_from((first, second)), held))


def test_a_list_and_a_single_question_agree_on_every_row(world: World) -> None:
    @MANY
    @given(tables, world.people)
    def agree(lines: list[Rule], who: Standing) -> None:
        table = Table(lines)
        assert listed(table, who) == world.asked(table, who)

    agree()


def test_a_query_that_forgot_whom_a_line_leaves_out_would_be_seen(world: World) -> None:
    """The negative control: drop `unless` from what the query is made of, and the two differ."""

    def differ(case: tuple[list[Rule], Standing]) -> bool:
        lines, who = case
        forgetful = Table(replace(line, unless=frozenset()) for line in lines)
        return listed(forgetful, who) != world.asked(Table(lines), who)

    lines, _ = find(st.tuples(tables, world.people), differ, settings=settings(MANY, database=None))
    assert any(line.unless for line in lines)


def test_the_rows_tell_every_relation_apart(world: World) -> None:
    """No relation is true of all rows or of none for everybody, or the agreement above would say little of it."""
    for relation in set(RELATIONS) - {ANYWHERE}:
        table = Table([Rule("profile.look", None, relation)])
        some = find(
            world.people,
            lambda who, table=table: 0 < len(world.asked(table, who)) < len(world.rows),
            settings=settings(MANY, database=None),
        )
        assert listed(table, some) == world.asked(table, some)
