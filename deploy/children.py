"""Child processes that die with their parent, restart when they die, and stop when asked."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
STOP_WITHIN = 15.0
LONGEST_PAUSE = 30.0
_LOG_MAX = 20 << 20
log = logging.getLogger("dondoc.up")


def die_with_parent() -> None:
    """In the child, before exec: a killed supervisor leaves no orphan (Linux; elsewhere a no-op)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One supervised process; its output goes to a log file of its own."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log_file: Path
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    wait_until: float = field(default=0.0)

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only the supervisor."""
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        if self.log_file.exists() and self.log_file.stat().st_size > _LOG_MAX:
            self.log_file.replace(self.log_file.with_suffix(".log.1"))
        with self.log_file.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                env=self.environment,
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one thread, and only prctl
            )
        self.started_at = time.monotonic()

    def tend(self) -> bool:
        """Restart the process if it has died, waiting longer each time. True when it was restarted now."""
        if self.process is None or self.process.poll() is None:
            if self.process is not None and time.monotonic() - self.started_at > 2 * LONGEST_PAUSE:
                self.deaths = 0
            return False
        now = time.monotonic()
        if not self.wait_until:
            self.deaths += 1
            self.wait_until = now + min(0.5 * 2 ** (self.deaths - 1), LONGEST_PAUSE)
            log.warning("%s ended with %s; see %s", self.name, self.process.returncode, self.log_file)
        if now < self.wait_until:
            return False
        self.wait_until = 0.0
        self.start()
        return True

    def ask_to_stop(self) -> None:
        """Ask the process to stop."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def make_sure(self, deadline: float) -> None:
        """Wait until the deadline, then kill the whole group."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop in time and is killed", self.name)
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


def stop_all(children: Sequence[Child]) -> None:
    """Stop the last started first; all are gone within ``STOP_WITHIN`` seconds."""
    deadline = time.monotonic() + STOP_WITHIN
    for child in reversed(children):
        child.ask_to_stop()
    for child in reversed(children):
        child.make_sure(deadline)
