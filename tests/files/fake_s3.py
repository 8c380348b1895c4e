"""An S3 of the tests' own on the loopback: put, get, head, delete and list, as much as django-storages asks for."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

LISTING = (
    '<?xml version="1.0"?><ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>'
)


class FakeS3(ThreadingHTTPServer):
    """`objects` is what it holds, by key; `asked` every request that came; `away` makes it answer 503."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.away = False

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: FakeS3
    protocol_version = "HTTP/1.1"

    def answer(self, status: int, content: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        size = headers.pop("size", str(len(content)))
        for name, value in {"Content-Length": size, "ETag": '"0"', **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def serve(self) -> None:
        parts = urlsplit(self.path)
        key = unquote(parts.path.lstrip("/")).partition("/")[2]
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.asked.append(f"{self.command} {key}")
        held = self.server.objects
        if self.server.away:
            return self.answer(503)
        if not self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256"):
            return self.answer(403)
        if self.command == "PUT":
            held[key] = body
            return self.answer(200)
        if self.command == "DELETE":
            held.pop(key, None)
            return self.answer(204)
        if not key:
            return self.answer(200, self.listing(parse_qs(parts.query)), **{"Content-Type": "application/xml"})
        if key not in held:
            return self.answer(404)
        return self.answer(200, held[key] if self.command == "GET" else b"", size=str(len(held[key])))

    do_GET = do_HEAD = do_PUT = do_DELETE = serve  # noqa: N815 - so the library asks

    def listing(self, query: dict[str, list[str]]) -> bytes:
        prefix = query.get("prefix", [""])[0]
        below = sorted(key.removeprefix(prefix) for key in self.server.objects if key.startswith(prefix))
        folders = sorted({name.split("/")[0] for name in below if "/" in name})
        rows = "".join(
            f"<CommonPrefixes><Prefix>{escape(prefix + name)}/</Prefix></CommonPrefixes>" for name in folders
        )
        names = (name for name in below if "/" not in name)
        rows += "".join(f"<Contents><Key>{escape(prefix + name)}</Key><Size>1</Size></Contents>" for name in names)
        return LISTING.format(rows=rows).encode()

    def log_message(self, *told: object) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[FakeS3]:
    """A server until the block ends."""
    server = FakeS3()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
