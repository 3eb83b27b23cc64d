"""One step of one obligation: open, remind, close, consolidate or publish."""

from typing import Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows._runtime import announce, opened_app, run_actor, show, step_name
from models.enums import StepName
from obligations.clock import utc_now
from obligations.services.running.advance import advance

Step = Literal["open", "remind", "close", "consolidate", "publish"]


@flow(name="advance-obligation", flow_run_name=step_name, log_prints=True)
async def advance_obligation(
    plan: str, obligation: str, step: Step = "remind", period: str | None = None
) -> State[None]:
    """Do one step now. It acts on state: a late, missed or repeated run changes nothing that is already so."""
    with opened_app() as app:
        report = advance(app, plan, obligation, StepName(step), period, utc_now(), run_actor())
    await show(report, f"{plan}-{obligation}")
    announce(report, obligation)
    if report.status is not None and report.status.awaiting_confirmation:
        return Completed(name="Chờ rà soát", message=report.title)
    return Completed(message=report.title)
