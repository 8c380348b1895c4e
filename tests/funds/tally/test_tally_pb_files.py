"""`.pb` files: every real one is read; what is written reads back the same; bad ones are refused by line."""

import contextlib
import io
from pathlib import Path

import pytest

from funds.tally import Ballot, Election, Limits, PbError, Project, read_pb, write_pb

GOOD = '''META
key;value
description;Test
country;Poland
unit;Town
instance;2024
num_projects;3
num_votes;3
budget;1000
vote_type;approval
rule;greedy
date_begin;2024
date_end;31.12.2024
max_length;2
PROJECTS
project_id;cost;votes;name;category
a;400;2;Bike sheds;sport
b;500;2;Benches;"health, culture"
c;600;1;"Trees; and ""shade""";
VOTES
voter_id;vote;age
1;a,b;34
2;b;
3;a,c;12
'''


def written(election):
    out = io.StringIO()
    write_pb(election, out)
    return out.getvalue()


def test_every_real_election_is_read_and_written_back_the_same(pabulib, election_file):
    election = read_pb(pabulib / f"{election_file}.pb")
    assert len(election.ballots) == int(election.meta["num_votes"])
    again = read_pb(written(election))
    assert again == election
    assert written(again) == written(election)


def test_every_kind_of_ballot_is_among_the_real_elections(pabulib):
    kinds = {read_pb(path).ballot_type for path in pabulib.glob("*.pb") if path.stat().st_size < 1_000_000}
    assert kinds == {"approval", "choose-1", "cumulative", "ordinal"}


def test_the_checker_accepts_what_we_write(pabulib, tmp_path):
    """pabulib-checker finds six of the originals wrong (spaces in lists); ours pass, those six included."""
    from pabulib import Checker

    slow = (
        "Poland_Wieliczka",
        "Poland_Swiecie",
    )  # the checker counts these itself, with a Fraction per voter
    small = [p for p in sorted(pabulib.glob("*.pb")) if p.stat().st_size < 300_000 and not p.stem.startswith(slow)]
    for path in small:
        write_pb(read_pb(path), tmp_path / path.name)
    checker = Checker()
    with contextlib.redirect_stdout(io.StringIO()):
        results = checker.process_files([str(tmp_path / path.name) for path in small])
    wrong = {
        name: told["results"]["errors"]
        for name, told in results.items()
        if name not in ("metadata", "summary") and told["results"]["errors"]
    }
    assert not wrong
    assert results["metadata"] == {"processed": len(small), "valid": len(small), "invalid": 0}


def test_an_election_of_our_own_in_pence_passes_the_checker_and_reads_back(tmp_path):
    from pabulib import Checker

    meta = {
        "description": "Active Citizens fund",
        "country": "United Kingdom",
        "unit": "Sandwell",
        "instance": "2026",
        "num_projects": "",
        "num_votes": "",
        "budget": "",
        "vote_type": "",
        "rule": "greedy",
        "date_begin": "01.03.2026",
        "date_end": "14.03.2026",
        "currency": "GBP",
    }
    columns = {"votes": "2", "selected": "1"}
    bids = [
        Project("b1", "Parents Cyber Safety", 334_000, columns),
        Project("b2", "Report the Hate", 475_050, {"votes": "1", "selected": "0"}),
    ]
    ballots = [Ballot("v1", ("b1", "b2")), Ballot("v2", ("b1",))]
    election = Election(bids, ballots, 500_000, limits=Limits(max_length=2), minor_units=100, meta=meta)
    path = tmp_path / "own.pb"
    write_pb(election, path)
    assert "b2;4750.50" in path.read_text(encoding="utf-8")
    again = read_pb(path)
    assert (again.budget, again.minor_units, again.costs) == (500_000, 100, (334_000, 475_050))
    assert list(again.ballots) == ballots
    assert read_pb(written(again)) == again
    with contextlib.redirect_stdout(io.StringIO()):
        results = Checker().process_files([str(path)])
    assert results["metadata"]["valid"] == 1, results["own"]


def test_quoting_columns_and_limits():
    election = read_pb(GOOD)
    assert election.projects[2].name == 'Trees; and "shade"'
    assert election.projects[1].columns["category"] == "health,culture"
    assert election.ballots[2] == Ballot("3", ("a", "c"), columns=("12",))
    assert election.limits == Limits(max_length=2)
    assert election.meta["date_begin"] == "2024"
    assert election.minor_units == 1


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        GOOD.rstrip("\n"),
        GOOD.replace("VOTES", "votes"),
        GOOD.replace("2;b;\n", "2;b;\n\n"),
        GOOD.replace("1;a,b;34", '1;"a,b";34'),
        GOOD.replace("1;a,b;34", "1;a, b;34"),
        GOOD.replace("Bike sheds", '"Bike sheds"'),
    ],
)
def test_what_does_not_matter(text):
    assert read_pb(text) == read_pb(GOOD)


def test_a_path_the_text_and_its_lines_read_the_same(tmp_path):
    path = tmp_path / "e.pb"
    path.write_text(GOOD, encoding="utf-8")
    assert read_pb(path) == read_pb(str(path)) == read_pb(GOOD) == read_pb(GOOD.splitlines())


def test_a_quoted_cell_may_run_over_lines_and_hold_a_section_name():
    election = read_pb(GOOD.replace("description;Test", 'description;"one\nVOTES\ntwo"'))
    assert election.meta["description"] == "one\nVOTES\ntwo"
    assert read_pb(written(election)) == election
    with pytest.raises(PbError) as caught:
        read_pb(GOOD.replace("description;Test", 'description;"one\nVOTES\ntwo"').replace("c;600", "c;x"))
    assert caught.value.line == 21


def test_a_stray_quote_inside_a_cell_opens_nothing():
    election = read_pb(GOOD.replace("Bike sheds", 'Pipe 5" wide').replace("Benches", 'Six "benches"'))
    assert [project.name for project in election.projects[:2]] == ['Pipe 5" wide', 'Six "benches"']
    assert read_pb(written(election)) == election


def test_amounts_with_decimals_become_whole_numbers_of_the_smallest_unit():
    election = read_pb(GOOD.replace("budget;1000", "budget;1000,5").replace("a;400;", "a;400.25;"))
    assert (election.minor_units, election.budget, election.costs) == (100, 100_050, (40_025, 50_000, 60_000))
    assert read_pb(written(election)) == election


BAD = [
    ("META\nkey;value", "META\nvalue;key", 2, "key;value"),
    ("budget;1000", "budget;a lot", 9, "not an amount"),
    ("budget;1000", "budget;-5", 9, "not an amount"),
    ("budget;1000\n", "", 1, "budget"),
    ("vote_type;approval", "vote_type;shouting", 10, "shouting"),
    ("vote_type;approval", "vote_type;cumulative", 21, "points"),
    ("num_votes;3", "num_votes;4", 8, "4"),
    ("num_projects;3", "num_projects;2", 7, "2"),
    ("max_length;2", "max_length;two", 14, "whole number"),
    ("rule;greedy", "rule;greedy\nrule;other", 12, "twice"),
    ("rule;greedy", "rule;greedy;other", 11, "3 cells"),
    ("project_id;cost", "id;cost", 16, "project_id"),
    ("project_id;cost;", "project_id;price;", 16, "cost"),
    ("a;400;2;Bike sheds;sport", "a;400;2;Bike sheds", 17, "4 cells"),
    ("b;500", "a;500", 18, "twice"),
    ("c;600", "c;6.0.0", 19, "6.0.0"),
    ("c;600", ";600", 19, "id of a bid"),
    ("voter_id;vote;age", "voter;vote;age", 21, "voter_id"),
    ("2;b;", "2;z;", 23, "no bid 'z'"),
    ("2;b;", "1;b;", 23, "twice"),
    ("2;b;", ";b;", 23, "voter_id"),
    ("2;b;", "2;b", 23, "2 cells"),
    ("3;a,c;12", '3;"a,c;12', 24, "quoting"),
    ("VOTES\n", "VOTES\n\n", 20, "header"),
    ("PROJECTS", "BIDS", 20, "VOTES comes before PROJECTS"),
    ("META\n", "", 1, "META"),
]


@pytest.mark.parametrize(("old", "new", "line", "reason"), BAD)
def test_a_bad_file_is_refused_with_its_line_and_the_reason(old, new, line, reason):
    assert old in GOOD
    with pytest.raises(PbError) as caught:
        read_pb(GOOD.replace(old, new, 1))
    assert caught.value.line == line
    assert reason in caught.value.reason
    assert str(caught.value).startswith(f"line {line}: ")


@pytest.mark.parametrize(
    ("row", "reason"), [("2;b;1,2;", "1 bids but 2 points"), ("2;b;x;", "'x'"), ("2;b,b;1,1;", "twice")]
)
def test_bad_points_are_refused(row, reason):
    text = GOOD.replace("approval", "cumulative").replace("voter_id;vote;age", "voter_id;vote;points;age")
    text = text.replace("1;a,b;34", "1;a,b;3,1;34").replace("3;a,c;12", "3;a,c;2,2;12")
    assert read_pb(text.replace("2;b;", "2;b;4;")).ballots[0].points == (3, 1)
    with pytest.raises(PbError) as caught:
        read_pb(text.replace("2;b;", row))
    assert (caught.value.line, reason in caught.value.reason) == (23, True)


def test_bytes_that_are_not_utf8_are_refused_by_line(tmp_path):
    path = tmp_path / "latin.pb"
    path.write_bytes(GOOD.replace("Benches", "Bänke").encode("latin-1"))
    with pytest.raises(PbError) as caught:
        read_pb(path)
    assert caught.value.line == 18


def test_a_file_cut_short_is_not_half_read(pabulib):
    text = (pabulib / "Netherlands_Assen_2024.pb").read_text(encoding="utf-8")
    for size in range(0, len(text) - 60, 397):
        with pytest.raises(PbError):
            read_pb((text[:size] + "\n").split("\n"))


def test_an_approval_ballot_naming_a_bid_twice_is_kept_as_it_came_and_counted_once(pabulib):
    """Real: Warszawa 2026, Rakowiec, voter 262828 names 1812 twice."""
    from funds.tally import Rule, count, find_faults

    election = read_pb(pabulib / "Poland_Warszawa_2026_Rakowiec.pb")
    assert [fault.code for fault in find_faults(election)] == ["named-twice"]
    votes = count(election, Rule()).tally.support.votes
    assert votes[election.position["1812"]] == 491
    assert read_pb(written(election)) == election


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(OSError):
        read_pb(Path(tmp_path) / "nothing.pb")
