"""Pages for the lead of a community group: find a round, fill in a bid, send it, follow it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from directory.gate.refusals import Incomplete, Stale
from funds import actions, selectors
from funds.bids.sections import SECTIONS, Section, task_list
from funds.case.access import bid_for, round_for
from funds.case.typed import SignedInRequest, typed
from funds.forms import AnswerForm, StartBidForm
from funds.models import BidState


def my_bids(request: SignedInRequest) -> HttpResponse:
    """This person's groups' bids, and the rounds that take bids now."""
    context = {"bids": selectors.my_bids(request.user), "rounds": selectors.open_rounds()}
    return render(request, "funds/group/my_bids.html", context)


def start_bid(request: SignedInRequest, slug: str) -> HttpResponse:
    """Begin a bid in an open round."""
    found = round_for(request.user, slug, need="round.bid")
    form = StartBidForm(typed(request))
    if request.method == "POST" and form.is_valid():
        bid = actions.start_bid(found, acting_user=request.user, title=form.cleaned_data["title"])
        return redirect("funds:bid_tasks", bid.reference)
    return render(request, "funds/group/start.html", {"form": form, "round": found})


def bid_tasks(request: SignedInRequest, reference: str) -> HttpResponse:
    """The task list of a bid."""
    bid = bid_for(request.user, reference, need="bid.edit")
    return render(request, "funds/group/tasks.html", {"bid": bid, "tasks": task_list(bid), "missing": bid.missing()})


def bid_section(request: SignedInRequest, reference: str, section: Section) -> HttpResponse:
    """One section of a bid. A stale edit shows both texts and keeps what was typed."""
    bid = bid_for(request.user, reference, need="bid.edit")
    data = typed(request)
    form = section.form(data, bid=bid)
    theirs = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_bid(
                bid, acting_user=request.user, version=form.cleaned_data["version"], section=section.title,
                **form.changes,
            )  # fmt: skip
        except Stale as error:
            theirs = section.saved(bid)
            form = section.again(request.POST, bid, str(error))
        else:
            messages.success(request, "Saved.")
            return redirect("funds:bid_tasks", reference)
    context = {"form": form, "bid": bid, "section": section, "theirs": theirs}
    return render(request, "funds/group/section.html", context)


def submit_bid(request: SignedInRequest, reference: str) -> HttpResponse:
    """Check the answers, then send."""
    bid = bid_for(request.user, reference, need="bid.submit")
    if bid.state == BidState.MORE_INFO:
        return redirect("funds:answer_bid", reference)
    faults: list[str] = []
    if request.method == "POST":
        try:
            actions.submit_bid(bid, acting_user=request.user)
        except Incomplete as error:
            faults = error.missing
        else:
            return redirect("funds:bid_sent", reference)
    answers = [(section, section.answers(bid)) for section in SECTIONS]
    return render(request, "funds/group/check.html", {"bid": bid, "answers": answers, "faults": faults})


def answer_bid(request: SignedInRequest, reference: str) -> HttpResponse:
    """The unit's question, a box for the answer, and the way to the sections it may change."""
    bid = bid_for(request.user, reference, need="bid.answer")
    form = AnswerForm(typed(request), bid=bid)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_bid(bid, acting_user=request.user, answer=form.cleaned_data["answer"])
        except Incomplete as error:
            form.add_error(None, error.missing)
        else:
            return redirect("funds:bid_sent", reference)
    return render(request, "funds/group/answer.html", {"bid": bid, "form": form, "sections": SECTIONS})


def bid_sent(request: SignedInRequest, reference: str) -> HttpResponse:
    """The confirmation, to bookmark: reference, what happens next and when."""
    bid = bid_for(request.user, reference, need="bid.sent")
    return render(request, "funds/group/sent.html", {"bid": bid})
