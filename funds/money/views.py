"""Pages for the people who run or decide a fund."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from directory.gate.refusals import Incomplete
from directory.gate.rules import Facts
from directory.gate.standing import standing
from funds import actions, selectors
from funds.bids.waiting import waiting_for
from funds.case.access import fund_for, round_for
from funds.case.typed import SignedInRequest, typed
from funds.case.words import pounds
from funds.forms import EarmarkForm, RoundForm, StreamAmountForm, VoidForm
from funds.machine.steps import RoundStep, round_steps_open
from funds.policy import TABLE, facts
from funds.publishing import results


def staff(request: SignedInRequest) -> HttpResponse:
    """What waits for this person, then the funds they may see, with their totals."""
    funds = list(selectors.funds_seen(request.user))
    totals = selectors.totals_of(funds)
    context = {
        "waiting": waiting_for(request.user),
        "funds": [(fund, totals[fund.pk]) for fund in funds],
        "pool": selectors.pool_books() if _may(request, "money.view") else None,
        "may_receive": _may(request, "money.receive"),
    }
    return render(request, "funds/staff/funds.html", context)


def fund(request: SignedInRequest, slug: str) -> HttpResponse:
    """One fund: streams and balances, rounds, what if every pending bid wins, newest movements."""
    found = fund_for(request.user, slug, need="fund.view")
    who, about = standing(request.user), facts(found, request.user.pk)
    verbs = ("fund.earmark", "fund.start_round", "fund.allocate")
    context = {
        "fund": found,
        "books": selectors.fund_books(found),
        "rounds": selectors.rounds_of(found, request.user),
        "movements": results.movement_lines(selectors.movements(found)),
        "plan": found.plan.all(),
        "approaches": selectors.approaches_of(found),
        "may": {verb.split(".")[1]: TABLE.allows(verb, who, about) for verb in verbs},
    }
    return render(request, "funds/staff/fund.html", context)


def earmark(request: SignedInRequest, slug: str) -> HttpResponse:
    """Set money aside for a round."""
    found = fund_for(request.user, slug, need="fund.earmark")
    form = EarmarkForm(typed(request), rounds=selectors.rounds_to_fund(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.earmark(
                found, form.cleaned_data["round"], form.cleaned_data["stream"], form.cleaned_data["pence"],
                acting_user=request.user, note=form.cleaned_data["note"],
            )  # fmt: skip
        except Incomplete as error:
            form.add_error("pence", error.missing)
        else:
            messages.success(request, f"{pounds(form.cleaned_data['pence'])} is set aside.")
            return redirect("funds:fund", slug)
    context = {"form": form, "fund": found, "title": "Set money aside for a round", "button": "Set aside"}
    return render(request, "funds/staff/fund_form.html", context)


def allocate(request: SignedInRequest, slug: str) -> HttpResponse:
    """Give one area money from a stream's pool."""
    found = fund_for(request.user, slug, need="fund.allocate")
    form = StreamAmountForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.allocate_money(
                found, form.cleaned_data["stream"], form.cleaned_data["pence"],
                acting_user=request.user, note=form.cleaned_data["note"],
            )  # fmt: skip
        except Incomplete as error:
            form.add_error("pence", error.missing)
        else:
            messages.success(request, f"{pounds(form.cleaned_data['pence'])} is allocated.")
            return redirect("funds:fund", slug)
    context = {"form": form, "fund": found, "title": "Allocate money to this area", "button": "Allocate"}
    return render(request, "funds/staff/fund_form.html", context)


def receive(request: SignedInRequest) -> HttpResponse:
    """Record money that came in."""
    form = StreamAmountForm(typed(request))
    if request.method == "POST" and form.is_valid():
        actions.receive_money(
            form.cleaned_data["stream"], form.cleaned_data["pence"],
            acting_user=request.user, note=form.cleaned_data["note"],
        )  # fmt: skip
        messages.success(request, f"{pounds(form.cleaned_data['pence'])} is recorded as received.")
        return redirect("funds:staff")
    context = {"form": form, "title": "Record money received", "button": "Record"}
    return render(request, "funds/staff/fund_form.html", context)


def start_round(request: SignedInRequest, slug: str) -> HttpResponse:
    """Set up a round."""
    found = fund_for(request.user, slug, need="fund.start_round")
    form = RoundForm(typed(request))
    if request.method == "POST" and form.is_valid():
        made = actions.start_round(found, acting_user=request.user, **form.cleaned_data)
        messages.success(request, "The round is set up. Set money aside for it, then open it.")
        return redirect("funds:round", made.slug)
    context = {"form": form, "fund": found, "title": "Set up a round", "button": "Set up"}
    return render(request, "funds/staff/fund_form.html", context)


def round_page(request: SignedInRequest, slug: str) -> HttpResponse:
    """One round for its staff: stage, money, bids with their states, ballots in, and the next step."""
    found = round_for(request.user, slug, need="round.view")
    page = selectors.bids_of_round(found, request.user, after=request.GET.get("after", "").replace("\0", "")[:20])
    context = {
        "round": found,
        "pot": selectors.round_pot(found),
        "page": page,
        "states": selectors.bid_states_of(found, request.user),
        "ballots": selectors.ballots_in(found),
        "counted": selectors.is_counted(found),
        "steps": round_steps_open(found, request.user),
        "rule": results.rule_in_words(found.rule),
        "lines": results.history(found),
    }
    return render(request, "funds/staff/round.html", context)


def round_step(request: SignedInRequest, slug: str, step: RoundStep) -> HttpResponse:
    """Take one step of a round. Raises Incomplete (409) with what still has to be done first."""
    found = round_for(request.user, slug, need=step.verb)
    step.act(found, acting_user=request.user)
    messages.success(request, step.done)
    return redirect("funds:round", slug)


def void_round(request: SignedInRequest, slug: str) -> HttpResponse:
    """Call a round off."""
    found = round_for(request.user, slug, need="round.void")
    form = VoidForm(typed(request))
    if request.method == "POST" and form.is_valid():
        actions.void_round(found, acting_user=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, "The round is called off.")
        return redirect("funds:round", slug)
    context = {"form": form, "round": found, "title": "Call this round off", "button": "Call off"}
    return render(request, "funds/staff/fund_form.html", context)


def _may(request: SignedInRequest, verb: str) -> bool:
    return TABLE.allows(verb, standing(request.user), Facts())
