"""What the fund keeps: money, rounds, bids, ballots."""

from funds.models.ballots import Ballot, Channel, Count
from funds.models.bids import Assessment, Award, Bid, BidNumber, Conflict
from funds.models.bidstates import BidState
from funds.models.money import Account, AccountKind, EntryKind, Fund, LedgerEntry, PlannedShare, Posting, Stream
from funds.models.rounds import (
    BallotType,
    DecisionRoute,
    EngagementApproach,
    Objective,
    Product,
    Round,
    RoundState,
)

__all__ = [
    "Account",
    "AccountKind",
    "Assessment",
    "Award",
    "Ballot",
    "BallotType",
    "Bid",
    "BidNumber",
    "BidState",
    "Channel",
    "Conflict",
    "Count",
    "DecisionRoute",
    "EngagementApproach",
    "EntryKind",
    "Fund",
    "LedgerEntry",
    "Objective",
    "PlannedShare",
    "Posting",
    "Product",
    "Round",
    "RoundState",
    "Stream",
]
