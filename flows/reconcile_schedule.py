"""Hourly: run whatever is due, and make Prefect's schedule what our database says."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from deploy.registration import reconcile
from deploy.run_names import RECONCILING
from flows._runtime import opened_app, run_actor
from obligations.clock import utc_now
from obligations.services.running.tick import run_tick


@flow(name="reconcile-schedule", flow_run_name=RECONCILING, log_prints=True)
async def reconcile_schedule() -> State[None]:
    """Catch up what was missed, then repair missing, moved or dead runs."""
    with opened_app() as app:
        done = run_tick(app, utc_now(), run_actor(), deliver_clock=utc_now)
        repaired = await reconcile(app, utc_now())
    return Completed(message=f"Mở kỳ {done.opened}; thông báo mới {done.planned}; sửa lịch: {repaired.text}")
