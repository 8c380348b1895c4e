"""Neighbourhood typology: a transparent index, so that like is compared with like.

After the Vulnerable Localities Index: every input is indexed to its mean over the areas (= 100), and the
score is the weighted mean of the indexes. Inputs, weights and vintages travel with the result, and so does
its sensitivity: an area whose type changes when one input is dropped or one weight moves is said to be near
the line.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pmp.analysis.wording import counted, listed, number

WEIGHT_SWING = 0.25


@dataclass(frozen=True, slots=True)
class Input:
    """One input: its weight, and the vintage it is from ('Census 2021', 'police.uk, year to July 2026')."""

    name: str
    weight: float
    vintage: str


@dataclass(frozen=True, slots=True)
class Band:
    """One neighbourhood type: areas with a score of `least` or more, up to the next band."""

    name: str
    least: float


@dataclass(frozen=True, slots=True)
class AreaType:
    """One area's result. `indexes` (100 = the mean area) by input; `lowest` and `highest` score and the
    `bands` reached over every variation of the weights; `stable` when that is one band only."""

    area: str
    score: float
    band: str
    rank: int
    indexes: Mapping[str, float]
    lowest: float
    highest: float
    bands: tuple[str, ...]
    sentence: str

    @property
    def stable(self) -> bool:
        return len(self.bands) == 1


@dataclass(frozen=True, slots=True)
class TypologyResult:
    """All areas, highest score first, with the inputs that made them and the variations that were tried."""

    areas: tuple[AreaType, ...]
    inputs: tuple[Input, ...]
    bands: tuple[Band, ...]
    variations: tuple[str, ...]

    def alike(self, area: str) -> list[str]:
        """The other areas of the same type: whom to compare with."""
        own = next((found.band for found in self.areas if found.area == area), None)
        if own is None:
            raise KeyError(area)
        return [found.area for found in self.areas if found.band == own and found.area != area]

    def to_json(self) -> dict[str, Any]:
        return {
            "inputs": [
                {"name": part.name, "weight": part.weight, "vintage": part.vintage} for part in self.inputs
            ],
            "bands": [{"name": band.name, "least": band.least} for band in self.bands],
            "variations": list(self.variations),
            "areas": [
                {
                    "area": found.area, "score": found.score, "type": found.band, "rank": found.rank,
                    "indexes": dict(found.indexes), "lowest": found.lowest, "highest": found.highest,
                    "types_reached": list(found.bands), "stable": found.stable, "sentence": found.sentence,
                }
                for found in self.areas
            ],
        }  # fmt: skip


def typology(
    areas: Mapping[str, Mapping[str, float]], inputs: Sequence[Input], bands: Sequence[Band]
) -> TypologyResult:
    """Score and type every area. `areas` maps an area to its value for each input; more is worse.

    Raises ValueError, in plain words, for a missing or negative value, an input that is nought everywhere,
    weights that are not positive, a vintage left out, or bands that do not rise from nought or below.
    """
    _check(areas, inputs, bands)
    means = {part.name: math.fsum(row[part.name] for row in areas.values()) / len(areas) for part in inputs}
    for name, mean in means.items():
        if mean <= 0:
            raise ValueError(f"{name} is nought in every area, so it cannot be indexed")
    indexes = {area: {name: 100 * row[name] / mean for name, mean in means.items()} for area, row in areas.items()}
    plain = {part.name: part.weight for part in inputs}
    variations = _variations(plain)
    scores = {area: _score(row, plain) for area, row in indexes.items()}
    order = sorted(scores, key=lambda area: (-scores[area], area))
    found = []
    for area in order:
        varied = [_score(indexes[area], weights) for weights in variations.values()]
        found.append(_area(area, scores, indexes[area], [scores[area], *varied], bands, plain))
    return TypologyResult(tuple(found), tuple(inputs), tuple(bands), tuple(variations))


def _check(areas: Mapping[str, Mapping[str, float]], inputs: Sequence[Input], bands: Sequence[Band]) -> None:
    if not areas or not inputs or not bands:
        raise ValueError("A typology needs areas, inputs and types")
    names = [part.name for part in inputs]
    if len(set(names)) != len(names):
        raise ValueError("An input is there twice")
    for part in inputs:
        if not (math.isfinite(part.weight) and part.weight > 0):
            raise ValueError(f"The weight of {part.name} must be above nought")
        if not part.vintage.strip():
            raise ValueError(f"Say of what date {part.name} is: its vintage is empty")
    levels = [band.least for band in bands]
    if levels[0] > 0 or any(later <= earlier for earlier, later in pairwise(levels)):
        raise ValueError("The types must start at nought and rise")
    for area, row in areas.items():
        for name in names:
            value = row.get(name)
            if value is None or not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{area} has no usable value for {name}")


def _variations(weights: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Every input dropped in turn (where there are several), and every weight a quarter up and down."""
    found: dict[str, dict[str, float]] = {}
    for name in weights:
        if len(weights) > 1:
            found[f"without {name}"] = {key: w for key, w in weights.items() if key != name}
        for swing in (-WEIGHT_SWING, WEIGHT_SWING):
            label = f"{name} weighing {round(100 * swing):+d}%"
            found[label] = {key: w * (1 + swing) if key == name else w for key, w in weights.items()}
    return found


def _score(indexes: Mapping[str, float], weights: Mapping[str, float]) -> float:
    return math.fsum(indexes[name] * weight for name, weight in weights.items()) / math.fsum(weights.values())


def _band(score: float, bands: Sequence[Band]) -> str:
    return [band.name for band in bands if score >= band.least - 1e-9][-1]


def _area(
    area: str,
    scores: Mapping[str, float],
    indexes: Mapping[str, float],
    tried: Sequence[float],
    bands: Sequence[Band],
    weights: Mapping[str, float],
) -> AreaType:
    score = scores[area]
    rank = 1 + sum(other > score for other in scores.values())
    names = [band.name for band in bands]
    reached = tuple(sorted({_band(value, bands) for value in tried}, key=names.index))
    heaviest = max(indexes, key=lambda name: indexes[name] * weights[name])
    own = _band(score, bands)
    sentence = (
        f"{area} scores {number(score)} (100 is the mean of {counted(len(scores), 'area')}), type ‘{own}’; "
        f"the input that weighs most is {heaviest}, at {number(indexes[heaviest])}."
    )
    if len(reached) > 1:
        others = [name for name in reached if name != own]
        sentence += f" It is near the line: other weights would make it {listed(others)}."
    return AreaType(area, score, own, rank, dict(indexes), min(tried), max(tried), reached, sentence)
