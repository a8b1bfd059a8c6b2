"""The process side of `ivr serve`: a parent that never answers calls, and workers that do nothing else.

    parent      binds the port, starts the workers, replaces a dead one at once, passes signals on
    worker      one process, one event loop, one WSGI app; shares nothing but the listening socket
    connection  one client's connection: waits for a whole request without a thread, within bounds
    gateway     one whole request: the WSGI environ in, the bytes of the reply out
    order       what the parent tells a worker, and the limits towards clients

All workers accept from one listening socket that the parent keeps open. A connection that no worker has
accepted yet therefore survives the death of any worker, and with a single worker new calls wait for its
restart instead of being refused. Why we wrote a connection of our own, and what it is measured against:
docs/decisions/0002-production-server.md.
"""

from ivr.web.server.order import Limits
from ivr.web.server.parent import serve

__all__ = ["Limits", "serve"]
