"""`manage.py load_ballots ROUND FILE.pb`: fill a practice round with a published election."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from directory.gate.refusals import Forbidden, WrongState
from directory.models import Post, Role, User
from funds.actions import load_ballots_from_pb
from funds.models import Round
from funds.tally import PbError, read_pb


class Command(BaseCommand):
    """See the module's text."""

    help = "Fill a practice round in draft with the bids and ballots of a .pb file (pabulib.org), all or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """ROUND is the end of the round's address; FILE the .pb file; --as who is doing it."""
        parser.add_argument("round", help="the round's slug, as in its address")
        parser.add_argument("file", help="path of the .pb file")
        parser.add_argument("--as", dest="email", default="", help="e-mail of the fund manager this is done for")
        parser.add_argument("--attribution", default="", help="where the file is from and its terms, shown publicly")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read the file whole, then load it in one transaction. Raises CommandError in plain words."""
        round_ = Round.objects.select_related("fund__lpa").filter(slug=options["round"]).first()
        if round_ is None:
            raise CommandError(f"There is no round {options['round']}.")
        try:
            election = read_pb(options["file"])
        except PbError as error:
            raise CommandError(f"{options['file']}, {error}. Nothing was loaded.") from error
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be opened: {error.strerror}.") from error
        name = options["file"].rsplit("/", 1)[-1]
        try:
            loaded = load_ballots_from_pb(
                round_,
                election,
                acting_user=_person(options["email"], round_),
                source=name,
                attribution=options["attribution"],
            )
        except (Forbidden, WrongState) as error:
            raise CommandError(f"{error} Nothing was loaded.") from error
        self.stdout.write(
            f"{loaded.name}: {len(election.projects)} bids and {len(election.ballots)} ballots loaded at "
            f"{timezone.localtime():%H:%M}. Definition {loaded.definition_sha256}. Close voting, then count."
        )


def _person(email: str, round_: Round) -> User:
    """The person named, or else the one fund manager of the round's area."""
    if email:
        person = User.objects.filter(email__iexact=email).first()
        if person is None:
            raise CommandError(f"There is nobody with the address {email}.")
        return person
    post = Post.objects.current().filter(role=Role.FUND_MANAGER, area=round_.fund.lpa).select_related("user").first()
    if post is None:
        raise CommandError(f"{round_.fund.lpa} has no fund manager. Say who is doing this with --as E-MAIL.")
    return post.user
