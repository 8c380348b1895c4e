"""The colours of static/css/tokens.css: every pair that meets on a page is readable (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

CSS = Path(settings.BASE_DIR) / "static/css"
SCREEN = (CSS / "tokens.css").read_text().split("@media")[0]
TOKENS = dict(re.findall(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6})\b", SCREEN))

# Text on what it stands on: 4.5 to 1.
TEXT = [
    ("govuk-text-colour", "govuk-body-background-colour"),
    ("govuk-text-colour", "govuk-template-background-colour"),
    ("govuk-text-colour", "app-wash-colour"),
    ("govuk-text-colour", "app-warm-colour"),
    ("govuk-surface-text-colour", "govuk-surface-background-colour"),
    ("govuk-secondary-text-colour", "govuk-body-background-colour"),
    ("govuk-secondary-text-colour", "app-wash-colour"),
    ("govuk-link-colour", "govuk-body-background-colour"),
    ("govuk-link-colour", "govuk-surface-background-colour"),
    ("govuk-link-hover-colour", "govuk-body-background-colour"),
    ("govuk-link-hover-colour", "govuk-surface-background-colour"),
    ("govuk-link-visited-colour", "govuk-body-background-colour"),
    ("govuk-link-visited-colour", "govuk-surface-background-colour"),
    ("govuk-link-active-colour", "govuk-body-background-colour"),
    ("govuk-inverse-text-colour", "govuk-brand-colour"),
    ("govuk-inverse-text-colour", "govuk-success-colour"),
    ("govuk-inverse-text-colour", "app-success-hover-colour"),
    ("govuk-inverse-text-colour", "govuk-error-colour"),
    ("govuk-error-colour", "govuk-body-background-colour"),
    ("govuk-success-colour", "govuk-body-background-colour"),
    ("govuk-focus-text-colour", "govuk-focus-colour"),
    ("govuk-text-colour", "govuk-hover-colour"),
]
# Lines of boxes and charts on what they stand on: 3 to 1.
LINES = [
    ("govuk-input-border-colour", "govuk-body-background-colour"),
    ("govuk-brand-colour", "govuk-body-background-colour"),
    ("govuk-link-colour", "govuk-surface-background-colour"),
    ("app-edge-colour", "govuk-body-background-colour"),
    *((f"app-chart-{number}", "govuk-body-background-colour") for number in range(1, 6)),
]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_known_pairs():
    """Golden: black on white is 21, and #767676 on white is the well-known 4.54."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
    assert contrast("#777777", "#ffffff") < 4.5


@pytest.mark.parametrize(("front", "back"), TEXT)
def test_text_is_readable(front, back):
    assert contrast(TOKENS[front], TOKENS[back]) >= 4.5


@pytest.mark.parametrize(("front", "back"), LINES)
def test_lines_are_visible(front, back):
    assert contrast(TOKENS[front], TOKENS[back]) >= 3


def test_every_text_colour_of_the_tokens_is_in_a_pair():
    used = {name for pair in [*TEXT, *LINES] for name in pair}
    quiet = {"govuk-border-colour", "govuk-surface-border-colour", "app-line-colour", "app-success-shadow-colour"}
    assert set(TOKENS) - used == quiet  # decoration only: no meaning hangs on them


def test_every_govuk_property_of_the_tokens_exists_in_the_package():
    package = Path(settings.BASE_DIR) / "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.css"
    known = set(re.findall(r"--(govuk-[a-z-]+-colour):#", package.read_text()))
    ours = {name for name in TOKENS if name.startswith("govuk-")}
    assert ours <= known
    assert known - ours == {"govuk-print-text-colour"}


def test_no_colour_of_govuk_is_left_in_the_tokens():
    """GOV.UK's own blue and its crown's black are for GOV.UK services only."""
    assert not {"#1d70b8", "#1a65a6"} & set(TOKENS.values())
