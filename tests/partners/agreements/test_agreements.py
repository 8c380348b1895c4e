"""Agreements: every edge, what is no edge, and dates that count although no job ran."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from directory.gate.refusals import Forbidden, Incomplete, WrongState
from journal.models import Entry
from journal.sentences import sentence
from partners.agreements import actions as agreeing
from partners.models import Agreement, Share
from partners.shares import actions as sharing
from tests import people
from tests.partners.making import Made, boxes, day, granted, make_agreement, make_profile, seen

EDGES = {
    ("draft", "signed"),
    ("signed", "live"),
    ("lapsed", "live"),
    ("live", "lapsed"),
    ("draft", "ended"),
    ("signed", "ended"),
    ("live", "ended"),
    ("lapsed", "ended"),
}
STATES = ("draft", "signed", "live", "lapsed", "ended")
TO: dict[str, Any] = {
    "signed": lambda row, by: agreeing.sign_agreement(row, acting_user=by, agency_signed_by="The director"),
    "live": lambda row, by: agreeing.bring_into_force(row, acting_user=by),
    "lapsed": lambda row, by: agreeing.lapse_agreement(row, acting_user=by, reason="Review due"),
    "ended": lambda row, by: agreeing.end_agreement(row, acting_user=by, reason="Over"),
}


def test_every_edge_and_no_other_by_action_and_by_the_database(made: Made) -> None:
    wrong = []
    for before in STATES:
        for after in set(STATES) - {before}:
            row = make_agreement(made.agency, state=before)
            try:
                with transaction.atomic():
                    Agreement.objects.filter(pk=row.pk).update(state=after)
                    allowed = True
                    transaction.set_rollback(True)
            except DatabaseError:
                allowed = False
            if allowed != ((before, after) in EDGES):
                wrong.append(f"database, {before} to {after}: {allowed}")
            if after not in TO:
                continue
            try:
                acted = TO[after](row, made.chief).state == after
            except WrongState:
                acted = False
            if acted != ((before, after) in EDGES):
                wrong.append(f"action, {before} to {after}: {acted}")
    assert wrong == []


@pytest.mark.parametrize("step", ["lapse_agreement", "end_agreement"])
def test_a_reason_is_needed(made: Made, step: str) -> None:
    with pytest.raises(Incomplete):
        getattr(agreeing, step)(made.agreement, acting_user=made.chief, reason=" ")
    made.agreement.refresh_from_db(fields=["title"])
    assert Agreement.objects.get().state == "live"


def test_an_inspector_writes_no_agreement(made: Made) -> None:
    with pytest.raises(Forbidden):
        agreeing.end_agreement(made.agreement, acting_user=made.inspector, reason="Over")


@pytest.mark.parametrize("dates", [{"review_on": day(-1)}, {"starts": day(1)}], ids=["past its review", "not begun"])
def test_dates_end_sight_although_no_job_ran(made: Made, dates: dict[str, Any]) -> None:
    share = made.accepted()
    assert seen(made, share)
    Agreement.objects.filter(pk=made.agreement.pk).update(**dates)
    assert not seen(made, share)
    assert people.signed_in(made.worker).get(f"/partners/shared/{share.pk}/").status_code == 404
    assert "Badger" not in people.signed_in(made.worker).get("/partners/").content.decode()
    with pytest.raises(Incomplete):
        made.offer()


@pytest.mark.parametrize("days", [0, 1])
def test_the_review_date_itself_still_counts(made: Made, days: int) -> None:
    share = made.accepted()
    Agreement.objects.filter(pk=made.agreement.pk).update(review_on=day(days))
    assert seen(made, share)


def test_a_lapse_takes_the_grant_and_its_review_gives_it_back(made: Made) -> None:
    share = made.accepted()
    agreeing.lapse_agreement(made.agreement, acting_user=made.chief, reason="Review due")
    assert not granted(made) and not seen(made, share)
    assert Entry.objects.filter(verb="partners.stopped_sight", subject_id=made.profile.pk).count() == 1
    agreeing.bring_into_force(made.agreement, acting_user=made.chief, review_on=day(200))
    assert granted(made) and seen(made, share)
    assert Entry.objects.filter(verb="partners.returned_sight", subject_id=made.profile.pk).count() == 1


def test_a_review_gives_no_suspended_or_finished_share_back(made: Made) -> None:
    share = sharing.suspend_share(made.accepted(), acting_user=made.inspector, reason="For now")
    agreeing.lapse_agreement(made.agreement, acting_user=made.chief, reason="Review due")
    agreeing.bring_into_force(made.agreement, acting_user=made.chief)
    assert not granted(made)
    assert Share.objects.get(pk=share.pk).state == "suspended"


def test_an_end_leaves_neither_grant_nor_offer(made: Made) -> None:
    share = made.accepted()
    other = make_profile(made.inspector, made.police.team)  # type: ignore[arg-type]
    offer = made.offer(other)
    agreeing.end_agreement(made.agreement, acting_user=made.chief, reason="Over")
    assert not granted(made)
    assert Share.objects.get(pk=share.pk).state == "ended"
    assert Share.objects.get(pk=offer.pk).state == "withdrawn"
    made.agreement = make_agreement(made.agency)
    assert made.offer(other).state == "offered"


def test_a_lapsed_agreement_is_given_its_next_review_on_its_page(made: Made) -> None:
    row = make_agreement(made.agency, state="lapsed", review_on=day(-3))
    client = people.signed_in(made.chief)
    url = f"/partners/agreements/{row.pk}/in-force/"
    assert client.post(url).status_code == 422
    assert client.post(url, boxes("review_on", day(-1))).status_code == 422
    assert Agreement.objects.get(pk=row.pk).state == "lapsed"
    assert client.post(url, boxes("review_on", day(300))).status_code == 302
    assert Agreement.objects.get(pk=row.pk).in_force


def test_both_sides_are_told_of_a_lapse(made: Made) -> None:
    made.accepted()
    Agreement.objects.filter(pk=made.agreement.pk).update(review_on=day(-1))
    for url in (
        "/partners/",
        "/partners/shared/",
        "/partners/agreements/",
        f"/partners/agreements/{made.agreement.pk}/",
    ):
        assert "so nothing is shared under it" in people.signed_in(made.worker).get(url).content.decode(), url
    page = people.signed_in(made.inspector).get(f"/partners/profiles/{made.profile.reference}/").content.decode()
    assert "Norwick Homes sees nothing of this now." in page and "has passed" in page
    assert "nothing is shared under it" not in people.signed_in(made.stranger).get("/partners/").content.decode()


def test_the_daily_job_lapses_and_expires_once_and_says_so(made: Made, capsys: pytest.CaptureFixture[str]) -> None:
    share = made.accepted(until=day(5))
    other = make_agreement(people.council(), review_on=day(-1))
    Share.objects.filter(pk=share.pk).update(until=day(-1))
    call_command("lapse_and_expire")
    assert "Agreements lapsed: 1. Shares expired: 1." in capsys.readouterr().out
    assert (
        Agreement.objects.get(pk=other.pk).state == "lapsed" and Agreement.objects.get(pk=made.agreement.pk).in_force
    )
    assert Share.objects.get(pk=share.pk).state == "expired" and not granted(made)
    written = Entry.objects.count()
    call_command("lapse_and_expire")
    assert "Agreements lapsed: 0. Shares expired: 0." in capsys.readouterr().out
    assert Entry.objects.count() == written
    lapse = Entry.objects.get(verb="partners.passed_review")
    assert lapse.actor is None and sentence(lapse).startswith("The agreement passed its review date, ")


def test_an_offer_nobody_answered_expires_and_can_be_made_again(made: Made) -> None:
    offer = made.offer(until=day(5))
    Share.objects.filter(pk=offer.pk).update(until=day(-1))
    with pytest.raises(Incomplete):
        made.offer(until=day(9))
    call_command("lapse_and_expire")
    assert Share.objects.get(pk=offer.pk).state == "expired"
    assert Share.objects.get(pk=made.offer(until=day(9)).pk).state == "offered"


def test_the_daily_job_leaves_what_is_not_due(made: Made) -> None:
    share = made.accepted(until=day(0))
    Agreement.objects.filter(pk=made.agreement.pk).update(review_on=day(0))
    call_command("lapse_and_expire")
    assert seen(made, share) and granted(made)
