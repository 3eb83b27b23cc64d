"""A channel that takes everything and writes each Message-ID to a file of its own process, to be counted at the end."""

import os
from collections import Counter
from pathlib import Path

from notifications.message import Mail, Outcome


class StubChannel:
    """One line an accepted message; an append survives whatever becomes of the process."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.width = name, 1
        path = folder / f"{name}-{os.getpid()}.ids"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def send(self, mail: Mail) -> Outcome:
        """Take it."""
        os.write(self._file, f"{mail.message_id}\n".encode())
        return Outcome("accepted", "250", provider_id="stub", phase="accepted")

    def close(self) -> None:
        """Close the file; the next pass goes on where it ended."""
        os.close(self._file)


def counted(folder: Path) -> Counter[str]:
    """How often each Message-ID was taken, by every process together."""
    found: Counter[str] = Counter()
    for path in sorted(folder.glob("*.ids")):
        with path.open(encoding="ascii") as file:
            found.update(line.rstrip("\n") for line in file)
    return found
