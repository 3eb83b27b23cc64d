"""Uploads go through ClamAV's daemon where one is named (clamd(8), command INSTREAM); without an answer nothing is taken."""

import socket
import struct
from typing import BinaryIO
from urllib.parse import urlsplit

CHUNK = 1 << 16
WITHIN = 30.0
"""Seconds for each step of the conversation."""
LONGEST_ANSWER = 4096
CLEAN = "stream: OK"


class NotScanned(Exception):
    """The daemon gave no verdict; the text is for the log, with nothing of the file in it."""


def is_infected(address: str, file: BinaryIO) -> bool:
    """Whether clamd finds something in the file. NotScanned when it cannot say. Leaves the file at its start.

    ``address``: ``tcp://host:port`` or ``unix:///path``.
    """
    file.seek(0)
    try:
        with _connect(address) as connection:
            connection.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                connection.sendall(struct.pack("!L", len(chunk)) + chunk)
            connection.sendall(struct.pack("!L", 0))
            answer = _answer(connection)
    except OSError as error:
        raise NotScanned(f"clamd at {address}: {error}") from error
    finally:
        file.seek(0)
    if answer == CLEAN:
        return False
    if answer.endswith(" FOUND"):
        return True
    raise NotScanned(f"clamd at {address} answered {answer[:200]!r}")


def answers(address: str) -> bool:
    """Whether the daemon is there (PING)."""
    try:
        with _connect(address) as connection:
            connection.sendall(b"zPING\0")
            return _answer(connection) == "PONG"
    except OSError:
        return False


def _connect(address: str) -> socket.socket:
    parts = urlsplit(address)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(WITHIN)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((parts.hostname or "", parts.port or 0), WITHIN)


def _answer(connection: socket.socket) -> str:
    """Up to the closing NUL, or to the end of the connection."""
    found = b""
    while b"\0" not in found and len(found) < LONGEST_ANSWER:
        part = connection.recv(LONGEST_ANSWER)
        if not part:
            break
        found += part
    return found.partition(b"\0")[0].decode("utf-8", "replace").strip()
