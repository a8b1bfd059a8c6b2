"""What a check is given, and what it finds."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple
from zoneinfo import ZoneInfo

from ivr.check.memory import Memory
from ivr.loader import Loaded, load
from ivr.settings import BadSetting, Settings, read_files, read_provider, read_settings
from ivr.source.problems import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo
    from pathlib import Path

State = Literal["ok", "warning", "wrong"]
"""Callers suffer, now or at the next opportunity, from what is `wrong`; a `warning` is for the operator to weigh."""


class Finding(NamedTuple):
    """What one check found. `name` is a stable word for tools; `repair` says what to do."""

    name: str
    state: State
    sentence: Sentence
    repair: Sentence | None = None


def ok(name: str, de: str, en: str) -> Finding:
    """All is well, or there is nothing to look at."""
    return Finding(name, "ok", Sentence(de, en))


def warning(name: str, de: str, en: str, repair: Sentence | None = None) -> Finding:
    """Something to weigh."""
    return Finding(name, "warning", Sentence(de, en), repair)


def wrong(name: str, de: str, en: str, repair: Sentence | None = None) -> Finding:
    """Something to repair."""
    return Finding(name, "wrong", Sentence(de, en), repair)


@dataclass
class Setup:
    """The set-up that is looked at. What comes from outside is a value here, so that every case can be tried."""

    env: Mapping[str, str]
    now: datetime
    """Aware."""
    memory: Memory = field(default_factory=Memory)
    """What earlier proofs of the flows worked out."""
    free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free
    """Bytes that are free where a folder is."""
    zone: Callable[[str], tzinfo] = ZoneInfo
    clocks: Callable[[], tuple[float, float]] = lambda: (time.time(), time.monotonic())
    """The wall clock and the one that only counts, in seconds."""

    @cached_property
    def settings(self) -> Settings | BadSetting:
        """The service's settings, or the first that is missing or wrong."""
        try:
            return read_settings(self.env)
        except BadSetting as bad:
            return bad

    @cached_property
    def provider(self) -> str | None:
        """Whose voices speak; None when the setting is wrong."""
        try:
            return read_provider(self.env)
        except BadSetting:
            return None

    @cached_property
    def loaded(self) -> Loaded | None:
        """The operators' files; None when the settings do not say which."""
        try:
            files = read_files(self.env)
        except BadSetting:
            return None
        return load(files.flows, files.contacts, provider=self.provider or "twilio", now=self.now)
