"""Steps as a run does them, and the view Prefect is fed from. Real Prefect: tests/e2e."""

from datetime import timedelta

import pytest
from sqlmodel import select

from models.enums import StepName
from models.tables import Consolidation, Message, Period
from obligations.services.context import App
from obligations.services.lookup import find_period
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.running.advance import advance, newest_act, standings, summary, table_rows
from obligations.services.running.deployment_view import deployments, open_periods_view, planned_steps
from tests.plan197 import PLAN, REPORT, Adopt, hanoi

LATE = hanoi(2026, 11, 19, 9)


def test_each_dated_obligation_is_one_deployment(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.read(LATE) as ctx:
        views = {view.obligation: view for view in deployments(ctx)}
    assert len(views) == 8
    report = views[REPORT]
    assert report.name == f"{PLAN}--{REPORT}"
    assert "Sở Tài chính" in report.tags
    assert report.opening is not None
    assert (report.opening.first_on.isoformat(), report.opening.yearly) == ("2027-10-01", True)
    assert "hết ngày thứ Bảy, 31/10/2026" in report.description
    assert "ấn định nội bộ, không phải hạn trong văn bản" in views["tong-hop-bao-cao"].description
    assert "10 ngày làm việc sau ngày đó là 13/11/2026" in views["tong-hop-bao-cao"].description
    assert (
        f"**Kỳ trước trong chuỗi**: {report.description[3:].splitlines()[0]}" in views["tong-hop-bao-cao"].description
    )
    assert "Kỳ trước trong chuỗi" not in report.description
    assert views["hoi-nghi-quan-triet"].opening is None
    assert "Thời hạn đã qua trước ngày bắt đầu theo dõi" in views["hoi-nghi-quan-triet"].description


def test_a_fingerprint_is_stable_until_something_is_said_otherwise(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.read(LATE) as ctx:
        first = [view.fingerprint for view in deployments(ctx)]
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0)
    with app.read(LATE + timedelta(hours=3)) as ctx:
        assert [view.fingerprint for view in deployments(ctx)] == first


def test_planned_steps_carry_readable_names(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0)
    with app.read(LATE) as ctx:
        assert {step.period_tag for step in planned_steps(ctx)} == {"Kỳ 2026"}
        names = [step.run_name for step in planned_steps(ctx) if step.obligation == REPORT]
        assert len(open_periods_view(ctx)) == 2
    assert names == [
        "Kỳ 2026 · đôn đốc sau rà soát ban đầu",
        "Kỳ 2026 · lập báo cáo tổng hợp",
        "Kỳ 2026 · chốt kỳ báo cáo",
    ]


@pytest.mark.parametrize("step", list(StepName))
def test_every_step_done_twice_is_done_once(app: App, adopt: Adopt, step: StepName) -> None:
    adopt(LATE)
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0)

    def state() -> tuple[int, int, int]:
        with app.read(LATE) as ctx:
            rows = [len(ctx.session.exec(select(table.id)).all()) for table in (Message, Consolidation, Period)]
        return rows[0], rows[1], rows[2]

    first = advance(app, PLAN, REPORT, step, "2026", LATE, "quản trị hệ thống")
    after = state()
    second = advance(app, PLAN, REPORT, step, "2026", LATE, "quản trị hệ thống")
    assert state() == after
    assert first.status == second.status


def test_a_report_says_how_the_period_stands(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.read(LATE) as ctx:
        key, report = standings(ctx)[0]
        assert newest_act(ctx) > 0
    assert key == f"{PLAN}-{REPORT}"
    assert report.title.endswith("đã nhận 0/234")
    assert "Chờ rà soát ban đầu" in summary(report)
    assert "quá hạn" not in summary(report)
    assert "Căn cứ của thời hạn: Theo văn bản giao: Kế hoạch số 197/KH-UBND" in summary(report)
    rows = table_rows(report)
    assert len(rows) == 234
    assert rows[0]["Tình trạng"] == "Chưa rà soát"
    assert report.percent == 0.0


def test_the_table_of_a_run_speaks_to_the_coordinator(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0, ["so-tu-phap"])
        report = standings(ctx)[0][1]
    states = {row["Cơ quan, đơn vị"]: row["Tình trạng"] for row in table_rows(report)}
    assert states.pop("Sở Tư pháp") == "Đã nhận"
    assert {"Quá hạn, chưa gửi"} <= set(states.values()) <= {"Quá hạn, chưa gửi", "Chưa nhận"}


def test_a_run_says_what_endangers_the_consolidation(app: App, adopt: Adopt) -> None:
    adopt(LATE)
    with app.write(LATE, "test") as ctx:
        confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0)
        shown = {key: summary(report) for key, report in standings(ctx)}
    assert "**Nguy cơ chậm tổng hợp**: Còn " in shown[f"{PLAN}-tong-hop-bao-cao"]
    assert "Nguy cơ" not in shown[f"{PLAN}-{REPORT}"]
