"""The demonstration's rounds and bids: every stage, every state. Made up, but for the two awards of the papers."""

from __future__ import annotations

import datetime
import hashlib
import itertools
from typing import Any

from django.utils import timezone
from django.utils.text import slugify

from demo.fund_figures import GROUPS, HATE, PARENTS, PROJECTS, REPORT_2017
from directory.gate.standing import standing
from directory.models import Organisation, OrganisationKind, Post, Role, User
from funds.bids.actions import take_references
from funds.case.words import pounds
from funds.models import (
    AccountKind,
    Assessment,
    Award,
    Ballot,
    Bid,
    BidState,
    Channel,
    DecisionRoute,
    EntryKind,
    Fund,
    Objective,
    Product,
    Round,
    RoundState,
    Stream,
)
from funds.money import ledger
from funds.money.award_money import return_round_money
from funds.money.ledger import Move
from funds.rounds.actions import freeze
from journal.write import record

S = BidState
PAID_IN_FULL = frozenset({S.COMPLETE})
PAID_IN_PART = frozenset({S.IN_DELIVERY})


class HomeRounds:
    """The rounds of the fund that the demonstration's people run, with their group's bids among others."""

    def __init__(self, fund: Fund, people: dict[str, User]) -> None:
        self.fund, self.people = fund, people
        self.streams = {stream.code: stream for stream in Stream.objects.all()}
        self.objectives = {objective.number: objective for objective in Objective.objects.all()}
        self.groups = [own_group(people["group"]), *made_up_groups()]
        self.projects = itertools.cycle(PROJECTS)
        self.today = timezone.localdate()

    def load(self) -> None:
        """Everything, oldest round first."""
        self.decided()
        self.voting()
        self.assessing()
        self.open()
        self.micro()

    def decided(self) -> None:
        """Awards in every state, the first of them real: Parents Cyber Safety."""
        made = self.round("Autumn awards", RoundState.DECIDED, DecisionRoute.PANEL, -120, cap=500_000)
        set_aside(made, {"poca": 200_000, "ppa": 700_000, "cif": 600_000}, self.streams, self.people["fund"])
        real_award(made, self.groups[1], PARENTS, self.streams["ppa"], self.people["chief"])
        states = (S.APPROVED, S.AGREEMENT_SENT, S.AGREED, S.IN_DELIVERY, S.COMPLETE)
        for place, state in enumerate(states):
            own = state in (S.AGREEMENT_SENT, S.IN_DELIVERY)
            bid = self.bid(made, state, 0 if own else place + 1, asked=60_000 + 10_000 * place)
            award(bid, self.streams["cif"], bid.asked_pence or 0, self.people["chief"], by=self.people["fund"])
        note = "The panel preferred bids with a plan for what happens after the grant."
        self.bid(made, S.NOT_FUNDED, 2, asked=240_000, public_note=note)
        self.bid(made, S.WITHDRAWN, 3, asked=90_000)
        self.bid(made, S.LAPSED, 4, asked=45_000)
        recovered = self.bid(made, S.RECOVERED, 5, asked=50_000, public_note="The project did not start.")
        award(recovered, self.streams["cif"], 50_000, self.people["chief"], by=self.people["fund"], give_back=True)
        return_round_money(made, acting_user=self.people["fund"])
        record("round.decided", made, acting_user=self.people["chief"])

    def voting(self) -> None:
        """A vote under way: bids frozen, ballots in, nobody sees what they add up to."""
        made = self.round(
            "Young people’s vote", RoundState.ASSESSING, DecisionRoute.VOTE, -40, cap=200_000, budget=600_000
        )
        made.eligibility = "People from 11 to 25 who live, learn or work in the area"
        set_aside(made, {"poca": 600_000}, self.streams, self.people["fund"])
        bids = [self.bid(made, S.VOTED, place, asked=90_000 + 30_000 * place) for place in range(6)]
        for number, bid in enumerate(bids, start=1):
            bid.ballot_number = str(number)
        Bid.objects.bulk_update(bids, ["ballot_number"])
        freeze(made, bids)
        made.open_voting()
        made.save()
        Ballot.objects.bulk_create(made_up_ballots(made, 60, len(bids)))

    def assessing(self) -> None:
        """A panel round: bids at every step of the checks."""
        made = self.round("Safer streets", RoundState.ASSESSING, DecisionRoute.DRAGONS_DEN, -30, cap=300_000)
        set_aside(made, {"poca": 600_000, "ppa": 400_000}, self.streams, self.people["fund"])
        for place, state in enumerate((S.SCREENING, S.ASSESSMENT, S.SHORTLISTED, S.PITCHED, S.RECOMMENDED)):
            self.bid(made, state, place + 1, asked=120_000 + 20_000 * place, charitable=state != S.SCREENING)
        question = "Who looks after the money? Please tell us the two people who sign for your bank account."
        self.bid(made, S.MORE_INFO, 0, asked=150_000, question=question)
        self.bid(made, S.SHORTLISTED, 0, asked=80_000, charitable=True)

    def open(self) -> None:
        """A round that takes bids: some drafts, some just in."""
        made = self.round("Spring projects", RoundState.OPEN, DecisionRoute.VOTE, -5, cap=500_000, budget=1_200_000)
        made.eligibility = "Everybody aged 11 or over who lives in the area"
        made.save(update_fields=["eligibility"])
        set_aside(made, {"poca": 800_000, "ppa": 400_000}, self.streams, self.people["fund"])
        self.bid(made, S.DRAFT, 0, asked=None, spending="")
        for place in (1, 2, 3):
            self.bid(made, S.SUBMITTED, place, asked=100_000 * place)

    def micro(self) -> None:
        """Small grants, all year."""
        made = self.round(
            "Small grants up to £500", RoundState.OPEN, DecisionRoute.COMMANDER, -60, cap=50_000, budget=300_000
        )
        Product.objects.filter(rounds=made).update(rolling=True)  # one by one, before the round closes
        made.bids_close_on = self.today + datetime.timedelta(days=120)
        made.decision_on = made.bids_close_on + datetime.timedelta(days=10)
        made.save(update_fields=["bids_close_on", "decision_on"])
        set_aside(made, {"cif": 300_000}, self.streams, self.people["fund"])
        self.bid(made, S.SUBMITTED, 4, asked=32_000)

    def round(
        self, name: str, state: RoundState, route: DecisionRoute, opened: int, *, cap: int, budget: int = 1_000_000
    ) -> Round:
        """A round that opened so many days ago (negative), with dates to match."""
        return make_round(self.fund, name, state, route, self.today + datetime.timedelta(days=opened), cap, budget)

    def bid(self, round_: Round, state: BidState, group: int, *, asked: int | None, **extra: Any) -> Bid:
        """A made-up bid of one of the groups; number 0 is the demonstration account's own."""
        title, what, objective = next(self.projects)
        whose = self.groups[group % len(self.groups)]
        lead = self.people["group"] if group == 0 else None
        particulars: dict[str, Any] = {
            "title": title, "what": what, "objective": self.objectives[objective], "asked_pence": asked,
            "objectives_text": "More people taking part\nFewer reports of trouble nearby",
            "spending": "Materials and hall hire", "charitable": True if state not in UNCHECKED else None,
            "sent_at": None if state == S.DRAFT else timezone.now(), "made_up": True, "lead": lead,
        }  # fmt: skip
        reference = take_references(1)[0]
        made = Bid.objects.create(
            reference=reference, round=round_, group=whose, state=state, **(particulars | extra)
        )
        record("bid.started", made, acting_user=lead)
        if state != S.DRAFT:
            record("bid.submitted", made, acting_user=lead, asked_pence=asked)
        if state in SCORED:
            reasons = "Local, low cost, and it helps with the aim it chose. (Made up.)"
            Assessment.objects.create(bid=made, assessor=self.people["panel"], score=4, reasons=reasons)
        return made


UNCHECKED = frozenset({S.DRAFT, S.SUBMITTED, S.SCREENING, S.MORE_INFO})
SCORED = frozenset(S) - UNCHECKED - {S.ASSESSMENT, S.WITHDRAWN, S.LAPSED}
"""States no bid reaches without a score. One in assessment waits for the panel to give it."""


def own_group(lead: User) -> Organisation:
    """The community group the demonstration's group account leads."""
    posts = standing(lead).holding(Role.GROUP_LEAD)
    return Organisation.objects.get(pk=posts[0].organisation_id)


def made_up_groups() -> list[Organisation]:
    """The other groups of the demonstration."""
    return [
        Organisation.objects.get_or_create(
            slug=slugify(name), defaults={"name": name, "kind": OrganisationKind.COMMUNITY}
        )[0]
        for name in GROUPS
    ]


def make_round(
    fund: Fund, name: str, state: RoundState, route: DecisionRoute, opened: datetime.date, cap: int, budget: int
) -> Round:
    """A made-up round with its product and its dates."""
    product, _ = Product.objects.get_or_create(
        fund=fund,
        name=f"Grants up to {pounds(cap).removesuffix('.00')}",
        defaults={"cap_pence": cap, "route": route, "evidence": "A photograph, receipts and a few numbers"},
    )
    day = datetime.timedelta(days=1)
    return Round.objects.create(
        fund=fund, product=product, name=name, slug=slugify(f"{fund.lpa.name} {name}")[:80], state=state, route=route,
        purpose=f"For groups in {fund.lpa.name} that make their area safer. {name}.",
        budget_pence=budget, cap_pence=cap, made_up=True,
        opens_on=opened, bids_close_on=opened + 28 * day,
        voting_opens_on=opened + 35 * day, voting_closes_on=opened + 49 * day, decision_on=opened + 60 * day,
    )  # fmt: skip


def set_aside(round_: Round, parts: dict[str, int], streams: dict[str, Stream], by: User | None = None) -> None:
    """Set money of the fund aside for a round, pence by stream code, and open it."""
    record("round.opened", round_, acting_user=by)
    for code, pence in parts.items():
        stream = streams[code]
        free = ledger.account(AccountKind.FUND, stream, fund=round_.fund)
        pot = ledger.account(AccountKind.ROUND, stream, fund=round_.fund, round_=round_)
        ledger.post(EntryKind.EARMARKED, [Move(free, pot, pence)], acting_user=by, note=round_.name)


def award(
    bid: Bid, stream: Stream, pence: int, chief: User, *, by: User | None = None, give_back: bool = False
) -> None:
    """Commit an award, and pay as much of it as the bid's state says; with `give_back` all of it returns."""
    fund, round_ = bid.round.fund, bid.round
    pot = ledger.account(AccountKind.ROUND, stream, fund=fund, round_=round_)
    committed = ledger.account(AccountKind.AWARD, stream, fund=fund, round_=round_, bid=bid)
    paid = ledger.account(AccountKind.PAID, stream, fund=fund, round_=round_, bid=bid)
    note = f"Award to {bid.reference}"
    ledger.post(EntryKind.COMMITTED, [Move(pot, committed, pence)], acting_user=chief, note=note)
    Award.objects.create(
        bid=bid, pence=pence, approved_by=chief, approved_at=timezone.now(),
        conditions="Keep receipts. Send us a photograph and how many people took part by the end of the project.",
    )  # fmt: skip
    part = pence if bid.state in PAID_IN_FULL else pence // 2 if bid.state in PAID_IN_PART else 0
    if part:
        ledger.post(EntryKind.PAID, [Move(committed, paid, part)], acting_user=by, note=f"Paid to {bid.reference}")
    if give_back:
        free = ledger.account(AccountKind.FUND, stream, fund=fund)
        ledger.post(EntryKind.RETURNED, [Move(committed, free, pence)], acting_user=by, note="Project did not start")
    record("bid.approved", bid, acting_user=chief, amount=pounds(pence), pence=pence, streams={stream.code: pence})


def real_award(round_: Round, group: Organisation, facts: dict[str, Any], stream: Stream, chief: User) -> Bid:
    """One of the two awards of report 2017, with its objectives; the group and the dates are made up."""
    bid = Bid.objects.create(
        reference=take_references(1)[0], round=round_, group=group, state=S.COMPLETE, title=facts["title"],
        what=facts["what"], objectives_text=facts["objectives_text"],
        objective=Objective.objects.get(number=facts["objective"]),
        asked_pence=facts["pence"], total_pence=facts["pence"], spending="As described in the report.",
        charitable=True, sent_at=timezone.now(),
        public_note=f"Title, amount, text and objectives: {REPORT_2017}. The group, the round and dates are made up.",
    )  # fmt: skip
    record("bid.submitted", bid, acting_user=None, asked_pence=facts["pence"])
    award(bid, stream, facts["pence"], chief)
    record("bid.paid", bid, acting_user=None, amount=pounds(facts["pence"]), pence=facts["pence"])
    return bid


def made_up_ballots(round_: Round, how_many: int, bids: int) -> list[Ballot]:
    """Ballots drawn from a fixed seed: each bid is on one where a hash says so, and no ballot is empty."""
    made = []
    for voter in range(how_many):
        lot = hashlib.sha256(f"demonstration {voter}".encode()).digest()
        choices = [str(n) for n in range(1, bids + 1) if lot[n] < 256 * (bids + 2 - n) // (bids + 3)]
        made.append(
            Ballot(
                round=round_, serial=f"M{lot.hex()[:10].upper()}", channel=Channel.PAPER,
                choices=choices or [str(1 + lot[0] % bids)],
            )
        )  # fmt: skip
    return made


def chief_of(fund: Fund, otherwise: User) -> User:
    """The chief inspector of the fund's area; `otherwise` where the demonstration has none there."""
    post = Post.objects.current().filter(role=Role.CHIEF_INSPECTOR, area=fund.lpa).select_related("user").first()
    return post.user if post else otherwise


def load_other_rounds(funds: list[Fund], otherwise: User) -> None:
    """One round in each other area; Walsall's carries the real award Report the Hate."""
    streams = {stream.code: stream for stream in Stream.objects.all()}
    opened = timezone.localdate() - datetime.timedelta(days=7)
    groups = made_up_groups()
    for place, fund in enumerate(funds):
        made = make_round(
            fund, "Community projects", RoundState.OPEN, DecisionRoute.PANEL, opened, 250_000, 1_000_000
        )
        set_aside(made, {"poca": 1_000_000}, streams)
        if "walsall" in fund.lpa.slug:
            past = opened - datetime.timedelta(days=150)
            done = make_round(
                fund, "Standing up to hate", RoundState.DECIDED, DecisionRoute.PANEL, past, 500_000, 500_000
            )
            set_aside(done, {"ppa": 500_000}, streams)
            real_award(done, groups[place % len(groups)], HATE, streams["ppa"], chief_of(fund, otherwise))
        if "sandwell" in fund.lpa.slug:
            vote = make_round(
                fund, "Participatory fund", RoundState.OPEN, DecisionRoute.VOTE, opened, 500_000, 3_400_000
            )
            set_aside(vote, {"poca": 2_500_000, "ppa": 900_000}, streams)
