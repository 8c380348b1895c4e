"""Renew the edition of the public site, once a transaction, after something the public reads changed."""

from __future__ import annotations

import secrets
import time
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, models, router, transaction
from django.db.models.signals import post_delete, post_save

from cms.models import Edition
from directory.gate.registration import REGISTERED

ASK_EVERY = 1.0  # seconds
_known: dict[
    str, tuple[float, str]
] = {}  # for each server read from: until when, and which token, it need not be asked
NOT_SHOWN = frozenset({"last_login", "password"})  # signing in saves a person; no page changes by it


def current() -> str:
    """The token of the edition now. A process asks the database for it at most once a second.

    The process that renews it knows at once; the others within that second. Makes the row where there is
    none yet. A page that is read from a replica has the replica's token: the primary's may be newer than the
    replica's rows, and they would be kept as if they were new.
    """
    server = router.db_for_read(Edition)
    until, token = _known.get(server, (0.0, ""))
    if time.monotonic() < until:
        return token
    found = Edition.objects.using(server).filter(pk=1).values_list("token", flat=True).first()
    return _remember(server, found) if found else renew()


def renew() -> str:
    """Begin a new edition now: every cached page of the old one is never read again."""
    token = secrets.token_hex(8)
    Edition.objects.update_or_create(pk=1, defaults={"token": token})
    return _remember(DEFAULT_DB_ALIAS, token)


def forget() -> None:
    """Ask the database again the next time. For tests, whose rows go away behind this module's back."""
    _known.clear()


def _remember(server: str, token: str) -> str:
    _known[server] = (time.monotonic() + ASK_EVERY, token)
    return token


def renew_on_commit() -> None:
    """Begin a new edition once the running transaction has committed; at once where there is none.

    Many changes in one transaction make one new edition.
    """
    waiting = transaction.get_connection().run_on_commit
    if not any(entry[1] is renew for entry in reversed(waiting)):
        transaction.on_commit(renew, robust=True)


def _changed(sender: type[models.Model], **kwargs: Any) -> None:
    fields = kwargs.get("update_fields")
    if not fields or not NOT_SHOWN.issuperset(fields):
        renew_on_commit()


def watch() -> None:
    """Connect the signals. Called once, when the app is ready."""
    from wagtail.models import get_page_models
    from wagtail.signals import page_published, page_unpublished, post_page_move

    shown = [
        apps.get_model(label, model)
        for label, registration in REGISTERED.items()
        for model in registration.shown_to_the_public
    ]
    shown.append(apps.get_model("wagtailcore", "Site"))
    for model in shown:
        post_save.connect(_changed, sender=model, dispatch_uid=f"edition-saved-{model._meta.label}")
    for model in [*shown, *get_page_models()]:
        post_delete.connect(_changed, sender=model, dispatch_uid=f"edition-deleted-{model._meta.label}")
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(_changed, dispatch_uid=f"edition-{id(signal)}")
