"""The count: ballots, rules, explanation, .pb files, the public verifier. Pure functions, no Django."""

from .election import Ballot, Ballots, Election, ElectionError, Limits, Project
from .pbfile import PbError, read_pb, write_pb

__all__ = ["Ballot", "Ballots", "Election", "ElectionError", "Limits", "PbError", "Project", "read_pb", "write_pb"]
