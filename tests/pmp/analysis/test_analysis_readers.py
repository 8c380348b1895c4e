"""Readers of incident and series files: what is kept, and errors that name row and column."""

import csv
import gzip
import io
from collections import Counter
from datetime import date

import pytest

from pmp.analysis.readers import BadFile, Incident, _undecodable_line, read_columns, read_series, read_street_file

HEADING = (
    "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type,"
    "Last outcome category,Context"
)


def street_row(crime_id="ab12", month="2018-07", lon="-1.55", lat="53.80", kind="Burglary", outcome="Under"):
    return f"{crime_id},{month},W,W,{lon},{lat},On or near Any Street,E01,Leeds 001A,{kind},{outcome},"


def street_file(tmp_path, *rows, heading=HEADING, name="street.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(("\n".join([heading, *rows]) + "\n").encode(encoding))
    return path


def read(path):
    return list(read_street_file(path))


class TestStreetFiles:
    def test_a_row(self, tmp_path):
        assert read(street_file(tmp_path, street_row())) == [
            Incident("ab12", date(2018, 7, 1), -1.55, 53.8, "On or near Any Street", "E01", "Burglary", "Under", 2)
        ]

    def test_rows_without_id_and_rows_alike_are_kept(self, tmp_path):
        asb = street_row(crime_id="", kind="Anti-social behaviour", outcome="")
        rows = read(street_file(tmp_path, asb, asb, street_row(), street_row()))
        assert [row.crime_id for row in rows] == ["", "", "ab12", "ab12"]
        assert [row.line for row in rows] == [2, 3, 4, 5]

    def test_no_coordinates(self, tmp_path):
        (row,) = read(street_file(tmp_path, street_row(lon="", lat="")))
        assert (row.longitude, row.latitude) == (None, None)

    def test_columns_in_another_order(self, tmp_path):
        source = io.StringIO()
        table = [dict(zip(HEADING.split(","), street_row().split(","), strict=True))]
        writer = csv.DictWriter(source, sorted(table[0]))
        writer.writeheader()
        writer.writerows(table)
        path = tmp_path / "other.csv"
        path.write_text(source.getvalue())
        assert read(path)[0]._replace(line=0) == read(street_file(tmp_path, street_row()))[0]._replace(line=0)

    def test_gzip_by_content_not_by_name(self, tmp_path):
        plain = street_file(tmp_path, street_row())
        packed = tmp_path / "street.csv.gz"
        packed.write_bytes(gzip.compress(plain.read_bytes()))
        misnamed = tmp_path / "packed.csv"
        misnamed.write_bytes(packed.read_bytes())
        assert read(packed) == read(misnamed) == read(plain)

    def test_a_cut_short_gzip_that_is_not_utf8_either(self, tmp_path):
        """The second reading, which looks for the line, met the cut end and ended in a traceback."""
        rows = [street_row().replace("Any", f"Caf\xe9 {number}") for number in range(2000)]
        packed = gzip.compress(street_file(tmp_path, *rows, encoding="latin-1").read_bytes())
        told = set()
        for share in (0.05, 0.3, 0.6, 0.9, 0.99):
            path = tmp_path / "cut.csv.gz"
            path.write_bytes(packed[: int(len(packed) * share)])
            with pytest.raises(BadFile) as refusal:
                read(path)
            told.add(refusal.value.problem.split(":")[0])
        assert told <= {"the compressed file is damaged or cut short", "has characters that are not UTF-8"}

    def test_the_search_for_the_line_ends_with_the_file(self, tmp_path):
        packed = gzip.compress(b"x" * 10_000)[:-12]
        assert _undecodable_line(io.BytesIO(packed), packed=True) == 0

    def test_an_open_upload(self, tmp_path):
        plain = street_file(tmp_path, street_row())
        upload = io.BytesIO(gzip.compress(plain.read_bytes()))
        assert read(upload) == read(plain)
        assert not upload.closed

    def test_byte_order_mark_windows_lines_blank_lines_and_quotes(self, tmp_path):
        text = "\r\n".join(
            ["\ufeff" + HEADING, "", street_row().replace("On or near Any Street", '"On, or near ""X"""'), ""]
        )
        path = tmp_path / "windows.csv"
        path.write_bytes(text.encode())
        (row,) = read(path)
        assert (row.location, row.line) == ('On, or near "X"', 3)

    def test_streaming(self, tmp_path):
        """The first row comes before a fault further down is met."""
        rows = read_street_file(street_file(tmp_path, street_row(), street_row(month="soon")))
        assert next(rows).line == 2
        with pytest.raises(BadFile):
            next(rows)

    @pytest.mark.parametrize(
        ("row", "column", "words"),
        [
            (street_row(month="2018-13"), "Month", "not a real date"),
            (street_row(month=""), "Month", "not a period"),
            (street_row(month="42"), "Month", "not a month"),
            (street_row(lon="west"), "Longitude", "‘west’ is not a number"),
            (street_row(lat="abc"), "Latitude", "‘abc’ is not a number"),
            (street_row(lat="153.8"), "Latitude", "not between -90 and 90"),
            (street_row(lon="nan"), "Longitude", "not between"),
            (street_row(lon=""), "Longitude", "is empty while the other"),
            (street_row(lat=""), "Latitude", "is empty while the other"),
            (street_row(kind=""), "Crime type", "is empty"),
            (street_row() + ",more", "", "has 13 values where the heading has 12"),
            ("ab12,2018-07", "", "has 2 values where the heading has 12"),
        ],
    )
    def test_a_bad_row_is_named(self, tmp_path, row, column, words):
        with pytest.raises(BadFile, match=words) as caught:
            read(street_file(tmp_path, street_row(), street_row(), row))
        assert (caught.value.row, caught.value.column) == (4, column)
        assert "street.csv, row 4" in str(caught.value)

    def test_two_spellings_of_a_month(self, tmp_path):
        with pytest.raises(BadFile, match="written as DD/MM/YYYY where the rows above use YYYY-MM") as caught:
            read(street_file(tmp_path, street_row(), street_row(month="01/07/2018")))
        assert caught.value.row == 3

    def test_a_missing_column(self, tmp_path):
        with pytest.raises(BadFile, match="is not in the heading, which has: Crime ID, Month") as caught:
            read(street_file(tmp_path, heading=HEADING.replace("Longitude", "Easting")))
        assert (caught.value.row, caught.value.column) == (1, "Longitude")

    def test_a_column_twice(self, tmp_path):
        with pytest.raises(BadFile, match="twice"):
            read(street_file(tmp_path, heading=HEADING.replace("Context", "Month")))

    def test_not_utf_8(self, tmp_path):
        rows = [street_row()] * 400 + [street_row(kind="Café")]
        with pytest.raises(BadFile, match="not UTF-8") as caught:
            read(street_file(tmp_path, *rows, encoding="latin-1"))
        assert caught.value.row == 402

    def test_a_quotation_that_never_ends(self, tmp_path):
        with pytest.raises(BadFile, match="cannot be read as a table"):
            read(street_file(tmp_path, '"' + street_row(), street_row()))

    def test_empty_cut_short_missing(self, tmp_path):
        empty = tmp_path / "empty.csv"
        empty.write_bytes(b"")
        with pytest.raises(BadFile, match="is empty"):
            read(empty)
        packed = gzip.compress(street_file(tmp_path, *[street_row()] * 500).read_bytes())
        cut = tmp_path / "cut.csv.gz"
        cut.write_bytes(packed[: len(packed) // 2])
        with pytest.raises(BadFile, match="damaged or cut short"):
            read(cut)
        with pytest.raises(BadFile, match="cannot be opened"):
            read(tmp_path / "nowhere.csv")

    def test_heading_only_is_no_rows(self, tmp_path):
        assert read(street_file(tmp_path)) == []


class TestTabFile:
    HEAD = "month\tlongitude\tlatitude\tlocation\tlsoa_code"

    def test_a_row(self, tmp_path):
        path = tmp_path / "asb.tab"
        path.write_text(f"{self.HEAD}\n2022-01-01\t-2.4646\t53.7655\tHazelwood Close\tE01012607\n")
        assert read(path) == [
            Incident(
                "", date(2022, 1, 1), -2.4646, 53.7655, "Hazelwood Close", "E01012607",
                "Anti-social behaviour", "", 2,
            )
        ]  # fmt: skip
        assert next(read_street_file(path, category="Noise")).category == "Noise"

    def test_a_bad_row_is_named(self, tmp_path):
        path = tmp_path / "asb.tab"
        path.write_text(f"{self.HEAD}\n2022-01-01\t-2.4\t53.7\tX\tE01\n2022-01-01\teast\t53.7\tX\tE01\n")
        with pytest.raises(BadFile, match=r"asb\.tab, row 3, column ‘Longitude’"):
            read(path)


class TestColumns:
    def test_by_mapping(self, tmp_path):
        path = tmp_path / "own.csv"
        path.write_text("Ref,Date of incident, Street \n7,2024-01-03, Any Street \n")
        assert list(read_columns(path, {"when": "Date of incident", "place": "street"})) == [
            {"when": "2024-01-03", "place": "Any Street", "line": "2"}
        ]

    def test_a_missing_heading(self, tmp_path):
        path = tmp_path / "own.csv"
        path.write_text("Ref,Street\n7,X\n")
        with pytest.raises(BadFile, match="column ‘Date’: is not in the heading"):
            list(read_columns(path, {"when": "Date"}))


class TestSeries:
    def test_sorted_with_gaps_as_none(self, series_file):
        path = series_file([("2022-03", "1,204"), ("2022-01", 5), ("2022-02", "")])
        path.write_text(path.read_text().replace("1,204", '"1,204"'))
        assert [(row.label, row.value) for row in read_series(path)] == [
            ("2022-01", 5),
            ("2022-02", None),
            ("2022-03", 1204),
        ]

    @pytest.mark.parametrize(
        ("rows", "row", "column", "words"),
        [
            ([("2022-01", 5), ("2022-02", "many")], 3, "value", "‘many’ is not a number"),
            ([("2022-01", "1_000")], 2, "value", "not a number"),
            ([("2022-01", "nan")], 2, "value", "not a number"),
            ([("2022-01", "inf")], 2, "value", "not a number"),
            ([("2022-01", 5), ("02/02/2022", 6)], 3, "period", "use one"),
            ([("2022-01", 5), ("2022-01-31", 6)], 3, "period", "use one"),
            ([("2022-01", 5), ("2022-01", 6)], 3, "period", "already on row 2"),
            ([("2022-02-30", 5)], 2, "period", "not a real date"),
            ([("soon", 5)], 2, "period", "not a period"),
            ([("", 5)], 2, "period", "not a period"),
        ],
    )
    def test_a_bad_row_is_named(self, series_file, rows, row, column, words):
        with pytest.raises(BadFile, match=words) as caught:
            read_series(series_file(rows))
        assert (caught.value.row, caught.value.column) == (row, column)

    def test_no_rows(self, series_file):
        with pytest.raises(BadFile, match="no rows"):
            read_series(series_file([]))

    @pytest.mark.parametrize(
        "labels",
        [
            ["2022-01", "2022-02"], ["2022-01-31", "2022-02-28"], ["2022-W01", "2022-W02"],
            ["31/01/2022", "28/02/2022"], ["Jan 2022", "February 2022"], ["1", "2"], ["2021", "2022"],
        ],
    )  # fmt: skip
    def test_spellings(self, series_file, labels):
        rows = read_series(series_file([(label, index) for index, label in enumerate(labels)]))
        assert [row.label for row in rows] == labels
        assert [row.value for row in rows] == [0, 1]


class TestRealFiles:
    """As published; see ../shared/data/README.md for source and licence (OGL v3)."""

    @pytest.mark.parametrize(("year", "rows"), [(2016, 27_176), (2017, 28_537), (2018, 31_635)])
    def test_west_yorkshire(self, shared_data, year, rows):
        found = read(shared_data / "police" / f"{year}-07-west-yorkshire-street.csv.gz")
        assert len(found) == rows
        assert {row.month for row in found} == {date(year, 7, 1)}
        assert len({row.category for row in found}) == 14

    def test_west_yorkshire_2018_in_detail(self, shared_data):
        """Counted by hand: 5,442 anti-social behaviour rows without ID, 883 rows without coordinates."""
        found = read(shared_data / "police" / "2018-07-west-yorkshire-street.csv.gz")
        without = [row for row in found if not row.crime_id]
        assert len(without) == 5_442
        assert {(row.category, row.outcome) for row in without} == {("Anti-social behaviour", "")}
        assert sum(row.longitude is None for row in found) == 883
        assert Counter(row[:8] for row in found).most_common(1)[0][1] > 1

    def test_lancashire_by_month(self, lancashire):
        """The monthly totals of ../shared/data/README.md."""
        counts = Counter(row.month.month for row in lancashire)
        assert [counts[month] for month in range(1, 13)] == [
            4415, 4087, 5028, 5236, 5174, 4913, 5187, 5672, 4662, 4538, 4034, 3488,
        ]  # fmt: skip
        assert len(lancashire) == 56_434
