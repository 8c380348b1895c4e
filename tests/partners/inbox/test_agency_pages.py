"""The agency's pages: its inbox, its own actions, and what is refused between page load and sending."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.models import Role
from files.actions import keep_file
from files.checking import check
from journal.models import Entry
from partners import policy
from partners.agreements import actions as agreeing
from partners.inbox import actions as working
from partners.models import Agreement, Share
from partners.shares import actions as sharing
from partners.shares.grants import revoke
from pmp.models import Action, ActionFile, ActionUpdate, Profile
from pmp.models.grants import ProfileGroupPermission
from pmp.work.actions import answer_date
from tests import people
from tests.partners.making import Made, boxes, day, granted, make_action, make_profile, shown_entries


@pytest.mark.parametrize(
    ("sent", "state"),
    [
        ({"move": "begin"}, "in_progress"),
        ({"move": "decline", "text": "Not our gate"}, "declined"),
        ({"move": "block", "text": "No key"}, "blocked"),
        ({"text": "Looked at it"}, "accepted"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_the_agency_moves_its_own_action(made: Made, sent: dict[str, str], state: str) -> None:
    made.accepted()
    response = people.signed_in(made.worker).post(f"/partners/actions/{made.own.pk}/", sent)
    assert response.status_code == 302
    assert Action.objects.get(pk=made.own.pk).state == state
    assert Entry.objects.filter(actor=made.worker, verb__startswith="pmp.").count() == 1


def test_the_agency_accepts_a_planned_action(made: Made) -> None:
    made.accepted()
    action = make_action(made.profile, "Mend fence", agency=made.agency, state="planned")
    people.signed_in(made.worker).post(f"/partners/actions/{action.pk}/", {"move": "accept"})
    assert Action.objects.get(pk=action.pk).state == "accepted"


def test_the_agency_asks_for_a_new_date(made: Made) -> None:
    made.accepted()
    sent = {**boxes("due", day(40)), "reason": "The smith is away"}
    assert people.signed_in(made.worker).post(f"/partners/actions/{made.own.pk}/date/", sent).status_code == 302
    row = Action.objects.get(pk=made.own.pk)
    assert (row.proposed_due, row.due) == (day(40), made.own.due)


@pytest.mark.parametrize("accepted", [True, False])
def test_the_agency_reads_what_was_answered(made: Made, accepted: bool) -> None:
    made.accepted()
    working.propose_own_date(made.own, acting_user=made.worker, due=day(40), reason="The smith is away")
    client, url = people.signed_in(made.worker), f"/partners/actions/{made.own.pk}/"
    assert "have not answered yet" in client.get(url).content.decode()
    answer_date(made.own, acting_user=made.inspector, due=day(40), accepted=accepted, reason="School begins")
    html = client.get(url).content.decode()
    assert ("The new date is accepted" if accepted else "The date stays") in html and "School begins" in html
    assert "have not answered yet" not in html and "Ocelot" not in html


def test_cards_tell_cases_apart_without_their_title(made: Made) -> None:
    made.accepted()
    Action.objects.filter(pk=made.own.pk).update(dose=2, dose_unit="gates")
    other = make_profile(made.inspector, made.police.team, problem_type="Fly-tipping")  # type: ignore[arg-type]
    made.offer(profile=other)
    client = people.signed_in(made.worker)
    html = client.get("/partners/").content.decode()
    for profile in (made.profile, other):
        assert f"{profile.reference}: {profile.problem_type}, {profile.sector.name}" in html
    page = client.get(f"/partners/actions/{made.own.pk}/").content.decode()
    assert "Nuisance, " in page and "planned 2 gates" in page
    assert "Zebra" not in html + page


def test_opening_an_action_is_a_disclosure_and_sending_its_form_is_none(made: Made) -> None:
    share = made.accepted()
    client = people.signed_in(made.worker)
    for number, page in enumerate((f"/partners/actions/{made.own.pk}/", f"/partners/actions/{made.own.pk}/date/"), 1):
        assert client.get(page).status_code == 200
        assert client.post(page, {}).status_code == 422
        assert len(shown_entries(made)) == number
    last = shown_entries(made)[-1]
    assert last.actor == made.worker
    assert last.payload == {"share": share.pk, "agency": made.agency.name, "action": made.own.pk}
    assert people.signed_in(made.stranger).get(f"/partners/actions/{made.own.pk}/").status_code == 404
    assert len(shown_entries(made)) == 2


def test_a_list_that_stops_says_so(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made.accepted()
    make_action(made.profile, "Mend fence", agency=made.agency, state="planned")
    page = people.signed_in(made.worker).get("/partners/")
    assert len(page.context["actions"]) == 2 and "are shown" not in page.content.decode()
    monkeypatch.setattr("partners.inbox.views.LONGEST_LIST", 1)
    page = people.signed_in(made.worker).get("/partners/")
    assert len(page.context["actions"]) == 1 and "The 1 that are due first are shown" in page.content.decode()


def test_no_new_date_for_a_finished_action(made: Made) -> None:
    made.accepted()
    action = make_action(made.profile, "Mended", agency=made.agency, state="done")
    sent = {**boxes("due", day(40)), "reason": "Back button"}
    assert people.signed_in(made.worker).post(f"/partners/actions/{action.pk}/date/", sent).status_code == 409
    assert Action.objects.get(pk=action.pk).proposed_due is None


@pytest.mark.parametrize(
    "sent",
    [{"move": "decline"}, {"move": "cancel", "text": "Kept words"}, {"move": "junk", "text": "Kept words"}, {}],
)
def test_junk_is_kept_and_refused(made: Made, sent: dict[str, str]) -> None:
    made.accepted()
    response = people.signed_in(made.worker).post(f"/partners/actions/{made.own.pk}/", sent)
    assert response.status_code == 422
    assert sent.get("text", "") in response.content.decode()
    assert Action.objects.get(pk=made.own.pk).state == "accepted" and not ActionUpdate.objects.exists()


def test_a_junk_date_is_kept_and_refused(made: Made) -> None:
    made.accepted()
    sent = {"due_day": "31", "due_month": "Febtember", "due_year": "2027", "reason": "Kept words"}
    response = people.signed_in(made.worker).post(f"/partners/actions/{made.own.pk}/date/", sent)
    assert response.status_code == 422
    assert "Febtember" in response.content.decode() and "Kept words" in response.content.decode()


def test_a_second_offer_keeps_what_was_typed(made: Made) -> None:
    made.offer()
    sent = {
        "agreement": made.agreement.pk,
        "sections": ["scanning"],
        "highest_marking": "official",
        "ask": "Kept words",
        "need_to_know": "It owns it",
        **boxes("until", day(20)),
    }
    response = people.signed_in(made.inspector).post(f"/partners/profiles/{made.profile.reference}/share/", sent)
    assert response.status_code == 422
    assert "already shared with Norwick Homes" in response.content.decode()
    assert "Kept words" in response.content.decode() and Share.objects.count() == 1


def test_officers_lines_and_names_stay_with_the_police(made: Made) -> None:
    made.accepted()
    ActionUpdate.objects.create(action=made.own, text="Slow as ever", by=made.inspector)
    ActionUpdate.objects.create(action=made.own, text="Gate ordered", by=made.worker)
    html = people.signed_in(made.worker).get(f"/partners/actions/{made.own.pk}/").content.decode()
    assert "Gate ordered" in html and "Wendy Worker" in html
    assert "Slow as ever" not in html and "Ocelot" not in html


# Between page load and sending -----------------------------------------------------------------------


def _expire(made: Made, share: Share) -> None:
    Share.objects.filter(pk=share.pk).update(until=day(-1))
    sharing.expire_share(share)


ENDS: dict[str, Callable[[Made, Share], object]] = {
    "suspended": lambda made, share: sharing.suspend_share(share, acting_user=made.inspector, reason="Now"),
    "ended": lambda made, share: sharing.end_share(share, acting_user=made.inspector, reason="Now"),
    "expired": _expire,
    "past its last day": lambda made, share: Share.objects.filter(pk=share.pk).update(until=day(-1)),
    "lapsed": lambda made, share: agreeing.lapse_agreement(made.agreement, acting_user=made.chief, reason="Now"),
    "past its review": lambda made, share: Agreement.objects.update(review_on=day(-1)),
    "agreement ended": lambda made, share: agreeing.end_agreement(
        made.agreement, acting_user=made.chief, reason="Now"
    ),
    "grant taken": lambda made, share: revoke(share),
}


@pytest.mark.parametrize("how", ENDS)
def test_what_ended_after_the_page_was_loaded_writes_nothing(made: Made, how: str) -> None:
    share = made.accepted()
    client = people.signed_in(made.worker)
    url = f"/partners/actions/{made.own.pk}/"
    assert client.get(url).status_code == 200
    ENDS[how](made, share)
    written = Entry.objects.count()
    assert client.post(url, {"move": "begin", "text": "Late"}).status_code == 404
    assert client.post(f"{url}date/", {**boxes("due", day(40)), "reason": "Late"}).status_code == 404
    for later in (url, f"/partners/shared/{share.pk}/", f"/partners/shared/{share.pk}/pdf/"):
        assert client.get(later).status_code == 404, later
    assert "Badger" not in client.get("/partners/").content.decode()
    assert Entry.objects.count() == written and not ActionUpdate.objects.exists()
    assert Action.objects.get(pk=made.own.pk).state == "accepted"


def test_somebody_who_left_the_agency_sees_nothing(made: Made) -> None:
    share = made.accepted()
    former = people.person(Role.PARTNER_WORKER, organisation=made.agency, starts=day(-9), ends=day(-1))
    client = people.signed_in(former)
    for url in (f"/partners/shared/{share.pk}/", f"/partners/actions/{made.own.pk}/", "/partners/"):
        assert client.get(url).status_code == 404, url


# The inbox -------------------------------------------------------------------------------------------


def test_the_inbox_is_oldest_due_first_across_cases(made: Made) -> None:
    made.accepted()
    other = make_profile(made.inspector, made.police.team)  # type: ignore[arg-type]
    make_action(other, "Apple", agency=made.agency, due=day(-5))
    make_action(other, "Cherry", agency=made.agency, due=day(90))
    made.accepted(profile=other)
    html = people.signed_in(made.worker).get("/partners/").content.decode()
    assert html.index("Apple") < html.index("Badger gate") < html.index("Cherry")
    assert "overdue" in html and "Otter" not in html and "Walrus" not in html


def test_somebody_in_two_agencies_sees_only_what_each_is_shared(made: Made) -> None:
    made.accepted()
    make_action(made.profile, "Council lamp", agency=people.council())
    people.post(made.worker, Role.PARTNER_WORKER, organisation=people.council())
    html = people.signed_in(made.worker).get("/partners/").content.decode()
    assert "Badger gate" in html and "Council lamp" not in html


@pytest.mark.parametrize("url", ["/partners/", "/partners/shared/"])
def test_the_lists_ask_the_same_number_of_questions_of_5_and_200(made: Made, url: str) -> None:
    client = people.signed_in(made.worker)

    def more(number: int) -> int:
        for _ in range(number):
            profile = make_profile(made.inspector, made.police.team)  # type: ignore[arg-type]
            share = Share.objects.create(
                profile=profile,
                agency=made.agency,
                agreement=made.agreement,
                state="accepted",
                sections=["actions"],
                until=day(9),
                offered_by=made.inspector,
            )
            make_action(profile, "One", agency=made.agency)
            assert share.pk
        permission = ProfileGroupPermission.objects.filter(content_object=made.profile).get()
        missing = Profile.objects.exclude(pk__in=ProfileGroupPermission.objects.values("content_object_id"))
        ProfileGroupPermission.objects.bulk_create(
            ProfileGroupPermission(content_object=row, group=permission.group, permission=permission.permission)
            for row in missing
        )
        client.get(url)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(url).content.decode().count("PMP-") >= number
        return len(asked)

    made.accepted()
    assert more(5) == more(195)


def test_the_police_page_asks_the_same_number_of_questions_of_many_agencies(made: Made) -> None:
    client = people.signed_in(made.inspector)
    url = f"/partners/profiles/{made.profile.reference}/"
    counts = []
    for number in (2, 30):
        for index in range(number):
            people.organisation(f"Agency {number} {index}", made.agency.kind)
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# Somebody else's ids ---------------------------------------------------------------------------------


def every_url(made: Made, share: Share) -> dict[str, str]:
    """Each URL of the app with this share, agreement, profile, action or a file of its in it."""
    line = ActionUpdate.objects.create(action=made.own, text="Mended", by=made.worker)
    kept = keep_file(check("gate.txt", b"Mended"), acting_user=made.worker)
    file = ActionFile.objects.create(action=made.own, update=line, file=kept)
    urls = {}
    for route in policy.ROUTES:
        kind = route.subject or ""
        key = {
            "partners.share": share.pk,
            "partners.agreement": made.agreement.pk,
            "partners.action": made.own.pk,
            "partners.actionfile": file.pk,
        }
        args = [made.profile.reference] if kind == "pmp.profile" else [key[kind]] if kind in key else []
        urls[route.name] = reverse(route.name, args=args)
    return urls


@pytest.mark.parametrize("accepted", [False, True], ids=["offered", "accepted"])
def test_another_agency_opens_nothing(made: Made, accepted: bool) -> None:
    share = made.accepted() if accepted else made.offer()
    client, urls, written = people.signed_in(made.stranger), every_url(made, share), Entry.objects.count()
    lists = {"partners:inbox", "partners:shared", "partners:agreements"}
    for route in policy.ROUTES:
        for method in route.methods & {"GET", "POST"}:
            response = client.generic(method, urls[route.name])
            assert response.status_code == (200 if route.name in lists else 404), f"{method} {urls[route.name]}"
            assert made.profile.title not in response.content.decode()
    assert Share.objects.get(pk=share.pk).state == share.state and Entry.objects.count() == written


def test_actions_of_the_police_and_of_profiles_not_shared_do_not_open(made: Made) -> None:
    made.accepted()
    elsewhere = make_action(make_profile(made.inspector, made.police.team), "Alone", agency=made.agency)  # type: ignore[arg-type]
    client = people.signed_in(made.worker)
    for action in (made.police, made.shown, elsewhere):
        for url in (f"/partners/actions/{action.pk}/", f"/partners/actions/{action.pk}/date/"):
            assert client.get(url).status_code == client.post(url, {"text": "Mine"}).status_code == 404, url
    assert client.get("/partners/shared/99999999999999999999/").status_code == 404


def test_accepting_twice_and_declining_after_change_nothing(made: Made) -> None:
    share = made.offer()
    client = people.signed_in(made.worker)
    assert client.post(f"/partners/shared/{share.pk}/accept/").status_code == 302
    written = Entry.objects.count()
    assert client.post(f"/partners/shared/{share.pk}/accept/").status_code == 409
    assert client.post(f"/partners/shared/{share.pk}/decline/", {"reason": "Other tab"}).status_code == 409
    assert Entry.objects.count() == written and granted(made)


def test_two_tabs_of_the_police_end_it_once(made: Made) -> None:
    share = made.accepted()
    client = people.signed_in(made.inspector)
    assert client.post(f"/partners/shares/{share.pk}/end/", {"reason": "Over"}).status_code == 302
    assert client.post(f"/partners/shares/{share.pk}/suspend/", {"reason": "Other tab"}).status_code == 409
    assert Share.objects.get(pk=share.pk).state == "ended" and not granted(made)
