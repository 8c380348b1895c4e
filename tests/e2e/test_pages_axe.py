"""Each kind of person in turn on the pages of the demonstration, at 360 and 1280 px, with one form sent empty.

axe must find nothing, nothing may be wider than the window, and no page may carry a style or a script of its own
(the page fixture fails on a breach of the Content-Security-Policy and on an error of a script by itself).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command

from directory.models import User
from funds.models import Bid, Round
from partners.models import Share
from pmp.models import Action, Profile, RealityTest
from tests.browser import SIZES

pytestmark = pytest.mark.django_db(transaction=True)

DOMAIN = "demo.commonbeat.test"


@pytest.fixture
def demonstration(db: Any, settings: Any) -> None:
    """The whole demonstration: every role, a profile in every state, agreements, rounds and the public site."""
    settings.DEMO = True
    call_command("demo", stdout=io.StringIO())


def a_profile(state: str) -> str:
    """The reference of a profile of that state that the demonstration's inspector raised."""
    found = Profile.objects.filter(state=state, author__email=f"inspector@{DOMAIN}").first()
    assert found is not None, f"the demonstration has no profile of the state {state}"
    return str(found.reference)


def pages_of(role: str, person: User) -> tuple[list[str], str]:
    """The addresses this person works at, and the one whose form is sent empty ("" where they have none)."""
    if role == "inspector":
        live, planned = a_profile("live"), a_profile("tactical_plan")
        states = [f"/pmp/profiles/{a_profile(state)}/" for state in ("priority", "evaluation")]
        views = [f"/pmp/profiles/{live}/", f"/pmp/profiles/{live}/outcomes/", f"/partners/profiles/{live}/"]
        forms = [f"/pmp/profiles/{planned}/edit/plan/", f"/pmp/profiles/{planned}/actions/add/"]
        return [
            *("/pmp/profiles/", "/pmp/profiles/?q=nothing-is-called-this", "/pmp/tasking/", "/pmp/counts/map/"),
            *states,
            *views,
            f"/pmp/profiles/{live}/history/",
            *forms,
        ], "/pmp/profiles/raise/"
    if role == "chief":
        waiting = a_profile("plan_submitted")
        tested, ending = a_profile("reality_test"), a_profile("evaluation")
        closing = [f"/pmp/profiles/{tested}/test/tester/", f"/pmp/profiles/{ending}/close/"]
        return [f"/pmp/profiles/{waiting}/", "/publishing/", *closing], f"/pmp/profiles/{waiting}/return/"
    if role == "coordinator":
        test = RealityTest.objects.filter(tester=person, state="ordered").select_related("profile").first()
        assert test is not None
        return [f"/pmp/profiles/{test.profile.reference}/test/", "/pmp/actions/"], "/pmp/profiles/raise/"
    if role == "officer":
        team = person.posts.get().team
        action = Action.objects.filter(team=team, profile__state="live").first()
        assert action is not None
        here = f"/pmp/actions/{action.pk}/"
        return ["/pmp/actions/", here, f"{here}date/"], f"/pmp/actions/{action.pk}/output/"
    if role == "housing":
        share = Share.objects.filter(agency=person.posts.get().organisation).first()
        assert share is not None
        action = Action.objects.filter(agency=share.agency, profile=share.profile).first()
        assert action is not None
        return ["/partners/", "/partners/shared/", f"/partners/shared/{share.pk}/"], (
            f"/partners/actions/{action.pk}/date/"
        )
    if role == "group":
        bid = Bid.objects.filter(group=person.posts.get().organisation, state="draft").first()
        assert bid is not None
        return ["/funds/my-bids/", f"/funds/bids/{bid.reference}/form/"], f"/funds/bids/{bid.reference}/form/cost/"
    if role == "fund":
        fund = Round.objects.filter(fund__lpa__name="Sandwell", state="open").select_related("fund").first()
        assert fund is not None
        here = f"/funds/manage/fund/{fund.fund.slug}/"
        return ["/funds/manage/", here, f"/funds/manage/round/{fund.slug}/"], f"{here}new-round/"
    assert role == "", role
    counted = Round.objects.filter(counted__isnull=False).first()
    assert counted is not None
    money = [f"/funds/rounds/{counted.slug}/", f"/funds/rounds/{counted.slug}/result/"]
    return ["/", "/sandwell/", "/funds/rounds/", *money, "/nothing-here/"], "/sign-in/"


# A block of JSON is data: no browser runs it, and the policy lets it be.
WIDER = """() => ({
    wide: document.documentElement.scrollWidth - window.innerWidth,
    own: document.querySelectorAll('[style], style, script:not([src], [type="application/json"])').length,
})"""


def look(page: Any, axe: Callable[[Any], None]) -> None:
    """0 violations at both widths, nothing wider than the window, no style or script in the page."""
    axe(page)
    for size in SIZES:
        page.set_viewport_size(size)
        found = page.evaluate(WIDER)
        assert found["wide"] <= 0, f"{page.url} is {found['wide']} px wider than {size['width']} px"
        assert found["own"] == 0, f"{page.url} carries a style or a script of its own"


def test_every_person_can_use_their_pages(
    demonstration: None, page: Any, axe: Callable[[Any], None], signed_in: Callable[[Any, Any], Any]
) -> None:
    for role in ("", "inspector", "chief", "coordinator", "officer", "housing", "group", "fund"):
        page.context.clear_cookies()
        person = User.objects.get(email=f"{role or 'inspector'}@{DOMAIN}")
        if role:
            signed_in(page, person)
        paths, form = pages_of(role, person)
        for path in paths:
            answer = page.goto(path)
            assert answer.status == (404 if path == "/nothing-here/" else 200), f"{role} {path}: {answer.status}"
            look(page, axe)
        answer = page.goto(form)
        assert answer.status == 200, f"{role} {form}: {answer.status}"
        look(page, axe)
        page.evaluate("document.querySelectorAll('main form input[type=text]').forEach(box => { box.value = ''; })")
        page.locator("main form[method=post] button[type=submit]").first.click()
        page.wait_for_selector(".govuk-error-summary")
        look(page, axe)
