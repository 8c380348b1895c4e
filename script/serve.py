"""How script/server runs gunicorn: one process, a few threads, and a greeting once it can answer.

One process, because the demonstration's cache lives in the process: with two, a page that one of them
dropped from its cache would still be served by the other. docs/operations.md tells how to run more.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demo.accounts import ACCOUNTS, PASSWORD

workers = 1
threads = 8
preload_app = True  # so that the greeting comes when the site has really loaded
loglevel = "warning"
graceful_timeout = 5
control_socket_disable = True


def when_ready(server: Any) -> None:
    """Gunicorn calls this when it listens and the site has loaded."""
    address = os.environ["COMMONBEAT_BASE_URL"]
    lines = ["", f"Commonbeat is at {address}", f"Sign in at {address}/sign-in/ as one of:", ""]
    lines += [f"    {account.email:38}{account.does}" for account in ACCOUNTS]
    lines += ["", f"The password of each is  {PASSWORD}", "Stop with Ctrl-C.", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def on_exit(server: Any) -> None:
    """Gunicorn calls this last."""
    sys.stdout.write("\nStopped.\n")
    sys.stdout.flush()
