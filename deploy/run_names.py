"""Names of the runs that Prefect's own schedules make: they carry two random English words until they start."""

from uuid import UUID

from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType

OURS = "dondoc"
"""Tag on everything we register, so that nothing of anybody else is touched."""
RECONCILING, DELIVERING = "Rà soát lịch và việc đến hạn", "Gửi các thông báo đến hạn"
SERVICES = {"dondoc--ra-soat-lich": RECONCILING, "dondoc--gui-thong-bao": DELIVERING}
"""Deployments of the service itself, and how each of their runs is called."""
_PAGE = 200


async def name_scheduled() -> int:
    """Give every waiting run of ours that a schedule made its Vietnamese name; returns how many had none."""
    async with get_client() as client:
        return await name_runs(client, await _services(client))


async def name_runs(client: PrefectClient, services: dict[UUID, str]) -> int:
    """The same with a client; ``services``: names by the id of their deployment, all others are openings of periods."""
    named = 0
    for run in await _waiting(client):
        wanted = services.get(run.deployment_id) if run.deployment_id else None
        if wanted is None and run.expected_start_time is not None:
            wanted = f"Kỳ {run.expected_start_time.year} · mở kỳ báo cáo"
        if wanted is not None and run.name != wanted:
            await client.update_flow_run(run.id, name=wanted)
            named += 1
    return named


async def _services(client: PrefectClient) -> dict[UUID, str]:
    deployments = await client.read_deployments(limit=_PAGE)
    return {d.id: SERVICES[d.name] for d in deployments if d.name in SERVICES}


async def _waiting(client: PrefectClient) -> list[FlowRun]:
    """Every waiting run of ours that nobody planned by name."""
    ours = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.SCHEDULED])),
        tags=FlowRunFilterTags(all_=[OURS, "auto-scheduled"]),
    )
    found: list[FlowRun] = []
    while True:
        page = await client.read_flow_runs(flow_run_filter=ours, limit=_PAGE, offset=len(found))
        found += page
        if len(page) < _PAGE:
            return found
