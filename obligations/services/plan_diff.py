"""What applying a plan file would change, before anything is changed."""

from dataclasses import dataclass

from sqlmodel import select

from models.tables import Plan
from obligations.services.context import Context
from obligations.services.spec import plan_file_of
from plans.schema import ObligationSpec, PlanFile


@dataclass(frozen=True)
class Change:
    """One difference. ``before`` or ``after`` is None when the thing is new or gone."""

    obligation: str
    what: str
    before: str | None
    after: str | None


def diff_plan(ctx: Context, plan_file: PlanFile) -> list[Change]:
    """Differences between the applied plan and the file, by obligation and field; empty when they agree."""
    plan = ctx.session.exec(select(Plan).where(Plan.slug == plan_file.slug)).first()
    if plan is None:
        return [Change(spec.code, "obligation", None, spec.title) for spec in plan_file.obligations]
    before = {spec.code: spec for spec in plan_file_of(ctx, plan).obligations}
    after = {spec.code: spec for spec in plan_file.obligations}
    changes = [Change(code, "obligation", None, spec.title) for code, spec in after.items() if code not in before]
    changes += [Change(code, "obligation", spec.title, None) for code, spec in before.items() if code not in after]
    for code in after.keys() & before.keys():
        changes += _fields(code, before[code], after[code])
    return sorted(changes, key=lambda c: (c.obligation, c.what))


def _fields(code: str, before: ObligationSpec, after: ObligationSpec) -> list[Change]:
    old, new = before.model_dump(mode="json", by_alias=True), after.model_dump(mode="json", by_alias=True)
    return [Change(code, name, str(old[name]), str(new[name])) for name in new if old[name] != new[name]]
