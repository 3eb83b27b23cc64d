"""Seconds from ``dondoc up`` on an empty home until it says that it is ready; reported, not judged."""

import tempfile
import time
from pathlib import Path

from tests.e2e.service import Service


def measure() -> dict[str, float]:
    """One cold start and one warm one."""
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder) / "home", 9)
        return {"first start, s": _start(service), "second start, s": _start(service)}


def _start(service: Service) -> float:
    began = time.perf_counter()
    service.start()
    spent = time.perf_counter() - began
    service.stop()
    return spent
