"""Two people import the same file at the same moment: it comes in once."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection

from directory.geography.boundaries import read_boundaries
from directory.geography.loading import load_force
from pmp.incidents import importing
from pmp.incidents.importing import ImportReport, WardIndex, import_street_crime
from pmp.models import Dataset, Incident
from tests.pmp.incidents.conftest import EXTRACTS, JULY_2018

# On SQLite the second transaction cannot begin before the first has ended, so there is nothing to race.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]


def both_at_once(monkeypatch: pytest.MonkeyPatch) -> tuple[list[ImportReport], list[Exception]]:
    """Run two imports that have both looked for the file, and not found it, before either writes."""
    load_force("West Yorkshire Police", read_boundaries(EXTRACTS / "wards-wakefield.geojson"))
    meet = threading.Barrier(2, timeout=20)
    load = WardIndex.load.__func__  # type: ignore[attr-defined]

    def meeting(*args: Any) -> WardIndex:
        meet.wait()
        return load(WardIndex, *args)

    monkeypatch.setattr(WardIndex, "load", meeting)
    reports: list[ImportReport] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            reports.append(import_street_crime(JULY_2018, acting_user=None))
        except Exception as problem:
            errors.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return reports, errors


def test_the_second_import_sees_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    reports, errors = both_at_once(monkeypatch)
    assert errors == []
    assert sorted(report.already for report in reports) == [False, True]
    assert (Dataset.objects.count(), Incident.objects.count()) == (1, 58)


def test_control_without_looking_again_the_second_runs_into_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the second look away, and only the database's own constraint is left to stop it."""
    monkeypatch.setattr(importing, "already_imported", lambda sha256: None)
    reports, errors = both_at_once(monkeypatch)
    assert len(reports) == 1
    assert [type(error) for error in errors] == [IntegrityError]
    assert Incident.objects.count() == 58
