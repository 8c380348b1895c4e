"""The primary is killed while people write, the replica promoted as by hand; every acknowledged write is there."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from django.db import DatabaseError, connection

from bench.scale import jobs, work
from bench.scale.bars import Bars
from bench.scale.ground import Ground, until
from bench.scale.races import inspectors
from bench.scale.servers import Pooler, PostgreSQL, Site
from bench.scale.visitors import Visitor
from bench.scale.walk import priority, signed_in

WRITERS = 4
BEFORE, AFTER = 3.0, 3.0  # seconds of writing before the kill and after the first write that went through again


@dataclass
class Writers:
    """People who raise one priority after the other, and what each was told."""

    site: Site
    name: str
    acknowledged: dict[str, float] = field(default_factory=dict)  # title: when
    refused: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        """Start writing."""
        for number, (person, ward) in enumerate(inspectors(WRITERS)):
            visitor = signed_in(self.site, person)
            thread = threading.Thread(target=self._write, args=(visitor, ward, number), daemon=True)
            self._threads.append(thread)
            thread.start()

    def end(self) -> None:
        """Stop, and wait for the last answers."""
        self._stop.set()
        for thread in self._threads:
            thread.join(40)

    def _write(self, visitor: Visitor, ward: str, number: int) -> None:
        for count in range(100_000):
            if self._stop.is_set():
                return
            title = f"{self.name} {number}-{count}"
            try:
                answer = visitor.post("/pmp/profiles/raise/", priority(title, ward))
            except OSError:
                self.answers["no answer"] += 1
                continue
            self.answers[str(answer.status)] += 1
            if answer.status == 302 and answer.leads_to.startswith("/pmp/profiles/"):
                self.acknowledged[title] = time.monotonic()
            else:
                self.refused += 1
                time.sleep(0.1)

    def found(self) -> Counter[str]:
        """How often each of their titles is in the database now."""
        from pmp.models import Profile

        return Counter(Profile.objects.filter(title__startswith=f"{self.name} ").values_list("title", flat=True))


def promote(standby: PostgreSQL, pooler: Pooler) -> None:
    """The steps of docs/operations.md, in its order."""
    # The promoted server came with its primary's settings: it would wait for a standby that does not exist.
    standby.tell("ALTER SYSTEM SET synchronous_standby_names = ''")
    standby.ask("SELECT pg_promote()")
    until("the standby is the primary", lambda: not standby.ask("SELECT pg_is_in_recovery()"))
    pooler.lead(primary=standby, replica=standby)


def kill_and_promote(site: Site, primary: PostgreSQL, standby: PostgreSQL, pooler: Pooler, bars: Bars) -> None:
    """With commits waiting for the standby: nothing that was acknowledged is lost, nothing is there twice."""
    from journal.chain import verify

    writers = Writers(site, "Under way")
    writers.begin()
    first_job = 10_000
    jobs.enqueue(first_job, 150)
    reader, public, public_bad = Visitor(site.port), 0, 0
    time.sleep(BEFORE)
    killed = time.monotonic()
    primary.kill()
    acknowledged_before = len(writers.acknowledged)
    promote(standby, pooler)
    promoted = time.monotonic()
    while not [when for when in list(writers.acknowledged.values()) if when > promoted]:
        public += 1
        with contextlib.suppress(OSError):
            public_bad += reader.get("/").status != 200
        site.supervise()
        if time.monotonic() - promoted > 40:
            break
        time.sleep(0.05)
    again = min((when for when in writers.acknowledged.values() if when > promoted), default=float("inf"))
    time.sleep(AFTER)
    writers.end()
    until("the connections are whole again", _database_answers)
    found = writers.found()
    lost = [title for title in writers.acknowledged if title not in found]
    print(f"   answers to writers: {dict(writers.answers)}")
    print(f"   public pages asked for before writing went on: {public}, in error: {public_bad}")
    bars.at_least("writes acknowledged before the primary was killed", acknowledged_before, 10)
    bars.exactly("acknowledged writes lost", len(lost), 0)
    bars.exactly("writes that are there twice", sum(count > 1 for count in found.values()), 0)
    bars.at_most("seconds from kill -9 to the next acknowledged write", round(again - killed, 1), 20)
    bars.exactly("fault in the journal's chain after promotion", verify().fault or "none", "none")
    _jobs_go_on(site, first_job, bars)


def _database_answers() -> bool:
    connection.close()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _jobs_go_on(site: Site, first_job: int, bars: Bars) -> None:
    def done() -> bool:
        nonlocal restarted
        restarted += site.supervise()
        return jobs.left() == 0

    restarted = 0
    until("the workers went on", done, within=60, every=0.3)
    print(f"   workers that ended and were started again: {restarted}")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT job, count(*) FROM {work.TABLE} WHERE job >= %s GROUP BY job", [first_job])
        counts = dict(cursor.fetchall())
    bars.exactly("jobs that ran twice, the primary killed meanwhile", sum(many > 1 for many in counts.values()), 0)
    # A job that was in a worker's hands may have been cut off; it is not begun again by itself.
    bars.at_most("jobs cut off in the middle (two workers)", 150 - len(counts), 2)


def rebuild(
    old: PostgreSQL, new_primary: PostgreSQL, pooler: Pooler, ground: Ground, site: Site, bars: Bars
) -> PostgreSQL:
    """A new standby in the place of the killed server, synchronous again, and read from again."""
    standby = PostgreSQL(ground, "third")
    standby.follow(new_primary)
    new_primary.wait_for_standby()
    standby.start()
    until("the standby is synchronous", lambda: new_primary.standby_state() == "sync")
    pooler.lead(primary=new_primary, replica=standby)
    took = until("the site reads from the new replica", site.answers, within=30)
    bars.at_most("seconds until the site reads from a new replica", round(took, 1), 15)
    return standby


def negative_control(site: Site, primary: PostgreSQL, standby: PostgreSQL, pooler: Pooler, bars: Bars) -> None:
    """The same with a standby that is not waited for and has fallen behind: the check above must see the loss."""
    primary.tell("ALTER SYSTEM SET synchronous_standby_names = ''")
    until("the standby is asynchronous", lambda: primary.standby_state() == "async")
    writers = Writers(site, "Not waited for")
    os.kill(primary.process_called("walsender"), signal.SIGSTOP)  # as if the line between the two were cut
    writers.begin()
    until("some were acknowledged", lambda: len(writers.acknowledged) >= 10, within=60)
    primary.kill()
    acknowledged = set(writers.acknowledged)
    promote(standby, pooler)
    until("the connections are whole again", _database_answers, every=0.5)
    writers.end()
    found = writers.found()
    lost = sum(title not in found for title in acknowledged)
    bars.at_least("control: acknowledged writes lost when not waited for", lost, 1)
