"""A short walk through the running site, what its cache keeps, and what comes from the replica."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import unquote

from bench.scale.bars import Bars
from bench.scale.ground import until
from bench.scale.servers import DATABASE, Cache, PostgreSQL, Site
from bench.scale.visitors import DOMAIN, PASSWORD, Visitor, offered, words_of

PUBLIC = ("/", "/find/", "/api/forces", "/robots.txt", "/sitemap.xml")


class Walk:
    """The steps that went right and the ones that did not, with what was seen instead."""

    def __init__(self) -> None:
        self.steps = 0
        self.wrong: list[str] = []

    def see(self, what: str, seen: bool, visitor: Visitor) -> None:
        """One step: `what` must be so."""
        self.steps += 1
        if not seen:
            self.wrong.append(what)
            print(f"   not so: {what}: {visitor.page.status} {words_of(visitor.page.text)[:160]}")


def raise_priority(visitor: Visitor, title: str) -> str:
    """Raise a priority by its form; returns the reference. Raises SystemExit where it is refused."""
    [ward, *_] = offered(visitor.get("/pmp/profiles/raise/").text, "wards")
    answer = visitor.send("/pmp/profiles/raise/", **priority(title, ward))
    if answer.status != 302:
        raise SystemExit(f"A priority could not be raised: {answer.status} {words_of(answer.text)}")
    return reference_in(answer.leads_to)


def priority(title: str, ward: str) -> dict[str, Any]:
    """What the form for raising a priority is filled with."""
    return {"title": title, "wards": [ward], "source": "community", "problem_statement": "What, where, when, who."}


def reference_in(path: str) -> str:
    """The reference in a profile's address."""
    return unquote(path).removeprefix("/pmp/profiles/").partition("/")[0]


def walk(site: Site, bars: Bars) -> None:
    """An inspector raises a problem, their chief sees it, a partner does not, and nobody signed out does."""
    done = Walk()
    names = ("inspector", "chief", "housing", "analyst")
    people = {name: Visitor(site.port) for name in names}
    for name, visitor in people.items():
        visitor.sign_in(name)
        visitor.get("/start/")
        done.see(f"{name} has a first page", visitor.page.status in (200, 302), visitor)
    inspector, chief, housing, analyst = people.values()
    reference = raise_priority(inspector, "Bins set alight behind the parade")
    page = f"/pmp/profiles/{reference}/"
    for _ in range(4):  # the proxy asks the two web processes in turn
        done.see("one's own new profile is there at once", inspector.get(page).status == 200, inspector)
        seen = "Bins set alight" in inspector.get("/pmp/profiles/").text
        done.see("and heads one's own list", seen, inspector)
    done.see("the chief inspector sees it", "Bins set alight" in chief.get(page).text, chief)
    done.see("a partner learns nothing of it", housing.get(page).status == 404, housing)
    answer = inspector.send(f"{page}edit/scanning/", evidence="Four calls to the fire service")
    done.see("the inspector adds the evidence", answer.status == 302, inspector)
    done.see("and reads it on the page", "Four calls to the fire" in inspector.get(page).text, inspector)
    done.see("the history tells who", "Asha Bains" in inspector.get(f"{page}history/").text, inspector)
    done.see("the analyst reads the counts", analyst.get("/pmp/counts/").status == 200, analyst)
    stranger = Visitor(site.port)
    for path in PUBLIC:
        done.see(f"anybody may read {path}", stranger.get(path).status == 200, stranger)
    done.see("and a profile asks to sign in", stranger.get(page).status == 302, stranger)
    done.see("without any cookie", not [name for name in stranger.cookies if name != "csrftoken"], stranger)
    bars.exactly("steps of the walk that went wrong", len(done.wrong), 0)
    bars.at_least("steps of the walk", done.steps, 20)


def one_cache(site: Site, cache: Cache, bars: Bars) -> None:
    """What one web process keeps the other one serves, and wrong passwords are counted by both together."""
    a, b = (Visitor(port, host=site.port) for port in site.webs.values())
    cache.ask().flushall()
    first = a.get("/find/").text
    kept, hits = cache.public_pages(), cache.hits()
    again = b.get("/find/").text
    shared = bool(kept) and cache.public_pages() == kept and cache.hits() > hits and first == again
    bars.line("public pages kept by one web process, served by the other", len(kept), ">= 1, the same", shared)
    on_one = attempts(site, ["web-a"], "192.0.2.10", "one")
    on_both = attempts(site, ["web-a", "web-b"], "192.0.2.20", "both")
    bars.line(
        "wrong passwords until refused, on one process and on two",
        f"{on_one} and {on_both}",
        "the same",
        on_one == on_both and 0 < on_one < 60,
    )


def without_the_cache(site: Site, cache: Cache, bars: Bars) -> None:
    """While the cache is away people read and work; nobody signs in, for nobody could count the attempts."""
    stranger, inspector, late = (Visitor(site.port) for _ in range(3))
    inspector.sign_in("inspector")
    cache.end()
    pages = [stranger.get(path).status for path in ("/", "/find/", "/")]
    bars.exactly("public pages that fail while the cache is away", sum(status != 200 for status in pages), 0)
    reference = raise_priority(inspector, "Raised while the cache was away")
    bars.exactly("signed-in work while it is away", inspector.get(f"/pmp/profiles/{reference}/").status, 200)
    refused = late.send("/sign-in/", login=f"chief@{DOMAIN}", password=PASSWORD).status
    bars.line("signing in while nobody can count the attempts", refused, "refused", refused >= 400)
    cache.start()
    signed_in_again = until("somebody can sign in again", lambda: _signs_in(site), within=20, every=0.5)
    bars.at_most("seconds until signing in works again", round(signed_in_again, 1), 15)


def _signs_in(site: Site) -> bool:
    visitor = Visitor(site.port)
    return visitor.send("/sign-in/", login=f"chief@{DOMAIN}", password=PASSWORD).status == 302


def attempts(site: Site, webs: list[str], address: str, name: str) -> int:
    """How many wrong passwords one address can try for one account, asking these web processes in turn."""
    for number in range(60):
        visitor = Visitor(site.webs[webs[number % len(webs)]], host=site.port, address=address)
        visitor.get("/sign-in/")
        answer = visitor.post("/sign-in/", {"login": f"{name}@nowhere.example", "password": f"wrong {number}"})
        if answer.status == 429 or "oo many" in answer.text:
            return number
    return 60


def what_the_replica_serves(site: Site, primary: PostgreSQL, replica: PostgreSQL, cache: Cache, bars: Bars) -> None:
    """Public pages come from the replica; while it stands still, nobody is told what is no longer true for long."""
    from cms.models import HomePage

    stranger = Visitor(site.port)
    before = transactions(replica)
    for number in range(20):
        stranger.get(f"/find/?q=north+{number}")
    until("the replica's counters are written", lambda: transactions(replica) - before >= 20, within=5)
    bars.at_least("queries of 20 public pages answered by the replica", transactions(replica) - before, 20)

    person, ended = somebody_with_a_post()
    reader = signed_in(site, person)
    page = "/pmp/profiles/"
    if reader.get(page).status != 200:
        seen = f"{reader.page.status} {reader.page.leads_to} {words_of(reader.page.text)}"
        raise SystemExit(f"Somebody in post could not read the list of profiles: {seen}")
    home = HomePage.objects.get()
    cache.ask().flushall()
    stranger.get("/")
    replica.ask("SELECT pg_wal_replay_pause()")
    try:
        was, home.title = home.title, "Changed while the replica stood still"
        home.hero_title = home.title
        home.save_revision().publish()
        began = time.monotonic()
        ended()
        bars.exactly("sight that ended while the replica stood still, next answer", reader.get(page).status, 404)
        writer = Visitor(site.port)
        writer.get("/sign-in/")
        writer.post("/sign-in/", {"login": "nobody@nowhere.example", "password": "wrong"})
        bars.exactly("whoever sent something reads what is, at once", home.title in writer.get("/").text, True)
        until("the public page is right", lambda: home.title in stranger.get("/").text, within=20)
        took = round(time.monotonic() - began, 1)
        bars.at_most("seconds until the public page is right, replica standing still", took, 10)
    finally:
        replica.ask("SELECT pg_wal_replay_resume()")
    home.title = home.hero_title = was
    home.save_revision().publish()
    until("the replica caught up", lambda: '"replica_seconds_behind": 0' in stranger.get("/health/").text)


def transactions(server: PostgreSQL) -> int:
    """How many statements a server has answered in the site's database."""
    return int(server.ask("SELECT xact_commit FROM pg_stat_database WHERE datname = %s", DATABASE))


def somebody_with_a_post() -> tuple[Any, Any]:
    """A police officer with one post, and what ends it."""
    from directory.models import Post, Role, User

    posts = Post.objects.current().filter(role=Role.SECTOR_INSPECTOR)
    post = posts.exclude(user__email__startswith="inspector@").first()
    assert post is not None
    return User.objects.get(pk=post.user_id), Post.objects.filter(user_id=post.user_id).delete


def signed_in(site: Site, person: Any) -> Visitor:
    """A visitor with a session of that person's, made without asking for a password."""
    from django.conf import settings
    from django.test import Client

    client = Client(headers={"host": f"127.0.0.1:{site.port}"})
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    visitor = Visitor(site.port)
    visitor.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.get("/pmp/profiles/raise/")  # which gives it the cookie that forms need
    return visitor
