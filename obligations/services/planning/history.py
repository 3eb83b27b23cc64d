"""Versions of an applied plan, and going back to an earlier one as a new version."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlmodel import col, select

from models.tables import Agency, AgencyGroup, Plan, PlanVersion, RoleHolder
from obligations.errors import NotFound, Refused
from obligations.services.context import Context
from obligations.services.lookup import find_plan
from obligations.services.planning.apply_plan import Applied, apply_plan
from obligations.services.planning.diff import diff_files
from plans.digest import canonical_json
from plans.schema import Changes, ObligationSpec, PlanFile


@dataclass(frozen=True)
class Version:
    """One version: what came with it, and which earlier one it repeats, if any."""

    version: int
    in_force: bool
    applied_at: datetime
    applied_by: str
    sha256: str
    repeats: int | None
    changes: list[str]


def plan_history(ctx: Context, slug: str) -> list[Version]:
    """Every version of a plan, oldest first, with what changed in it."""
    plan = find_plan(ctx, slug)
    found: list[Version] = []
    contents: list[PlanFile] = []
    for row in _versions(ctx, plan):
        file = PlanFile.model_validate(row.content)
        said = canonical_json(file)
        same = [v.version for v, earlier in zip(found, contents, strict=True) if canonical_json(earlier) == said]
        changes = diff_files(contents[-1], file) if contents else []
        found.append(
            Version(
                version=row.version,
                in_force=row.version == plan.version,
                applied_at=row.applied_at.astimezone(ctx.settings.zone),
                applied_by=row.applied_by,
                sha256=row.sha256,
                repeats=same[0] if same else None,
                changes=list(dict.fromkeys(f"{c.obligation or '(plan)'}: {c.what}" for c in changes)),
            )
        )
        contents.append(file)
    return found


def rollback_plan(ctx: Context, slug: str, to: int | None = None, allow: Collection[str] = ()) -> Applied:
    """Apply an earlier version's content as a new version, by the same path and with the same refusals."""
    return apply_plan(ctx, earlier_version(ctx, slug, to), allow=allow)


def earlier_version(ctx: Context, slug: str, to: int | None = None) -> PlanFile:
    """The content of version ``to``, or of the one before that in force; refused when it can no longer be applied."""
    plan = find_plan(ctx, slug)
    versions = {row.version: row for row in _versions(ctx, plan)}
    wanted = plan.version - 1 if to is None else to
    if to is None and wanted < 1:
        raise Refused(f"plan {slug} has only one version; there is nothing to go back to")
    if wanted not in versions:
        known = ", ".join(str(number) for number in versions)
        raise NotFound(f"plan {slug} has no version {wanted}; it has: {known}; see: dondoc plan history {slug}")
    try:
        file = PlanFile.model_validate(versions[wanted].content)
    except ValidationError as error:
        raise Refused(
            f"version {wanted} of plan {slug} cannot be read by this release: {error.errors()[0]['msg']}"
        ) from error
    if canonical_json(file) == canonical_json(PlanFile.model_validate(versions[plan.version].content)):
        raise Refused(f"version {wanted} of plan {slug} is what is in force already")
    _check_agencies(ctx, file, wanted)
    return file


def _versions(ctx: Context, plan: Plan) -> list[PlanVersion]:
    query = select(PlanVersion).where(PlanVersion.plan_id == plan.id).order_by(col(PlanVersion.version))
    return list(ctx.session.exec(query).all())


def _check_agencies(ctx: Context, file: PlanFile, version: int) -> None:
    """What an old version names may have left the registry since."""
    known = {*ctx.session.exec(select(Agency.code)), *ctx.session.exec(select(AgencyGroup.code))}
    known |= {*ctx.session.exec(select(RoleHolder.role))}
    named: set[str] = set()
    stated: list[ObligationSpec | Changes] = [*file.obligations, *(a.changes for a in file.amendments if a.changes)]
    for said in stated:
        named |= {*(said.assigned_to or ()), *(said.lead or ()), *(said.join or ())}
        named |= {code for code in (said.receiver, said.reader) if code}
    if unknown := sorted(named - known):
        raise Refused(f"version {version} names what the registry no longer has: {', '.join(unknown)}")
