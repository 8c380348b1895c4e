#!/usr/bin/env python
"""Run one of the project's commands: `python manage.py help` lists them."""

import os
import sys

# Without any of these there is no production to run a command in: it would not start without its key.
SETTLED_BY = ("COMMONBEAT_MODE", "COMMONBEAT_SECRET_KEY", "DATABASE_URL")

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if not any(os.environ.get(name) for name in SETTLED_BY):
        os.environ["COMMONBEAT_MODE"] = "development"
        sys.stderr.write("No settings are given: this runs in development mode (docs/operations.md names them).\n")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
