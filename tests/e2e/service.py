"""The whole service as a person starts it: ``dondoc up`` in a home of its own, with mail to a loopback server."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from tests.ports import free_port

READY = "dondoc is ready."
START_WITHIN = 120


class MailServer:
    """An aiosmtpd handler that keeps what it accepts."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.lock = threading.Lock()

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep and accept."""
        with self.lock:
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    def addresses(self) -> Counter[str]:
        """How many messages each address received."""
        with self.lock:
            return Counter(str(mail["To"]) for mail in self.mails)


class Service:
    """One ``dondoc up`` and the command line beside it."""

    def __init__(self, home: Path, smtp_port: int) -> None:
        self.home = home
        self.portal = f"http://127.0.0.1:{(portal := free_port())}"
        self.prefect = f"http://127.0.0.1:{(prefect := free_port())}"
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("DONDOC_", "PREFECT_"))},
            "DONDOC_HOME": str(home),
            "DONDOC_PORTAL_PORT": str(portal),
            "DONDOC_PREFECT_PORT": str(prefect),
            "DONDOC_BASE_URL": self.portal,
            "DONDOC_MAIL_URL": f"vnmail://127.0.0.1:{smtp_port}/?from=dondoc@sotaichinh.example",
            "DONDOC_MAIL_PER_MINUTE": "100000",
            "DONDOC_ALLOW_AS_OF": "1",
        }
        self.process: subprocess.Popen[str] | None = None
        self.output = home.parent / "up.log"

    def start(self) -> None:
        """Start and wait until it says that it is ready."""
        with self.output.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "up"],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                text=True,
            )
        deadline = time.monotonic() + START_WITHIN
        while READY not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask it to stop, as Ctrl-C does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            assert self.process.wait(30) == 0, self.output.read_text()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One command line."""
        return subprocess.run(
            [sys.executable, "-m", "cli.main", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def ask(self, *arguments: str) -> Any:
        """One command line's JSON."""
        done = self.run(*arguments, "--format", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, bytes, dict[str, str]]:
        """One page of the portal."""
        request = urllib.request.Request(self.portal + path, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read(), dict(answer.headers)
        except urllib.error.HTTPError as error:
            return error.code, error.read(), dict(error.headers)

    def ask_prefect(self, path: str, **body: Any) -> Any:
        """One question to Prefect's API."""
        request = urllib.request.Request(
            f"{self.prefect}/api{path}", data=json.dumps(body).encode(), headers={"content-type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.loads(answer.read())

    def upcoming(self) -> dict[str, str]:
        """Named upcoming runs: name and moment."""
        runs = self.ask_prefect("/flow_runs/filter", flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}}, limit=200)
        return {
            f"{run['name']} @ {run['expected_start_time']}": run["expected_start_time"]
            for run in runs
            if "·" in run["name"]
        }

    def pids(self, words: str) -> list[int]:
        """Children whose command line holds these words."""
        assert self.process is not None
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                except (OSError, ValueError):
                    continue
                if words in line and parent == self.process.pid:
                    found.append(int(folder.name))
        return found
