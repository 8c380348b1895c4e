"""A file goes with what it belongs to, and nothing that belongs to anything ever goes in a sweep."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from directory.models import User
from files import retention
from files.actions import keep_file, remove_file
from files.checking import check
from files.models import Attachment, StoredFile, referring_relations
from files.retention import sweep_orphans
from journal.models import Entry
from pmp.models import ActionFile, ActionUpdate, Output
from tests.files.conftest import places
from tests.pmp.making import days, make_action, make_profile, make_world

LATER = timedelta(days=3)


@pytest.fixture
def output(db: None) -> Output:
    """Something delivered on an action."""
    world = make_world()
    action = make_action(make_profile(world, "live"), world.team)
    return Output.objects.create(action=action, quantity=1, delivered_on=days(0), by=world.officer)


def keep(sender: User, name: str = "a.txt") -> StoredFile:
    with transaction.atomic():
        return keep_file(check(name, b"Seen at nine."), acting_user=sender)


def attach(sender: User, output: Output) -> ActionFile:
    return ActionFile.objects.create(file=keep(sender), action=output.action, output=output)


def later() -> Any:
    return timezone.now() + LATER


# Going together ---------------------------------------------------------------------------------------


def test_the_bytes_go_when_the_link_goes_and_not_before_the_commit(
    sender: User, store: InMemoryStorage, output: Output, django_capture_on_commit_callbacks: Any
) -> None:
    attached = attach(sender, output)
    with django_capture_on_commit_callbacks(execute=True):
        attached.delete()
        assert not StoredFile.objects.exists() and len(places(store)) == 1
    assert places(store) == []


@pytest.mark.parametrize("owner", ["output", "line"])
def test_the_file_goes_with_its_owner(
    sender: User, store: InMemoryStorage, output: Output, django_capture_on_commit_callbacks: Any, owner: str
) -> None:
    row: models.Model = output
    if owner == "line":
        row = ActionUpdate.objects.create(action=output.action, text="Seen", by=sender)
        ActionFile.objects.create(file=keep(sender), action=output.action, update=row)
    else:
        attach(sender, output)
        attach(sender, output)
    with django_capture_on_commit_callbacks(execute=True):
        type(row)._default_manager.filter(pk=row.pk).delete()  # in bulk, as an erasure would
    assert not StoredFile.objects.exists() and places(store) == []


@pytest.mark.django_db(transaction=True)
def test_what_is_taken_back_keeps_its_bytes(store: InMemoryStorage) -> None:
    world = make_world()
    action = make_action(make_profile(world, "live"), world.team)
    output = Output.objects.create(action=action, quantity=1, delivered_on=days(0), by=world.officer)
    attached = attach(world.officer, output)
    with pytest.raises(RuntimeError), transaction.atomic():
        attached.delete()
        raise RuntimeError
    assert StoredFile.objects.count() == 1 and len(places(store)) == 1
    with transaction.atomic():
        remove_file(ActionFile.objects.get(), acting_user=world.officer, reason="Wrong bench")
    assert not StoredFile.objects.exists() and places(store) == []
    assert Entry.objects.get(verb="files.removed").payload["reason"] == "Wrong bench"


@pytest.mark.django_db(transaction=True)
def test_a_store_that_is_away_stops_no_erasure_and_the_sweep_finishes_it(
    store: InMemoryStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    action = make_action(make_profile(world, "live"), world.team)
    output = Output.objects.create(action=action, quantity=1, delivered_on=days(0), by=world.officer)
    attached = attach(world.officer, output)

    def away(name: str) -> None:
        raise OSError("the store is away")

    with monkeypatch.context() as patch:
        patch.setattr(store, "delete", away)
        attached.delete()
    assert not StoredFile.objects.exists() and len(places(store)) == 1
    assert sweep_orphans(now=later()).bytes_without_row == 1 and places(store) == []


@pytest.mark.django_db(transaction=True)
def test_keeping_and_removing_need_a_transaction(store: InMemoryStorage) -> None:
    world = make_world()
    with pytest.raises(RuntimeError, match="in the transaction"):
        keep_file(check("a.txt", b"a"), acting_user=world.officer)
    assert places(store) == []


def test_a_file_that_is_attached_cannot_be_deleted(sender: User, store: InMemoryStorage, output: Output) -> None:
    attached = attach(sender, output)
    with pytest.raises(ProtectedError):
        attached.file.delete()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM files_storedfile WHERE id = %s", [attached.file_id])
        connection.check_constraints()


# The sweep --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_rows_that_nothing_refers_to_go_after_a_day(sender: User, store: InMemoryStorage, output: Output) -> None:
    attached, orphan = attach(sender, output), keep(sender)
    assert sweep_orphans() == retention.Swept(0, 0), "it may be about to be attached"
    assert sweep_orphans(now=later()) == retention.Swept(1, 0)
    assert list(StoredFile.objects.all()) == [attached.file]
    assert places(store) == [attached.file.content.name] and str(orphan.content.name) not in places(store)
    assert sweep_orphans(now=later()) == retention.Swept(0, 0), "twice does nothing more"


def test_bytes_of_a_transaction_that_was_taken_back_go_after_a_day(sender: User, store: InMemoryStorage) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        keep_file(check("a.txt", b"a"), acting_user=sender)
        raise RuntimeError
    assert len(places(store)) == 1
    assert sweep_orphans() == retention.Swept(0, 0)
    assert sweep_orphans(now=later()) == retention.Swept(0, 1) and places(store) == []


def test_what_it_did_not_put_there_is_left_alone(store: InMemoryStorage, db: None) -> None:
    names = [
        "2020/01/01/notes.txt",
        "2020/01/01/" + "g" * 32,
        "readme",
        "2020/lost+found/x",
        "2020/01/01/" + "a" * 31,
    ]
    for name in names:
        store.save(name, ContentFile(b"a"))
    assert sweep_orphans(now=later()) == retention.Swept(0, 0)
    assert sorted(places(store)) == sorted(names)


def strangers(store: InMemoryStorage, count: int) -> None:
    for number in range(count):
        store.save(f"2020/01/01/{number:032x}", ContentFile(b"a"))


def test_before_the_wrong_database_it_deletes_nothing(sender: User, store: InMemoryStorage) -> None:
    """A new or a restored database knows none of the store's files: they are not orphans, it is."""
    strangers(store, retention.MOST_STRANGERS + 1)
    swept = sweep_orphans()
    assert swept.bytes_without_row == 0 and "Is it the right one?" in swept.refused
    assert len(places(store)) == retention.MOST_STRANGERS + 1


def test_a_few_strangers_in_a_small_store_go(store: InMemoryStorage, db: None) -> None:
    strangers(store, retention.MOST_STRANGERS)
    assert sweep_orphans() == retention.Swept(0, retention.MOST_STRANGERS)


def test_in_a_store_that_was_never_used(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    from files.folder import PrivateFolder

    monkeypatch.setattr(retention, "private_storage", lambda: PrivateFolder(location=tmp_path / "none"))
    assert sweep_orphans(now=later()) == retention.Swept(0, 0)


# Every way to refer to a file --------------------------------------------------------------------------


def test_every_link_model_is_followed_and_guarded() -> None:
    """Generated: a model that gets a foreign key to a file is in the sweep's question, without being named."""
    pointing = {
        (model, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is StoredFile
    }
    assert pointing, "else this test would show nothing"
    assert {(one.related_model, one.field.name) for one in referring_relations()} == pointing
    for model, name in pointing:
        field: Any = model._meta.get_field(name)
        assert issubclass(model, Attachment), f"{model} refers to files and is no Attachment"
        assert field.remote_field.on_delete is models.PROTECT and field.unique
        owners = [one for one in model._meta.fields if one.is_relation and one.name != name]
        assert owners and all(one.remote_field.on_delete is models.CASCADE for one in owners), model
        assert model in {key[1] for key in _followed()}, f"{model}'s files would stay behind"


def _followed() -> Iterator[tuple[Any, Any]]:
    from django.db.models.signals import post_delete

    for model in apps.get_models():
        if any(one is retention._file_goes_with_its_link for one in post_delete._live_receivers(model)[0]):
            yield ("followed", model)


def test_a_sweep_that_overlooks_a_link_is_stopped_by_the_database(
    sender: User, store: InMemoryStorage, output: Output, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: with the question gone, the foreign key still keeps the file."""
    attached = attach(sender, output)
    monkeypatch.setattr("files.models.referring_relations", list)
    assert StoredFile.objects.all().unattached().exists()
    assert sweep_orphans(now=later()).rows == 0
    assert StoredFile.objects.get() == attached.file and len(places(store)) == 1
