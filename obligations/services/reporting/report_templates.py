"""The departments' own Word templates of consolidated reports: taken, listed, withdrawn, and which one a report is made with.

The nearest wins: that of the duty, then that of the installation, then our own layout. Versions are kept.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from models.engine import serialise
from models.enums import PlanKind
from models.tables import Consolidation, Obligation, Plan, ReportTemplate
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.storage import StoredFile, stored_path
from obligations.services.views.agency import StoredView
from obligations.settings import Settings

EVERYWHERE = ""
_LOCK = 197_055


@dataclass(frozen=True)
class TemplateRow:
    """One version of a template. ``in_force``: new reports are made with it; ``reports``: how many versions were."""

    public_id: str
    place: str
    duty: str
    """Title of the duty with the number of its plan; nothing for the whole installation."""
    version: int
    file_name: str
    size: int
    sha256: str
    uploaded_at: datetime
    uploaded_by: str
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    in_force: bool
    reports: int


def keep_template(ctx: Context, file: StoredFile, place: str) -> tuple[str, bool]:
    """Put a checked and stored template in force for a duty (``<plan>--<duty>``) or for all; its public id, and whether it is new.

    The one in force once more changes nothing, unless its file was lost from the store.
    """
    serialise(ctx.session, _LOCK)
    obligation = _obligation(ctx, place) if place else None
    before = _newest(ctx, place)
    if before is not None and _is_same(ctx.settings, before, file):
        return before.public_id, False
    row = ReportTemplate(
        place=place,
        obligation_id=obligation.id if obligation else None,
        version=before.version + 1 if before else 1,
        file_name=file.file_name,
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        stored_as=file.stored_as,
        uploaded_at=ctx.as_of,
        uploaded_by=ctx.actor,
    )
    ctx.session.add(row)
    ctx.session.flush()
    audit.record(
        ctx, "template.taken", row.public_id, place=place, version=row.version, file=row.file_name, sha256=row.sha256
    )
    return row.public_id, True


def withdraw_template(ctx: Context, public_id: str) -> None:
    """Out of force: the next report is made with that of the installation, or in our own layout. A second time changes nothing."""
    row = ctx.session.exec(_by_id(public_id).with_for_update()).first()
    if row is None:
        raise NotFound("no such template")
    if row.withdrawn_at is not None:
        return
    newest = _newest(ctx, row.place)
    if newest is None or newest.id != row.id:
        raise Refused("Đã có mẫu mới hơn; chỉ ngừng dùng được mẫu đang dùng.")
    row.withdrawn_at, row.withdrawn_by = ctx.as_of, ctx.actor
    audit.record(ctx, "template.withdrawn", row.public_id, place=row.place, version=row.version)


def list_templates(ctx: Context) -> list[TemplateRow]:
    """All, those of the whole installation first, the newest of each place first; in two queries."""
    made = dict(
        ctx.session.exec(
            select(Consolidation.template_id, func.count(col(Consolidation.id)))
            .where(col(Consolidation.template_id).is_not(None), col(Consolidation.template_problem).is_(None))
            .group_by(col(Consolidation.template_id))
        ).all()
    )
    query = (
        select(ReportTemplate, Obligation.title, Plan.number)
        .outerjoin(Obligation, col(ReportTemplate.obligation_id) == Obligation.id)
        .outerjoin(Plan, col(Obligation.plan_id) == Plan.id)
        .order_by(col(ReportTemplate.place), col(ReportTemplate.version).desc())
    )
    found: list[TemplateRow] = []
    for row, title, number in ctx.session.exec(query).all():
        newest = not found or found[-1].place != row.place
        found.append(_row(row, f"{title} ({number})" if title else "", newest=newest, reports=made.get(row.id, 0)))
    return found


def template_places(ctx: Context) -> dict[str, str]:
    """The duties in force whose reports are consolidated, by ``<plan>--<duty>``, each with its title and the plan's number."""
    query = select(Plan, Obligation).join(Obligation, col(Obligation.plan_id) == Plan.id)
    rows = ctx.session.exec(
        query.where(Plan.kind == PlanKind.document, col(Obligation.ended_on).is_(None)).order_by(
            col(Plan.issued_on).desc(), col(Obligation.position)
        )
    ).all()
    return {f"{p.slug}--{o.code}": f"{o.title} ({p.number})" for p, o in rows if o.spec.get("outline")}


def template_for(ctx: Context, obligation_id: int) -> ReportTemplate | None:
    """The nearest one in force; None: our own layout."""
    obligation = ctx.session.get_one(Obligation, obligation_id)
    for place in (_place(ctx, obligation), EVERYWHERE):
        row = _newest(ctx, place)
        if row is not None and row.withdrawn_at is None:
            return row
    return None


def template_file(ctx: Context, public_id: str) -> StoredView:
    """The file as it was handed in."""
    row = ctx.session.exec(_by_id(public_id)).first()
    if row is None:
        raise NotFound("no such template")
    return StoredView(stored_path(ctx.settings, row.stored_as), row.file_name, row.media_type)


def _row(row: ReportTemplate, duty: str, *, newest: bool, reports: int) -> TemplateRow:
    return TemplateRow(
        public_id=row.public_id,
        place=row.place,
        duty=duty,
        version=row.version,
        file_name=row.file_name,
        size=row.size,
        sha256=row.sha256,
        uploaded_at=row.uploaded_at,
        uploaded_by=row.uploaded_by,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
        in_force=newest and row.withdrawn_at is None,
        reports=reports,
    )


def _is_same(settings: Settings, row: ReportTemplate, file: StoredFile) -> bool:
    there = (settings.files / row.stored_as).is_file()
    return row.withdrawn_at is None and row.sha256 == file.sha256 and there


def _newest(ctx: Context, place: str) -> ReportTemplate | None:
    query = select(ReportTemplate).where(ReportTemplate.place == place).order_by(col(ReportTemplate.version).desc())
    return ctx.session.exec(query.limit(1)).first()


def _obligation(ctx: Context, place: str) -> Obligation:
    slug, _, code = place.partition("--")
    query = select(Obligation).join(Plan, col(Obligation.plan_id) == Plan.id)
    found = ctx.session.exec(query.where(Plan.slug == slug, Obligation.code == code)).first()
    if found is None:
        raise NotFound("no such duty")
    return found


def _place(ctx: Context, obligation: Obligation) -> str:
    return f"{ctx.session.get_one(Plan, obligation.plan_id).slug}--{obligation.code}"


def _by_id(public_id: str) -> SelectOfScalar[ReportTemplate]:
    return select(ReportTemplate).where(ReportTemplate.public_id == public_id)
