"""One whole request for a WSGI app (PEP 3333): the environ in, the bytes of the reply out.

The app sees the target exactly as it was sent: PATH_INFO is the percent-decoded path in latin-1,
QUERY_STRING the raw query, RAW_URI the target itself, which tells `/voice` from `/voice?`. A repeated
header is joined with a comma, so that two signatures make one that is wrong. The reply is buffered: our
pages are small, and a reply of known length keeps the connection.
"""

import sys
import traceback
from collections.abc import Callable, Iterable
from email.utils import formatdate
from http import HTTPStatus
from types import TracebackType
from typing import Any, TypeAlias
from urllib.parse import unquote_to_bytes

Environ: TypeAlias = dict[str, Any]
ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType]
WSGIApp: TypeAlias = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

_REASONS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_NO_BODY = frozenset({204, 304})
# Names repeat in every request, so their CGI form is worth keeping; the bound is there because clients
# choose the names.
_NAMES_KEPT = 256


class Gateway:
    """The WSGI app of one worker, and what is the same in each of its requests.

    `address` is the (host, port) that the listening socket is bound to.
    """

    def __init__(self, app: WSGIApp, address: tuple[str, int]) -> None:
        self.app = app
        self.base: Environ = {
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
            "SCRIPT_NAME": "",
            "SERVER_NAME": address[0],
            "SERVER_PORT": str(address[1]),
        }
        self._names: dict[bytes, str] = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}
        self._date = ""
        self.tick()

    def tick(self) -> None:
        """Refresh the Date header; called a few times a second, because formatting it per reply is dear."""
        self._date = f"Date: {formatdate(usegmt=True)}\r\n"

    def header(self, environ: Environ, name: bytes, value: bytes) -> None:
        """Put one header field into the environ under its CGI name.

        A name with an underscore is left out: its CGI name would be that of another field, which a proxy in
        front of us may have checked (nginx and gunicorn leave them out too).
        """
        key = self._names.get(name)
        if key is None:
            lower = name.lower()
            if b"_" in lower:
                return
            key = self._names.get(lower) or "HTTP_" + lower.decode("ascii").upper().replace("-", "_")
            if len(self._names) < _NAMES_KEPT:
                self._names[name] = key
        text = value.decode("latin-1").strip(" \t")
        environ[key] = f"{environ[key]},{text}" if key in environ else text

    def target(self, environ: Environ, target: str) -> None:
        """Put the request target (origin form, printable ASCII) into the environ."""
        path, _, query = target.partition("?")
        environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1") if "%" in path else path
        environ["QUERY_STRING"] = query
        environ["RAW_URI"] = target

    def answer(self, environ: Environ, keep: bool) -> bytes:
        """Call the app and return the whole reply; `keep` is whether the connection stays open after it.

        An app that raises, or starts no reply, is answered with 500, and the traceback goes to standard
        error.
        """
        status, headers, written = "", list[tuple[str, str]](), list[bytes]()

        def start_response(
            line: str, fields: list[tuple[str, str]], exc_info: ExcInfo | None = None
        ) -> Callable[[bytes], None]:
            nonlocal status, headers
            if status and exc_info is None:
                raise AssertionError("start_response was called twice without exc_info (PEP 3333)")
            status, headers = line, fields
            return written.append

        try:
            chunks = self.app(environ, start_response)
            try:
                written.extend(chunks)
            finally:
                close = getattr(chunks, "close", None)
                if close is not None:
                    close()
            return self._reply(status, headers, b"".join(written), environ["REQUEST_METHOD"] == "HEAD", keep)
        except BaseException:  # noqa: BLE001 - even sys.exit() in a page may cost this one caller only
            traceback.print_exc()
            return self.plain(500, keep)

    def plain(self, status: int, keep: bool) -> bytes:
        """A short reply of the server's own, for what never reaches the app."""
        line = _REASONS[status]
        fields = [("Content-Type", "text/plain; charset=utf-8")]
        return self._reply(line, fields, f"{line}\n".encode(), head=False, keep=keep)

    def _reply(self, line: str, fields: list[tuple[str, str]], body: bytes, head: bool, keep: bool) -> bytes:
        code = int(line[:3])
        text = f"HTTP/1.1 {line}\r\n{self._date}"
        has_length = False
        for name, value in fields:
            has_length = has_length or name.lower() == "content-length"
            if "\n" in value or "\r" in value:
                # Whoever chose the value could write headers of their own.
                raise ValueError(f"line break in the reply header {name}")
            text += f"{name}: {value}\r\n"
        if not has_length and code not in _NO_BODY:
            text += f"Content-Length: {len(body)}\r\n"
        if not keep:
            text += "Connection: close\r\n"
        raw = f"{text}\r\n".encode("latin-1")
        return raw if head or code in _NO_BODY else raw + body
