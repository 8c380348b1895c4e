"""Background jobs on two workers, and the scheduler started twice at once: each job runs once."""

from __future__ import annotations

import subprocess
from concurrent.futures import ThreadPoolExecutor

from bench.scale import work
from bench.scale.bars import Bars
from bench.scale.ground import ROOT, python, until
from bench.scale.servers import Site

JOBS = 200


def enqueue(first: int, many: int) -> None:
    """Ask for jobs; each is acknowledged when this returns."""
    for job in range(first, first + many):
        work.note.enqueue(job)


def left() -> int:
    """Jobs that wait."""
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects.ready().count()


def on_two_workers(site: Site, bars: Bars) -> None:
    """200 jobs, both workers awake: both take some, and no job is taken by both."""
    from django_tasks_db.models import DBTaskResult

    work.make_table()
    enqueue(0, JOBS)
    until("the workers did all jobs", lambda: len(work.runs()) == JOBS and not left(), within=60)
    bars.exactly("jobs asked for and done by two workers", len(work.runs()), JOBS)
    bars.exactly("jobs that ran twice", sum(count > 1 for count in work.runs()), 0)
    took_part = {name for names in DBTaskResult.objects.values_list("worker_ids", flat=True) for name in names}
    bars.exactly("workers that took part", len(took_part), 2)


def scheduler_twice(site: Site, bars: Bars) -> None:
    """`manage.py jobs`, the entry point of timed work, started twice at the same moment.

    Both must end well, and what they did between them is what one of them alone would have done: the journal
    has no entry of the scheduler's twice. Until there is such a command this says so and holds nothing.
    """
    from django.core.management import get_commands

    if "jobs" not in get_commands():
        print("there is no `manage.py jobs` yet: nothing timed to start twice")
        return

    def start(_: int) -> subprocess.CompletedProcess[str]:
        command = [python(), "manage.py", "jobs"]
        return subprocess.run(command, cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(2) as both:
        ended = list(both.map(start, range(2)))
    for one in ended:
        if one.returncode:
            print(one.stdout + one.stderr)
    bars.exactly("schedulers started at once that failed", sum(one.returncode != 0 for one in ended), 0)
    bars.exactly("journal entries of the scheduler written twice", entries_twice(), 0)


def entries_twice() -> int:
    """Entries without an actor that say the same of the same thing within a minute: one act, done twice."""
    from django.db.models import Count
    from django.db.models.functions import TruncMinute

    from journal.models import Entry

    same = Entry.objects.filter(actor=None).annotate(minute=TruncMinute("at"))
    return (
        same.values("verb", "subject_type", "subject_id", "minute")
        .annotate(many=Count("pk"))
        .filter(many__gt=1)
        .count()
    )
