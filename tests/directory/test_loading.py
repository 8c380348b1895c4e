"""Loading boundaries: whole or not at all, again without harm, and sectors that hang together."""

from __future__ import annotations

import gzip
import json
import random
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from demo.people import DEMO_WARDS
from directory.geography.boundaries import BadBoundaries, read_boundaries
from directory.geography.identity import CannotLoad
from directory.geography.loading import find_area, load_force
from directory.geography.sectors import connected_parts, group_contiguous, neighbours, share_out
from directory.models import Area, Level
from journal.models import Entry

WAKEFIELD = Path(__file__).resolve().parents[1] / "data" / "counts" / "wards-wakefield.geojson"
LANCASHIRE = WAKEFIELD.with_name("wards-lancashire-extract.geojson")
SQUARE = [[0.0, 50.0], [0.1, 50.0], [0.1, 50.1], [0.0, 50.1], [0.0, 50.0]]


def square(column: int, row: int = 0) -> dict:
    ring = [[round(x + column * 0.1, 5), round(y + row * 0.1, 5)] for x, y in SQUARE]
    return {"type": "Polygon", "coordinates": [ring]}


def collection(*features: dict) -> dict:
    return {"type": "FeatureCollection", "features": list(features)}


def feature(code: str = "E1", name: str = "One", geometry: dict | None = None, **properties: str) -> dict:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": name, **properties},
        "geometry": square(0) if geometry is None else geometry,
    }


def written(folder: Path, content: object, name: str = "wards.geojson") -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


# Reading -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("properties", "vintage"),
    [
        ({"WD25CD": "E05001446", "WD25NM": "Wakefield East", "WD25NMW": " "}, 2025),
        ({"WD22CD": "E05001446", "WD22NM": "Wakefield East"}, 2022),
        ({"WD22CD": "old", "WD22NM": "Old", "WD25CD": "E05001446", "WD25NM": "Wakefield East"}, 2025),
        ({"ward_code": "E05001446", "ward_name": "Wakefield East"}, None),
        ({"Code": "E05001446", "NAME": "Wakefield East"}, None),
    ],
)
def test_finds_code_and_name_whatever_the_year(tmp_path: Path, properties: dict, vintage: int | None) -> None:
    item = {"type": "Feature", "properties": properties, "geometry": square(0)}
    (found,) = read_boundaries(written(tmp_path, collection(item)))
    assert (found.code, found.name, found.vintage) == ("E05001446", "Wakefield East", vintage)


BAD = {
    "no polygon": (feature(geometry={"type": "Point", "coordinates": [0, 50]}), "must be a Polygon"),
    "no geometry": (feature() | {"geometry": None}, "has no geometry"),
    "not closed": (
        feature(geometry={"type": "Polygon", "coordinates": [[*SQUARE[:-1], [0.05, 50.0]]]}),
        "not closed",
    ),
    "too short": (feature(geometry={"type": "Polygon", "coordinates": [SQUARE[:2]]}), "fewer than four"),
    "in metres": (
        feature(geometry={"type": "Polygon", "coordinates": [[[412052, 282830], [1, 1], [2, 2], [412052, 282830]]]}),
        "WGS 84",
    ),
    "text for a number": (
        feature(geometry={"type": "Polygon", "coordinates": [[["0", "50"], *SQUARE[1:]]]}),
        "not two numbers",
    ),
    "empty name": (feature(name=" "), "name is empty"),
    "code twice": (feature(), "already that of feature 1"),
    "code too long": (feature(code="E" * 21), "longer than 20"),
    "encloses nothing": (feature(geometry={"type": "Polygon", "coordinates": [[[0, 50]] * 5]}), "encloses"),
}


@pytest.mark.parametrize("kind", BAD)
@pytest.mark.django_db
def test_bad_feature_is_named_and_nothing_is_loaded(tmp_path: Path, kind: str) -> None:
    """The bad one comes second, after a good one, so that a half-loaded file would show."""
    bad, problem = BAD[kind]
    first = feature()
    if kind != "code twice":
        bad["properties"]["code"] = bad["properties"]["code"].replace("E1", "E2")
    file = written(tmp_path, collection(first, bad))
    with pytest.raises(CommandError) as refusal:
        call_command("load_areas", str(file), level="ward", under="Midshire", new_force=True, lpa="X", vintage=2025)
    assert "feature 2" in str(refusal.value)
    assert problem in str(refusal.value)
    assert "Nothing was loaded" in str(refusal.value)
    assert not Area.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('{"type": "FeatureCollection", "features": [', "is not JSON"),
        (json.dumps({"type": "Feature"}), "not a GeoJSON FeatureCollection"),
        (json.dumps(collection()), "has no features"),
        (json.dumps(collection({"properties": {"WD25CD": "E1"}, "geometry": None})), "it has: WD25CD"),
        (
            json.dumps(collection(feature()) | {"crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}}),
            "save it in WGS 84",
        ),
    ],
)
def test_a_file_that_is_no_boundary_file_says_so(tmp_path: Path, content: str, problem: str) -> None:
    with pytest.raises(BadBoundaries, match=r"wards\.geojson") as refusal:
        read_boundaries(written(tmp_path, content))
    assert problem in str(refusal.value)


def test_a_cut_short_gzip_and_a_missing_file_say_so(tmp_path: Path) -> None:
    file = tmp_path / "wards.json.gz"
    file.write_bytes(gzip.compress(json.dumps(collection(feature())).encode())[:-12])
    with pytest.raises(BadBoundaries, match="cut short"):
        read_boundaries(file)
    with pytest.raises(BadBoundaries, match="cannot be read"):
        read_boundaries(tmp_path / "none.geojson")


def test_slivers_that_rounding_flattens_are_left_out(tmp_path: Path) -> None:
    sliver = [[0.5, 50.0], [0.5000000001, 50.0], [0.5, 50.0000000001], [0.5, 50.0]]
    item = feature(geometry={"type": "MultiPolygon", "coordinates": [[sliver], [SQUARE]]})
    (found,) = read_boundaries(written(tmp_path, collection(item)))
    assert found.geometry["coordinates"] == [[SQUARE]]


def test_brackets_without_end_are_said(tmp_path: Path) -> None:
    with pytest.raises(BadBoundaries, match="nested too deeply"):
        read_boundaries(written(tmp_path, "[" * 100_000))


# Loading -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_wards_under_a_force_make_lpas_and_sectors_without_a_gap() -> None:
    force, report = load_force("West Yorkshire Police", read_boundaries(WAKEFIELD), sectors=2)
    assert (report.loaded, len(report.sectors)) == (5, 2)
    lpa = Area.objects.get(level=Level.LPA)
    assert (lpa.name, lpa.code, lpa.parent) == ("Wakefield", "E08000036", force)
    for ward in Area.objects.filter(level=Level.WARD):
        keys = [int(key) for key in ward.path.split(".") if key]
        assert len(keys) == 4, "the path is read by position, so no level may be left out"
        assert (ward.ancestor_key(Level.FORCE), ward.ancestor_key(Level.LPA)) == (force.pk, lpa.pk)
        assert ward.ancestor_key(Level.SECTOR) == ward.parent_id
        assert ward.parent.level == Level.SECTOR
        assert ward.vintage == 2025
        assert json.loads(ward.boundary)["type"] == "Polygon"


@pytest.mark.django_db
def test_loading_again_changes_nothing() -> None:
    load_force("West Yorkshire Police", read_boundaries(WAKEFIELD), sectors=2)
    before = list(Area.objects.order_by("pk").values())
    entries = Entry.objects.count()
    _, report = load_force("West Yorkshire Police", read_boundaries(WAKEFIELD), sectors=3)
    assert (report.loaded, report.updated, report.unchanged, report.sectors) == (0, 0, 5, [])
    assert list(Area.objects.order_by("pk").values()) == before
    assert Entry.objects.count() == entries, "nothing happened, so the journal says nothing"


@pytest.mark.django_db
def test_a_boundary_drawn_a_little_otherwise_updates_only_that_ward(tmp_path: Path) -> None:
    load_force("West Yorkshire Police", read_boundaries(WAKEFIELD))
    content = json.loads(WAKEFIELD.read_text())
    ring = content["features"][0]["geometry"]["coordinates"][0]
    del ring[1]
    _, report = load_force("West Yorkshire Police", read_boundaries(written(tmp_path, content)))
    assert (report.loaded, report.updated, report.unchanged) == (0, 1, 4)
    code = content["features"][0]["properties"]["WD25CD"]
    assert len(json.loads(Area.objects.get(code=code).boundary)["coordinates"][0]) == len(ring)


@pytest.mark.django_db
def test_the_next_vintage_joins_the_sectors_that_are_there() -> None:
    load_force("West Yorkshire Police", read_boundaries(WAKEFIELD), sectors=2)
    old = {ward.code: ward.parent_id for ward in Area.objects.filter(level=Level.WARD)}
    _, report = load_force("West Yorkshire Police", read_boundaries(WAKEFIELD), sectors=5, vintage=2026)
    assert (report.loaded, report.sectors) == (5, [])
    assert {ward.code: ward.parent_id for ward in Area.objects.filter(vintage=2026, level=Level.WARD)} == old


@pytest.mark.django_db
def test_a_ward_of_another_lpa_is_refused_and_the_rest_loads() -> None:
    features = read_boundaries(WAKEFIELD)
    load_force("West Yorkshire Police", features[:1])
    home = Area.objects.get(level=Level.WARD).path
    _, report = load_force("Elsewhere Police", features, lpa_name="Elsewhere")
    assert (report.loaded, len(report.refused)) == (4, 1)
    assert features[0].code in report.refused[0]
    assert Area.objects.get(code=features[0].code).path == home


@pytest.mark.django_db
def test_the_command_loads_under_a_sector_and_reports() -> None:
    _, _ = load_force("West Yorkshire Police", read_boundaries(WAKEFIELD)[:4])
    sector = Area.objects.get(level=Level.SECTOR)
    said = StringIO()
    call_command("load_areas", str(WAKEFIELD), level="ward", under=sector.slug, stdout=said)
    assert "1 loaded, 0 updated, 4 unchanged, 0 refused" in said.getvalue()
    assert sector.children.count() == 5


@pytest.mark.parametrize(
    ("under", "options", "problem"),
    [
        ("nowhere", {}, "There is no force or local policing area or sector called nowhere"),
        ("norwick", {"level": "lpa"}, "cannot go under Norwick"),
        ("midshire", {}, "does not say which local authority"),
        ("norwick", {"vintage": None}, "give the vintage"),
        ("midshire", {"lpa": "All", "group_into_sectors": 0}, "one sector or more"),
    ],
)
@pytest.mark.django_db
def test_what_cannot_be_loaded_is_refused_in_words(tmp_path: Path, under: str, options: dict, problem: str) -> None:
    force = Area.objects.create(level=Level.FORCE, name="Midshire", slug="midshire")
    Area.objects.create(level=Level.LPA, name="Norwick", slug="norwick", parent=force)
    asked = {"level": "ward", "under": under, "vintage": 2022, **options}
    file = LANCASHIRE if asked["level"] == "ward" else written(tmp_path, collection(feature()))
    with pytest.raises(CommandError, match=problem):
        call_command("load_areas", str(file), **asked)
    assert Area.objects.count() == 2


@pytest.mark.django_db
def test_a_wrong_area_above_is_answered_with_those_that_fit(tmp_path: Path) -> None:
    """And the sentences of a refusal stay apart."""
    force = Area.objects.create(level=Level.FORCE, name="Midshire", slug="midshire")
    lpa = Area.objects.create(level=Level.LPA, name="Norwick", slug="norwick", parent=force)
    for number in range(10, 30):
        Area.objects.create(level=Level.SECTOR, name=f"S{number}", slug=f"a-{number}", parent=lpa)
    file = str(written(tmp_path, collection(feature())))
    for level, known in (
        ("lpa", "Known: forces midshire."),
        ("sector", "Known: local policing areas norwick."),
        ("ward", "Known: forces midshire; local policing areas norwick; sectors a-10, "),
    ):
        with pytest.raises(CommandError) as refusal:
            call_command("load_areas", file, level=level, under="nowhere", vintage=2025)
        assert known in str(refusal.value)
        assert str(refusal.value).endswith(". Nothing was loaded.")
        assert ".." not in str(refusal.value)
    assert "a-21 and 8 more" in str(refusal.value)
    with pytest.raises(CommandError, match=r"cannot be read \(No such file or directory\)\. Nothing was loaded\.$"):
        call_command("load_areas", str(tmp_path / "none.json"), level="ward", under="norwick")


@pytest.mark.django_db
def test_a_database_that_is_not_set_up_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", list)
    with pytest.raises(CommandError, match=r"not set up yet: run manage\.py migrate"):
        call_command("load_areas", str(WAKEFIELD), level="ward", under="x")


@pytest.mark.django_db
def test_a_crash_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from directory.geography import loading

    real, calls = loading._add, []

    def failing(*args: object) -> Area:
        calls.append(args)
        if len(calls) == 4:
            raise OSError("the disk is full")
        return real(*args)

    monkeypatch.setattr(loading, "_add", failing)
    with pytest.raises(OSError, match="disk"):
        load_force("West Yorkshire Police", read_boundaries(WAKEFIELD))
    assert len(calls) == 4
    assert not Area.objects.exists()


@pytest.mark.django_db
def test_find_area_asks_back_where_a_name_is_two_places() -> None:
    force = Area.objects.create(level=Level.FORCE, name="Midshire", slug="midshire")
    Area.objects.create(level=Level.LPA, name="Park", slug="park-one", parent=force)
    Area.objects.create(level=Level.LPA, name="Park", slug="park-two", parent=force)
    with pytest.raises(CannotLoad, match=r"park-one.*park-two"):
        find_area("Park")
    assert find_area("park-two").slug == "park-two"


@pytest.mark.django_db
def test_wards_of_one_name_get_slugs_of_their_own(tmp_path: Path) -> None:
    def park(code: str, district: str, column: int) -> dict:
        names = {"WD25CD": code, "WD25NM": "Park", "LAD25CD": f"L{district}", "LAD25NM": district}
        return {"type": "Feature", "properties": names, "geometry": square(column)}

    file = written(tmp_path, collection(park("E1", "Norwick", 0), park("E2", "Southam", 2)))
    load_force("Midshire", read_boundaries(file))
    slugs = set(Area.objects.filter(level=Level.WARD).values_list("slug", flat=True))
    assert slugs == {"park", "park-southam"}


# Grouping ------------------------------------------------------------------------------------------


def grid(cells: set[tuple[int, int]]) -> dict[str, dict]:
    return {f"{column:02d}-{row:02d}": square(column, row) for column, row in cells}


@given(
    cells=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=20),
    count=st.integers(1, 8),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_groups_are_contiguous_complete_and_the_same_in_any_order(
    cells: set[tuple[int, int]], count: int, order: random.Random
) -> None:
    shapes = grid(cells)
    groups = group_contiguous(shapes, count)
    assert len(groups) == min(count, len(shapes))
    assert sorted(key for group in groups for key in group) == sorted(shapes)
    beside = neighbours(shapes)
    assert all(len(connected_parts(group, beside)) == 1 for group in groups)
    shuffled = list(shapes.items())
    order.shuffle(shuffled)
    assert group_contiguous(dict(shuffled), count) == groups


def test_wards_that_touch_in_one_corner_are_no_neighbours() -> None:
    shapes = grid({(0, 0), (1, 0), (1, 1)})
    assert neighbours(shapes)["00-00"] == {"01-00"}, "01-01 only touches the corner"


def test_an_island_is_tied_to_what_lies_nearest() -> None:
    assert neighbours(grid({(0, 0), (1, 0), (4, 0)}))["04-00"] == {"01-00"}


@given(sizes=st.lists(st.integers(1, 80), min_size=1, max_size=9), extra=st.integers(0, 60))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_sectors_are_shared_out_whole(sizes: list[int], extra: int) -> None:
    total = len(sizes) + extra
    by_name = {f"d{number}": size for number, size in enumerate(sizes)}
    shares = share_out(total, by_name)
    assert sum(shares.values()) == min(total, sum(sizes))
    assert all(1 <= shares[name] <= by_name[name] for name in by_name)


def test_fewer_sectors_than_districts_is_refused() -> None:
    with pytest.raises(ValueError, match="2 districts need 2 sectors"):
        share_out(1, {"a": 5, "b": 5})


# The shipped and the real files --------------------------------------------------------------------

DISTRICTS = {
    "Birmingham": 69, "Coventry": 18, "Dudley": 24, "Sandwell": 24, "Solihull": 17, "Walsall": 20,
    "Wolverhampton": 20,
}  # fmt: skip


@pytest.mark.django_db
def test_the_demonstration_force_is_seven_lpas_forty_sectors_192_wards() -> None:
    """Ward numbers: ONS, December 2025 wards of the seven metropolitan districts."""
    assert DEMO_WARDS.stat().st_size < 400_000
    _, report = load_force("West Midlands Police", read_boundaries(DEMO_WARDS), sectors=40)
    assert (report.loaded, len(report.sectors)) == (192, 40)
    for name, wards in DISTRICTS.items():
        lpa = Area.objects.get(level=Level.LPA, name=name)
        assert lpa.below().filter(level=Level.WARD).count() == wards
    sizes = [sector.children.count() for sector in Area.objects.filter(level=Level.SECTOR)]
    assert min(sizes) >= 4
    assert max(sizes) <= 6
    shapes = {ward.code: json.loads(ward.boundary) for ward in Area.objects.filter(level=Level.WARD)}
    beside = neighbours(shapes)
    for sector in Area.objects.filter(level=Level.SECTOR):
        codes = sector.children.values_list("code", flat=True)
        assert len(connected_parts(codes, beside)) == 1, sector.name


def test_the_shipped_wards_are_the_published_ones_rounded(shared_data: Path) -> None:
    """Rounded to five decimals, neighbours still share the corners they shared: no gap opened."""
    published = {
        found.code: found
        for number in range(25, 32)
        for found in read_boundaries(shared_data / "boundaries" / f"wards-E080000{number}.geojson")
    }
    shipped = {found.code: found for found in read_boundaries(DEMO_WARDS)}
    assert shipped.keys() == published.keys()
    assert {code: one.name for code, one in shipped.items()} == {code: one.name for code, one in published.items()}
    before = neighbours({code: one.geometry for code, one in published.items()})
    assert neighbours({code: one.geometry for code, one in shipped.items()}) == before


@pytest.mark.django_db
def test_west_yorkshire_and_lancashire_load_as_further_forces(shared_data: Path) -> None:
    folder = shared_data / "boundaries"
    files = [folder / f"wards-E080000{number}.geojson" for number in range(32, 37)]
    features = [found for file in files for found in read_boundaries(file)]
    _, report = load_force("West Yorkshire Police", features, sectors=24)
    assert (report.loaded, len(report.sectors)) == (len(features), 24)
    wards = read_boundaries(folder / "wards-lancashire-2022.geojson")
    _, report = load_force("Lancashire Constabulary", wards, sectors=40, vintage=2022, lpa_name="Lancashire")
    assert (report.loaded, len(report.sectors)) == (271, 40)
    assert Area.objects.filter(level=Level.LPA).count() == 6
