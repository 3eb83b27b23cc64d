"""What must hold before anything starts: each refusal is one line that says what and how to mend it."""

import fcntl
import os
import socket
from pathlib import Path
from typing import IO

import pysqlite3

from models.engine import sqlite_is_safe
from obligations.errors import Refused
from obligations.settings import Settings

_FREE_BYTES = 200 << 20


def check_machine(settings: Settings) -> None:
    """Raise Refused for the first thing that is wrong."""
    if not sqlite_is_safe():
        raise Refused(f"SQLite {pysqlite3.sqlite_version} can corrupt its log; run: make install")
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        probe = settings.home / ".write-probe"
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        raise Refused(
            f"DONDOC_HOME {settings.home} cannot be written ({error.strerror}); choose another folder or mend its rights"
        ) from error
    room = os.statvfs(settings.home)
    if room.f_bavail * room.f_frsize < _FREE_BYTES:
        raise Refused(f"less than 200 MB are free for DONDOC_HOME {settings.home}; make room or choose another folder")
    for name, port in (("DONDOC_PORTAL_PORT", settings.portal_port), ("DONDOC_PREFECT_PORT", settings.prefect_port)):
        if not _is_free(port):
            raise Refused(f"port {port} is in use; stop what uses it or set {name} to another port")


def lock_home(home: Path) -> IO[str]:
    """Hold the home for one service; raises Refused when another holds it. Keep the handle open."""
    home.mkdir(parents=True, exist_ok=True)
    handle = (home / "service.lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise Refused(f"another dondoc runs on {home}; stop it first or set DONDOC_HOME to another folder") from error
    return handle


def is_running(home: Path) -> bool:
    """Whether a service holds the home."""
    try:
        lock_home(home).close()
    except Refused:
        return True
    return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
