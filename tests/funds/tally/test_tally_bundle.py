"""The bundle and its verifier: what holds is said to hold, and each kind of meddling has its own message."""

import ast
import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from funds.tally import (
    Ballot,
    BundleError,
    Election,
    Limits,
    Project,
    Rule,
    count,
    definition_hash,
    find_faults,
    read_bundle,
    read_pb,
    verify,
    write_bundle,
)

from .build import approvals, elections, rules

VERIFIER = Path(verify.__file__)


@pytest.fixture
def bundle(tmp_path):
    """A good bundle in a folder: greedy funds a and c."""
    election = approvals([6, 5, 3], ["ab", "ab", "a", "b", "a", "c"], 10, limits=Limits(max_length=2))
    return write_bundle(count(election, Rule("greedy")), tmp_path / "bundle")


def lines(bundle):
    return (bundle / "ballots.jsonl").read_text(encoding="utf-8").splitlines()


def put(bundle, entries):
    (bundle / "ballots.jsonl").write_text("\n".join(entries) + "\n", encoding="utf-8")


def change(bundle, name, **values):
    said = json.loads((bundle / name).read_text(encoding="utf-8"))
    (bundle / name).write_text(json.dumps({**said, **values}), encoding="utf-8")


def rebuilt(bundle, ballots):
    """The chain made again over other ballots, as somebody who knows how might."""
    previous = verify.sha256(json.loads((bundle / "definition.json").read_text(encoding="utf-8")))
    entries = []
    for number, ballot in enumerate(ballots, 1):
        entry = {"ballot": ballot, "number": number, "previous": previous}
        previous = verify.sha256(entry)
        entries.append(json.dumps({**entry, "hash": previous}))
    put(bundle, entries)
    return previous


def test_a_good_bundle_verifies(bundle):
    assert verify.verify(bundle) == []


def kinds(faults):
    return {fault.split(":")[0] for fault in faults}


@pytest.mark.parametrize("place", [0, 2, 5])
def test_a_removed_ballot(bundle, place):
    entries = lines(bundle)
    del entries[place]
    put(bundle, entries)
    faults = verify.verify(bundle)
    assert "REMOVED BALLOT" in kinds(faults)
    assert f"[{place + 1}]" in faults[0]
    assert not kinds(faults) & {"ADDED BALLOT", "ALTERED BALLOT", "REORDERED BALLOTS", "CHANGED DEFINITION"}


@pytest.mark.parametrize("place", [0, 3, 6])
def test_an_added_ballot(bundle, place):
    entries = lines(bundle)
    extra = json.loads(entries[place - 1])
    extra["ballot"] = {"voter": "stuffed", "choices": ["c"]}
    extra["number"] += 1
    entries.insert(place, json.dumps(extra))
    put(bundle, entries)
    faults = verify.verify(bundle)
    assert "ADDED BALLOT" in kinds(faults)
    assert not kinds(faults) & {"REMOVED BALLOT", "ALTERED BALLOT", "REORDERED BALLOTS"}


def test_an_altered_ballot(bundle):
    entries = lines(bundle)
    entries[3] = entries[3].replace('"b"', '"c"')
    put(bundle, entries)
    faults = verify.verify(bundle)
    assert "ALTERED BALLOT" in kinds(faults)
    assert "number 4" in faults[0]
    assert not kinds(faults) & {"REMOVED BALLOT", "ADDED BALLOT", "REORDERED BALLOTS"}


def test_reordered_ballots(bundle):
    entries = lines(bundle)
    entries[1], entries[4] = entries[4], entries[1]
    put(bundle, entries)
    assert kinds(verify.verify(bundle)) == {"REORDERED BALLOTS"}


@pytest.mark.parametrize("values", [{"budget": 11}, {"threshold": 1}, {"limits": {}}])
def test_a_changed_definition(bundle, values):
    change(bundle, "definition.json", **values)
    assert "CHANGED DEFINITION" in kinds(verify.verify(bundle))


def test_a_changed_rule_in_the_result_alone(bundle):
    said = json.loads((bundle / "result.json").read_text(encoding="utf-8"))
    change(bundle, "result.json", rule={**said["rule"], "name": "greedy-no-skip"})
    assert kinds(verify.verify(bundle)) == {"WRONG RULE"}


@pytest.mark.parametrize("winners", [["a", "b"], ["a"], ["c", "a"], []])
def test_a_wrong_winner(bundle, winners):
    change(bundle, "result.json", winners=winners)
    assert kinds(verify.verify(bundle)) == {"WRONG WINNER"}


def test_a_wrong_sum(bundle):
    change(bundle, "result.json", spent=8)
    assert kinds(verify.verify(bundle)) == {"WRONG SUM"}


def test_a_chain_made_again_over_other_ballots(bundle):
    ballots = [json.loads(line)["ballot"] for line in lines(bundle)]
    end = rebuilt(bundle, [{**ballots[0], "choices": ["c"]}, *ballots[1:]])
    assert "REWRITTEN CHAIN" in kinds(verify.verify(bundle))
    change(bundle, "result.json", chain_sha256=end)
    assert verify.verify(bundle, chain_hash=end) == []
    published = "0" * 64
    assert kinds(verify.verify(bundle, chain_hash=published)) == {"REWRITTEN CHAIN"}
    assert kinds(verify.verify(bundle, definition_hash=published)) == {"CHANGED DEFINITION"}


@pytest.mark.parametrize(
    "ballot",
    [
        {"voter": "new", "choices": ["a", "b", "c"]},
        {"voter": "new", "choices": ["z"]},
        {"voter": "new", "choices": ["a", "a"]},
        {"voter": "new", "choices": ["a"], "own": "a"},
        {"voter": "new", "choices": ["a"], "weight": "-1"},
        {"voter": "v0", "choices": ["a"]},
    ],
)
def test_an_invalid_ballot_in_a_perfect_chain(bundle, ballot):
    ballots = [json.loads(line)["ballot"] for line in lines(bundle)]
    end = rebuilt(bundle, [*ballots, ballot])
    change(bundle, "result.json", chain_sha256=end, ballots=7)
    assert kinds(verify.verify(bundle)) == {"INVALID BALLOT"}


def test_a_bundle_is_not_written_over_invalid_ballots(tmp_path):
    election = approvals([1, 1, 1], ["abc"], 3, limits=Limits(max_length=2))
    assert [(f.voter, f.code) for f in find_faults(election)] == [("v0", "too-many")]
    with pytest.raises(BundleError, match="voter v0"):
        write_bundle(count(election), tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


def test_zip_and_folder_are_the_same_and_the_zip_is_always_the_same_bytes(bundle, tmp_path):
    result = read_bundle(bundle)
    one, two = (write_bundle(result, tmp_path / name) for name in ("one.zip", "two.zip"))
    assert one.read_bytes() == two.read_bytes()
    assert verify.verify(one) == []
    with zipfile.ZipFile(one) as archive:
        for name in verify.NAMES:
            assert archive.read(name) == (bundle / name).read_bytes()


def test_the_definitions_hash_can_be_printed_before_anybody_votes(bundle):
    election = approvals([6, 5, 3], [], 10, limits=Limits(max_length=2))
    definition = (bundle / "definition.json").read_bytes().rstrip(b"\n")
    assert definition_hash(election, Rule("greedy")) == hashlib.sha256(definition).hexdigest()


def test_a_changed_definition_whose_hash_in_the_result_was_changed_too(bundle):
    change(bundle, "definition.json", budget=14)
    changed = json.loads((bundle / "definition.json").read_text(encoding="utf-8"))
    change(bundle, "result.json", definition_sha256=verify.sha256(changed))
    faults = verify.verify(bundle)
    assert "CHANGED DEFINITION" in kinds(faults)
    assert not kinds(faults) & {"BROKEN CHAIN", "ALTERED BALLOT"}


def test_an_altered_first_ballot_does_not_accuse_the_definition(bundle):
    entries = lines(bundle)
    entries[0] = entries[0].replace('"previous":"', '"previous":"0')
    put(bundle, entries)
    assert kinds(verify.verify(bundle)) == {"ALTERED BALLOT"}


@pytest.fixture
def tied(tmp_path):
    """Two bids level on votes and cost, money for one: the order decides."""
    return write_bundle(count(approvals([5, 5], ["a", "b"], 5), Rule("greedy")), tmp_path / "tied")


def test_ties_are_counted_again(tied):
    assert verify.verify(tied) == []
    (tie,) = json.loads((tied / "result.json").read_text(encoding="utf-8"))["ties"]
    assert tie["decided"]
    lies = ([], [{**tie, "decided": False}], [{**tie, "otherwise": []}], [{**tie, "taken": "b"}])
    for lie in lies:
        change(tied, "result.json", ties=lie)
        assert kinds(verify.verify(tied)) == {"WRONG TIE"}, lie


@pytest.mark.parametrize("name", ["spent", "unspent", "budget"])
def test_the_sums_of_the_explanation_are_counted_again(bundle, name):
    said = json.loads((bundle / "result.json").read_text(encoding="utf-8"))["explanation"]
    change(bundle, "result.json", explanation={**said, name: said[name] + 1})
    assert kinds(verify.verify(bundle)) == {"WRONG SUM"}


def run_verifier(bundle, *options):
    return subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(bundle), *options], capture_output=True, text=True
    )


def test_its_last_line_says_what_it_did_not_check(bundle):
    for winners in (["a", "c"], ["b"]):
        change(bundle, "result.json", winners=winners)
        last = run_verifier(bundle).stdout.splitlines()[-1]
        assert last.startswith("not checked: ")
        assert "explanation: all but budget, spent, unspent" in last
    page = (VERIFIER.parents[2] / "docs" / "tally-bundle.md").read_text(encoding="utf-8")
    for name in ("where", "settled_by", "minor_units", "voters", "rounds", "losers", "equal_shares", "other_rules"):
        assert any(f"`{name}`" in line and "**not checked**" in line for line in page.splitlines()), name


DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("definition.json", DEEP, "definition.json is not JSON in UTF-8, or is nested too deeply"),
        ("definition.json", b"{}", "definition.json does not say ballot_type"),
        ("result.json", b"[1]", "result.json does not say ballots"),
        ("result.json", None, "result.json: No such file"),
        ("ballots.jsonl", b"\x00\xff\x1b[31mRAW", "ballots.jsonl, line 1, is not JSON"),
        ("ballots.jsonl", b'{"ballot": 1, "hash": "", "number": 1, "previous": ""}', "line 1, is not a ballot"),
        ("ballots.jsonl", b'{"ballot": {"voter": "v", "choices": [[]]}, "hash": "", "number": 1, "previous": ""}',
         "line 1, is not a ballot"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_plain_sentence(bundle, name, content, said):
    if content is None:
        (bundle / name).unlink()
    else:
        (bundle / name).write_bytes(content)
    told = run_verifier(bundle)
    assert (told.returncode, told.stdout) == (2, "")
    assert said in told.stderr
    assert len(told.stderr.splitlines()) == 1
    assert not any(word in told.stderr for word in ("Error", "Traceback", "RAW", "\x1b"))


def test_a_bad_ballot_is_named_by_its_line_and_a_bad_zip_is_said(bundle, tmp_path):
    entries = lines(bundle)
    put(bundle, [*entries[:3], "{", *entries[3:]])
    assert "ballots.jsonl, line 4," in run_verifier(bundle).stderr
    for content in (b"", b"no zip", b"PK\x03\x04cut"):
        (tmp_path / "x.zip").write_bytes(content)
        told = run_verifier(tmp_path / "x.zip")
        assert (told.returncode, len(told.stderr.splitlines())) == (2, 1)
        assert "neither a folder nor a whole zip" in told.stderr


def test_nothing_that_moves_the_cursor_reaches_the_screen(bundle):
    ballots = [json.loads(line)["ballot"] for line in lines(bundle)]
    rebuilt(bundle, [{**ballots[0], "voter": "\x1b[2J", "choices": ["z"]}, *ballots[1:]])
    told = run_verifier(bundle)
    assert "INVALID BALLOT" in told.stdout
    assert "\x1b" not in told.stdout


def test_the_verifier_is_one_short_file_of_nothing_but_the_standard_library():
    text = VERIFIER.read_text(encoding="utf-8")
    assert len(text.splitlines()) < 300
    names = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names.add(node.module.split(".")[0])
    assert names <= sys.stdlib_module_names


def test_it_runs_alone_and_as_a_module_without_numpy(bundle, tmp_path):
    alone = tmp_path / "elsewhere" / "check.py"
    alone.parent.mkdir()
    shutil.copy(VERIFIER, alone)
    told = subprocess.run(
        [sys.executable, "-I", "-S", str(alone), str(bundle)], capture_output=True, text=True, check=True
    )
    assert told.stdout.startswith("All holds: 6 ballots, winners a, c")
    blocked = "import sys, runpy; sys.modules['numpy'] = None; sys.argv = ['verify', sys.argv[1]]; "
    blocked += "runpy.run_module('funds.tally.verify', run_name='__main__')"
    root = VERIFIER.parents[2]
    subprocess.run([sys.executable, "-c", blocked, str(bundle)], cwd=root, check=True, capture_output=True)
    change(bundle, "result.json", winners=["b"])
    told = subprocess.run([sys.executable, "-I", str(alone), str(bundle)], capture_output=True, text=True)
    assert (told.returncode, "WRONG WINNER" in told.stdout) == (1, True)
    (bundle / "result.json").write_text("{", encoding="utf-8")
    told = subprocess.run([sys.executable, "-I", str(alone), str(bundle)], capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (2, "")
    assert "cannot be read" in told.stderr


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Netherlands_Assen_2024", Rule("equal-shares", completion="add1")),
        ("Switzerland_Zurich_D10", Rule("equal-shares", completion="add1u", step=25)),
        ("Switzerland_Zurich_S5R", Rule("equal-shares", ranking="borda")),
        ("Poland_Gdynia_2020_Chylonia__small", Rule("greedy-no-skip")),
        ("Poland_Katowice_2021_Dab", Rule("greedy-threshold")),
        ("Poland_Wieliczka_2023_Green_Budget", Rule("equal-shares")),
    ],
)
def test_the_verifier_reproduces_real_elections(pabulib, tmp_path, name, rule):
    result = count(read_pb(pabulib / f"{name}.pb"), rule)
    assert verify.verify(write_bundle(result, tmp_path / "real.zip")) == []


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(elections(), rules())
def test_verifier_and_counter_agree(tmp_path_factory, election, rule):
    path = tmp_path_factory.getbasetemp() / "agree.zip"
    result = count(election, rule)
    assert verify.verify(write_bundle(result, path)) == []
    again = read_bundle(path)
    assert (again.winners, again.spent, again.rule) == (result.winners, result.spent, result.rule)


def test_nobody_voted_and_the_completion_funds_what_fits(tmp_path):
    """Once a disagreement between verifier and counter, found by the property above."""
    path = write_bundle(count(approvals([1], [], 1), Rule("equal-shares", completion="add1u")), tmp_path / "b")
    assert verify.verify(path) == []


def test_peer_ballots_with_three_tokens_and_own_bids(tmp_path):
    bids = [Project("a", "Allotments", 100), Project("b", "Boxing club", 100)]
    cast = [Ballot("A", ("b",), (3,), own="a"), Ballot("B", ("a",), (2,), own="b")]
    election = Election(bids, cast, 100, "tokens")
    path = write_bundle(count(election), tmp_path / "peer.zip")
    assert verify.verify(path) == []
    assert list(read_bundle(path).election.ballots) == cast
