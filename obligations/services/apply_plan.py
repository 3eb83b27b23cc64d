"""Applying a plan file: one transaction, versioned, idempotent."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import select

from models.enums import CompletesOn, Duty, ObligationKind
from models.tables import Obligation, Plan, PlanVersion
from obligations.services import audit
from obligations.services.cascade_room import refuse_without_room
from obligations.services.context import Context
from obligations.services.open_periods import open_due_periods
from plans.digest import canonical_json
from plans.schema import ObligationSpec, PlanFile


@dataclass(frozen=True)
class Applied:
    """What an application did. ``opened`` names the periods that were already due to be open."""

    slug: str
    version: int
    changed: bool
    obligations: int
    opened: list[str]


def apply_plan(ctx: Context, plan_file: PlanFile, since: date | None = None) -> Applied:
    """Store a plan and open the periods it should have open. ``since``: no period due before this day is opened."""
    refuse_without_room(plan_file, ctx.calendar)
    plan = ctx.session.exec(select(Plan).where(Plan.slug == plan_file.slug)).first()
    digest = hashlib.sha256(canonical_json(plan_file).encode()).hexdigest()
    if plan is None:
        plan = _create(ctx, plan_file, since)
    changed = _store_version(ctx, plan, plan_file, digest)
    if changed:
        _store_obligations(ctx, plan, plan_file)
        audit.record(ctx, "plan.applied", plan.slug, version=plan.version, sha256=digest)
    opened = [f"{o.obligation} {o.label}" for o in open_due_periods(ctx)]
    return Applied(plan.slug, plan.version, changed, len(plan_file.obligations), opened)


def _create(ctx: Context, plan_file: PlanFile, since: date | None) -> Plan:
    plan = Plan(
        slug=plan_file.slug,
        number=plan_file.number,
        title=plan_file.title,
        citation=plan_file.citation,
        issuer=plan_file.issuer,
        issued_on=plan_file.issued_on,
        timezone=plan_file.timezone,
        since_on=since or plan_file.issued_on,
        applied_at=ctx.as_of,
    )
    ctx.session.add(plan)
    ctx.session.flush()
    return plan


def _store_version(ctx: Context, plan: Plan, plan_file: PlanFile, digest: str) -> bool:
    current = ctx.session.exec(
        select(PlanVersion).where(PlanVersion.plan_id == plan.id, PlanVersion.version == plan.version)
    ).first()
    if current is not None and current.sha256 == digest:
        return False
    plan.version += 1
    plan.number, plan.title, plan.citation, plan.issuer = (
        plan_file.number,
        plan_file.title,
        plan_file.citation,
        plan_file.issuer,
    )
    ctx.session.add(
        PlanVersion(
            plan_id=plan.id or 0,
            version=plan.version,
            sha256=digest,
            content=plan_file.model_dump(mode="json", by_alias=True),
            applied_at=ctx.as_of,
            applied_by=ctx.actor,
        )
    )
    ctx.session.flush()
    return True


def _store_obligations(ctx: Context, plan: Plan, plan_file: PlanFile) -> None:
    have = {o.code: o for o in ctx.session.exec(select(Obligation).where(Obligation.plan_id == plan.id)).all()}
    for position, spec in enumerate(plan_file.obligations):
        row = have.get(spec.code)
        if row is None:
            row = Obligation(plan_id=plan.id or 0, code=spec.code, **_values(spec, position))
        else:
            row.sqlmodel_update(_values(spec, position))
        ctx.session.add(row)
    for code in have.keys() - {o.code for o in plan_file.obligations}:
        have[code].ended_on = have[code].ended_on or ctx.today
        have[code].ended_by = have[code].ended_by or f"không còn trong phiên bản {plan.version} của văn bản"
    ctx.session.flush()


def _values(spec: ObligationSpec, position: int) -> dict[str, Any]:
    return {
        "title": spec.title,
        "kind": ObligationKind(spec.kind),
        "duty": Duty(spec.duty),
        "completes_on": CompletesOn(spec.completes_on),
        "clauses": list(spec.clauses),
        "spec": spec.model_dump(mode="json", by_alias=True),
        "position": position,
        "ended_on": spec.ended_by.on if spec.ended_by else None,
        "ended_by": spec.ended_by.document if spec.ended_by else None,
    }
