"""What applying a plan file would change, before anything is changed."""

from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from models.tables import Plan
from obligations.services.context import Context
from obligations.services.spec import plan_file_of
from plans.schema import Amendment, ObligationSpec, PlanFile


@dataclass(frozen=True)
class Change:
    """One difference. ``before`` or ``after`` is None when the thing is new or gone; ``obligation`` "" is the plan."""

    obligation: str
    what: str
    before: str | None
    after: str | None


def diff_plan(ctx: Context, plan_file: PlanFile) -> list[Change]:
    """Differences between the applied plan and the file, by obligation and field; empty when they agree."""
    plan = ctx.session.exec(select(Plan).where(Plan.slug == plan_file.slug)).first()
    return diff_files(plan_file_of(ctx, plan) if plan else None, plan_file)


def diff_files(old: PlanFile | None, new: PlanFile) -> list[Change]:
    """Differences between two versions of a plan file; everything is new when there was none."""
    if old is None:
        return [Change(spec.code, "obligation", None, spec.title) for spec in new.obligations]
    before = {spec.code: spec for spec in old.obligations}
    after = {spec.code: spec for spec in new.obligations}
    changes = [Change(code, "obligation", None, spec.title) for code, spec in after.items() if code not in before]
    changes += [Change(code, "obligation", spec.title, None) for code, spec in before.items() if code not in after]
    for code in after.keys() & before.keys():
        changes += _fields(code, before[code], after[code])
    return sorted([*_head(old, new), *changes, *_documents(old, new)], key=lambda c: (c.obligation, c.what))


def _fields(code: str, before: ObligationSpec, after: ObligationSpec) -> list[Change]:
    old, new = before.model_dump(mode="json", by_alias=True), after.model_dump(mode="json", by_alias=True)
    return [Change(code, name, str(old[name]), str(new[name])) for name in new if old[name] != new[name]]


def _head(old: PlanFile, new: PlanFile) -> list[Change]:
    """The plan's own keys: number, policy, outline and so on."""
    aside = {"obligations", "amendments"}
    before, after = (f.model_dump(mode="json", by_alias=True, exclude=aside) for f in (old, new))
    return [
        Change("", name, _short(before[name]), _short(after[name])) for name in after if before[name] != after[name]
    ]


def _short(value: Any) -> str:
    return f"{len(value)} items" if isinstance(value, list) else str(value)


def _documents(old: PlanFile, new: PlanFile) -> list[Change]:
    """Amendments that are new or gone, under each obligation they are about."""
    gone = [(a, True) for a in old.amendments if a not in new.amendments]
    come = [(a, False) for a in new.amendments if a not in old.amendments]
    return [
        Change(code, "amendment", _said(a) if is_gone else None, None if is_gone else _said(a))
        for a, is_gone in gone + come
        for code in a.obligations
    ]


def _said(amendment: Amendment) -> str:
    return f"{amendment.kind}: {amendment.named}"
