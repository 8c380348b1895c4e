"""How script/server runs gunicorn: one process, a few threads, and a greeting once it can answer.

One process, because the demonstration's cache lives in the process: with two, a page that one of them
dropped from its cache would still be served by the other. docs/operations.md tells how to run more.
"""

from __future__ import annotations

import os
import sys
from typing import Any

workers = 1
threads = 8
preload_app = True  # so that the greeting comes when the site has really loaded
loglevel = "warning"
graceful_timeout = 5
control_socket_disable = True

ACCOUNTS = (
    ("inspector", "sector inspector: raises priorities, owns problem profiles"),
    ("chief", "chief inspector: approves plans, chairs tasking"),
    ("coordinator", "tasking coordinator: runs the fortnight's list"),
    ("officer", "team member: does the actions"),
    ("analyst", "analyst: analysis, tests of whether it worked"),
    ("forcelead", "force lead: the whole force"),
    ("housing", "partner worker at a housing association"),
    ("council", "partner manager at a council"),
    ("fund", "fund manager"),
    ("panel", "fund assessor"),
    ("group", "community group lead"),
    ("editor", "web editor of the public site"),
    ("admin", "system administrator"),
)


def when_ready(server: Any) -> None:
    """Gunicorn calls this when it listens and the site has loaded."""
    address = os.environ["COMMONBEAT_BASE_URL"]
    lines = ["", f"Commonbeat is at {address}", f"Sign in at {address}/sign-in/ as one of:", ""]
    lines += [f"    {name + '@demo.commonbeat.test':38}{what}" for name, what in ACCOUNTS]
    lines += ["", "The password of each is  commonbeat-demo", "Stop with Ctrl-C.", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def on_exit(server: Any) -> None:
    """Gunicorn calls this last."""
    sys.stdout.write("\nStopped.\n")
    sys.stdout.flush()
