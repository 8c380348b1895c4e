"""Build the installation, run everything against it, print a line a bar. Ends non-zero when one falls short."""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Any

from bench.scale.bars import Bars
from bench.scale.ground import Ground, until
from bench.scale.servers import DATABASE, Cache, Pooler, PostgreSQL, Site

LONGEST = 600  # seconds; a run that hangs is ended and cleared away


def build(ground: Ground, bars: Bars) -> tuple[PostgreSQL, PostgreSQL, Pooler, Cache, Site]:
    """Every server, the demonstration in the database, the site answering."""
    bars.step("a PostgreSQL primary with the demonstration")
    primary, standby = PostgreSQL(ground, "first"), PostgreSQL(ground, "second")
    primary.create()
    primary.start()
    # Nobody is told anything yet, so nothing has to be on a disk yet.
    primary.tell(f"CREATE DATABASE {DATABASE}", "ALTER SYSTEM SET synchronous_commit = off")
    pooler, cache = Pooler(ground), Cache(ground)
    site = Site(ground, pooler, cache)
    static = threading.Thread(target=site.manage, args=("collectstatic", "--no-input", "--verbosity=0"))
    static.start()
    site.manage("migrate", "--verbosity=0", database_url=primary.url())
    primary.ask(f"CREATE DATABASE test_{DATABASE} TEMPLATE {DATABASE}")
    site.manage("demo", database_url=primary.url())
    static.join()
    bars.step("a streaming replica, PgBouncer, the cache, two web and two worker processes")
    standby.follow(primary)
    primary.wait_for_standby()
    standby.start()
    until("the standby is synchronous", lambda: primary.standby_state() == "sync")
    pooler.lead(primary=primary, replica=standby)
    site.start()
    bars.exactly("the replica a commit waits for", primary.standby_state(), "sync")
    return primary, standby, pooler, cache, site


def run(ground: Ground, bars: Bars) -> None:
    """One thing after the other; each prints its bars."""
    primary, standby, pooler, cache, site = build(ground, bars)
    os.environ.update(site.environment)
    from django.core.wsgi import get_wsgi_application

    get_wsgi_application()  # the whole site, its middleware with it: sessions made here are as good as a sign-in's
    from bench.scale import failover, jobs, races, walk

    bars.step("the walk")
    walk.walk(site, bars)
    bars.step("one cache for both web processes")
    walk.one_cache(site, cache, bars)
    walk.without_the_cache(site, cache, bars)
    bars.step("what the replica serves")
    walk.what_the_replica_serves(site, primary, standby, cache, bars)
    bars.step("the races")
    races.through_the_site(site, bars)
    races.through_the_pooler(site, pooler, bars)
    primary.ask(f"DROP DATABASE test_{DATABASE} WITH (FORCE)")  # not to be copied to the next standby
    bars.step("the jobs")
    jobs.on_two_workers(site, bars)
    jobs.scheduler_twice(site, bars)
    bars.step("kill -9 of the primary, promotion of the replica")
    failover.kill_and_promote(site, primary, standby, pooler, bars)
    bars.step("a new replica")
    third = failover.rebuild(primary, standby, pooler, ground, site, bars)
    bars.step("negative control: the same without waiting for the replica")
    failover.negative_control(site, standby, third, pooler, bars)


def stop(number: int, frame: Any) -> None:
    """A signal ends the run in good order."""
    raise SystemExit(f"Ended by {signal.Signals(number).name}.")


def main() -> int:
    """0 where every bar holds."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, stop)
    signal.alarm(LONGEST)
    ground, bars = Ground(), Bars()
    try:
        run(ground, bars)
    except BaseException:
        for name in sorted(path.name for path in (ground.folder / "logs").iterdir()):
            if said := ground.log(name):
                print(f"-- {name} said at the end:\n{said}", file=sys.stderr)
        raise
    finally:
        bars.step("clearing away")
        ground.end_all()
    bars.step("done")
    print(f"{bars.fell_short} of the bars fell short." if bars.fell_short else "Every bar holds.")
    return 1 if bars.fell_short else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
