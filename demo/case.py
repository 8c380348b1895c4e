"""One made-up problem of the demonstration, and what became of it day by day, through the real actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from statistics import fmean

from django.utils import timezone

from demo.people import World
from directory.models import Area, Organisation, Team, User
from pmp.incidents import series
from pmp.machine import actions as machine_actions
from pmp.models import Profile, ThriveLetter
from pmp.plan import actions as plan_actions
from pmp.profile import actions as profile_actions
from pmp.reality_test import actions as test_actions
from pmp.reality_test.selectors import testers_for
from pmp.states import ProfileState
from pmp.work import actions as work_actions

# Title, kind of problem, what it is, what the public is told the issue is, what it is told is being done.
PROBLEMS: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "Off-road bikes in the parks",
        "anti-social behaviour",
        "Groups of riders on unregistered off-road bikes cross the parks on most dry weekends since April, "
        "frightening families and damaging pitches. Calls come mostly between 2pm and 8pm on Saturdays.",
        "Off-road bikes are being ridden through our parks.",
        "Extra patrols at weekends, barriers at three gates, and bikes seized where we can.",
    ),
    (
        "Shop thefts on the high street",
        "shoplifting",
        "The same few shops report most thefts, mostly of meat, spirits and coffee, in the hour before closing. "
        "Staff say they have stopped reporting some of it.",
        "Shops on the high street are being stolen from again and again.",
        "Officers visit the shops daily and we are working with the council on the street's layout.",
    ),
    (
        "Noise and drinking at the bus station",
        "anti-social behaviour",
        "Street drinking and fights at the bus station after school and on Friday nights. Drivers have refused "
        "to stop there four times since the summer.",
        "People do not feel safe waiting at the bus station.",
        "Joint patrols with the bus company, better lights, and support for people who drink on the street.",
    ),
    (
        "Car break-ins near the stations",
        "vehicle crime",
        "Cars parked all day near the tram and rail stations are broken into for tools and bags left in sight. "
        "Two thirds of reports come from four streets.",
        "Cars parked near the stations are being broken into.",
        "Patrols at the times it happens, letters to owners, and cameras on two car parks.",
    ),
    (
        "Fly-tipping and arson behind the flats",
        "criminal damage",
        "Waste dumped behind two blocks of flats is set on fire about twice a month. The fire service has "
        "attended eleven times this year.",
        "Rubbish is being dumped and set alight behind the flats.",
        "The landlord clears the land weekly, a gate is going up, and we are visiting every flat.",
    ),
)
# The counts each kind of problem is measured by.
CATEGORIES = {
    "anti-social behaviour": "anti-social-behaviour",
    "shoplifting": "shoplifting",
    "vehicle crime": "vehicle-crime",
    "criminal damage": "criminal-damage-and-arson",
}
# How many days ago each step was, by the state the problem has reached today.
STEPS = (
    *("raise_it", "begin_analysis", "analyse", "plan", "approve"),
    *("order_test", "pass_test", "evaluate", "close"),
)
DAYS_AGO: dict[str, tuple[int, ...]] = {
    ProfileState.PRIORITY: (4,),
    ProfileState.ANALYSIS: (24, 11),
    ProfileState.TACTICAL_PLAN: (47, 40, 21),
    ProfileState.PLAN_SUBMITTED: (44, 37, 25, 2),
    ProfileState.LIVE: (110, 102, 95, 80, 77),
    ProfileState.REALITY_TEST: (160, 152, 145, 130, 126, 6),
    ProfileState.EVALUATION: (300, 292, 285, 270, 265, 190, 182, 9),
    ProfileState.CLOSED: (330, 322, 315, 300, 296, 220, 212, 40, 12),
    ProfileState.WITHDRAWN: (90,),
}
WITHDRAWN_DAYS_AGO = 50
WEEK, FORTNIGHT = 7, 14  # days from one delivery to the next: weekly in the home sector
Step = tuple[datetime, Callable[[], object]]


@dataclass
class Case:
    """A problem of one sector on its way to `stage`. `steps` tells when each step is to be taken."""

    world: World
    sector: Area
    number: int
    stage: str
    now: datetime  # when the demonstration is loaded: the steps themselves run as on other days
    made: Profile | None = None

    @property
    def profile(self) -> Profile:
        """The profile as it is now."""
        assert self.made is not None, "it is raised first"
        return Profile.objects.select_related("sector", "lpa").get(pk=self.made.pk)

    @property
    def inspector(self) -> User:
        """Who owns it."""
        return self.world.inspectors[self.sector.pk]

    @property
    def chief(self) -> User:
        """Who approves it."""
        assert self.sector.parent is not None
        return self.world.chiefs[self.sector.parent.name]

    @property
    def problem(self) -> tuple[str, str, str, str, str]:
        """Which of the problems it is."""
        return PROBLEMS[self.number % len(PROBLEMS)]

    def day(self, days_ago: int) -> datetime:
        """Mid-morning that many days ago; no two cases in the same minute."""
        return self.now.replace(hour=10, minute=self.number % 60) - timedelta(days=days_ago)

    def steps(self) -> Iterator[Step]:
        """Every step with its time, the earliest first."""
        days = DAYS_AGO[self.stage]
        for name, ago in zip(STEPS, days, strict=False):
            yield self.day(ago), getattr(self, name)
        if self.stage == ProfileState.WITHDRAWN:
            yield self.day(WITHDRAWN_DAYS_AGO), self.withdraw
        approved, evaluated = self.ago("approve"), self.ago("evaluate") or 0
        if approved is not None:
            yield self.day(approved - 1), self.accept_work
            for number, ago in enumerate(range(approved - 5, max(evaluated, 1), -self.every)):
                yield self.day(ago), partial(self.deliver, number)
        if evaluated:
            yield self.day(evaluated + 1), self.finish_work

    @property
    def every(self) -> int:
        """Days from one delivery to the next."""
        return WEEK if self.sector == self.world.home_sector else FORTNIGHT

    def ago(self, step: str) -> int | None:
        """How many days ago that step is taken; None where this problem has not come so far."""
        return dict(zip(STEPS, DAYS_AGO[self.stage], strict=False)).get(step)

    # The steps ---------------------------------------------------------------------------------------

    def raise_it(self) -> None:
        title, kind, statement, _, _ = self.problem
        wards = list(Area.objects.wards().filter(parent=self.sector).order_by("name")[: 1 + self.number % 2])
        self.made = profile_actions.raise_priority(
            acting_user=self.inspector,
            wards=wards,
            title=f"{title}, {wards[0].name}",
            source=("force", "community", "both")[self.number % 3],
            problem_statement=statement,
            evidence="Made-up counts of the demonstration, two residents' meetings and a survey of shops.",
            problem_type=kind,
            made_up=True,
        )

    def begin_analysis(self) -> None:
        machine_actions.begin_analysis(
            self.profile, acting_user=self.chief, reason="Needed at once; it goes on the next list"
        )

    def analyse(self) -> None:
        profile = self.profile
        profile_actions.edit_profile(
            profile, "analysis", dict(ANALYSIS), version=profile.version, acting_user=self.inspector
        )
        judged = {
            letter.value: (
                ("low", "medium", "high")[index % 3],
                f"{letter.label}: judged on the reports of the last three months.",
            )
            for index, letter in enumerate(ThriveLetter)
        }
        profile_actions.assess_thrive(profile, acting_user=self.inspector, assessments=judged)
        plan_actions.add_hypothesis(
            profile,
            acting_user=self.inspector,
            text="It happens because nobody responsible is there between 5pm and 8pm.",
        )
        machine_actions.make_move("begin_plan", profile, acting_user=self.inspector)

    def plan(self) -> None:
        profile = self.profile
        self._intend(profile)
        self._task(profile)
        sensitive = profile.pk % 3 == 0
        texts = {
            "public_issue": self.problem[3],
            "public_action": self.problem[4],
            "marking_scanning": "official",
            "marking_analysis": "sensitive" if sensitive else "official",
            "marking_plan": "official",
            "marking_actions": "official",
            "handling": "Police and named partners only: it speaks of people who could be known."
            if sensitive
            else "",
        }
        profile_actions.edit_profile(profile, "plan", texts, version=profile.version, acting_user=self.inspector)
        machine_actions.submit_plan(profile, acting_user=self.inspector)

    def _intend(self, profile: Profile) -> None:
        """A third fewer than in the year before, by the made-up counts of the wards."""
        kind, today = self.problem[1], timezone.localdate()
        found = series.series([ward.pk for ward in profile.wards.all()], [CATEGORIES[kind]])
        year = [count for month, count in found if count is not None and month < today.replace(day=1)][-12:]
        baseline = round(Decimal(fmean(year or [12])), 1)
        plan_actions.add_outcome(
            profile,
            acting_user=self.inspector,
            measure=f"{kind.capitalize()} incidents a month",
            category=CATEGORIES[kind],
            direction="decrease",
            baseline=baseline,
            target=round(baseline * 2 / 3, 1),
            target_date=_next_june(today),
        )

    def _task(self, profile: Profile) -> None:
        """Two actions for the sector's team and one for the housing agency, until the evaluation or on."""
        team, homes = self.world.teams[self.sector.pk], self.world.agencies["Sandwell Homes"]
        starts = self.day(self.ago("approve") or 0).date()
        ends = self.day(self.ago("evaluate") or -30).date()
        times = max(1, (ends - starts).days // self.every)
        work: list[tuple[str, Team | Organisation, int, str]] = [
            ("Foot patrol at the times it happens", team, 8 * times, "hours"),
            ("Visit every home and shop on the two streets", team, 6 * times, "visits"),
            ("Clear the land and mend the gate", homes, 2, "gates"),
        ]
        for index, (tactic, owner, dose, unit) in enumerate(work):
            whose = {"team": owner} if isinstance(owner, Team) else {"agency": owner}
            plan_actions.add_action(
                profile,
                acting_user=self.inspector,
                tactic=tactic,
                mechanism="Somebody responsible is seen where and when it happens.",
                phase=("clear", "hold", "build")[index],
                starts=starts,
                due=ends,
                dose=dose,
                dose_unit=unit,
                visible_to_partners=True,
                **whose,
            )

    def approve(self) -> None:
        machine_actions.approve_plan(self.profile, acting_user=self.chief)

    def accept_work(self) -> None:
        for action in self.profile.actions.filter(team__isnull=False).order_by("pk"):
            work_actions.update_action(action, acting_user=self._officer(), move="accept")
            work_actions.update_action(action, acting_user=self._officer(), move="begin")

    def deliver(self, number: int) -> None:
        """A week's or fortnight's patrols and visits; now and then officers are needed elsewhere."""
        patrol, visits = self.profile.actions.filter(team__isnull=False).order_by("pk")
        short = number % 4 == 2
        for action, quantity, lost in ((patrol, 5 if short else 8, 3 if short else 0), (visits, 5 + number % 3, 0)):
            work_actions.log_output(
                action,
                acting_user=self._officer(),
                quantity=quantity,
                delivered_on=timezone.localdate(),
                ward=self.profile.wards.first(),
                hours_lost=lost,
                note="Three hours lost to the football" if lost else "",
            )

    def finish_work(self) -> None:
        for action in self.profile.actions.filter(team__isnull=False):
            work_actions.update_action(action, acting_user=self._officer(), move="finish")
        for action in self.profile.actions.filter(agency__isnull=False):
            for move, text in (("accept", ""), ("begin", ""), ("finish", "Sandwell Homes: the gate is mended.")):
                work_actions.update_action(action, acting_user=self.inspector, move=move, text=text)
            work_actions.log_output(
                action, acting_user=self.inspector, quantity=action.dose, delivered_on=timezone.localdate()
            )

    def _officer(self) -> User:
        found = User.objects.filter(posts__team=self.world.teams[self.sector.pk]).order_by("pk").first()
        assert found is not None, "every sector has officers"
        return found

    def order_test(self) -> None:
        profile = self.profile
        tester = testers_for(profile).exclude(pk=self.chief.pk).order_by("pk").first() or self.chief
        test_actions.begin_reality_test(profile, acting_user=self.chief, tester=tester, seed=20_261_121)

    def pass_test(self) -> None:
        profile = self.profile
        test = profile.reality_tests.select_related("tester").get(state="ordered")
        for number, check in enumerate(test.checks.order_by("pk")):
            test_actions.answer_check(
                profile,
                check.pk,
                acting_user=test.tester,
                method=("site_visit", "resident_call", "patrol_log")[number % 3],
                found=("as_planned", "as_planned", "partly")[number % 3],
                note="Seen on the day." if number % 3 < 2 else "Half of the visits are in the log.",
            )
        test_actions.pass_reality_test(profile, acting_user=test.tester)

    def evaluate(self) -> None:
        machine_actions.begin_evaluation(self.profile, acting_user=self.inspector)

    def close(self) -> None:
        machine_actions.propose_closure(
            self.profile,
            acting_user=self.inspector,
            result="partly",
            learned="Being there at the right two hours mattered more than being there longer.",
        )
        machine_actions.close(
            self.profile, acting_user=self.chief, reason="Agreed: the target is nearly met and residents say so"
        )

    def withdraw(self) -> None:
        machine_actions.make_move(
            "withdraw", self.profile, acting_user=self.chief, reason="The council's own scheme covers this now"
        )


ANALYSIS = {
    "aim": "reduce",
    "objective": "A third fewer incidents a month by the end of next June than in the year before.",
    "offender": "A small group of young men who know each other; boredom and little to lose.",
    "victim": "Families, shop staff and older people who use the place every day.",
    "place": "Open at several sides, dark after five, nobody in charge of it in the evening.",
    "handler": "Two youth workers and the boxing club know most of them.",
    "guardian": "A friends' group and a street watch that has lost members.",
    "place_manager": "The council's parks team and the landlord of the flats.",
}


def _next_june(today: date) -> date:
    return date(today.year + (today.month >= 6), 6, 30)
