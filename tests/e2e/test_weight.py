"""What a first view weighs: the public pages on a phone's connection, the staff pages on a laptop's.

The server compresses stylesheets and scripts with brotli when they are collected. The tests serve them as they
are, so they are compressed here the same way; a page itself counts as it came over the wire.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import brotli
import pytest

from pmp.models import Profile
from tests.cms.conftest import Site, make_profile
from tests.cms.conftest import site as site  # the fixture

pytestmark = pytest.mark.django_db(transaction=True)

PUBLIC_BYTES = 100_000
STAFF_BYTES = 200_000
PROFILES = 50  # more than a list page shows


@dataclass(frozen=True)
class Weight:
    """Bytes over the wire of one first view, by what was asked for."""

    parts: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.parts.values())

    def ends_with(self, ending: str) -> list[str]:
        return [path for path in self.parts if path.endswith(ending)]


def first_view(page: Any, path: str) -> Weight:
    """Open the page with an empty cache and weigh everything the browser fetched for it."""
    answers: list[Any] = []

    def came(answer: Any) -> None:
        answers.append(answer)

    # A second page of one test would otherwise be shown from the first one's cache.
    page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.on("response", came)
    page.goto(path, wait_until="networkidle")
    page.remove_listener("response", came)
    parts: dict[str, int] = {}
    for answer in answers:
        assert answer.status == 200, f"{answer.url}: {answer.status}"
        asked = urlsplit(answer.url).path
        if asked.startswith("/static/"):
            parts[asked] = len(brotli.compress(answer.body()))
        else:
            parts[asked] = answer.request.sizes()["responseBodySize"]
    weight = Weight(parts)
    # Without these the sum would be of a page that did not load.
    assert weight.ends_with(".css") and weight.ends_with(".js") and parts[path] > 1_000, parts
    return weight


@pytest.mark.parametrize("path", ["/", "/norwick/norwick-central/"])
def test_a_public_first_view_is_under_100_kb(site: Site, page: Any, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    weight = first_view(page, path)
    assert weight.total < PUBLIC_BYTES, weight.parts


def test_a_staff_first_view_is_under_200_kb(site: Site, page: Any, signed_in: Callable[[Any, Any], Any]) -> None:
    for number in range(PROFILES):
        profile = make_profile(site)
        assert isinstance(profile, Profile)
        profile.title = f"Off-road bikes in Abbey Park, number {number}"
        profile.save()
    signed_in(page, site.inspector)
    for path in ("/pmp/profiles/", f"/pmp/profiles/{profile.reference}/"):
        weight = first_view(page, path)
        assert weight.total < STAFF_BYTES, weight.parts


def test_the_sum_sees_a_heavy_page(site: Site, page: Any) -> None:
    """Breaks the rule on purpose: random bytes, which no compression makes smaller, must be counted."""
    import secrets

    heavy = "/*" + secrets.token_hex(PUBLIC_BYTES) + "*/"
    page.route("**/css/site*.css", lambda route: route.fulfill(body=heavy, content_type="text/css"))
    assert first_view(page, "/").total > PUBLIC_BYTES
