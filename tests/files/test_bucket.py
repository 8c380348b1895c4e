"""Private files in a bucket: kept, served, listed, deleted, and what happens while it is away."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.test import Client, RequestFactory
from django.utils import timezone
from django.utils.module_loading import import_string
from wagtail.documents.models import Document

from config import environment
from directory.gate.refusals import WrongState
from directory.models import User
from files.actions import keep_file
from files.checking import check
from files.models import StoredFile
from files.retention import Swept, sweep_orphans
from files.serving import file_response
from tests.files import fake_s3
from tests.files.test_serving import body, faults

pytest.importorskip("storages")


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Iterator[fake_s3.FakeS3]:
    """A bucket in place of the folder, built from the environment variables as the settings build it."""
    with fake_s3.running() as server:
        for name, value in {
            "COMMONBEAT_BUCKET": "evidence",
            "COMMONBEAT_BUCKET_ENDPOINT": server.address,
            "COMMONBEAT_BUCKET_REGION": "eu-west-2",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }.items():
            monkeypatch.setenv(name, value)
        bucket = built(environment.private_storage(tmp_path))  # type: ignore[arg-type]
        monkeypatch.setitem(storages._storages, "private", bucket)
        monkeypatch.setattr(StoredFile._meta.get_field("content"), "storage", bucket)
        monkeypatch.setattr(Document._meta.get_field("file"), "storage", built(environment.media_storage()))
        yield server


def built(told: dict[str, Any]) -> Storage:
    """The storage that an entry of STORAGES describes."""
    return import_string(told["BACKEND"])(**told["OPTIONS"])


def keep(sender: User) -> StoredFile:
    with transaction.atomic():
        return keep_file(check("note.txt", b"Seen at nine."), acting_user=sender)


@pytest.mark.django_db(transaction=True)
def test_kept_served_and_deleted(sender: User, s3: fake_s3.FakeS3) -> None:
    file = keep(sender)
    (key,) = s3.objects
    assert key == f"private/{file.content.name}" and s3.objects[key] == b"Seen at nine."
    response = file_response(RequestFactory().get("/"), file)
    assert faults(response) == [] and body(response) == b"Seen at nine."
    file.delete()
    assert s3.objects == {}


@pytest.mark.django_db(transaction=True)
def test_the_sweep_lists_it(sender: User, s3: fake_s3.FakeS3) -> None:
    keep(sender)
    s3.objects["private/2020/01/01/" + "a" * 32] = b"left behind"
    s3.objects["private/2020/01/01/other"] = b"not ours"
    assert sweep_orphans() == Swept(0, 1)
    assert sorted(s3.objects)[0] == "private/2020/01/01/other" and len(s3.objects) == 2
    assert sweep_orphans(now=timezone.now() + timedelta(days=3)).rows == 1


@pytest.mark.django_db
def test_a_file_that_is_gone_or_a_bucket_that_is_away_is_said(sender: User, s3: fake_s3.FakeS3) -> None:
    file = keep(sender)
    s3.objects.clear()
    with pytest.raises(WrongState, match="cannot be found"):
        file_response(RequestFactory().get("/"), file)
    s3.away = True
    with pytest.raises(WrongState):
        file_response(RequestFactory().get("/"), file)
    with pytest.raises(OSError, match="did not answer"):
        keep(sender)


@pytest.mark.django_db
def test_head_asks_the_bucket_nothing(sender: User, s3: fake_s3.FakeS3) -> None:
    file = keep(sender)
    s3.asked.clear()
    assert faults(file_response(RequestFactory().head("/"), file)) == [] and s3.asked == []


def test_no_object_has_an_address(s3: fake_s3.FakeS3) -> None:
    with pytest.raises(ValueError, match="no address"):
        storages["private"].url("2026/01/01/a")


def test_without_a_bucket_it_is_the_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.delenv("COMMONBEAT_BUCKET", raising=False)
    assert environment.private_storage(tmp_path)["BACKEND"] == "files.folder.PrivateFolder"  # type: ignore[arg-type]
    assert environment.media_storage() == {"BACKEND": "django.core.files.storage.FileSystemStorage"}


@pytest.mark.django_db
def test_an_editors_document_is_in_the_bucket_and_served_by_the_site(s3: fake_s3.FakeS3) -> None:
    document = Document.objects.create(title="Minutes", file=ContentFile(b"Resolved: to meet.", name="minutes.txt"))
    (key,) = s3.objects
    assert key.startswith("media/") and "minutes" in key
    response = Client().get(document.url)
    assert response.status_code == 200, response.headers
    assert b"".join(response) == b"Resolved: to meet."
    assert s3.address not in str(response.headers)
    with pytest.raises(NotImplementedError):
        document.file.url  # noqa: B018 - asking is the test
