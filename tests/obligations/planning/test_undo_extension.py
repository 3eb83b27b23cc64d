"""Gia hạn chung seen before it is given, and taken back with what was told of it; on both databases."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlmodel import col, select

from models.enums import AssignmentState, ConsolidationState, MessageState
from models.tables import Assignment, Consolidation, Message, MessageItem, Period, PeriodExtension, PeriodStep
from obligations.errors import Refused
from obligations.services.audit import entries, verify
from obligations.services.context import App, Context
from obligations.services.planning.extend_period import extend_period
from obligations.services.planning.preview_extension import preview_extension
from obligations.services.planning.undo_extension import newest_extension, undo_extension
from obligations.services.reviewing.review import extend
from tests.obligations.test_cascade import BOTH, CHAIN, both, open_both, rows_of, told_of_opening
from tests.plan197 import Adopt, hanoi

GIVEN, UNDONE = hanoi(2026, 10, 20, 9), hanoi(2026, 10, 21, 9)
TO, PAPER = date(2026, 11, 5), ("88/UBND-TH", date(2026, 10, 19))
NEVER_BACK = {"revision", "state_changed_at", "snoozed_until", "next_at"}


def source(ctx: Context) -> Period:
    return both(ctx)[0]


def dates(ctx: Context) -> list[dict[str, Any]]:
    """Of both periods of the chain, of what is owed in them and of their steps."""
    periods = both(ctx)
    owed = select(Assignment).where(col(Assignment.period_id).in_([p.id for p in periods])).order_by(col(Assignment.id))
    steps = (
        select(PeriodStep).where(col(PeriodStep.period_id).in_([p.id for p in periods])).order_by(col(PeriodStep.id))
    )
    rows = [*periods, *ctx.session.exec(owed).all(), *ctx.session.exec(steps).all()]
    return [row.model_dump(exclude=NEVER_BACK) for row in rows]


def given(app: App, at: datetime = GIVEN, to: date = TO) -> None:
    with app.write(at, "chuyên viên") as ctx:
        extend_period(ctx, source(ctx).public_id, to, *PAPER)


def test_a_preview_says_what_the_act_does_and_keeps_nothing(app: App) -> None:
    open_both(app)
    with app.read(BOTH) as ctx:
        before, period = dates(ctx), source(ctx).public_id
    seen = preview_extension(app, period, TO, *PAPER, BOTH, "chuyên viên")
    with app.read(BOTH) as ctx:
        assert dates(ctx) == before
        assert ctx.session.exec(select(PeriodExtension)).all() == []
        assert seen.move.assignments == len(rows_of(ctx, source(ctx))) + len(_others(ctx))
    assert (seen.move.due_on_before, seen.move.due_on) == (date(2026, 10, 31), TO)
    assert [(seen.titles[m.obligation], m.due_on) for m in seen.move.derived] == [
        (seen.titles[CHAIN], date(2026, 11, 19))
    ]
    assert seen.issued is None
    with pytest.raises(Refused, match="phải sau ngày"):
        preview_extension(app, period, date(2026, 10, 30), *PAPER, BOTH, "chuyên viên")


def _others(ctx: Context) -> list[Assignment]:
    rows = ctx.session.exec(select(Assignment).where(Assignment.period_id == source(ctx).id)).all()
    return [row for row in rows if row.duty != "required" and row.state not in ("exempt", "ended")]


def test_dates_come_back_and_those_who_were_told_are_put_right_once(app: App, adopt: Adopt) -> None:
    told_of_opening(app, adopt)
    with app.write(GIVEN, "x") as ctx:
        period = ctx.session.exec(select(Period).where(Period.due_on == date(2026, 10, 31))).one()
        name, before = period.public_id, _own(ctx, period)
    seen = preview_extension(app, name, TO, *PAPER, GIVEN, "chuyên viên")
    with app.write(GIVEN, "chuyên viên") as ctx:
        extend_period(ctx, name, TO, *PAPER)
        notices = ctx.session.exec(select(Message).where(Message.kind == "extended").order_by(col(Message.id))).all()
        assert len(notices) == seen.notices == seen.told > 2
        notices[0].state, notices[0].finished_at = MessageState.sent, GIVEN
    with app.write(UNDONE, "chuyên viên") as ctx:
        with pytest.raises(Refused, match="lý do"):
            undo_extension(ctx, name, " ")
        done = undo_extension(ctx, name, "nhầm kỳ")
        assert (done.corrected, done.stopped) == (1, len(notices) - 1)
        period = ctx.session.exec(select(Period).where(Period.public_id == name)).one()
        assert _own(ctx, period) == before
        assert newest_extension(ctx, period) is None
        (row,) = ctx.session.exec(select(PeriodExtension)).all()
        assert (row.undone_at, row.undone_by, row.undone_reason) == (UNDONE, "chuyên viên", "nhầm kỳ")
        (said,) = ctx.session.exec(
            select(MessageItem)
            .join(Message, col(Message.id) == MessageItem.message_id)
            .where(Message.kind == "retracted")
        ).all()
        assert "thời hạn vẫn là ngày 31/10/2026. Lý do: nhầm kỳ" in said.extra["remarks"]
        states = {m.state for m in ctx.session.exec(select(Message).where(Message.kind == "extended")).all()}
        assert states == {MessageState.sent, MessageState.cancelled}
        (kept,) = [e for e in entries(ctx.session) if e.action == "period.extension_undone"]
        assert (kept.detail["document"], kept.detail["due_on_before"], kept.detail["due_on"]) == (
            "88/UBND-TH ngày 19/10/2026",
            "2026-11-05",
            "2026-10-31",
        )
        assert verify(ctx.session) == []
        with pytest.raises(Refused, match="không có gia hạn chung"):
            undo_extension(ctx, name, "nhầm kỳ")


def _own(ctx: Context, period: Period) -> list[dict[str, Any]]:
    owed = select(Assignment).where(Assignment.period_id == period.id).order_by(col(Assignment.id))
    steps = select(PeriodStep).where(PeriodStep.period_id == period.id).order_by(col(PeriodStep.id))
    rows = [period, *ctx.session.exec(owed).all(), *ctx.session.exec(steps).all()]
    return [row.model_dump(exclude=NEVER_BACK) for row in rows]


def test_after_the_old_day_what_came_in_time_stays_in_time_and_the_others_are_late_again(app: App) -> None:
    open_both(app)
    given(app, BOTH)
    with app.write(hanoi(2026, 11, 4, 9), "chuyên viên") as ctx:
        sent, silent, *_ = rows_of(ctx, source(ctx))
        sent.state, sent.first_received_on = AssignmentState.submitted, date(2026, 11, 3)
        undo_extension(ctx, source(ctx).public_id, "nhầm kỳ")
        assert (sent.due_on, silent.due_on, silent.snoozed_until) == (TO, date(2026, 10, 31), date(2026, 11, 4))
        assert [p.due_on for p in both(ctx)] == [date(2026, 10, 31), date(2026, 11, 13)]
        assert source(ctx).basis_number == "197/KH-UBND"


def test_what_was_built_on_it_keeps_it(app: App) -> None:
    open_both(app)
    given(app, BOTH)
    at = hanoi(2026, 11, 3, 9)
    with app.write(at, "chuyên viên") as ctx:
        period = source(ctx)
        row = Consolidation(
            period_id=period.id or 0, version=1, inputs_sha256="x", made_at=at, made_by="x",
            state=ConsolidationState.issued, issued_at=at, issued_number="1/BC ngày 03/11/2026",
        )  # fmt: skip
        ctx.session.add(row)
        ctx.session.flush()
        with pytest.raises(Refused, match="đã phát hành"):
            undo_extension(ctx, period.public_id, "nhầm kỳ")
        seen = newest_extension(ctx, period)
        assert seen is not None
        assert (seen.due_on, "đã phát hành" in seen.why_not) == (TO, True)
        ctx.session.delete(row)
        extend(ctx, rows_of(ctx, period)[0].public_id, date(2026, 11, 30), "2/UBND", date(2026, 11, 2))
        with pytest.raises(Refused, match="gia hạn riêng"):
            undo_extension(ctx, period.public_id, "nhầm kỳ")
    assert preview_extension(app, _name(app), date(2026, 11, 10), *PAPER, at, "x").issued is None


def _name(app: App) -> str:
    with app.read(BOTH) as ctx:
        return source(ctx).public_id
