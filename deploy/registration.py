"""Prefect as a mirror of our database: deployments, named runs, automations. Losing it loses nothing."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from prefect.automations import Automation
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyOptions, FlowRun, StateType
from prefect.client.schemas.schedules import CronSchedule, RRuleSchedule
from prefect.events import EventTrigger
from prefect.events.actions import ChangeFlowRunState
from prefect.exceptions import ObjectAlreadyExists, ObjectNotFound
from prefect.states import Crashed, Scheduled
from prefect.utilities.callables import parameter_schema
from prefect.utilities.importtools import import_object

from deploy.run_names import OURS, SERVICES, name_scheduled
from obligations.services.context import App
from obligations.services.running.deployment_view import (
    DeploymentView,
    StepView,
    deployments,
    open_periods_view,
    planned_steps,
)

POOL = "dondoc"
ADVANCE = "flows.advance_obligation.advance_obligation"
RECONCILE = "flows.reconcile_schedule.reconcile_schedule"
RECONCILE_NAME, DELIVER_NAME = SERVICES
DELIVER = "flows.deliver_messages.deliver_messages"
STEP_TAG = re.compile(r"[^\s:]+:[^\s:]+")
"""A period's public id and a step: by it a planned run is known again. The tag that people filter by has blanks."""
ZOMBIE_AFTER = timedelta(hours=3)
_WAITING = [StateType.SCHEDULED]
_PAGE = 200


@dataclass
class Repaired:
    """What reconciling changed in Prefect."""

    created: int = 0
    removed: int = 0
    crashed: int = 0
    kept: int = 0
    deployments: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """For a run's state message."""
        return f"thêm {self.created}, bỏ {self.removed}, đóng {self.crashed}, giữ {self.kept}"


async def register(app: App, as_of: datetime) -> Repaired:
    """Make pool, deployments, automations and named runs what the database says. Safe to repeat."""
    async with get_client() as client:
        await _pool(client)
        await _service_deployment(
            client,
            RECONCILE_NAME,
            RECONCILE,
            "7 * * * *",
            "Mỗi giờ: làm những việc đến hạn và đối chiếu lịch chạy với cơ sở dữ liệu.",
            app,
        )
        await _service_deployment(
            client,
            DELIVER_NAME,
            DELIVER,
            "*/5 6-21 * * *",
            "Năm phút một lần, từ 06 đến 22 giờ: gửi các thông báo đến hạn.",
            app,
        )
    await _automations()
    return await reconcile(app, as_of)


async def reconcile(app: App, as_of: datetime) -> Repaired:
    """Upsert one deployment per obligation, mirror every planned step as a named run, and name what schedules made since."""
    with app.read(as_of) as ctx:
        wanted, steps = deployments(ctx), planned_steps(ctx)
    repaired = Repaired()
    async with get_client() as client:
        ids = {view.name: await _obligation_deployment(client, view) for view in wanted}
        repaired.deployments = list(ids)
        await _mirror(client, ids, steps, repaired)
        await _bury_zombies(client, as_of, repaired)
    await name_scheduled()
    return repaired


async def _pool(client: PrefectClient) -> None:
    try:
        await client.create_work_pool(WorkPoolCreate(name=POOL, type="process"))
    except ObjectAlreadyExists:
        return


async def _service_deployment(
    client: PrefectClient, name: str, entrypoint: str, cron: str, description: str, app: App
) -> None:
    flow_id = await client.create_flow_from_name(entrypoint.rsplit(".", 1)[1].replace("_", "-"))
    schedule = DeploymentScheduleCreate(
        schedule=CronSchedule(cron=cron, timezone=app.settings.timezone), slug="deu-dan"
    )
    await client.create_deployment(
        flow_id=flow_id,
        name=name,
        schedules=[schedule],
        entrypoint=entrypoint,
        work_pool_name=POOL,
        description=description,
        tags=[OURS],
        paused=False,
        concurrency_limit=1,
        concurrency_options=ConcurrencyOptions(collision_strategy="CANCEL_NEW"),
        parameter_openapi_schema={"type": "object", "properties": {}},
        enforce_parameter_schema=True,
    )


async def _obligation_deployment(client: PrefectClient, view: DeploymentView) -> str:
    advance_obligation = import_object(ADVANCE)
    try:
        known = await client.read_deployment_by_name(f"{advance_obligation.name}/{view.name}")
    except ObjectNotFound:
        known = None
    if known is not None and known.version == view.fingerprint:
        return str(known.id)
    flow_id = await client.create_flow_from_name(advance_obligation.name)
    made = await client.create_deployment(
        flow_id=flow_id,
        name=view.name,
        version=view.fingerprint,
        description=view.description,
        tags=[OURS, *view.tags],
        schedules=_opening_schedule(view),
        entrypoint=ADVANCE,
        work_pool_name=POOL,
        paused=False,
        parameters={"plan": view.plan, "obligation": view.obligation, "step": "open"},
        parameter_openapi_schema=parameter_schema(advance_obligation.fn).model_dump_for_openapi(),
        enforce_parameter_schema=True,
        concurrency_limit=1,
        concurrency_options=ConcurrencyOptions(collision_strategy="ENQUEUE"),
    )
    return str(made)


def _opening_schedule(view: DeploymentView) -> list[DeploymentScheduleCreate]:
    """Floating local time with a time zone: Prefect re-labels the digits of anything else (measured)."""
    if view.opening is None:
        return []
    day = view.opening.first_on
    rule = f"DTSTART:{day:%Y%m%d}T080000\nRRULE:FREQ=YEARLY;BYMONTH={day.month};BYMONTHDAY={day.day}"
    if not view.opening.yearly:
        rule += ";COUNT=1"
    schedule = RRuleSchedule(rrule=rule, timezone=view.timezone)
    return [DeploymentScheduleCreate(schedule=schedule, slug="mo-ky", parameters={"step": "open"})]


async def show_now(app: App, as_of: datetime) -> int:
    """Start one run for each open period, so that its state stands under Runs; returns how many."""
    with app.read(as_of) as ctx:
        periods = open_periods_view(ctx)
    async with get_client() as client:
        for period in periods:
            deployment = await client.read_deployment_by_name(f"advance-obligation/{period.deployment}")
            await client.create_flow_run_from_deployment(
                deployment.id,
                name=f"{period.tag} · cập nhật tình trạng",
                tags=[OURS, period.tag],
                parameters={
                    "plan": period.plan,
                    "obligation": period.obligation,
                    "step": "publish",
                    "period": period.period,
                },
            )
    return len(periods)


async def _mirror(client: PrefectClient, ids: dict[str, str], steps: list[StepView], repaired: Repaired) -> None:
    """Named runs that are missing or moved are made; those nobody wants any more are removed."""
    have = await _waiting_runs(client, list(ids.values()))
    for step in steps:
        run = have.pop(step.tag, None)
        if run is not None and _is_as_planned(run, step):
            repaired.kept += 1
            continue
        if run is not None:
            await client.delete_flow_run(run.id)
            repaired.removed += 1
        await client.create_flow_run_from_deployment(
            ids[step.deployment],  # type: ignore[arg-type]  # the client accepts the id's text
            name=step.run_name,
            state=Scheduled(scheduled_time=step.planned_at),
            tags=[OURS, step.period_tag, step.tag],
            parameters={"plan": step.plan, "obligation": step.obligation, "step": step.step, "period": step.period},
            idempotency_key=f"{step.deployment}:{step.tag}:{step.planned_at.isoformat()}",
        )
        repaired.created += 1
    for run in have.values():
        await client.delete_flow_run(run.id)
        repaired.removed += 1


def _is_as_planned(run: FlowRun, step: StepView) -> bool:
    is_called_so = run.name == step.run_name and step.period_tag in run.tags
    return is_called_so and run.next_scheduled_start_time == step.planned_at


async def _waiting_runs(client: PrefectClient, ids: list[str]) -> dict[str, FlowRun]:
    """Scheduled named runs of our obligations by their step tag; runs that Prefect's own schedule made have none."""
    runs = await _scheduled(client, ids)
    return {tag: run for run in runs if (tag := next((t for t in run.tags if STEP_TAG.fullmatch(t)), None)) is not None}


async def _scheduled(client: PrefectClient, ids: list[str]) -> list[FlowRun]:
    """Every waiting run of these deployments."""
    found: list[FlowRun] = []
    while True:
        page = await client.read_flow_runs(
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=ids)),
            flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=_WAITING))),
            limit=_PAGE,
            offset=len(found),
        )
        found += page
        if len(page) < _PAGE:
            return found


async def _bury_zombies(client: PrefectClient, as_of: datetime, repaired: Repaired) -> None:
    """A run whose process died with its worker stays Running for ever; no step of ours takes hours."""
    running = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING]))
    )
    for run in await client.read_flow_runs(flow_run_filter=running, limit=200):
        began = run.start_time or run.expected_start_time
        ours = OURS in run.tags or run.deployment_id is not None
        if ours and began is not None and as_of - began > ZOMBIE_AFTER:
            await client.set_flow_run_state(run.id, Crashed(message="Tiến trình đã dừng bất thường."), force=True)
            repaired.crashed += 1


async def _automations() -> None:
    """Declared here, upserted by name: runs without heartbeats are marked crashed."""
    wanted = Automation(
        name="dondoc: đóng các lần chạy bị treo",
        description="Lần chạy không còn tín hiệu được đánh dấu Crashed; lần rà soát kế tiếp làm lại phần còn thiếu.",
        trigger=EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={
                "prefect.flow-run.heartbeat",
                "prefect.flow-run.Completed",
                "prefect.flow-run.Failed",
                "prefect.flow-run.Cancelled",
                "prefect.flow-run.Crashed",
            },
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            for_each={"prefect.resource.id"},
            posture="Proactive",
            threshold=1,
            within=timedelta(seconds=120),
        ),
        actions=[ChangeFlowRunState(state=StateType.CRASHED, message="Không còn tín hiệu từ tiến trình.")],
    )
    try:
        known = await Automation.aread(name=wanted.name)
    except (ObjectNotFound, ValueError):
        await wanted.acreate()
        return
    wanted.id = known.id
    await wanted.aupdate()


async def self_check() -> str | None:
    """The failure that looks healthy: an active schedule without any run ahead. None when all is well."""
    async with get_client() as client:
        ours = [
            d
            for d in await client.read_deployments(limit=_PAGE)
            if OURS in d.tags and any(x.active for x in d.schedules)
        ]
        scheduled = {
            run.deployment_id for run in await _scheduled(client, [str(d.id) for d in ours]) if run.auto_scheduled
        }
    idle = sorted(d.name for d in ours if d.id not in scheduled)
    if not idle:
        return None
    return f"Prefect's scheduler makes no runs for {idle[0]}: sqlalchemy must be 2.0.x and fastapi below 0.151 (make install)"
