"""The service navigation: what each kind of person sees, and where they start."""

from __future__ import annotations

import pytest

from directory.gate.navigation import items_for, sections
from directory.gate.standing import standing
from directory.models import Role
from tests import people

pytestmark = pytest.mark.django_db


def words(user, path="/"):
    return [item.words for item in items_for(standing(user), path)]


def test_an_administrator_starts_with_administration_and_sees_no_case_work():
    seen = words(people.person(Role.ADMINISTRATOR))
    assert seen[0] == "Administration"
    assert not {"Profiles", "Tasking", "Counts"} & set(seen)


def test_an_inspector_starts_with_profiles_and_an_officer_with_their_actions():
    assert words(people.person(Role.SECTOR_INSPECTOR))[0] == "Profiles"
    officer = words(people.person(Role.TEAM_MEMBER))
    assert officer[0] == "My actions"
    assert officer.count("My actions") == 1


def test_whoever_holds_two_posts_sees_the_sections_of_both():
    user = people.person(Role.ADMINISTRATOR)
    people.post(user, Role.ANALYST)
    assert {"Profiles", "Administration"} <= set(words(user))


def test_only_the_deepest_section_is_marked_as_the_current_one():
    user = people.person(Role.CHIEF_INSPECTOR)
    every = items_for(standing(user), "/")
    for item in every:
        here = [one.url for one in items_for(standing(user), item.url + "something/") if one.current]
        assert here == [item.url]


def test_somebody_without_a_post_sees_nothing():
    assert words(people.nobody_in_particular()) == []


def test_every_section_names_a_role():
    assert all(section.useful_to for section in sections())


@pytest.mark.parametrize(
    ("role", "sees"),
    [(Role.SECTOR_INSPECTOR, True), (Role.CHIEF_INSPECTOR, True), (Role.EDITOR, True), (Role.TEAM_MEMBER, False)],
)
def test_whoever_proposes_or_publishes_text_finds_the_page(role, sees):
    assert ("Publishing" in words(people.person(role))) is sees


def test_nobody_is_led_to_lists_they_may_not_see():
    assert "Tasking" not in words(people.person(Role.FORCE_LEAD))
    assert "Tasking" in words(people.person(Role.ANALYST))
