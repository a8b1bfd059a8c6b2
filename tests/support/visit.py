"""The operators' page as somebody in front of a browser meets it: the service behind it, and what went wrong."""

from __future__ import annotations

import contextlib
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from running import Running, until
from twilio.request_validator import RequestValidator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


def under_dev(folder: Path, **settings: str) -> Running:
    """`ivr serve --dev`, with the name of whoever follows its link; not started yet."""
    command = [sys.executable, "-m", "ivr", "serve", "--dev"]
    settings = {"IVR_PUBLIC_URL": "", "IVR_AUTHOR": "anna", **settings}
    return Running(folder, f"sqlite:///{folder}/ivr.db", command=command, **settings)


@contextlib.contextmanager
def at_home(service: Running) -> Iterator[House]:
    """Starts it, and ends it."""
    service.start()
    try:
        yield House(service)
    finally:
        service.stop()


class House:
    """The service under `--dev`, and what it printed at its start."""

    def __init__(self, service: Running) -> None:
        self.service = service
        self.url = f"http://127.0.0.1:{service.port}"
        until("the greeting", lambda: "Strg-C" in self.printed)
        links = re.findall(r"http\S+/operator/enter\?token=\S+", self.printed)
        assert len(links) == 1
        self.link: str = links[0]
        self._entered: Any = None

    @property
    def printed(self) -> str:
        return self.service.out.read_text("utf-8")

    def entered(self, browser: Browser) -> Any:
        """The cookies of somebody who has followed the link, which is good for one login."""
        if self._entered is None:
            seen = Seen(browser, self, DESKTOP)
            seen.page.goto(self.link, timeout=60_000)
            self._entered = seen.context.storage_state()
            seen.close()
        return self._entered

    def hears(self) -> str:
        """What a caller hears first, by a signed webhook."""
        found = re.search(r"TWILIO_AUTH_TOKEN=(\S+)", self.printed)
        assert found
        fields = {"CallSid": "CA" + "0" * 32, "From": "+4915112345678", "To": "+49231500", "CallStatus": "ringing"}
        signature = RequestValidator(found[1]).compute_signature(f"{self.url}/voice", fields)
        headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
        request = Request(f"{self.url}/voice", urlencode(fields).encode(), headers)
        with urlopen(request, timeout=10) as reply:
            return reply.read().decode()


class Seen:
    """A page that remembers what went wrong in it, and whom it asked."""

    def __init__(self, browser: Browser, house: House, size: dict[str, int], **more: Any) -> None:
        self.context = browser.new_context(viewport=size, locale="de-DE", **more)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.errors: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", lambda told: self.errors.append(told.text) if told.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "request", lambda asked: None if asked.url.startswith(house.url) else self.foreign.append(asked.url)
        )

    def shot(self, name: str, *, whole: bool = True) -> None:
        folder = os.environ.get("IVR_SCREENSHOTS")
        if folder:
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)

    def close(self) -> None:
        self.context.close()
        assert self.errors == []
        assert self.foreign == []


def press_to(page: Page, selector: str, *, key: str = "Tab", most: int = 80) -> None:
    """Goes on with a key until the focus is there, as somebody does who has no mouse."""
    for _ in range(most):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press(key)
    pytest.fail(f"the keyboard does not reach {selector}")


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
