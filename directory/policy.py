"""Who may use the directory's pages, and what its journal verbs say."""

from collections.abc import Mapping
from typing import Any

from directory.gate.routes import (
    ADMINISTRATORS,
    CLOSED,
    PUBLIC,
    SIGNED_IN,
    STAFF_SESSION,
    Route,
    act,
    form,
    library,
    read,
)
from journal.sentences import Words

# allauth's own pages decide for themselves who has come how far. Each is named: a page that a later
# version adds stays shut until somebody has thought about it.
SIGN_IN: tuple[Route, ...] = (
    library("account_login", PUBLIC),
    library("account_logout", PUBLIC),
    library("account_inactive", PUBLIC),
    library("account_request_login_code", PUBLIC),
    library("account_confirm_login_code", PUBLIC),
    library("account_reset_password", PUBLIC),
    library("account_reset_password_done", PUBLIC),
    library("account_reset_password_from_key", PUBLIC),
    library("account_reset_password_from_key_done", PUBLIC),
    library("account_reauthenticate", SIGNED_IN),
    library("account_change_password", SIGNED_IN),
    library("account_set_password", SIGNED_IN),
    library("mfa_authenticate", PUBLIC),
    library("mfa_login_webauthn", PUBLIC),
    library("mfa_*", SIGNED_IN),
    # An administrator makes accounts, for an address that is known; nobody changes it for themselves.
    library("account_signup", CLOSED),
    library("account_email", CLOSED),
    library("account_email_verification_sent", CLOSED),
    library("account_confirm_email", CLOSED),
)

ROUTES: tuple[Route, ...] = (
    read("health", PUBLIC),
    *SIGN_IN,
    read("directory:start", SIGNED_IN),
    form("directory:staff_session", ADMINISTRATORS),
    act("directory:end_staff_session", ADMINISTRATORS),
    read("directory:people", STAFF_SESSION),
    form("directory:add_person", STAFF_SESSION),
    read("directory:person", STAFF_SESSION),
    form("directory:add_post", STAFF_SESSION),
    act("directory:end_post", STAFF_SESSION),
    act("directory:deactivate_person", STAFF_SESSION),
)

# What an administrator did in a staff session, by page: when it was opened, and when something was sent from it.
IN_STAFF_SESSION = {
    "directory:start": ("came in at the front page", "came in at the front page"),
    "directory:staff_session": ("looked at the staff session", "asked for a staff session"),
    "directory:end_staff_session": ("asked to end the staff session", "asked to end the staff session"),
    "directory:people": ("looked through the people", "looked through the people"),
    "directory:add_person": ("opened the form that adds a person", "sent the form that adds a person"),
    "directory:person": ("opened account number {key}", "opened account number {key}"),
    "directory:add_post": (
        "opened the form that gives account number {key} a post",
        "sent the form that gives account number {key} a post",
    ),
    "directory:end_post": ("asked to end post number {key}", "asked to end post number {key}"),
    "directory:deactivate_person": ("asked to close account number {key}", "asked to close account number {key}"),
}


def staff_request_words(payload: Mapping[str, Any]) -> str:
    """What the journal says of one request in a staff session. A page without words of its own is named."""
    page = str(payload.get("page", ""))
    other = f"another page ({page.replace(':', ' ').replace('_', ' ')})"
    opened, sent = IN_STAFF_SESSION.get(page, (f"opened {other}", f"sent a form from {other}"))
    words = sent if payload.get("method") == "POST" else opened
    return "{name} " + words.replace("{key}", str((payload.get("of") or {}).get("key", "")))


SENTENCES: dict[str, Words] = {
    "directory.opened_staff_session": "{name} opened a staff session",
    "directory.ended_staff_session": "{name} ended the staff session",
    "directory.staff_request": staff_request_words,
    "directory.added_person": "{name} made the account",
    "directory.added_post": "{name} gave the post: {post}",
    "directory.ended_post": "{name} ended the post: {post}",
    "directory.deactivated_person": "{name} closed the account",
    "directory.made_administrator": "{name} made {person} the system administrator",
    "directory.loaded_areas": "{name} loaded {loaded} and updated {updated} areas under {under}",
}
