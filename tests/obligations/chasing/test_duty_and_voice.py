"""What a duty decides wherever it shows, and in whose name notices speak; on SQLite and PostgreSQL."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import col, select

from models.enums import AssignmentState, Audience, Duty, MessageState
from models.tables import Agency, Assignment, Message, MessageItem, Obligation, Period
from notifications.message import Mail
from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.feeds.visible import feed_state
from obligations.services.lookup import agency_by_code, find_obligation, find_period
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reporting.build_report import build_report
from obligations.services.reviewing.review import agree_lateness, cite_plan, extend
from obligations.services.roster import resolve
from obligations.services.sending.render import build_mail, rows_of
from obligations.services.sending.render_rows import still_owed
from obligations.services.status import period_status
from obligations.services.views.health import health_facts
from obligations.services.views_shared import standing_of
from plans.reading import read_plan, read_registry
from plans.schema import PlanFile
from tests.plan197 import FILES, PLAN, REPORT, hanoi
from tests.prepared import of_this_process

EARLY = hanoi(2026, 9, 1, 9)
CHAIN = "tong-hop-bao-cao"
ISSUER = "Ủy ban nhân dân tỉnh Hưng Yên"
ASKED = "dang-uy-xa-tien-lu"
BOUND = "hiep-hoi-doanh-nghiep-tinh"


def start(app: App, **changes: dict[str, Any]) -> None:
    """Plan 197, with fields of its obligations changed, followed by tests from 1 October on."""
    of_this_process().from_the_second_on(app, f"plan 197 with {changes}", lambda: _start(app, changes))


def _start(app: App, changes: dict[str, dict[str, Any]]) -> None:
    file = read_plan(FILES / "197-kh-ubnd.yaml").model_dump(mode="json", by_alias=True)
    for spec in file["obligations"]:
        spec.update(changes.get(spec["code"].replace("-", "_"), {}))
    with app.write(EARLY, "test") as ctx:
        apply_registry(ctx, read_registry(FILES / "hung-yen.yaml"))
        add_sample_contacts(ctx)
        apply_plan(ctx, PlanFile.model_validate(file), date(2026, 1, 1))
        for code in (REPORT, CHAIN):
            cite_plan(ctx, find_obligation(ctx, PLAN, code).id or 0)


def pass_day(app: App, *moment: int) -> None:
    """One morning: what opens, what is chased; everything planned goes out."""
    with app.write(hanoi(*moment), "tick") as ctx:
        open_due_periods(ctx)
        plan_reminders(ctx)
        for message in ctx.session.exec(select(Message).where(Message.state == MessageState.planned)).all():
            message.state, message.finished_at = MessageState.sent, ctx.as_of


def owed(ctx: Context, agency: str, obligation: str = REPORT) -> Assignment:
    period = find_period(ctx, PLAN, obligation, "2026")
    query = select(Assignment).where(Assignment.period_id == period.id)
    return ctx.session.exec(query.where(Assignment.agency_id == agency_by_code(ctx, agency).id)).one()


def mails(ctx: Context, agency: str, obligation: str | None = None) -> list[tuple[str, Mail]]:
    """Kind and text of every message to an agency's clerk, oldest first."""
    query = (
        select(Message)
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .where(Message.agency_id == agency_by_code(ctx, agency).id, Message.audience == Audience.clerk)
        .order_by(col(Message.id))
    )
    if obligation is not None:
        query = query.where(Obligation.code == obligation)
    found = {m.id: m for m in ctx.session.exec(query).all()}
    return [(m.kind, build_mail(ctx, m, None, rows_of(ctx, m))) for m in found.values()]


@pytest.mark.parametrize(
    ("obligation", "expected"),
    [
        (Duty.required, Duty.requested),
        (Duty.requested, Duty.requested),
        (Duty.for_information, Duty.for_information),
    ],
)
def test_an_agency_outside_the_issuers_command_bounds_the_duty(app: App, obligation: Duty, expected: Duty) -> None:
    start(app)
    with app.read(EARLY) as ctx:
        found = {o.agency.code: o.duty for o in resolve(ctx, [BOUND, "so-cong-thuong"], date(2026, 10, 1), obligation)}
    assert found == {BOUND: expected, "so-cong-thuong": obligation}


def test_a_request_is_asked_again_and_never_called_overdue(app: App) -> None:
    start(app)
    for day in ((10, 1), (10, 21), (10, 29), (10, 30), (11, 2), (11, 10), (11, 25)):
        pass_day(app, 2026, *day, 8)
    late = hanoi(2026, 11, 25, 9)
    with app.write(late, "test") as ctx:
        required, asked = mails(ctx, "so-cong-thuong"), mails(ctx, ASKED)
        assert [kind for kind, _ in required] == ["open", "before", "tomorrow", "today", "overdue"]
        assert [kind for kind, _ in asked] == ["open", "before", "tomorrow", "today", "ask_again"]
        for _, mail in asked:
            whole = f"{mail.subject} {mail.text} {mail.short}".lower()
            assert "trân trọng đề nghị" in whole
            assert not [word for word in ("quá hạn", "đôn đốc", "khẩn trương", "chậm") if word in whole]
        leaders = select(Agency.duty).join(Message, col(Message.agency_id) == Agency.id)
        told = ctx.session.exec(leaders.where(Message.audience == Audience.leader)).all()
        assert told
        assert Duty.requested not in told
        row = owed(ctx, ASKED)
        period = ctx.session.get_one(Period, row.period_id)
        assert feed_state(ctx, period, row) == "Đang mở"
        assert (standing_of(ctx, row, period).key, standing_of(ctx, row, period).days_overdue) == ("open", None)


def test_a_requested_report_that_comes_after_its_day_is_not_late_in_any_report(app: App) -> None:
    start(app)
    pass_day(app, 2026, 10, 1, 8)
    with app.write(hanoi(2026, 11, 12, 9), "test") as ctx:
        rows = [owed(ctx, ASKED), owed(ctx, "so-cong-thuong")]
        for row in rows:
            row.state, row.first_received_on = AssignmentState.submitted, date(2026, 11, 12)
            period = ctx.session.get_one(Period, row.period_id)
        assert [standing_of(ctx, row, period).late for row in rows] == [False, True]


def test_overdue_is_counted_by_one_rule_everywhere(app: App) -> None:
    start(app)
    pass_day(app, 2026, 10, 1, 8)
    late = hanoi(2026, 11, 2, 9)
    with app.read(late) as ctx:
        counted = period_status(ctx)[0].overdue
        rows = ctx.session.exec(select(Assignment)).all()
        required = [row for row in rows if row.duty == Duty.required]
        assert len(required) < len(rows)
        assert counted == len(required)
        missing = {m.state for m in build_report(ctx, rows[0].period_id).missing}
        assert missing == {"Chưa gửi", "Được đề nghị phối hợp, chưa gửi"}
    assert health_facts(app, late).overdue == counted


def test_who_is_only_informed_hears_of_the_opening_when_the_plan_asks_and_is_never_chased(app: App) -> None:
    start(app, bao_cao_hang_nam={"duty": "for_information", "inform": True})
    for day in ((10, 1), (10, 21), (10, 29), (10, 30), (11, 2)):
        pass_day(app, 2026, *day, 8)
    with app.read(hanoi(2026, 10, 1, 9)) as ctx:
        ((kind, mail),) = mails(ctx, "so-cong-thuong")
        assert kind == "inform"
        assert "không phải gửi báo cáo" in mail.text
        assert "đề nghị Quý cơ quan" not in mail.text
        assert {a.duty for a in ctx.session.exec(select(Assignment)).all() if a.id == owed(ctx, ASKED).id} == {
            Duty.for_information
        }


def test_who_is_only_informed_hears_nothing_by_default(app: App) -> None:
    start(app, bao_cao_hang_nam={"duty": "for_information"})
    for day in ((10, 1), (10, 30), (11, 2)):
        pass_day(app, 2026, *day, 8)
    with app.read(hanoi(2026, 11, 2, 9)) as ctx:
        assert mails(ctx, "so-cong-thuong", REPORT) == []


def test_reminders_of_the_consolidation_are_internal_and_never_in_the_issuers_name(app: App) -> None:
    start(app)
    for day in ((11, 1), (11, 2), (11, 4), (11, 12), (11, 13), (11, 16)):
        pass_day(app, 2026, *day, 8)
    with app.read(hanoi(2026, 11, 16, 9)) as ctx:
        found = [mail for _, mail in mails(ctx, "so-tai-chinh", CHAIN)]
        assert len(found) == 5
        for mail in found:
            words = " ".join(mail.text.split())
            assert mail.subject.startswith("Nhắc việc nội bộ")
            assert mail.from_name == "Thông báo tự động – Sở Tài chính"
            assert not [verb for verb in ("đ", "chưa", "xin", "trân") if f"{ISSUER} {verb}" in words]
            assert "không phải văn bản của cơ quan nhận báo cáo" in words
            assert "Ấn định nội bộ, không phải hạn trong văn bản" in words
            assert "không phải hạn trong văn bản" in mail.short


def test_no_notice_speaks_for_a_body_that_only_receives(app: App) -> None:
    start(
        app,
        ke_hoach_doanh_nhan={
            "assigned_to": ["so-cong-thuong"],
            "deadline": {
                "freq": "once",
                "op": "by",
                "on": "2026-10-30",
                "phrase": "chậm nhất 30/10/2026",
                "basis": "plan",
            },
            "opens": {"on": "2026-10-01"},
        },
    )
    with app.write(EARLY, "test") as ctx:
        cite_plan(ctx, find_obligation(ctx, PLAN, "ke-hoach-doanh-nhan").id or 0)
    for day in ((10, 1), (10, 29), (11, 2)):
        pass_day(app, 2026, *day, 8)
    with app.read(hanoi(2026, 11, 2, 9)) as ctx:
        found = mails(ctx, "so-cong-thuong", "ke-hoach-doanh-nhan")
        own = mails(ctx, "so-cong-thuong", REPORT)
        assert [kind for kind, _ in found] == ["open", "tomorrow", "overdue"]
        assert {m.subject for _, m in found}.isdisjoint({m.subject for _, m in own})
        for _, mail in found:
            words = " ".join(mail.text.split())
            assert mail.from_name == "Thông báo tự động – Sở Tài chính"
            assert f"đến {ISSUER}" in words
            assert f"{ISSUER} đề nghị" not in words
            assert f"{ISSUER} chưa" not in words


def test_an_extension_and_an_agreed_day_carry_what_they_rest_on(app: App) -> None:
    start(app)
    pass_day(app, 2026, 10, 1, 8)
    with app.write(hanoi(2026, 10, 20, 9), "nguyen.van.a") as ctx:
        extend(ctx, owed(ctx, "so-cong-thuong").public_id, date(2026, 11, 5), "88/UBND-TH", date(2026, 10, 19))
        agree_lateness(ctx, owed(ctx, "so-y-te").public_id, date(2026, 11, 9), "chờ số liệu")
    pass_day(app, 2026, 10, 27, 8)
    with app.read(hanoi(2026, 10, 27, 9)) as ctx:
        notice, reminder = (" ".join(mail.text.split()) for _, mail in mails(ctx, "so-cong-thuong")[1:])
        assert "Văn bản gia hạn: số 88/UBND-TH ngày 19/10/2026" in notice
        assert "Căn cứ của thời hạn: Gia hạn theo văn bản số 88/UBND-TH ngày 19/10/2026" in reminder
        agreed = " ".join(mails(ctx, "so-y-te")[-1][1].text.split())
        assert "Thống nhất nội bộ đến hết ngày 09/11/2026; ghi ngày 20/10/2026, lý do: chờ số liệu" in agreed
        assert "nguyen.van.a" not in agreed


def test_a_notice_of_information_falls_away_with_its_period(app: App) -> None:
    start(app, bao_cao_hang_nam={"duty": "for_information", "inform": True})
    with app.write(hanoi(2026, 10, 1, 8), "test") as ctx:
        open_due_periods(ctx)
        message = ctx.session.exec(select(Message).where(Message.kind == "inform")).first()
        assert message is not None
        rows = rows_of(ctx, message)
        assert still_owed(ctx, message, rows) == rows
        rows[0].period.state = "closed"  # type: ignore[assignment]  # as closing leaves it
        assert still_owed(ctx, message, rows) == []
