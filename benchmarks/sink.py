"""A minimal SMTP server in a process of its own: it accepts everything and keeps nothing."""

import asyncio
import multiprocessing
import socket
from collections.abc import Iterator
from contextlib import contextmanager

_REPLIES = {b"EHLO": b"250 sink\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 sink\r\n")
    while line := await reader.readline():
        verb = line[:4].upper().strip()
        writer.write(_REPLIES.get(verb, b"250 OK\r\n"))
        if verb == b"DATA":
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 2.0.0 Ok: queued as 1\r\n")
        if verb == b"QUIT":
            break
        await writer.drain()
    writer.close()


async def _listen(listener: socket.socket) -> None:
    server = await asyncio.start_server(_serve, sock=listener, limit=1 << 20)
    async with server:
        await server.serve_forever()


def _run(listener: socket.socket) -> None:
    asyncio.run(_listen(listener))


@contextmanager
def smtp_sink() -> Iterator[int]:
    """Start the sink; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    process = multiprocessing.get_context("fork").Process(target=_run, args=(listener,), daemon=True)
    process.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        process.terminate()
        process.join()
        listener.close()
