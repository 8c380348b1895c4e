"""The ground the other tests stand on: what is committed goes away again, in any order, guards or not."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection, transaction
from wagtail.models import Locale

from cms.models import BasePage
from directory.models import User
from journal.chain import verify
from journal.models import ChainHead, Entry
from journal.write import record
from tests import database


def commit_something() -> None:
    with transaction.atomic():
        user = User.objects.create_user("ground@demo.commonbeat.test", "Ground Floor")
        for _ in range(3):
            record("shown", user, acting_user=user)
    BasePage.objects.filter(depth__gt=1).delete()


def assert_as_born() -> None:
    assert not User.objects.exists()
    assert not Entry.objects.exists()
    assert not ChainHead.objects.exists()
    assert BasePage.objects.filter(depth=1).count() == 1
    assert Locale.objects.exists()
    assert ContentType.objects.exists()
    assert Permission.objects.exists()


# Twice each, and in turns, because what one leaves behind only the next one can find.
@pytest.mark.parametrize("turn", [1, 2, 3])
@pytest.mark.django_db(transaction=True)
def test_what_a_test_committed_is_gone_for_the_next(turn: int) -> None:
    assert_as_born()
    commit_something()
    assert verify().entries == 3


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.django_db
def test_rolled_back_tests_find_the_database_as_born_too(turn: int) -> None:
    assert_as_born()
    commit_something()


@pytest.mark.parametrize("statement", ["UPDATE journal_entry SET verb = 'x'", "DELETE FROM journal_entry"])
@pytest.mark.django_db(transaction=True)
def test_guards_stand_after_the_database_was_put_back(statement: str) -> None:
    commit_something()
    with pytest.raises(DatabaseError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_an_erasable_journal_can_be_tampered_with_and_the_chain_says_so(erasable_journal: None) -> None:
    commit_something()
    Entry.objects.filter(number=2).update(verb="altered")
    assert verify().broken_at == 2


@pytest.mark.django_db(transaction=True)
def test_lifted_guards_are_laid_again() -> None:
    commit_something()
    with database.without_guards():
        Entry.objects.filter(number=3).delete()
    with pytest.raises(DatabaseError, match="append-only"):
        Entry.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_a_failing_block_lays_the_guards_again() -> None:
    commit_something()
    with pytest.raises(ZeroDivisionError), database.without_guards():
        raise ZeroDivisionError
    with pytest.raises(DatabaseError, match="append-only"):
        Entry.objects.all().delete()
