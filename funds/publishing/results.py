"""Turn what is stored into what pages and files say: rules and movements in words, results, downloads."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from django.db import models

from funds.bids.sections import title_of
from funds.case.words import pounds
from funds.models import LedgerEntry, Round
from funds.tally import write_pb
from funds.voting.counting import bundle, election_to_publish
from journal.sentences import Line, timeline

NAMES = {
    "equal-shares": "Method of Equal Shares",
    "greedy": "most votes first, skipping what does not fit",
    "greedy-no-skip": "most votes first, stopping at the first that does not fit",
    "greedy-threshold": "most votes first, above a least number of votes",
}
TIES = {
    "votes": "the bid with more votes",
    "cost": "then the cheaper bid",
    "order": "then the order drawn before voting",
}


def rule_in_words(rule: dict[str, Any]) -> list[tuple[str, str]]:
    """Every parameter of a rule, as a list of names and plain words."""
    said = [("Rule", NAMES.get(rule.get("name", ""), str(rule.get("name", ""))))]
    if rule.get("name") == "equal-shares":
        completion = rule.get("completion", "none")
        if completion != "none":
            said.append(
                ("Spending what is left", f"every voter’s share is raised by £{rule.get('step', 1)} at a time")
            )
            stops = {
                "overspend": "just before the bids chosen would cost more than there is",
                "exhaustive": "as soon as no other bid would fit",
            }
            said.append(("It stops", stops.get(rule.get("stop", ""), "")))
        if completion == "add1u":
            said.append(("After that", "most votes first with the money left"))
    ties = rule.get("ties") or ["votes", "cost", "order"]
    said.append(("Where bids are level", ", ".join(TIES[tie] for tie in ties)))
    return said


GROUP_READS = frozenset(
    {"bid.started", "bid.edited", "bid.submitted", "bid.answered", "bid.screened", "bid.more_info_requested"}
    | {"bid.shortlisted", "bid.put_to_vote", "bid.approved", "bid.declined", "bid.agreement_sent", "bid.agreed"}
    | {"bid.paid", "bid.completed", "bid.withdrawn", "bid.lapsed", "bid.recovered", "bid.won_vote"}
)
"""What a group reads in its bid's history; who scored or recommended it, and why, stays with the unit."""


def history(subject: models.Model) -> list[Line]:
    """What happened to a fund, round or bid, newest first, for fund staff."""
    return [_in_words(line) for line in timeline(subject)]


def group_history(subject: models.Model) -> list[Line]:
    """What happened to a bid, newest first, as its group may read it."""
    return [line for line in history(subject) if line.verb in GROUP_READS]


def _in_words(line: Line) -> Line:
    """The line with a section's title: older entries hold the name of its URL."""
    if line.verb != "bid.edited":
        return line
    before, mark, rest = line.sentence.partition("“")
    name, end, after = rest.partition("”")
    return replace(line, sentence=f"{before}{mark}{title_of(name)}{end}{after}")


@dataclass(frozen=True, slots=True)
class Movement:
    """One ledger entry as a line: when (UTC), what, how much by stream, and the note."""

    at: datetime
    kind: str
    name: str
    parts: list[tuple[str, int]]
    note: str


def movement_lines(entries: Iterable[LedgerEntry]) -> list[Movement]:
    """Ledger entries as lines; the amount of a stream is what its accounts gained in the entry."""
    lines = []
    for entry in entries:
        parts: dict[str, int] = {}
        for posting in entry.postings.all():
            if posting.pence > 0:
                name = posting.account.stream.name
                parts[name] = parts.get(name, 0) + posting.pence
        who = entry.by.name if entry.by else "The system"
        lines.append(Movement(entry.at, entry.get_kind_display(), who, sorted(parts.items()), entry.note))
    return lines


@dataclass(frozen=True, slots=True)
class Winner:
    """A bid that was chosen, and what it cost its supporters."""

    place: int
    number: str
    name: str
    pence: int
    votes: int | str
    each: str
    others_paid: str


@dataclass(frozen=True, slots=True)
class Loser:
    """A bid that was not chosen, and what it lacked (pence, votes); None where nothing of it would have helped."""

    number: str
    name: str
    pence: int
    votes: int | str
    lacked_pence: int | None
    lacked_votes: int | None
    lacked_unit: str
    had_left: str
    support: str
    reason: str

    @property
    def words(self) -> list[str]:
        """What it lacked, in sentences."""
        if self.had_left:
            return self._words_of_shares()
        money = "" if self.lacked_pence is None else pounds(self.lacked_pence)
        unit = self.lacked_unit.removesuffix("s") if self.lacked_votes == 1 else self.lacked_unit
        votes = "" if self.lacked_votes is None else f"{self.lacked_votes} more {unit}"
        said = [self.reason]
        if money:
            said.append(f"It was {money} short.")
        if votes:
            said.append(f"With {votes} it would have been chosen.")
        return said

    def _words_of_shares(self) -> list[str]:
        """Two moments are told apart: the end of the count, and the moment before it when it came closest."""
        said = [
            f"When the count ended, its supporters had {self.had_left} of their shares left "
            f"and it costs {pounds(self.pence)}: {pounds(self.lacked_pence)} short."
        ]
        if self.lacked_votes:
            more = "one more voter" if self.lacked_votes == 1 else f"{self.lacked_votes} more voters"
            said.append(f"That is no more than the whole share{'s' * (self.lacked_votes > 1)} of {more}.")
        if self.support:
            said.append(
                f"It came closest earlier in the count, when they would have paid {self.support} of it at the "
                "price then going; after that, some of their shares went to other bids they had voted for."
            )
        return said


@dataclass(frozen=True, slots=True)
class OtherRule:
    """What another rule would have chosen from the same ballots."""

    name: str
    gained: list[str]
    lost: list[str]
    pence: int


def result_page(round_: Round) -> dict[str, Any]:
    """What the result page shows, all from the stored count: nothing is counted again."""
    counted = round_.counted
    result, explained = counted.result, counted.result["explanation"]
    names = {bid["id"]: bid["name"] for bid in (round_.definition or {})["projects"]}
    return {
        "round": round_,
        "counted": counted,
        "winners": [_winner(place, line) for place, line in enumerate(explained["rounds"], start=1)],
        "losers": [_loser(line) for line in explained["losers"]],
        "others": [_other(line, names) for line in explained["other_rules"]],
        "ties": [_tie(tie, names) for tie in result["ties"] if tie["decided"]],
        "budget": explained["budget"],
        "spent": explained["spent"],
        "unspent": explained["unspent"],
        "share": _pence(explained.get("equal_shares", {}).get("share_per_voter")),
        "share_words": shares_in_words(counted.rule, explained),
        "rule": rule_in_words(counted.rule),
    }


def _winner(place: int, line: dict[str, Any]) -> Winner:
    paid = {payment["who"]: payment for payment in line.get("payments", ())}
    each = _pence(line.get("price")) if line.get("price_is") == "per supporter" else ""
    poor = paid.get("all they had left")
    spent_out = paid.get("nothing left to pay with")
    others = []
    if poor:
        others.append(f"{poor['supporters']} gave all they had left, {_pence(poor['together'])} together")
    if spent_out:
        others.append(f"{spent_out['supporters']} had nothing left")
    if not each and line["votes"]:
        each = pounds(round(Fraction(line["cost"]) / Fraction(line["votes"])))
    return Winner(place, line["bid"], line["name"], line["cost"], line["votes"], each, "; ".join(others))


def _loser(line: dict[str, Any]) -> Loser:
    return Loser(
        number=line["bid"],
        name=line["name"],
        pence=line["cost"],
        votes=line["votes"],
        lacked_pence=line.get("lacked_money"),
        lacked_votes=line.get("lacked_votes"),
        lacked_unit=line.get("lacked_unit", "votes"),
        # the cost less what was short, so that the two figures on the page add up to the cost
        had_left=pounds(line["cost"] - line["lacked_money"]) if "supporters_had_left" in line else "",
        support=_closest(line),
        reason=line.get("reason", ""),
    )


def _closest(line: dict[str, Any]) -> str:
    """The largest part its supporters could have paid, as per cent, where that was before the count's end."""
    support, left = line.get("effective_support_percent"), line.get("supporters_had_left")
    if support is None or left is None:
        return ""
    part = min(float(support), 99.9)  # stored by an older count, 99.99 may read as 100.0: a loser never had it all
    at_the_end = 100 * Fraction(left["exact"]) / line["cost"]
    return f"{str(part).removesuffix('.0')}%" if part > at_the_end + Fraction(1, 10) else ""


def shares_in_words(rule: dict[str, Any], explained: dict[str, Any]) -> list[str]:
    """Equal Shares in three sentences for residents; nothing under another rule.

    With add1 the share grows past the voter's part of the money. It is a figure to count with: what the bids
    chosen cost is never more than there is.
    """
    shares, voters = explained.get("equal_shares"), Fraction(explained["voters"])
    if not shares or not voters:
        return []
    real, counted = explained["budget"] / voters, Fraction(shares["share_per_voter"]["exact"])
    budget, spent = pounds(explained["budget"]), pounds(explained["spent"])
    said = [
        f"The money is shared out equally on paper: {budget} among {explained['voters']} voters is "
        f"{pounds(round(real))} each, and the bids with most support whose supporters can together pay the cost "
        "out of their shares are chosen, one after the other."
    ]
    if rule.get("completion", "none") == "none" or counted <= real:
        return [
            *said,
            "Those who voted for a bid that is chosen pay for it in equal parts, or with all they have left.",
            f"Nobody really pays: the bids chosen cost {spent} of the {budget} there is.",
        ]
    ends = "just before the bids chosen would cost more than there is"
    if rule.get("stop") == "exhaustive":
        ends = "when no other bid would fit"
    return [
        *said,
        f"Because some of the money would be left over like that, everybody’s share is raised by £{rule['step']} "
        f"at a time and the count is made again, and this ends {ends}.",
        f"So the last share, {pounds(round(counted))}, is only a figure to count with: {explained['voters']} times "
        f"that is {pounds(round(counted * voters))}, more than the {budget} there is, but nobody really pays and "
        f"the bids chosen cost {spent}.",
    ]


def _other(line: dict[str, Any], names: dict[str, str]) -> OtherRule:
    rule = line["rule"]
    name = NAMES.get(rule["name"], rule["name"])
    if rule["name"] == "equal-shares":
        completion = rule.get("completion", "none")
        name += " without raising shares" if completion == "none" else " with raised shares"
    name = name[0].upper() + name[1:]
    return OtherRule(name, [names[i] for i in line["gained"]], [names[i] for i in line["lost"]], line["spent"])


def _tie(tie: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {
        "level": [names[i] for i in tie["level"]],
        "taken": names[tie["taken"]],
        "by": TIES.get(tie["settled_by"], tie["settled_by"]).removeprefix("then "),
    }


def _pence(amount: dict[str, str] | None) -> str:
    """An exact amount of the count (pence as a fraction) in pounds, rounded to the penny for the eye."""
    return pounds(round(Fraction(amount["exact"]))) if amount else ""


def pb_text(round_: Round) -> str:
    """The counted round as a `.pb` file, the exchange format of pabulib.org."""
    text = io.StringIO()
    write_pb(election_to_publish(round_), text)
    return text.getvalue()


def bundle_bytes(round_: Round) -> bytes:
    """The definition, the ballots and the result as a zip that anybody can check."""
    return bundle(round_)
