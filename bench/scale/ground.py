"""A folder, free ports and processes that all go away again, however this ends.

A small process of its own, the sweeper, waits until this one is gone, also when it was killed, and then ends
what was started and removes the folder.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SWEEPER = """
trap '' INT TERM HUP QUIT
folder=$1
cat >/dev/null
for signal in QUIT KILL; do
  for file in "$folder"/pids/*; do [ -f "$file" ] && kill -$signal "-$(cat "$file")" 2>/dev/null; done
  [ $signal = KILL ] || sleep 1
done
for file in "$folder"/postgresql-*/postmaster.pid; do  # the one segment of memory that outlives a killed server
  [ -f "$file" ] && ipcrm -m "$(sed -n 7p "$file" | awk '{print $2}')" 2>/dev/null
done
rm -rf "$folder"
"""


class Ground:
    """The folder of one run and the processes started in it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="commonbeat-scale."))
        self.folder.chmod(0o711)  # PostgreSQL's user has to pass through it
        self.password = secrets.token_urlsafe(24)
        self.user = _user_postgresql_accepts()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self._ports: set[int] = set()
        for name in ("pids", "logs"):
            self.make_folder(name)
        self._sweeper = subprocess.Popen(
            ["sh", "-c", SWEEPER, "sweeper", str(self.folder)],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def make_folder(self, name: str) -> Path:
        """A folder in the folder, of the user that servers run as."""
        made = self.folder / name
        made.mkdir(mode=0o700)
        if self.user:
            shutil.chown(made, self.user)
        return made

    def write(self, name: str, text: str) -> Path:
        """A file that only the user of the servers can read."""
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_text(text)
        if self.user:
            shutil.chown(file, self.user)
        return file

    def port(self) -> int:
        """A port of 127.0.0.1 that nobody listens on and that was not given out before."""
        while True:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port: int = probe.getsockname()[1]
            if port not in self._ports:
                self._ports.add(port)
                return port

    def start(
        self, name: str, command: list[str], *, environment: dict[str, str] | None = None, as_server: bool = False
    ) -> subprocess.Popen[bytes]:
        """Start a process that lasts, in a session of its own; `as_server` as a user that is not root."""
        with (self.folder / "logs" / name).open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=self.folder if as_server else ROOT,
                env=environment or _plain(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=self.user if as_server else None,
                group=_group(self.user) if as_server else None,
                extra_groups=[] if as_server and self.user else None,
            )
        (self.folder / "pids" / name).write_text(str(process.pid))
        self.running[name] = process
        return process

    def run(self, command: list[str], *, environment: dict[str, str] | None = None, as_server: bool = False) -> str:
        """Run a command to its end and return what it said. Raises SystemExit, with it, where it fails."""
        done = subprocess.run(
            command,
            cwd=self.folder if as_server else ROOT,
            env=environment or _plain(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            user=self.user if as_server else None,
            group=_group(self.user) if as_server else None,
            extra_groups=[] if as_server and self.user else None,
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command[:4])} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def end(self, name: str, with_signal: int = signal.SIGTERM, *, within: float = 10) -> None:
        """End one process, with more force where it does not listen."""
        process = self.running.pop(name, None)
        if process is None:
            return
        for force in (with_signal, signal.SIGKILL):
            try:
                os.killpg(process.pid, force)
                process.wait(within)
                break
            except ProcessLookupError:
                process.wait(within)
                break
            except subprocess.TimeoutExpired:
                continue
        (self.folder / "pids" / name).unlink(missing_ok=True)

    def end_all(self) -> None:
        """End everything, the last started first, and let the sweeper take the folder away."""
        for name in reversed(list(self.running)):
            self.end(name, signal.SIGQUIT if name.startswith("postgresql") else signal.SIGTERM, within=5)
        assert self._sweeper.stdin is not None
        self._sweeper.stdin.close()
        self._sweeper.wait()

    def log(self, name: str, lines: int = 15) -> str:
        """The end of what a process said."""
        file = self.folder / "logs" / name
        return "\n".join(file.read_text(errors="replace").splitlines()[-lines:]) if file.exists() else ""


def until(what: str, holds: Callable[[], object], *, within: float = 30, every: float = 0.1) -> float:
    """Wait until `holds()` is true and return the seconds it took. Raises SystemExit when it never is."""
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > within:
            raise SystemExit(f"Waited {within:.0f} s in vain: {what}.")
        time.sleep(every)
    return time.monotonic() - began


def program(*names: str) -> str:
    """The path of the first of these programs that is installed. Raises SystemExit where none is."""
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    for name in names:
        if found := shutil.which(name, path=path):
            return found
    raise SystemExit(f"There is no {' or '.join(names)} on this machine; script/scale says how to install it.")


def python() -> str:
    """The interpreter everything runs with."""
    return sys.executable


def _plain() -> dict[str, str]:
    """No setting of the person's own; only what programs need to run."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}


def _user_postgresql_accepts() -> str | None:
    """PostgreSQL and PgBouncer refuse to run as root; otherwise everything runs as whoever is here."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise SystemExit("There is no user other than root that PostgreSQL could run as.")


def _group(user: str | None) -> int | None:
    return pwd.getpwnam(user).pw_gid if user else None
