"""Nothing is written by an agency after its sight ended: a share is suspended while its worker posts.

The profile's and the agreement's locks make one wait for the other. Without them the line of the worker lands
after the suspension: the negative control, without which the tests here would prove nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from journal.models import Entry
from partners.agreements import actions as agreeing
from partners.inbox import actions as working
from partners.models import Share
from partners.shares import actions as sharing
from pmp.models import Action
from tests.partners.making import Made, make

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ENDS: dict[str, Callable[[Made, Share], Any]] = {
    "partners.suspended": lambda made, share: sharing.suspend_share(share, acting_user=made.inspector, reason="Now"),
    "partners.lapsed_agreement": lambda made, share: agreeing.lapse_agreement(
        made.agreement, acting_user=made.chief, reason="Now"
    ),
}


def written_while(monkeypatch: pytest.MonkeyPatch, ending: str) -> list[str]:
    """The worker has just been let in, and has not written yet, when the police end its sight.

    Returns the journal's verbs of both, in the chain's order.
    """
    made = make()
    share = made.accepted()
    let_in, ended = threading.Event(), threading.Event()
    real = working.apply_update
    faults: list[BaseException] = []

    def slowly(action: Action, **words: Any) -> Action:
        let_in.set()
        ended.wait(timeout=3)
        return real(action, **words)

    def run(what: Callable[[], object]) -> None:
        try:
            what()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    def end() -> None:
        let_in.wait(timeout=20)
        ENDS[ending](made, share)
        ended.set()

    monkeypatch.setattr(working, "apply_update", slowly)
    post = lambda: working.update_own_action(made.own, acting_user=made.worker, text="A line")  # noqa: E731
    threads = [threading.Thread(target=run, args=(what,)) for what in (post, end)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    verbs = Entry.objects.filter(verb__in=("pmp.updated_action", ending)).order_by("number")
    return list(verbs.values_list("verb", flat=True))


@pytest.mark.parametrize("ending", ENDS)
def test_the_end_waits_for_what_was_let_in(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    assert written_while(monkeypatch, ending) == ["pmp.updated_action", ending]


@pytest.mark.parametrize("ending", ENDS)
def test_without_the_locks_a_line_lands_after_the_end(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    """Negative control."""
    unlocked = Action.objects.select_related("profile", "team", "agency")
    monkeypatch.setattr(working, "locked_action", lambda action: unlocked.get(pk=action.pk))
    monkeypatch.setattr(working, "lock_agreement", lambda pk: None)
    assert written_while(monkeypatch, ending) == [ending, "pmp.updated_action"]
