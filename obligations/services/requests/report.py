"""Asking agencies for something by an exact hour: made once, told at once, then a duty like any other."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from models.engine import serialise
from models.enums import PlanKind
from models.tables import Assignment, Message, MessageItem, Obligation, Period, Plan
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.lookup import find_plan
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.requests.draft import RequestDraft, check_draft
from obligations.services.requests.plan import clean_content, plan_file_for
from obligations.services.requests.views import recipients
from obligations.services.spec import spec_of

_LOCK = 197_053


@dataclass(frozen=True)
class Requested:
    """A request that was made. ``slug`` names it; ``unreached`` are names of agencies without an address.

    ``replayed``: the same key had made it before; nothing was written again.
    """

    slug: str
    period: str
    title: str
    due_at: datetime
    sends_at: datetime | None
    agencies: int
    unreached: list[str]
    replayed: bool = False


def request_report(ctx: Context, draft: RequestDraft) -> Requested:
    """Make a request and write its notices; the same key again gives the same request."""
    serialise(ctx.session, _LOCK)
    known = ctx.session.exec(select(Plan).where(Plan.request_key == draft.key)).first()
    if known is not None:
        return _replay(ctx, known, draft)
    check_draft(ctx, draft)
    plan_file = plan_file_for(ctx, draft, _next_slug(ctx))
    apply_plan(ctx, plan_file)
    plan = ctx.session.exec(select(Plan).where(Plan.slug == plan_file.slug)).one()
    plan.request_key = draft.key
    obligation, _period = duty_of(ctx, plan)
    obligation.cites_plan = True  # a request is its own basis: what it cites, its citation names
    ctx.session.flush()
    audit.record(ctx, "request.made", plan.slug, due_at=draft.due_at, urgency=draft.urgency, to=list(draft.to))
    return _result(ctx, plan, replayed=False)


def duty_of(ctx: Context, plan: Plan) -> tuple[Obligation, Period]:
    """The one obligation of a request and its one period."""
    return ctx.session.exec(
        select(Obligation, Period)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .where(Obligation.plan_id == plan.id)
    ).one()


def find_request(ctx: Context, slug: str) -> tuple[Obligation, Period]:
    """The obligation and the period of a request by its slug; NotFound for a document."""
    plan = find_plan(ctx, slug)
    if plan.kind != PlanKind.request:
        raise NotFound(f"{slug} is a document, not a request; see: dondoc request list")
    return duty_of(ctx, plan)


def _next_slug(ctx: Context) -> str:
    """``dn-2026-00012``: counted a year."""
    prefix = f"dn-{ctx.today.year}-"
    newest = ctx.session.exec(select(func.max(Plan.slug)).where(col(Plan.slug).startswith(prefix))).one()
    return f"{prefix}{int(newest.removeprefix(prefix)) + 1 if newest else 1:05d}"


def _replay(ctx: Context, plan: Plan, draft: RequestDraft) -> Requested:
    spec = spec_of(duty_of(ctx, plan)[0])
    due_at = draft.due_at.astimezone(ctx.settings.zone)
    asked = (list(draft.to), clean_content(draft.content), f"{due_at:%Y-%m-%d %H:%M}", draft.urgency.value)
    until = f"{spec.deadline.on} {spec.deadline.time}" if spec.deadline else ""
    if (spec.assigned_to, spec.description, until, spec.urgency) != asked:
        raise Refused(f"Mã này đã dùng cho đề nghị {plan.slug} có nội dung khác; đề nghị tải lại trang rồi nhập lại.")
    return _result(ctx, plan, replayed=True)


def _result(ctx: Context, plan: Plan, *, replayed: bool) -> Requested:
    _obligation, period = duty_of(ctx, plan)
    rows = recipients(ctx, period)
    sends_at = ctx.session.exec(
        select(func.min(Message.planned_at))
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .where(Assignment.period_id == period.id, Message.kind == "request")
    ).one()
    return Requested(
        slug=plan.slug,
        period=period.public_id,
        title=plan.title,
        due_at=period.due_at.astimezone(ctx.settings.zone),
        sends_at=sends_at.astimezone(ctx.settings.zone) if sends_at else None,
        agencies=len(rows),
        unreached=[row.name for row in rows if row.address is None],
        replayed=replayed,
    )
