"""Who may do what to a profile: one table a lawyer can read.

The routes and sentences of the machine's moves are in pmp.machine.moves. See docs/sources.md, paper 001 para 4.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from directory.gate.routes import POLICE, Route, form, read
from directory.gate.rules import AUTHOR, OWN_AREA, OWN_LPA, OWN_TEAM, SUBMITTER, Facts, Relation, Rule, Table
from directory.gate.standing import standing
from directory.models import Role
from pmp.states import ENDED, OPEN_STATES, WORKING, CycleState, TestState
from pmp.states import ProfileState as State

if TYPE_CHECKING:
    from pmp.models import Action, ActionFile, Output, Profile, TaskingCycle

INSPECTOR, CHIEF, COORDINATOR = Role.SECTOR_INSPECTOR, Role.CHIEF_INSPECTOR, Role.COORDINATOR
MEMBER, ANALYST, FORCE_LEAD = Role.TEAM_MEMBER, Role.ANALYST, Role.FORCE_LEAD

OFFICIAL_ONLY = Relation("anywhere, where everything in it is marked OFFICIAL", lambda post, facts: facts.official)
TESTER = Relation("is testing it")
ACTION_OWNER = Relation("owns an action in it")

OPEN = frozenset(OPEN_STATES)
ANALYSIS = frozenset({State.ANALYSIS})
PLANNING = frozenset({State.TACTICAL_PLAN})
SUBMITTED = frozenset({State.PLAN_SUBMITTED})
LIVE = frozenset({State.LIVE})
TESTING = frozenset({State.REALITY_TEST})
EVALUATION = frozenset({State.EVALUATION})
LIST_OPEN = frozenset({CycleState.OPEN})
WRITING = frozenset({State.PRIORITY, State.ANALYSIS, State.TACTICAL_PLAN})

TABLE = Table(
    [
        # seeing
        Rule("profile.view", INSPECTOR, OWN_LPA),
        Rule("profile.view", CHIEF, OWN_LPA),
        Rule("profile.view", COORDINATOR, OWN_LPA),
        Rule("profile.view", ANALYST, OWN_LPA),
        Rule("profile.view", MEMBER, OWN_TEAM),
        Rule("profile.view", FORCE_LEAD, OFFICIAL_ONLY),
        Rule("profile.view", None, TESTER),
        # seeing its OFFICIAL-SENSITIVE sections
        Rule("profile.read_sensitive", INSPECTOR, OWN_AREA),
        Rule("profile.read_sensitive", CHIEF, OWN_LPA),
        Rule("profile.read_sensitive", COORDINATOR, OWN_LPA),
        Rule("profile.read_sensitive", ANALYST, OWN_LPA),
        Rule("profile.read_sensitive", None, TESTER),
        # raising and writing
        Rule("profile.raise", INSPECTOR, OWN_AREA),
        Rule("profile.raise", COORDINATOR, OWN_LPA),
        Rule("profile.edit", INSPECTOR, OWN_AREA, WRITING),
        Rule("profile.edit", COORDINATOR, OWN_LPA, frozenset({State.PRIORITY})),
        Rule("profile.measure", INSPECTOR, OWN_AREA, ANALYSIS | PLANNING),
        Rule("profile.measure", ANALYST, OWN_LPA, ANALYSIS | PLANNING),
        Rule("profile.plan", INSPECTOR, OWN_AREA, PLANNING),
        # the machine
        Rule("profile.begin_analysis", INSPECTOR, OWN_AREA, frozenset({State.PRIORITY})),
        Rule("profile.begin_analysis", CHIEF, OWN_LPA, frozenset({State.PRIORITY})),
        Rule("profile.begin_plan", INSPECTOR, OWN_AREA, ANALYSIS),
        Rule("profile.submit_plan", INSPECTOR, OWN_AREA, PLANNING),
        Rule("profile.return_plan", CHIEF, OWN_LPA, SUBMITTED, frozenset({AUTHOR, SUBMITTER})),
        Rule("profile.approve_plan", CHIEF, OWN_LPA, SUBMITTED, frozenset({AUTHOR, SUBMITTER})),
        Rule("profile.begin_reality_test", CHIEF, OWN_LPA, LIVE),
        Rule("profile.change_tester", CHIEF, OWN_LPA, TESTING),
        Rule(
            "profile.answer_test",
            None,
            TESTER,
            TESTING,
            frozenset({AUTHOR, ACTION_OWNER}),
        ),
        Rule("profile.begin_evaluation", INSPECTOR, OWN_AREA, LIVE),
        Rule("profile.begin_evaluation", CHIEF, OWN_LPA, LIVE),
        Rule("profile.propose_closure", INSPECTOR, OWN_AREA, EVALUATION),
        Rule("profile.close", CHIEF, OWN_LPA, EVALUATION, frozenset({AUTHOR})),
        Rule("profile.resume", INSPECTOR, OWN_AREA, EVALUATION),
        Rule("profile.withdraw", CHIEF, OWN_LPA, OPEN),
        Rule("profile.reopen", CHIEF, OWN_LPA, ENDED),
        # actions and outputs
        Rule("action.update", MEMBER, OWN_TEAM, WORKING),
        Rule("action.update", INSPECTOR, OWN_AREA, WORKING),
        Rule("action.cancel", INSPECTOR, OWN_AREA, WORKING | PLANNING),
        Rule("action.answer_date", INSPECTOR, OWN_AREA, WORKING | PLANNING),
        Rule("output.correct", MEMBER, AUTHOR, WORKING),
        Rule("output.correct", INSPECTOR, AUTHOR, WORKING),
        # the files of actions; whoever may not read the section Actions is not asked further (pmp.evidence.access)
        Rule("file.read", INSPECTOR, OWN_LPA),
        Rule("file.read", CHIEF, OWN_LPA),
        Rule("file.read", COORDINATOR, OWN_LPA),
        Rule("file.read", ANALYST, OWN_LPA),
        Rule("file.read", MEMBER, OWN_TEAM),
        Rule("file.read", FORCE_LEAD, OFFICIAL_ONLY),
        Rule("file.read", None, TESTER),
        Rule("file.remove", MEMBER, AUTHOR),
        Rule("file.remove", INSPECTOR, OWN_AREA),
        Rule("file.remove", CHIEF, OWN_LPA),
        # the list
        Rule("cycle.view", INSPECTOR, OWN_LPA),
        Rule("cycle.view", CHIEF, OWN_LPA),
        Rule("cycle.view", COORDINATOR, OWN_LPA),
        Rule("cycle.view", ANALYST, OWN_LPA),
        Rule("cycle.open", COORDINATOR, OWN_LPA),
        Rule("cycle.open", CHIEF, OWN_LPA),
        Rule("cycle.place", COORDINATOR, OWN_LPA, LIST_OPEN),
        Rule("cycle.place", CHIEF, OWN_LPA, LIST_OPEN),
        Rule("cycle.lock", COORDINATOR, OWN_LPA, LIST_OPEN),
        Rule("cycle.lock", CHIEF, OWN_LPA, LIST_OPEN),
        # sharing (the partners app asks; the profile decides)
        Rule("profile.share", INSPECTOR, OWN_AREA, OPEN),
        Rule("profile.share", CHIEF, OWN_LPA, OPEN),
        # public text (the cms app asks)
        Rule("profile.propose_public", INSPECTOR, OWN_AREA, OPEN | {State.CLOSED}),
        Rule("profile.propose_public", COORDINATOR, OWN_LPA, OPEN | {State.CLOSED}),
        Rule("profile.publish_public", CHIEF, OWN_LPA),
    ]
)


def facts(profile: Profile, user: Any) -> Facts:
    """What the policy may know of a profile for one person.

    Asks the database for the action owners and the open test unless they are prefetched (2 queries).
    """
    who = standing(user)
    team_ids = frozenset(action.team_id for action in profile.actions.all() if action.team_id)
    personal = set()
    if profile.author_id == who.user_id:
        personal.add(AUTHOR)
    if profile.submitted_by_id == who.user_id:
        personal.add(SUBMITTER)
    if any(test.tester_id == who.user_id and test.state == TestState.ORDERED for test in profile.reality_tests.all()):
        personal.add(TESTER)
    if any(post.team_id in team_ids for post in who.posts if post.team_id):
        personal.add(ACTION_OWNER)
    return Facts(
        state=profile.state,
        lpa_id=profile.lpa_id,
        sector_id=profile.sector_id,
        team_ids=team_ids,
        official=profile.official,
        in_person=frozenset(personal),
    )


def action_facts(action: Action, user: Any = None) -> Facts:
    """What the policy may know of one action: its profile's place and state, its own team."""
    profile = action.profile
    return Facts(
        state=profile.state,
        lpa_id=profile.lpa_id,
        sector_id=profile.sector_id,
        team_ids=frozenset({action.team_id}) if action.team_id else frozenset(),
        official=profile.official,
    )


def output_facts(output: Output, user: Any) -> Facts:
    """What the policy may know of a logged output for one person: its action's facts, and whether they logged it."""
    mine = output.by_id == standing(user).user_id
    return replace(action_facts(output.action), in_person=frozenset({AUTHOR} if mine else ()))


def file_facts(attached: ActionFile, user: Any) -> Facts:
    """What the policy may know of a file of an action for one person: the profile's facts, and whether they sent it.

    Asks the database for the profile's action owners and its open test (2 queries).
    """
    about = facts(attached.action.profile, user)
    mine = attached.file.kept_by_id == standing(user).user_id
    return replace(about, in_person=(about.in_person - {AUTHOR}) | ({AUTHOR} if mine else frozenset()))


def cycle_facts(cycle: TaskingCycle, user: Any = None) -> Facts:
    """What the policy may know of a tasking cycle."""
    return Facts(state=cycle.state, lpa_id=cycle.lpa_id)


def place_facts(*, lpa_id: int | None, sector_id: int | None = None) -> Facts:
    """A place nothing stands on yet: for raising a profile or opening a cycle."""
    return Facts(lpa_id=lpa_id, sector_id=sector_id)


P = "pmp.profile"
ROUTES: tuple[Route, ...] = (
    read("pmp:profiles", POLICE),
    form("pmp:raise", POLICE),
    read("pmp:profile", POLICE, "profile.view", P),
    read("pmp:history", POLICE, "profile.view", P),
    read("pmp:outcomes", POLICE, "profile.view", P),
    read("pmp:briefing", POLICE, "profile.view", P),
    form("pmp:edit_scanning", POLICE, "profile.edit", P),
    form("pmp:edit_analysis", POLICE, "profile.edit", P),
    form("pmp:assess_thrive", POLICE, "profile.edit", P),
    form("pmp:add_hypothesis", POLICE, "profile.edit", P),
    form("pmp:edit_plan", POLICE, "profile.plan", P),
    form("pmp:add_outcome", POLICE, "profile.measure", P),
    form("pmp:add_action", POLICE, "profile.plan", P),
    form("pmp:change_hypothesis", POLICE, "profile.edit", "pmp.hypothesis"),
    form("pmp:remove_hypothesis", POLICE, "profile.edit", "pmp.hypothesis"),
    form("pmp:change_outcome", POLICE, "profile.measure", "pmp.outcome"),
    form("pmp:remove_outcome", POLICE, "profile.measure", "pmp.outcome"),
    form("pmp:change_action", POLICE, "profile.plan", "pmp.action"),
    form("pmp:remove_action", POLICE, "profile.plan", "pmp.action"),
    read("pmp:my_actions", POLICE),
    form("pmp:update_action", POLICE, "action.update", "pmp.action"),
    form("pmp:log_output", POLICE, "action.update", "pmp.action"),
    form("pmp:correct_output", POLICE, "output.correct", "pmp.output"),
    read("pmp:file", POLICE, "file.read", "pmp.actionfile"),
    form("pmp:remove_file", POLICE, "file.remove", "pmp.actionfile"),
    form("pmp:attach_file", POLICE, "action.update", "pmp.output"),
    form("pmp:propose_date", POLICE, "action.update", "pmp.action"),
    form("pmp:answer_date", POLICE, "action.answer_date", "pmp.action"),
    form("pmp:cancel_action", POLICE, "action.cancel", "pmp.action"),
    read("pmp:cycle_current", POLICE),
    form("pmp:open_cycle", POLICE),
    read("pmp:cycle", POLICE, "cycle.view", "pmp.taskingcycle"),
    form("pmp:place", POLICE, "cycle.place", "pmp.taskingcycle"),
    form("pmp:lock_cycle", POLICE, "cycle.lock", "pmp.taskingcycle"),
)

SENTENCES = {
    "pmp.raised": "{name} raised the priority",
    "pmp.edited": "{name} edited {section}",
    "pmp.assessed": "{name} assessed {letter} as {level}",
    "pmp.added_hypothesis": "{name} added a hypothesis",
    "pmp.added_outcome": "{name} added the intended outcome: {measure}",
    "pmp.added_action": "{name} added the action: {tactic}",
    "pmp.changed_hypothesis": "{name} changed a hypothesis, which said: {before}",
    "pmp.removed_hypothesis": "{name} removed the hypothesis: {text}",
    "pmp.changed_outcome": "{name} changed the intended outcome “{measure}”: {change}",
    "pmp.removed_outcome": "{name} removed the intended outcome: {measure}, from {baseline} to {target} a month",
    "pmp.changed_action": "{name} changed the action “{tactic}”: {change}",
    "pmp.removed_action": "{name} removed the action: {tactic}, by {owner}",
    "pmp.moved_action": "{name} set “{tactic}” to {state}",
    "pmp.updated_action": "{name} wrote on “{tactic}”",
    "pmp.logged_output": "{name} logged {quantity} {unit} on “{tactic}”",
    "pmp.attached_file": "{name} added a file ({words}) to “{tactic}”",
    "pmp.removed_file": "{name} removed a file ({words}) from “{tactic}”",
    "pmp.proposed_date": "{name} asked for {date} on “{tactic}”",
    "pmp.accepted_date": "{name} moved “{tactic}” from {before} to {date}",
    "pmp.kept_date": "{name} kept the due date of “{tactic}”, {before}; {date} was asked for",
    "pmp.corrected_output": "{name} corrected what was delivered on “{tactic}”: {change}",
    "pmp.opened_cycle": "{name} opened the tasking cycle",
    "pmp.listed": "{name} {place} the list of {lpa} from {opens_on}",
    "pmp.placed": "{name} placed {profile} at {rank}: {change}",
    "pmp.locked_cycle": "{name} locked the lists",
}
