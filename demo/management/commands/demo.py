from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo import funds, people, profiles, sharing, site


class Command(BaseCommand):
    help = "Load the demonstration force: real wards, made-up people and problems. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Load each part in turn, saying what it does; refuses outside demonstration mode."""
        if not settings.DEMO:
            raise CommandError(
                "The demonstration has accounts with a known password, so it loads only with COMMONBEAT_MODE=demo."
            )
        began = time.monotonic()
        world = people.load()
        self._said("areas, teams and people", began)
        for words, load in self._parts(world):
            start = time.monotonic()
            load()
            self._said(words, start)
        self.stdout.write(f"The demonstration is loaded ({time.monotonic() - began:.0f} s).")

    def _parts(self, world: people.World) -> list[tuple[str, Callable[[], Any]]]:
        return [
            ("made-up counts", lambda: profiles.load_counts(world)),
            ("problem profiles in every state", lambda: profiles.load(world)),
            ("agreements and shares", lambda: sharing.load(world)),
            ("funds, rounds and bids", lambda: funds.load(world.lpas, world.people, world.force)),
            ("the public site", lambda: self._public_site(world)),
        ]

    def _public_site(self, world: people.World) -> None:
        sectors = [sector for rows in world.sectors.values() for sector in rows]
        site.load(world.lpas.values(), sectors, world.people)
        site.publish_texts(world.people["editor"], world.inspectors)

    def _said(self, words: str, start: float) -> None:
        self.stdout.write(f"  {words}: {time.monotonic() - start:.1f} s")
