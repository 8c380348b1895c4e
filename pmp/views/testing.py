"""Reality tests: order one, answer its checks, finish it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render

from directory.held import held_content
from directory.refusals import Incomplete
from pmp import actions, selectors
from pmp.forms import CheckForm, FinishTestForm, OrderTestForm
from pmp.frame import frame
from pmp.models import Profile
from pmp.views.common import bound, fetch, profile_form_page


def begin(request: HttpRequest, reference: str) -> HttpResponse:
    """Choose an independent tester; the sample is drawn and its seed recorded."""
    profile = fetch(request, reference, "profile.begin_reality_test")
    return profile_form_page(
        request,
        profile,
        bound(request, OrderTestForm, testers=selectors.testers_for(profile)),
        title="Order a reality test",
        lead="A sample of the plan's actions is drawn. The tester looks whether each one really happens.",
        button="Order the test",
        act=lambda sent: actions.begin_reality_test(profile, acting_user=request.user, **sent.cleaned_data),  # type: ignore[arg-type]
        said="The test is ordered.",
    )


def answer(request: HttpRequest, reference: str) -> HttpResponse:
    """The tester's page: one form a check, and one to finish. A form says which it is by `part`.

    One form of the page is held when a session ends, and comes back filled in.
    """
    profile = fetch(request, reference, "profile.answer_test")
    test = selectors.open_test(profile)
    sent = request.POST if request.method == "POST" else held_content(request)
    part = sent.get("part", "") if sent is not None else ""
    forms_by_check = [
        (check, _check_form(check, sent if part == f"check-{check.pk}" else None)) for check in test.checks.all()
    ]
    finish = FinishTestForm(sent if part == "finish" else None, prefix="finish")
    if request.method == "POST" and _handle(request, profile, part, dict(forms_by_check), finish):
        if part != "finish":
            return redirect("pmp:answer_test", reference)
        messages.success(request, "The test is finished. Thank you.")
        return redirect("pmp:my_actions")  # a tester from elsewhere can no longer open the profile
    context = {
        **frame(request, profile, ""),
        "test": test,
        "checks": forms_by_check,
        "finish": finish,
        "left": sum(1 for check, _ in forms_by_check if not check.found),
    }
    return render(request, "pmp/answer_test.html", context, status=422 if request.method == "POST" else 200)


def _check_form(check: Any, sent: QueryDict | None) -> CheckForm:
    prefix = f"check-{check.pk}"
    if sent is not None:
        return CheckForm(sent, prefix=prefix)
    return CheckForm(initial={"method": check.method, "found": check.found, "note": check.note}, prefix=prefix)


def _handle(
    request: HttpRequest, profile: Profile, part: str, checks: dict[Any, CheckForm], finish: FinishTestForm
) -> bool:
    user: Any = request.user
    for check, form in checks.items():
        if part == f"check-{check.pk}" and form.is_valid():
            actions.answer_check(profile, check.pk, acting_user=user, **form.cleaned_data)
            return True
    if part == "finish" and finish.is_valid():
        return _finish(profile, finish, user)
    return False


def _finish(profile: Profile, finish: FinishTestForm, user: Any) -> bool:
    values = finish.cleaned_data
    try:
        if values["verdict"] == "pass":
            actions.pass_reality_test(profile, acting_user=user, note=values["note"])
        else:
            actions.fail_reality_test(profile, acting_user=user, note=values["note"], fix_by=values["fix_by"])
    except Incomplete as refusal:
        finish.add_error(None, forms.ValidationError(refusal.missing))
        return False
    return True
