"""What a served file carries: whole, as a download, and unable to act in this site's name."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.test import RequestFactory
from django.utils.module_loading import import_string

from config.middleware import content_security_policy
from directory.gate.refusals import WrongState
from directory.models import User
from files.actions import keep_file
from files.checking import Checked, Kind
from files.models import StoredFile
from files.serving import file_response
from files.settings_checks import private_files_are_out_of_reach


def faults(response: Any) -> list[str]:
    """What is wrong with the headers of a response that serves a file. Used on every route that serves one."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    policy = headers.get("content-security-policy", "")
    asked = {
        "a download": headers.get("content-disposition", "").startswith("attachment"),
        "no guessing of its kind": headers.get("x-content-type-options") == "nosniff",
        "a kind from the table": headers.get("content-type") in {kind.content_type for kind in Kind},
        "nothing loads": "default-src 'none'" in policy,
        "a sandbox": "sandbox" in policy and "allow-" not in policy,
        "kept by nobody": {"private", "no-store"} <= set(headers.get("cache-control", "").split(", ")),
        "for this site alone": headers.get("cross-origin-resource-policy") == "same-origin",
        "never in pieces": headers.get("accept-ranges") == "none" and "content-range" not in headers,
    }
    return [name for name, held in asked.items() if not held]


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_file_is_served_whole_with_every_header(kept: StoredFile) -> None:
    response = file_response(RequestFactory().get("/"), kept)
    assert response.status_code == 200 and response.streaming
    assert faults(response) == []
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Disposition"] == 'attachment; filename="bench.jpg"'
    content = body(response)
    assert content.startswith(b"\xff\xd8") and len(content) == kept.size == int(response.headers["Content-Length"])


def test_a_file_served_raw_would_be_caught(kept: StoredFile) -> None:
    """The negative control: the same bytes as a framework serves them by default."""
    raw = FileResponse(kept.content.storage.open(kept.content.name), filename=kept.name)
    assert {"a download", "no guessing of its kind", "a sandbox", "kept by nobody"} <= set(faults(raw))
    assert faults(HttpResponse(b"<script>", content_type="text/html"))


def test_the_sites_own_policy_does_not_replace_the_files(kept: StoredFile) -> None:
    request = RequestFactory().get("/")
    response = content_security_policy(lambda asked: file_response(asked, kept))(request)
    assert faults(response) == []


def test_head_has_the_headers_and_no_bytes(kept: StoredFile, store: InMemoryStorage) -> None:
    store.delete(str(kept.content.name))  # it is not even opened
    response = file_response(RequestFactory().head("/"), kept)
    assert faults(response) == [] and body(response) == b""
    assert response.headers["Content-Length"] == str(kept.size)


@pytest.mark.parametrize("asked", ["bytes=0-", "bytes=0-9", "bytes=-5", "bytes=5-2,0-0", "lines=1"])
def test_a_range_gets_all_of_it(kept: StoredFile, asked: str) -> None:
    response = file_response(RequestFactory().get("/", headers={"Range": asked}), kept)
    assert response.status_code == 200 and len(body(response)) == kept.size
    assert faults(response) == []


def test_bytes_that_are_gone_are_said_to_be(kept: StoredFile, store: InMemoryStorage) -> None:
    store.delete(str(kept.content.name))
    with pytest.raises(WrongState, match="cannot be found in the store"):
        file_response(RequestFactory().get("/"), kept)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_served_as_itself(kind: Kind, sender: User, store: InMemoryStorage) -> None:
    checked = Checked(name=f"Zoë’s “bench”{kind.ending}", kind=kind, content=b"content", sha256_received="0" * 64)
    with transaction.atomic():
        file = keep_file(checked, acting_user=sender)
    response = file_response(RequestFactory().get("/"), file)
    assert faults(response) == []
    disposition = response.headers["Content-Disposition"]
    assert disposition.isascii() and "filename*=utf-8''Zo%C3%AB" in disposition and "\n" not in disposition


def test_the_folder_gives_out_no_address_and_lets_nobody_else_read(settings: Any) -> None:
    told = settings.STORAGES["private"]
    folder = import_string(told["BACKEND"])(**told["OPTIONS"])
    name = folder.save("2026/01/01/a", ContentFile(b"a"))
    try:
        path = Path(folder.path(name))
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        with pytest.raises(ValueError, match="no address"):
            folder.url(name)
    finally:
        folder.delete(name)


@pytest.mark.parametrize("name", ["MEDIA_ROOT", "STATIC_ROOT"])
@pytest.mark.parametrize("place", ["the same", "below it", "above it"])
def test_a_private_folder_within_reach_stops_the_start(settings: Any, name: str, place: str) -> None:
    assert private_files_are_out_of_reach() == []
    private = Path(settings.PRIVATE_ROOT)
    setattr(settings, name, str({"the same": private, "below it": private.parent, "above it": private / "x"}[place]))
    assert "files.E001" in [one.id for one in private_files_are_out_of_reach()]
