"""The parts of script/scale that can be tried without building the whole of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.scale.bars import Bars
from bench.scale.failover import Writers
from bench.scale.visitors import form_of, offered

ROOT = Path(__file__).resolve().parents[2]
STARTS = """
import sys
from bench.scale.ground import Ground
ground = Ground()
plain = ground.start("plain", ["sleep", "300"])
stubborn = ground.start("stubborn", ["sh", "-c", "trap '' TERM QUIT INT; while :; do sleep 1; done"], as_server=True)
ground.write("secret", "of nobody else's")
print(ground.folder, plain.pid, stubborn.pid, flush=True)
"""


def gone(pid: int) -> bool:
    """No such process, or one that only waits to be counted."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def soon(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@pytest.mark.skipif(sys.platform != "linux", reason="script/scale is for Linux")
@pytest.mark.parametrize("end", ["in good order", "killed"])
def test_nothing_is_left_however_it_ends(end: str) -> None:
    program = STARTS + ("ground.end_all()" if end == "in good order" else "sys.stdin.read()")
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout
        folder, *pids = run.stdout.readline().split()
        if end == "killed":
            assert Path(folder, "secret").stat().st_mode & 0o077 == 0
            assert not any(gone(int(pid)) for pid in pids)
            os.kill(run.pid, signal.SIGKILL)
        assert soon(lambda: all(gone(int(pid)) for pid in pids)), "a process outlived the run"
        assert soon(lambda: not Path(folder).exists()), "the folder outlived the run"
        run.wait(30)


def test_a_bar_that_does_not_hold_shows(capsys: pytest.CaptureFixture[str]) -> None:
    bars = Bars()
    bars.exactly("writes lost", 0, 0)
    bars.at_most("seconds", 2.5, 3)
    bars.at_least("writes", 10, 10)
    assert bars.fell_short == 0
    bars.exactly("writes lost", 1, 0)
    bars.at_most("seconds", 3.5, 3)
    bars.at_least("writes", 9, 10)
    lines = capsys.readouterr().out.splitlines()
    assert [line.rsplit("  ", 1)[-1].strip() for line in lines] == ["holds"] * 3 + ["falls short"] * 3
    assert bars.fell_short == 3


PAGE = """
<form action="/search/"><input name="q" value=""></form>
<form method="post"><input type="hidden" name="held_for" value="x:y"><textarea name="reason">
Two &amp; two</textarea><input type="checkbox" name="wards" value="7"><input type="checkbox" name="wards" value="8"
checked><select name="kind"><option value="a">A</option><option value="b" selected>B</option></select>
<button name="go" value="1">Go</button></form>
"""


def test_a_form_is_sent_as_a_browser_would() -> None:
    assert form_of(PAGE) == {"held_for": "x:y", "reason": "\nTwo & two", "wards": "8", "kind": "b"}
    assert offered(PAGE, "wards") == ["7", "8"]
    assert form_of("<p>No form</p>") == {}


def test_only_a_page_that_was_made_counts_as_acknowledged() -> None:
    """The check for lost writes is worth what this counts: a refusal or no answer is no acknowledgement."""
    from bench.scale.visitors import Answer

    class Person:
        answers = iter(
            [
                Answer(302, "/pmp/profiles/PMP-2026-00001/", ""),
                Answer(302, "/sign-in/?next=/pmp/profiles/raise/", ""),
                Answer(500, "", ""),
                Answer(200, "", ""),
                ConnectionError(),
            ]
        )

        def post(self, path: str, values: dict) -> Answer:
            try:
                answer = next(self.answers)
            except StopIteration:
                writers._stop.set()
                return Answer(503, "", "")
            if isinstance(answer, Exception):
                raise answer
            return answer

    writers = Writers(site=None, name="Tried")
    writers._write(Person(), "1", 0)
    assert list(writers.acknowledged) == ["Tried 0-0"]
    assert writers.answers["no answer"] == 1
