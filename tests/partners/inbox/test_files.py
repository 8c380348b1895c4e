"""The agency's line with a photograph: what it may open again, and what ends when sight does."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from directory.models import Role, User
from files.checking import check
from files.models import StoredFile
from partners.agreements import actions as agreeing
from partners.inbox import actions as working
from partners.shares import actions as sharing
from partners.shares.grants import revoke
from pmp.models import Action, ActionFile, Profile
from pmp.work import actions as work
from tests import people
from tests.files.making import exif, photograph
from tests.files.test_serving import body, faults
from tests.partners.making import Made, day, shown_entries


def photo(name: str = "gate.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photograph(exif=exif()), "image/jpeg")


def sent_by(user: User, action: Action) -> ActionFile:
    """A line with a photograph on the agency's own action."""
    working.update_own_action(action, acting_user=user, text="Mended", file=check("gate.jpg", photograph()))
    return ActionFile.objects.latest("pk")


def ask(user: User, file: ActionFile, method: str = "get") -> Any:
    client = people.signed_in(User.objects.get(pk=user.pk))
    return getattr(client, method)(reverse("partners:file", args=[file.pk]))


def showings(made: Made) -> list[Any]:
    return [entry for entry in shown_entries(made) if entry.route == "file"]


def test_one_line_with_a_photograph(made: Made) -> None:
    share = made.accepted()
    client = people.signed_in(made.worker)
    address = reverse("partners:update_action", args=[made.own.pk])
    assert 'enctype="multipart/form-data"' in client.get(address).content.decode()
    assert client.post(address, {"text": "The gate is mended", "file": photo()}).status_code == 302
    file = ActionFile.objects.get()
    assert file.update is not None and file.update.text == "The gate is mended"
    page = client.get(address).content.decode()
    assert reverse("partners:file", args=[file.pk]) in page and "gate.jpg" in page
    served = ask(made.worker, file)
    assert served.status_code == 200 and faults(served) == [] and b"Exif" not in body(served)
    (shown,) = showings(made)
    told = {name: shown.payload[name] for name in ("share", "agency", "action", "file", "section")}
    assert told == {
        "share": share.pk,
        "agency": made.agency.name,
        "action": made.own.pk,
        "file": file.file_id,
        "section": "actions",
    }


def test_the_police_read_what_the_agency_sent(made: Made) -> None:
    made.accepted()
    file = sent_by(made.worker, made.own)
    served = people.signed_in(made.inspector).get(reverse("pmp:file", args=[file.pk]))
    assert served.status_code == 200 and faults(served) == []
    page = people.signed_in(made.inspector).get(reverse("pmp:update_action", args=[made.own.pk])).content.decode()
    assert reverse("pmp:file", args=[file.pk]) in page


def test_a_bad_file_keeps_the_line(made: Made) -> None:
    made.accepted()
    sent = {"text": "The gate is mended", "file": SimpleUploadedFile("gate.exe", b"MZ\0\0")}
    answer = people.signed_in(made.worker).post(reverse("partners:update_action", args=[made.own.pk]), sent)
    page = answer.content.decode()
    assert answer.status_code == 422 and "“gate.exe” is a program" in page and "The gate is mended" in page
    assert not StoredFile.objects.exists()


def test_what_officers_add_to_the_agencys_action_stays_with_the_police(made: Made) -> None:
    made.accepted()
    work.update_action(made.own, acting_user=made.inspector, text="Seen", file=check("seen.jpg", photograph()))
    output = work.log_output(
        made.own, acting_user=made.inspector, file=check("log.jpg", photograph()), quantity=1, delivered_on=day(0)
    )
    for file in ActionFile.objects.filter(action=made.own):
        assert ask(made.worker, file).status_code == 404
    assert output.files.count() == 1
    page = people.signed_in(made.worker).get(reverse("partners:update_action", args=[made.own.pk])).content.decode()
    assert "seen.jpg" not in page and "log.jpg" not in page


@pytest.mark.parametrize("which", ["police", "shown"])
def test_files_of_the_polices_own_actions_are_no_agencys(made: Made, which: str) -> None:
    made.accepted()
    work.update_action(
        getattr(made, which), acting_user=made.inspector, text="Seen", file=check("a.jpg", photograph())
    )
    assert ask(made.worker, ActionFile.objects.get()).status_code == 404


def test_outsiders(made: Made) -> None:
    made.accepted()
    file = sent_by(made.worker, made.own)
    former = people.person(Role.PARTNER_WORKER, organisation=made.agency, starts=day(-90), ends=day(-1))
    for outsider in (made.stranger, former, made.inspector, people.person(Role.GROUP_LEAD)):
        assert ask(outsider, file).status_code == 404, outsider
    assert Client().get(reverse("partners:file", args=[file.pk]))["Location"].startswith("/sign-in/")
    assert showings(made) == []


def test_a_colleague_reads_it_too(made: Made) -> None:
    made.accepted()
    file = sent_by(made.worker, made.own)
    colleague = people.person(Role.PARTNER_MANAGER, organisation=made.agency)
    assert ask(colleague, file).status_code == 200


def ends(made: Made, how: str) -> None:
    share = made.profile.shares.get()
    if how == "ended":
        sharing.end_share(share, acting_user=made.inspector, reason="Done")
    elif how == "suspended":
        sharing.suspend_share(share, acting_user=made.inspector, reason="A complaint")
    elif how == "expired":
        type(share).objects.filter(pk=share.pk).update(until=day(-1))
    elif how == "agreement past its review":
        type(made.agreement).objects.filter(pk=made.agreement.pk).update(review_on=day(-1))
    elif how == "agreement ended":
        agreeing.end_agreement(made.agreement, acting_user=made.chief, reason="Merged")
    elif how == "grant taken away":
        revoke(share)
    elif how == "section above the share's marking":
        Profile.objects.filter(pk=made.profile.pk).update(marking_actions="sensitive", official=False)


@pytest.mark.parametrize(
    "how",
    [
        *("ended", "suspended", "expired", "agreement past its review", "agreement ended", "grant taken away"),
        "section above the share's marking",
    ],
)
def test_when_sight_ends_so_does_the_file(made: Made, how: str) -> None:
    made.accepted()
    file = sent_by(made.worker, made.own)
    assert ask(made.worker, file).status_code == 200, "else the rest would show nothing"
    before = len(showings(made))
    ends(made, how)
    assert ask(made.worker, file).status_code == 404
    assert ask(made.worker, file, "head").status_code == 404
    assert len(showings(made)) == before


def test_looking_at_the_headers_is_no_showing(made: Made) -> None:
    made.accepted()
    file = sent_by(made.worker, made.own)
    head = ask(made.worker, file, "head")
    assert head.status_code == 200 and faults(head) == [] and showings(made) == []


def test_a_photograph_sent_after_sight_ended_is_not_kept(made: Made) -> None:
    made.accepted()
    client = people.signed_in(made.worker)
    ends(made, "suspended")
    sent = {"text": "The gate is mended", "file": photo()}
    assert client.post(reverse("partners:update_action", args=[made.own.pk]), sent).status_code == 404
    assert not StoredFile.objects.exists()
