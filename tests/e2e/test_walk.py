"""The walk: one real problem through all four modules, in the browser, on real input.

Counts: data.police.uk (West Yorkshire, three Julys) and the Home Office (Lancashire, anti-social behaviour
2022), Open Government Licence v3. Ballots: Assen 2024, pabulib.org. The people are made up.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from directory.geography.boundaries import read_boundaries
from directory.geography.loading import load_force
from directory.models import Area, Level, Organisation, Role, User
from tests import people

pytestmark = pytest.mark.django_db(transaction=True)

ASB = "anti-social-behaviour"
LANCASHIRE_2022 = 56_434  # the data README's total
WEST_YORKSHIRE = (27_176, 28_537, 31_635)


@dataclass
class Cast:
    """Who walks, and where."""

    ward: Area
    sector: Area
    lpa: Area
    inspector: User
    coordinator: User
    chief: User
    officer: User
    tester: User
    worker: User
    manager: User
    housing: Organisation


def import_real_counts(shared_data: Path) -> str:
    """Load the real wards and import the four real files by their command; returns what it said."""
    load_force(
        "Lancashire",
        read_boundaries(shared_data / "boundaries/wards-lancashire-2022.geojson"),
        sectors=30,
        vintage=2022,
        lpa_name="Lancashire",
    )
    features = [
        feature
        for number in range(32, 37)
        for feature in read_boundaries(shared_data / f"boundaries/wards-E080000{number}.geojson")
    ]
    load_force("West Yorkshire", features, sectors=25)
    said = io.StringIO()
    files = [shared_data / f"police/{year}-07-west-yorkshire-street.csv.gz" for year in (2016, 2017, 2018)]
    call_command(
        "import_street_crime",
        *[str(file) for file in files],
        str(shared_data / "police/lancashire-asb-2022.tab.gz"),
        stdout=said,
    )
    return said.getvalue()


def the_cast(ward: Area) -> Cast:
    """The people of one real sector."""
    sector = ward.parent
    assert sector is not None and sector.parent is not None
    lpa = sector.parent
    team = people.team(f"{sector.name} team", area=sector)
    return Cast(
        ward=ward,
        sector=sector,
        lpa=lpa,
        inspector=people.person(Role.SECTOR_INSPECTOR, area=sector, name="Asha Bains"),
        coordinator=people.person(Role.COORDINATOR, area=lpa, name="Joanne Perks"),
        chief=people.person(Role.CHIEF_INSPECTOR, area=lpa, name="Tom Whitehouse"),
        officer=people.person(Role.TEAM_MEMBER, team=team, name="Callum Reid"),
        tester=people.person(Role.ANALYST, area=lpa, name="Mei Tran"),
        worker=people.person(Role.PARTNER_WORKER, organisation=people.housing(), name="Dean Fellows"),
        manager=people.person(Role.FORCE_LEAD, area=lpa.parent, name="Grace Adeyemi"),
        housing=people.housing(),
    )


class Walker:
    """A page with short words for what a person does on it; every page shown is put before axe."""

    def __init__(self, page: Any, signed_in: Any, axe: Any) -> None:
        self.page, self._signed_in, self._axe = page, signed_in, axe
        self.seen: list[str] = []

    def become(self, user: User) -> None:
        self.page.context.clear_cookies()
        self._signed_in(self.page, user)

    def go(self, url: str) -> None:
        answer = self.page.goto(url)
        assert answer.status == 200, f"{url}: {answer.status}"
        self.look()

    def look(self) -> None:
        """0 violations at both widths; nothing wider than the window."""
        self._axe(self.page)
        self.seen.append(self.page.url)

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=words, exact=True).first.click()
        self.page.wait_for_load_state()

    def follow(self, words: str) -> None:
        self.page.locator("main a", has_text=words).first.click()
        self.page.wait_for_load_state()
        self.look()

    def type(self, **values: str) -> None:
        for label, text in values.items():
            self.page.locator(f"[name={label}]").fill(text)

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"[name={name}][value='{value}']").check(force=True)

    def day(self, group: str, when: date) -> None:
        boxes = self.page.get_by_role("group", name=group)
        boxes.get_by_label("Day").fill(str(when.day))
        boxes.get_by_label("Month").fill(str(when.month))
        boxes.get_by_label("Year").fill(str(when.year))

    def says(self, *words: str) -> None:
        text = self.page.locator("main").inner_text()
        for some in words:
            assert some in text, f"{self.page.url} does not say {some!r}:\n{text[:1500]}"


def test_the_walk(page: Any, signed_in: Any, axe: Any, shared_data: Path) -> None:
    said = import_real_counts(shared_data)
    for rows in (*WEST_YORKSHIRE, LANCASHIRE_2022):
        assert f"{rows:,}" in said
    from pmp.models import Incident

    busiest = busiest_ward("Lancashire")
    assert Incident.objects.filter(ward=busiest).count() > 500
    cast = the_cast(busiest)
    walker = Walker(page, signed_in, axe)
    reference = raise_from_counts(walker, cast)
    place_and_lock(walker, cast)
    analyse_and_plan(walker, cast, reference)
    approve(walker, cast, reference)
    share_and_work(walker, cast, reference)
    test_on_the_street(walker, cast, reference)
    see_whether_it_worked(walker, cast, reference)
    close_it(walker, cast, reference)
    print_briefing(walker, cast, reference)
    tell_the_public(walker, cast, reference)
    from journal.chain import verify

    assert verify().whole
    assert len(walker.seen) > 20


def busiest_ward(force: str) -> Area:
    """The ward of that force with the most incidents."""
    from django.db.models import Count

    from pmp.models import Incident

    root = Area.objects.get(level=Level.FORCE, name=force)
    top = (
        Incident.objects.filter(ward__path__startswith=root.path)
        .values("ward_id")
        .annotate(rows=Count("pk"))
        .order_by("-rows")
        .first()
    )
    assert top is not None
    return Area.objects.select_related("parent__parent__parent").get(pk=top["ward_id"])


def raise_from_counts(walker: Walker, cast: Cast) -> str:
    """The inspector sees the real counts of a real ward and raises a priority from them."""
    walker.become(cast.inspector)
    walker.go("/pmp/counts/")
    walker.go(f"/pmp/counts/series/?area={cast.ward.pk}&category={ASB}")
    walker.follow("Raise a priority from these counts")
    walker.press("Raise it")  # empty: the error state keeps what the link filled in
    walker.says("There is a problem")
    walker.look()
    assert walker.page.locator(f"[name=wards][value='{cast.ward.pk}']").is_checked()
    walker.type(
        title=f"Anti-social behaviour in {cast.ward.name}",
        problem_statement="Incidents every week of 2022, most in summer and after school.",
    )
    walker.choose("source", "both")
    walker.press("Raise it")
    walker.look()
    found = re.search(r"PMP-\d{4}-\d{5}", walker.page.url)
    assert found, walker.page.url
    return found.group()


def place_and_lock(walker: Walker, cast: Cast) -> None:
    """The coordinator puts it on the fortnight's list and locks the list."""
    walker.become(cast.coordinator)
    walker.go("/pmp/tasking/")
    walker.follow("Open a cycle")
    walker.press("Open the cycle")
    walker.look()
    walker.follow("Place a profile")
    walker.page.locator("[name=profile]").select_option(index=1)
    walker.type(rank="1", reason="The most incidents of any ward in 2022")
    walker.press("Place it")
    walker.says("Added", "The most incidents of any ward in 2022")
    walker.follow("Lock the lists")
    walker.press("Lock the lists")
    walker.says("Locked")


def analyse_and_plan(walker: Walker, cast: Cast, reference: str) -> None:
    """Analysis, one measured outcome, two actions of which housing owns one, then off for approval."""
    walker.become(cast.inspector)
    here = f"/pmp/profiles/{reference}/"
    walker.go(here)
    walker.follow("Begin analysis")
    walker.press("Begin analysis")
    walker.go(f"{here}edit/analysis/")
    walker.choose("aim", "reduce")
    walker.type(
        objective="A third fewer incidents a month within a year",
        offender="Young people with nowhere to go",
        victim="Residents of two streets",
        place="An unlit precinct with an open gate",
    )
    walker.press("Save")
    walker.go(f"{here}thrive/")
    for letter in ("threat", "harm", "risk", "investigation", "vulnerability", "engagement", "prevention"):
        walker.choose(f"level_{letter}", "medium")
        walker.type(**{f"narrative_{letter}": "Judged on the reports of the year"})
    walker.press("Save assessments")
    walker.go(f"{here}hypotheses/add/")
    walker.type(text="It happens where nobody responsible is present after school")
    walker.press("Add")
    walker.press("Begin the plan")
    walker.go(f"{here}outcomes/add/")
    walker.type(measure="Anti-social behaviour incidents a month", baseline="60", target="40")
    walker.page.locator("[name=category]").select_option(ASB)
    walker.choose("direction", "decrease")
    walker.day("By when?", timezone.localdate() + timedelta(days=300))
    walker.press("Add")
    add_action(walker, here, "Foot patrol after school", f"{cast.sector.name} team", "60", "hours")
    add_action(walker, here, "Mend the gate and light the precinct", cast.housing.name, "2", "gates")
    walker.go(f"{here}edit/plan/")
    walker.type(
        public_issue="Anti-social behaviour after school in the precinct.",
        public_action="Patrols after school, a mended gate and better lights.",
    )
    for section in ("scanning", "analysis", "plan", "actions"):
        walker.choose(f"marking_{section}", "official")
    walker.press("Save")
    walker.press("Send for approval")
    walker.says("The plan waits for the chief inspector")
    walker.look()


def add_action(walker: Walker, here: str, tactic: str, owner: str, dose: str, unit: str) -> None:
    walker.go(f"{here}actions/add/")
    walker.type(tactic=tactic, dose=dose, dose_unit=unit)
    walker.page.locator("[name=owner]").select_option(label=owner)
    walker.day("Due", timezone.localdate() + timedelta(days=30))
    walker.press("Add")
    walker.says(tactic)


def approve(walker: Walker, cast: Cast, reference: str) -> None:
    walker.become(cast.chief)
    walker.go(f"/pmp/profiles/{reference}/")
    walker.follow("Approve the plan")
    walker.press("Approve the plan")
    walker.says("The plan is live.", "Plan version 1")


def share_and_work(walker: Walker, cast: Cast, reference: str) -> None:
    """Shared under a live agreement; the housing worker accepts and updates the action."""
    from partners.agreements import actions as agreeing

    today = timezone.localdate()
    agreement = agreeing.add_agreement(
        acting_user=cast.chief,
        agency=cast.housing,
        title="Solving problems together",
        purpose="Preventing anti-social behaviour",
        legal_power="Crime and Disorder Act 1998, section 115",
        sections=["scanning", "plan", "actions"],
        highest_marking="official",
        police_contact="The partnerships team",
        agency_contact="The data protection lead",
        starts=today,
        review_on=today + timedelta(days=365),
    )
    agreeing.sign_agreement(agreement, acting_user=cast.chief, agency_signed_by="The director")
    walker.become(cast.inspector)
    walker.go(f"/partners/profiles/{reference}/")
    walker.page.get_by_text("Agencies it cannot be shared with now").click()
    walker.says(f"There is no live information sharing agreement with {cast.housing.name}")
    walker.become(cast.chief)
    walker.go(f"/partners/agreements/{agreement.pk}/")
    walker.follow("Bring into force")
    walker.press("Bring into force")
    walker.become(cast.inspector)
    walker.go(f"/partners/profiles/{reference}/")
    walker.follow("Share with an agency")
    walker.page.locator("[name=agreement]").select_option(index=1)
    for section in ("scanning", "plan", "actions"):
        walker.choose("sections", section)
    walker.choose("highest_marking", "official")
    walker.type(ask="Mend the gate and light the precinct", need_to_know="It owns the precinct")
    walker.day("Until when?", today + timedelta(days=180))
    walker.press("Offer the share")
    walker.says("Offered")

    walker.become(cast.worker)
    walker.go("/partners/")
    walker.follow(reference)
    walker.says("Mend the gate and light the precinct")
    assert "unlit precinct" not in walker.page.content()  # the preview has no narrative
    assert "Asha Bains" not in walker.page.locator("main").inner_text()  # and no names
    walker.press("Accept")
    walker.says("Incidents every week of 2022")
    assert "Young people with nowhere to go" not in walker.page.content()  # analysis is not in scope
    walker.look()
    walker.go("/partners/")
    walker.follow("Mend the gate and light the precinct")
    walker.choose("move", "accept")
    walker.type(text="The gate is ordered for Tuesday.")
    walker.press("Save")
    walker.says("Thank you")
    walker.look()


def test_on_the_street(walker: Walker, cast: Cast, reference: str) -> None:
    """A third person checks that what is on paper happens."""
    walker.become(cast.chief)
    walker.go(f"/pmp/profiles/{reference}/test/order/")
    walker.page.locator("[name=tester]").select_option(value=str(cast.tester.pk))
    walker.press("Order a reality test")
    walker.become(cast.tester)
    walker.go("/pmp/actions/")
    walker.follow(f"Anti-social behaviour in {cast.ward.name}")
    page = walker.page
    for number in range(2):
        check = page.locator("section.app-card").nth(number)
        check.locator("select").select_option("site_visit")
        check.locator("input[value=as_planned]").check(force=True)
        check.locator("textarea").fill("Seen at 4pm.")
    page.locator("[name=verdict][value=pass]").check(force=True)
    walker.press("Save the test")
    walker.says("The test is finished")


test_on_the_street.__test__ = False  # type: ignore[attr-defined]


def see_whether_it_worked(walker: Walker, cast: Cast, reference: str) -> None:
    """The control chart of the real twelve months, and the verdict in words."""
    walker.become(cast.inspector)
    walker.go(f"/pmp/profiles/{reference}/outcomes/")
    walker.says("too early", "Reality test")
    svg = walker.page.locator("figure svg").first
    assert "Anti-social behaviour incidents a month" in svg.inner_html()
    walker.page.get_by_text("The numbers of this chart").click()
    walker.says("January 2022", "December 2022")


def close_it(walker: Walker, cast: Cast, reference: str) -> None:
    here = f"/pmp/profiles/{reference}/"
    walker.go(f"{here}evaluate/")
    walker.press("Begin evaluation")
    walker.go(f"{here}propose-closure/")
    walker.choose("result", "partly")
    walker.type(learned="The hour after school mattered most.")
    walker.press("Propose closure")
    walker.become(cast.chief)
    walker.go(f"{here}close/")
    walker.type(reason="Agreed with the inspector")
    walker.press("Sign closure")
    walker.says("Closed", "The hour after school mattered most.")
    walker.look()


def print_briefing(walker: Walker, cast: Cast, reference: str) -> None:
    """A tagged PDF/UA document that carries marking, reference and page number."""
    from pypdf import PdfReader

    answer = walker.page.request.get(f"/pmp/profiles/{reference}/briefing.pdf")
    assert answer.status == 200 and answer.headers["content-type"] == "application/pdf"
    document = PdfReader(io.BytesIO(answer.body()))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in document.trailer["/Root"]["/Metadata"].get_data()
    text = document.pages[0].extract_text()
    assert reference in text and "OFFICIAL" in text and "Page 1 of 1" in text


def tell_the_public(walker: Walker, cast: Cast, reference: str) -> None:
    """Two people put the public text on the sector's page; anybody reads it, and nothing else of the case."""
    import demo.site

    demo.site.load([cast.lpa], [cast.sector], {}, cast.lpa.parent)
    walker.become(cast.inspector)
    walker.go(f"/publishing/propose/{reference}/")
    walker.page.locator("main form button").first.click()
    walker.page.wait_for_load_state()
    walker.become(cast.chief)
    walker.go("/publishing/")
    walker.page.locator("main a[href*='/publish/']").first.click()
    walker.look()
    walker.page.locator("main form button").first.click()
    walker.page.wait_for_load_state()
    walker.page.context.clear_cookies()
    from cms.models import TeamPage

    walker.go(TeamPage.objects.get(area=cast.sector).url)
    walker.says("Anti-social behaviour after school in the precinct.", "Patrols after school")
    assert reference not in walker.page.content()
    assert "Young people with nowhere to go" not in walker.page.content()
    assert walker.page.context.cookies() == []


def test_the_count_beside_it(page: Any, signed_in: Any, axe: Any, shared_data: Path) -> None:
    """A fund round with the real ballots of Assen 2024, counted by Equal Shares: the official winners, in public."""
    from funds.models import RoundState
    from funds.tally import read_pb
    from tests.funds.making import make_round, make_world

    file = shared_data / "pabulib/Netherlands_Assen_2024.pb"
    official = sorted(project.id for project in read_pb(file).projects if project.columns["selected"] == "1")
    assert len(official) > 3
    world = make_world()
    make_round(world.fund, RoundState.DRAFT, practice=True, slug="assen", name="Assen 2024")
    call_command("load_ballots", "assen", str(file), email=world.manager.email, stdout=io.StringIO())
    walker = Walker(page, signed_in, axe)
    walker.go("/funds/rounds/")
    walker.go("/funds/rounds/assen/")
    assert page.goto("/funds/rounds/assen/result/").status == 404  # nobody sees a tally before the close
    walker.become(world.manager)
    walker.go("/funds/manage/")
    walker.go("/funds/manage/round/assen/")
    walker.press("Close voting")
    walker.look()
    walker.press("Count the ballots")
    walker.look()
    page.context.clear_cookies()
    walker.go("/funds/rounds/assen/result/")
    shown = page.eval_on_selector_all("[data-winner]", "rows => rows.map(row => row.dataset.winner)")
    assert sorted(shown) == official
    assert page.context.cookies() == []
