"""The frame of every page: what it weighs, what it asks for, and what it must leave alone."""

from __future__ import annotations

import gzip
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.test import Client

from config.static import FrontEndPackages, dressed
from directory.models import Role
from govuk.words import figure
from tests import people

TEMPLATES = Path(settings.BASE_DIR) / "templates"


def weight(response) -> int:
    """Bytes of a first view with gzip: the page and every stylesheet, script and picture it names."""
    html = response.content.decode()
    names = set(re.findall(r'(?:href|src|data-frontend)="/static/([^"]+)"', html))
    assert names, "The page names no stylesheet."
    files = [Path(finders.find(name)).read_bytes() for name in names]
    return sum(len(gzip.compress(content, 6)) for content in (response.content, *files))


@pytest.mark.django_db
def test_a_public_page_weighs_under_100_kb_and_a_staff_page_under_200(gallery, client):
    public, staff = weight(client.get("/gallery/public/")), weight(client.get("/gallery/parts/"))
    assert 10_000 < public < 100_000
    assert public < staff < 200_000


@pytest.mark.django_db
def test_a_public_page_is_the_same_for_everybody_who_is_not_signed_in(gallery, django_assert_num_queries):
    with django_assert_num_queries(0):
        first = Client().get("/gallery/public/")
    assert not first.cookies
    assert "Cookie" not in first.headers.get("Vary", "")
    assert b"csrfmiddlewaretoken" not in first.content
    assert first.content == Client().get("/gallery/public/").content


@pytest.mark.django_db
def test_somebody_signed_in_finds_their_work_from_the_public_site(gallery):
    signed_in = people.signed_in(people.nobody_in_particular(name="Wanda Worker")).get("/gallery/public/").content
    assert b"Your work" in signed_in
    assert b"Wanda" not in signed_in
    assert b"Your work" not in Client().get("/gallery/public/").content


@pytest.mark.django_db
def test_the_staff_frame_says_who_is_signed_in_and_signs_out_by_post(gallery):
    user = people.person(Role.SECTOR_INSPECTOR, area=people.make_area_tree().sector, name="Ina <Spector>")
    html = people.signed_in(user).get("/gallery/form/").content.decode()
    assert "Ina &lt;Spector&gt;" in html
    assert re.search(r'<form method="post" action="/sign-out/"><input type="hidden" name="csrfmiddlewaretoken"', html)
    assert "Demonstration" in html
    assert "Ina" not in Client().get("/gallery/form/").content.decode()


@pytest.mark.django_db
def test_a_held_form_names_the_person_and_the_page(rf):
    from django.core import signing
    from django.template import Context, Template

    from directory.gate import saved_forms

    request = rf.get("/pmp/raise/")
    request.user = people.nobody_in_particular()
    html = Template("{% held_form %}").render(Context({"request": request}))
    value = re.search(r'name="held_for" value="([^"]+)"', html)[1]
    assert signing.loads(value, salt=saved_forms.SALT)[:2] == [request.user.pk, "/pmp/raise/"]
    again = Template("{% held_form %}").render(Context({"request": request}))
    assert again != html, "no two showings of a page have the same one (directory.gate.double_submission)"


@pytest.mark.django_db
def test_the_page_of_a_broken_site_needs_no_database_and_no_template(monkeypatch, rf, django_assert_num_queries):
    from config import errors

    monkeypatch.setattr(errors, "static", lambda name: 1 / 0)
    with django_assert_num_queries(0):
        response = errors.broken(rf.get("/"))
    assert response.status_code == 500
    assert b"Sorry, there is a problem" in response.content


def test_sorting_keeps_the_filters_and_goes_to_the_first_page(rf):
    from django.template import Context, Template

    request = rf.get("/list/?state=live&after=xyz&sort=due")
    table = Template(
        '{% table "Actions" %}{% sorting_column "Due" "due" %}'
        '{% sorting_column "Title" "title" numeric=True %}{% endtable %}'
    )
    html = table.render(Context({"request": request}))
    assert (
        'aria-sort="ascending"><a class="govuk-link govuk-link--no-visited-state app-sort" href="?state=live&amp;'
        in html
    )
    assert "sort=-due" in html
    assert "after" not in html
    assert 'govuk-table__header--numeric" aria-sort="none"' in html


def test_no_template_of_ours_carries_an_inline_style_or_script():
    for template in TEMPLATES.rglob("*.html"):
        html = re.sub(r"{% comment %}.*?{% endcomment %}", "", template.read_text(), flags=re.DOTALL)
        assert not re.search(r"\sstyle\s*=", html), template
        assert not re.search(r"<style\b", html), template
        assert not re.search(r"\son[a-z]+\s*=\s*[\"']", html), template
        for tag in re.findall(r"<script\b[^>]*>", html):
            assert "src=" in tag or 'type="application/json"' in tag, (template, tag)


def test_no_crown_and_no_letters_of_govuk_are_served():
    served = {f"{storage.prefix}/{name}" for name, storage in FrontEndPackages().list([])}
    assert served == {"govuk/govuk-frontend.min.css", "govuk/govuk-frontend.min.js", "moj/moj-frontend.min.css"}
    for name in ("govuk/assets/fonts/light-94a07e06a1-v2.woff2", "govuk/assets/images/govuk-crest.svg"):
        assert not finders.find(name)
    for name in ("govuk/govuk-frontend.min.css", "moj/moj-frontend.min.css"):
        css = Path(finders.find(name)).read_text()
        assert len(css) > 80_000
        assert "GDS" not in css
        assert "/assets/" not in css
        assert "font-family:var(--app-font)" in css


def test_dressing_a_stylesheet_changes_only_letters_and_pictures():
    theirs = (
        "@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2)}.a{color:red;"
        "font-family:GDS Transport,arial,sans-serif}.b{background:url(/assets/images/govuk-crest.svg) no-repeat}"
        "@font-face{font-family:Other;src:url(other.woff2)}/*# sourceMappingURL=x.css.map */"
    )
    assert dressed(theirs) == (
        ".a{color:red;font-family:var(--app-font)}.b{background:none no-repeat}"
        "@font-face{font-family:Other;src:url(other.woff2)}"
    )


def test_a_pager_without_pages_is_not_there():
    assert render_to_string("components/pagination.html", {}).strip() == ""


@pytest.mark.django_db
def test_an_open_staff_session_is_on_every_page_with_the_way_to_end_it(gallery):
    from directory.people import actions

    administrator = people.person(Role.ADMINISTRATOR)
    assert b"Staff session open" not in people.signed_in(administrator).get("/gallery/form/").content
    actions.open_staff_session(acting_user=administrator, reason="Ticket 12")
    html = people.signed_in(administrator).get("/gallery/form/").content.decode()
    assert "Staff session open" in html
    assert re.search(r'<form method="post" action="[^"]+"><input type="hidden" name="csrfmiddlewaretoken"', html)
    assert "End the staff session" in html


@pytest.mark.django_db
def test_a_message_is_shown_once_as_a_banner(gallery):
    user = people.nobody_in_particular()
    client = people.signed_in(user)
    client.post("/sign-out/")
    first = client.get("/gallery/form/").content.decode()
    assert "You have signed out" in first
    assert "govuk-notification-banner" in first
    assert "You have signed out" not in client.get("/gallery/form/").content.decode()


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        (Decimal("6.50"), "6.5"),
        (Decimal("12.00"), "12"),
        (Decimal("0.25"), "0.25"),
        (Decimal("1200.00"), "1,200"),
        (100, "100"),
        (None, ""),
    ],
)
def test_a_figure_is_written_without_noughts_that_say_nothing(value, reads):
    assert figure(value) == reads
