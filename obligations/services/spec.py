"""A stored obligation's specification, read back as the plan schema it came from."""

import json
from functools import lru_cache

from sqlmodel import select

from models.enums import Audience
from models.tables import Obligation, Plan, PlanVersion
from obligations.rules.reminders import Step
from obligations.services.context import Context
from plans.schema import ObligationSpec, PlanFile


def spec_of(obligation: Obligation) -> ObligationSpec:
    """The specification an obligation was applied with."""
    return _spec(json.dumps(obligation.spec))


@lru_cache(maxsize=256)
def _spec(content: str) -> ObligationSpec:
    """Every message asks for it; it is frozen, so one reading of the same content serves all."""
    return ObligationSpec.model_validate_json(content)


def plan_file_of(ctx: Context, plan: Plan) -> PlanFile:
    """The plan file in force."""
    wanted = select(PlanVersion).where(PlanVersion.plan_id == plan.id, PlanVersion.version == plan.version)
    return PlanFile.model_validate(ctx.session.exec(wanted).one().content)


def steps_of(obligation: Obligation) -> list[Step]:
    """The reminder steps of an obligation, without the opening notice."""
    return [
        Step(step.code, step.days, Audience(step.audience), step.draft)
        for step in spec_of(obligation).reminders
        if step.code != "open"
    ]
