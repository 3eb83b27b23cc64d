"""Hand over every message whose time has come."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from deploy.run_names import DELIVERING
from flows._runtime import opened_app, run_actor
from obligations.clock import utc_now
from obligations.services.chasing.chase import chase_all
from obligations.services.running.upkeep import hear, tell
from obligations.services.sending.deliver import deliver_due


@flow(name="deliver-messages", flow_run_name=DELIVERING, log_prints=True)
async def deliver_messages() -> State[None]:
    """Write the reminders that are due, hear what came in, then deliver."""
    with opened_app() as app:
        chase_all(app, utc_now(), run_actor())
        hear(app, utc_now)
        done = deliver_due(app, utc_now)
        tell(app, utc_now)
    return Completed(
        message=f"Đã gửi {done.accepted}; chỉ ghi nhận {done.recorded}; gửi lại sau {done.retry}; không gửi được {done.failed}"
    )
