"""A mail server that counts what it takes by Message-ID and misbehaves by a seeded dice, as real ones do."""

import asyncio
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

_IDENTITY = re.compile(rb"^Message-ID: (\S+)", re.MULTILINE)


@dataclass
class Misbehaviour:
    """Shares of commands that fail: later (451), the connection dropped before or after the message was taken."""

    later: float = 0.0
    dropped: float = 0.0
    taken_then_dropped: float = 0.0


@dataclass
class MailSink:
    """What was taken, and which of it the server took without saying so."""

    misbehaviour: Misbehaviour = field(default_factory=Misbehaviour)
    dice: random.Random = field(default_factory=lambda: random.Random(197))
    taken: Counter[str] = field(default_factory=Counter)
    silent: Counter[str] = field(default_factory=Counter)
    moments: list[float] = field(default_factory=list)
    """When each was taken, in seconds of the monotonic clock."""
    connections: int = 0
    port: int = 0

    @property
    def repeats(self) -> int:
        """How often something came again that the sender could have known to be taken."""
        return sum(max(count - 1 - self.silent[name], 0) for name, count in self.taken.items())

    async def session(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        self.connections += 1
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper().strip()
            if verb == b"EHLO":
                writer.write(b"250-sink\r\n250 PIPELINING\r\n")
            elif verb == b"RCPT" and self.dice.random() < self.misbehaviour.later:
                writer.write(b"451 4.7.1 greylisted\r\n")
            elif verb == b"DATA" and self.dice.random() < self.misbehaviour.dropped:
                return
            elif verb == b"DATA":
                writer.write(b"354 go on\r\n")
                content = await reader.readuntil(b".\r\n")
                while content != b".\r\n" and not content.endswith(b"\r\n.\r\n"):
                    content += await reader.readuntil(b".\r\n")
                if not self._take(content):
                    return
                writer.write(b"250 2.0.0 Ok: queued as 1\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                return
            else:
                writer.write(b"250 OK\r\n")

    def _take(self, content: bytes) -> bool:
        found = _IDENTITY.search(content)
        if found is None:
            return True  # the empty message after a refused recipient
        name = found.group(1).decode()
        self.taken[name] += 1
        self.moments.append(time.monotonic())
        if self.dice.random() < self.misbehaviour.taken_then_dropped:
            self.silent[name] += 1
            return False
        return True


@contextmanager
def mail_sink(misbehaviour: Misbehaviour | None = None) -> Iterator[MailSink]:
    """A sink in a thread of this process, which outlives every sender that is killed."""
    sink = MailSink(misbehaviour or Misbehaviour())
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(sink.session, "127.0.0.1", 0, limit=1 << 20))
    sink.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks))
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
