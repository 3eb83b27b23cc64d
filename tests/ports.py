"""Free ports for servers of tests."""

import secrets
import socket

LOWEST, HIGHEST = 15_000, 32_000
"""Below the range from which systems take the near end of outgoing connections, so that none takes a port before its server
does, or while the server is away."""


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    while True:
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
