"""Names folded before they are compared, whole words before parts; postcodes in any spacing and case."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.area_names import Match, fold, match, spelt_like
from directory.geography.postcode_text import read_postcode

WAYS = {
    "apostrophe": lambda text: text.replace("'", ""),
    "curly": lambda text: text.replace("'", "’"),
    "capitals": str.upper,
    "small": str.lower,
    "ampersand": lambda text: text.replace("&", "and"),
    "hyphens": lambda text: text.replace(" ", "-"),
    "spaces": lambda text: f"  {text.replace(' ', '  ')} ",
    "dot": lambda text: text.replace("St ", "St. "),
    "saint": lambda text: text.replace("St ", "Saint "),
    "together": lambda text: text.replace(" ", ""),
}
NAMES = ("Brandwood & King's Heath", "St Peter's", "Stockland Green", "Aldridge Central & South", "Pype Hayes")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ways", list(itertools.combinations(WAYS, 2)), ids="-".join)
def test_any_way_of_writing_a_name_is_the_name(name: str, ways: tuple[str, str]) -> None:
    written = name
    for way in ways:
        written = WAYS[way](written)
    if "together" in ways and "St " in name and "saint" in ways:
        written = WAYS["saint"](name)  # `saintpeters` is nobody's way of writing
    assert match(fold(written), fold(name)) is Match.NAME


def test_accents_and_other_signs_fold_away() -> None:
    assert fold("Café — Ångström/Ystrad Mynach (North)") == "cafe angstrom ystrad mynach north"


@pytest.mark.parametrize(
    ("asked", "name", "district", "expected"),
    [
        ("kings heath", "Brandwood & King's Heath", "Birmingham", Match.WORDS),
        ("kings heath", "Kingswinford North & Wall Heath", "Dudley", Match.BEGINNINGS),
        ("kingsheath", "Kingswinford North & Wall Heath", "Dudley", None),
        ("heath kings", "Brandwood & King's Heath", "", Match.WORDS),
        ("castle", "Newcastle", "", Match.PARTS),
        ("castle", "Castle Vale", "", Match.WORDS),
        ("castle dudley", "Castle & Priory", "Dudley", Match.WORDS_AND_DISTRICT),
        ("castle dudley", "Castle Vale", "Birmingham", None),
        ("dudley", "Castle & Priory", "Dudley", None),
        ("the castle of vale", "Castle Vale", "", Match.NAME),
        ("and", "Castle & Priory", "", Match.WORDS),
        ("norwick riv", "Norwick Riverside", "", Match.BEGINNINGS),
        ("", "Castle", "", None),
    ],
)
def test_how_well_a_name_answers(asked: str, name: str, district: str, expected: Match | None) -> None:
    assert match(fold(asked), fold(name), fold(district)) is expected


@pytest.mark.parametrize(
    ("asked", "near"),
    [
        ("kingheath", ["brandwood and kings heath"]),
        ("castel", ["castle vale"]),
        ("brandwod", ["brandwood and kings heath"]),
        ("zzzz", []),
    ],
)
def test_what_is_spelt_like_it(asked: str, near: list[str]) -> None:
    assert spelt_like(fold(asked), ["brandwood and kings heath", "castle vale", "pype hayes"]) == near


# Postcodes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["B13 8NA", "b138na", " b13  8na ", "B 1 3 8 N A", "b13-8na", "B13 8NA.", "12 High Street, B13 8NA", "(B13 8NA)"],
)
def test_a_whole_postcode_in_any_spacing_and_case(text: str) -> None:
    found = read_postcode(text)
    assert found is not None
    assert (str(found), found.whole) == ("B13 8NA", True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("B13", "B13"), ("b13", "B13"), ("B1 3", "B1 3"), ("B138", "B13 8"), ("B13 8", "B13 8"), ("b13 8n", "B13 8N"),
        ("WV10", "WV10"), ("WV101", "WV10 1"), ("DY1", "DY1"), ("EC1A", "EC1A"), ("EC1A 1", "EC1A 1"),
    ],
)  # fmt: skip
def test_the_beginning_of_a_postcode_is_no_whole_one(text: str, expected: str) -> None:
    found = read_postcode(text)
    assert found is not None
    assert (str(found), found.whole) == (expected, False)


@pytest.mark.parametrize(
    "text", ["", "Bilston", "St Peter's", "B", "13", "Ward 4", "B13 Moseley", "12 B13", "8NA", "B13 8NAA"]
)
def test_what_is_no_postcode(text: str) -> None:
    assert read_postcode(text) is None


@given(st.from_regex(r"[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}", fullmatch=True))
def test_every_postcode_reads_back(code: str) -> None:
    for text in (code, code.lower(), code.replace(" ", ""), f" {code} "):
        assert str(read_postcode(text)) == code


@given(st.text(max_size=30))
def test_no_text_is_too_odd(text: str) -> None:
    read_postcode(text)
    assert fold(fold(text)) == fold(text)
