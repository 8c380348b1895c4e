"""The neighbourhood typology: transparent, and honest about its lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmp.analysis.typology import Band, Input, typology

INPUTS = [Input("burglary", 1, "police.uk, 2025"), Input("income", 1, "IMD 2019")]
BANDS = [Band("settled", 0), Band("watch", 100), Band("priority", 200)]
AREAS = {
    "A": {"burglary": 30, "income": 0.6},
    "B": {"burglary": 5, "income": 0.1},
    "C": {"burglary": 5, "income": 0.1},
    "D": {"burglary": 0, "income": 0.0},
}


def test_index_to_the_mean_and_average():
    """Vulnerable Localities Index: 30 against a mean of 10 is 300; the score is the mean of the indexes."""
    first = typology(AREAS, INPUTS, BANDS).areas[0]
    assert (first.area, first.score, first.band) == ("A", 300, "priority")
    assert first.indexes == pytest.approx({"burglary": 300, "income": 300})
    assert first.stable


def test_over_200_is_priority_and_200_is_on_the_line():
    areas = {"A": {"burglary": 20, "income": 20}, "B": {"burglary": 0, "income": 0}}
    assert typology(areas, INPUTS, BANDS).areas[0].band == "priority"


def test_weights_weigh():
    inputs = [Input("burglary", 3, "2025"), Input("income", 1, "2019")]
    areas = {"A": {"burglary": 2, "income": 0}, "B": {"burglary": 0, "income": 2}}
    scores = {found.area: found.score for found in typology(areas, inputs, BANDS).areas}
    assert scores == {"A": 150, "B": 50}


def test_equal_areas_share_a_rank():
    assert [found.rank for found in typology(AREAS, INPUTS, BANDS).areas] == [1, 2, 2, 4]


def test_an_area_near_the_line_says_so():
    near = typology({"A": {"burglary": 3, "income": 0.8}, "B": {"burglary": 1, "income": 1.2}}, INPUTS, BANDS)
    first = near.areas[0]
    assert first.band == "watch"
    assert first.bands == ("settled", "watch")
    assert (first.lowest, first.highest) == (80, 150)
    assert "near the line" in first.sentence


def test_like_with_like():
    result = typology(AREAS, INPUTS, BANDS)
    assert result.alike("B") == ["C", "D"]
    with pytest.raises(KeyError):
        result.alike("Z")


def test_inputs_weights_vintage_and_variations_travel_with_the_result():
    data = typology(AREAS, INPUTS, BANDS).to_json()
    assert data["inputs"][1] == {"name": "income", "weight": 1, "vintage": "IMD 2019"}
    assert "without burglary" in data["variations"]
    assert "income weighing +25%" in data["variations"]


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=2, max_size=12), st.integers(2, 50))
def test_the_unit_of_an_input_does_not_matter(rows, factor):
    plain = {str(i): {"burglary": a, "income": b} for i, (a, b) in enumerate(rows)}
    scaled = {area: {**row, "income": row["income"] * factor} for area, row in plain.items()}
    one, other = typology(plain, INPUTS, BANDS), typology(scaled, INPUTS, BANDS)
    assert {a.area: a.score for a in one.areas} == pytest.approx({a.area: a.score for a in other.areas})
    mean = sum(area.score for area in one.areas) / len(rows)
    assert mean == pytest.approx(100)
    assert all(area.lowest <= area.score <= area.highest for area in one.areas)


@pytest.mark.parametrize(
    ("areas", "inputs", "bands", "words"),
    [
        ({}, INPUTS, BANDS, "needs areas"),
        ({"A": {"burglary": 1}}, INPUTS, BANDS, "A has no usable value for income"),
        ({"A": {"burglary": -1, "income": 1}}, INPUTS, BANDS, "no usable value for burglary"),
        ({"A": {"burglary": 0, "income": 1}}, INPUTS, BANDS, "burglary is nought in every area"),
        (AREAS, [Input("burglary", 0, "2025")], BANDS, "weight of burglary"),
        (AREAS, [Input("burglary", 1, " ")], BANDS, "vintage is empty"),
        (AREAS, [INPUTS[0], INPUTS[0]], BANDS, "twice"),
        (AREAS, INPUTS, [Band("a", 10)], "start at nought"),
        (AREAS, INPUTS, [Band("a", 0), Band("b", 0)], "rise"),
    ],
)
def test_refuses(areas, inputs, bands, words):
    with pytest.raises(ValueError, match=words):
        typology(areas, inputs, bands)
