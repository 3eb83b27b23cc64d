"""Công văn đôn đốc: a draft to be signed, to one body, about everything it owes to the same department and is late with."""

from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import col, select

from models.enums import Audience, MessageState, PeriodState
from models.tables import Agency, Assignment, Message, MessageItem, Obligation, Period, Plan
from notifications.letter import letter_text
from obligations.clock import local_date
from obligations.errors import Refused
from obligations.rules.lateness import CHASED_DUTIES, OWING
from obligations.services.context import Context
from obligations.services.lookup import agency_by_code, assignment_by_public_id, find_period
from obligations.services.reporting.build_report import initials, place_of
from obligations.services.sending.outbox import CHASES
from obligations.services.sending.render import Row, notice_context
from obligations.services.sending.voice import Desk, desk_of
from obligations.services.spec import spec_in
from reports.letter_docx import Letter, render_letter_docx

ANNEX_TITLE = "Danh mục báo cáo, nhiệm vụ chưa gửi"


@dataclass(frozen=True)
class ChaseLetter:
    """A letter to download. Nothing is sent and nothing is recorded: a person completes, signs and registers it."""

    file_name: str
    content: bytes
    duties: int


def find_letter(ctx: Context, plan: str, obligation: str, label: str, agency: str) -> ChaseLetter:
    """By the names people use."""
    period, body = find_period(ctx, plan, obligation, label), agency_by_code(ctx, agency)
    query = select(Assignment).where(Assignment.period_id == period.id, Assignment.agency_id == body.id)
    assignment = ctx.session.exec(query).first()
    if assignment is None:
        raise Refused(f"{body.name} không có đầu việc trong kỳ này.")
    return chase_letter(ctx, assignment.public_id)


def chase_letter(ctx: Context, assignment_public_id: str) -> ChaseLetter:
    """Refused unless the agency still owes it, its time has passed, and another body asks for it."""
    assignment = assignment_by_public_id(ctx, assignment_public_id)
    first = _row(ctx, assignment)
    agency = ctx.session.get_one(Agency, assignment.agency_id)
    desk = desk_of(ctx, first.plan, first.obligation, first.period.opens_on)
    _check(ctx, first, desk)
    rows = [first, *_others(ctx, first, desk)]
    context = notice_context(ctx, _message(ctx, assignment), rows, link=None)
    told = _first_told(ctx, [row.assignment.id or 0 for row in rows])
    items = [replace(item, first_notice_on=told) for item in context.items]
    text = letter_text(replace(context, items=items))
    letter = Letter(
        issuer_parent=first.plan.issuer,
        issuer=desk.asker,
        issuer_code=initials(desk.asker),
        place=place_of(first.plan),
        about=text.about,
        addressee=agency.name,
        paragraphs=text.paragraphs,
        annex_title=ANNEX_TITLE,
        rows=text.rows,
        as_of=ctx.as_of.astimezone(ctx.settings.zone),
    )
    name = f"cong-van-don-doc-{agency.code}-{first.period.label}.docx"
    return ChaseLetter(name, render_letter_docx(letter), len(rows))


def _check(ctx: Context, row: Row, desk: Desk) -> None:
    assignment, period = row.assignment, row.period
    if assignment.state not in OWING or assignment.duty not in CHASED_DUTIES or period.state != PeriodState.open:
        raise Refused("Cơ quan này không còn phải gửi nội dung của kỳ, không cần công văn đôn đốc.")
    if period.needs_confirmation and period.confirmed_at is None:
        raise Refused("Kỳ này chờ rà soát ban đầu; xác nhận kết quả rà soát trước khi lập công văn.")
    if ctx.as_of < assignment.due_at:
        raise Refused(f"Chưa hết thời hạn ({assignment.due_on:%d/%m/%Y}); chưa lập công văn đôn đốc.")
    if desk.is_own(assignment.agency_id):
        raise Refused("Cơ quan theo dõi không gửi công văn đôn đốc cho chính mình.")


def _others(ctx: Context, first: Row, desk: Desk) -> list[Row]:
    """What else it is late with, asked by the same department and as bindingly; in official order of the plan."""
    query = (
        select(Assignment)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .where(
            Assignment.agency_id == first.assignment.agency_id,
            Assignment.id != first.assignment.id,
            Assignment.duty == first.assignment.duty,
            col(Assignment.state).in_(OWING),
            Assignment.due_at <= ctx.as_of,
            Period.state == PeriodState.open,
            Obligation.plan_id == first.plan.id,
        )
        .where(~(col(Period.needs_confirmation) & col(Period.confirmed_at).is_(None)))
        .order_by(col(Obligation.position), col(Period.id))
    )
    rows = [_row(ctx, assignment) for assignment in ctx.session.exec(query).all()]
    return [r for r in rows if desk_of(ctx, r.plan, r.obligation, r.period.opens_on).asker == desk.asker]


def _row(ctx: Context, assignment: Assignment) -> Row:
    period = ctx.session.get_one(Period, assignment.period_id)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    item = MessageItem(message_id=0, assignment_id=assignment.id or 0, step="letter", contact_key="letter")
    plan, spec = ctx.session.get_one(Plan, obligation.plan_id), spec_in(obligation, period)
    return Row(item, assignment, period, obligation, plan, spec)


def _message(ctx: Context, assignment: Assignment) -> Message:
    """Never stored: only says to whom the text speaks."""
    return Message(
        key="letter",
        kind="letter",
        agency_id=assignment.agency_id,
        audience=Audience.clerk,
        channel="letter",
        address="",
        state=MessageState.draft,
        planned_at=ctx.as_of,
        next_at=ctx.as_of,
        expires_at=ctx.as_of,
        created_at=ctx.as_of,
    )


def _first_told(ctx: Context, assignment_ids: list[int]) -> date | None:
    """Day of the first notice that truly went about any of it; a letter never claims one that did not."""
    query = (
        select(Message.finished_at)
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .where(
            col(MessageItem.assignment_id).in_(assignment_ids),
            col(Message.kind).in_(CHASES),
            Message.state == MessageState.sent,
        )
        .order_by(col(Message.finished_at))
        .limit(1)
    )
    went = ctx.session.exec(query).first()
    return local_date(went, ctx.settings.timezone) if went else None
