"""Đề nghị thêm thời gian: an agency asks; a coordinator extends by the issuer's document, agrees to lateness, or says no (S5)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from models.enums import MoreTimeState
from models.tables import Agency, Assignment, MoreTimeRequest, Obligation, Period
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.wording import period_text
from obligations.services import audit
from obligations.services.accounts.access import Actor
from obligations.services.asks.own_duty import check_open, own_duty
from obligations.services.context import Context
from obligations.services.reviewing.review import agree_lateness, extend
from obligations.services.sending.notices import write_notice

FURTHEST = timedelta(days=180)
"""Beyond this a date is a slip of the pen."""


@dataclass(frozen=True)
class MoreTimeRow:
    """A request as pages show it."""

    public_id: str
    assignment: str
    agency: str
    title: str
    period_text: str
    due_on: date
    wanted_on: date
    reason: str
    document: str
    state: str
    asked_at: datetime
    answer: str
    answered_by: str | None
    answered_at: datetime | None


def ask_more_time(
    ctx: Context, actor: Actor, assignment_public_id: str, wanted_on: date, reason: str, document: str = ""
) -> str:
    """Ask; the same request sent twice is one. Returns its public id. Nothing of the chasing changes before an answer."""
    assignment = own_duty(ctx, actor, assignment_public_id)
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do đề nghị thêm thời gian.")
    if wanted_on <= max(ctx.today, assignment.due_on):
        raise WrongValue("wanted_on", f"Ngày đề nghị phải sau ngày {max(ctx.today, assignment.due_on):%d/%m/%Y}.")
    if wanted_on > max(ctx.today, assignment.due_on) + FURTHEST:
        raise WrongValue("wanted_on", f"Ngày đề nghị xa quá {FURTHEST.days} ngày; đề nghị kiểm tra lại.")
    waiting = _open(ctx, assignment.id or 0)
    if waiting is not None:
        if (waiting.wanted_on, waiting.reason) == (wanted_on, reason.strip()):
            return waiting.public_id
        raise Refused("Đã có một đề nghị đang chờ trả lời; rút đề nghị đó trước khi gửi đề nghị khác.")
    row = MoreTimeRequest(
        assignment_id=assignment.id or 0,
        wanted_on=wanted_on,
        reason=reason.strip(),
        document=document.strip(),
        asked_by=ctx.actor,
        asked_at=ctx.as_of,
    )
    ctx.session.add(row)
    try:
        ctx.session.flush()
    except IntegrityError as error:  # another member of the agency asked at the same moment
        raise Refused("Đã có một đề nghị đang chờ trả lời.") from error
    audit.record(ctx, "more_time.asked", assignment.public_id, wanted_on=wanted_on, reason=row.reason)
    return row.public_id


def withdraw_request(ctx: Context, actor: Actor, request_public_id: str) -> None:
    """The agency takes its request back. NotFound unless it is its own and of a task its link opens."""
    row, assignment = _request(ctx, request_public_id)
    if assignment.agency_id != actor.agency_id or not actor.opens(assignment.id or 0):
        raise NotFound("no such request")
    check_open(actor, assignment)
    _answer(ctx, row, MoreTimeState.withdrawn)
    audit.record(ctx, "more_time.withdrawn", assignment.public_id, wanted_on=row.wanted_on)


def answer_by_extension(ctx: Context, request_public_id: str, due_on: date, number: str, document_on: date) -> None:
    """Gia hạn by the issuer's document; the due moment moves."""
    row, assignment = _request(ctx, request_public_id)
    _answer(ctx, row, MoreTimeState.extended)
    audit.record(ctx, "more_time.extended", assignment.public_id, wanted_on=row.wanted_on, due_on=due_on)
    extend(ctx, assignment.public_id, due_on, number, document_on)


def answer_by_agreement(ctx: Context, request_public_id: str, until_on: date) -> None:
    """Thống nhất thời gian gửi chậm; only the chasing rests."""
    row, assignment = _request(ctx, request_public_id)
    _answer(ctx, row, MoreTimeState.agreed)
    audit.record(ctx, "more_time.agreed", assignment.public_id, wanted_on=row.wanted_on, until_on=until_on)
    agree_lateness(ctx, assignment.public_id, until_on, row.reason)


def refuse_request(ctx: Context, request_public_id: str, answer: str) -> None:
    """No, with the reason; the agency is told once."""
    if not answer.strip():
        raise WrongValue("answer", "Cần ghi lý do không đồng ý.")
    row, assignment = _request(ctx, request_public_id)
    _answer(ctx, row, MoreTimeState.refused, answer.strip())
    audit.record(ctx, "more_time.refused", assignment.public_id, wanted_on=row.wanted_on, reason=row.answer)
    facts = {"remarks": answer.strip(), "until_on": row.wanted_on.isoformat()}
    write_notice(ctx, [assignment], "more_time_refused", row.public_id, facts)


def requests_of(ctx: Context, assignment_id: int) -> list[MoreTimeRow]:
    """Every request for one duty, newest first."""
    return _rows(ctx, MoreTimeRequest.assignment_id == assignment_id)


def waiting_requests(ctx: Context) -> list[MoreTimeRow]:
    """Every request that waits for an answer, oldest first."""
    return _rows(ctx, MoreTimeRequest.state == MoreTimeState.open)[::-1]


def _rows(ctx: Context, condition: object) -> list[MoreTimeRow]:
    query = (
        select(MoreTimeRequest, Assignment, Period, Obligation)
        .join(Assignment, col(MoreTimeRequest.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .where(condition)  # type: ignore[arg-type]
        .order_by(col(MoreTimeRequest.id).desc())
    )
    rows = ctx.session.exec(query).all()
    if not rows:
        return []
    wanted = {assignment.agency_id for _, assignment, _, _ in rows}
    names = dict(ctx.session.exec(select(Agency.id, Agency.name).where(col(Agency.id).in_(wanted))).all())
    return [
        MoreTimeRow(
            public_id=row.public_id,
            assignment=assignment.public_id,
            agency=names[assignment.agency_id],
            title=obligation.title,
            period_text=period_text(period.label),
            due_on=assignment.due_on,
            wanted_on=row.wanted_on,
            reason=row.reason,
            document=row.document,
            state=row.state.value,
            asked_at=row.asked_at,
            answer=row.answer,
            answered_by=row.answered_by,
            answered_at=row.answered_at,
        )
        for row, assignment, period, obligation in rows
    ]


def _open(ctx: Context, assignment_id: int) -> MoreTimeRequest | None:
    query = select(MoreTimeRequest).where(
        MoreTimeRequest.assignment_id == assignment_id, MoreTimeRequest.state == MoreTimeState.open
    )
    return ctx.session.exec(query).first()


def _request(ctx: Context, public_id: str) -> tuple[MoreTimeRequest, Assignment]:
    query = select(MoreTimeRequest).where(MoreTimeRequest.public_id == public_id).with_for_update()
    row = ctx.session.exec(query).first()
    if row is None:
        raise NotFound("no such request")
    return row, ctx.session.get_one(Assignment, row.assignment_id)


def _answer(ctx: Context, row: MoreTimeRequest, state: MoreTimeState, answer: str = "") -> None:
    if row.state != MoreTimeState.open:
        raise Refused("Đề nghị này đã được trả lời hoặc đã rút.")
    row.state, row.answer, row.answered_by, row.answered_at = state, answer, ctx.actor, ctx.as_of
