"""Rows of real files in real wards."""

import json

from directory.geography.points import OUTSIDE, Wards
from pmp.analysis.readers import read_street_file


def winding(x, y, geometry):
    """A second opinion, one point at a time: the plain even-odd loop."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    inside = False
    for rings in polygons:
        for ring in rings:
            for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], ring[0]], strict=True):
                if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                    inside = not inside
    return inside


def test_real_wards(shared_data):
    """West Yorkshire, July 2018: all located rows but 15 lie in a ward; a sample by a second method."""
    shapes = [
        (feature["properties"]["WD25CD"], feature["geometry"])
        for code in range(32, 37)
        for feature in json.loads((shared_data / "boundaries" / f"wards-E080000{code}.geojson").read_text())[
            "features"
        ]
    ]
    rows = list(read_street_file(shared_data / "police" / "2018-07-west-yorkshire-street.csv.gz"))
    wards = Wards(shapes)
    found = wards.place([row.longitude for row in rows], [row.latitude for row in rows])
    outside = [row for row, index in zip(rows, found, strict=True) if index == OUTSIDE]
    assert sum(row.longitude is None for row in outside) == 883
    assert len(outside) - 883 == 15
    for index in range(0, len(rows), 400):
        if rows[index].longitude is None:
            continue
        expected = [
            i for i, (_, shape) in enumerate(shapes) if winding(rows[index].longitude, rows[index].latitude, shape)
        ]
        assert expected == ([found[index]] if found[index] != OUTSIDE else [])


def test_every_lancashire_row_is_in_a_ward(shared_data, lancashire):
    features = json.loads((shared_data / "boundaries" / "wards-lancashire-2022.geojson").read_text())["features"]
    wards = Wards((feature["properties"]["ward_code"], feature["geometry"]) for feature in features)
    found = wards.place([row.longitude for row in lancashire], [row.latitude for row in lancashire])
    assert len(wards) == 271
    assert (found >= 0).all()
