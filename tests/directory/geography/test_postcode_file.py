"""Reading Code-Point Open: both shapes of the file, and every fault by row and column."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from directory.geography.postcode_file import SHOWN, BadPostcodes, read_postcodes

HEADING = "postcode,easting,northing,longitude,latitude,district,ward"
GOOD = "B1 1AY,406523,286448,-1.90539,52.47592,E08000025,E05011151"
ORIGINAL = '"B1  1AY",10,406523,286448,"E92000001","E19000001","E18000005","","E08000025","E05011151"'


def written(folder: Path, *lines: str, name: str = "postcodes.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(lines) + "\n")
    return file


def refused(file: Path) -> BadPostcodes:
    with pytest.raises(BadPostcodes) as problem:
        read_postcodes(file)
    return problem.value


@pytest.mark.parametrize(
    "lines",
    [
        (HEADING, GOOD),
        (HEADING.upper(), GOOD, ""),
        ("Northing,Easting,Postcode,Ward", "286448,406523,b11ay,E05011151"),
        (ORIGINAL,),
        (
            "Postcode,Positional_quality_indicator,Eastings,Northings,Country_code,NHS_regional_HA_code,NHS_HA_code,"
            "Admin_county_code,Admin_district_code,Admin_ward_code",
            ORIGINAL,
        ),
    ],
    ids=["extract", "capitals", "order", "original", "original with heading"],
)
def test_reads_either_shape(tmp_path: Path, lines: tuple[str, ...]) -> None:
    plain = written(tmp_path, *lines)
    zipped = tmp_path / "postcodes.csv.gz"
    zipped.write_bytes(gzip.compress(plain.read_bytes(), mtime=0))
    for file in (plain, zipped):
        (line,) = read_postcodes(file).lines
        assert (line.code, line.outward, line.easting, line.northing) == ("B1 1AY", "B1", 406523, 286448)
        assert (line.spread, line.ward) == (0, "E05011151")


def test_saved_by_a_spreadsheet_it_reads_as_well(tmp_path: Path) -> None:
    file = tmp_path / "saved.csv"
    file.write_bytes(b"\xef\xbb\xbf" + f"{HEADING}\r\n{GOOD}\r\n,,,,,,\r\n".encode())
    assert len(read_postcodes(file).lines) == 1


def test_quality_says_how_far_off_a_point_may_be(tmp_path: Path) -> None:
    """Of a whole sector's middle (60) nothing follows for a ward, of no place (90) even less."""
    rows = [ORIGINAL.replace("1AY", f"1A{letter}").replace(",10,", f",{quality},") for letter, quality in QUALITIES]
    found = read_postcodes(written(tmp_path, *rows))
    assert [line.spread for line in found.lines] == [0, 0, 50, 50, 100]
    assert found.vague == 2


QUALITIES = [("A", 10), ("B", 20), ("D", 30), ("E", 40), ("F", 50), ("G", 60), ("H", 90)]

FAULTS = {
    "postcode cut": (GOOD.replace("B1 1AY", "B1 1A"), "row 3, column postcode"),
    "postcode empty": (GOOD.replace("B1 1AY", ""), "row 3, column postcode: is empty"),
    "easting text": (GOOD.replace("406523", "4065x3"), "row 3, column easting"),
    "easting decimals": (GOOD.replace("406523", "406523.5"), "row 3, column easting"),
    "easting empty": (GOOD.replace("406523", ""), "row 3, column easting: is empty"),
    "northing off the grid": (GOOD.replace("286448", "2864480"), "row 3, column northing"),
    "nowhere": (GOOD.replace("406523,286448", "0,0"), "row 3, column easting"),
    "changed places": (GOOD.replace("406523,286448", "286448,406523"), "row 3, column longitude, latitude"),
    "another datum": (GOOD.replace("-1.90539", "-1.90388"), "row 3, column longitude, latitude"),
    "longitude text": (GOOD.replace("-1.90539", "west"), "row 3, column longitude"),
    "too few cells": (GOOD.rpartition(",")[0], "row 3: has 6 cells"),
    "twice": (GOOD.replace("B1 1AY", "b11bb"), "is already in row 2"),
    "ward too long": (GOOD + "0" * 20, "row 3, column ward"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_names_its_row_and_column(tmp_path: Path, fault: str) -> None:
    """A good row stands before the bad one and after it, so that a half-read file would show."""
    row, words = FAULTS[fault]
    last = GOOD.replace("B1 1AY", "B1 1BD")
    assert words in str(refused(written(tmp_path, HEADING, GOOD.replace("B1 1AY", "B1 1BB"), row, last)))


def test_all_faults_are_told_at_once_and_the_rest_counted(tmp_path: Path) -> None:
    rows = [GOOD.replace("B1 1AY", f"B1 {n % 10}XX").replace("406523", "x") for n in range(SHOWN + 5)]
    problem = refused(written(tmp_path, HEADING, *rows))
    assert len(problem.faults) == SHOWN + 5
    assert "and 5 more" in str(problem)


@pytest.mark.parametrize("quality", ["15", "", "x", "-10", "100000"])
def test_a_quality_there_is_none_of(tmp_path: Path, quality: str) -> None:
    assert "row 1, column quality" in str(refused(written(tmp_path, ORIGINAL.replace(",10,", f",{quality},"))))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name,place\nx,y\n", "must name the columns"),
        (b"", "is not Code-Point Open"),
        (f"{HEADING}\n".encode(), "has no postcode with a place"),
        (f"{HEADING}\n".encode() + b"B1 1AY,\xff", "not UTF-8 in row 2"),
        (gzip.compress(HEADING.encode(), mtime=0)[:-6], "cut short"),
        (gzip.compress(HEADING.encode(), mtime=0)[:12] + b"damaged" * 20, "cannot be read"),
        (b'postcode,easting,northing\n"B1 1AY,1,1', "is no table of commas"),
    ],
)
def test_what_is_no_file_of_postcodes_says_so(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "other.csv"
    file.write_bytes(content)
    assert words in str(refused(file))


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    assert "cannot be read" in str(refused(tmp_path / "none.csv"))


def test_reads_the_published_file(shared_data: Path) -> None:
    found = read_postcodes(shared_data / "postcodes" / "code-point-open-west-midlands.csv.gz")
    assert len(found.lines) == 58_265
    assert len({line.ward for line in found.lines}) == 192
