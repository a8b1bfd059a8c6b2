"""What each worker runs first: from the environment to an application that is ready to answer.

Under `ivr serve` a keeper has laid out what is in force, and a worker takes it as it is (`watch`). Without a keeper, or
where it found no place to write, a worker reads and judges the operators' files itself.
"""

from __future__ import annotations

import gc
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.observe import Journal
from ivr.pins import FileAttempts
from ivr.records import Recorder
from ivr.sets import Sets
from ivr.settings import check_operator, read_settings
from ivr.spool import Spool
from ivr.street import Prepared, Service, Trial, prepare
from ivr.street.signature import Verifier
from ivr.tally import Tally, alone
from ivr.web.counter import Counter
from ivr.web.lane import Lane
from ivr.web.later import SOON_SECONDS, Later
from ivr.web.trials import Trials, trial_secret
from ivr.web.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from ivr.settings import Settings
    from ivr.web.lane import WSGIApp
    from ivr.web.operator.context import Context

DEV = "IVR_DEV"
"""Set to 1 by `ivr serve --dev` for its own workers; any other start clears it."""

AT_ONCE_SECONDS = 0.2
"""Under `--dev` nobody calls yet; whoever has started it opens the page."""

TALLY = "IVR_TALLY"
"""Set by the parent: the descriptor of the shared counters and this process's seat."""

RECORDS = "IVR_RECORDS"
"""`no` keeps nothing of any call: for measuring what keeping costs."""


def application() -> WSGIApp:
    """The application of this process's environment. `ivr serve` has checked both settings and files before.

    With the voice lane it is the lane at first, and Flask comes a little later: loading Flask takes as long as loading
    all that a call needs.

    Raises:
        BadSetting: a setting is missing or wrong.
        RuntimeError: the files have errors, which `ivr check` shows.
    """
    settings = read_settings(os.environ)
    if settings.operator_key and os.environ.get(DEV) != "1":
        check_operator(settings)
    tally = seat(os.environ)
    counted = tally or alone()
    recorder = Recorder(
        Spool(settings.desk, counted, settings.storage.spool_limit),
        counted,
        write_through=settings.storage.write_through and tally is not None,
    )
    watch = Watch(settings, Sets(settings.storage.sets), tally, recorder)
    begun = watch.first() if tally is not None else None
    current = begun[1] if begun else _read(settings)
    trials = Trials(settings)
    service = Service(
        public_url=settings.public_url,
        verifier=Verifier(settings.tokens, settings.shared_keys),
        journal=Journal() if os.environ.get(RECORDS) == "no" else recorder,
        current=current,
        clock_secret=settings.tokens[0].encode() if os.environ.get(DEV) == "1" and settings.tokens else None,
        trial=Trial(trial_secret(settings.operator_key), trials.prepared) if settings.operator_key else None,
        draft_number=settings.draft_number,
        instruct=watch.instruct,
        attempts=FileAttempts(settings.storage.spool),
    )
    if os.environ.get(RECORDS) == "no":
        recorder.alarm(datetime.now(UTC), "nothing of any call is kept: IVR_RECORDS is no")
    if tally is not None:
        if begun is None:
            recorder.alarm(datetime.now(UTC), "the keeper has laid nothing out; the files were read instead")
        watch.start(service)

    def ordinary() -> Flask:
        from ivr.web.app import create_app

        return create_app(
            service,
            counted,
            token=settings.metrics_token,
            timing=settings.server_timing,
            lane=False,
            desk=lambda: watch.desk,
            page=_page(settings, service, watch, trials),
        )

    def failed(error: Exception) -> None:
        recorder.failed(datetime.now(UTC), "", error)
        recorder.alarm(datetime.now(UTC), "the pages could not be loaded; calls are answered")

    app: WSGIApp = (
        Lane(
            Counter(service, timing=settings.server_timing),
            Later(ordinary, failed, AT_ONCE_SECONDS if os.environ.get(DEV) == "1" else SOON_SECONDS),
        )
        if settings.lane
        else ordinary()
    )
    # What there is by now stays: without this the collector would go through it all every few hundred requests.
    gc.freeze()
    return app


def _page(settings: Settings, service: Service, watch: Watch, trials: Trials) -> Context | None:
    """What the operators' page goes by; None when it is off."""
    if not settings.operator_key:
        return None
    from ivr.web.operator.context import Context, read_link

    dev = os.environ.get(DEV) == "1"
    sets = Sets(settings.storage.sets)
    return Context(
        settings, service, sets, trials, desk=lambda: watch.desk, link=read_link(os.environ), dev=dev, warm_up=True
    )


def seat(env: Mapping[str, str]) -> Tally | None:
    """The shared counters that the parent gave to this process; None when it has no such parent."""
    given = env.get(TALLY)
    if not given:
        return None
    descriptor, number, _ = given.split(":")
    tally = Tally(int(descriptor), int(number))
    os.close(int(descriptor))
    return tally


def _read(settings: Settings) -> Prepared:
    from ivr.loader import load

    loaded = load(settings.files.flows, settings.files.contacts, provider=settings.provider)
    if loaded.flows is None or loaded.directory is None:
        raise RuntimeError("the flows or contacts have errors; `ivr check` shows them")
    return prepare(loaded.flows, loaded.directory, settings.public_url, settings.provider)
