"""Near repeats: where one incident has just been, the next is more likely close by and soon.

Two incidents are linked when they lie within a distance and a time of each other; the chains that links make
are strings. Sources: Johnson, S. D. and Bowers, K. J. (2004), The burglary as clue to the future, European
Journal of Criminology 1(2) (400 m, two months); Wheeler, Riddell and Haberman (2021), Breaking the chain,
Criminal Justice Review 46(2) (strings).

police.uk gives months and map points, not days and doors: on its files this shows the method only, and the
alerts say so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from pmp.analysis.ground import Ground
from pmp.analysis.readers import Incident
from pmp.analysis.triggers import EXPIRES_AFTER, NEAR_DAYS, NEAR_METRES, Alert
from pmp.analysis.wording import counted, number

type Numbers = npt.NDArray[np.float64]
type Labels = npt.NDArray[np.intp]


def near_strings(
    east: Sequence[float] | Numbers,
    north: Sequence[float] | Numbers,
    time: Sequence[float] | Numbers,
    distance: float,
    span: float,
) -> Labels:
    """Number the string that each event belongs to: 1, 2, … in order of each string's first event.

    Two events are linked when both their distance is at most `distance` and their times differ by at most
    `span` (any one unit each). A lone event is a string of its own. Events that share place and time are
    folded into one node first, so a town centre costs no more than its distinct points.
    """
    events = np.column_stack([np.asarray(part, dtype=float) for part in (east, north, time)])
    if not np.isfinite(events).all():
        raise ValueError("Every event needs a place and a time")
    if not len(events):
        return np.zeros(0, dtype=np.intp)
    nodes, node_of = np.unique(events, axis=0, return_inverse=True)
    pairs = cKDTree(nodes[:, :2]).query_pairs(distance, output_type="ndarray")
    pairs = pairs[np.abs(nodes[pairs[:, 0], 2] - nodes[pairs[:, 1], 2]) <= span]
    links = coo_array((np.ones(len(pairs), dtype=bool), pairs.T), shape=(len(nodes), len(nodes)))
    _, component = connected_components(links, directed=False)
    found = component[node_of.reshape(-1)]
    _, first, numbered = np.unique(found, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.intp)
    rank[np.argsort(first)] = np.arange(1, len(first) + 1)
    return rank[numbered]


@dataclass(frozen=True, slots=True)
class _Located:
    """The located rows as arrays: metres, day numbers, the rows themselves, and the map they are on."""

    rows: list[Incident]
    places: Numbers
    days: Numbers
    ground: Ground


def near_repeat_alerts(
    incidents: Iterable[Incident],
    *,
    as_at: date | None = None,
    metres: float = NEAR_METRES,
    days: int = NEAR_DAYS,
    at_least: int = 3,
) -> list[Alert]:
    """Strings of `at_least` incidents among those of the `days` up to `as_at` (default: the last month).

    Expected is what the same ground (within `metres` of an incident of the string) had in as long a time
    before, from the earlier rows; None where there are none. Only strings above it are returned, the
    furthest above first. `days` counts back from the latest incident. Rows without coordinates are left out.
    """
    if metres <= 0 or days < 0 or at_least < 2:
        raise ValueError("A near repeat needs a distance above nought and at least two incidents")
    located = _locate(incidents, as_at)
    if located is None:
        return []
    last = located.days.max()
    recent = located.days >= last - days
    chosen = np.flatnonzero(recent)
    east, north = located.places[chosen].T
    strings = near_strings(east, north, located.days[chosen], metres, days)
    expected = _expected(located, recent, strings, metres)
    alerts = []
    order = np.argsort(strings, kind="stable")
    for members in np.split(chosen[order], np.flatnonzero(np.diff(strings[order])) + 1):
        usual = None if expected is None else float(expected[strings[np.searchsorted(chosen, members[0])] - 1])
        if len(members) >= at_least and (usual is None or len(members) > usual):
            alerts.append(_alert(located, members, usual, metres, days))
    return sorted(alerts, key=lambda alert: (-(alert.observed - (alert.expected or 0)), alert.place))


def _locate(incidents: Iterable[Incident], as_at: date | None) -> _Located | None:
    rows = [
        row
        for row in incidents
        if row.longitude is not None and row.latitude is not None and (as_at is None or row.month <= as_at)
    ]
    if not rows:
        return None
    longitudes = np.array([row.longitude for row in rows], dtype=float)
    latitudes = np.array([row.latitude for row in rows], dtype=float)
    ground = Ground.of(longitudes, latitudes)
    days = np.array([row.month.toordinal() for row in rows], dtype=float)
    return _Located(rows, ground.metres(longitudes, latitudes), days, ground)


def _expected(located: _Located, recent: npt.NDArray[np.bool_], strings: Labels, metres: float) -> Numbers | None:
    """Earlier incidents on each string's ground, scaled to the length of the recent time."""
    if recent.all():
        return None
    # Months of which there are rows, so that a missing file does not pass for a quiet month.
    length, window = len(np.unique(located.days[~recent])), len(np.unique(located.days[recent]))
    far, nearest = cKDTree(located.places[recent]).query(located.places[~recent], distance_upper_bound=metres)
    on_ground = strings[nearest[np.isfinite(far)]]
    seen = np.bincount(on_ground - 1, minlength=int(strings.max())).astype(np.float64)
    return seen * np.float64(window / length)


def _alert(located: _Located, members: Labels, usual: float | None, metres: float, days: int) -> Alert:
    rows = [located.rows[index] for index in members]
    middle = located.places[members].mean(axis=0)
    closest = rows[int(np.argmin(((located.places[members] - middle) ** 2).sum(axis=1)))]
    latest = max(row.month for row in rows)
    against = "" if usual is None else f"; {number(usual)} would be usual on this ground"
    return Alert(
        "near_repeat", closest.location, latest.isoformat()[:7], len(rows), usual,
        f"{counted(len(rows), 'incident')} each within {number(metres)} m and {days} days of "
        f"another{against}. Dates are to the month only, where the file gives no day.",
        (latest.replace(day=28) + timedelta(days=4)).replace(day=1) + EXPIRES_AFTER,
        located.ground.degrees(float(middle[0]), float(middle[1])),
        tuple(row.line for row in rows),
    )  # fmt: skip
