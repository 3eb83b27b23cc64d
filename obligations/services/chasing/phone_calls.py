"""Telephone calls as proof of notice: recorded by whoever made them, undone with a reason, never removed."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from models.enums import CallResult
from models.tables import Agency, Assignment, Period, PhoneCall
from obligations.errors import NotFound, Refused, WrongValue
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.lookup import assignment_by_public_id

SAME_CALL = timedelta(minutes=2)
"""A form sent twice is one call."""
LONGEST_ANSWER, LONGEST_PERSON = 1000, 200
_NUMBER = re.compile(r"[+0-9][0-9 .()/-]{2,38}")


@dataclass(frozen=True)
class CallDraft:
    """One call as typed. ``called_at`` aware; None: just now."""

    result: CallResult
    called_at: datetime | None = None
    number: str = ""
    person: str = ""
    answer: str = ""


@dataclass(frozen=True)
class CallRow:
    """One recorded call."""

    id: str
    called_at: datetime
    agency: str
    number: str
    person: str
    result: str
    answer: str
    recorded_by: str
    undone: str


def record_call(ctx: Context, assignment_public_id: str, draft: CallDraft) -> str:
    """Keep one call; its public id. The same call sent twice is one. Refused for the future or a number that is none."""
    assignment = assignment_by_public_id(ctx, assignment_public_id)
    called_at = draft.called_at or ctx.as_of
    period = ctx.session.get_one(Period, assignment.period_id)
    if called_at > ctx.as_of:
        raise WrongValue("called_at", "Thời điểm gọi không thể sau thời điểm hiện tại.")
    if called_at.astimezone(ctx.settings.zone).date() < period.opens_on:  # the plan itself may have been applied later
        raise WrongValue("called_at", "Thời điểm gọi không thể trước khi mở kỳ.")
    number = " ".join(draft.number.split())
    if number and not _NUMBER.fullmatch(number):
        raise WrongValue("number", f"Số điện thoại “{number}” không đúng dạng.")
    person, answer = draft.person.strip()[:LONGEST_PERSON], draft.answer.strip()[:LONGEST_ANSWER]
    known = _same(ctx, assignment, draft.result, called_at, number)
    if known is not None:
        return known.public_id
    call = PhoneCall(
        assignment_id=assignment.id or 0,
        agency_id=assignment.agency_id,
        called_at=called_at,
        number=number,
        person=person,
        result=draft.result,
        answer=answer,
        recorded_by=ctx.actor,
        recorded_at=ctx.as_of,
    )
    ctx.session.add(call)
    ctx.session.flush()
    audit.record(ctx, "call.recorded", assignment.public_id, call=call.public_id, result=call.result.value)
    return call.public_id


def undo_call(ctx: Context, call_public_id: str, reason: str) -> str:
    """Take a record back; both it and the reason stay. Returns the assignment's public id."""
    call = ctx.session.exec(select(PhoneCall).where(PhoneCall.public_id == call_public_id).with_for_update()).first()
    if call is None:
        raise NotFound("no such call")
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do bỏ ghi nhận cuộc gọi.")
    if call.undone_at is not None:
        raise Refused("Cuộc gọi này đã được bỏ ghi nhận.")
    call.undone_at, call.undone_by, call.undone_reason = ctx.as_of, ctx.actor, reason.strip()
    assignment = ctx.session.get_one(Assignment, call.assignment_id)
    audit.record(ctx, "call.undone", assignment.public_id, call=call.public_id, reason=reason.strip())
    return assignment.public_id


def calls_of(ctx: Context, period: Period) -> list[CallRow]:
    """Every call recorded for a period, in time order."""
    rows = ctx.session.exec(
        select(PhoneCall, Agency)
        .join(Agency, col(PhoneCall.agency_id) == Agency.id)
        .join(Assignment, col(PhoneCall.assignment_id) == Assignment.id)
        .where(Assignment.period_id == period.id)
        .order_by(col(PhoneCall.called_at), col(PhoneCall.id))
    ).all()
    return [_row(ctx, call, agency) for call, agency in rows]


def _same(
    ctx: Context, assignment: Assignment, result: CallResult, called_at: datetime, number: str
) -> PhoneCall | None:
    query = select(PhoneCall).where(
        PhoneCall.assignment_id == assignment.id,
        PhoneCall.result == result,
        PhoneCall.number == number,
        PhoneCall.called_at > called_at - SAME_CALL,
        PhoneCall.called_at < called_at + SAME_CALL,
        col(PhoneCall.undone_at).is_(None),
        PhoneCall.recorded_by == ctx.actor,
    )
    return ctx.session.exec(query.limit(1)).first()


def _row(ctx: Context, call: PhoneCall, agency: Agency) -> CallRow:
    return CallRow(
        id=call.public_id,
        called_at=call.called_at.astimezone(ctx.settings.zone),
        agency=agency.code,
        number=call.number,
        person=call.person,
        result=call.result.value,
        answer=call.answer,
        recorded_by=call.recorded_by,
        undone=call.undone_reason,
    )
