"""A stored obligation's specification, read back as the plan schema it came from."""

import json
from functools import lru_cache

from sqlmodel import select

from models.enums import Audience
from models.tables import Obligation, Period, Plan, PlanVersion
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


def plan_file_of(ctx: Context, plan: Plan, version: int | None = None) -> PlanFile:
    """The plan file in force, or an earlier version of it."""
    wanted = select(PlanVersion).where(PlanVersion.plan_id == plan.id, PlanVersion.version == (version or plan.version))
    return PlanFile.model_validate(ctx.session.exec(wanted).one().content)


def steps_of(obligation: Obligation, period: Period) -> list[Step]:
    """The reminder steps of a period, without the opening notice."""
    return [
        Step(step.code, step.days, Audience(step.audience), step.draft)
        for step in spec_in(obligation, period).reminders
        if step.code != "open"
    ]
