"""The spool: where a worker writes what happened in a turn before it answers, and the keeper's way to read it.

A spool is a folder. Each process writes to a file of its own (a segment), one line of JSON per record, and holds a lock
on it as long as it may write. The keeper reads segments as they grow, and deletes those that are moved to the database
and that nobody holds any more. A process that is killed loses its lock, and nothing that it has written: what `write`
has taken, the system keeps. (Only a machine that loses its power can lose the last seconds.)

* `writer`: what workers do. * `reader`: what the keeper does.
"""

from ivr.spool.reader import Batch, Reader
from ivr.spool.writer import Spool, Worth

__all__ = ["Batch", "Reader", "Spool", "Worth"]
