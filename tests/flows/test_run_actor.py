"""Under whose name a run acts (S9). A real run started by hand: tests/e2e."""

from types import SimpleNamespace

import pytest
from prefect.context import FlowRunContext

from flows._runtime import run_actor
from portal.audit_words import actor_words


@pytest.mark.parametrize(
    ("auto_scheduled", "key", "shown"),
    [
        (False, None, "quản trị hệ thống"),
        (True, "scheduled 1", "Hệ thống"),
        (True, None, "Hệ thống"),
        (False, "197-kh-ubnd--bao-cao-hang-nam:T-7:2026-10-21", "Hệ thống"),
    ],
)
def test_only_what_a_person_started_has_a_persons_name(
    monkeypatch: pytest.MonkeyPatch, auto_scheduled: bool, key: str | None, shown: str
) -> None:
    run = SimpleNamespace(auto_scheduled=auto_scheduled, idempotency_key=key)
    monkeypatch.setattr(FlowRunContext, "get", lambda: SimpleNamespace(flow_run=run))
    assert actor_words(run_actor()) == shown


def test_outside_of_any_run_it_is_a_person() -> None:
    assert run_actor() == "quản trị hệ thống"
