"""The background job that script/scale counts: it writes that it ran, and nothing keeps it from writing twice."""

from __future__ import annotations

import time

from django.db import connection
from django.tasks import task

TABLE = "scale_runs"


def make_table() -> None:
    """Where the jobs write. No key and no rule on purpose: a job that runs twice is there twice."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {TABLE} (job integer NOT NULL, at timestamptz NOT NULL DEFAULT now())")


def runs() -> list[int]:
    """How often each job that ran has run."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {TABLE} GROUP BY job")
        return [count for (count,) in cursor.fetchall()]


@task
def note(job: int) -> None:
    """Write that this job ran, then take a moment, as work does."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (job) VALUES (%s)", [job])
    time.sleep(0.02)
