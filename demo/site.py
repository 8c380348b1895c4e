"""The demonstration's public site: the page tree, from whatever areas and teams are there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from wagtail.models import Site

from cms.blocks import body_of
from cms.cache import edition
from cms.models import (
    BasePage,
    EventPage,
    HomePage,
    LpaPage,
    NewsIndexPage,
    NewsPage,
    PublicText,
    StandardPage,
    TeamPage,
    YourOptionsPage,
)
from cms.public_text import actions
from demo import site_texts as words
from directory.models import Area, User
from pmp.models import Profile
from pmp.states import OPEN_STATES

DAYS_AGO = (9, 2, 30, 120, 16, 55)
MEETINGS_SHOWN = 60  # days ahead over which the teams' meetings are spread


@transaction.atomic
def load(
    lpas: Iterable[Area], sectors: Iterable[Area], people: Mapping[str, User] | None = None, force: Area | None = None
) -> HomePage:
    """Build the public site: home, a page for each LPA and sector, news, meetings, Your Options, standards.

    Idempotent: what is there stays as it is, what is missing is added. `people` may name the web editor as
    `editor`; pages then belong to that person. `force` gives the site its name. Returns the home page.
    """
    owner = (people or {}).get("editor")
    home = _home(force, owner)
    lpa_pages = _lpa_pages(home, lpas, owner)
    team_pages = _team_pages(lpa_pages, sectors, owner)
    _meetings(team_pages, owner)
    _news(home, lpa_pages, owner)
    _your_options(home, words.OPTIONS, owner)
    _standards(home, owner)
    edition.renew_on_commit()
    return home


def publish_texts(editor: User, inspectors: Mapping[int, User]) -> int:
    """Put the open profiles' public texts on their sectors' pages, by the real actions of two people.

    `inspectors` are by sector key. Every fifth is left waiting for a publisher. What is published is dated
    back, so that pages are not all "updated today" and one is past three months. Returns how many are shown.
    """
    new = Profile.objects.filter(state__in=OPEN_STATES, public_text=None).exclude(public_issue="").order_by("pk")
    shown = 0
    for number, profile in enumerate(new):
        proposer = inspectors.get(profile.sector_id)
        if proposer is None:
            continue
        text = actions.propose_public_text(profile, acting_user=proposer, version=profile.version)
        if number % 5 == 4:
            continue
        text = actions.publish_public_text(text, acting_user=editor, version=text.version)
        then = timezone.now() - timedelta(days=DAYS_AGO[shown % len(DAYS_AGO)])
        then = max(then, profile.raised_at + timedelta(days=1))
        day = timezone.localtime(then).date()
        PublicText.objects.filter(pk=text.pk).update(
            published_at=then, issue_date=day, action_date=day if text.action else None
        )
        shown += 1
    return shown


def _add[P: BasePage](parent: BasePage, page: P, owner: User | None) -> P:
    """Put a page under another, published now. Twice as quick as a draft that is then published."""
    now = timezone.now()
    page.owner, page.live, page.first_published_at, page.last_published_at = owner, True, now, now
    parent.add_child(instance=page)
    return page


def _home(force: Area | None, owner: User | None) -> HomePage:
    home = HomePage.objects.first()
    if home is not None:
        return home
    root = BasePage.objects.get(depth=1)
    home = _add(
        root,
        HomePage(
            title="Your neighbourhood police",
            slug="neighbourhood-policing",
            summary="Find your neighbourhood team, what they are working on, and how to reach them.",
        ),
        owner,
    )
    site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
    was = site.root_page if site.root_page_id else None
    site.root_page, site.site_name = home, force.name if force else home.title
    site.save()
    if was is not None and was.slug == "home" and type(was.specific) is BasePage:
        was.delete()  # the welcome page that Wagtail's migrations leave
    return home


def _lpa_pages(home: HomePage, lpas: Iterable[Area], owner: User | None) -> dict[int, LpaPage]:
    found = {page.area_id: page for page in LpaPage.objects.all()}
    for area in lpas:
        if area.pk not in found:
            summary = f"The neighbourhood teams of {area.name}, and what they are working on."
            found[area.pk] = _add(home, LpaPage(title=area.name, slug=area.slug, summary=summary, area=area), owner)
    return found


def _team_pages(lpas: Mapping[int, LpaPage], sectors: Iterable[Area], owner: User | None) -> list[TeamPage]:
    found = {page.area_id: page for page in TeamPage.objects.all()}
    for area in sectors:
        parent = lpas.get(area.parent_id or 0)
        if area.pk not in found and parent is not None:
            name = area.name.removesuffix(" sector")
            page = TeamPage(
                title=name,
                slug=area.slug,
                summary="Who your local officers are, what they are working on, and how to reach them.",
                area=area,
            )
            found[area.pk] = _add(parent, page, owner)
    return list(found.values())


def _meetings(teams: Sequence[TeamPage], owner: User | None) -> None:
    """One meeting to come for two teams out of three, spread over the next weeks; a page says so when none."""
    today = timezone.localdate()
    for number, page in enumerate(sorted(teams, key=lambda team: team.path)):
        if number % 3 == 2 or EventPage.objects.child_of(page).exists():
            continue
        day = today + timedelta(days=5 + (number * 7) % MEETINGS_SHOWN)
        starts = timezone.make_aware(datetime.combine(day, time(18, 30)))
        event = EventPage(
            title=f"{words.MEETINGS[number % len(words.MEETINGS)]}: {page.title}",
            slug=f"meeting-{day:%Y-%m-%d}",
            summary="Come and tell us what matters to you. No need to book.",
            starts_at=starts,
            ends_at=starts + timedelta(hours=1, minutes=30),
            place=f"{words.PLACES[number % len(words.PLACES)].capitalize()}, {page.title}",
        )
        _add(page, event, owner)


def _news(home: HomePage, lpas: Mapping[int, LpaPage], owner: User | None) -> None:
    index = NewsIndexPage.objects.first()
    if index is None:
        index = _add(
            home,
            NewsIndexPage(
                title="News", slug="news", summary="What is new from your local police.", show_in_menus=True
            ),
            owner,
        )
    if NewsPage.objects.exists():
        return
    areas: list[Area | None] = [None, *(page.area for page in lpas.values())]
    for number, (title, summary, text, days) in enumerate(words.NEWS):
        page = NewsPage(
            title=title,
            slug=f"news-{number + 1}",
            summary=summary,
            date=timezone.localdate() - timedelta(days=days),
            area=areas[number % len(areas)] if number else None,
            body=body_of(("text", text), ("inset", words.MADE_UP)),
        )
        _add(index, page, owner)


def _your_options(home: HomePage, options: Sequence[Any], owner: User | None) -> None:
    if YourOptionsPage.objects.exists():
        return
    top = YourOptionsPage(
        title="Your options",
        slug="your-options",
        summary="Not everything is for the police. Choose what happened, and see who can help.",
        question="What is it about?",
        show_in_menus=True,
    )
    _add(home, top, owner)
    _options_below(top, options, owner)


def _options_below(parent: BasePage, options: Sequence[Any], owner: User | None) -> None:
    for title, slug, summary, question, body, below in options:
        page = YourOptionsPage(title=title, slug=slug, summary=summary, question=question, body=body_of(*body))
        _options_below(_add(parent, page, owner), below, owner)


def _standards(home: HomePage, owner: User | None) -> None:
    in_a_year = timezone.localdate() + timedelta(days=365)
    for title, slug, body in (
        ("Accessibility statement", "accessibility", words.ACCESSIBILITY),
        ("Privacy", "privacy", words.PRIVACY),
    ):
        if not StandardPage.objects.child_of(home).filter(slug=slug).exists():
            page = StandardPage(title=title, slug=slug, body=body_of(*body), review_by=in_a_year)
            _add(home, page, owner)
