"""The files of a set as a ZIP."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from ivr.bundle import Bundle


_DEVICE = re.compile("con|prn|aux|nul|(?:com|lpt)[0-9]", re.ASCII | re.IGNORECASE)
"""Names that are none on Windows, whatever follows behind a dot."""


def zipped(bundle: Bundle, at: datetime) -> bytes:
    """The files byte for byte, under the names of a folder that `ivr check` reads; `at` is the time they get."""
    named = {f"flows/{_plain(file.name)}": file.content for file in bundle.flows}
    named |= {"contacts.yaml": bundle.contacts.content} if bundle.contacts else {}
    named |= {"pronunciation.yaml": bundle.pronunciation.content} if bundle.pronunciation else {}
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in named.items():
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


def _plain(name: str) -> str:
    """A file's own name, with nothing in it that leads to another folder, or to a device, on whatever system it is
    unpacked.
    """
    plain = re.sub(r"[^\w. -]|^\.+", "_", PurePosixPath(name).name)
    return f"_{plain}" if _DEVICE.fullmatch(plain.partition(".")[0].strip()) else plain
