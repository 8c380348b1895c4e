from __future__ import annotations

import getpass
import sys
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from directory.gate.refusals import WrongState
from directory.models import User
from directory.people.actions import make_administrator


class Command(BaseCommand):
    help = "Make the first system administrator. Asks for the password; when piped, reads it from one line."

    def add_arguments(self, parser: CommandParser) -> None:
        """The address to sign in with, and the name on the page."""
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the account, or say plainly why not."""
        email, name = options["email"].strip().lower(), options["name"].strip()
        password = self._password()
        try:
            validate_email(email)
            validate_password(password, User(email=email, name=name))
            make_administrator(email=email, name=name, password=password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except WrongState as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{name} can now sign in as {email} and open a staff session.")

    def _password(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        password = getpass.getpass("Password (at least 12 characters): ")
        if password != getpass.getpass("The same again: "):
            raise CommandError("The two passwords differ.")
        return password
