"""What a browser makes of the frame: nothing for axe to find, no stray request, no letters or colours of GOV.UK's."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import expect

from tests import browser as sizes

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = [
    "/gallery/form/",
    "/gallery/form/?wrong",
    "/gallery/parts/",
    "/gallery/public/",
    "/gallery/refused/400/",
    "/gallery/refused/403/",
    "/gallery/refused/409/",
    "/gallery/refused/500/",
    "/gallery/refused/csrf/",
    "/nothing/here/",
    "/sign-in/",
    "/account/login/code/",
    "/account/password/reset/",
    "/account/password/reset/done/",
    "/account/password/reset/key/done/",
    "/account/password/reset/key/x-y/",
    "/account/inactive/",
]
FONTS = "[...document.querySelectorAll('*')].map(one => getComputedStyle(one).fontFamily)"
COLOURS = """[...document.querySelectorAll('*')].flatMap(one => {
    const style = getComputedStyle(one)
    return [style.color, style.backgroundColor, style.borderTopColor]
})"""
GOVUK_BLUE = {"rgb(29, 112, 184)", "rgb(26, 101, 166)"}


def picture(page, name: str) -> None:
    """Keep a picture of the page at both widths where COMMONBEAT_PICTURES names a folder, for people to judge."""
    if folder := os.environ.get("COMMONBEAT_PICTURES"):
        before = page.viewport_size
        for size in sizes.SIZES:
            page.set_viewport_size(size)
            page.screenshot(path=f"{folder}/{name}-{size['width']}.png", full_page=True)
        page.set_viewport_size(before)


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_accessible_and_asks_for_nothing_strange(gallery, page, axe, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    picture(page, address.strip("/").replace("/", "-").replace("?", "-"))
    axe(page)
    strays = [url for url in asked if "/assets/" in url or "font" in url or "crest" in url or "crown" in url]
    assert strays == []
    assert not [family for family in page.evaluate(FONTS) if "GDS" in family]
    assert not GOVUK_BLUE & set(page.evaluate(COLOURS))
    page.set_viewport_size({"width": 320, "height": 740})  # 400 % zoom of 1280 (WCAG 2.2, 1.4.10)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_errors_take_the_focus_and_link_to_their_control(gallery, page):
    page.goto("/gallery/form/?wrong")
    expect(page).to_have_title(re.compile("^Error: "))
    page.wait_for_function("document.activeElement.classList.contains('govuk-error-summary')")
    page.get_by_role("link", name="Due date must include a year").click()
    expect(page.locator("#id_due_2")).to_be_focused()


def test_without_script_the_form_still_says_what_is_wrong(gallery, page_without_script):
    page = page_without_script
    page.goto("/gallery/form/")
    page.get_by_label("Title").fill("Cars")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Cars")
    assert not page.locator(".app-needs-script").count()


def test_the_first_key_reaches_the_skip_link_and_it_leads_to_the_content(gallery, page):
    page.goto("/gallery/parts/")
    page.keyboard.press("Tab")
    page.wait_for_timeout(100)
    page.evaluate("document.activeElement.blur()")
    page.locator(".govuk-skip-link").focus()
    assert page.locator(".govuk-skip-link").is_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**#main-content")


NARROW, WIDE = sizes.SIZES
BEFORE = "one => getComputedStyle(one, '::before').content"
SHADED = "one => getComputedStyle(one).backgroundImage.split('linear-gradient').length - 1"


def test_rows_stack_at_a_narrow_width_and_say_what_each_cell_is(gallery, page):
    page.goto("/gallery/parts/")
    table = page.locator("#stacked table")
    row = table.locator("tbody tr").nth(1)
    state, said = row.get_by_role("cell").nth(0), row.get_by_role("cell").nth(2)
    assert state.bounding_box()["y"] == said.bounding_box()["y"]
    assert state.evaluate(BEFORE) == "none"
    page.set_viewport_size(NARROW)
    assert said.bounding_box()["y"] > state.bounding_box()["y"] + 20
    assert '"State"' in state.evaluate(BEFORE)
    assert '"What was said at the meeting"' in said.evaluate(BEFORE)
    for cell in row.locator("th, td").all():
        box = cell.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= NARROW["width"]
    assert table.evaluate("one => one.parentElement.scrollWidth <= one.parentElement.clientWidth")


def test_stacked_rows_are_a_table_to_assistive_technology_at_every_width(gallery, page):
    page.goto("/gallery/parts/")
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        table = page.get_by_role("table", name="Stacked at narrow widths")
        heads = ["Profile", "State", "Reported crimes", "What was said at the meeting", "What next"]
        assert [head.inner_text() for head in table.get_by_role("columnheader").all()] == heads
        assert table.get_by_role("row").count() == 4
        expect(table.get_by_role("rowheader", name="Off-road bikes in the park, round 2")).to_be_visible()
        # The drawn label is silent: the head is read out already.
        expect(table.get_by_role("row").nth(2).get_by_role("cell").nth(1)).to_have_accessible_name("2,468")


def test_an_empty_cell_leaves_no_label_without_words(gallery, page):
    page.goto("/gallery/parts/")
    page.set_viewport_size(NARROW)
    first = page.locator("#stacked tbody tr").first
    expect(first.locator("[data-label='What was said at the meeting']")).to_be_hidden()
    expect(first.locator("[data-label='What next']")).to_be_visible()


def test_figures_keep_their_columns_and_the_reading_goes_under_them(gallery, page):
    page.goto("/gallery/parts/")
    page.set_viewport_size(NARROW)
    cells = page.locator("#figures tbody tr").first.locator("th, td")
    boxes = [cell.bounding_box() for cell in cells.all()]
    assert all(box["x"] + box["width"] <= NARROW["width"] for box in boxes)
    assert boxes[-1]["y"] >= max(box["y"] + box["height"] for box in boxes[:-1]) - 1
    heads = page.locator("#figures thead th")
    assert abs(heads.nth(1).bounding_box()["x"] - boxes[1]["x"]) < 1


def test_a_table_that_scrolls_shows_an_edge(gallery, page):
    """The edges are four backgrounds: two that stay at the sides, two that travel with the table and cover them."""
    page.goto("/gallery/parts/")
    page.set_viewport_size(NARROW)
    region = page.get_by_role("region", name="Profiles", exact=True)
    assert region.evaluate("one => one.scrollWidth > one.clientWidth")
    assert region.evaluate(SHADED) == 4
    page.emulate_media(media="print")
    assert region.evaluate(SHADED) == 0


def test_a_page_prints_without_its_buttons_and_navigation(gallery, page):
    page.goto("/gallery/parts/")
    page.emulate_media(media="print")
    for hidden in (".govuk-button", ".moj-sub-navigation", ".moj-filter", ".govuk-pagination"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.get_by_role("table").first.is_visible()
