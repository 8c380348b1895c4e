"""One bid, for those who may see it, and every step that can be taken with it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from directory.gate.refusals import Incomplete
from directory.gate.standing import standing
from funds import selectors
from funds.bids.sections import what_the_group_wrote
from funds.case.access import bid_for
from funds.case.decision_route import missing_for
from funds.case.typed import SignedInRequest, typed
from funds.machine.steps import Step, steps_open, steps_waiting
from funds.policy import TABLE, facts
from funds.publishing import results


def bid(request: SignedInRequest, reference: str) -> HttpResponse:
    """The bid: for its group a tracker in plain words, for fund staff everything they may know."""
    found = bid_for(request.user, reference, need="bid.view")
    own = TABLE.ask("bid.track", standing(request.user), facts(found, request.user.pk)).permitted
    committed, paid = selectors.award_pot(found)
    context = {
        "bid": found,
        "steps": steps_open(found, request.user),
        "committed": committed,
        "paid": paid,
        "lines": results.group_history(found) if own else results.history(found),
        "editable": TABLE.allows("bid.edit", standing(request.user), facts(found, request.user.pk)),
    }
    if own:
        context["wrote"] = what_the_group_wrote(found)
        return render(request, "funds/group/bid.html", context)
    context["waiting"] = steps_waiting(found, request.user)
    context["assessments"] = selectors.assessments_seen(found, request.user)
    return render(request, "funds/staff/bid.html", context)


def bid_step(request: SignedInRequest, reference: str, step: Step) -> HttpResponse:
    """A step's page: what it means, what to type, one button. What was typed is kept when it does not fit.

    Where the round's route wants something else first, the page says what, and has no form.
    """
    found = bid_for(request.user, reference, need=step.verb)
    data = typed(request)
    form = step.form(data, bid=found)
    if request.method == "POST" and form.is_valid():
        try:
            step.run(found, request.user, form.cleaned_data)
        except Incomplete as error:
            form.add_error(None, error.missing)
        else:
            messages.success(request, step.done)
            return redirect("funds:bid", reference)
    first = [] if request.method == "POST" else missing_for(step.verb, found)
    return render(request, "funds/step.html", {"bid": found, "step": step, "form": form, "first": first})
