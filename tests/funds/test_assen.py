"""The real ballots of Assen 2024, loaded, counted and published: the page shows the official winners.

Golden: the column `selected` of the file, the official outcome (pabulib.org).
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from demo.funds import ASSEN
from directory.gate.refusals import WrongState
from funds import actions
from funds.models import Round, RoundState
from funds.tally import read_pb
from tests.funds.making import World, make_round

VERIFIER = str(ASSEN.parents[2] / "funds" / "tally" / "verify.py")


def official(path: Path) -> list[str]:
    """The ids of the bids the file says were chosen."""
    return sorted(p.id for p in read_pb(path).projects if p.columns["selected"] == "1")


@pytest.fixture
def counted(world: World) -> Round:
    made = make_round(world.fund, RoundState.DRAFT, practice=True, slug="assen")
    made = actions.load_ballots_from_pb(made, read_pb(ASSEN), acting_user=world.manager, source="assen-2024.pb")
    made = actions.close_voting(made, acting_user=world.manager)
    return actions.count_round(made, acting_user=world.manager)


def shown(page: str, mark: str) -> list[str]:
    return re.findall(rf'data-{mark}="([^"]+)"', page)


def test_the_result_page_shows_exactly_the_official_winners(counted: Round, client: Client) -> None:
    page = client.get(reverse("funds:result", args=["assen"])).content.decode()
    assert sorted(shown(page, "winner")) == official(ASSEN)
    assert len(shown(page, "winner")) + len(shown(page, "loser")) == 14


def test_the_shipped_file_is_the_published_one(pabulib: Path) -> None:
    assert ASSEN.read_bytes() == (pabulib / "Netherlands_Assen_2024.pb").read_bytes()


def test_the_command_loads_a_round_ready_to_close(world: World) -> None:
    made = make_round(world.fund, RoundState.DRAFT, practice=True, slug="from-command")
    out = io.StringIO()
    call_command("load_ballots", "from-command", str(ASSEN), "--as", world.manager.email, stdout=out)
    made = Round.objects.get(pk=made.pk)
    assert (made.state, made.ballots.count(), made.bids.count()) == ("voting", 84, 14)
    assert made.budget_pence == 10_000_000
    assert made.rule["step"] == 1 and made.rule["stop"] == "overspend"
    assert "84 ballots" in out.getvalue()


def test_a_bad_file_is_refused_with_its_line_and_loads_nothing(world: World, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pb"
    broken.write_text(ASSEN.read_text().replace("num_votes;84", "num_votes;85"))
    made = make_round(world.fund, RoundState.DRAFT, practice=True, slug="broken")
    with pytest.raises(CommandError, match="line"):
        call_command("load_ballots", "broken", str(broken), "--as", world.manager.email)
    assert (made.ballots.count(), made.bids.count()) == (0, 0)
    assert Round.objects.get(pk=made.pk).state == "draft"


def test_a_round_that_moves_money_takes_no_file(world: World) -> None:
    made = make_round(world.fund, RoundState.DRAFT)
    with pytest.raises(WrongState, match="practice"):
        actions.load_ballots_from_pb(made, read_pb(ASSEN), acting_user=world.manager, source="x")


def test_the_downloads_give_the_same_election_and_winners(counted: Round, client: Client) -> None:
    text = client.get(reverse("funds:result_pb", args=["assen"])).content.decode()
    ours, theirs = read_pb(text), read_pb(ASSEN)
    assert {p.id: p.cost for p in ours.projects} == {p.id: p.cost for p in theirs.projects}
    assert sorted((b.voter, b.choices) for b in ours.ballots) == sorted((b.voter, b.choices) for b in theirs.ballots)
    assert sorted(p.id for p in ours.projects if p.columns["selected"] == "1") == official(ASSEN)


def test_the_bundle_satisfies_the_public_verifier_and_a_changed_one_does_not(
    counted: Round, client: Client, tmp_path: Path
) -> None:
    content = client.get(reverse("funds:result_bundle", args=["assen"])).content
    whole, changed = tmp_path / "whole.zip", tmp_path / "changed.zip"
    whole.write_bytes(content)
    count = counted.counted
    hashes = ["--definition", count.definition_sha256, "--chain", count.chain_sha256]
    assert verify(whole, *hashes).returncode == 0
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, b"".join(text.splitlines(keepends=True)[1:]) if name == "ballots.jsonl" else text)
    assert verify(changed, *hashes).returncode == 1


def verify(bundle: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the verifier as a citizen would: the file alone, without this project on the path."""
    command = [sys.executable, "-I", VERIFIER, str(bundle), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_count_keeps_every_parameter_and_the_frozen_hash(counted: Round) -> None:
    count = counted.counted
    assert count.definition_sha256 == counted.definition_sha256
    assert count.rule["name"] == "equal-shares"
    assert {"completion", "step", "stop", "ties", "utilities", "minor_units"} <= set(count.rule)
    assert count.ballots == 84


def test_a_changed_definition_is_not_counted(world: World) -> None:
    made = make_round(world.fund, RoundState.DRAFT, practice=True)
    made = actions.load_ballots_from_pb(made, read_pb(ASSEN), acting_user=world.manager, source="x")
    made = actions.close_voting(made, acting_user=world.manager)
    made.definition["projects"][0]["cost"] += 1
    Round.objects.filter(pk=made.pk).update(definition=made.definition)
    with pytest.raises(WrongState, match="does not match"):
        actions.count_round(made, acting_user=world.manager)


def test_practice_moves_no_money_and_recommends_nobody(counted: Round, world: World) -> None:
    assert set(counted.bids.values_list("state", flat=True)) == {"voted"}
    decided = actions.decide_round(counted, acting_user=world.commander)
    assert decided.state == "decided"
    assert set(counted.bids.values_list("state", flat=True)) == {"voted"}
