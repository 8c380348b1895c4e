"""What pages cost: each against a bare Django view of 10 KB, with 10,000 profiles on PostgreSQL.

    script/bench pages [--profiles 10000] [--requests 30]

Both sides are served by gunicorn (one sync worker each, DEBUG off) on this machine in the same run and asked
in turn; the figure is the ratio of the medians after five warm-ups. Queries are counted in this process on
the same database. Bars: staff list and detail 40 ×, at most 20 queries; anonymous pages from the cache 3 ×.
"""

from __future__ import annotations

import argparse
import http.client
import io
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NEEDS_POSTGRESQL = True
WARM_UPS = 5
STAFF_BAR, CACHED_BAR, QUERY_BAR = 40.0, 3.0, 20


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(application: str, environment: dict[str, str]) -> Iterator[int]:
    """gunicorn serving that application on a free port."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        application,
        "-b",
        f"127.0.0.1:{port}",
        "-w",
        "1",
        "--log-level",
        "error",
    ]
    with tempfile.TemporaryFile() as said:
        server = subprocess.Popen(command, env={**os.environ, **environment}, stdout=said, stderr=said)
        try:
            _wait(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(10)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise SystemExit("gunicorn did not start.")
        try:
            ask(port, "/health/", "")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("gunicorn did not answer.")


def ask(port: int, path: str, cookie: str) -> tuple[int, int]:
    """One request on a connection of its own: status and length of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, len(body)


def in_turn(bare_port: int, port: int, path: str, cookie: str, requests: int) -> tuple[float, float, int, int]:
    """Medians in milliseconds of the bare view and of the page, asked in turn; and its status and length."""
    times: dict[str, list[float]] = {"bare": [], "page": []}
    status = length = 0
    for number in range(requests + WARM_UPS):
        for side, to, where, crumb in (("bare", bare_port, "/", ""), ("page", port, path, cookie)):
            began = time.perf_counter()
            got, size = ask(to, where, crumb)
            took = (time.perf_counter() - began) * 1000
            if number >= WARM_UPS:
                times[side].append(took)
            if side == "page":
                status, length = got, size
    return statistics.median(times["bare"]), statistics.median(times["page"]), status, length


def fill(profiles: int) -> dict[str, Any]:
    """The demonstration force with `profiles` profiles in the home LPA; who signs in and what is looked at."""
    from django.core.management import call_command
    from django.utils import timezone

    from directory.models import Area, User
    from pmp.models import Profile
    from pmp.states import ProfileState

    call_command("migrate", verbosity=0)
    call_command("demo", stdout=io.StringIO())
    inspector = User.objects.get(email="inspector@demo.commonbeat.test")
    post = inspector.posts.select_related("area__parent").get()
    sector, lpa = post.area, post.area.parent  # type: ignore[union-attr]
    states = [state for state in ProfileState.values if state != ProfileState.CLOSED]
    now = timezone.now()
    for start in range(0, profiles, 2000):
        Profile.objects.bulk_create(
            Profile(
                reference=f"PMP-2020-{number:06d}",
                title=f"Problem {number} at the parade",
                state=states[number % len(states)],
                sector=sector,
                lpa=lpa,
                author=inspector,
                source="both",
                problem_statement="What, where, when, who, how much, since when.",
                raised_at=now,
                touched_at=now,
            )
            for number in range(start, min(start + 2000, profiles))
        )
    worked = Profile.objects.filter(author=inspector, state="live", plan_version=1).first()
    planning = Profile.objects.filter(author=inspector, state="tactical_plan", reference__startswith="PMP-20").first()
    ward = Area.objects.wards().filter(parent=sector).first()
    return {"user": inspector, "live": worked, "planning": planning, "sector": sector, "ward": ward}


def pages(about: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Name, path and whether somebody is signed in."""
    from cms.models import HomePage, TeamPage

    live, planning = about["live"].reference, about["planning"].reference
    return [
        ("staff list", "/pmp/profiles/", True),
        ("last page", "/pmp/profiles/?last=1", True),
        ("search", "/pmp/profiles/?q=parade+7777", True),
        ("detail", f"/pmp/profiles/{live}/", True),
        ("outcomes", f"/pmp/profiles/{live}/outcomes/", True),
        ("plan form", f"/pmp/profiles/{planning}/edit/plan/", True),
        ("anonymous home", HomePage.objects.first().url, False),
        ("team page", TeamPage.objects.get(area=about["sector"]).url, False),
    ]


def session_of(user: Any) -> str:
    """The Cookie header of a session of that person."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(user, backend="directory.sign_in.backends.DirectoryBackend")
    client.get("/start/", HTTP_HOST="127.0.0.1")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def queries(user: Any, path: str) -> int:
    """How many queries the page takes, signed in as `user` or, with None, signed out and not from the cache."""
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    if user is not None:
        client.force_login(user, backend="directory.sign_in.backends.DirectoryBackend")
        client.get("/start/")
    cache.clear()
    with CaptureQueriesContext(connection) as caught:
        client.get(path)
    return len(caught)


def main() -> None:
    """Fill, serve, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--profiles", type=int, default=10_000)
    parser.add_argument("--requests", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "COMMONBEAT_MODE": "demo",
            "COMMONBEAT_VAR": folder,
            "COMMONBEAT_STATIC_ROOT": f"{folder}/static",
        }
        os.environ.update(environment, DJANGO_SETTINGS_MODULE="config.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        about = fill(options.profiles)
        listed = pages(about)
        cookie = session_of(about["user"])
        with (
            served("bench._bare:application", {"DJANGO_SETTINGS_MODULE": ""}) as bare_port,
            served("config.wsgi", environment) as port,
        ):
            print(f"{options.profiles:,} profiles, {options.requests} requests each")
            print(f"{'page':16} {'bare ms':>8} {'page ms':>8} {'ratio':>7} {'bar':>5} {'queries':>8} {'bytes':>8}")
            for name, path, inside in listed:
                bare, page, status, length = in_turn(
                    bare_port, port, path, cookie if inside else "", options.requests
                )
                count = queries(about["user"] if inside else None, path)
                bar = STAFF_BAR if inside else CACHED_BAR
                verdict = "" if page / bare <= bar and count <= QUERY_BAR and status == 200 else "  MISSED"
                print(
                    f"{name:16} {bare:8.2f} {page:8.2f} {page / bare:7.1f} {bar:5.0f} {count:8} {length:8}{verdict}"
                )


if __name__ == "__main__":
    main()
