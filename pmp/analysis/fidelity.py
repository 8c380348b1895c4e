"""Reality test: draw a sample anyone can redraw, and say what share was found as planned.

"Ensure that what has been deployed on paper is happening in practice" is the papers' own sentence. The draw
depends only on the recorded seed and on the references of the items, so a second person gets the same one.
"""

import hashlib
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from pmp.analysis.distributions import normal_quantile
from pmp.analysis.wording import counted, percent

AS_PLANNED, PARTLY, NOT_FOUND, UNVERIFIED = "as_planned", "partly", "not_found", "cannot_verify"
FINDINGS = (AS_PLANNED, PARTLY, NOT_FOUND, UNVERIFIED)
MARGIN = 0.25
AT_LEAST = 5


def sample_size(population: int, *, margin: float = MARGIN, confidence: float = 0.95) -> int:
    """How many of `population` items to check: all up to five, then enough for ± `margin` at worst.

    The usual size for a share, n₀ = z² × ¼ / margin², corrected for a finite population, rounded up.
    With the default margin: 5 of 5, 7 of 10, 9 of 20, 14 of 100, 16 of 1,000.
    """
    if population < 0 or not 0 < margin < 1 or not 0 < confidence < 1:
        raise ValueError("A sample needs a population of nought or more, and a margin and confidence below 1")
    if population <= AT_LEAST:
        return population
    wanted = normal_quantile((1 + confidence) / 2) ** 2 * 0.25 / margin**2
    return max(AT_LEAST, min(population, math.ceil(wanted / (1 + (wanted - 1) / population))))


def draw_sample(references: Iterable[str], seed: str, size: int | None = None) -> list[str]:
    """Draw `size` references (by `sample_size` when not given), in the order in which to check them.

    Each reference is ranked by the SHA-256 of the seed and itself; the lowest are drawn. The order in which
    they come in does not matter, and no library's random numbers can change the draw. Raises ValueError for
    an empty seed, a reference that appears twice, or a size beyond the population.
    """
    items = list(references)
    if not seed:
        raise ValueError("A seed must be recorded before the draw")
    doubled = [item for item, times in Counter(items).items() if times > 1]
    if doubled:
        raise ValueError(f"{doubled[0]} is in the list twice")
    wanted = sample_size(len(items)) if size is None else size
    if not 0 <= wanted <= len(items):
        raise ValueError(f"Cannot draw {wanted} of {len(items)}")
    return sorted(items, key=lambda item: hashlib.sha256(f"{seed}\n{item}".encode()).digest())[:wanted]


def wilson(found: int, of: int, confidence: float = 0.95) -> tuple[float, float]:
    """The Wilson score interval of a share; (0, 1) when nothing was checked. Source: Wilson (1927), JASA."""
    if not 0 <= found <= of:
        raise ValueError(f"{found} of {of} is no share")
    if of == 0:
        return 0.0, 1.0
    z = normal_quantile((1 + confidence) / 2)
    share, spread = found / of, z * z / of
    centre = share + spread / 2
    reach = z * math.sqrt(share * (1 - share) / of + spread / (4 * of))
    low, high = (centre - reach) / (1 + spread), (centre + reach) / (1 + spread)
    return (0.0 if found == 0 else max(0.0, low)), (1.0 if found == of else min(1.0, high))


@dataclass(frozen=True, slots=True)
class FidelityResult:
    """What the checks found. `share` is as planned over all that could be verified, None without any.

    `low` and `high` are its 95 % Wilson interval. Partly found is not as planned. `worst_share` counts what
    could not be verified as not found.
    """

    as_planned: int
    partly: int
    not_found: int
    cannot_verify: int
    share: float | None
    low: float
    high: float
    worst_share: float | None
    sentence: str

    @property
    def checked(self) -> int:
        return self.as_planned + self.partly + self.not_found

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "checked": self.checked}


def fidelity(findings: Iterable[str]) -> FidelityResult:
    """Sum up the findings of a reality test (`FINDINGS`). Raises ValueError for any other word."""
    tally = Counter(findings)
    unknown = set(tally) - set(FINDINGS)
    if unknown:
        raise ValueError(f"‘{min(unknown)}’ is no finding: use {', '.join(FINDINGS)}")
    planned, partly, missing, unsure = (tally[finding] for finding in FINDINGS)
    checked = planned + partly + missing
    low, high = wilson(planned, checked)
    share = planned / checked if checked else None
    worst = planned / (checked + unsure) if checked + unsure else None
    if share is None:
        sentence = "Nothing could be verified, so nothing can be said about delivery."
    else:
        sentence = (
            f"{planned} of {counted(checked, 'check')} found the plan as written ({percent(share)}, "
            f"95% interval {percent(low)} to {percent(high)})"
        )
        sentence += f"; {unsure} could not be verified." if unsure else "."
    return FidelityResult(planned, partly, missing, unsure, share, low, high, worst, sentence)
