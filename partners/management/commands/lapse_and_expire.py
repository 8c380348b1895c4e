"""`manage.py lapse_and_expire`: the daily job of sharing. Running it twice, or late, does no harm."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from partners.agreements.actions import lapse_past_review
from partners.agreements.selectors import agreements_past_review
from partners.shares.actions import expire_share
from partners.shares.selectors import shares_past_last_day


class Command(BaseCommand):
    """See the module's text."""

    help = "Lapse agreements past their review date and expire shares past their last day. Run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        """Each in a transaction of its own, journalled as the system's; sight has ended with the date already."""
        lapsed = sum(lapse_past_review(row) for row in agreements_past_review())
        expired = sum(expire_share(row) for row in shares_past_last_day())
        self.stdout.write(f"Agreements lapsed: {lapsed}. Shares expired: {expired}.")
