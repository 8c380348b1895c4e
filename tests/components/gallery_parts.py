"""Made-up content for the page that shows every component."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils.safestring import mark_safe

from govuk.states import STATES

CHART = mark_safe(
    '<svg class="app-chart" viewBox="0 0 600 220" role="img" aria-labelledby="chart-t chart-d">'
    '<title id="chart-t">Damage to cars by month</title><desc id="chart-d">Twelve months; falls after July.</desc>'
    '<path class="app-chart__axis" d="M40 20V190H580"/><path class="app-chart__mean" d="M40 100H580"/>'
    '<path class="app-chart__limit" d="M40 40H580M40 160H580"/>'
    '<polyline class="app-chart__line" points="50,80 100,90 150,70 200,100 250,95 300,60 350,120 400,130 450,140"/>'
    '<circle class="app-chart__point" cx="50" cy="80" r="4"/>'
    '<rect class="app-chart__point--better" x="445" y="135" width="10" height="10"/>'
    '<text x="470" y="145">9 a month</text><text x="500" y="95">Mean 14</text></svg>'
)


def parts() -> dict[str, Any]:
    """Context of gallery_parts.html."""
    now = datetime(2026, 11, 21, 15, 30, tzinfo=UTC)
    names = ["Aston", "Ladywood", "Lozells", "Nechells", "Newtown", "Soho & Jewellery Quarter"]
    return {
        "states": sorted(STATES),
        "facts": [
            {"key": "Area", "value": "Ladywood"},
            {
                "key": "Objective",
                "value": "Fewer cars broken into",
                "actions": {"items": [{"href": "#", "text": "Change", "visually_hidden_text": "objective"}]},
            },
        ],
        "tasks": [
            {"title": "Write the objective", "href": "#", "status": "Completed"},
            {
                "title": "Add a measured outcome",
                "href": "#",
                "hint": "With a baseline, a target and a date",
                "status": {"tag": {"text": "Incomplete", "classes": "govuk-tag--blue"}},
            },
            {"title": "Send for approval", "status": {"text": "Cannot start yet"}},
        ],
        "tabs": [{"text": "Summary", "href": "#", "active": True}]
        + [{"text": text, "href": "#"} for text in ("Analysis", "Plan", "Actions", "Reality tests", "History")],
        "lines": [
            SimpleNamespace(
                at=now - timedelta(days=n),
                name="Insp Asha Rao",
                sentence="Insp Asha Rao approved the plan (version 2)",
                reason="Two measured outcomes and a named partner." if n else "",
                verb="pmp.approved_plan",
            )
            for n in range(3)
        ],
        "head": [
            {"text": "Reference", "sort": "ascending", "sort_href": "?sort=-reference"},
            {"text": "Title"},
            {"text": "State"},
            {"text": "Offences", "format": "numeric", "sort": "none", "sort_href": "?sort=offences"},
            {"text": "Next date"},
        ],
        "rows": [
            [
                {"text": f"PMP-2026-{n:05d}"},
                {"text": "Cars broken into around the canal basin"},
                {"text": mark_safe('<strong class="govuk-tag govuk-tag--green">Live</strong>')},
                {"text": f"{n * 1234:,}", "format": "numeric"},
                {"text": "30 November 2026"},
            ]
            for n in range(1, 13)
        ],
        "stacked_head": [
            {"text": "Profile"},
            {"text": "State"},
            {"text": "Reported crimes", "format": "numeric"},
            {"text": "What was said at the meeting"},
            {"text": "What next"},
        ],
        "stacked_rows": [
            [
                {"text": f"Off-road bikes in the park, round {n}"},
                {"text": mark_safe('<strong class="govuk-tag govuk-tag--yellow">Awaiting approval</strong>')},
                {"text": f"{n * 1234:,}", "format": "numeric"},
                {"text": "Carried forward from the last cycle, because the gate is not mended" if n > 1 else ""},
                {"text": mark_safe('<a class="govuk-link" href="#">Read and publish</a>')},
            ]
            for n in range(1, 4)
        ],
        "figures": ["Period", "Incidents", "Mean", "Lower", "Upper", "Reading"],
        "selected": [{"heading": "State", "items": [{"text": "Live", "href": "?"}]}],
        "chart": CHART,
        "chart_head": [{"text": "Month"}, {"text": "Offences", "format": "numeric"}],
        "chart_rows": [[{"text": "July 2026"}, {"text": "14", "format": "numeric"}]],
        "areas": [
            {
                "name": name,
                "href": f"#{n}",
                "path": f"M{n % 3 * 100} {n // 3 * 100}h98v98h-98z",
                "shade": n % 5 + 1,
                "value": f"{n * 7} offences",
                "here": n == 1,
            }
            for n, name in enumerate(names)
        ],
        "crumbs": [{"text": "Profiles", "href": "#"}, {"text": "Ladywood", "href": "#"}],
        "older": {"href": "?after=x", "label_text": "Older"},
        "newer": {"href": "?before=x", "label_text": "Newer"},
        "pence": 334000,
        "now": now,
    }
