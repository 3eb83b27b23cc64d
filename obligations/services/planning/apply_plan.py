"""Applying a plan file: one transaction, versioned, idempotent; live periods and who was told follow."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import select

from models.enums import CompletesOn, Duty, ObligationKind, PlanKind
from models.tables import Obligation, Plan, PlanVersion
from obligations.clock import local_date
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.planning.bring_period import bring
from obligations.services.planning.cascade_room import refuse_without_room
from obligations.services.planning.impact import KINDS, Impact, Need, impact_of, needs, told_words
from obligations.services.planning.open_periods import Foreseen, open_due_periods
from obligations.services.planning.targets import Target, foreseen_periods, targets
from obligations.services.sending.corrections import Notice, write_notices
from obligations.services.spec import plan_file_of
from plans.amending import end_of
from plans.digest import canonical_json
from plans.schema import ObligationSpec, PlanFile

EVERYTHING: Collection[str] = frozenset({"everything"})
"""This very object allows whatever needs to be allowed: for previews and simulations, which change nothing that lasts."""


@dataclass(frozen=True)
class Applied:
    """What an application did. ``opened`` names the periods that were already due to be open.

    ``periods``: what became of those that were there; ``corrected``: how many notices put right what had been told.
    """

    slug: str
    version: int
    changed: bool
    obligations: int
    opened: list[str]
    periods: list[Impact] = field(default_factory=list)
    corrected: int = 0
    needed: list[Need] = field(default_factory=list)


def apply_plan(ctx: Context, plan_file: PlanFile, since: date | None = None, allow: Collection[str] = ()) -> Applied:
    """Store a plan, open the periods it should have open, and bring those that are there to what it says now.

    ``since``: no period due before this day is opened. Refused, with nothing changed, when that would lose data,
    un-assign an agency that has sent, or make one late, unless ``allow`` names it (``unassign:so-y-te``).
    """
    _check_words(allow)
    refuse_without_room(plan_file, ctx.calendar)
    plan = ctx.session.exec(select(Plan).where(Plan.slug == plan_file.slug)).first()
    old = plan_file_of(ctx, plan) if plan else None
    if plan is not None and old is not None and canonical_json(old) == canonical_json(plan_file):
        return Applied(plan.slug, plan.version, False, len(plan_file.obligations), _open(ctx))  # noqa: FBT003 - as it is named
    plan = plan or _create(ctx, plan_file, since)
    effects = [(target, impact_of(ctx, target)) for target in targets(ctx, plan, old, plan_file)]
    needed = [need for target, impact in effects for need in needs(ctx, target, impact)]
    _refuse_unless_allowed(needed, allow)
    digest = _store_version(ctx, plan, plan_file)
    store_obligations(ctx, plan, plan_file)
    foreseen = foreseen_periods(ctx, plan, old, local_date(ctx.as_of, plan.timezone))
    audit.record(ctx, "plan.applied", plan.slug, version=plan.version, sha256=digest, allowed=sorted(set(allow)))
    corrected = write_notices(ctx, _bring_all(ctx, effects, plan_file, plan.version))
    return Applied(
        plan.slug,
        plan.version,
        changed=True,
        obligations=len(plan_file.obligations),
        opened=_open(ctx, foreseen),
        periods=[impact for _, impact in effects if not impact.is_nothing],
        corrected=corrected,
        needed=needed,
    )


def _refuse_unless_allowed(needed: list[Need], allow: Collection[str]) -> None:
    missing = [need for need in needed if need.allow not in allow]
    if missing and allow is not EVERYTHING:
        raise Refused(told_words(missing))


def _bring_all(ctx: Context, effects: list[tuple[Target, Impact]], plan_file: PlanFile, version: int) -> list[Notice]:
    return [notice for target, impact in effects for notice in bring(ctx, target, impact, plan_file, version)]


def _open(ctx: Context, foreseen: Foreseen | None = None) -> list[str]:
    return [f"{o.obligation} {o.label}" for o in open_due_periods(ctx, foreseen=foreseen)]


def _check_words(allow: Collection[str]) -> None:
    for word in allow:
        kind, _, name = word.partition(":")
        if allow is not EVERYTHING and (kind not in KINDS or not name):
            known = ", ".join(f"{kind}:..." for kind in KINDS)
            raise Refused(f"--allow {word!r} allows nothing; it is one of {known}, as a refusal prints it")


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
        kind=PlanKind(plan_file.kind),
    )
    ctx.session.add(plan)
    ctx.session.flush()
    return plan


def _store_version(ctx: Context, plan: Plan, plan_file: PlanFile) -> str:
    digest = hashlib.sha256(canonical_json(plan_file).encode()).hexdigest()
    plan.version += 1
    plan.number, plan.title, plan.citation = plan_file.number, plan_file.title, plan_file.citation
    plan.issuer, plan.issued_on, plan.timezone = plan_file.issuer, plan_file.issued_on, plan_file.timezone
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
    return digest


def store_obligations(ctx: Context, plan: Plan, plan_file: PlanFile) -> None:
    """Bring a plan's obligations to what a file says; one it no longer has is ended, never removed."""
    have = {o.code: o for o in ctx.session.exec(select(Obligation).where(Obligation.plan_id == plan.id)).all()}
    for position, spec in enumerate(plan_file.obligations):
        row = have.get(spec.code)
        if row is None:
            row = Obligation(plan_id=plan.id or 0, code=spec.code, **_values(plan_file, spec, position))
        else:
            row.sqlmodel_update(_values(plan_file, spec, position))
        ctx.session.add(row)
    for code in have.keys() - {o.code for o in plan_file.obligations}:
        have[code].ended_on = have[code].ended_on or ctx.today
        have[code].ended_by = have[code].ended_by or f"không còn trong phiên bản {plan.version} của văn bản"
    ctx.session.flush()


def _values(plan_file: PlanFile, spec: ObligationSpec, position: int) -> dict[str, Any]:
    end = end_of(plan_file, spec)
    return {
        "title": spec.title,
        "kind": ObligationKind(spec.kind),
        "duty": Duty(spec.duty),
        "completes_on": CompletesOn(spec.completes_on),
        "clauses": list(spec.clauses),
        "spec": spec.model_dump(mode="json", by_alias=True),
        "position": position,
        "ended_on": end.on if end else None,
        "ended_by": end.document if end else None,
    }
