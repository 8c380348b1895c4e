"""The page that sets what was delivered against what was to change."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from directory.gate.request import SignedInRequest
from pmp.case.case_page import frame
from pmp.case.form_pages import fetch
from pmp.outcomes.evaluation import fidelity_of, read_dose, read_outcomes


def outcomes(request: SignedInRequest, reference: str) -> HttpResponse:
    """Outputs against intended outcomes: the control chart of each measured series, its verdict, the dose."""
    row, may = fetch(request, reference, "profile.view")
    around = frame(row, may, "pmp:outcomes")
    plan_hidden, actions_hidden = around["hidden"]["plan"], around["hidden"]["actions"]
    tests = [test for test in row.reality_tests.all() if test.state != "ordered"]
    context = {
        **around,
        "outcomes": [] if plan_hidden else read_outcomes(row),
        "doses": [] if plan_hidden or actions_hidden else read_dose(row),
        "tested": fidelity_of(tests),
        "running": next((test for test in row.reality_tests.all() if test.state == "ordered"), None),
    }
    return render(request, "pmp/outcomes.html", context)
