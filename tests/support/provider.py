"""The needed part of a provider's REST interface, as a real HTTP server on this machine.

    GET  /2010-04-01/Accounts/AC…/IncomingPhoneNumbers.json?PhoneNumber=…
    POST /2010-04-01/Accounts/AC…/IncomingPhoneNumbers/PN….json

(Twilio, "IncomingPhoneNumber resource"). Who is not let in gets status 401 and the code 20003.
"""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCOUNT = "AC" + "a" * 32
KEY, SECRET = "SK" + "b" * 32, "the-secret-of-the-key"
SID = "PN" + "c" * 32
NUMBER = "+4923150000"
BASE = f"/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers"


class Provider:
    """What the provider knows, and what it was asked."""

    def __init__(self, port: int, *let_in: tuple[str, str]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.let_in = {b64encode(":".join(pair).encode()).decode() for pair in let_in}
        self.asked: list[tuple[str, str]] = []
        self.garbled = self.read_only = False
        self.numbers: dict[str, dict[str, Any]] = {
            SID: {
                "sid": SID,
                "account_sid": ACCOUNT,
                "phone_number": NUMBER,
                "voice_url": "https://demo.example/welcome",
                "voice_method": "POST",
                "voice_fallback_url": "",
                "voice_fallback_method": "POST",
                "status_callback": "",
                "status_callback_method": "POST",
                "voice_application_sid": "",
                "trunk_sid": None,
            }
        }

    @property
    def settings(self) -> dict[str, str]:
        """The environment of an operator of this account."""
        return {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_API_KEY": KEY,
            "TWILIO_API_SECRET": SECRET,
            "IVR_REST_URL": self.url,
            "IVR_NUMBER": NUMBER,
        }

    def answer(self, method: str, target: str, authorization: str, body: str) -> tuple[int, Any]:
        """Status and JSON of one request."""
        parts = urlsplit(target)
        self.asked.append((method, target))
        if authorization.removeprefix("Basic ") not in self.let_in:
            return 401, {"code": 20003, "message": "Authenticate", "status": 401}
        if self.garbled:
            return 200, ["hello"]
        if method == "GET" and parts.path == f"{BASE}.json":
            wanted = parse_qs(parts.query).get("PhoneNumber", [""])[0]
            # A part of a number finds it as well, as at the provider.
            found = [each for each in self.numbers.values() if wanted.strip("+") in each["phone_number"]]
            return 200, {"incoming_phone_numbers": found, "page": 0, "page_size": 50, "next_page_uri": None}
        sid = parts.path.removeprefix(f"{BASE}/").removesuffix(".json")
        if method == "POST" and self.read_only:
            return 403, {"code": 20403, "message": "Forbidden", "status": 403}
        if method == "POST" and sid in self.numbers:
            for name, value in parse_qsl(body, keep_blank_values=True):
                # VoiceFallbackUrl is voice_fallback_url.
                self.numbers[sid]["".join(f"_{c.lower()}" if c.isupper() else c for c in name).strip("_")] = value
            return 200, self.numbers[sid]
        return 404, {"code": 20404, "message": "not found", "status": 404}


@contextmanager
def provider(*let_in: tuple[str, str]) -> Iterator[Provider]:
    """A provider that listens until the end of the block."""

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            status, document = there.answer(self.command, self.path, self.headers.get("Authorization", ""), body)
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _handle  # noqa: N815 - as the library names them

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        there = Provider(server.server_address[1], *(let_in or ((KEY, SECRET),)))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield there
        finally:
            server.shutdown()
            thread.join()
