"""A small set, which is proved in a moment, and the operators' page over it."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

from page import Office
from service import PUBLIC

from ivr.bundle import Bundle, gather
from ivr.desk import Desk
from ivr.loader import load_bundle
from ivr.street import prepare

if TYPE_CHECKING:
    from pathlib import Path

CONTACTS = """\
timezone: Europe/Berlin
holidays: DE-NW
contacts:
  wache:
    name: {de: Wache}
    phone: (0231) 50-2 71 11
"""
FLOW = """\
languages: [de]
start: greeting
steps:
  greeting:
    say:
      de: Guten Tag, hier ist das Amt. Im Notfall wählen Sie 110 oder 112.
    next: main
  main:
    menu:
      prompt:
        de: Womit dürfen wir Ihnen helfen?
      options:
        1: {for: wache, go: office}
      give_up: goodbye
  office:
    connect:
      to: wache
      busy: goodbye
      no_answer: goodbye
      failed: goodbye
  goodbye:
    flow: ende
    next: hangup
"""
END = """\
start: numbers
steps:
  numbers:
    say:
      de: Sie erreichen uns auch unter {wache.phone}. Auf Wiederhören.
    next: return
"""
SCENARIO = """\
about: Die Begrüßung
at: 2026-11-23T10:00
turns:
- hears: Guten Tag, hier ist das Amt.
- presses: 1
- dials: wache
"""


class SmallOffice(Office):
    """The page over a small set, and the keeper's part in what is published."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder = folder
        flows, contacts = folder / "flows", folder / "data" / "contacts.yaml"
        flows.mkdir()
        contacts.parent.mkdir()
        contacts.write_text(CONTACTS)
        (flows / "hotline.yaml").write_text(FLOW)
        (flows / "ende.yaml").write_text(END)
        super().__init__(
            folder,
            IVR_FLOWS=str(flows),
            IVR_CONTACTS=str(contacts),
            IVR_SCENARIOS=str(folder / "scenarios"),
            **more,
        )
        self.speaks(gather(flows, contacts)[0])

    def speaks(self, bundle: Bundle) -> None:
        """Calls begin on this set from now on, as if the keeper had laid it out."""
        loaded = load_bundle(bundle)
        assert loaded.flows is not None, loaded.problems
        assert loaded.directory is not None
        self.context.sets.keep(bundle, loaded.flows, loaded.directory)
        self.service.current = prepare(loaded.flows, loaded.directory, PUBLIC, "twilio")
        published = max((each.id for each in self.database.publications(100)), default=0)
        self.desk = Desk(bundle.version, published=published, origin="published" if published else "files")

    def takes_over(self) -> None:
        """What is published is laid out."""
        current, _ = self.database.in_force()
        assert current is not None
        content = self.database.content(current.version)
        assert content is not None
        self.speaks(Bundle.from_bytes(content))

    @property
    def examiner(self) -> int:
        """The examiner's process; 0 when there was none."""
        with contextlib.suppress(OSError):
            return int((self.folder / "checks" / "examiner.pid").read_text())
        return 0

    def close(self) -> None:
        """Ends what it has started."""
        if self.examiner:
            with contextlib.suppress(OSError):
                os.kill(self.examiner, signal.SIGTERM)
