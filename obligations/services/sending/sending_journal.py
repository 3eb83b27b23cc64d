"""What a sender did, written beside the database: before each first byte and after each answer.

A line costs microseconds where a commit costs milliseconds, and survives the death of its process. So after a kill it is
known which messages never left, which were taken, and which few are in doubt; only those can ever be sent twice. Nothing
is known after the machine itself went down: lines of another boot prove an acceptance, never that nothing left.
"""

import fcntl
import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

from notifications.message import Outcome

_HEAD = "dondoc-journal-1"
_KEPT_SECONDS = 14 * 86_400.0
"""Long enough to compare with any backup that may still be restored."""


@dataclass(frozen=True)
class Trace:
    """What a journal says of one attempt. ``outcome`` None: it began, and nothing is known of its end."""

    outcome: Outcome | None


class SendingJournal:
    """The journal of one sender, held under a lock for as long as the sender lives."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.owner = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(8)}"
        self._path = _path(folder, self.owner)
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._write(_HEAD, boot_id())
        self._used = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def begins(self, message_id: int, attempt: int) -> None:
        """The first byte of an attempt is about to leave."""
        self._used = True
        self._write("B", str(message_id), str(attempt))

    def ended(self, message_id: int, attempt: int, outcome: Outcome) -> None:
        """The attempt is over, with this outcome."""
        words = (outcome.kind, outcome.code, outcome.provider_id or "", outcome.phase)
        self._write("E", str(message_id), str(attempt), *words)

    def close(self) -> None:
        """Give the lock back; an empty journal is removed."""
        os.close(self._file)
        if not self._used:
            self._path.unlink(missing_ok=True)

    def _write(self, *words: str) -> None:
        line = "\t".join(" ".join(word.split()) for word in words) + "\n"
        os.write(self._file, line.encode())


@dataclass(frozen=True)
class Remains:
    """What another sender left behind. ``same_boot``: an attempt without a line surely never began."""

    same_boot: bool
    traces: Mapping[tuple[int, int], Trace]


def remains_of(folder: Path, owner: str) -> Remains | None:
    """The journal of a sender that is gone; None while it lives, or when it never wrote here."""
    path = _path(folder, owner)
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            content = file.read().decode("utf-8", "replace")
    except OSError:
        return None
    return _parsed(content)


def _parsed(content: str) -> Remains:
    traces: dict[tuple[int, int], Trace] = {}
    lines = content.split("\n")
    for line in lines[1:-1]:  # what follows the last line break was cut off
        match line.split("\t"):
            case ["B", message_id, attempt]:
                traces.setdefault((int(message_id), int(attempt)), Trace(None))
            case ["E", message_id, attempt, kind, code, provider_id, phase]:
                outcome = Outcome(kind, code, provider_id=provider_id or None, phase=phase)  # type: ignore[arg-type]
                traces[int(message_id), int(attempt)] = Trace(outcome)
    return Remains(lines[0] == f"{_HEAD}\t{boot_id()}", traces)


def accepted_in(folder: Path) -> dict[tuple[int, int], Outcome]:
    """Every attempt that any sender of this home knows to have been taken, of dead senders and living ones."""
    found: dict[tuple[int, int], Outcome] = {}
    for path in sorted(folder.glob("*.log")):
        traces = _parsed(path.read_text(encoding="utf-8", errors="replace")).traces
        found |= {key: t.outcome for key, t in traces.items() if t.outcome and t.outcome.kind == "accepted"}
    return found


def sweep_journals(folder: Path, now: float) -> int:
    """Remove journals of dead senders after two weeks; ``now`` in seconds since the epoch. Returns how many."""
    removed = 0
    for path in folder.glob("*.log"):
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if now - path.stat().st_mtime > _KEPT_SECONDS:
                    path.unlink()
                    removed += 1
        except OSError:
            continue
    return removed


def _path(folder: Path, owner: str) -> Path:
    return folder / f"{''.join(c if c.isalnum() or c in '.-' else '_' for c in owner)}.log"


@cache
def boot_id() -> str:
    """What tells one start of this machine from the next."""
    path = Path("/proc/sys/kernel/random/boot_id")
    return path.read_text(encoding="ascii").strip() if path.is_file() else "unknown"
