"""The health page for load balancers: it answers whatever the rest of the site does, and tells nothing."""

from __future__ import annotations

import pytest
from django.db import OperationalError, connection
from django.test import Client

from config import health


@pytest.mark.django_db
def test_the_site_is_well(client: Client) -> None:
    response = client.get("/health/")
    assert (response.status_code, response.json()) == (200, {"database": "ok"})
    assert response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in response.headers


@pytest.mark.django_db
def test_no_answer_from_the_database_is_503_and_tells_nothing(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise OperationalError("password authentication failed for user beat at db.example")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/health/")
    assert (response.status_code, response.json()) == (503, {"database": "no answer"})


@pytest.mark.django_db
@pytest.mark.parametrize("secure", [True, False])
def test_a_load_balancer_may_ask_without_https(client: Client, settings, secure: bool) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health/", secure=secure).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("behind", "told"),
    [(0, {"replica": "ok", "replica_seconds_behind": 0}), (7, {"replica": "ok", "replica_seconds_behind": 7}),
     (None, {"replica": "no answer"})],
)  # fmt: skip
def test_a_replica_is_told_of_and_the_site_works_without_it(
    client: Client, monkeypatch: pytest.MonkeyPatch, behind: int | None, told: dict
) -> None:
    monkeypatch.setattr(health, "connections", {"default": None, "replica": None})
    monkeypatch.setattr(health.freshness, "seconds_behind", lambda: behind)
    response = client.get("/health/")
    assert (response.status_code, response.json()) == (200, {"database": "ok", **told})
