"""What anyone may read: rounds, their bids, and results that can be checked. No session, no cookie."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from funds import selectors
from funds.case.access import published_count, published_round
from funds.publishing import results


def rounds(request: HttpRequest) -> HttpResponse:
    """Every round that has been opened."""
    return render(request, "funds/public/rounds.html", {"rounds": selectors.public_rounds()})


def public_round(request: HttpRequest, slug: str) -> HttpResponse:
    """One round: what it is for, how it is decided, and its bids. No tally while voting is open."""
    found = published_round(slug)
    context = {
        "round": found,
        "bids": selectors.public_bids(found),
        "being_checked": selectors.bids_being_checked(found),
        "counted": getattr(found, "counted", None) is not None,
        "rule": results.rule_in_words(found.rule),
    }
    return render(request, "funds/public/round.html", context)


def result(request: HttpRequest, slug: str) -> HttpResponse:
    """The result of a counted round, explained bid by bid."""
    found = published_count(slug)
    return render(request, "funds/public/result.html", results.result_page(found))


def result_pb(request: HttpRequest, slug: str) -> HttpResponse:
    """The counted ballots as a `.pb` file."""
    found = published_count(slug)
    response = HttpResponse(results.pb_text(found), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.pb"'
    return response


def result_bundle(request: HttpRequest, slug: str) -> HttpResponse:
    """Definition, ballots and result as one zip that anybody can check."""
    found = published_count(slug)
    response = HttpResponse(results.bundle_bytes(found), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{found.slug}.zip"'
    return response
