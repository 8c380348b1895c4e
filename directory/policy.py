"""Who may use the directory's pages, and what its journal verbs say."""

from directory.routes import (
    ADMINISTRATORS,
    PUBLIC,
    SIGNED_IN,
    STAFF_SESSION,
    Route,
    act,
    form,
    read,
)

ANY = frozenset({"GET", "POST"})

ROUTES: tuple[Route, ...] = (
    read("health", PUBLIC),
    # allauth's own pages decide for themselves who has come how far.
    Route("account_*", PUBLIC, methods=ANY),
    Route("mfa_*", SIGNED_IN, methods=ANY),
    Route("mfa_authenticate", PUBLIC, methods=ANY),
    Route("mfa_trust", PUBLIC, methods=ANY),
    Route("mfa_login_webauthn", PUBLIC, methods=ANY),
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

SENTENCES = {
    "directory.opened_staff_session": "{name} opened a staff session",
    "directory.ended_staff_session": "{name} ended a staff session",
    "directory.added_person": "{name} made an account",
    "directory.added_post": "{name} gave a post: {post}",
    "directory.ended_post": "{name} ended a post: {post}",
    "directory.deactivated_person": "{name} closed an account",
    "directory.loaded_areas": "{name} loaded {loaded} and updated {updated} areas under {under}",
}
