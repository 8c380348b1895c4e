"""A small SVG writer: presentation attributes only, because the site's policy allows no inline style.

Every drawing has a `<title>` and a `<desc>`, ids that start with the caller's prefix (several charts share a
page), and a `viewBox`, so the style sheet decides its width.
"""

import math
import re
from collections.abc import Sequence
from html import escape
from typing import Any

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif"
PREFIX = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class Drawing:
    """An SVG being drawn: `width` × `height` user units, about a CSS pixel each at natural size."""

    def __init__(self, prefix: str, title: str, desc: str, width: float, height: float, text: float) -> None:
        if not PREFIX.fullmatch(prefix):
            raise ValueError(f"An id prefix starts with a letter and has no spaces: ‘{prefix}’")
        self.prefix, self.title, self.desc = prefix, title, desc
        self.width, self.height, self.text_size = width, height, text
        self.parts: list[str] = []

    def add(self, name: str, content: str = "", /, **attributes: Any) -> None:
        """Add an element; `stroke_width` becomes stroke-width, None is left out, `content` is escaped."""
        body = escape(content, quote=False)
        self.parts.append(f"<{name}{_attributes(attributes)}>{body}</{name}>" if body else
                          f"<{name}{_attributes(attributes)}/>")  # fmt: skip

    def text(self, x: float, y: float, content: str, **attributes: Any) -> None:
        self.add("text", content, x=x, y=y, **attributes)

    def line(self, x1: float, y1: float, x2: float, y2: float, **attributes: Any) -> None:
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2, **attributes)

    def path(self, points: Sequence[tuple[float, float]], **attributes: Any) -> None:
        """An open line through the points."""
        if len(points) > 1:
            way = "M" + "L".join(f"{tidy(x)} {tidy(y)}" for x, y in points)
            self.add("path", d=way, fill="none", **attributes)

    def open_group(self, tooltip: str = "", **attributes: Any) -> None:
        title = f"<title>{escape(tooltip, quote=False)}</title>" if tooltip else ""
        self.parts.append(f"<g{_attributes(attributes)}>{title}")

    def close_group(self) -> None:
        self.parts.append("</g>")

    def svg(self) -> str:
        """The finished drawing as text that can stand inside HTML or alone in a file."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" role="img" class="chart" '
            f'aria-labelledby="{self.prefix}-title" aria-describedby="{self.prefix}-desc" '
            f'viewBox="0 0 {tidy(self.width)} {tidy(self.height)}" font-family="{escape(FONT)}" '
            f'font-size="{tidy(self.text_size)}">'
            f'<title id="{self.prefix}-title">{escape(self.title, quote=False)}</title>'
            f'<desc id="{self.prefix}-desc">{escape(self.desc, quote=False)}</desc>'
            f"{''.join(self.parts)}</svg>"
        )


def tidy(value: float) -> str:
    """A coordinate with at most two decimals and no trailing noughts."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else str(int(value))


def _attributes(attributes: dict[str, Any]) -> str:
    written = []
    for name, value in attributes.items():
        if value is None:
            continue
        text = tidy(value) if isinstance(value, int | float) else escape(str(value))
        written.append(f' {name.strip("_").replace("_", "-")}="{text}"')
    return "".join(written)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten apart) that span low to high."""
    if high <= low:
        high = low + 1
    rough = (high - low) / max(1, about)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(step * power for step in (1, 2, 5, 10) if step * power >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(index * step, 10) for index in range(first, last + 1)]


def spread(wanted: Sequence[float], apart: float, low: float, high: float) -> list[float]:
    """Push label positions apart so that none overlap, as near to where they want to be as can be.

    Returns positions in the order given, each at least `apart` from the next, inside low to high where they
    fit at all.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    floor = low
    for index in order:
        placed[index] = floor = max(wanted[index], floor)
        floor += apart
    ceiling = high
    for index in reversed(order):
        placed[index] = ceiling = min(placed[index], ceiling)
        ceiling -= apart
    return placed
