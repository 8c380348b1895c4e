"""Hot spots over time: Getis-Ord Gi* on a grid, period by period, and what became of each cell.

A cell is hot in a period when it and its neighbours together hold more incidents than the whole area's mean
would give (Gi*, p < .05, two-sided, optionally corrected for looking at many cells). Over all periods a cell
is persistent (hot in 80 % or more of them), emerging (hot lately, not before), former (hot before, not
lately) or intermittent (hot in 10 % or more). Sources: Ord and Getis (1995), Local spatial autocorrelation
statistics, Geographical Analysis 27(4); classes and thresholds as in the R package sfhotspot.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from scipy.spatial import ConvexHull, QhullError
from scipy.special import ndtr

from pmp.analysis.ground import Ground
from pmp.analysis.readers import Incident
from pmp.analysis.triggers import CELL_METRES, EXPIRES_AFTER, Alert
from pmp.analysis.wording import counted, number

type Numbers = npt.NDArray[np.float64]
type Flags = npt.NDArray[np.bool_]

CRITICAL = 0.05
PERSISTENT, RECENT, ANY = 0.8, 0.2, 0.1
PERIODS_AT_LEAST = 5
# What police.uk writes where the map point has no street name.
NAMELESS = ("", "On or near", "On or near ", "No Location")
CLASSES = ("persistent", "emerging", "former", "intermittent", "none")


def gi_star(counts: Numbers, inside: Flags | None = None) -> Numbers:
    """Gi* z-scores of a grid: each cell with its eight neighbours, all of weight one.

    `counts` is (rows, columns) of incidents; `inside` marks the cells of the study area (all, when not
    given): the others count for nothing and come back as NaN, as does everything where all cells are alike.
    """
    mask = np.ones(counts.shape, dtype=bool) if inside is None else inside
    values = np.where(mask, counts, 0.0)
    n = int(mask.sum())
    if n < 2:
        return np.full(counts.shape, np.nan)
    mean = values.sum() / n
    variance = max(0.0, float((values**2).sum() / n - mean**2))
    weights = _with_neighbours(mask.astype(float))
    spread = math.sqrt(variance) * np.sqrt(np.maximum(0.0, (n * weights - weights**2) / (n - 1)))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (_with_neighbours(values) - mean * weights) / spread
    z[~mask | (spread == 0)] = np.nan
    return z


def _with_neighbours(grid: Numbers) -> Numbers:
    """Sum of each cell and the eight round it; nought beyond the edge."""
    rows, columns = grid.shape
    padded = np.pad(grid, 1)
    return sum(
        (padded[down : down + rows, along : along + columns] for down in range(3) for along in range(3)),
        start=np.zeros_like(grid),
    )


def classify(hot: Flags) -> npt.NDArray[np.str_]:
    """The class of each cell from its history. `hot` is (periods, …) and the result loses the first axis.

    Persistent goes first; emerging and former compare the latest fifth of the periods (at least one) with the
    rest, where 'hot' means in at least a tenth of them; intermittent is hot in a tenth overall.
    """
    periods = len(hot)
    lately = max(1, math.floor(periods * RECENT + 0.5))
    share = hot.mean(axis=0)
    now = hot[periods - lately :].mean(axis=0) >= ANY
    before = hot[: periods - lately].mean(axis=0) >= ANY if periods > lately else np.zeros(hot.shape[1:], bool)
    return np.select([share >= PERSISTENT, now & ~before, before & ~now, share >= ANY], list(CLASSES[:4]), "none")


def false_discovery(p: Numbers, level: float = CRITICAL) -> Flags:
    """Which p-values stay under `level` after the Benjamini-Hochberg correction; NaN never does."""
    found = np.zeros(p.shape, dtype=bool)
    usable = np.flatnonzero(np.isfinite(p.ravel()))
    order = usable[np.argsort(p.ravel()[usable])]
    passing = np.flatnonzero(p.ravel()[order] <= level * np.arange(1, len(order) + 1) / max(1, len(order)))
    if len(passing):
        found.ravel()[order[: passing[-1] + 1]] = True
    return found


@dataclass(frozen=True, slots=True)
class HotSpots:
    """The grid: `counts`, `z`, `hot` are (periods, rows, columns), `classes` and `inside` (rows, columns)."""

    ground: Ground
    west: float
    south: float
    cell: float
    months: tuple[date, ...]
    counts: Numbers
    z: Numbers
    hot: Flags
    inside: Flags
    classes: npt.NDArray[np.str_]

    def centre(self, row: int, column: int) -> tuple[float, float]:
        """Longitude and latitude of the middle of a cell."""
        return self.ground.degrees(self.west + (column + 0.5) * self.cell, self.south + (row + 0.5) * self.cell)


def hot_spots(incidents: Iterable[Incident], *, cell: float = CELL_METRES, correct: bool = False) -> HotSpots:
    """Grid the located incidents in cells of `cell` metres and classify every cell by month.

    The study area is the convex hull of the points. `correct` applies the false discovery rate within each
    month. Raises ValueError with fewer than five months, fewer than three separate points, or a cell so small
    that the grid would pass four million cells a month.
    """
    rows = [row for row in incidents if row.longitude is not None and row.latitude is not None]
    months = tuple(sorted({row.month for row in rows}))
    if len(months) < PERIODS_AT_LEAST:
        raise ValueError(f"Hot spots over time need {PERIODS_AT_LEAST} months or more, not {len(months)}")
    longitudes = np.array([row.longitude for row in rows], dtype=float)
    latitudes = np.array([row.latitude for row in rows], dtype=float)
    ground = Ground.of(longitudes, latitudes)
    points = ground.metres(longitudes, latitudes)
    west, south = (points.min(axis=0) // cell) * cell
    along, up = ((points - [west, south]) // cell).astype(int).T
    shape = (int(up.max()) + 1, int(along.max()) + 1)
    if shape[0] * shape[1] > 4_000_000:
        raise ValueError(f"Cells of {number(cell)} m are too small for so wide an area")
    number_of = {month: index for index, month in enumerate(months)}
    period = np.array([number_of[row.month] for row in rows])
    counts = np.zeros((len(months), *shape))
    np.add.at(counts, (period, up, along), 1)
    inside = _hull(points, west, south, cell, shape) | (counts.sum(axis=0) > 0)
    z = np.stack([gi_star(month, inside) for month in counts])
    p = 2 * ndtr(-np.abs(z))
    hot = np.stack([false_discovery(month) for month in p]) if correct else p < CRITICAL
    hot &= z > 0
    return HotSpots(ground, float(west), float(south), cell, months, counts, z, hot, inside, classify(hot))


def _hull(points: Numbers, west: float, south: float, cell: float, shape: tuple[int, int]) -> Flags:
    """Cells whose middle lies in the convex hull of the points."""
    try:
        hull = ConvexHull(np.unique(points, axis=0))
    except (QhullError, ValueError):
        raise ValueError("Hot spots need incidents at three or more separate points, not in a line") from None
    x = west + (np.arange(shape[1]) + 0.5) * cell
    y = south + (np.arange(shape[0]) + 0.5) * cell
    inside = np.ones(shape, dtype=bool)
    for a, b, c in hull.equations:
        inside &= (a * x[None, :] + b * y[:, None] + c) <= 1e-9
    return inside


def hot_spot_alerts(
    spots: HotSpots, names: Iterable[Incident] = (), *, classes: Iterable[str] = CLASSES[:4]
) -> list[Alert]:
    """One alert for each cell of the classes asked for, hottest first.

    Observed and expected are those of the cell and its neighbours in the latest month (for a former hot spot
    too: that is what shows it has gone). `names` are incidents from which to name cells by their commonest
    street.
    """
    streets = _streets(spots, names)
    wanted = set(classes)
    last = len(spots.months) - 1
    together = _with_neighbours(spots.counts[last])
    mean = spots.counts[last][spots.inside].mean()
    expected = mean * _with_neighbours(spots.inside.astype(float))
    alerts = []
    for row, column in np.argwhere(np.isin(spots.classes, sorted(wanted))).tolist():
        kind = str(spots.classes[row, column])
        times = int(spots.hot[:, row, column].sum())
        alerts.append(
            _alert(
                spots, row, column, kind, times, float(together[row, column]), float(expected[row, column]),
                streets.get((row, column), ""),
            )
        )  # fmt: skip
    return sorted(alerts, key=lambda alert: (CLASSES.index(alert.rule[8:]), -alert.observed, alert.place))


def _streets(spots: HotSpots, names: Iterable[Incident]) -> dict[tuple[int, int], str]:
    rows = [
        row
        for row in names
        if row.longitude is not None and row.latitude is not None and row.location not in NAMELESS
    ]
    if not rows:
        return {}
    points = spots.ground.metres(
        np.array([row.longitude for row in rows], dtype=float),
        np.array([row.latitude for row in rows], dtype=float),
    )
    along, up = ((points - [spots.west, spots.south]) // spots.cell).astype(int).T
    tally: dict[tuple[int, int], dict[str, int]] = {}
    for cell, row in zip(zip(up.tolist(), along.tolist(), strict=True), rows, strict=True):
        streets = tally.setdefault(cell, {})
        streets[row.location] = streets.get(row.location, 0) + 1
    return {cell: min(streets, key=lambda name: (-streets[name], name)) for cell, streets in tally.items()}


def _alert(
    spots: HotSpots, row: int, column: int, kind: str, times: int, seen: float, usual: float, street: str
) -> Alert:
    longitude, latitude = spots.centre(row, column)
    latest = spots.months[-1]
    lately = max(1, math.floor(len(spots.months) * RECENT + 0.5))
    recent = int(spots.hot[-lately:, row, column].sum())
    why = (
        f"{kind.capitalize()} hot spot of {number(spots.cell)} m with its neighbours: hot in {times} of "
        f"{counted(len(spots.months), 'month')}, {recent} of the last {lately}. In the latest month "
        f"{number(seen)} incidents, against {number(usual)} if they were spread evenly."
    )
    return Alert(
        f"hotspot_{kind}", street or f"cell {row + 1}, {column + 1}", f"{latest:%Y-%m}", seen, usual, why,
        (latest.replace(day=28) + timedelta(days=4)).replace(day=1) + EXPIRES_AFTER, (longitude, latitude),
    )  # fmt: skip
