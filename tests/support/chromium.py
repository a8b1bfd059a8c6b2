"""A real Chromium, and a server on 127.0.0.1 for pages that stand alone, under the operator's page's policy."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

PROGRAM = Path(os.environ.get("IVR_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'"
)
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json"}


def missing() -> str | None:
    """Why no browser can be started here."""
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return "playwright is not installed here"
    return None if PROGRAM.exists() else f"no Chromium at {PROGRAM}"


def need_chromium() -> None:
    """Skips where there is no browser; with IVR_REQUIRE_CHROMIUM=1 fails."""
    reason = missing()
    if reason is None:
        return
    if os.environ.get("IVR_REQUIRE_CHROMIUM") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def served(files: Mapping[str, Path]) -> Iterator[str]:
    """The address of a server that gives these files (or all below a folder) and nothing else."""

    def find(path: str) -> Path | None:
        if path in files:
            return files[path]
        for prefix, folder in files.items():
            if folder.is_dir() and path.startswith(prefix) and ".." not in path:
                return folder / path.removeprefix(prefix)
        return None

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            file = find(self.path.partition("?")[0])
            found = file is not None and file.is_file()
            self.send_response(200 if found else 404)
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("X-Content-Type-Options", "nosniff")
            body = b""
            if found and file is not None:
                body = file.read_bytes()
                self.send_header("Content-Type", TYPES.get(file.suffix, "text/plain") + "; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
