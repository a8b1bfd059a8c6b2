"""What each worker runs first: from the environment to an application that is ready to answer."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ivr.loader import load
from ivr.observe import Journal
from ivr.settings import read_settings
from ivr.street import Service, prepare
from ivr.street.signature import Verifier
from ivr.web.app import create_app

if TYPE_CHECKING:
    from flask import Flask

DEV = "IVR_DEV"
"""Set to 1 by `ivr serve --dev` for its own workers; any other start clears it."""


def application() -> Flask:
    """The application of this process's environment. `ivr serve` has checked both settings and files before.

    Raises:
        BadSetting: a setting is missing or wrong.
        RuntimeError: the files have errors, which `ivr check` shows.
    """
    settings = read_settings(os.environ)
    loaded = load(settings.files.flows, settings.files.contacts, provider=settings.provider)
    if loaded.flows is None or loaded.directory is None:
        raise RuntimeError("the flows or contacts have errors; `ivr check` shows them")
    service = Service(
        public_url=settings.public_url,
        verifier=Verifier(settings.tokens, settings.shared_keys),
        journal=Journal(),
        current=prepare(loaded.flows, loaded.directory, settings.public_url, settings.provider),
        clock_secret=settings.tokens[0].encode() if os.environ.get(DEV) == "1" and settings.tokens else None,
    )
    return create_app(service)
