"""Only who owes is counted, and a rate is over these alone."""

from datetime import date

import pytest
from sqlmodel import select

from models.enums import AssignmentState, Duty
from models.tables import Obligation
from obligations.errors import Refused
from obligations.services.context import App, Context
from obligations.services.lookup import agency_by_code, find_period
from obligations.services.rates import PeriodRates, compare_periods, period_rates
from obligations.services.reporting.build_report import build_report
from obligations.services.reviewing.review import agree_lateness, exempt
from obligations.services.status import period_status
from tests import builders as build
from tests.obligations.changing import NOON, act, make_province, owed, record, send
from tests.plan197 import hanoi

AFTER = hanoi(2026, 11, 10, 9)
ALL = ("so-a", "so-b", "so-c", "so-d", "so-e", "so-f", "so-g", "so-h")


def rates(ctx: Context, label: str = "2026") -> PeriodRates:
    return period_rates(ctx, find_period(ctx, "mau", "bao-cao", label))


def test_each_duty_falls_under_one_count(app: App) -> None:
    make_province(app, *ALL)
    with app.write(NOON, "test") as ctx:
        send(ctx, "so-a")
        exempt(ctx, owed(ctx, "so-b").public_id, "mới thành lập")
        owed(ctx, "so-g").duty = Duty.requested
        owed(ctx, "so-h").duty = Duty.for_information
        agree_lateness(ctx, owed(ctx, "so-f").public_id, date(2026, 11, 5), "chờ số liệu")
    record(app, act("merge", "so-c", "so-e"))
    record(app, act("end", "so-d"))
    with app.write(hanoi(2026, 11, 3, 9), "test") as ctx:
        for code in ("so-e", "so-f", "so-g"):
            send(ctx, code)
    with app.read(AFTER) as ctx:
        assert rates(ctx) == PeriodRates(
            period="2026",
            agencies=8,
            expected=3,
            received=3,
            on_time=1,
            late=1,
            agreed_late=1,
            requested=1,
            requested_received=1,
            exempt=1,
            moved=1,
            awaiting=1,
            informed=1,
            on_time_rate=0.3333,
        )
        (status,) = period_status(ctx)
        assert (status.assigned, status.moved, status.awaiting_assignment, status.exempt) == (7, 1, 1, 1)
        report = build_report(ctx, find_period(ctx, "mau", "bao-cao", "2026").id or 0)
        assert [(m.agency, m.state) for m in report.missing] == [("Sở D", "Chờ phân công")]
        assert len(report.received) == 4


def test_nobody_expected_has_no_rate(app: App) -> None:
    make_province(app, "so-a")
    with app.write(NOON, "test") as ctx:
        owed(ctx, "so-a").state = AssignmentState.ended
        assert rates(ctx).on_time_rate is None
        assert (rates(ctx).ended, rates(ctx).moved) == (1, 0)


def test_periods_of_the_same_agencies_need_no_scope(app: App) -> None:
    make_province(app, "so-a", "so-b")
    with app.write(NOON, "test") as ctx:
        obligation = ctx.session.exec(select(Obligation)).one()
        earlier = build.add_period(ctx.session, obligation, "2025", date(2025, 10, 30))
        for code in ("so-a", "so-b"):
            build.add_assignment(ctx.session, earlier, agency_by_code(ctx, code))
        same = compare_periods(ctx, "mau", "bao-cao")
        assert ([p.period for p in same.periods], same.scope, same.common) == (["2025", "2026"], None, [])
        build.add_assignment(ctx.session, earlier, build.add_agency(ctx.session, "so-cu"))
        differs = compare_periods(ctx, "mau", "bao-cao")
        assert differs.scope == (
            "phạm vi so sánh: kỳ 2025: 3 cơ quan, đơn vị; kỳ 2026: 2 cơ quan, đơn vị; có mặt trong mọi kỳ: 2"
        )
        with pytest.raises(Refused, match="no period 2030"):
            compare_periods(ctx, "mau", "bao-cao", ["2030"])
