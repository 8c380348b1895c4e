"""The commands, as somebody at a terminal meets them, on made-up and on real files."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from directory.geography.points import Wards
from pmp.analysis.commands import COMMANDS
from pmp.analysis.readers import read_street_file

ROOT = Path(__file__).resolve().parents[3]
NELSON = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


# The districts of Lancashire and their wards of 2022, as the numbers in the ward codes run (ONS, OGL v3).
DISTRICTS = {
    "Blackpool": (1643, 1663),
    "Burnley": (5150, 5164),
    "Fylde": (5185, 5205),
    "Hyndburn": (5206, 5221),
    "Rossendale": (5316, 5329),
    "West Lancashire": (5357, 5381),
    "Lancaster": (9592, 9618),
    "Wyre": (9932, 9955),
    "South Ribble": (10214, 10236),
    "Blackburn with Darwen": (11508, 11524),
    "Ribble Valley": (12000, 12025),
    "Preston": (12193, 12208),
    "Chorley": (13064, 13077),
    "Pendle": (13200, 13211),
}


def district_of(ward):
    (name,) = [name for name, (first, last) in DISTRICTS.items() if first <= int(ward[3:]) <= last]
    return name


@pytest.fixture(scope="session")
def ward_counts(shared_data, lancashire):
    """Incidents per month of each of the 271 wards of Lancashire."""
    text = (shared_data / "boundaries" / "wards-lancashire-2022.geojson").read_text()
    features = json.loads(text)["features"]
    wards = Wards((feature["properties"]["ward_code"], feature["geometry"]) for feature in features)
    placed = wards.place([row.longitude for row in lancashire], [row.latitude for row in lancashire])
    counts = {code: Counter() for code in wards.keys}
    for row, index in zip(lancashire, placed.tolist(), strict=True):
        counts[wards.keys[index]][f"{row.month:%Y-%m}"] += 1
    return counts


def month(index, year=2021):
    return f"{year + index // 12}-{index % 12 + 1:02d}"


class TestXmr:
    def test_json(self, run_json, series_file):
        """The golden of the vignette 'Deviations from Excel defaults', through the command."""
        found = run_json("xmr", series_file([(month(i), value) for i, value in enumerate(NELSON)]))
        assert set(found) >= {"points", "variation", "assurance", "warnings", "sentence"}
        first = found["points"][0]
        assert set(first) >= {"period", "value", "mean", "lpl", "upl", "moving_range", "signals"}
        assert first["period"] == "2021-01"
        assert first["moving_range"] is None
        assert (round(first["upl"], 2), round(first["mean"], 2), round(first["lpl"], 2)) == (
            4.60,
            1.94,
            -0.72,
        )
        assert any("counts something rare" in warning for warning in found["warnings"])
        assert found["assurance"] is None

    def test_options(self, run_json, series_file):
        values = [99, 101] * 7 + [119, 121] * 7
        path = series_file([(month(i), value) for i, value in enumerate(values)])
        found = run_json(
            "xmr", path, "--improvement", "increase", "--target", 90, "--rebase", month(14), "--fixed", 12
        )
        assert {point["mean"] for point in found["points"]} == {100, 120}
        assert found["assurance"] == "consistent_pass"
        assert run_json("xmr", path, "--target", 90, "--rebase", month(14))["assurance"] == "consistent_fail"
        assert run_json("xmr", path, "--improvement", "neutral", "--target", 90)["assurance"] is None
        twice = run_json("xmr", path, "--rebase", month(7), month(14))
        assert [point["group"] for point in twice["points"]] == [0] * 7 + [1] * 7 + [2] * 14

    def test_words(self, run, series_file):
        status, output, _ = run(
            "xmr", series_file([(month(i), [99, 101][i % 2]) for i in range(14)] + [(month(14), 140)])
        )
        assert status == 0
        assert output.splitlines()[0].startswith("March 2022 stands at 140, a concern that is unlikely to be chance")
        assert "Variation: concern high" in output
        assert "140 is above the upper limit" in output.splitlines()[-1]

    def test_svg(self, run, series_file, tmp_path):
        run("xmr", series_file([(month(i), i) for i in range(9)]), "--svg", tmp_path / "chart.svg")
        assert (tmp_path / "chart.svg").read_text().startswith("<svg ")

    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ([], "series.csv: has a heading but no rows"),
            ([("2021-01", "five")], "series.csv, row 2, column ‘value’: ‘five’ is not a number"),
            ([("2021-01", 5), ("01/02/2021", 5)], "row 3, column ‘period’"),
            ([("2021-01", "")], "every value is empty"),
        ],
    )
    def test_plain_errors(self, run, series_file, rows, words):
        status, output, complaint = run("xmr", series_file(rows))
        assert (status, output) == (1, "")
        assert words in complaint

    def test_a_chart_that_cannot_be_saved(self, run, series_file, tmp_path):
        path = series_file([(month(i), i) for i in range(9)])
        target = tmp_path / "nowhere" / "chart.svg"
        status, _, complaint = run("xmr", path, "--svg", target)
        assert (status, complaint) == (1, f"{target}: the chart cannot be written (its folder is not there)")

    def test_one_point_has_no_variation(self, run, series_file):
        _, output, _ = run("xmr", series_file([("2021-01", 5)]))
        assert "too few points" in output
        assert "Variation: none" in output
        assert "common cause" not in output
        _, output, _ = run("xmr", series_file([(month(i), 50 + i % 2) for i in range(14)]))
        assert "Variation: common cause" in output

    def test_one_point_and_a_gap(self, run_json, series_file):
        one = run_json("xmr", series_file([("2021-01", 5)]))
        assert (one["variation"], one["points"][0]["upl"]) == ("common_cause", None)
        gap = run_json("xmr", series_file([("2021-01", 50), ("2021-02", 60), ("2021-04", 50)]))
        assert any("March 2021" in warning for warning in gap["warnings"])

    def test_a_missing_file_and_a_wrong_heading(self, run, series_file):
        assert "cannot be opened" in run("xmr", "nowhere.csv")[2]
        assert "is not in the heading" in run("xmr", series_file([(1, 2)], heading="month,count"))[2]


class TestDisplacement:
    TWO_BY_TWO = (
        "displacement", "--target", 207, 110, "--control", 308, 318,
        "--displacement", 178, 157, "--displacement-control", 150, 140,
    )  # fmt: skip

    def test_two_by_two(self, run_json):
        found = run_json(*self.TWO_BY_TWO)
        assert found["wdd"]["total"]["estimate"] == -118
        assert (round(found["wdd"]["total"]["low"]), round(found["wdd"]["total"]["high"])) == (-196, -40)
        assert found["quotient"]["total_net_effect"] == pytest.approx(207 * 318 / 308 - 110 + 178 * 318 / 308 - 157)
        assert found["e_test"]["p"] < 0.001
        assert found["table"][0] == {"area": "target", "before": 207, "after": 110, "weight": 1}

    def test_areas_and_periods(self, run_json):
        sizes = ("--sizes", "target=1.2", "control=0.9", "displacement=1.5", "displacement-control=1.6")
        assert run_json(*self.TWO_BY_TWO, *sizes)["wdd"]["total"]["estimate"] == pytest.approx(-99.69444, abs=1e-5)
        found = run_json("displacement", "--target", 80, 20, "--control", 100, 50, "--periods", 2, 1)
        assert found["wdd"]["total"]["estimate"] == -20
        assert found["quotient"] is None

    def test_words(self, run):
        status, output, _ = run(*self.TWO_BY_TWO)
        assert status == 0
        assert output.startswith("There were 118 fewer events")
        assert "Weighted displacement difference: −118 (SE 39.6, −195.6 to −40.4, p 0.003)" in output

    def test_series(self, run_json, run, series_file):
        rows = [(month(i), 60 - 20 * (i >= 24) + i % 3, 58 + i % 4, 20 + i % 2) for i in range(36)]
        path = series_file(rows, heading="period,target,control,displacement")
        found = run_json("displacement", path, "--start", month(24))
        before = sum(row[1] for row in rows[:24])
        assert found["table"][0] == {
            "area": "target",
            "before": before,
            "after": sum(r[1] for r in rows[24:]),
            "weight": 1,
        }
        assert found["before"] == "January 2021 to December 2022, 24 periods"
        assert found["wdd"]["total"]["high"] < 0
        assert found["series"]["level"]["ratio"] == pytest.approx(2 / 3, abs=0.05)
        assert (
            "Before: January 2021 to December 2022, 24 periods" in run("displacement", path, "--start", month(24))[1]
        )

    def test_an_incomplete_row_counts_for_no_area(self, run_json, series_file):
        rows = [(month(0), 5, 5), (month(1), "", 50), (month(2), 6, 6)]
        path = series_file(rows, heading="period,target,control")
        found = run_json("displacement", path, "--start", month(2))
        assert [row["before"] for row in found["table"]] == [5, 5]
        assert "2021-02 has an empty cell" in found["notes"][0]
        assert "No interrupted time series" in found["series"]["sentence"]

    def test_harm(self, run_json, run, series_file):
        rows = [
            ("vehicle", 3, 130, 74, 133, 91), ("theft", 2, 327, 202, 388, 305),
            ("burglary", 5, 398, 190, 148, 97), ("robbery", 7, 144, 92, 86, 64),
            ("assault", 10, 183, 96, 94, 67),
        ]  # fmt: skip
        path = series_file(rows, heading="offence,weight,target_before,target_after,control_before,control_after")
        assert run_json("displacement", "--harm", path)["harm"]["estimate"] == -1721
        assert "more than chance" in run("displacement", "--harm", path)[1]

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            ((), "at least --target and --control"),
            (("--target", 5, 5), "at least --target and --control"),
            (("--target", -5, 5, "--control", 5, 5), "nought or more"),
            (("--target", 5, 5, "--control", 5, 5, "--sizes", "x=2"), "is no area"),
            (("--target", 5, 5, "--control", 5, 5, "--sizes", "target=big"), "is no size"),
            (
                ("--target", 5, 5, "--control", 5, 5, "--displacement-control", 1, 1),
                "needs a displacement area",
            ),
        ],
    )
    def test_plain_errors(self, run, arguments, words):
        status, _, complaint = run("displacement", *arguments)
        assert status == 1
        assert words in complaint

    @pytest.mark.parametrize(
        ("rows", "start", "words"),
        [
            ([(month(0), 5, 5), (month(1), "x", 5)], month(1), "row 3, column ‘target’: ‘x’ is not a number"),
            ([(month(0), 5, 5), (month(1), 2.5, 5)], month(1), "not a count"),
            ([(month(0), 5, 5), ("02/03/2021", 5, 5)], month(1), "not written like --start"),
            ([(month(0), 5, 5), (month(0), 5, 5)], month(1), "there twice"),
            ([(month(0), 5, 5), (month(1), 5, 5)], month(5), "2 periods before --start and 0 from it on"),
            ([(month(0), 5, 5)], "soon", "--start"),
        ],
    )
    def test_bad_series(self, run, series_file, rows, start, words):
        path = series_file(rows, heading="period,target,control")
        status, _, complaint = run("displacement", path, "--start", start)
        assert status == 1
        assert words in complaint


class TestDisplacementWithoutRows:
    def test_the_file_is_named(self, run, series_file):
        heading = "period,target,control"
        path = series_file([], heading=heading)
        status, _, complaint = run("displacement", path, "--start", "2021-01")
        assert (status, complaint) == (1, "series.csv: has a heading but no rows")
        path = series_file([("2021-01", "", 5)], heading=heading)
        assert run("displacement", path, "--start", "2021-01")[2] == "series.csv: every row has an empty cell"
        path = series_file([("2021-01", 4, 5)], heading=heading)
        assert run("displacement", path, "--start", "2021-01")[2].startswith("series.csv: there are 0 periods before")


class TestTriggers:
    HEADING = "month\tlongitude\tlatitude\tlocation\tlsoa_code"

    @pytest.fixture
    def tab_file(self, tmp_path):
        path = tmp_path / "asb.tab"
        rows = [f"2022-{m:02d}-01\t-1.5\t53.8\tHigh Street\tE01" for m in range(1, 13) for _ in range(2)]
        rows += ["2022-12-01\t-1.5\t53.8\tHigh Street\tE01"] * 18
        path.write_text("\n".join([self.HEADING, *rows]) + "\n")
        return path

    def test_json(self, run_json, tab_file):
        found = run_json("triggers", tab_file)
        assert found["rows"] == 42
        assert {alert["rule"] for alert in found["alerts"]} == {
            "repeat_place", "near_repeat", "ears_c1", "ears_c2", "ears_c3", "poisson_band",
        }  # fmt: skip
        for alert in found["alerts"]:
            assert set(alert) >= {"rule", "place", "observed", "expected", "why", "expires", "known"}
            assert alert["why"].endswith(".")
        assert any("hotspot was not run" in note for note in found["notes"])

    def test_words_and_live_places(self, run, tab_file):
        _, output, _ = run("triggers", tab_file, "--rule", "poisson_band", "--live", "E01")
        assert "E01 [in a live profile]: observed 20, expected 2." in output

    def test_as_at(self, run_json, tab_file):
        assert run_json("triggers", tab_file, "--rule", "poisson_band", "--as-at", "2022-11")["alerts"] == []

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (("--category", "Arson"), "no rows to scan"),
            (("--as-at", "soon"), "not a period"),
            (("--wards", "nowhere.geojson"), "nowhere.geojson: cannot be opened (No such file or directory)"),
        ],
    )
    def test_plain_errors(self, run, tab_file, arguments, words):
        status, _, complaint = run("triggers", tab_file, *arguments)
        assert status == 1
        assert words in complaint

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            ("{", "wards.geojson, row 1: is not a GeoJSON feature collection"),
            ("[" * 100_000, "nested too deeply"),
            ("[]", "it has no list of features"),
        ],
    )
    def test_wards_that_are_none(self, run, tab_file, tmp_path, content, words):
        wards = tmp_path / "wards.geojson"
        wards.write_text(content)
        status, _, complaint = run("triggers", tab_file, "--wards", wards)
        assert (status, words in complaint) == (1, True)

    def test_wards_without_the_key(self, run, tab_file, tmp_path):
        wards = tmp_path / "wards.geojson"
        wards.write_text(json.dumps({"features": [{"properties": {"name": "X"}, "geometry": {}}]}))
        assert "has no property" in run("triggers", tab_file, "--wards", wards)[2]


class TestRealFiles:
    """As published; see ../shared/data/README.md for source and licence (OGL v3)."""

    def test_lancashire_by_month(self, run_json, series_file, lancashire):
        counts = Counter(f"{row.month:%Y-%m}" for row in lancashire)
        found = run_json("xmr", series_file(sorted(counts.items())), "--target", 4_000)
        assert [point["value"] for point in found["points"]] == [
            4415, 4087, 5028, 5236, 5174, 4913, 5187, 5672, 4662, 4538, 4034, 3488,
        ]  # fmt: skip
        assert found["points"][0]["mean"] == pytest.approx(56_434 / 12)
        assert found["variation"] == "improvement_low"
        assert any("trial limits" in warning for warning in found["warnings"])

    def test_lancashire_by_ward(self, run_json, series_file, ward_counts):
        total = 0.0
        for code, months in ward_counts.items():
            path = series_file([(month(i, 2022), months[month(i, 2022)]) for i in range(12)])
            found = run_json("xmr", path)
            assert len(found["points"]) == 12, code
            rare = found["points"][0]["mean"] < 5
            assert any("counts something rare" in warning for warning in found["warnings"]) == rare
            total += sum(point["value"] for point in found["points"])
        assert total == 56_434

    def test_lancashire_by_district(self, run_json, series_file, ward_counts):
        """A chart for each of the 14 districts; Blackpool against Preston, with Wyre and Fylde next door."""
        districts = {name: Counter() for name in DISTRICTS}
        for code, months in ward_counts.items():
            districts[district_of(code)].update(months)
        total = 0.0
        for months in districts.values():
            found = run_json("xmr", series_file([(month(i, 2022), months[month(i, 2022)]) for i in range(12)]))
            assert not any("counts something rare" in warning for warning in found["warnings"])
            total += sum(point["value"] for point in found["points"])
        assert total == 56_434
        columns = (
            districts["Blackpool"], districts["Preston"], districts["Wyre"] + districts["Fylde"],
            districts["Lancaster"],
        )  # fmt: skip
        rows = [(month(i, 2022), *(column[month(i, 2022)] for column in columns)) for i in range(12)]
        path = series_file(rows, heading="period,target,control,displacement,displacement_control")
        found = run_json("displacement", path, "--start", "2022-07")
        assert found["before"] == "January 2022 to June 2022, 6 periods"
        change = [sum(row[1 + k] * (1 if i >= 6 else -1) for i, row in enumerate(rows)) for k in range(4)]
        assert found["wdd"]["total"]["estimate"] == change[0] - change[1] + change[2] - change[3]
        assert found["wdd"]["total"]["se"] == pytest.approx(sum(map(sum, (row[1:] for row in rows))) ** 0.5)

    def test_lancashire_triggers(self, run_json, shared_data):
        found = run_json(
            "triggers", shared_data / "police" / "lancashire-asb-2022.tab.gz",
            "--wards", shared_data / "boundaries" / "wards-lancashire-2022.geojson",
        )  # fmt: skip
        assert found["rows"] == 56_434
        rules = Counter(alert["rule"] for alert in found["alerts"])
        assert {"repeat_place", "near_repeat", "hotspot_persistent", "hotspot_emerging"} <= set(rules)
        assert found["notes"] == []
        for alert in found["alerts"]:
            assert alert["observed"] > 0 or alert["rule"].startswith("hotspot")
            assert alert["why"]

    def test_three_julys(self, run_json, run, series_file, shared_data):
        """Three separate years: yearly charts work, rules that need the months before say they do not."""
        years = (2016, 2017, 2018)
        folder = shared_data / "police"
        files = [folder / f"{year}-07-west-yorkshire-street.csv.gz" for year in years]
        rows = [sum(1 for _ in read_street_file(file)) for file in files]
        counts = list(zip(years, rows, strict=True))
        chart = run_json("xmr", series_file(counts))
        assert [point["value"] for point in chart["points"]] == [27_176, 28_537, 31_635]
        found = run_json("triggers", *files, "--category", "Burglary")
        assert any("ears was not run: the files leave out 22 months" in note for note in found["notes"])
        assert {alert["rule"] for alert in found["alerts"]} == {"repeat_place", "near_repeat"}


class TestModule:
    def python(self, *arguments):
        return subprocess.run(
            [sys.executable, "-m", "pmp.analysis", *map(str, arguments)],
            cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONUTF8": "1"},
        )  # fmt: skip

    def test_runs_without_django(self, series_file):
        path = series_file([(month(i), 50 + i % 2) for i in range(14)])
        done = self.python("xmr", path, "--json")
        assert done.returncode == 0
        assert json.loads(done.stdout)["variation"] == "common_cause"
        probe = "import sys, pmp.analysis.commands; sys.exit({'django', 'scipy'} & set(sys.modules) != set())"
        assert subprocess.run([sys.executable, "-c", probe], cwd=ROOT, check=False).returncode == 0

    def test_a_plain_error_on_the_other_stream(self, tmp_path):
        done = self.python("xmr", tmp_path / "nowhere.csv")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == "nowhere.csv: cannot be opened (No such file or directory)\n"

    def test_a_wrong_option(self):
        done = self.python("xmr", "x.csv", "--improvement", "down")
        assert done.returncode == 2
        assert "invalid choice" in done.stderr

    def test_every_command_has_its_django_face(self):
        for command in COMMANDS:
            source = (ROOT / "pmp" / "management" / "commands" / f"{command.name}.py").read_text()
            assert f"import {command.name.upper()}" in source
