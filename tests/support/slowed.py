"""A database that takes its time: a relay in front of a server that holds up every message, in a process of its own.

    python slowed.py PORT SOCKET CONTROL

It listens on 127.0.0.1:PORT and passes on to the Unix socket. The file CONTROL holds the longest delay in seconds, and
is read anew for each message; the delays are drawn evenly between nothing and that.
"""

from __future__ import annotations

import asyncio
import random
import sys
from contextlib import suppress
from pathlib import Path


async def main(port: int, path: str, control: Path) -> None:
    """Until it is ended."""
    rng = random.Random(1)

    async def passed_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while message := await reader.read(65536):
                await asyncio.sleep(rng.random() * _longest(control))
                writer.write(message)
                await writer.drain()
        writer.close()

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            theirs = await asyncio.open_unix_connection(path)
        except OSError:
            writer.close()
            return
        await asyncio.gather(passed_on(reader, theirs[1]), passed_on(theirs[0], writer))

    server = await asyncio.start_server(met, "127.0.0.1", port)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await server.serve_forever()


def _longest(control: Path) -> float:
    return float(control.read_text())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
