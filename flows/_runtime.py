"""What every flow needs: the App of the settings, and a way to show a result in Prefect."""

from collections.abc import Iterator
from contextlib import contextmanager

from prefect import get_client
from prefect.context import FlowRunContext
from prefect.events import emit_event
from prefect.runtime import flow_run

from deploy.artifacts import show_artifacts
from obligations.rules.wording import step_text
from obligations.services.context import App, open_app
from obligations.services.running.advance import StepReport
from obligations.services.running.deployment_view import period_tag

BY_HAND = "quản trị hệ thống"
"""S9: a run that a person started in Prefect is audited under this name."""
BY_SCHEDULE = "schedule"
"""Everything that nobody pressed: the server's schedules, the steps we plan, what an automation started."""


def run_actor() -> str:
    """Who acts in this run. Only what a person starts carries neither the mark of a schedule nor a key of its own."""
    context = FlowRunContext.get()
    run = context.flow_run if context is not None else None
    return BY_SCHEDULE if run is not None and (run.auto_scheduled or run.idempotency_key) else BY_HAND


@contextmanager
def opened_app() -> Iterator[App]:
    """The App of the environment's settings, closed at the end."""
    app = open_app()
    try:
        yield app
    finally:
        app.close()


async def show(report: StepReport, key: str) -> None:
    """Artifacts a coordinator looks at, a run name that says how far the period is, and the tag of its period."""
    await show_artifacts(report, key, flow_run.id)
    if flow_run.id:
        of_period = [period_tag(report.status.period)] if report.status else []
        tags = dict.fromkeys([*flow_run.tags, *of_period])
        async with get_client() as client:
            await client.update_flow_run(flow_run.id, name=report.title, tags=list(tags))


def step_name() -> str:
    """What a run is called from its first moment: as it was planned, or what a person who started it chose."""
    name, given = flow_run.name or "", flow_run.parameters or {}
    if "·" in name:
        return name
    period = given.get("period")
    return f"{period_tag(period) if period else 'Kỳ đang mở'} · {step_text(given.get('step', 'remind'))}"


def announce(report: StepReport, obligation: str) -> None:
    """Custom events that automations may act on."""
    status = report.status
    if status is None:
        return
    resource = {"prefect.resource.id": f"dondoc.period.{status.public_id}", "prefect.resource.name": report.title}
    emit_event("dondoc.period.advanced", resource=resource, payload={"obligation": obligation, "period": status.period})
    if status.assigned and status.submitted + status.exempt >= status.assigned:
        emit_event(
            "dondoc.period.completed", resource=resource, payload={"obligation": obligation, "period": status.period}
        )
