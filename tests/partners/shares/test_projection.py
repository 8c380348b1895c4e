"""What an agency sees: preview, projection, view-as and PDF; each says the same and nothing more."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest

from journal.models import Route
from partners.models import Agreement
from partners.shares import actions as sharing
from partners.shares.projection import project
from pmp.models import Profile
from tests import people
from tests.partners.making import SECRET, Made, day, make_action, shown_entries


def page(made: Made, url: str, user: Any = None) -> str:
    """The main part of a page, for the agency's worker unless told."""
    response = people.signed_in(user or made.worker).get(url)
    assert response.status_code == 200, response.status_code
    return re.search(r"<main.*</main>", response.content.decode(), re.DOTALL).group()  # type: ignore[union-attr]


def words(html: str) -> str:
    """The words of a page, without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def mark(made: Made, **values: str) -> None:
    """Mark sections of the profile, as the plan page does."""
    Profile.objects.filter(pk=made.profile.pk).update(official=False, handling="Named persons only", **values)


def shown(made: Made, share: Any) -> str:
    """Everything the projection holds, as text."""
    return str(project(type(share).objects.get(pk=share.pk)))


def test_before_acceptance_only_the_preview_is_shown(made: Made) -> None:
    made.offer()
    share = made.profile.shares.get()
    for url in ("/partners/", "/partners/shared/", f"/partners/shared/{share.pk}/"):
        html = people.signed_in(made.worker).get(url).content.decode()
        for text in (*SECRET.values(), "Badger", "Otter", "Walrus", "Ocelot", "It owns the gate"):
            assert text not in html, f"{text} on {url}"
        assert made.profile.reference in html and "Mend the gate" in html
    html = page(made, f"/partners/shared/{share.pk}/")
    assert "Nuisance" in html and made.profile.sector.name in html
    assert shown_entries(made) == []
    assert people.signed_in(made.worker).get(f"/partners/shared/{share.pk}/pdf/").status_code == 409


def test_only_sections_in_the_scope_of_share_and_agreement(made: Made) -> None:
    share = made.accepted(sections=["scanning", "plan"])
    assert "Quokka" in shown(made, share) and "Heron" in shown(made, share) and "Lemur" not in shown(made, share)
    Agreement.objects.filter(pk=made.agreement.pk).update(sections=["plan", "analysis"])
    assert "Heron" in shown(made, share) and "Quokka" not in shown(made, share) and "Lemur" not in shown(made, share)


def test_actions_are_the_agencys_own_and_those_marked_for_partners(made: Made) -> None:
    make_action(made.profile, "Council lamp", agency=people.council())
    seen = shown(made, made.accepted())
    assert "Badger" in seen and "Walrus" in seen
    assert "Otter" not in seen and "Council lamp" not in seen


@pytest.mark.parametrize("narrowed", ["share", "agreement"])
def test_without_actions_in_scope_only_its_own(made: Made, narrowed: str) -> None:
    share = made.accepted(sections=["scanning"] if narrowed == "share" else ["scanning", "actions"])
    if narrowed == "agreement":
        Agreement.objects.filter(pk=made.agreement.pk).update(sections=["scanning"])
    assert "Badger" in shown(made, share) and "Walrus" not in shown(made, share)


def test_no_sensitive_section_above_the_marking(made: Made) -> None:
    share = made.accepted()
    mark(made, marking_scanning="sensitive")
    seen = project(type(share).objects.get(pk=share.pk))
    assert "Quokka" not in str(seen) and seen.marking == "OFFICIAL" and seen.handling == ""


def test_a_sensitive_section_under_a_sensitive_share_carries_its_marking(made: Made) -> None:
    Agreement.objects.update(highest_marking="sensitive")
    share = made.accepted(highest_marking="sensitive")
    mark(made, marking_scanning="sensitive")
    seen = project(type(share).objects.get(pk=share.pk))
    assert "Quokka" in str(seen) and seen.marking == "OFFICIAL-SENSITIVE" and seen.handling == "Named persons only"
    Agreement.objects.update(highest_marking="official")
    assert "Quokka" not in shown(made, share)


def test_sensitive_actions_are_closed_on_every_page(made: Made) -> None:
    share = made.accepted()
    mark(made, marking_actions="sensitive")
    assert "Badger" not in shown(made, share) and "Walrus" not in shown(made, share)
    assert "Badger" not in page(made, "/partners/")
    client = people.signed_in(made.worker)
    assert client.get(f"/partners/actions/{made.own.pk}/").status_code == 404
    assert client.post(f"/partners/actions/{made.own.pk}/", {"text": "Done it"}).status_code == 404


def test_view_as_is_the_agencys_page(made: Made) -> None:
    share = made.accepted()
    agency = words(page(made, f"/partners/shared/{share.pk}/"))
    police = words(page(made, f"/partners/shares/{share.pk}/as/", made.inspector))
    inset = "You are looking at this exactly as Norwick Homes sees it. "
    assert inset in police
    assert police.replace(inset, "") == agency.replace(" Download as PDF", "")


def test_view_as_of_what_the_agency_cannot_see_says_so(made: Made) -> None:
    share = made.accepted()
    url = f"/partners/shares/{share.pk}/as/"
    Agreement.objects.update(review_on=day(-1))
    html = page(made, url, made.inspector)
    assert "sees nothing" in html and "has passed" in html and "Quokka" not in html
    Agreement.objects.update(review_on=day(100))
    sharing.suspend_share(share, acting_user=made.inspector, reason="For now")
    html = page(made, url, made.inspector)
    assert "The share is suspended" in html and "Quokka" not in html
    assert shown_entries(made) == []


def test_the_pdf_is_the_projection_tagged_and_nothing_more(made: Made) -> None:
    from pypdf import PdfReader

    share = made.accepted()
    response = people.signed_in(made.worker).get(f"/partners/shared/{share.pk}/pdf/")
    assert response.headers["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(response.content))
    text = " ".join(" ".join(part.extract_text() for part in reader.pages).split())
    for there in (
        "Zebra title",
        "Quokka statement",
        "Badger gate",
        "Walrus letter",
        "Norwick Homes only",
        "OFFICIAL",
    ):
        assert there in text, there
    for not_there in ("Lemur", "Heron", "Otter", "Ocelot", "It owns the gate", "Jo Bloggs"):
        assert not_there not in text, not_there
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    assert [entry.route for entry in shown_entries(made)] == [Route.PDF]


def test_each_page_is_disclosed_once_to_the_agency_without_its_content(made: Made) -> None:
    share = made.accepted()
    client = people.signed_in(made.worker)
    client.get(f"/partners/shared/{share.pk}/")
    (entry,) = shown_entries(made)
    assert (entry.actor, entry.route) == (made.worker, Route.PAGE)
    assert entry.payload == {"share": share.pk, "agency": "Norwick Homes"}
    client.get(f"/partners/shared/{share.pk}/")
    assert len(shown_entries(made)) == 2
    assert not any(text in json.dumps([e.payload for e in shown_entries(made)]) for text in SECRET.values())


def test_what_view_as_shows_is_disclosed_to_the_officer(made: Made) -> None:
    share = made.accepted()
    page(made, f"/partners/shares/{share.pk}/as/", made.inspector)
    (entry,) = shown_entries(made)
    assert entry.actor == made.inspector and entry.payload == {"share": share.pk, "seen_as": "Norwick Homes"}
