"""Plan 197 and the real registry, applied on a chosen day."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.context import App
from obligations.services.planning.apply_plan import apply_plan
from plans.reading import read_plan, read_registry
from tests.prepared import Prepared

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FILES = Path(__file__).parents[1] / "plans" / "files"
PLAN = "197-kh-ubnd"
KEY = "a key known to tests only"
"""Of every installation that tests make."""
REPORT = "bao-cao-hang-nam"

Adopt = Callable[[datetime], None]


def hanoi(*parts: int) -> datetime:
    """A moment of the plan's time zone."""
    return datetime(*parts, tzinfo=HANOI)  # type: ignore[misc,arg-type]


@pytest.fixture
def adopt(app: App, prepared: Prepared) -> Adopt:
    """Apply registry, samples and plan 197 from 2026 on, as of a moment."""

    def _adopt(as_of: datetime) -> None:
        prepared.once(app, f"plan 197 {as_of}", lambda: _apply(app, as_of))

    return _adopt


def _apply(app: App, as_of: datetime) -> None:
    with app.write(as_of, "test") as ctx:
        apply_registry(ctx, read_registry(FILES / "hung-yen.yaml"))
        add_sample_contacts(ctx)
        apply_plan(ctx, read_plan(FILES / "197-kh-ubnd.yaml"), date(2026, 1, 1))
