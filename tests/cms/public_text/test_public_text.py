"""A profile's text reaches the public through two people, and nothing else of the profile does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cms.models import PublicText
from cms.public_text import actions
from cms.states import TextState
from directory.gate.refusals import Forbidden, Incomplete, Stale, WrongState
from directory.models import Role
from journal.models import Entry
from journal.sentences import timeline
from pmp.tasking.flags import red_flags
from tests.cms.conftest import SECRET, Site, make_profile
from tests.people import person

pytestmark = pytest.mark.django_db


def proposed(site: Site, **extra: Any) -> PublicText:
    profile = make_profile(site, **extra)
    return actions.propose_public_text(profile, acting_user=site.inspector, version=profile.version)


def published(site: Site, **extra: Any) -> PublicText:
    text = proposed(site, **extra)
    return actions.publish_public_text(text, acting_user=site.chief, version=text.version)


def test_the_walk_from_profile_to_page_and_off_it_again(site: Site, client: Client) -> None:
    profile = make_profile(site, issue="Bikes in Abbey Park.", action="Officers are there after school.")
    text = actions.propose_public_text(profile, acting_user=site.coordinator, version=profile.version)
    assert text.state == TextState.PROPOSED
    assert "Bikes in Abbey Park." not in client.get(site.team.url).content.decode()

    text = actions.publish_public_text(text, acting_user=site.editor, version=text.version)
    page = client.get(site.team.url).content.decode()
    assert "Bikes in Abbey Park." in page
    assert "Officers are there after school." in page
    assert "Updated today" in page

    text = actions.unpublish_public_text(text, acting_user=site.chief, reason="It is over.", version=text.version)
    assert "Bikes in Abbey Park." not in client.get(site.team.url).content.decode()
    assert (text.issue, text.action, text.published_at) == ("", "", None)
    verbs = [line.verb for line in timeline(profile)]
    assert verbs == ["cms.unpublished_text", "cms.published_text", "cms.proposed_text"]
    assert timeline(profile)[0].reason == "It is over."


def test_a_text_the_public_has_read_for_over_three_months_is_a_red_flag(site: Site) -> None:
    text = published(site)
    profile = text.profile
    assert "Public text over 3 months old" not in red_flags([profile])[profile.pk]
    for days, flagged in ((80, False), (93, True)):
        PublicText.objects.filter(pk=text.pk).update(published_at=timezone.now() - timedelta(days=days))
        assert ("Public text over 3 months old" in red_flags([profile])[profile.pk]) is flagged
    text = PublicText.objects.get(pk=text.pk)
    actions.unpublish_public_text(text, acting_user=site.chief, reason="It is over.", version=text.version)
    assert "Public text over 3 months old" not in red_flags([profile])[profile.pk]


def test_nobody_publishes_what_they_proposed(site: Site) -> None:
    both = person(Role.COORDINATOR, area=site.tree.lpa)
    from tests.people import post

    post(both, Role.CHIEF_INSPECTOR, area=site.tree.lpa)
    profile = make_profile(site)
    text = actions.propose_public_text(profile, acting_user=both, version=profile.version)
    with pytest.raises(Forbidden):
        actions.publish_public_text(text, acting_user=both, version=text.version)
    assert PublicText.objects.get().state == TextState.PROPOSED
    actions.publish_public_text(text, acting_user=site.chief, version=text.version)


def test_the_database_refuses_one_person_in_both_places(site: Site) -> None:
    text = published(site)
    with pytest.raises(IntegrityError), transaction.atomic():
        PublicText.objects.filter(pk=text.pk).update(published_by=text.proposed_by)


def test_the_database_refuses_a_state_that_is_no_edge(site: Site) -> None:
    text = proposed(site)
    with pytest.raises(DatabaseError), transaction.atomic():
        PublicText.objects.filter(pk=text.pk).update(state=TextState.CHANGED_SINCE)


@pytest.mark.parametrize(
    ("role", "place", "may"),
    [
        (Role.CHIEF_INSPECTOR, "lpa", True),
        (Role.CHIEF_INSPECTOR, "other_lpa", False),
        (Role.EDITOR, "force", True),
        (Role.COORDINATOR, "lpa", False),
        (Role.SECTOR_INSPECTOR, "sector", False),
        (Role.FORCE_LEAD, "force", False),
        (Role.TEAM_MEMBER, "sector", False),
        (Role.ADMINISTRATOR, "force", False),
    ],
)
def test_who_may_publish(site: Site, role: Role, place: str, may: bool) -> None:
    text = proposed(site)
    user = person(role, area=getattr(site.tree, place))
    if may:
        assert actions.publish_public_text(text, acting_user=user, version=text.version).on_page
    else:
        with pytest.raises(Forbidden):
            actions.publish_public_text(text, acting_user=user, version=text.version)


@pytest.mark.parametrize(
    ("role", "place", "may"),
    [
        (Role.SECTOR_INSPECTOR, "sector", True),
        (Role.SECTOR_INSPECTOR, "far_sector", False),
        (Role.COORDINATOR, "lpa", True),
        (Role.COORDINATOR, "other_lpa", False),
        (Role.CHIEF_INSPECTOR, "lpa", False),
        (Role.EDITOR, "force", False),
    ],
)
def test_who_may_propose(site: Site, role: Role, place: str, may: bool) -> None:
    profile = make_profile(site)
    user = person(role, area=getattr(site.tree, place))
    if may:
        assert actions.propose_public_text(profile, acting_user=user, version=1).state == TextState.PROPOSED
    else:
        with pytest.raises(Forbidden):
            actions.propose_public_text(profile, acting_user=user, version=1)


def test_what_is_missing_is_said(site: Site) -> None:
    empty = make_profile(site, issue="  ")
    with pytest.raises(Incomplete, match="public issue"):
        actions.propose_public_text(empty, acting_user=site.inspector, version=1)
    text = published(site)
    with pytest.raises(Incomplete, match="already on the page"):
        actions.propose_public_text(text.profile, acting_user=site.inspector, version=1)
    with pytest.raises(Incomplete, match="a reason"):
        actions.unpublish_public_text(text, acting_user=site.chief, reason="  ", version=text.version)


def test_nobody_acts_on_words_they_have_not_seen(site: Site) -> None:
    profile = make_profile(site)
    with pytest.raises(Stale):
        actions.propose_public_text(profile, acting_user=site.inspector, version=profile.version + 1)
    text = proposed(site)
    with pytest.raises(Stale):
        actions.publish_public_text(text, acting_user=site.chief, version=text.version - 1)
    with pytest.raises(Stale):
        actions.unpublish_public_text(text, acting_user=site.chief, reason="x", version=text.version - 1)


def test_a_second_proposal_or_publication_is_a_wrong_state(site: Site) -> None:
    text = proposed(site)
    with pytest.raises(Incomplete, match="already proposed"):
        actions.propose_public_text(text.profile, acting_user=site.coordinator, version=1)
    actions.publish_public_text(text, acting_user=site.chief, version=text.version)
    text = PublicText.objects.get()
    with pytest.raises(WrongState):
        actions.publish_public_text(text, acting_user=site.editor, version=text.version)


def test_a_changed_profile_marks_the_text_and_keeps_the_old_words_until_the_new_are_published(
    site: Site, client: Client
) -> None:
    text = published(site, issue="Old words.")
    profile = text.profile
    profile.evidence = "More that is secret"
    profile.save()
    assert PublicText.objects.get().state == TextState.PUBLISHED  # nothing public changed

    profile.public_issue = "New words."
    profile.save()
    text = PublicText.objects.get()
    assert text.state == TextState.CHANGED_SINCE
    assert Entry.objects.filter(verb="cms.text_changed_since").count() == 1
    assert "Old words." in client.get(site.team.url).content.decode()

    text = actions.propose_public_text(profile, acting_user=site.inspector, version=profile.version)
    page = client.get(site.team.url).content.decode()
    assert "Old words." in page
    assert "New words." not in page
    actions.publish_public_text(text, acting_user=site.chief, version=text.version)
    page = client.get(site.team.url).content.decode()
    assert "New words." in page
    assert "Old words." not in page


def test_dates_follow_the_words(site: Site) -> None:
    from datetime import date

    text = published(site, issue="An issue.", action="An action.")
    long_ago = date(2026, 1, 5)
    PublicText.objects.filter(pk=text.pk).update(issue_date=long_ago, action_date=long_ago)
    profile = text.profile
    profile.public_action = "Another action."
    profile.save()
    text = actions.propose_public_text(profile, acting_user=site.inspector, version=1)
    text = actions.publish_public_text(text, acting_user=site.chief, version=text.version)
    assert text.issue_date == long_ago
    assert text.action_date is not None
    assert text.action_date > long_ago


def test_turning_a_first_proposal_down_is_no_publication(site: Site) -> None:
    text = proposed(site)
    text = actions.unpublish_public_text(
        text, acting_user=site.editor, reason="It names a street.", version=text.version
    )
    assert text.state == TextState.UNPUBLISHED
    assert timeline(text.profile)[0].verb == "cms.declined_text"
    again = actions.propose_public_text(text.profile, acting_user=site.inspector, version=1)
    assert again.state == TextState.PROPOSED


def test_nothing_else_of_a_profile_crosses_over(site: Site, client: Client) -> None:
    """Pages, open data, the sitemap, Wagtail's search index and reference index: the secret is in none."""
    from wagtail.search.models import IndexEntry

    text = published(site, issue="Bikes.", action="Patrols.")
    force, sector = "west-midlands", site.tree.sector.slug
    for path in [
        "/",
        site.lpa.url,
        site.team.url,
        "/find/?q=mill",
        "/sitemap.xml",
        f"/api/{force}/neighbourhoods",
        f"/api/{force}/{sector}",
        f"/api/{force}/{sector}/priorities",
        f"/api/{force}/{sector}/people",
    ]:
        answer = client.get(path)
        assert answer.status_code == 200, path
        content = answer.content.decode()
        assert SECRET not in content, path
        assert "Heron" not in content, path
        assert text.profile.reference not in content, path
    assert not IndexEntry.objects.filter(content_type__app_label="pmp").exists()
    assert {field.name for field in PublicText._meta.get_fields() if "text" in field.get_internal_type().lower()} == {
        "issue",
        "action",
        "proposed_issue",
        "proposed_action",
    }


# Pages ---------------------------------------------------------------------------------------------


def test_the_pages_propose_publish_and_take_down(site: Site, client: Client) -> None:
    profile = make_profile(site, issue="Bikes.")
    client.force_login(site.inspector)
    shown = client.get("/publishing/")
    assert f"Propose text of {profile.reference}" in shown.content.decode()
    path = f"/publishing/propose/{profile.reference}/"
    assert "Bikes." in client.get(path).content.decode()
    assert client.post(path, {"version": profile.version}).status_code == 302
    text = PublicText.objects.get()
    assert client.get(f"/publishing/{text.pk}/publish/").status_code == 403

    client.force_login(site.editor)
    shown = client.get("/publishing/").content.decode()
    assert "Bikes." in shown
    assert profile.reference not in shown  # an editor does not learn which profile it is
    page = client.get(f"/publishing/{text.pk}/publish/")
    assert profile.reference not in page.content.decode()
    assert client.post(f"/publishing/{text.pk}/publish/", {"version": text.version}).status_code == 302
    text = PublicText.objects.get()
    assert text.state == TextState.PUBLISHED

    take_down = f"/publishing/{text.pk}/take-down/"
    refused = client.post(take_down, {"version": text.version, "reason": ""})
    assert refused.status_code == 200
    assert "Say why the text comes down" in refused.content.decode()
    assert client.post(take_down, {"version": text.version, "reason": "Over."}).status_code == 302
    text = PublicText.objects.get()
    assert text.state == TextState.UNPUBLISHED


def test_other_peoples_texts_are_not_there(site: Site, client: Client) -> None:
    text = proposed(site)
    for role, place, status in [
        (Role.CHIEF_INSPECTOR, site.tree.other_lpa, 404),
        (Role.SECTOR_INSPECTOR, site.tree.far_sector, 404),
        (Role.TEAM_MEMBER, site.tree.sector, 404),
        (Role.PARTNER_WORKER, None, 404),
        (Role.SECTOR_INSPECTOR, site.tree.next_sector, 403),
    ]:
        client.force_login(person(role, area=place))
        for path in (f"/publishing/{text.pk}/publish/", f"/publishing/{text.pk}/take-down/"):
            assert client.get(path).status_code == status, (role, path)
            assert client.post(path, {"version": text.version, "reason": "x"}).status_code == status, (role, path)
    client.logout()
    assert client.get(f"/publishing/{text.pk}/publish/").status_code == 302


def test_a_text_moved_on_meanwhile_is_a_conflict(site: Site, client: Client) -> None:
    text = published(site)
    client.force_login(site.editor)
    assert client.get(f"/publishing/{text.pk}/publish/").status_code == 409


def test_the_publishing_page_takes_the_same_queries_for_many_texts(
    site: Site, client: Client, django_assert_max_num_queries: Any
) -> None:
    def count() -> int:
        client.force_login(site.chief)
        with django_assert_max_num_queries(20) as queries:
            assert client.get("/publishing/").status_code == 200
        return len(queries)

    proposed(site)
    published(site)
    count()  # the first request of a session also notes when it began
    few = count()
    for number in range(8):
        proposed(site, issue=f"Issue {number}")
        published(site, issue=f"Shown {number}")
    assert count() == few
