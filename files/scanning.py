"""The virus scanner: clamd, asked over its own protocol (clamd(8), INSTREAM) when COMMONBEAT_CLAMD names one.

Fails closed: a file the scanner cannot be asked about is not kept.
"""

from __future__ import annotations

import logging
import socket
import struct
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from files.checking import Refused

log = logging.getLogger("commonbeat.files")

AWAY = "cannot be checked for viruses just now, so it was not kept. Send it again in a few minutes"
INFECTED = "was stopped by the virus scanner. Do not open it, and tell your IT service desk"
PATIENCE = 30.0  # seconds for each step, not for the whole
PIECE = 1 << 16
LONGEST_ANSWER = 4096
DEFAULT_PORT = 3310


def scan(content: bytes) -> bool:
    """True where the scanner found nothing, False where none is configured.

    Raises Refused where it found something, and where it could not be asked or did not answer.
    """
    if not settings.CLAMD:
        return False
    try:
        answer = _ask(content)
    except OSError as error:
        log.exception("virus scanner away")
        raise Refused(AWAY) from error
    if answer.endswith("FOUND"):
        log.warning("virus scanner found something")
        raise Refused(INFECTED)
    if answer != "stream: OK":
        log.error("virus scanner did not say OK")
        raise Refused(AWAY)
    return True


type Address = tuple[socket.AddressFamily, Any]


def address(written: str) -> Address:
    """The socket's family and address for `unix:/path` or `tcp://host:port`.

    Raises ImproperlyConfigured for anything else.
    """
    if written.startswith("unix:/"):
        return socket.AF_UNIX, written.removeprefix("unix:")
    try:
        parts = urlsplit(written)
        port = parts.port or DEFAULT_PORT
    except ValueError:
        parts = urlsplit("")
    if parts.scheme != "tcp" or not parts.hostname or parts.path:
        raise ImproperlyConfigured(f"COMMONBEAT_CLAMD is {written!r}; write unix:/path or tcp://host:port.")
    return socket.AF_INET, (parts.hostname, port)


def _ask(content: bytes) -> str:
    family, where = address(settings.CLAMD)
    scanner = socket.socket(family) if family == socket.AF_UNIX else socket.create_connection(where, PATIENCE)
    with scanner:
        scanner.settimeout(PATIENCE)
        if family == socket.AF_UNIX:
            scanner.connect(where)
        scanner.sendall(b"zINSTREAM\0")
        for place in range(0, len(content), PIECE):
            piece = content[place : place + PIECE]
            scanner.sendall(struct.pack("!L", len(piece)) + piece)
        scanner.sendall(struct.pack("!L", 0))
        return _answer(scanner)


def _answer(scanner: socket.socket) -> str:
    said = b""
    while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
        piece = scanner.recv(PIECE)
        if not piece:
            break
        said += piece
    return said.rstrip(b"\0\n").decode("utf-8", "replace")
