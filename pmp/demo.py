"""Problem profiles in every state, made up, walked there through the real actions so that each has its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from directory.demo import World
from directory.models import Area, Level, Organisation, Team, User
from pmp import actions
from pmp.made_up import add_made_up_counts
from pmp.models import Dataset, Profile, State, TaskingCycle, ThriveLetter
from pmp.selectors import testers_for

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
STAGES: tuple[str, ...] = (
    State.PRIORITY,
    State.ANALYSIS,
    State.TACTICAL_PLAN,
    State.PLAN_SUBMITTED,
    State.LIVE,
    State.REALITY_TEST,
    State.EVALUATION,
    State.CLOSED,
    State.WITHDRAWN,
)


def load_counts(world: World) -> None:
    """Thirty whole months of made-up counts for every ward, labelled as such wherever they are shown."""
    if Dataset.objects.exists():
        return
    last = timezone.localdate().replace(day=1) - timedelta(days=1)
    first = date(last.year - 2, last.month, 1) - timedelta(days=150)
    add_made_up_counts(
        world.root, first=first.replace(day=1), last=last.replace(day=1), acting_user=world.people["analyst"]
    )


def load(world: World) -> None:
    """Fill the home LPA with a profile in every state, and every other sector with at least one."""
    if Profile.objects.exists():
        return
    number = 0
    for lpa, sectors in world.sectors.items():
        raised = []
        for sector in sectors:
            stages = [STAGES[number % len(STAGES)]]
            if sector == world.home_sector:
                stages = list(STAGES)
            for stage in stages:
                raised.append((_raise(world, sector, number), stage))
                number += 1
        _adopt(world, lpa, [profile for profile, _ in raised])
        for profile, stage in raised:
            _walk(world, profile, str(stage))
    home = world.home
    if not TaskingCycle.objects.filter(lpa=home, state="open").exists():
        actions.open_cycle(home, acting_user=world.people["coordinator"])


def _raise(world: World, sector: Area, number: int) -> Profile:
    title, kind, statement, _, _ = PROBLEMS[number % len(PROBLEMS)]
    wards = list(sector.children.filter(level=Level.WARD).order_by("name")[: 1 + number % 2])
    return actions.raise_priority(
        acting_user=world.inspectors[sector.pk],
        wards=wards,
        title=f"{title}, {wards[0].name}",
        source=("force", "community", "both")[number % 3],
        problem_statement=statement,
        evidence="Made-up counts of the demonstration, two residents' meetings and a survey of shops.",
        problem_type=kind,
        made_up=True,
    )


def _adopt(world: World, lpa: str, profiles: list[Profile]) -> None:
    chief = world.chiefs[lpa]
    cycle = actions.open_cycle(world.lpas[lpa], acting_user=chief, opens_on=timezone.localdate() - timedelta(days=14))
    ranks: dict[int, int] = {}
    for profile in profiles[1:]:
        ranks[profile.sector_id] = ranks.get(profile.sector_id, 0) + 1
        actions.place_profile(
            cycle,
            profile,
            acting_user=chief,
            rank=ranks[profile.sector_id],
            reason="Raised by residents and seen in the counts",
        )
    if len(profiles) > 1:
        actions.lock_cycle(cycle, acting_user=chief)


def _walk(world: World, profile: Profile, stage: str) -> None:
    """Take one profile as far as `stage`, by the same steps a person would take."""
    lpa = profile.lpa.name
    inspector, chief = world.inspectors[profile.sector_id], world.chiefs[lpa]
    if stage == State.WITHDRAWN:
        actions.withdraw(profile, acting_user=chief, reason="The council's own scheme covers this now")
        return
    for goal, step in _steps(world, inspector, chief):
        if stage == State.PRIORITY:
            return
        step(profile)
        if goal == stage:
            return


def _steps(world: World, inspector: User, chief: User) -> list[tuple[str, Callable[[Profile], object]]]:
    return [
        (
            State.ANALYSIS,
            lambda profile: actions.begin_analysis(
                profile, acting_user=chief, reason="Needed at once; it goes on the next list"
            ),
        ),
        (State.TACTICAL_PLAN, lambda profile: _analyse(profile, inspector)),
        (State.PLAN_SUBMITTED, lambda profile: _plan(world, profile, inspector)),
        (
            State.LIVE,
            lambda profile: _deliver(world, actions.approve_plan(profile, acting_user=chief), inspector),
        ),
        (State.REALITY_TEST, lambda profile: _order_test(profile, chief)),
        (State.EVALUATION, lambda profile: _evaluate(profile, inspector)),
        (State.CLOSED, lambda profile: _close(profile, inspector, chief)),
    ]


def _fresh(profile: Profile) -> Profile:
    return Profile.objects.select_related("sector", "lpa").get(pk=profile.pk)


def _analyse(profile: Profile, inspector: User) -> None:
    actions.edit_profile(
        profile,
        "analysis",
        {
            "aim": "reduce",
            "objective": "A third fewer incidents a month by the end of next June than in the year before.",
            "offender": "A small group of young men who know each other; boredom and little to lose.",
            "victim": "Families, shop staff and older people who use the place every day.",
            "place": "Open at several sides, dark after five, nobody in charge of it in the evening.",
            "handler": "Two youth workers and the boxing club know most of them.",
            "guardian": "A friends' group and a street watch that has lost members.",
            "place_manager": "The council's parks team and the landlord of the flats.",
        },
        version=_fresh(profile).version,
        acting_user=inspector,
    )
    actions.assess_thrive(
        profile,
        acting_user=inspector,
        assessments={
            letter.value: (
                ("low", "medium", "high")[index % 3],
                f"{letter.label}: judged on the reports of the last three months.",
            )
            for index, letter in enumerate(ThriveLetter)
        },
    )
    actions.add_hypothesis(
        profile, acting_user=inspector, text="It happens because nobody responsible is there between 5pm and 8pm."
    )
    actions.begin_plan(profile, acting_user=inspector)


def _next_june(today: date) -> date:
    return date(today.year + (today.month >= 6), 6, 30)


def _plan(world: World, profile: Profile, inspector: User) -> None:
    today = timezone.localdate()
    title = profile.title.split(",")[0]
    problem = next(row for row in PROBLEMS if row[0] == title)
    actions.add_outcome(
        profile,
        acting_user=inspector,
        measure="Anti-social behaviour incidents a month",
        category="anti-social-behaviour",
        direction="decrease",
        baseline=Decimal(12),
        target=Decimal(8),
        target_date=_next_june(today),
    )
    team = world.teams[profile.sector_id]
    work: list[tuple[str, Team | Organisation, int, str, int]] = [
        ("Foot patrol at the times it happens", team, 60, "hours", 28),
        ("Visit every home and shop on the two streets", team, 80, "visits", 21),
        ("Clear the land and mend the gate", world.agencies["Sandwell Homes"], 2, "gates", 30),
    ]
    for index, (tactic, owner, dose, unit, days) in enumerate(work):
        whose = {"team": owner} if isinstance(owner, Team) else {"agency": owner}
        actions.add_action(
            profile,
            acting_user=inspector,
            tactic=tactic,
            mechanism="Somebody responsible is seen where and when it happens.",
            phase=("clear", "hold", "build")[index],
            starts=today,
            due=today + timedelta(days=days),
            dose=dose,
            dose_unit=unit,
            visible_to_partners=True,
            **whose,
        )
    sensitive = profile.pk % 3 == 0
    actions.edit_profile(
        profile,
        "plan",
        {
            "public_issue": problem[3],
            "public_action": problem[4],
            "marking_scanning": "official",
            "marking_analysis": "sensitive" if sensitive else "official",
            "marking_plan": "official",
            "marking_actions": "official",
            "handling": "Police and named partners only: it speaks of people who could be known."
            if sensitive
            else "",
        },
        version=_fresh(profile).version,
        acting_user=inspector,
    )
    actions.submit_plan(profile, acting_user=inspector)


def _deliver(world: World, profile: Profile, inspector: User) -> None:
    team = world.teams[profile.sector_id]
    officer = User.objects.filter(posts__team=team).order_by("pk").first()
    first = profile.actions.filter(team=team).order_by("pk").first()
    if officer is None or first is None:
        return
    actions.update_action(first, acting_user=officer, move="accept")
    actions.update_action(first, acting_user=officer, move="begin", text="First patrols done.")
    actions.log_output(
        first,
        acting_user=officer,
        quantity=14,
        delivered_on=timezone.localdate(),
        ward=profile.wards.first(),
        hours_lost=3,
        note="Three hours lost to the football",
    )


def _order_test(profile: Profile, chief: User) -> None:
    profile = _fresh(profile)
    tester = testers_for(profile).exclude(pk=chief.pk).order_by("pk").first() or chief
    actions.begin_reality_test(profile, acting_user=chief, tester=tester, seed=20_261_121)


def _evaluate(profile: Profile, inspector: User) -> None:
    test = profile.reality_tests.select_related("tester").get(state="ordered")
    for check in test.checks.all():
        actions.answer_check(
            profile,
            check.pk,
            acting_user=test.tester,
            method="site_visit",
            found="as_planned",
            note="Seen on the day.",
        )
    actions.pass_reality_test(profile, acting_user=test.tester)
    actions.begin_evaluation(profile, acting_user=inspector)


def _close(profile: Profile, inspector: User, chief: User) -> None:
    actions.propose_closure(
        profile,
        acting_user=inspector,
        result="partly",
        learned="Being there at the right two hours mattered more than being there longer.",
    )
    actions.close(profile, acting_user=chief, reason="Agreed: the target is nearly met and residents say so")
