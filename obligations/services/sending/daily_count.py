"""How many messages have been handed over today, shared by every sender, so that the daily cap is one cap."""

from sqlalchemy import update
from sqlmodel import col

from models.engine import serialise
from models.tables import SystemValue
from obligations.services.context import Context

_NAME = "handed_over"
_LOCK = 197_051


def handed_over_today(ctx: Context) -> int:
    """Attempts since midnight that may reach a provider; ad-hoc requests and recorded messages are outside it."""
    stored = ctx.session.get(SystemValue, _NAME, populate_existing=True)
    day, _, count = stored.value.partition(":") if stored else ("", "", "0")
    return int(count) if day == ctx.today.isoformat() else 0


def take_today(ctx: Context, wanted: int) -> int:
    """Take up to ``wanted`` places under the cap; returns how many were left to take."""
    serialise(ctx.session, _LOCK)
    taken = handed_over_today(ctx)
    granted = max(min(wanted, ctx.settings.mail_daily_cap - taken), 0)
    if granted:
        _store(ctx, taken + granted)
    return granted


def give_back_today(ctx: Context, count: int) -> None:
    """Places that were taken for messages that did not go after all."""
    if count:
        serialise(ctx.session, _LOCK)
        _store(ctx, max(handed_over_today(ctx) - count, 0))


def _store(ctx: Context, count: int) -> None:
    value = f"{ctx.today.isoformat()}:{count}"
    if ctx.session.get(SystemValue, _NAME) is None:
        ctx.session.add(SystemValue(name=_NAME, value=value))
        ctx.session.flush()
        return
    ctx.session.execute(update(SystemValue).where(col(SystemValue.name) == _NAME).values(value=value))
