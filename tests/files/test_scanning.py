"""The virus scanner, asked over its own protocol: a small clamd of the tests' own on the loopback."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from files import scanning
from files.checking import Refused
from files.settings_checks import scanner_has_an_address

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd:
    """Reads INSTREAM as clamd does, remembers what came, and answers."""

    def __init__(self, listening: socket.socket, answer: Callable[[bytes], bytes]) -> None:
        self.listening, self.answer = listening, answer
        self.received: list[bytes] = []
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        while True:
            try:
                asked, _ = self.listening.accept()
            except OSError:
                return
            with asked:
                content = self.read(asked)
                self.received.append(content)
                asked.sendall(self.answer(content))

    def read(self, asked: socket.socket) -> bytes:
        with asked.makefile("rb") as came:
            assert came.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", came.read(4))[0]:
                content += came.read(size)
            return content


def clamds_answer(content: bytes) -> bytes:
    return b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0"


@contextmanager
def running(answer: Callable[[bytes], bytes] = clamds_answer, path: Path | None = None) -> Iterator[FakeClamd]:
    listening = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    listening.bind(str(path) if path else ("127.0.0.1", 0))
    listening.listen()
    try:
        yield FakeClamd(listening, answer)
    finally:
        listening.shutdown(socket.SHUT_RDWR)  # else it takes one more while its thread still waits
        listening.close()


def at(clamd: FakeClamd) -> str:
    return f"tcp://127.0.0.1:{clamd.listening.getsockname()[1]}"


def test_without_a_scanner_nothing_is_asked_and_nothing_claimed(settings: Any) -> None:
    settings.CLAMD = ""
    assert scanning.scan(EICAR) is False


@pytest.mark.parametrize("size", [1, scanning.PIECE - 1, scanning.PIECE, scanning.PIECE + 1, 3 * scanning.PIECE])
def test_a_harmless_file_reaches_the_scanner_whole(settings: Any, size: int) -> None:
    with running() as clamd:
        settings.CLAMD = at(clamd)
        assert scanning.scan(b"x" * size) is True
        assert clamd.received == [b"x" * size]


def test_over_a_socket_of_the_machine(settings: Any, tmp_path: Path) -> None:
    with running(path=tmp_path / "clamd.ctl"):
        settings.CLAMD = f"unix:{tmp_path}/clamd.ctl"
        assert scanning.scan(b"harmless") is True
        with pytest.raises(Refused, match="stopped by the virus scanner"):
            scanning.scan(EICAR)


def test_what_the_scanner_finds_is_refused_without_its_name(settings: Any) -> None:
    with running() as clamd:
        settings.CLAMD = at(clamd)
        with pytest.raises(Refused) as caught:
            scanning.scan(b"before " + EICAR)
    assert "Do not open it" in caught.value.words and "Eicar" not in caught.value.words


@pytest.mark.parametrize(
    "said",
    [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK", b"stream: OK\0and more", b"OK\0", b"\xff" * 9000],
)
def test_any_other_answer_fails_closed(settings: Any, said: bytes) -> None:
    with running(lambda content: said) as clamd:
        settings.CLAMD = at(clamd)
        if said == b"stream: OK":  # the end of the connection ends the answer as well
            assert scanning.scan(b"harmless") is True
            return
        with pytest.raises(Refused, match="cannot be checked for viruses just now"):
            scanning.scan(b"harmless")


def test_a_scanner_that_is_away_fails_closed(settings: Any, tmp_path: Path) -> None:
    with running() as clamd:
        gone = at(clamd)
    for address in (gone, f"unix:{tmp_path}/nothing.ctl"):
        settings.CLAMD = address
        with pytest.raises(Refused, match="cannot be checked for viruses just now"):
            scanning.scan(b"harmless")


def test_a_scanner_that_never_answers_fails_closed(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "PATIENCE", 0.2)
    silent = socket.socket()
    silent.bind(("127.0.0.1", 0))
    silent.listen()
    with silent:
        settings.CLAMD = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Refused, match="cannot be checked"):
            scanning.scan(b"harmless")


@pytest.mark.parametrize(
    "written", ["clamd", "unix:relative", "tcp://", "tcp://host:port", "http://host:1", "tcp://host/x"]
)
def test_an_address_that_cannot_be_read_stops_the_start(settings: Any, written: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        scanning.address(written)
    settings.CLAMD = written
    assert [one.id for one in scanner_has_an_address()] == ["files.E002"]


def test_the_usual_port_need_not_be_said() -> None:
    assert scanning.address("tcp://scanner") == (socket.AF_INET, ("scanner", 3310))
