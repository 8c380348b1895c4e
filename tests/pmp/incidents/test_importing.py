"""Importing incident files: everything or nothing, once, and placed where they happened."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.models import Count

from demo.made_up_counts import add_made_up_counts
from directory.gate.refusals import Forbidden
from directory.models import Area, Level, Role
from journal.models import Entry
from journal.sentences import sentence
from pmp.analysis.readers import BadFile
from pmp.incidents import importing
from pmp.incidents.importing import import_street_crime
from pmp.incidents.replacing import FarFewer
from pmp.models import Coverage, Dataset, Incident
from tests.people import person
from tests.pmp.incidents.conftest import JULY_2017, JULY_2018, LANCASHIRE_TAB

pytestmark = pytest.mark.django_db
JULY = date(2018, 7, 1)


def rows_of(file: Path) -> list[list[str]]:
    with file.open(newline="") as text:
        return list(csv.reader(text))


def rewritten(folder: Path, rows: list[list[str]], name: str = "street.csv") -> Path:
    file = folder / name
    with file.open("w", newline="") as text:
        csv.writer(text, lineterminator="\n").writerows(rows)
    return file


def nothing_there() -> bool:
    return not (Incident.objects.exists() or Dataset.objects.exists() or Coverage.objects.exists())


# What comes in -------------------------------------------------------------------------------------


def test_every_row_is_kept_and_accounted_for(west_yorkshire: Area) -> None:
    rows = rows_of(JULY_2018)[1:]
    report = import_street_crime(JULY_2018, acting_user=None)
    without = [row for row in rows if not row[4]]
    assert (report.read, report.placed, report.outside, report.without_place) == (58, 51, 3, 4)
    assert (len(rows), len(without)) == (58, 4)
    assert Incident.objects.count() == 58
    assert Incident.objects.filter(ward__isnull=False).count() == 51
    assert Incident.objects.filter(longitude__isnull=True, ward__isnull=True).count() == 4
    dataset = report.dataset
    assert (dataset.force, dataset.reported_by) == (west_yorkshire, "West Yorkshire Police")
    assert (dataset.first_month, dataset.last_month, dataset.rows_read) == (JULY, JULY, 58)
    assert not dataset.made_up


def test_rows_without_identifier_and_rows_that_look_alike_are_kept(west_yorkshire: Area) -> None:
    rows = rows_of(JULY_2018)[1:]
    alike = [row for row in rows if rows.count(row) > 1]
    assert alike, "the extract holds rows that are equal in every column"
    assert all(row[0] == "" for row in alike)
    import_street_crime(JULY_2018, acting_user=None)
    assert Incident.objects.filter(crime_id="").count() == sum(row[0] == "" for row in rows)
    assert Incident.objects.filter(location=alike[0][6], crime_id="").count() >= 2


def test_a_row_reads_back_as_the_file_has_it(west_yorkshire: Area) -> None:
    import_street_crime(JULY_2018, acting_user=None)
    row = next(row for row in rows_of(JULY_2018)[1:] if row[0] and row[4])
    kept = Incident.objects.get(crime_id=row[0])
    assert (kept.month, kept.category) == (JULY, row[9].lower().replace(" ", "-"))
    assert (f"{kept.longitude / 1e6:.6f}", f"{kept.latitude / 1e6:.6f}") == (row[4], row[5])
    assert (kept.location, kept.lsoa_code) == (row[6], row[7])


def test_a_gzip_of_any_name_and_the_tab_file_come_in(west_yorkshire: Area, lancashire: Area, tmp_path: Path) -> None:
    packed = tmp_path / "july.csv.gz"
    packed.write_bytes(gzip.compress(JULY_2018.read_bytes()))
    assert import_street_crime(packed, acting_user=None).read == 58
    report = import_street_crime(LANCASHIRE_TAB, acting_user=None)
    assert (report.read, report.placed, report.dataset.force) == (13, 13, lancashire)
    assert (report.dataset.first_month, report.dataset.last_month) == (date(2022, 1, 1), date(2022, 3, 1))
    assert not Coverage.objects.filter(dataset=report.dataset, month=date(2022, 2, 1)).exists()
    assert set(Incident.objects.filter(dataset=report.dataset).values_list("category")) == {
        ("anti-social-behaviour",)
    }


def test_batches_of_any_size_give_the_same(west_yorkshire: Area, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "BATCH", 7)
    told: list[int] = []
    report = import_street_crime(JULY_2018, acting_user=None, force=west_yorkshire, progress=told.append)
    assert (report.read, report.placed, report.outside, report.without_place) == (58, 51, 3, 4)
    assert told == [7, 14, 21, 28, 35, 42, 49, 56, 58]
    assert Coverage.objects.get(category="").rows == 58


def test_the_import_is_journalled_with_its_figures(west_yorkshire: Area) -> None:
    analyst = person(Role.ANALYST, area=west_yorkshire)
    report = import_street_crime(JULY_2018, acting_user=analyst)
    entry = Entry.objects.get(verb="pmp.imported_incidents")
    assert (entry.actor, entry.subject_id) == (analyst, report.dataset.pk)
    assert (entry.payload["rows"], entry.payload["placed"]) == (58, 51)
    assert report.dataset.imported_by == analyst


@pytest.mark.parametrize(
    "role", [Role.SECTOR_INSPECTOR, Role.TEAM_MEMBER, Role.PARTNER_WORKER, Role.EDITOR, Role.ADMINISTRATOR]
)
def test_who_may_not_import(west_yorkshire: Area, role: Role) -> None:
    with pytest.raises(Forbidden):
        import_street_crime(JULY_2018, acting_user=person(role))
    assert nothing_there()


# Where it belongs ----------------------------------------------------------------------------------


def test_a_row_in_another_forces_ward_is_outside_and_said_so(
    west_yorkshire: Area, lancashire: Area, tmp_path: Path
) -> None:
    """That force's own file counts there: counting it twice would raise its figures."""
    rows = rows_of(JULY_2018)
    _, longitude, latitude, *_ = LANCASHIRE_TAB.read_text().splitlines()[1].split("\t")
    stray = ["f" * 64, "2018-07", "West Yorkshire Police", "West Yorkshire Police", longitude, latitude, "On a trip",
             "E01012607", "", "Burglary", "", ""]  # fmt: skip
    report = import_street_crime(rewritten(tmp_path, [*rows, stray]), acting_user=None)
    assert (report.read, report.placed, report.outside, report.elsewhere) == (59, 51, 4, 1)
    kept = Incident.objects.get(crime_id="f" * 64)
    assert kept.ward is None
    assert kept.longitude is not None


def test_the_force_may_be_named(west_yorkshire: Area, lancashire: Area, tmp_path: Path) -> None:
    """Most rows lie in West Yorkshire; said to be Lancashire's, the one in its ward is placed."""
    rows = rows_of(JULY_2018)
    _, longitude, latitude, *_ = LANCASHIRE_TAB.read_text().splitlines()[1].split("\t")
    rows[5][4:6] = [longitude, latitude]
    report = import_street_crime(rewritten(tmp_path, rows), acting_user=None, force=lancashire)
    assert report.placed == 1
    assert report.dataset.force == lancashire


def nowhere(rows: list[list[str]]) -> list[list[str]]:
    """The same rows, every one at 0, 0."""
    return [rows[0], *([*row[:4], "0", "0", *row[6:]] for row in rows[1:])]


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("replace", [True, False])
def test_a_file_without_a_row_in_a_ward_is_refused(
    west_yorkshire: Area, tmp_path: Path, named: bool, replace: bool
) -> None:
    import_street_crime(JULY_2018, acting_user=None)
    force = west_yorkshire if named else None
    bad = rewritten(tmp_path, nowhere(rows_of(JULY_2018)), "bad.csv")
    with pytest.raises(BadFile, match=r"bad\.csv: no row lies in a ward"):
        import_street_crime(bad, acting_user=None, force=force, replace=replace)
    assert (Dataset.objects.count(), Incident.objects.count()) == (1, 58)


def test_a_file_of_another_force_is_refused_too(west_yorkshire: Area, lancashire: Area) -> None:
    with pytest.raises(BadFile, match="no row lies in a ward of Lancashire"):
        import_street_crime(JULY_2018, acting_user=None, force=lancashire)
    assert nothing_there()


def test_wards_of_an_older_vintage_get_no_new_rows(west_yorkshire: Area) -> None:
    old = Area.objects.filter(level=Level.WARD).first()
    Area.objects.wards().update(superseded_in=2026)
    newer = Area.objects.create(
        level=Level.WARD, name="New", slug="new-ward", code="E99", vintage=2026, parent=old.parent,
        boundary=old.boundary,
    )  # fmt: skip
    report = import_street_crime(JULY_2018, acting_user=None)
    assert set(Incident.objects.exclude(ward=None).values_list("ward", flat=True).distinct()) == {newer.pk}
    assert 0 < report.placed < 51


def test_without_the_forces_wards_nothing_is_imported(lancashire: Area) -> None:
    with pytest.raises(BadFile, match="load the force's wards first"):
        import_street_crime(JULY_2018, acting_user=None)
    assert nothing_there()


# Again ---------------------------------------------------------------------------------------------


def test_the_same_file_again_imports_nothing_and_says_so(west_yorkshire: Area, tmp_path: Path) -> None:
    first = import_street_crime(JULY_2018, acting_user=None)
    entries = Entry.objects.count()
    copy = tmp_path / "another-name.csv"
    copy.write_bytes(JULY_2018.read_bytes())
    again = import_street_crime(copy, acting_user=None)
    assert again.already
    assert again.dataset == first.dataset
    assert (Incident.objects.count(), Dataset.objects.count(), Entry.objects.count()) == (58, 1, entries)


def test_a_newer_file_of_the_month_takes_it_over(west_yorkshire: Area, tmp_path: Path) -> None:
    old = import_street_crime(JULY_2018, acting_user=None)
    rows = rows_of(JULY_2018)
    new = import_street_crime(rewritten(tmp_path, rows[:-10]), acting_user=None)
    assert [(one.file_name, one.rows, one.months) for one in new.replaced] == [(JULY_2018.name, 58, 1)]
    assert Incident.objects.count() == 48
    assert set(Incident.objects.values_list("dataset", flat=True)) == {new.dataset.pk}
    old.dataset.refresh_from_db()
    assert (old.dataset.replaced_by, old.dataset.rows_read) == (new.dataset, 58)
    assert import_street_crime(JULY_2018, acting_user=None).already, "an older file does not come back by itself"


def test_another_month_is_left_alone(west_yorkshire: Area) -> None:
    import_street_crime(JULY_2017, acting_user=None)
    report = import_street_crime(JULY_2018, acting_user=None)
    assert report.replaced == []
    by_month = dict(Incident.objects.values_list("month").annotate(Count("pk")))
    assert by_month == {date(2017, 7, 1): 34, JULY: 58}


def test_a_file_of_two_months_keeps_the_one_that_was_not_taken_over(west_yorkshire: Area, tmp_path: Path) -> None:
    both = rewritten(tmp_path, [*rows_of(JULY_2017), *rows_of(JULY_2018)[1:]], "both.csv")
    first = import_street_crime(both, acting_user=None)
    second = import_street_crime(JULY_2018, acting_user=None)
    assert [(one.file_name, one.rows, one.months) for one in second.replaced] == [("both.csv", 58, 1)]
    first.dataset.refresh_from_db()
    assert first.dataset.replaced_by is None
    assert Incident.objects.filter(dataset=first.dataset).count() == 34


def test_the_tab_file_takes_over_its_own_category_only(west_yorkshire: Area, tmp_path: Path) -> None:
    """A month counts once per category, so anti-social behaviour is not counted from both files."""
    street = import_street_crime(JULY_2018, acting_user=None)
    asb = [row for row in rows_of(JULY_2018)[1:] if row[9] == "Anti-social behaviour" and row[4]][:12]
    lines = ["\t".join(["month", "longitude", "latitude", "location", "lsoa_code"])]
    lines += ["\t".join(["2018-07-01", row[4], row[5], row[6], row[7]]) for row in asb]
    tab = tmp_path / "asb.tab"
    tab.write_text("\n".join(lines) + "\n")
    report = import_street_crime(tab, acting_user=None)
    assert [(one.rows, one.months) for one in report.replaced] == [(21, 1)]
    assert Incident.objects.filter(category="anti-social-behaviour").count() == 12
    assert Incident.objects.exclude(category="anti-social-behaviour").count() == 58 - 21
    street.dataset.refresh_from_db()
    assert street.dataset.replaced_by is None


def test_another_publisher_of_the_same_area_is_counted_beside_it(west_yorkshire: Area, tmp_path: Path) -> None:
    import_street_crime(JULY_2018, acting_user=None)
    rows = rows_of(JULY_2018)[:20]
    for row in rows[1:]:
        row[2] = row[3] = "British Transport Police"
    report = import_street_crime(rewritten(tmp_path, rows, "btp.csv"), acting_user=None)
    assert report.replaced == []
    assert Incident.objects.count() == 58 + 19


def test_the_database_itself_refuses_to_count_a_month_twice(west_yorkshire: Area) -> None:
    import_street_crime(JULY_2018, acting_user=None)
    line = Coverage.objects.get(category="")
    line.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        line.save(force_insert=True)


# Far fewer rows, and back ----------------------------------------------------------------------------


@pytest.mark.parametrize(("rows", "refused"), [(28, True), (29, False)])
def test_a_month_is_not_replaced_by_fewer_than_half_of_its_rows(
    west_yorkshire: Area, tmp_path: Path, rows: int, refused: bool
) -> None:
    import_street_crime(JULY_2018, acting_user=None)
    short = rewritten(tmp_path, rows_of(JULY_2018)[: rows + 1], "short.csv")
    if refused:
        with pytest.raises(FarFewer, match="July 2018 has 58 rows, and this file would replace them by 28"):
            import_street_crime(short, acting_user=None)
        assert (Dataset.objects.count(), Incident.objects.count()) == (1, 58)
        import_street_crime(short, acting_user=None, replace=True)
    else:
        import_street_crime(short, acting_user=None)
    assert Incident.objects.count() == rows


def test_each_month_is_judged_by_itself(west_yorkshire: Area, tmp_path: Path) -> None:
    """A file with many rows of one month may not wipe another."""
    import_street_crime(JULY_2017, acting_user=None)
    both = rewritten(tmp_path, [*rows_of(JULY_2018), *rows_of(JULY_2017)[1:3]], "both.csv")
    with pytest.raises(FarFewer, match="July 2017 has 34 rows, and this file would replace them by 2"):
        import_street_crime(both, acting_user=None)


def test_what_was_replaced_comes_back(west_yorkshire: Area, tmp_path: Path) -> None:
    analyst = person(Role.ANALYST, area=west_yorkshire)
    first = import_street_crime(JULY_2018, acting_user=None).dataset
    short = rewritten(tmp_path, rows_of(JULY_2018)[:11], "short.csv")
    second = import_street_crime(short, acting_user=None, replace=True).dataset
    assert import_street_crime(JULY_2018, acting_user=None).already
    report = import_street_crime(JULY_2018, acting_user=analyst, replace=True)
    assert (report.dataset, report.brought_back, report.already) == (first, True, False)
    assert [(one.file_name, one.rows) for one in report.replaced] == [("short.csv", 10)]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.replaced_by, second.replaced_by) == (None, first)
    assert (Incident.objects.count(), set(Incident.objects.values_list("dataset", flat=True))) == (58, {first.pk})
    assert Coverage.objects.get(category="").rows == 58
    entry = Entry.objects.get(verb="pmp.brought_back_incidents")
    assert (entry.actor, entry.payload["rows"], entry.payload["placed"]) == (analyst, 58, 51)
    assert "brought" in sentence(entry)
    assert import_street_crime(JULY_2018, acting_user=None, replace=True).already, "nothing is left to bring back"


def test_a_file_that_lost_one_of_its_months_gets_it_back(west_yorkshire: Area, tmp_path: Path) -> None:
    both = rewritten(tmp_path, [*rows_of(JULY_2017), *rows_of(JULY_2018)[1:]], "both.csv")
    import_street_crime(both, acting_user=None)
    import_street_crime(JULY_2018, acting_user=None)
    report = import_street_crime(both, acting_user=None, replace=True)
    assert [(one.file_name, one.rows) for one in report.replaced] == [(JULY_2018.name, 58)]
    assert Incident.objects.filter(dataset=report.dataset).count() == Incident.objects.count() == 92


def test_made_up_rows_give_way_to_however_few_real_ones(west_yorkshire: Area, tmp_path: Path) -> None:
    add_made_up_counts(west_yorkshire, first=JULY, last=JULY, acting_user=None)
    report = import_street_crime(rewritten(tmp_path, rows_of(JULY_2018)[:11]), acting_user=None)
    assert (Incident.objects.count(), len(report.replaced)) == (10, 1)


def test_the_command_says_how_to_go_on_and_brings_back(west_yorkshire: Area, tmp_path: Path) -> None:
    short = rewritten(tmp_path, rows_of(JULY_2018)[:11], "short.csv")
    call_command("import_street_crime", str(JULY_2018), stdout=StringIO())
    with pytest.raises(CommandError, match=r"58 rows.*by 10.*--replace\. Nothing of this file was imported"):
        call_command("import_street_crime", str(short))
    said = StringIO()
    call_command("import_street_crime", str(short), replace=True, stdout=said)
    call_command("import_street_crime", str(JULY_2018), stdout=said)
    call_command("import_street_crime", str(JULY_2018), replace=True, stdout=said)
    text = said.getvalue()
    assert "replaced since by short.csv; nothing done. To bring it back, import it again with --replace." in text
    assert "is brought back" in text
    assert "Takes over 1 month (10 rows) from short.csv" in text


def test_the_bar_moves_within_a_file_of_one_month(west_yorkshire: Area, tmp_path: Path) -> None:
    rows = rows_of(JULY_2018)
    many = rewritten(tmp_path, [rows[0], *rows[1:] * 200], "many.csv")
    told: list[int] = []
    import_street_crime(many, acting_user=None, progress=told.append)
    assert told == [5_000, 10_000, 11_600]


def test_a_database_that_is_not_set_up_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with pytest.raises(CommandError, match=r"not set up yet: run manage\.py migrate"):
        call_command("import_street_crime", str(JULY_2018))


# Bad files -----------------------------------------------------------------------------------------


def changed(row: int, column: int, value: str) -> list[list[str]]:
    rows = rows_of(JULY_2018)
    rows[row][column] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "where"),
    [
        (lambda: changed(50, 1, "July 18"), "row 51, column ‘Month’"),
        (lambda: changed(50, 4, "-1.5x"), "row 51, column ‘Longitude’"),
        (lambda: changed(50, 5, "530.1"), "row 51, column ‘Latitude’"),
        (lambda: changed(50, 9, ""), "row 51, column ‘Crime type’"),
        (lambda: changed(50, 9, "?!"), "row 51, column ‘Crime type’"),
        (lambda: changed(50, 0, "a" * 65), "row 51, column ‘Crime ID’"),
        (lambda: changed(50, 6, "x" * 201), "row 51, column ‘Location’"),
        (lambda: changed(50, 7, "E" * 21), "row 51, column ‘LSOA code’"),
        (lambda: [*rows_of(JULY_2018), ["cut", "short"]], "row 60"),
        (lambda: changed(0, 9, "Offence"), "column ‘"),
    ],
)
def test_a_bad_row_is_named_and_nothing_comes_in(
    west_yorkshire: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: object, where: str
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)  # so that 40 good rows are written before the bad one
    file = rewritten(tmp_path, rows())  # type: ignore[operator]
    entries = Entry.objects.count()
    with pytest.raises(CommandError) as refusal:
        call_command("import_street_crime", str(file))
    assert where in str(refusal.value)
    assert "Nothing of this file was imported" in str(refusal.value)
    assert nothing_there()
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("content", [b"", b"Crime ID,Month\n", b"\xff\xfe\x00"])
def test_what_is_no_street_file_is_refused(west_yorkshire: Area, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(BadFile, match=r"bad\.csv"):
        import_street_crime(file, acting_user=None)
    with pytest.raises(BadFile, match="cannot be opened"):
        import_street_crime(tmp_path / "none.csv", acting_user=None)
    assert nothing_there()


def test_a_heading_without_rows_is_refused(west_yorkshire: Area, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no rows"):
        import_street_crime(rewritten(tmp_path, rows_of(JULY_2018)[:1]), acting_user=None)


def test_a_crash_in_the_middle_leaves_the_old_month_standing(
    west_yorkshire: Area, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the rows are in and the older month is out, before the journal entry."""
    import_street_crime(JULY_2018, acting_user=None)
    before = list(Incident.objects.order_by("pk").values_list("pk", "dataset_id", "crime_id"))

    def failing(*args: object, **kwargs: object) -> None:
        assert Incident.objects.count() == 30, "the test must fail at a moment when everything has changed"
        raise KeyboardInterrupt

    monkeypatch.setattr(importing, "record", failing)
    with pytest.raises(KeyboardInterrupt):
        import_street_crime(rewritten(tmp_path, rows_of(JULY_2018)[:31]), acting_user=None)
    assert list(Incident.objects.order_by("pk").values_list("pk", "dataset_id", "crime_id")) == before
    assert Dataset.objects.count() == 1
    assert Dataset.objects.get().replaced_by is None


def test_files_before_a_bad_one_stay(west_yorkshire: Area, tmp_path: Path) -> None:
    bad = rewritten(tmp_path, changed(5, 1, "?"))
    with pytest.raises(CommandError, match="1 file before it was imported"):
        call_command("import_street_crime", str(JULY_2017), str(bad), stdout=StringIO())
    assert Dataset.objects.get().file_name == JULY_2017.name


def test_the_command_says_what_it_did(west_yorkshire: Area, tmp_path: Path) -> None:
    person(Role.ANALYST, area=west_yorkshire, email="analyst@example.test")
    said = StringIO()
    newer = rewritten(tmp_path, rows_of(JULY_2018)[:-1], "newer.csv")
    options = {"of": "west-yorkshire-police", "by": "analyst@example.test", "stdout": said}
    call_command("import_street_crime", str(JULY_2018), str(newer), str(newer), **options)
    text = said.getvalue()
    assert "58 rows read, 51 placed, 3 outside every ward of the force, 4 without coordinates" in text
    assert f"Takes over 1 month (58 rows) from {JULY_2018.name}" in text
    assert "newer.csv: already imported on" in text
    for wrong in ({"by": "nobody@example.test"}, {"of": "nowhere"}):
        with pytest.raises(CommandError):
            call_command("import_street_crime", str(JULY_2018), **wrong)
