"""The chain of plan 197 through the services: what moves with what, and what endangers what."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from calendars.overrides import Override
from models.enums import AssignmentState, Basis, Duty, MessageState
from models.tables import Agency, Assignment, Message, MessageItem, Period, PeriodStep
from obligations.errors import Refused
from obligations.rules.due import due_dates
from obligations.services.agencies.registry import apply_registry
from obligations.services.cascade import CascadeRisk, cascade_risks
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.deadlines import list_deadlines
from obligations.services.lookup import find_obligation, find_period, find_plan
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.extend_period import extend_period
from obligations.services.planning.move_period import follow_sources, move_period, preview_move
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reviewing.review import agree_lateness, cite_plan, extend
from obligations.services.simulating.simulate import simulate_messages
from obligations.services.spec import plan_file_of
from obligations.services.status import period_status
from obligations.services.views.explain import explain_deadline
from plans.reading import read_plan, read_registry
from plans.schema import PlanFile
from tests.plan197 import FILES, PLAN, REPORT, Adopt, hanoi
from tests.prepared import of_this_process

EARLY = hanoi(2026, 9, 1, 9)
OPEN = hanoi(2026, 10, 1, 8)
BOTH = hanoi(2026, 11, 2, 8)
CHAIN = "tong-hop-bao-cao"
DAY_OFF = Override(date(2026, 11, 5), "off", "Ngày nghỉ đột xuất", "1/CĐ-TTg", date(2026, 11, 1), confirmed=True)


def with_reader(month: int, day: int, working_days: int = 2) -> PlanFile:
    """Plan 197 with a date of the consolidated report's reader."""
    file = read_plan(FILES / "197-kh-ubnd.yaml").model_dump(mode="json", by_alias=True)
    spec = next(o for o in file["obligations"] if o["code"] == CHAIN)
    before = {"month": month, "day": day, "working_days": working_days, "basis": "letter"}
    spec["deadline"]["before"] = {**before, "basis_number": "900/UBND-TH", "basis_on": "2026-08-03"}
    return PlanFile.model_validate(file)


def open_both(app: App, file: PlanFile | None = None) -> None:
    """Registry and plan applied in September, both links of the chain open on 2 November."""
    named = file.model_dump_json(by_alias=True) if file else PLAN
    of_this_process().from_the_second_on(app, f"both open: {named}", lambda: _open_both(app, file))


def _open_both(app: App, file: PlanFile | None) -> None:
    with app.write(EARLY, "test") as ctx:
        apply_registry(ctx, read_registry(FILES / "hung-yen.yaml"))
        apply_plan(ctx, file or read_plan(FILES / "197-kh-ubnd.yaml"), date(2026, 1, 1))
    for moment in (OPEN, BOTH):
        with app.write(moment, "test") as ctx:
            open_due_periods(ctx)


def both(ctx: Context) -> tuple[Period, Period]:
    return find_period(ctx, PLAN, REPORT, "2026"), find_period(ctx, PLAN, CHAIN, "2026")


def rows_of(ctx: Context, period: Period, duty: Duty = Duty.required) -> Sequence[Assignment]:
    query = select(Assignment).where(Assignment.period_id == period.id, Assignment.duty == duty)
    return ctx.session.exec(query.order_by(col(Assignment.id))).all()


def risk(ctx: Context) -> CascadeRisk:
    (found,) = cascade_risks(ctx)
    return found


def finish(ctx: Context, period: Period, leave: int = 0) -> None:
    for row in rows_of(ctx, period)[leave:]:
        row.state, row.first_received_on = AssignmentState.submitted, period.due_on
    ctx.session.flush()


def test_the_consolidation_opens_with_a_derived_internal_date(app: App) -> None:
    open_both(app)
    with app.read(BOTH) as ctx:
        source, period = both(ctx)
        assert (period.due_on, period.practical_due_on) == (date(2026, 11, 13), date(2026, 11, 13))
        assert (period.basis, period.basis_number, period.basis_on) == (Basis.internal, None, None)
        assert period.basis_note.startswith("Ấn định nội bộ, không phải hạn trong văn bản: ")
        assert "10 ngày làm việc sau ngày đó là 13/11/2026" in period.reasons
        assert (source.basis, source.basis_number, source.basis_on) == (Basis.plan, "197/KH-UBND", date(2023, 12, 28))
        assert (source.data_basis, source.data_basis_note[:15]) == (Basis.internal, "Ấn định nội bộ:")


def test_deadlines_and_explain_show_the_chain_and_its_basis(app: App) -> None:
    plan = read_plan(FILES / "197-kh-ubnd.yaml")
    rows = {r.obligation: r for r in list_deadlines(plan, app.calendar, date(2026, 1, 1), date(2026, 12, 31))}
    assert rows[CHAIN].internal
    assert (rows[REPORT].basis, rows[REPORT].basis_number, rows[REPORT].basis_on, rows[REPORT].internal) == (
        "plan",
        "197/KH-UBND",
        date(2023, 12, 28),
        False,
    )
    told = explain_deadline(plan, CHAIN, "2026", app.calendar)
    assert told.internal
    assert "10 ngày làm việc sau ngày đó là 13/11/2026" in told.lines
    assert told.basis_note in told.lines


def test_an_extension_of_all_moves_what_derives_from_it_and_tells_each_once(app: App) -> None:
    open_both(app)
    with app.write(hanoi(2026, 10, 28, 9), "chuyên viên") as ctx:
        source, period = both(ctx)
        revisions = {row.id: row.revision for row in rows_of(ctx, period)}
        move = extend_period(ctx, source.public_id, date(2026, 11, 5), "88/UBND-TH", date(2026, 10, 27))
        assert move is not None
        assert [(m.obligation, m.due_on_before, m.due_on) for m in move.derived] == [
            (CHAIN, date(2026, 11, 13), date(2026, 11, 19))
        ]
        assert (source.due_on, source.basis, source.basis_number) == (date(2026, 11, 5), Basis.letter, "88/UBND-TH")
        assert "Gia hạn chung đến hết ngày 05/11/2026 theo văn bản số 88/UBND-TH ngày 27/10/2026" in source.reasons
        assert (period.due_on, period.basis) == (date(2026, 11, 19), Basis.internal)
        assert "10 ngày làm việc sau ngày đó là 19/11/2026" in period.reasons
        assert {row.due_on for row in rows_of(ctx, period)} == {date(2026, 11, 19)}
        assert {row.id: row.revision - 1 for row in rows_of(ctx, period)} == revisions
        step = ctx.session.exec(select(PeriodStep).where(PeriodStep.period_id == period.id, PeriodStep.code == "T0"))
        assert step.one().planned_at == hanoi(2026, 11, 19, 8)


def told_of_opening(app: App, adopt: Adopt) -> None:
    adopt(EARLY)
    with app.write(EARLY, "test") as ctx:
        cite_plan(ctx, find_obligation(ctx, PLAN, REPORT).id or 0)
    with app.write(OPEN, "test") as ctx:
        open_due_periods(ctx)
        for message in ctx.session.exec(select(Message)).all():
            message.state, message.finished_at = MessageState.sent, OPEN


def test_only_those_who_were_told_the_old_date_hear_of_the_extension(app: App, adopt: Adopt) -> None:
    told_of_opening(app, adopt)
    with app.write(hanoi(2026, 10, 20, 9), "chuyên viên") as ctx:
        source = find_period(ctx, PLAN, REPORT, "2026")
        first = rows_of(ctx, source)[0]
        for item in ctx.session.exec(select(MessageItem).where(MessageItem.assignment_id == first.id)).all():
            ctx.session.delete(item)
        ctx.session.flush()
        move = extend_period(ctx, source.public_id, date(2026, 11, 5), "88/UBND-TH", date(2026, 10, 19))
        assert move is not None
        notices = ctx.session.exec(select(Message).where(Message.kind == "extended")).all()
        assert len(notices) == move.told == len({m.agency_id for m in notices})
        assert first.agency_id not in {m.agency_id for m in notices}


def test_an_own_extension_that_is_shorter_is_overtaken_and_a_longer_one_stays(app: App) -> None:
    open_both(app)
    with app.write(BOTH, "chuyên viên") as ctx:
        source, _ = both(ctx)
        short, long = rows_of(ctx, source)[:2]
        extend(ctx, short.public_id, date(2026, 11, 3), "1/UBND", date(2026, 10, 30))
        extend(ctx, long.public_id, date(2026, 11, 30), "2/UBND", date(2026, 10, 30))
        extend_period(ctx, source.public_id, date(2026, 11, 6), "88/UBND-TH", date(2026, 11, 1))
        assert (short.due_on, long.due_on) == (date(2026, 11, 6), date(2026, 11, 30))


@pytest.mark.parametrize(
    ("due_on", "number", "words"),
    [
        (date(2026, 10, 31), "88", "phải sau ngày 31/10/2026"),
        (date(2026, 11, 5), "  ", "cần số, ngày văn bản"),
        (date(2026, 11, 23), "88", "Không còn thời gian tổng hợp"),
    ],
)
def test_an_extension_without_paper_or_room_changes_nothing(app: App, due_on: date, number: str, words: str) -> None:
    open_both(app, with_reader(11, 25))
    with pytest.raises(Refused, match=words), app.write(BOTH, "chuyên viên") as ctx:
        extend_period(ctx, both(ctx)[0].public_id, due_on, number, date(2026, 10, 27))
    with app.read(BOTH) as ctx:
        source, period = both(ctx)
        assert (source.due_on, period.due_on) == (date(2026, 10, 31), date(2026, 11, 13))


def test_the_readers_date_holds_the_consolidation_back(app: App) -> None:
    open_both(app, with_reader(11, 25))
    with app.write(BOTH, "chuyên viên") as ctx:
        source, period = both(ctx)
        extend_period(ctx, source.public_id, date(2026, 11, 18), "88/UBND-TH", date(2026, 10, 27))
        assert period.due_on == date(2026, 11, 23)
        assert "Lấy ngày sớm hơn: 23/11/2026" in period.reasons


def test_a_new_holiday_moves_the_consolidation_and_reminds_no_one(app: App) -> None:
    open_both(app)
    calendar = replace(app.calendar, version="with 05/11 off", overrides=(*app.calendar.overrides, DAY_OFF), _years={})
    changed = replace(app, source=calendar)
    with changed.write(BOTH, "test") as ctx:
        before = len(ctx.session.exec(select(Message.id)).all())
        assert [(m.obligation, m.due_on) for m in follow_sources(ctx)] == [(CHAIN, date(2026, 11, 16))]
        assert follow_sources(ctx) == []
        _, period = both(ctx)
        assert period.calendar_version == "with 05/11 off"
        assert {row.revision for row in rows_of(ctx, period)} == {1}
        assert len(ctx.session.exec(select(Message.id)).all()) == before


def test_a_calendar_that_leaves_no_room_is_said_and_moves_nothing(app: App) -> None:
    open_both(app, with_reader(11, 4, 1))
    off = tuple(replace(DAY_OFF, day=date(2026, 11, day)) for day in (2, 3))
    calendar = replace(app.calendar, version="no room", overrides=(*app.calendar.overrides, *off), _years={})
    with replace(app, source=calendar).write(BOTH, "test") as ctx:
        assert follow_sources(ctx) == []
        assert both(ctx)[1].due_on == date(2026, 11, 3)


def test_a_preview_names_the_whole_chain_and_changes_nothing(app: App) -> None:
    open_both(app)
    with app.read(BOTH) as ctx:
        source, period = both(ctx)
        dates = due_dates(date(2026, 11, 10), None, ctx.calendar, ctx.settings.zone, grace=False)
        move = preview_move(ctx, find_obligation(ctx, PLAN, REPORT), source, dates)
        assert move is not None
        assert [m.due_on for m in move.derived] == [date(2026, 11, 24)]
        assert move.problem is None
        assert period.due_on == date(2026, 11, 13)


@pytest.mark.parametrize("days", [1, 4, 9])
def test_moving_the_source_moves_the_derived_the_same_way(app: App, days: int) -> None:
    open_both(app)
    with app.write(BOTH, "test") as ctx:
        source, period = both(ctx)
        obligation, first = find_obligation(ctx, PLAN, REPORT), period.due_on
        later = due_dates(source.due_on + timedelta(days=days), None, ctx.calendar, ctx.settings.zone, grace=False)
        back = due_dates(source.due_on, None, ctx.calendar, ctx.settings.zone, grace=False)
        move_period(ctx, obligation, source, later, ["dời"], anew=True)
        moved = period.due_on
        assert moved == ctx.calendar.shift(source.practical_due_on, 10) >= first
        move_period(ctx, obligation, source, back, ["dời lại"], anew=True)
        assert period.due_on == first


def test_a_consolidation_that_opens_later_derives_from_the_source_as_it_stands(app: App) -> None:
    with app.write(EARLY, "test") as ctx:
        apply_registry(ctx, read_registry(FILES / "hung-yen.yaml"))
        apply_plan(ctx, read_plan(FILES / "197-kh-ubnd.yaml"), date(2026, 1, 1))
    with app.write(OPEN, "test") as ctx:
        open_due_periods(ctx)
        source = find_period(ctx, PLAN, REPORT, "2026")
        extend_period(ctx, source.public_id, date(2026, 11, 5), "88/UBND-TH", date(2026, 10, 1))
    with app.write(BOTH, "test") as ctx:
        open_due_periods(ctx)
        assert both(ctx)[1].due_on == date(2026, 11, 19)


def test_what_is_missing_grows_into_a_risk(app: App) -> None:
    open_both(app)
    levels: list[tuple[str, int, int]] = []
    for moment in (BOTH, hanoi(2026, 11, 9, 8), hanoi(2026, 11, 10, 8)):
        with app.write(moment, "test") as ctx:
            finish(ctx, both(ctx)[0], leave=3)
            levels.append((risk(ctx).level, risk(ctx).owing, risk(ctx).overdue))
    assert levels == [("watch", 3, 3), ("watch", 3, 3), ("risk", 3, 3)]
    with app.write(hanoi(2026, 11, 10, 8), "test") as ctx:
        shown = {row.obligation: (row.risk, row.internal) for row in period_status(ctx)}
        assert shown == {REPORT: (None, False), CHAIN: ("risk", True)}
        finish(ctx, both(ctx)[0])
        assert (risk(ctx).level, risk(ctx).requested > 0) == ("none", True)


def test_lateness_agreed_or_extended_beyond_the_consolidation_is_a_risk_at_once(app: App) -> None:
    open_both(app)
    with app.write(hanoi(2026, 11, 3, 8), "chuyên viên") as ctx:
        source, _ = both(ctx)
        one, two, *_ = rows_of(ctx, source)
        finish(ctx, source, leave=2)
        agree_lateness(ctx, one.public_id, date(2026, 11, 12), "chờ số liệu")
        extend(ctx, two.public_id, date(2026, 11, 12), "5/UBND", date(2026, 11, 2))
        assert (risk(ctx).level, risk(ctx).agreed_late, risk(ctx).extended_beyond) == ("watch", 0, 0)
        agree_lateness(ctx, one.public_id, date(2026, 11, 13), "chờ số liệu")
        assert (risk(ctx).level, risk(ctx).agreed_late) == ("risk", 1)
        extend(ctx, two.public_id, date(2026, 11, 16), "6/UBND", date(2026, 11, 2))
        assert (risk(ctx).agreed_late, risk(ctx).extended_beyond) == (1, 1)
        finish(ctx, source)
        assert risk(ctx).level == "none"


def test_before_the_review_nobody_is_counted_as_late(app: App, adopt: Adopt) -> None:
    adopt(hanoi(2026, 11, 19, 9))
    with app.read(hanoi(2026, 11, 19, 9)) as ctx:
        assert (risk(ctx).level, risk(ctx).reason) == (
            "watch",
            "Chờ rà soát ban đầu: chưa biết cơ quan, đơn vị nào đã gửi",
        )


def test_a_sent_consolidation_is_endangered_by_nothing(app: App) -> None:
    open_both(app)
    with app.write(hanoi(2026, 11, 12, 8), "test") as ctx:
        assert risk(ctx).level == "risk"
        finish(ctx, both(ctx)[1])
        assert (risk(ctx).level, risk(ctx).reason) == ("none", "Đã có báo cáo tổng hợp")


def test_a_simulation_from_before_an_extension_of_all_repeats_the_course(app: App, adopt: Adopt) -> None:
    told_of_opening(app, adopt)
    with app.write(hanoi(2026, 10, 20, 9), "chuyên viên") as ctx:
        source = find_period(ctx, PLAN, REPORT, "2026")
        extend_period(ctx, source.public_id, date(2026, 11, 5), "88/UBND-TH", date(2026, 10, 19))
    found = simulate_messages(app, date(2026, 10, 2), date(2026, 11, 6), [])
    about = [(m.at.date(), m.kind) for m in found if m.items[0].obligation == REPORT and m.agency == "so-cong-thuong"]
    assert about == [
        (date(2026, 10, 20), "extended"),
        (date(2026, 10, 27), "before"),
        (date(2026, 11, 4), "tomorrow"),
        (date(2026, 11, 5), "today"),
        (date(2026, 11, 6), "overdue"),
    ]


def test_the_applied_plan_and_the_file_tell_the_same_chain(app: App, adopt: Adopt) -> None:
    adopt(EARLY)
    with app.read(EARLY) as ctx:
        plan = plan_file_of(ctx, find_plan(ctx, PLAN))
        stored = list_deadlines(plan, ctx.calendar, date(2026, 1, 1), date(2027, 12, 31))
    assert stored == list_deadlines(
        read_plan(FILES / "197-kh-ubnd.yaml"), app.calendar, date(2026, 1, 1), date(2027, 12, 31)
    )


def test_who_owes_a_consolidation_is_reminded_like_anybody(app: App, adopt: Adopt) -> None:
    adopt(EARLY)
    for moment in (OPEN, BOTH, hanoi(2026, 11, 12, 8)):
        with app.write(moment, "test") as ctx:
            open_due_periods(ctx)
            plan_reminders(ctx)
    with app.read(BOTH) as ctx:
        _, period = both(ctx)
        query = (
            select(Agency.code)
            .join(Message, col(Message.agency_id) == Agency.id)
            .join(MessageItem, col(MessageItem.message_id) == Message.id)
            .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
            .where(Assignment.period_id == period.id)
        )
        assert set(ctx.session.exec(query).all()) == {"so-tai-chinh"}
