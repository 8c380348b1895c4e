"""`manage.py journal verify` where all is well."""

from __future__ import annotations

import io

from django.core.management import call_command


def test_it_prints_how_many_hold_and_where_the_chain_ends(written) -> None:
    entries = written(3)
    out = io.StringIO()
    call_command("journal", "verify", stdout=out)
    assert out.getvalue() == (
        f"The journal holds: 3 entries, none altered, none missing.\nIt ends at 3:{entries[-1].hash}\n"
    )


def test_what_it_printed_can_be_given_back(written) -> None:
    entries = written(3)
    written(2)
    call_command("journal", "verify", "--noted", f"3:{entries[-1].hash}", stdout=io.StringIO())


def test_it_counts_on_request(written, monkeypatch) -> None:
    monkeypatch.setattr("journal.chain.EVERY", 2)
    written(3)
    out = io.StringIO()
    call_command("journal", "verify", "--verbosity", "2", stdout=out)
    assert out.getvalue().startswith("2 entries hold so far\n")
