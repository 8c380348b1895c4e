"""The pages: how many queries, every profile once, filters, the briefing, and what they disclose."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from directory.models import Role, User
from journal.models import Entry
from pmp.models import Hypothesis, Output, Profile
from pmp.profile import actions as profile_actions
from pmp.profile.selectors import page_of, profiles
from pmp.states import ProfileState
from pmp.tasking import actions as tasking_actions
from tests.people import person, signed_in
from tests.pmp.making import (
    World,
    days,
    make_action,
    make_complete,
    make_cycle,
    make_entry,
    make_outcome,
    make_profile,
    make_test,
    verbs,
)

pytestmark = pytest.mark.django_db
MOST = 20


def url(name: str, profile: Profile) -> str:
    return reverse(f"pmp:{name}", args=[profile.reference])


def queries(client: Client, page: str) -> int:
    """Queries of the page, asked a second time so that nothing is read for the first time."""
    assert client.get(page).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(page).status_code == 200
    return len(captured)


def many(world: World, number: int, **extra: Any) -> None:
    """That many more profiles, each with an action of the world's team."""
    first = make_profile(world, "live", **extra)
    rows = []
    for step in range(number - 1):
        row = Profile.objects.get(pk=first.pk)
        row.pk, row.reference, row.title = None, f"X-{timezone.now().timestamp():.6f}-{step}"[-20:], f"Copy {step}"
        row._state.adding = True
        rows.append(row)
    Profile.objects.bulk_create(rows)
    action = make_action(first, world.team)
    action_class = type(action)
    action_class.objects.bulk_create(
        action_class(profile=row, tactic="Patrol", team=world.team, due=days(3), state="accepted") for row in rows
    )


# How many queries --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["inspector", "chief", "officer"])
@pytest.mark.parametrize("page", ["profiles", "my_actions"])
def test_lists_ask_the_same_with_ten_profiles_and_with_a_thousand(world: World, role: str, page: str) -> None:
    client = signed_in(getattr(world, role))
    many(world, 10)
    few = queries(client, reverse(f"pmp:{page}"))
    many(world, 990)
    assert Profile.objects.count() == 1000
    assert queries(client, reverse(f"pmp:{page}")) == few <= MOST
    if page == "profiles":
        middle = Profile.objects.order_by("pk")[500].pk
        later = queries(client, f"{reverse('pmp:profiles')}?before={middle}")
        assert later <= few, "what waits for somebody is on the first page only"


def fill(world: World, profile: Profile, number: int) -> None:
    """More of everything that hangs on a profile."""
    for step in range(number):
        action = make_action(profile, world.team, tactic=f"Patrol {step}")
        Output.objects.create(action=action, quantity=2, delivered_on=days(0), by=world.officer)
        Hypothesis.objects.create(profile=profile, text=f"Because {step}", by=world.inspector)
        make_outcome(profile, category="anti-social-behaviour" if step % 2 else "", baseline=Decimal(step))
        profile_actions.assess_thrive(
            make_profile(world, "analysis"), acting_user=world.inspector, assessments={"harm": ("low", "Seldom.")}
        )
    make_test(world, profile, state="passed")


@pytest.mark.parametrize("page", ["profile", "outcomes", "history", "briefing"])
def test_a_profile_asks_the_same_with_few_and_many(world: World, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("govuk.paper.pdf", render_only)
    profile = make_complete(world, "live", plan_version=1)
    fill(world, profile, 3)
    for user in (world.inspector, world.chief, world.officer):
        client = signed_in(user)
        few = queries(client, url(page, profile))
        fill(world, profile, 12)
        assert queries(client, url(page, profile)) == few <= MOST, user


def render_only(template: str, context: dict[str, Any]) -> bytes:
    """The document's page without the typesetting: its queries are the same."""
    from django.template.loader import render_to_string

    return render_to_string(template, {**context, "printed_at": timezone.now(), "force_name": "Force"}).encode()


@pytest.mark.parametrize("locked", [False, True])
def test_tasking_asks_the_same_with_few_and_many(world: World, locked: bool) -> None:
    client, counted = signed_in(world.coordinator), []
    for step, number in enumerate((3, 60)):
        cycle = make_cycle(world, opens_on=timezone.localdate() - timedelta(days=14 * step))
        for rank in range(1, number + 1):
            profile = make_profile(world, "priority", title=f"{step} {rank}")
            make_entry(world, cycle, profile, rank)
        if locked:
            tasking_actions.lock_cycle(cycle, acting_user=world.coordinator)
        counted.append(queries(client, reverse("pmp:cycle", args=[cycle.pk])))
        if not locked:
            counted.append(queries(client, reverse("pmp:lock_cycle", args=[cycle.pk])))
            cycle.entries.all().delete()
            cycle.delete()
    assert len(set(counted[::2])) == len(set(counted[1::2])) == 1, counted
    assert max(counted) <= MOST


# Every profile once ------------------------------------------------------------------------------------


def walk(user: User, direction: str) -> list[int]:
    """Follow the pages from one end to the other and back the keys as they were listed."""
    rows = profiles(user)
    seen: list[int] = []
    page = page_of(rows, last=direction == "newer")
    while True:
        keys = [row.pk for row in page.rows]
        seen += keys if direction == "older" else keys[::-1]
        if direction == "older" and page.older:
            page = page_of(rows, before=page.older)
        elif direction == "newer" and page.newer:
            page = page_of(rows, after=page.newer)
        else:
            return seen


@pytest.mark.parametrize("number", [1, 49, 50, 51, 100, 101, 137])
def test_paging_visits_every_profile_once_there_and_back(world: World, number: int) -> None:
    many(world, number)
    make_profile(world, lpa=world.tree.other_lpa, sector=world.tree.far_sector)  # not theirs to see
    wanted = sorted(Profile.objects.filter(lpa=world.tree.lpa).values_list("pk", flat=True))
    assert walk(world.inspector, "older") == wanted[::-1]
    assert walk(world.inspector, "newer") == wanted


def test_the_links_of_the_pages_keep_the_filters(world: World) -> None:
    many(world, 120)
    client = signed_in(world.inspector)
    page, seen, turns = f"{reverse('pmp:profiles')}?state=live", [], 0
    while page and turns < 10:
        context = client.get(page).context
        seen += [row.pk for row in context["page"].rows]
        href = context["older"].get("href", "")
        page, turns = (reverse("pmp:profiles") + href if href else ""), turns + 1
        assert not href or "state=live" in href
    assert len(seen) == len(set(seen)) == 120 and turns == 3
    back = client.get(f"{reverse('pmp:profiles')}?state=live&last=1").context
    assert [row.pk for row in back["page"].rows][-1] == min(seen)
    assert not back["older"] and back["newer"]


def test_filters(world: World) -> None:
    make_profile(world, "live", title="Bikes in the park", problem_type="nuisance")
    make_profile(world, "closed", title="Shop thefts")
    far = make_profile(world, "live", title="Bikes on the heath", sector=world.tree.next_sector)
    client = signed_in(world.chief)

    def found(query: str) -> list[str]:
        return sorted(row.title for row in client.get(f"{reverse('pmp:profiles')}?{query}").context["page"].rows)

    assert found("") == ["Bikes in the park", "Bikes on the heath", "Shop thefts"]
    assert found("state=closed") == ["Shop thefts"]
    assert found(f"sector={world.tree.next_sector.pk}") == ["Bikes on the heath"]
    assert found("q=bikes") == ["Bikes in the park", "Bikes on the heath"]
    assert found("q=bikes+heath") == ["Bikes on the heath"]
    assert found(f"q={far.reference.lower()}") == ["Bikes on the heath"]
    assert found("q=nuisance&state=live") == ["Bikes in the park"]
    assert found("q=nothing") == []
    for junk in (
        "state=no",
        "sector=x",
        "sector=9999999999999999999",
        "before=x",
        "after=-1",
        "q=%25",
        "q=%00",
        "q=²",
    ):
        assert client.get(f"{reverse('pmp:profiles')}?{junk}").status_code == 200, junk


def test_an_address_with_nul_is_not_there(world: World) -> None:
    assert signed_in(world.chief).get("/pmp/profiles/PMP%00/").status_code == 404


# The briefing ------------------------------------------------------------------------------------------


def read(client: Client, profile: Profile) -> PdfReader:
    response = client.get(url("briefing", profile))
    assert response.status_code == 200 and response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store"
    return PdfReader(io.BytesIO(response.content))


def words_of(document: PdfReader) -> list[str]:
    """The text of each page with its white space as single spaces."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in document.pages]


def secret_profile(world: World) -> Profile:
    profile = make_complete(
        world,
        "live",
        objective="SECRET-OBJECTIVE",
        marking_analysis="sensitive",
        marking_actions="sensitive",
        official=False,
        handling="Named officers only",
    )
    make_action(profile, world.team, tactic="SECRET-TACTIC")
    return profile


def test_the_briefing_is_tagged_marked_and_numbered(world: World) -> None:
    profile = make_complete(world, "live", plan_version=3)
    for step in range(60):
        make_action(profile, world.team, tactic=f"Patrol number {step}")
    document = read(signed_in(world.officer), profile)
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] is not False and "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert document.metadata is not None and profile.reference in str(document.metadata.title)
    pages = words_of(document)
    assert len(pages) > 1
    for number, text in enumerate(pages, start=1):
        assert "OFFICIAL" in text and "SENSITIVE" not in text
        assert profile.reference in text and "plan version 3" in text
        assert re.search(rf"{number} of {len(pages)}", text)


def test_the_briefing_says_marking_and_reference_once_a_page(world: World) -> None:
    profile = make_complete(world, "live", plan_version=3)
    for step in range(60):
        make_action(profile, world.team, tactic=f"Patrol number {step}")
    for text in words_of(read(signed_in(world.officer), profile)):
        assert text.count("OFFICIAL") == 1
        assert text.count(profile.reference) == 1


def test_the_briefing_tells_what_lies_behind_the_problem(world: World) -> None:
    open_to_all = make_complete(world, "live", place="PLACE-WORDS", victim="VICTIM-WORDS", offender="OFFENDER-WORDS")
    Hypothesis.objects.create(profile=open_to_all, text="WHY-IT-HAPPENS", by=world.inspector)
    text = " ".join(words_of(read(signed_in(world.officer), open_to_all)))
    for words in ("WHY-IT-HAPPENS", "PLACE-WORDS", "VICTIM-WORDS", "OFFENDER-WORDS", world.inspector.name):
        assert words in text, words
    secret = secret_profile(world)
    Hypothesis.objects.create(profile=secret, text="WHY-IT-HAPPENS", by=world.inspector)
    Profile.objects.filter(pk=secret.pk).update(place="PLACE-WORDS")
    hidden = " ".join(words_of(read(signed_in(world.officer), secret)))
    assert "WHY-IT-HAPPENS" not in hidden and "PLACE-WORDS" not in hidden
    shown_to_author = " ".join(words_of(read(signed_in(world.inspector), secret)))
    assert "WHY-IT-HAPPENS" in shown_to_author and "PLACE-WORDS" in shown_to_author


def test_the_briefing_withholds_what_is_not_theirs(world: World) -> None:
    profile = secret_profile(world)
    for user, may_read in ((world.inspector, True), (world.next_inspector, False), (world.officer, False)):
        text = " ".join(words_of(read(signed_in(user), profile)))
        assert ("SECRET-OBJECTIVE" in text) is may_read
        assert ("SECRET-TACTIC" in text) is may_read
        assert ("Withheld: OFFICIAL-SENSITIVE" in text) is not may_read
        assert "What, where, when." in text, "the other sections are shown"


def test_a_text_of_the_profile_fetches_nothing(world: World) -> None:
    profile = make_complete(
        world, "live", problem_statement='<img src="http://localhost:9/x"> <link href="file:///etc/passwd">'
    )
    text = " ".join(words_of(read(signed_in(world.inspector), profile)))
    assert "<img src=" in text, "shown as text"


# Disclosure --------------------------------------------------------------------------------------------


def shown(profile: Profile) -> list[tuple[int, str]]:
    rows = Entry.objects.filter(subject_type="pmp.profile", subject_id=profile.pk, verb="shown").order_by("number")
    return list(rows.values_list("actor_id", "route"))


@pytest.mark.parametrize(
    ("page", "route"),
    [("profile", "page"), ("history", "page"), ("outcomes", "page"), ("briefing", "pdf"), ("edit_analysis", "page")],
)
def test_showing_a_profile_is_journalled(
    world: World, page: str, route: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("govuk.paper.pdf", lambda template, context: b"%PDF-1.7")
    profile = make_complete(world, "analysis")
    assert signed_in(world.inspector).get(url(page, profile)).status_code == 200
    assert shown(profile) == [(world.inspector.pk, route)]
    stranger = person(Role.SECTOR_INSPECTOR, area=world.tree.far_sector, password=None)
    assert signed_in(stranger).get(url(page, profile)).status_code == 404
    assert len(shown(profile)) == 1, "nothing was shown"


def test_an_actions_page_shows_the_profile_too(world: World) -> None:
    profile = make_profile(world, "live")
    action = make_action(profile, world.team)
    for name in ("update_action", "log_output"):
        assert signed_in(world.officer).get(reverse(f"pmp:{name}", args=[action.pk])).status_code == 200
    assert shown(profile) == [(world.officer.pk, "page")] * 2


def test_sending_a_form_shows_nothing(world: World) -> None:
    profile = make_complete(world, "analysis")
    client = signed_in(world.inspector)
    client.post(url("add_hypothesis", profile), {"text": "Nobody looks."})
    assert verbs(profile) == ["pmp.added_hypothesis"]


def test_the_history_says_who_was_shown_it_only_when_asked(world: World) -> None:
    profile = make_profile(world)
    signed_in(world.chief).get(url("profile", profile))
    client = signed_in(world.inspector)
    assert f"{world.chief.name} was shown" not in client.get(url("history", profile)).content.decode()
    assert f"{world.chief.name} was shown" in client.get(url("history", profile) + "?who=1").content.decode()


@pytest.mark.parametrize("state", ProfileState.values)
def test_every_state_has_its_page(world: World, state: str) -> None:
    profile = make_complete(world, state)
    if state == "reality_test":
        make_test(world, profile)
    for user in (world.inspector, world.next_inspector, world.chief, world.coordinator, world.analyst, world.officer):
        assert signed_in(user).get(url("profile", profile)).status_code == 200
