"""What a coordinator oversees: the day's work, the map of agencies and periods, rates, lists; the same queries for any size."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import col, select

from models.enums import AddressState, AssignmentState, CallResult, Duty, MessageState, PeriodState, PlanKind
from models.tables import AgreedLateness, Assignment, Message, Period
from obligations.services.chasing.phone_calls import CallDraft, record_call
from obligations.services.context import App, Context
from obligations.services.overview.heat import KEYS, heat_map
from obligations.services.overview.not_sent import not_sent, not_sent_document
from obligations.services.overview.over_time import timeline, trends, years
from obligations.services.overview.period_agencies import agency_rows, narrowed, part_counts
from obligations.services.overview.period_list import period_list
from obligations.services.overview.plans import plan_views
from obligations.services.overview.today import Today, today
from obligations.services.overview.views_dashboard import dashboard
from obligations.services.overview.views_period import period_page
from obligations.services.rates import period_rates, rates_of
from portal.texts_vi import GROUP, HEAT
from reports.not_sent_docx import columns_of
from tests import builders as build
from tests.obligations.ledger_world import told
from tests.plan197 import hanoi
from tests.statements import statements

NOW = hanoi(2026, 11, 10, 9)
OPEN, SUBMITTED = AssignmentState.open, AssignmentState.submitted


def make(ctx: Context, plans: int = 1, agencies: int = 4, **values: object) -> list[Period]:
    """Plans with one period each, which the same agencies owe and have not sent."""
    bodies = [build.add_agency(ctx.session) for _ in range(agencies)]
    for body in bodies:
        build.add_contact(ctx.session, body)
    found = []
    for number in range(plans):
        plan = build.add_plan(ctx.session, f"ke-hoach-{number}", number=f"{number}/KH-UBND")
        period = build.add_period(ctx.session, build.add_obligation(ctx.session, plan), **values)  # type: ignore[arg-type]
        for body in bodies:
            build.add_assignment(ctx.session, period, body)
        found.append(period)
    return found


def owed(ctx: Context, period: Period) -> list[Assignment]:
    query = select(Assignment).where(Assignment.period_id == period.id).order_by(col(Assignment.id))
    return list(ctx.session.exec(query).all())


def day_of(app: App, now: datetime = NOW) -> Today:
    with app.read(now) as ctx:
        return today(ctx)


def test_a_day_without_work_says_so(app: App) -> None:
    assert day_of(app).empty


def test_each_piece_of_work_is_counted_once_where_it_is_done(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        (period,) = make(ctx, agencies=5)
        rows = owed(ctx, period)
        for row in rows[:2]:
            build.add_submission(ctx.session, row, NOW)
        name, held = rows[2].public_id, rows[3]
        told(ctx, held, "open", state=MessageState.held)
        told(ctx, rows[4], "leader", state=MessageState.draft)
        told(ctx, rows[4], "overdue", state=MessageState.failed)
    shown = day_of(app)
    assert [(t.period, t.count) for t in shown.to_review] == [(period.public_id, 2)]
    assert [(t.period, t.count) for t in shown.calls] == [(period.public_id, 3)]
    assert [(t.period, t.count) for t in shown.held] == [(period.public_id, 1)]
    assert (shown.drafts, shown.failed, shown.held_others, shown.due, shown.to_confirm) == (1, 1, 0, [], [])
    assert not shown.empty
    with app.write(NOW, "an") as ctx:
        record_call(ctx, name, CallDraft(CallResult.no_answer))
    assert [t.count for t in day_of(app).calls] == [2], "whoever was telephoned today is not to be telephoned again"
    assert [t.count for t in day_of(app, NOW + timedelta(days=1)).calls] == [3]


def test_what_is_due_today_and_on_the_next_working_day(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        make(ctx)
    assert [t.count for t in day_of(app, hanoi(2026, 10, 30, 9)).due] == [4]
    assert [t.count for t in day_of(app, hanoi(2026, 10, 29, 9)).due] == [4]
    assert day_of(app, hanoi(2026, 10, 28, 9)).due == []
    assert day_of(app, hanoi(2026, 10, 31, 9)).due == [], "what has passed is not due, it is overdue"


def test_nobody_is_to_be_called_before_the_review(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        (period,) = make(ctx, needs_confirmation=True)
    shown = day_of(app)
    assert [(t.period, t.count) for t in shown.to_confirm] == [(period.public_id, 4)]
    assert shown.calls == []


def test_an_ad_hoc_request_is_told_by_its_hour(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        plan = build.add_plan(ctx.session, "yc", kind=PlanKind.request)
        period = build.add_period(ctx.session, build.add_obligation(ctx.session, plan), due_on=date(2026, 11, 10))
        silent, heard = (build.add_assignment(ctx.session, period, build.add_agency(ctx.session)) for _ in range(2))
        heard.acknowledged_at = NOW
        assert silent.state == OPEN
    (task,) = day_of(app).calls
    assert (task.count, task.plan, task.due_at) == (1, "yc", period.due_at)
    assert "năm 2026" not in task.name


@pytest.mark.parametrize("what", ["dashboard", "period", "heat", "trends", "timeline", "list", "plans"])
def test_a_hundred_plans_cost_the_queries_of_one(app: App, what: str) -> None:
    def ask(ctx: Context, period: str) -> object:
        return {
            "dashboard": lambda: dashboard(ctx),
            "period": lambda: period_page(ctx, period),
            "heat": lambda: heat_map(ctx, "ke-hoach-0", 2026),
            "trends": lambda: trends(ctx, "ke-hoach-0"),
            "timeline": lambda: timeline(ctx, 2026),
            "list": lambda: period_list(ctx),
            "plans": lambda: plan_views(ctx),
        }[what]()

    def cost(period: str) -> int:
        with app.read(NOW) as ctx:
            ask(ctx, period)  # what is asked once a process is asked now
        with app.read(NOW) as ctx, statements(app.database) as seen:
            ask(ctx, period)
        return len(seen)

    with app.write(NOW, "test") as ctx:
        (first,) = make(ctx, agencies=2)
    few = cost(first.public_id)
    with app.write(NOW, "test") as ctx:
        bodies = [build.add_agency(ctx.session) for _ in range(20)]
        for number in range(1, 25):
            plan = build.add_plan(ctx.session, f"ke-hoach-{number}", number=f"{number}/KH-UBND")
            period = build.add_period(ctx.session, build.add_obligation(ctx.session, plan))
            for body in bodies[:3]:
                build.add_assignment(ctx.session, period, body)
        for body in bodies:
            build.add_contact(ctx.session, body)
            told(ctx, build.add_assignment(ctx.session, first, body), state=MessageState.sent, finished_at=NOW)
    assert cost(first.public_id) == few


def test_one_period_reads_the_counts_of_no_other(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        first, *_ = make(ctx, plans=3)
        build.add_submission(ctx.session, owed(ctx, first)[0], NOW)
    with app.read(NOW) as ctx:
        page = period_page(ctx, first.public_id)
    assert (page.row.assigned, page.row.submitted, page.row.to_review, page.row.overdue) == (4, 1, 1, 3)


def test_the_map_says_how_each_agency_stands(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        (period,) = make(ctx, agencies=9)
        due = period.due_on
        states: list[tuple[AssignmentState, Duty, date | None]] = [
            (OPEN, Duty.required, None),
            (OPEN, Duty.requested, None),
            (SUBMITTED, Duty.required, due),
            (SUBMITTED, Duty.required, due + timedelta(days=1)),
            (SUBMITTED, Duty.requested, due + timedelta(days=1)),
            (AssignmentState.returned, Duty.required, due),
            (AssignmentState.awaiting_assignment, Duty.required, None),
            (AssignmentState.exempt, Duty.required, None),
            (AssignmentState.accepted, Duty.required, due),
        ]
        for row, (state, duty, arrived) in zip(owed(ctx, period), states, strict=True):
            row.state, row.duty, row.first_received_on = state, duty, arrived
    wanted = ["overdue", "expected", "received", "late", "received", "returned", "waiting", "exempt", "accepted"]
    with app.read(NOW) as ctx:
        shown = heat_map(ctx, "ke-hoach-0", 2026)
        (rows,) = shown.groups.values()
        assert [row.cells[period.public_id].key for row in rows] == wanted
        assert heat_map(ctx, "ke-hoach-0", 2026, "commune-party").groups == {}
        assert heat_map(ctx, "ke-hoach-0", 2026, "commune-party").every_group == ["province-government"]
        assert heat_map(ctx, "ke-hoach-0", 2025).periods == []
        assert heat_map(ctx, "khong-co", 2026).groups == {}
    with app.write(NOW, "test") as ctx:
        ctx.session.exec(select(Period)).one().needs_confirmation = True
    with app.read(NOW) as ctx:
        (rows,) = heat_map(ctx, "ke-hoach-0", 2026).groups.values()
    assert rows[0].cells[period.public_id].key == "unseen", "nobody is called late before the review"
    assert set(HEAT) == set(KEYS)
    assert len({mark for mark, _ in HEAT.values()}) == len(HEAT), "told apart without colour"


def test_rates_follow_the_rule_of_arrival_to_the_minute(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        first, second = make(ctx, plans=2, agencies=6)
        ends = first.overdue_at
        came: list[tuple[date | None, datetime | None]] = [
            (first.due_on, None),
            (first.due_on, ends - timedelta(minutes=1)),
            (first.due_on + timedelta(days=1), ends),
            (first.due_on + timedelta(days=3), None),
            (first.due_on + timedelta(days=9), None),
            (None, None),
        ]
        rows = owed(ctx, first)
        for row, (on, at) in zip(rows, came, strict=True):
            row.state = SUBMITTED if on else OPEN
            row.first_received_on, row.first_received_at = on, at
        for days in (4, 2):  # the later day holds, whichever was agreed first
            ctx.session.add(
                AgreedLateness(
                    assignment_id=rows[3].id or 0,
                    until_on=first.due_on + timedelta(days=days),
                    agreed_by="x",
                    agreed_at=NOW,
                )
            )
    with app.read(NOW) as ctx:
        both = rates_of(ctx, [first.id or 0, second.id or 0])
        kept = both[first.id or 0]
        assert (kept.expected, kept.received, kept.on_time, kept.late, kept.agreed_late, kept.overdue) == (
            6,
            5,
            2,
            2,
            1,
            1,
        )
        assert both[second.id or 0].overdue == 6
        assert period_rates(ctx, first) == kept
        ((name, point),) = trends(ctx, "ke-hoach-0")[0].points
        assert (name, point) == ("năm 2026", kept)


def test_the_hour_of_the_day_decides_on_the_last_day(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        (period,) = make(ctx, agencies=2)
        noon = datetime.combine(period.due_on, time(12), NOW.tzinfo)
        for row, at in zip(owed(ctx, period), (noon - timedelta(minutes=1), noon), strict=True):
            row.overdue_at, row.state, row.first_received_on, row.first_received_at = noon, SUBMITTED, period.due_on, at
    with app.read(NOW) as ctx:
        kept = period_rates(ctx, period)
    assert (kept.on_time, kept.late) == (1, 1)


def test_the_year_has_every_period_that_touches_it(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        duty = build.add_obligation(ctx.session, build.add_plan(ctx.session))
        for label, opens, due in (
            ("2024", date(2024, 10, 1), date(2024, 10, 31)),
            ("2025", date(2025, 12, 1), date(2026, 1, 15)),
            ("2026", date(2026, 10, 1), date(2026, 10, 31)),
        ):
            build.add_period(ctx.session, duty, label, due, opens_on=opens)
    with app.read(NOW) as ctx:
        assert [bar.due_on.year for bar in timeline(ctx, 2025).bars] == [2026]
        assert [bar.due_on.month for bar in timeline(ctx, 2026).bars] == [1, 10]
        assert timeline(ctx, 2026, "khac").bars == []
        assert years(ctx) == [2024, 2026]


def test_an_agency_that_nothing_reaches_is_marked(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        (period,) = make(ctx, agencies=1)
        rows = owed(ctx, period)
        for count, states in enumerate(((), ("blocked",), ("active", "blocked"))):
            body = build.add_agency(ctx.session)
            rows.append(build.add_assignment(ctx.session, period, body))
            for number, state in enumerate(states):
                build.add_contact(ctx.session, body, state=AddressState(state), address=f"x{count}{number}@mau.example")
        assert rows[0].state == OPEN
    with app.read(NOW) as ctx:
        shown = agency_rows(ctx, period)
    assert [row.contact for row in shown] == [None, "none", "dead", "partly"]
    assert {row.overdue_since for row in shown} == {date(2026, 10, 31)}


def test_the_newest_notice_that_went_and_that_waits(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        (period,) = make(ctx, agencies=1)
        (row,) = owed(ctx, period)
        for days, state in ((9, MessageState.sent), (5, MessageState.sent), (3, MessageState.cancelled)):
            at = NOW - timedelta(days=days)
            told(ctx, row, step=f"T+{days}", state=state, planned_at=at, finished_at=at)
        waits = told(ctx, row, step="T+20", planned_at=NOW + timedelta(days=1))
    with app.read(NOW) as ctx:
        (shown,) = agency_rows(ctx, period)
        newest = ctx.session.exec(select(Message).where(Message.finished_at == NOW - timedelta(days=5))).one()
    assert shown.last_notice
    assert shown.next_notice
    assert (shown.last_notice.public_id, shown.next_notice.public_id) == (newest.public_id, waits.public_id)


def test_a_period_is_narrowed_to_a_part(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        (period,) = make(ctx)
        rows = owed(ctx, period)
        build.add_submission(ctx.session, rows[0], NOW)
        rows[1].state = AssignmentState.accepted
        rows[2].state = AssignmentState.exempt
    with app.read(NOW) as ctx:
        shown = agency_rows(ctx, period)
    assert part_counts(shown) == {"chua-gui": 1, "da-nhan": 2, "can-xem": 1}
    assert [row.public_id for row in narrowed(shown, "can-xem")] == [rows[0].public_id]
    assert narrowed(shown, "sai") == shown


def test_the_list_of_periods_is_filtered_and_paged(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        duty = build.add_obligation(ctx.session, build.add_plan(ctx.session))
        for number in range(60):
            year = 2026 - number // 30
            due = date(year, 1, 1) + timedelta(days=number)
            state = PeriodState.open if year == 2026 else PeriodState.closed
            build.add_period(ctx.session, duty, f"k{number}", due, state=state)
    with app.read(NOW) as ctx:
        whole = period_list(ctx)
        assert (whole.total, whole.pages, len(whole.rows)) == (60, 2, 50)
        assert {row.state for row in whole.rows[:30]} == {"open"}
        assert period_list(ctx, page=9).page == 2
        assert period_list(ctx, year="2025").total == 30
        assert period_list(ctx, state="closed").total == 30
        assert period_list(ctx, plan="mau", year="2026", state="closed").total == 0
        assert period_list(ctx, plan="requests").total == 0
        assert period_list(ctx, plan="khong-co", year="x", state="y").total == 60


def test_the_sheet_for_the_meeting_names_who_has_not_sent(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        (period,) = make(ctx, agencies=5)
        rows = owed(ctx, period)
        build.add_submission(ctx.session, rows[0], NOW)
        rows[1].due_on, rows[1].overdue_at = date(2026, 11, 20), hanoi(2026, 11, 21, 0)
        ctx.session.add(
            AgreedLateness(assignment_id=rows[2].id or 0, until_on=date(2026, 11, 12), agreed_by="x", agreed_at=NOW)
        )
        rows[3].state = AssignmentState.exempt
        party = build.add_agency(ctx.session, kind="party", level="commune", name="Đảng ủy xã Ân Thi")
        build.add_assignment(ctx.session, period, party, duty=Duty.requested)
        commune = build.add_agency(ctx.session, level="commune", name="Ủy ban nhân dân xã Ân Thi")
        build.add_assignment(ctx.session, period, commune)
    with app.read(NOW) as ctx:
        sheet = not_sent(ctx, period.public_id, GROUP)
        assert not_sent_document(ctx, period.public_id, GROUP) == not_sent_document(ctx, period.public_id, GROUP)
    assert sheet.moment == "09:00 ngày 10/11/2026"
    assert dict(sheet.counts) == {
        "tổng số": 6, "đã nhận": 1, "chưa gửi": 5, "trong đó quá hạn": 3, "không phải báo cáo kỳ này": 1,
    }  # fmt: skip
    departments, party_bodies, communes = sheet.groups
    assert [mark for _, mark in departments.units] == ["gia hạn đến 20/11", "thống nhất gửi đến 12/11", ""]
    assert (departments.total, party_bodies.name) == (4, "Đảng ủy xã, phường (đề nghị báo cáo)")
    assert communes.units == (("UBND xã Ân Thi", ""),)


def test_names_are_read_down_the_columns() -> None:
    assert columns_of(list("abcdefg"), 3) == [["a", "b", "c"], ["d", "e", "f"], ["g"]]
    assert columns_of(["a"], 4) == [["a"], [], [], []]
    assert columns_of([], 2) == [[], []]


def test_every_state_there_is_has_its_place_on_the_map(app: App) -> None:
    with app.write(NOW, "test") as ctx:
        (period,) = make(ctx, agencies=len(AssignmentState))
        for row, state in zip(owed(ctx, period), AssignmentState, strict=True):
            row.state = state
    with app.read(NOW) as ctx:
        (rows,) = heat_map(ctx, "ke-hoach-0", 2026).groups.values()
    assert {row.cells[period.public_id].key for row in rows} <= set(HEAT)
