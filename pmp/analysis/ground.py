"""Degrees to metres, near enough for a force area: a flat map round its middle."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

type Numbers = npt.NDArray[np.float64]

METRES_PER_DEGREE = 111_195.0


@dataclass(frozen=True, slots=True)
class Ground:
    """A flat map that touches the earth at one latitude; within 100 km its distances err by under 1 %."""

    longitude: float
    latitude: float

    @classmethod
    def of(cls, longitudes: Numbers, latitudes: Numbers) -> "Ground":
        """The map for these points. Raises ValueError without any."""
        if not len(longitudes):
            raise ValueError("There are no points to map")
        return cls(float(np.mean(longitudes)), float(np.mean(latitudes)))

    @property
    def _squeeze(self) -> float:
        return float(np.cos(np.radians(self.latitude)))

    def metres(self, longitudes: Numbers, latitudes: Numbers) -> Numbers:
        """An array of shape (n, 2): metres east and north of the middle."""
        east = (longitudes - self.longitude) * METRES_PER_DEGREE * self._squeeze
        return np.column_stack([east, (latitudes - self.latitude) * METRES_PER_DEGREE])

    def degrees(self, east: float, north: float) -> tuple[float, float]:
        """Longitude and latitude of a point given in metres."""
        return (
            self.longitude + east / (METRES_PER_DEGREE * self._squeeze),
            self.latitude + north / METRES_PER_DEGREE,
        )
