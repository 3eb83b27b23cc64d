"""A minimal SMTP server in a process of its own: it accepts everything and keeps nothing."""

import asyncio
import multiprocessing
import socket
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

Session = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]
_REPLIES = {b"EHLO": b"250 sink\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
_PIPELINING = {**_REPLIES, b"EHLO": b"250-sink\r\n250 PIPELINING\r\n"}


def _session(replies: dict[bytes, bytes], delay: float) -> Session:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # asyncio does it only for sockets that name their protocol; mail servers answer a pipelined group in one write.
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            verb = line[:4].upper().strip()
            writer.write(replies.get(verb, b"250 OK\r\n"))
            if verb == b"DATA":
                await reader.readuntil(b"\r\n.\r\n")
                if delay:
                    await asyncio.sleep(delay)
                writer.write(b"250 2.0.0 Ok: queued as 1\r\n")
            if verb == b"QUIT":
                break
            await writer.drain()
        writer.close()

    return serve


async def _listen(listener: socket.socket, replies: dict[bytes, bytes], delay: float) -> None:
    server = await asyncio.start_server(_session(replies, delay), sock=listener, limit=1 << 20)
    async with server:
        await server.serve_forever()


def _run(listener: socket.socket, replies: dict[bytes, bytes], delay: float) -> None:
    asyncio.run(_listen(listener, replies, delay))


@contextmanager
def smtp_sink(*, pipelining: bool = True, delay: float = 0.0) -> Iterator[int]:
    """Start the sink; gives its port. ``delay`` in seconds before it answers the final dot."""
    listener = socket.create_server(("127.0.0.1", 0))
    replies = _PIPELINING if pipelining else _REPLIES
    process = multiprocessing.get_context("fork").Process(target=_run, args=(listener, replies, delay), daemon=True)
    process.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        process.terminate()
        process.join()
        listener.close()
