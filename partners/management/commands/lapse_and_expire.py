"""`manage.py lapse_and_expire`: the daily job of sharing. Running it twice, or late, does no harm."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from partners import actions, selectors


class Command(BaseCommand):
    """See the module's text."""

    help = "Lapse agreements past their review date and expire shares past their last day. Run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        """Each in a transaction of its own, journalled as the system's; sight has ended with the date already."""
        lapsed = sum(actions.lapse_past_review(row) for row in selectors.agreements_past_review())
        expired = sum(actions.expire_share(row) for row in selectors.shares_past_last_day())
        self.stdout.write(f"Agreements lapsed: {lapsed}. Shares expired: {expired}.")
