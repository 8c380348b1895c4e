"""Files with what was delivered and with lines on actions: who sends, reads and removes them, and what is left."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from directory.models import Role, User
from files.checking import check
from files.models import StoredFile
from journal.models import Entry
from pmp.evidence import actions as evidence
from pmp.models import Action, ActionFile, ActionUpdate, Output, Profile
from pmp.work import actions as work
from tests.database import without_guards
from tests.files.making import PLACE, exif, photograph
from tests.files.test_serving import body, faults
from tests.people import person, signed_in, team
from tests.pmp.making import World, days, make_action, make_profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(world: World) -> Profile:
    return make_profile(world, "live")


@pytest.fixture
def action(world: World, profile: Profile) -> Action:
    return make_action(profile, world.team)


@pytest.fixture
def attached(world: World, action: Action) -> ActionFile:
    """A photograph with something the officer logged."""
    output = work.log_output(action, acting_user=world.officer, file=bench(), quantity=2, delivered_on=days(0))
    return output.files.get()


def bench(name: str = "bench.jpg") -> Any:
    return check(name, photograph())


def upload(name: str = "bench.jpg", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photograph(exif=exif()) if content is None else content, "image/jpeg")


def output_form(**more: Any) -> dict[str, Any]:
    day = days(0)
    boxes = {"delivered_on_day": day.day, "delivered_on_month": day.month, "delivered_on_year": day.year}
    return {"quantity": "3", **boxes, "note": "Two wardens came along", **more}


def showings(profile: Profile, route: str = "file") -> list[Entry]:
    return list(Entry.objects.filter(verb="shown", route=route, subject_id=profile.pk).order_by("number"))


def get(user: User, name: str, *args: Any, **more: Any) -> Any:
    return signed_in(user).get(reverse(name, args=args), **more)


# From the phone to the page ---------------------------------------------------------------------------


def test_a_photograph_goes_with_what_was_delivered(world: World, profile: Profile, action: Action) -> None:
    client = signed_in(world.officer)
    page = client.get(reverse("pmp:log_output", args=[action.pk])).content.decode()
    assert 'enctype="multipart/form-data"' in page and 'type="file"' in page
    sent = client.post(reverse("pmp:log_output", args=[action.pk]), output_form(file=upload()))
    assert sent.status_code == 302
    attached = ActionFile.objects.get()
    assert attached.output == Output.objects.get() and attached.update is None and attached.action == action
    page = client.get(sent["Location"]).content.decode()
    assert "bench.jpg" in page and reverse("pmp:file", args=[attached.pk]) in page
    served = client.get(reverse("pmp:file", args=[attached.pk]))
    content = body(served)
    assert served.status_code == 200 and faults(served) == []
    assert content.startswith(b"\xff\xd8") and PLACE not in content and b"Exif" not in content
    (shown,) = showings(profile)
    assert (shown.actor, shown.payload["file"]) == (world.officer, attached.file_id)
    assert (shown.payload["section"], shown.payload["action"]) == ("actions", action.pk)


def test_what_was_kept_is_in_the_journal_without_its_name(world: World, attached: ActionFile) -> None:
    kept = Entry.objects.get(verb="files.kept")
    assert kept.payload["sha256"] == attached.file.sha256 and kept.actor == world.officer
    assert "bench" not in str(kept.payload)
    assert Entry.objects.get(verb="pmp.attached_file").payload["words"] == "photograph"


def test_a_photograph_alone_is_a_line(world: World, action: Action) -> None:
    sent = signed_in(world.officer).post(reverse("pmp:update_action", args=[action.pk]), {"file": upload()})
    assert sent.status_code == 302
    line = ActionUpdate.objects.get()
    assert line.text == "Sent a file: photograph" and line.files.get().file.name == "bench.jpg"


def test_with_a_move_and_words(world: World, action: Action) -> None:
    typed = {"move": "begin", "text": "First night", "file": upload("list.csv", b"place,count\nPark,3\n")}
    assert signed_in(world.officer).post(reverse("pmp:update_action", args=[action.pk]), typed).status_code == 302
    assert Action.objects.get(pk=action.pk).state == "in_progress"
    assert ActionFile.objects.get().update == ActionUpdate.objects.get(text="First night")


@pytest.mark.parametrize("sent", [{"move": "block"}, {"move": "decline"}, {}])
def test_a_photograph_is_no_reason_and_nothing_is_nothing(world: World, action: Action, sent: dict[str, Any]) -> None:
    if sent:
        sent = sent | {"file": upload()}
    answer = signed_in(world.officer).post(reverse("pmp:update_action", args=[action.pk]), sent)
    assert answer.status_code == 422 and not StoredFile.objects.exists()
    assert "Write a line: what happened, or why not" in answer.content.decode()


def test_a_bad_file_stops_the_form_and_keeps_the_words(world: World, action: Action) -> None:
    typed = output_form(file=upload("holiday.jpg", b"GIF89a" + b"\0" * 40))
    answer = signed_in(world.officer).post(reverse("pmp:log_output", args=[action.pk]), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("“holiday.jpg” is a GIF, which is not taken") == 2, "in the summary and beside the field"
    assert 'href="#id_file"' in page and "Two wardens came along" in page
    assert not Output.objects.exists() and not StoredFile.objects.exists()


def test_a_correction_has_no_file_field(world: World, attached: ActionFile) -> None:
    page = get(world.officer, "pmp:correct_output", attached.output_id).content.decode()
    assert 'type="file"' not in page


def test_more_is_added_later_up_to_a_number(world: World, attached: ActionFile) -> None:
    output = attached.output
    assert output is not None
    client = signed_in(world.inspector)
    address = reverse("pmp:attach_file", args=[output.pk])
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"file": upload("two.jpg")}).status_code == 302
    for _ in range(evidence.MOST_FILES - 2):
        evidence.attach_to_output(output, acting_user=world.officer, file=bench())
    with pytest.raises(WrongState, match="10 files with this already"):
        evidence.attach_to_output(output, acting_user=world.officer, file=bench())
    assert ActionFile.objects.count() == StoredFile.objects.count() == evidence.MOST_FILES


@pytest.mark.parametrize("state", ["withdrawn", "closed", "tactical_plan"])
def test_where_the_work_is_over_nothing_is_kept(world: World, profile: Profile, action: Action, state: str) -> None:
    """Sent while the page was open and the profile moved on."""
    client = signed_in(world.officer)
    form = output_form(file=upload())
    with without_guards():
        Profile.objects.filter(pk=profile.pk).update(state=state, result="achieved" if state == "closed" else "")
    answer = client.post(reverse("pmp:log_output", args=[action.pk]), form)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Two wardens came along" in page and "bench.jpg: it was not kept, so choose it again" in page
    assert not StoredFile.objects.exists() and not ActionFile.objects.exists()


# Who reads it -----------------------------------------------------------------------------------------


def test_outsiders_get_nothing_and_leave_no_trace(world: World, profile: Profile, attached: ActionFile) -> None:
    tree = world.tree
    outsiders = [
        person(Role.SECTOR_INSPECTOR, area=tree.far_sector),
        person(Role.CHIEF_INSPECTOR, area=tree.other_lpa),
        person(Role.TEAM_MEMBER, team=team("Far team", area=tree.far_sector)),
        person(Role.PARTNER_WORKER),
        person(Role.FUND_MANAGER, area=tree.lpa),
        person(Role.EDITOR, area=tree.force),
        person(Role.ADMINISTRATOR, area=tree.force),
    ]
    for outsider in outsiders:
        assert get(outsider, "pmp:file", attached.pk).status_code == 404, outsider
    signed_out = Client().get(reverse("pmp:file", args=[attached.pk]))
    assert signed_out.status_code == 302 and signed_out["Location"].startswith("/sign-in/")
    assert showings(profile) == []


def sensitive(profile: Profile) -> Profile:
    Profile.objects.filter(pk=profile.pk).update(marking_actions="sensitive", official=False, handling="Named only")
    return Profile.objects.get(pk=profile.pk)


def test_a_sensitive_section_keeps_its_files(world: World, profile: Profile, attached: ActionFile) -> None:
    other = team("Other team", area=world.tree.sector)
    colleague = person(Role.TEAM_MEMBER, team=other)
    make_action(profile, other, tactic="Letters")
    readers = {"next_inspector": 200, "colleague": 200}
    assert get(world.next_inspector, "pmp:file", attached.pk).status_code == readers["next_inspector"]
    assert get(colleague, "pmp:file", attached.pk).status_code == readers["colleague"]
    sensitive(profile)
    # They know of the profile and still open its page, but not what its section Actions holds.
    for outside in (world.next_inspector, colleague):
        page = get(outside, "pmp:profile", profile.reference)
        assert page.status_code == 200 and "bench.jpg" not in page.content.decode()
        assert get(outside, "pmp:file", attached.pk).status_code == 404
        assert get(outside, "pmp:remove_file", attached.pk).status_code == 404
        history = get(outside, "pmp:history", profile.reference).content.decode()
        assert "photograph" not in history and "Patrol" not in history
    for inside in (world.inspector, world.chief, world.coordinator, world.analyst, world.officer):
        assert get(inside, "pmp:file", attached.pk).status_code == 200, inside


def test_the_force_lead_reads_what_is_official(world: World, profile: Profile, attached: ActionFile) -> None:
    lead = person(Role.FORCE_LEAD, area=world.tree.force)
    assert get(lead, "pmp:file", attached.pk).status_code == 200
    sensitive(profile)
    assert get(lead, "pmp:file", attached.pk).status_code == 404


def test_the_profiles_page_lists_them_for_its_readers(world: World, profile: Profile, attached: ActionFile) -> None:
    page = get(world.analyst, "pmp:profile", profile.reference).content.decode()
    assert reverse("pmp:file", args=[attached.pk]) in page and "Photographs and documents" in page
    assert reverse("pmp:remove_file", args=[attached.pk]) not in page
    assert (
        reverse("pmp:remove_file", args=[attached.pk])
        in get(world.chief, "pmp:profile", profile.reference).content.decode()
    )


def test_looking_at_the_headers_is_no_showing(world: World, profile: Profile, attached: ActionFile) -> None:
    head = signed_in(world.officer).head(reverse("pmp:file", args=[attached.pk]))
    assert head.status_code == 200 and faults(head) == [] and body(head) == b""
    assert showings(profile) == []


def test_a_range_is_all_of_it_and_one_showing(world: World, profile: Profile, attached: ActionFile) -> None:
    part = get(world.officer, "pmp:file", attached.pk, headers={"Range": "bytes=0-1"})
    assert part.status_code == 200 and len(body(part)) == attached.file.size
    assert len(showings(profile)) == 1


def test_a_file_that_is_missing_from_the_store_is_said_to_be(world: World, attached: ActionFile) -> None:
    attached.file.content.storage.delete(str(attached.file.content.name))
    answer = get(world.officer, "pmp:file", attached.pk)
    assert answer.status_code == 409 and "cannot be found in the store" in answer.content.decode()


def test_pages_cost_the_same_with_many_files(world: World, profile: Profile, attached: ActionFile) -> None:
    output = attached.output
    assert output is not None
    client = signed_in(world.officer)
    addresses = [
        reverse("pmp:update_action", args=[attached.action_id]),
        reverse("pmp:profile", args=[profile.reference]),
    ]

    def counts() -> list[int]:
        found = []
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            found.append(len(asked))
        return found

    work.update_action(attached.action, acting_user=world.officer, text="A line", file=bench())
    counts()
    before = counts()
    for _ in range(5):
        evidence.attach_to_output(output, acting_user=world.officer, file=bench())
        work.update_action(attached.action, acting_user=world.officer, text="A line", file=bench())
    assert counts() == before


# Removing it ------------------------------------------------------------------------------------------


def test_a_wrong_file_goes_for_good(
    world: World, profile: Profile, attached: ActionFile, django_capture_on_commit_callbacks: Any
) -> None:
    store, place = attached.file.content.storage, str(attached.file.content.name)
    client = signed_in(world.inspector)
    address = reverse("pmp:remove_file", args=[attached.pk])
    assert "deleted for good" in client.get(address).content.decode()
    assert client.post(address, {"reason": "  "}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        sent = client.post(address, {"reason": "It shows a child"})
    assert sent.status_code == 302
    assert not StoredFile.objects.exists() and not store.exists(place)
    assert client.get(reverse("pmp:file", args=[attached.pk])).status_code == 404
    removed = Entry.objects.get(verb="files.removed")
    assert (removed.actor, removed.payload["reason"]) == (world.inspector, "It shows a child")
    assert removed.payload["sha256"] == attached.file.sha256
    history = client.get(reverse("pmp:history", args=[profile.reference])).content.decode()
    assert "removed a file (photograph) from “Patrol”" in history
    assert Output.objects.exists(), "what was delivered stays"


def test_who_may_remove_it(world: World, attached: ActionFile) -> None:
    colleague = person(Role.TEAM_MEMBER, team=world.team)
    for refused in (colleague, world.analyst, world.coordinator, world.next_inspector):
        with pytest.raises(Forbidden):
            evidence.remove_action_file(attached, acting_user=refused, reason="No")
    with pytest.raises(Incomplete):
        evidence.remove_action_file(attached, acting_user=world.officer, reason="  ")
    evidence.remove_action_file(attached, acting_user=world.officer, reason="Wrong bench")
    with pytest.raises(WrongState, match="removed just now"):
        evidence.remove_action_file(attached, acting_user=world.chief, reason="Again")


@pytest.mark.parametrize("name", ["inspector", "chief"])
def test_the_inspector_and_the_chief_may_even_when_it_is_over(
    world: World, profile: Profile, attached: ActionFile, name: str
) -> None:
    with without_guards():
        Profile.objects.filter(pk=profile.pk).update(state="closed", result="achieved")
    client = signed_in(getattr(world, name))
    sent = client.post(reverse("pmp:remove_file", args=[attached.pk]), {"reason": "It shows a child"})
    assert sent.status_code == 302 and client.get(sent["Location"]).status_code == 200
    assert not ActionFile.objects.exists()


# Sent twice, and sent too late ------------------------------------------------------------------------


def ticket(page: str) -> str:
    found = re.search(r'name="held_for" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_same_form_with_the_same_photograph_is_done_once(world: World, action: Action) -> None:
    client, address = signed_in(world.officer), reverse("pmp:log_output", args=[action.pk])
    held_for = ticket(client.get(address).content.decode())
    answers = [client.post(address, output_form(file=upload(), held_for=held_for)) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {302}
    assert Output.objects.count() == StoredFile.objects.count() == 1


def test_the_same_words_with_another_photograph_are_another_form(world: World, action: Action) -> None:
    client, address = signed_in(world.officer), reverse("pmp:log_output", args=[action.pk])
    held_for = ticket(client.get(address).content.decode())
    for content in (photograph((60, 40)), photograph((40, 60))):
        assert client.post(address, output_form(file=upload(content=content), held_for=held_for)).status_code == 302
    assert Output.objects.count() == StoredFile.objects.count() == 2


def test_a_session_that_ended_loses_the_photograph_and_says_so(world: World, action: Action) -> None:
    client, address = signed_in(world.officer), reverse("pmp:log_output", args=[action.pk])
    held_for = ticket(client.get(address).content.decode())
    sent = Client().post(address, output_form(file=upload("ben\u202ech.jpg"), held_for=held_for))
    assert sent.status_code == 302 and sent["Location"].startswith("/sign-in/")
    assert not StoredFile.objects.exists() and not Output.objects.exists()
    page = client.get(address).content.decode()
    assert "Two wardens came along" in page
    assert "Here is what you had typed. Choose “bench.jpg” again: files are not kept." in page
    assert client.post(address, output_form(file=upload())).status_code == 302
    assert "Choose “bench.jpg” again" not in client.get(address).content.decode()
