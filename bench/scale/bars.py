"""What was measured against what must hold: a line a bar, and whether all of them hold."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class Bars:
    """The lines so far. `fell_short` is how many did not hold."""

    fell_short: int = 0
    began: float = field(default_factory=time.monotonic)

    def line(self, name: str, figure: object, bar: str, holds: bool) -> None:
        """Print one line: name, figure, bar, and `holds` or `falls short`."""
        self.fell_short += not holds
        print(f"{name:58} {figure!s:>16}  {bar:22} {'holds' if holds else 'falls short'}", flush=True)

    def exactly(self, name: str, figure: object, wanted: object) -> None:
        """A bar that is one value."""
        self.line(name, figure, f"= {wanted}", figure == wanted)

    def at_most(self, name: str, figure: float, most: float, unit: str = "") -> None:
        """A bar from above."""
        self.line(name, f"{figure:g}{unit}", f"<= {most:g}{unit}", figure <= most)

    def at_least(self, name: str, figure: float, least: float, unit: str = "") -> None:
        """A bar from below."""
        self.line(name, f"{figure:g}{unit}", f">= {least:g}{unit}", figure >= least)

    def step(self, words: str) -> None:
        """Say what begins now, and after how long."""
        print(f"\n-- {words} ({time.monotonic() - self.began:.0f} s)", flush=True)
