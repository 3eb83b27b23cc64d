"""Đang trình ký, dự kiến ngày …: the agency rests its own chasing for some days; the duty stays owed (chờ ký)."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, func, select

from models.tables import Assignment, SigningPromise
from obligations.errors import Refused, WrongValue
from obligations.rules.lateness import CHASED
from obligations.rules.signing import Promise, latest_day, refusal
from obligations.services import audit
from obligations.services.accounts.access import Actor
from obligations.services.asks.own_duty import is_hourly, own_duty
from obligations.services.context import Context
from obligations.services.sending.outbox import withdraw_unsent

WHY = "Đang trình ký, dự kiến ngày {:%d/%m/%Y}"


def promise_signing(ctx: Context, actor: Actor, assignment_public_id: str, expected_on: date) -> None:
    """Chase nothing up to and including the day; after it one current notice goes. Saying the same day twice is once."""
    assignment = own_duty(ctx, actor, assignment_public_id)
    if is_hourly(ctx, assignment):
        raise Refused("Đề nghị có giờ hạn không tính theo ngày trình ký.")
    made = promises_of(ctx, assignment.id or 0)
    if made and made[-1] == Promise(ctx.today, expected_on):
        return
    problem = refusal(made, ctx.today, expected_on, ctx.calendar)
    if problem and latest_day(made, ctx.today, ctx.calendar) is None:
        raise Refused(problem)
    if problem:
        raise WrongValue("expected_on", problem)
    row = SigningPromise(
        assignment_id=assignment.id or 0,
        number=len(made) + 1,
        made_on=ctx.today,
        expected_on=expected_on,
        made_by=ctx.actor,
        made_at=ctx.as_of,
    )
    ctx.session.add(row)
    assignment.snoozed_until = max(expected_on, assignment.snoozed_until or expected_on)
    assignment.state_changed_at = ctx.as_of
    withdraw_unsent(ctx, [assignment.id or 0], WHY.format(expected_on))
    audit.record(ctx, "assignment.signing_promised", assignment.public_id, expected_on=expected_on, time=row.number)


def promises_of(ctx: Context, assignment_id: int) -> list[Promise]:
    """What was said for a duty, in order."""
    rows = ctx.session.exec(
        select(SigningPromise).where(SigningPromise.assignment_id == assignment_id).order_by(col(SigningPromise.number))
    ).all()
    return [Promise(row.made_on, row.expected_on) for row in rows]


def signing_until(ctx: Context, assignment_ids: Sequence[int]) -> dict[int, date]:
    """By assignment that is still owed: the day on which its report is expected to be signed, while that lies ahead."""
    if not assignment_ids:
        return {}
    query = (
        select(col(SigningPromise.assignment_id), func.max(SigningPromise.expected_on))
        .join(Assignment, col(SigningPromise.assignment_id) == Assignment.id)
        .where(
            col(SigningPromise.assignment_id).in_(list(assignment_ids)),
            SigningPromise.expected_on >= ctx.today,
            col(Assignment.state).in_(CHASED),
            col(Assignment.snoozed_until) >= SigningPromise.expected_on,
        )
        .group_by(col(SigningPromise.assignment_id))
    )
    return dict(ctx.session.exec(query).all())
