"""One worker process: `python -m ivr.web.server.worker ORDER`; ORDER is the JSON that the parent writes.

It makes the app, accepts from the inherited listening socket and answers until it is told to stop (SIGTERM)
or until its parent is gone: the lifeline, a socket whose other end only the parent holds, then reads as
closed, whatever killed the parent. Both ways it finishes what it has begun. One byte on the lifeline tells
the parent that it is ready.
"""

import asyncio
import contextlib
import importlib
import os
import resource
import signal
import socket
import sys
from dataclasses import replace
from typing import Any

from ivr.web.server.connection import Switchboard
from ivr.web.server.gateway import Gateway, WSGIApp
from ivr.web.server.order import Order

_TICK_SECONDS = 0.25
_SWITCH_SECONDS = 0.0005
"""A page that computes in a thread of the pool gives way to a call after this long, not after Python's usual 5 ms, of
which a turn beside four such pages has to wait out many.
"""
_DESCRIPTORS_SPARED = 64  # for the app's own files, pipes and sockets


def load(app: str) -> WSGIApp:
    """Call the factory named `module:callable` (dots allowed behind the colon), return the app it makes."""
    module, _, path = app.partition(":")
    factory: Any = importlib.import_module(module)
    for name in path.split("."):
        factory = getattr(factory, name)
    made: WSGIApp = factory()
    return made


async def answer_calls(order: Order, app: WSGIApp, listener: socket.socket, lifeline: socket.socket) -> bool:
    """Answer until told to stop; True when every answer was given within the limit."""
    loop = asyncio.get_running_loop()
    host, port = listener.getsockname()[:2]
    is_short = getattr(app, "is_short", lambda environ: environ["PATH_INFO"].startswith(order.short))
    board = Switchboard(Gateway(app, (host, port)), order.limits, is_short, order.threads)
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    loop.add_reader(lifeline, stop.set)  # the parent never writes: readable means that it is gone
    server = await loop.create_server(board.connect, sock=listener, backlog=socket.SOMAXCONN)
    lifeline.send(b"R")
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _TICK_SECONDS)
        board.tick()
    loop.remove_reader(lifeline)
    server.close()
    board.stop()
    end = loop.time() + order.limits.stop_seconds
    while board.open and loop.time() < end:
        await asyncio.sleep(_TICK_SECONDS / 5)
        board.tick()
    return not board.open


def main() -> None:
    """The process's whole life."""
    order = Order.from_json(sys.argv[1])
    for descriptor in (order.listener, order.lifeline):
        os.set_inheritable(descriptor, False)
    sys.setswitchinterval(_SWITCH_SECONDS)
    # Ctrl-C reaches the whole foreground group; the parent turns it into an orderly stop for us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listener, lifeline = socket.socket(fileno=order.listener), socket.socket(fileno=order.lifeline)
    lifeline.setblocking(False)
    room = resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _DESCRIPTORS_SPARED
    if 0 < room < order.limits.connections:
        order = replace(order, limits=replace(order.limits, connections=room))
    finished = asyncio.run(answer_calls(order, load(order.app), listener, lifeline))
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: a page that hangs in a thread of the pool would keep the process for ever. An app therefore
    # has nothing to do at exit; it may be killed at any moment anyway.
    os._exit(0 if finished else 1)


if __name__ == "__main__":
    main()
