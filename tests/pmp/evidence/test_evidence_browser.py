"""A photograph from the phone to the page and back, in the browser, with and without script."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from directory.models import Role
from pmp.models import Action, ActionFile
from tests import people
from tests.files.making import PLACE, exif, photograph
from tests.pmp.making import make_action, make_profile, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def action() -> Action:
    world = make_world()
    return make_action(make_profile(world, "live"), world.team)


@pytest.fixture
def officer(action: Action) -> Any:
    return people.person(Role.TEAM_MEMBER, team=action.team)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "bench.jpg"
    file.write_bytes(photograph((800, 600), exif=exif()))
    return file


def test_sent_listed_and_opened_again(
    page: Any, signed_in: Callable[..., Any], axe: Callable[..., None], action: Action, officer: Any, photo: Path
) -> None:
    signed_in(page, officer).goto(f"/pmp/actions/{action.pk}/output/")
    axe(page)
    page.get_by_label("How much was delivered").fill("3")
    page.get_by_label("Photograph or document").set_input_files(photo)
    page.get_by_role("button", name="Save").click()
    link = page.get_by_role("link", name="bench.jpg", exact=True)
    link.wait_for()
    axe(page)
    with page.expect_download() as opened:
        link.click()
    assert opened.value.suggested_filename == "bench.jpg"
    content = Path(opened.value.path()).read_bytes()
    assert content.startswith(b"\xff\xd8") and PLACE not in content and b"Exif" not in content
    page.get_by_role("link", name="Add a photograph or document").click()
    axe(page)
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Remove bench.jpg").click()
    axe(page)


def test_a_refused_file_is_said_in_the_summary_and_beside_its_field(
    page: Any, signed_in: Callable[..., Any], axe: Callable[..., None], action: Action, officer: Any, tmp_path: Path
) -> None:
    wrong = tmp_path / f"{'a' * 95}.mp4"
    wrong.write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 40)
    signed_in(page, officer).goto(f"/pmp/actions/{action.pk}/")
    page.get_by_label("In one line").fill("Nobody there")
    page.get_by_label("Photograph or document").set_input_files(wrong)
    page.get_by_role("button", name="Save").click()
    page.wait_for_function("document.activeElement.classList.contains('govuk-error-summary')")
    page.locator(".govuk-error-summary a").click()
    expect(page.locator("#id_file")).to_be_focused()
    assert page.get_by_label("In one line").input_value() == "Nobody there"
    axe(page)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert not ActionFile.objects.exists()


def test_without_script(
    page_without_script: Any, signed_in: Callable[..., Any], action: Action, officer: Any, photo: Path
) -> None:
    page = signed_in(page_without_script, officer)
    page.goto(f"/pmp/actions/{action.pk}/")
    page.get_by_label("Photograph or document").set_input_files(photo)
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/pmp/actions/")
    assert ActionFile.objects.get().update.text == "Sent a file: photograph"  # type: ignore[union-attr]


def test_a_name_without_a_break_does_not_widen_a_phones_page(
    page: Any, signed_in: Callable[..., Any], action: Action, officer: Any, tmp_path: Path
) -> None:
    for number in (1, 2):
        file = tmp_path / f"{'w' * 90}{number}.jpg"
        file.write_bytes(photograph())
        signed_in(page, officer).goto(f"/pmp/actions/{action.pk}/output/")
        page.get_by_label("How much was delivered").fill("3")
        page.get_by_label("Photograph or document").set_input_files(file)
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name=file.name, exact=True).wait_for()
    page.set_viewport_size({"width": 360, "height": 740})
    first = ActionFile.objects.first()
    assert first is not None
    for address in (
        f"/pmp/actions/{action.pk}/",
        f"/pmp/files/{first.pk}/remove/",
        f"/pmp/profiles/{action.profile.reference}/",
    ):
        assert page.goto(address).status == 200
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
