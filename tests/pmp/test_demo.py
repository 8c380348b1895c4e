"""The demonstration's problems: in every state, each with a past."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.utils import timezone

from demo.time_travel import as_on
from journal.chain import verify
from journal.models import Entry
from pmp.models import Profile
from pmp.outcomes.evaluation import read_outcomes
from pmp.states import ProfileState
from pmp.tasking.flags import red_flags

pytestmark = pytest.mark.django_db


def test_the_demonstrations_problems_have_a_past_and_more_than_one_verdict() -> None:
    """What was wrong with it: everything happened on the day it was loaded, so all was "too early to say"."""
    call_command("demo", stdout=StringIO())
    profiles = Profile.objects.filter(plan_version__gt=0)
    said = {read_outcomes(profile)[0].verdict.result for profile in profiles}  # type: ignore[union-attr]
    assert said >= {"worked", "too_early", "no_evidence"}
    home = Profile.objects.filter(sector__name__startswith="Abbey")
    assert set(home.values_list("state", flat=True)) == set(ProfileState.values)
    times = list(Entry.objects.filter(verb__startswith="pmp.", subject_type="pmp.profile").order_by("number"))
    assert [entry.at for entry in times] == sorted(entry.at for entry in times)
    assert timezone.now() - times[0].at > timedelta(days=300)
    assert verify().whole
    flags = red_flags(list(Profile.objects.exclude(state__in=("closed", "withdrawn"))))
    assert any("Untouched for over 14 days" in found for found in flags.values())


def test_only_the_demonstration_acts_as_on_another_day(settings: Any) -> None:
    then = timezone.now() - timedelta(days=100)
    with as_on(then):
        assert timezone.now() == then and timezone.localdate() == timezone.localdate(then)
    assert timezone.now() - then > timedelta(days=99)
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured), as_on(then):
        pass
