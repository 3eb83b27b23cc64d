"""A stored obligation's specification, read back as the plan schema it came from."""

import json
from datetime import time
from functools import lru_cache

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.enums import Audience, Urgency
from models.tables import Obligation, Period, Plan, PlanVersion
from obligations.rules.hours import PRIORITY, HourStep, clock_place
from obligations.rules.reminders import Step
from obligations.services.context import Context
from plans.schema import ObligationSpec, PlanFile


def spec_of(obligation: Obligation) -> ObligationSpec:
    """The specification as the newest version of the plan file writes it, before any amendment."""
    return _spec(json.dumps(obligation.spec))


def spec_in(obligation: Obligation, period: Period) -> ObligationSpec:
    """The specification one period goes by: that of its own plan version, with the documents that govern it."""
    return _spec(json.dumps(period.spec or obligation.spec))


@lru_cache(maxsize=256)
def _spec(content: str) -> ObligationSpec:
    """Every message asks for it; it is frozen, so one reading of the same content serves all."""
    return ObligationSpec.model_validate_json(content)


_WANTED = (col(PlanVersion.plan_id) == bindparam("plan"), col(PlanVersion.version) == bindparam("version"))
_DIGEST, _CONTENT = select(PlanVersion.sha256).where(*_WANTED), select(PlanVersion.content).where(*_WANTED)
MOST_READ = 500
_READ: dict[str, PlanFile] = {}
"""Files by their digest, so that a version is checked once a process; what was read is never changed."""


def plan_file_of(ctx: Context, plan: Plan, version: int | None = None) -> PlanFile:
    """The plan file in force, or an earlier version of it."""
    wanted = {"plan": plan.id, "version": version or plan.version}
    digest = ctx.session.exec(_DIGEST, params=wanted).one()
    found = _READ.get(digest)
    if found is None:
        found = PlanFile.model_validate(ctx.session.exec(_CONTENT, params=wanted).one())
        if len(_READ) >= MOST_READ:
            _READ.clear()
        _READ[digest] = found
    return found


def counts_by_document(ctx: Context, obligation: Obligation, period: Period) -> bool:
    """Whether the plan of a period judges lateness by the day printed on the document (S1)."""
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    return plan_file_of(ctx, plan, period.plan_version).policy.lateness_by == "document"


def steps_of(obligation: Obligation, period: Period) -> list[Step]:
    """The reminder steps of a period, without the opening notice."""
    return steps_in(spec_in(obligation, period))


def steps_in(spec: ObligationSpec) -> list[Step]:
    """The reminder steps of a specification, without the opening notice; hours become a day and a time of day."""
    ends = time.fromisoformat(spec.deadline.time) if spec.deadline and spec.deadline.time else None
    steps = []
    for step in spec.reminders:
        if step.hours is not None:
            days, at = clock_place(ends, HourStep(step.hours, step.night))
            steps.append(Step(step.code, days, Audience(step.audience), step.draft, at))
        elif step.code != "open":
            steps.append(Step(step.code, step.days, Audience(step.audience), step.draft))
    return steps


def is_request(obligation: Obligation) -> bool:
    """Whether an obligation is an ad-hoc request: due to the minute, told at any hour but night."""
    return obligation.spec.get("urgency") is not None


def priority_of(obligation: Obligation) -> int:
    """Place of its messages in the queue; 0 for everything but ad-hoc requests."""
    urgency = obligation.spec.get("urgency")
    return PRIORITY[Urgency(urgency)] if urgency else 0
