"""Money in: funding streams, one fund per LPA and year, and the ledger every balance is derived from.

The ledger is double entry. An entry's postings add up to nothing; each posting says how much an account
gained or lost, its number in that account (1, 2, 3 … without a gap) and the balance it leaves. Two
constraints make over-commitment impossible even without the lock `funds.money.ledger` takes: no posting may
leave an account below zero, and an account has each number only once, so of two people who read the
same balance only one can write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from directory.gate.standing import standing
from directory.models import Area
from funds.models.scope import areas_for, everywhere


class Stream(models.Model):
    """Where money comes from, and what it may be spent on.

    Sources: Proceeds of Crime Act receipts (Asset Recovery Incentivisation Scheme), the Police (Property)
    Regulations 1997 (charitable purposes only), and the force's Community Initiative Fund.
    """

    code = models.SlugField(max_length=12, unique=True)
    name = models.CharField(max_length=80, unique=True)
    charitable_only = models.BooleanField(default=False, help_text="may only be spent on charitable purposes")
    restriction = models.TextField(blank=True, help_text="what it may be spent on, as people should read it")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "code")

    def __str__(self) -> str:
        return self.name


class FundQuerySet(models.QuerySet["Fund"]):
    def visible_to(self, user: object) -> FundQuerySet:
        """Funds this person may see: those of their own LPA, or all for a force lead (policy `fund.view`)."""
        who = standing(user)
        if everywhere("fund.view", who):
            return self
        return self.filter(lpa_id__in=areas_for("fund.view", who))


class Fund(models.Model):
    """One LPA's Active Citizens fund for one financial year (`year` is the April it begins in)."""

    lpa = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="funds")
    year = models.PositiveSmallIntegerField(help_text="the year its April falls in: 2026 for 2026/27")
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    source = models.TextField(blank=True, help_text="where its figures come from, shown on the page")
    made_up = models.BooleanField(default=False, help_text="some figures are made up for demonstration")

    objects = FundQuerySet.as_manager()

    class Meta:
        ordering = ("-year", "name")
        constraints = (
            models.UniqueConstraint(
                fields=("lpa", "year"),
                name="one_fund_a_year",
                violation_error_message="This area already has a fund for that year.",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def year_label(self) -> str:
        """The financial year as people write it, for example 2026/27."""
        return f"{self.year}/{(self.year + 1) % 100:02d}"


class PlannedShare(models.Model):
    """A line of the published plan: how a fund is meant to be shared out. It moves no money."""

    fund = models.ForeignKey(Fund, on_delete=models.CASCADE, related_name="plan")
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=160)
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    pence = models.PositiveBigIntegerField(null=True, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("fund", "order")
        constraints = (models.UniqueConstraint(fields=("fund", "order"), name="plan_order"),)

    def __str__(self) -> str:
        return self.name


class AccountKind(models.TextChoices):
    """Where a penny can be. Money walks down this list and may come back up."""

    OUTSIDE = "outside", "Outside the force"
    FORCE = "force", "Received, not yet allocated"
    FUND = "fund", "Allocated to the area, free"
    ROUND = "round", "Set aside for a round"
    AWARD = "award", "Committed to an award"
    PAID = "paid", "Paid"


class Account(models.Model):
    """One place a stream's money can be: the force's pool, a fund, a round's pot, an award, or paid out.

    The row of kind `fund` is the fund-and-stream row, that of kind `round` the round-and-stream row;
    locking it gives each movement of that money its turn.
    """

    key = models.CharField(max_length=60, unique=True, help_text="kind and the keys below, so each is one row")
    kind = models.CharField(max_length=8, choices=AccountKind)
    stream = models.ForeignKey(Stream, on_delete=models.PROTECT, related_name="accounts")
    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, null=True, related_name="accounts")
    round = models.ForeignKey("funds.Round", on_delete=models.PROTECT, null=True, related_name="accounts")
    bid = models.ForeignKey("funds.Bid", on_delete=models.PROTECT, null=True, related_name="accounts")

    if TYPE_CHECKING:
        held: int  # pence, where the query came through funds.money.ledger.with_balances

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.stream}"


class EntryKind(models.TextChoices):
    """What a ledger entry says happened."""

    RECEIVED = "received", "Received"
    ALLOCATED = "allocated", "Allocated to an area"
    EARMARKED = "earmarked", "Set aside for a round"
    COMMITTED = "committed", "Committed to an award"
    PAID = "paid", "Paid"
    RETURNED = "returned", "Returned to the fund"
    REVERSAL = "reversal", "Reversed"


class LedgerEntry(models.Model):
    """One movement of money. Only ever added; a mistake is put right by a reversing entry."""

    kind = models.CharField(max_length=10, choices=EntryKind)
    at = models.DateTimeField(help_text="UTC")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )

    class Meta:
        ordering = ("pk",)
        verbose_name_plural = "ledger entries"
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False)
                | (~Q(kind="reversal") & Q(reverses__isnull=True)),
                name="reversal_names_its_entry",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"


class Posting(models.Model):
    """What an entry did to one account, in whole pence: more is positive, less negative."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="postings")
    number = models.PositiveIntegerField(help_text="1, 2, 3 … in its account")
    pence = models.BigIntegerField()
    balance = models.BigIntegerField(help_text="of the account, after this posting")
    outside = models.BooleanField(default=False, help_text="the account stands outside the force")

    class Meta:
        ordering = ("entry", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("account", "number"),
                name="posting_number",
                violation_error_message="Somebody else moved this money at the same moment. Try again.",
            ),
            models.UniqueConstraint(fields=("entry", "account"), name="one_posting_an_account"),
            models.CheckConstraint(condition=~Q(pence=0), name="posting_moves_something"),
            models.CheckConstraint(
                condition=Q(balance__gte=0) | Q(outside=True),
                name="never_below_zero",
                violation_error_message="There is not that much money left.",
            ),
        )

    def __str__(self) -> str:
        return f"{self.pence:+d} in account {self.account_id}"
