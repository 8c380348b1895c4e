"""Many at once through both web processes, and the project's own race tests through the pooler."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bench.scale.bars import Bars
from bench.scale.ground import ROOT, python
from bench.scale.servers import DATABASE, Pooler, Site
from bench.scale.visitors import Visitor, form_of
from bench.scale.walk import priority, reference_in, signed_in

AT_ONCE = 8


def through_the_site(site: Site, bars: Bars) -> None:
    """Eight people raise a priority in the same moment; one form is sent eight times in the same moment."""
    from journal.chain import verify
    from pmp.models import Profile

    people = inspectors(AT_ONCE)
    visitors = [(signed_in(site, person), ward) for person, ward in people]
    answers = at_once([sender(visitor, f"Race {number}", ward) for number, (visitor, ward) in enumerate(visitors)])
    references = {reference_in(leads) for status, leads in answers if status == 302}
    bars.exactly("people who raise at once and get a reference of their own", len(references), AT_ONCE)

    visitor, ward = visitors[0]
    form = form_of(visitor.get("/pmp/profiles/raise/").text) | priority("Sent eight times", ward)
    copies = [Visitor(port, host=site.port) for port in (*site.webs.values(),) * (AT_ONCE // 2)]
    for copy in copies:
        copy.cookies = dict(visitor.cookies)

    def send(copy: Visitor) -> Callable[[], tuple[int, str]]:
        return lambda: (copy.post("/pmp/profiles/raise/", form).status, copy.page.leads_to)

    answers = at_once([send(copy) for copy in copies])
    bars.exactly("one form sent 8 times at once, done", Profile.objects.filter(title="Sent eight times").count(), 1)
    bars.exactly("and led to one page", len({leads for status, leads in answers if status == 302}), 1)
    bars.exactly("fault in the journal's chain", verify().fault or "none", "none")


def through_the_pooler(site: Site, pooler: Pooler, bars: Bars) -> None:
    """tests/concurrency, negative controls included, on a database of its own behind PgBouncer."""
    environment = site.environment | {
        "COMMONBEAT_MODE": "test",
        "DATABASE_URL": pooler.url(),
        "COMMONBEAT_TEST_MIGRATED": f"test_{DATABASE}",
    }
    for name in ("REPLICA_URL", "CACHE_URL", "COMMONBEAT_TASKS", "COMMONBEAT_BEHIND_PROXY", "COMMONBEAT_LOG_LEVEL"):
        environment.pop(name)
    command = [python(), "-m", "pytest", "-q", "-m", "not browser", "tests/concurrency"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    summary = (done.stdout.strip().splitlines() or [done.stderr.strip()])[-1]
    if done.returncode:
        print(done.stdout[-6000:] + done.stderr[-2000:])
    passed = int((re.search(r"(\d+) passed", summary) or [0, 0])[1])
    bars.line("race tests behind the pooler", summary[:60], "all pass", done.returncode == 0 and passed > 0)


def inspectors(many: int) -> list[tuple[object, str]]:
    """So many sector inspectors, each with a ward of theirs."""
    from directory.models import Area, Level, Post, Role

    found: list[tuple[object, str]] = []
    posts = Post.objects.current().filter(role=Role.SECTOR_INSPECTOR, area__level=Level.SECTOR)
    for post in posts.select_related("user").order_by("pk"):
        ward = Area.objects.filter(parent_id=post.area_id, level=Level.WARD).first()
        if ward is not None and post.user not in [person for person, _ in found]:
            found.append((post.user, str(ward.pk)))
    if len(found) < many:
        raise SystemExit(f"The demonstration has {len(found)} sector inspectors, and {many} are needed.")
    return found[:many]


def sender(visitor: Visitor, title: str, ward: str) -> Callable[[], tuple[int, str]]:
    """Raises a priority when called, without opening the form first."""
    return lambda: (visitor.post("/pmp/profiles/raise/", priority(title, ward)).status, visitor.page.leads_to)


def at_once(calls: list[Callable[[], tuple[int, str]]]) -> list[tuple[int, str]]:
    """Make every call in a thread of its own, all in the same moment."""
    begin = threading.Barrier(len(calls))

    def run(call: Callable[[], tuple[int, str]]) -> tuple[int, str]:
        begin.wait(20)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
