"""Seeing a *gia hạn chung* before it is given: by the very act, in a transaction that is taken back."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import col, func, select

from models.enums import ConsolidationState
from models.tables import Consolidation, Message, MessageItem, Obligation, Period, PeriodExtension
from obligations.errors import Refused
from obligations.services.context import App, Context
from obligations.services.lookup import period_by_public_id
from obligations.services.planning.extend_period import extend_period, told_step
from obligations.services.planning.move_period import Move


@dataclass(frozen=True)
class ExtensionPreview:
    """What it would do. ``titles``: of the duties by code."""

    move: Move
    told: int
    """Agencies that had a message with the old day."""
    notices: int
    """Those of them that would get one notice; the others have no address."""
    issued: str | None
    """Number and day of the period's report, when it has gone out already."""
    titles: dict[str, str] = field(default_factory=dict)


def preview_extension(
    app: App, period_public_id: str, due_on: date, number: str, on: date, as_of: datetime, actor: str
) -> ExtensionPreview:
    """Refused as the act itself would be; nothing is kept."""
    with app.write(as_of, actor) as ctx:
        period = period_by_public_id(ctx, period_public_id)
        move = extend_period(ctx, period_public_id, due_on, number, on)
        if move is None:
            raise Refused("Không có ngày nào thay đổi.")
        newest = select(func.max(PeriodExtension.id)).where(PeriodExtension.period_id == period.id)
        given = ctx.session.exec(newest).one() or 0
        notices = (
            select(func.count())
            .select_from(MessageItem)
            .join(Message, col(MessageItem.message_id) == Message.id)
            .where(MessageItem.step == told_step(given), Message.created_at == as_of)
        )
        seen = ExtensionPreview(
            move=move,
            told=move.told,
            notices=ctx.session.exec(notices).one(),
            issued=issued_of(ctx, period),
            titles=_titles(ctx, period),
        )
        ctx.session.rollback()
    return seen


def issued_of(ctx: Context, period: Period) -> str | None:
    """Number and day under which the period's report went out last."""
    query = (
        select(Consolidation.issued_number)
        .where(Consolidation.period_id == period.id, Consolidation.state == ConsolidationState.issued)
        .order_by(col(Consolidation.version).desc())
    )
    return ctx.session.exec(query.limit(1)).first()


def _titles(ctx: Context, period: Period) -> dict[str, str]:
    plan = ctx.session.get_one(Obligation, period.obligation_id).plan_id
    query = select(col(Obligation.code), col(Obligation.title)).where(Obligation.plan_id == plan)
    return dict(ctx.session.exec(query).all())
