"""Reality tests: order one, answer its checks and finish it, give it to another tester."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from directory.gate.form_page import bound, form_page
from directory.gate.request import SignedInRequest
from pmp.case.case_page import frame
from pmp.case.form_pages import fetch, profile_form_page
from pmp.machine.moves import BY_NAME
from pmp.models import Profile
from pmp.reality_test import actions, selectors
from pmp.reality_test.forms import ChangeTesterForm, OrderTestForm, TestForm
from pmp.states import ProfileState


def begin(request: SignedInRequest, reference: str) -> HttpResponse:
    """Choose an independent tester; the sample is drawn and its seed recorded."""
    profile, may = fetch(request, reference, "profile.begin_reality_test")
    return profile_form_page(
        request,
        profile,
        may,
        bound(request, OrderTestForm, testers=selectors.testers_for(profile)),
        title=BY_NAME["begin_reality_test"].button,
        lead="A sample of the plan's actions is drawn. The tester looks whether each one really happens.",
        button=BY_NAME["begin_reality_test"].button,
        act=lambda sent: actions.begin_reality_test(profile, acting_user=request.user, **sent.cleaned_data),
        said="The test is ordered.",
    )


def change_tester(request: SignedInRequest, reference: str) -> HttpResponse:
    """Name somebody else for an open test; the sample and what was found so far stay."""
    profile, may = fetch(request, reference, "profile.change_tester")
    test = selectors.open_test(profile)
    testers = selectors.testers_for(profile).exclude(pk=test.tester_id)
    return profile_form_page(
        request,
        profile,
        may,
        bound(request, ChangeTesterForm, testers=testers),
        title=BY_NAME["change_tester"].button,
        lead=f"{test.tester.name} has it now. The sample stays the same, and so does what was found so far.",
        button=BY_NAME["change_tester"].button,
        act=lambda sent: actions.change_tester(profile, acting_user=request.user, **sent.cleaned_data),
        said="The test has another tester.",
    )


def answer(request: SignedInRequest, reference: str) -> HttpResponse:
    """The tester's page: one form with every check and the result, so that nothing typed is lost to another."""
    profile, may = fetch(request, reference, "profile.answer_test")
    test = selectors.open_test(profile)
    checks = list(test.checks.all())
    form = bound(request, TestForm, initial=TestForm.filled_from(checks, test.note, test.fix_by), checks=checks)
    here = reverse("pmp:answer_test", args=[reference])

    def going_on(after: Profile) -> bool:
        return after.state == ProfileState.REALITY_TEST

    return form_page(
        request,
        "pmp/answer_test.html",
        form,
        act=lambda sent: actions.answer_test(profile, acting_user=request.user, **sent.values()),
        # Once it is finished, a tester from elsewhere can no longer open the profile.
        done=lambda after: here if going_on(after) else reverse("pmp:my_actions"),
        said=lambda after: (
            "Saved. You can go on with it later." if going_on(after) else "The test is finished. Thank you."
        ),
        context={
            **frame(profile, may, ""),
            "title": "Reality test",
            "test": test,
            "left": sum(1 for check in checks if not (check.found and check.method)),
            "of": len(checks),
        },
    )
