"""Ad-hoc requests through the services, on SQLite and PostgreSQL: "trước 10h sáng mai"."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, func, select

from models.enums import (
    AssignmentState,
    Audience,
    Duty,
    PeriodState,
    StepState,
    SubmissionChannel,
    SubmissionForm,
    Urgency,
)
from models.tables import Agency, Assignment, Feed, FeedEntry, Message, MessageItem, Pause, Period, PeriodStep, Plan
from obligations.errors import NotFound, Refused
from obligations.services import audit
from obligations.services.accounts.access import Actor
from obligations.services.chasing.acknowledge import acknowledge
from obligations.services.chasing.chase import chase_all, plan_reminders
from obligations.services.context import App, Context
from obligations.services.feeds.access import plan_feed
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.lookup import agency_by_code, find_period, find_plan, period_by_public_id
from obligations.services.overview.plans import plan_views
from obligations.services.planning.confirm_period import confirm_period
from obligations.services.reporting.consolidate import build_report, consolidate_period
from obligations.services.requests.cancel_request import cancel_request
from obligations.services.requests.draft import RequestDraft
from obligations.services.requests.preview_request import preview_request
from obligations.services.requests.report import Requested, request_report
from obligations.services.requests.views import call_list, list_requests
from obligations.services.reviewing.review import extend
from obligations.services.running.deployment_view import deployments, planned_steps
from obligations.services.running.tick import run_tick
from obligations.services.sending.deliver import deliver_due
from obligations.services.sending.outbox import told_steps
from obligations.services.sending.render import render_message, rows_of
from obligations.services.simulating.simulate import simulate_messages
from obligations.services.spec import plan_file_of
from obligations.services.status import period_status
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from obligations.services.views.explain import explain_deadline
from obligations.services.views_shared import standing_of
from tests.obligations.test_main_course import Accepting
from tests.plan197 import PLAN, REPORT, Adopt, hanoi

ADOPTED = hanoi(2026, 11, 19, 9)
SATURDAY_AFTERNOON = hanoi(2026, 11, 21, 15, 10)
SUNDAY_TEN = hanoi(2026, 11, 22, 10)
TO = ("so-y-te", "so-tu-phap", "so-cong-thuong")


def asked(**changes: object) -> RequestDraft:
    """What a coordinator asks on a Saturday afternoon for Sunday at ten."""
    draft = RequestDraft(
        to=TO,
        content="Báo cáo nhanh thiệt hại do mưa lũ.\nNêu rõ số hộ bị ngập.",
        due_at=SUNDAY_TEN,
        key="k1",
        urgency=Urgency.very_urgent,
    )
    return replace(draft, **changes)  # type: ignore[arg-type]


def ask(app: App, as_of: datetime = SATURDAY_AFTERNOON, **changes: object) -> Requested:
    with app.write(as_of, "chuyên viên") as ctx:
        return request_report(ctx, asked(**changes))


def rows(app: App, requested: Requested) -> dict[str, Assignment]:
    with app.read(SATURDAY_AFTERNOON) as ctx:
        period = period_by_public_id(ctx, requested.period)
        query = select(Agency.code, Assignment).join(Assignment, col(Assignment.agency_id) == Agency.id)
        return dict(ctx.session.exec(query.where(Assignment.period_id == period.id)).all())


def sent(app: App, requested: Requested) -> list[tuple[str, datetime, str]]:
    """Kind, moment and state of every message about the request, in order."""
    with app.read(SATURDAY_AFTERNOON) as ctx:
        query = (
            select(Message)
            .join(MessageItem, col(MessageItem.message_id) == Message.id)
            .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
            .join(Period, col(Assignment.period_id) == Period.id)
            .where(Period.public_id == requested.period)
            .order_by(col(Message.id))
        )
        zone = ctx.settings.zone
        return [
            (m.kind, (m.finished_at or m.planned_at).astimezone(zone), m.state.value)
            for m in ctx.session.exec(query).all()
        ]


def submit(ctx: Context, assignment: Assignment, form: SubmissionForm = SubmissionForm.soft) -> None:
    draft = SubmissionDraft(
        agency_id=assignment.agency_id,
        assignment_ids=[assignment.id or 0],
        form=form,
        channel=SubmissionChannel.portal,
        content={"entries": [{"clause": "I", "result": "12 hộ bị ngập"}], "figures": []},
        idempotency_key=f"r:{assignment.id}:{ctx.as_of.isoformat()}",
    )
    submit_report(ctx, draft)


def member(ctx: Context, code: str) -> Actor:
    agency = agency_by_code(ctx, code)
    return Actor(f"agency:{code}", agency.name, "csrf", agency_id=agency.id)


def test_a_request_on_a_saturday_goes_at_once_and_is_due_on_sunday_to_the_minute(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    made = ask(app)
    assert (made.agencies, made.unreached, made.replayed) == (3, [], False)
    assert (made.due_at, made.sends_at) == (SUNDAY_TEN, SATURDAY_AFTERNOON)
    with app.read(SATURDAY_AFTERNOON) as ctx:
        period = period_by_public_id(ctx, made.period)
        assert (period.due_on, period.practical_due_on, period.grace_until) == (SUNDAY_TEN.date(),) * 3
        assert period.due_at == period.overdue_at == SUNDAY_TEN
        assert not period.needs_confirmation
        assert not period.grace_applies
    assert deliver_due(app, lambda: SATURDAY_AFTERNOON).recorded == 3
    assert sent(app, made) == [("request", SATURDAY_AFTERNOON, "recorded")] * 3


def test_reminders_go_at_their_hours_on_days_off_and_stop_when_the_report_comes(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    made = ask(app)
    moment, end = SATURDAY_AFTERNOON, SUNDAY_TEN + timedelta(hours=8)
    while moment <= end:
        chase_all(app, moment, "flow")
        deliver_due(app, lambda: moment)  # noqa: B023 - used before the loop goes on
        if moment == SUNDAY_TEN - timedelta(hours=2):
            with app.write(moment, "cơ quan") as ctx:
                submit(ctx, rows(app, made)["so-y-te"])
        moment += timedelta(minutes=10)
    by_kind = {(kind, at) for kind, at, state in sent(app, made) if state == "recorded"}
    assert by_kind == {
        ("request", SATURDAY_AFTERNOON),
        ("request_reminder", hanoi(2026, 11, 21, 21, 30)),  # H-8 falls at 02:00
        ("request_reminder", hanoi(2026, 11, 22, 6)),  # H-4
        ("received", hanoi(2026, 11, 22, 8, 10)),
        ("request_reminder", hanoi(2026, 11, 22, 9)),
        ("request_overdue", hanoi(2026, 11, 22, 11)),
        ("request_overdue", hanoi(2026, 11, 22, 14)),
    }
    counts = [kind for kind, _, state in sent(app, made) if state == "recorded"]
    assert counts.count("request_reminder") == 3 + 3 + 2
    assert counts.count("request_overdue") == 2 + 2
    with app.read(end) as ctx:
        assert {s.state for s in steps(ctx, made) if s.name == "remind"} == {StepState.done}


def steps(ctx: Context, made: Requested) -> list[PeriodStep]:
    period = period_by_public_id(ctx, made.period)
    query = select(PeriodStep).where(PeriodStep.period_id == period.id).order_by(col(PeriodStep.planned_at))
    return list(ctx.session.exec(query).all())


def test_missed_reminders_collapse_and_the_text_is_that_of_the_minute(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    made = ask(app)
    deliver_due(app, lambda: SATURDAY_AFTERNOON)
    late = SUNDAY_TEN + timedelta(minutes=20)
    for _ in range(2):
        run_tick(app, late)
    told = [entry for entry in sent(app, made) if entry[0] != "request"]
    assert told == [("request_overdue", late, "recorded")] * 3


def test_at_night_it_waits_for_six_and_nothing_is_written_twice(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    night = hanoi(2026, 11, 21, 23, 40)
    made = ask(app, night)
    assert made.sends_at == hanoi(2026, 11, 22, 6)
    assert deliver_due(app, lambda: night).recorded == 0
    with app.write(night, "ai đó") as ctx:  # even a message that was planned for the night stays
        for message in ctx.session.exec(select(Message)).all():
            message.next_at = message.planned_at = night
    assert deliver_due(app, lambda: hanoi(2026, 11, 22, 3)).recorded == 0
    assert deliver_due(app, lambda: hanoi(2026, 11, 22, 6)).recorded == 3


def test_what_cannot_be_told_before_it_is_due_is_refused(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    with pytest.raises(Refused, match="gọi điện thoại"):
        ask(app, hanoi(2026, 11, 21, 23), due_at=hanoi(2026, 11, 22, 5, 30))


WRONG: list[tuple[dict[str, object], type[Exception], str]] = [
    ({"to": ()}, Refused, "ít nhất một"),
    ({"to": ("so-y-tee",)}, NotFound, "so-y-te"),
    ({"to": ("so-y-te", "so-ke-hoach-dau-tu")}, NotFound, "28/02/2025"),
    ({"to": ("cap-huyen",)}, NotFound, "không có cơ quan nào"),
    ({"receiver": "khong-co"}, NotFound, "khong-co"),
    ({"content": " \n\u200b "}, Refused, "nội dung"),
    ({"content": "x" * 2001}, Refused, "2000"),
    ({"due_at": SATURDAY_AFTERNOON}, Refused, "đã qua"),
    ({"due_at": SATURDAY_AFTERNOON + timedelta(days=61)}, Refused, "60 ngày"),
    ({"due_at": SUNDAY_TEN + timedelta(seconds=1)}, Refused, "phút"),
    ({"document": "12/STC-DN"}, Refused, "cả số"),
    ({"document": " ", "document_on": SUNDAY_TEN.date()}, Refused, "ký tự"),
    ({"completes_on": "maybe"}, Refused, "signed"),
    ({"key": ""}, Refused, "Mã"),
]


def test_what_is_wrong_is_refused_and_nothing_is_written(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    for changes, error, words in WRONG:
        with pytest.raises(error, match=words):
            ask(app, **changes)
    with app.read(SATURDAY_AFTERNOON) as ctx:
        assert ctx.session.exec(select(Plan).where(Plan.kind == "request")).all() == []
        assert ctx.session.exec(select(Message)).all() == []


def test_the_same_key_makes_one_request_and_another_content_is_refused(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    first = ask(app)
    again = ask(app, SATURDAY_AFTERNOON + timedelta(hours=1))
    assert again.replayed
    assert (again.slug, again.period) == (first.slug, first.period)
    with pytest.raises(Refused, match=first.slug):
        ask(app, content="Báo cáo khác")
    second = ask(app, key="k2")
    assert (first.slug, second.slug) == ("dn-2026-00001", "dn-2026-00002")
    assert len(sent(app, first)) == 3


def test_a_preview_shows_what_would_be_and_changes_nothing(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    shown = preview_request(app, asked(document="12/STC-DN", document_on=ADOPTED.date()), SATURDAY_AFTERNOON, "x")
    assert shown.subject.startswith("Thượng khẩn: Báo cáo nhanh thiệt hại do mưa lũ, trước 10h00 ngày 22/11/2026")
    assert "Văn bản số 12/STC-DN ngày 19/11/2026 của Sở Tài chính" in " ".join(shown.text.split())
    assert "Nêu rõ số hộ bị ngập." in shown.text
    assert [(r.code, f"{r.at:%d %H:%M}") for r in shown.reminders] == [
        ("H-8", "21 21:30"),
        ("H-4", "22 06:00"),
        ("H-1", "22 09:00"),
        ("H+1", "22 11:00"),
        ("H+4", "22 14:00"),
    ]
    assert [r.name for r in shown.recipients] == ["Sở Công Thương", "Sở Tư pháp", "Sở Y tế"]
    with app.read(SATURDAY_AFTERNOON) as ctx:
        assert ctx.session.exec(select(Plan).where(Plan.kind == "request")).all() == []
        assert audit.verify(ctx.session) == []
    assert ask(app).slug == shown.requested.slug


def test_a_request_stands_apart_from_digests_and_the_daily_cap_and_goes_first(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    monday = hanoi(2026, 11, 23, 9)
    with app.write(ADOPTED, "test") as ctx:
        confirm_period(ctx, find_period(ctx, PLAN, REPORT, "2026").id or 0)
    made = ask(app, monday, due_at=monday + timedelta(hours=6))
    sink = Accepting()
    capped = replace(app, settings=app.settings.model_copy(update={"mail_daily_cap": 2, "mail_per_minute": 100_000}))
    assert deliver_due(capped, lambda: monday, channel_for=lambda _: sink).accepted == 2 + 3
    assert [mail.subject.startswith("Thượng khẩn") for mail in sink.mails] == [True] * 3 + [False] * 2
    assert {kind for kind, _, _ in sent(app, made)} == {"request"}
    with app.write(monday + timedelta(hours=2), "tick") as ctx:
        plan_reminders(ctx)
        both = select(MessageItem.message_id).group_by(col(MessageItem.message_id)).having(func.count() > 1)
        assert ctx.session.exec(both).all() == []


def test_acknowledging_is_a_button_of_the_agency_alone_and_quiets_the_calls(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    made = ask(app)
    owed = rows(app, made)
    with app.write(SATURDAY_AFTERNOON, "agency:so-y-te") as ctx:
        first = acknowledge(ctx, member(ctx, "so-y-te"), owed["so-y-te"].public_id)
        with pytest.raises(NotFound):
            acknowledge(ctx, member(ctx, "so-tu-phap"), owed["so-y-te"].public_id)
    with app.write(SATURDAY_AFTERNOON + timedelta(hours=1), "agency:so-y-te") as ctx:
        assert acknowledge(ctx, member(ctx, "so-y-te"), owed["so-y-te"].public_id) == first
        submit(ctx, ctx.session.get_one(Assignment, owed["so-cong-thuong"].id))
        with pytest.raises(Refused):
            acknowledge(ctx, member(ctx, "so-cong-thuong"), owed["so-cong-thuong"].public_id)
        period = period_by_public_id(ctx, made.period)
        assert [r.code for r in call_list(ctx, period)] == ["so-tu-phap"]
        (row,) = list_requests(ctx)
    assert (row.agencies, row.received, row.acknowledged, row.waiting) == (3, 1, 1, 1)
    with app.read(SUNDAY_TEN) as ctx:
        assert [r.code for r in call_list(ctx, period_by_public_id(ctx, made.period))] == ["so-tu-phap", "so-y-te"]
    for moment in (hanoi(2026, 11, 21, 21, 30), hanoi(2026, 11, 22, 6), hanoi(2026, 11, 22, 9)):
        run_tick(app, moment)
    with app.read(SUNDAY_TEN) as ctx:
        told = told_steps(ctx, [owed[code].id or 0 for code in ("so-y-te", "so-tu-phap")], Audience.clerk)
    assert told[owed["so-y-te"].id or 0, 1] == {"open", "H-1"}
    assert told[owed["so-tu-phap"].id or 0, 1] == {"open", "H-8", "H-4", "H-1"}


def test_the_minute_decides_who_is_late_and_only_required_bodies_are(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    with app.write(ADOPTED, "test") as ctx:
        agency_by_code(ctx, "so-tu-phap").duty = Duty.requested
    made = ask(app)
    owed = rows(app, made)
    late_at = SUNDAY_TEN + timedelta(minutes=1)
    with app.write(SUNDAY_TEN - timedelta(minutes=1), "cơ quan") as ctx:
        submit(ctx, ctx.session.get_one(Assignment, owed["so-y-te"].id))
        assert period_status(ctx, period_by_public_id(ctx, made.period).id)[0].overdue == 0
    with app.write(late_at, "cơ quan") as ctx:
        assert period_status(ctx, period_by_public_id(ctx, made.period).id)[0].overdue == 1
        submit(ctx, ctx.session.get_one(Assignment, owed["so-cong-thuong"].id))
        submit(ctx, ctx.session.get_one(Assignment, owed["so-tu-phap"].id))
        period = period_by_public_id(ctx, made.period)
        standing = {
            code: standing_of(ctx, ctx.session.get_one(Assignment, row.id), period) for code, row in owed.items()
        }
        report = build_report(ctx, period.id or 0)
    assert {code: s.late for code, s in standing.items()} == {
        "so-y-te": False,
        "so-cong-thuong": True,
        "so-tu-phap": False,
    }
    assert {r.agency: r.late for r in report.received} == {
        "Sở Y tế": False,
        "Sở Công Thương": True,
        "Sở Tư pháp": False,
    }


def test_the_answers_are_consolidated_at_the_hour_like_those_of_any_duty(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    made = ask(app)
    with app.write(SATURDAY_AFTERNOON, "cơ quan") as ctx:
        submit(ctx, ctx.session.get_one(Assignment, rows(app, made)["so-y-te"].id))
    assert run_tick(app, SUNDAY_TEN - timedelta(minutes=1)).consolidated == 0
    assert run_tick(app, SUNDAY_TEN).consolidated == 1
    with app.read(SUNDAY_TEN) as ctx:
        period = period_by_public_id(ctx, made.period)
        report = build_report(ctx, period.id or 0)
    (section,) = report.sections
    assert section.title == "Báo cáo nhanh thiệt hại do mưa lũ"
    assert [entry.result for entry in section.entries] == ["12 hộ bị ngập"]
    assert "Kế hoạch số" not in report.title
    assert not consolidate_period(app, period.id or 0, SUNDAY_TEN, "x").created


def test_it_stands_in_the_agencys_calendar_at_its_minute_and_in_nothing_public(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    made = ask(app, document="12/STC-DN", document_on=ADOPTED.date())
    with app.write(SATURDAY_AFTERNOON, "tick") as ctx:
        refresh_feeds(ctx)
        period = period_by_public_id(ctx, made.period)
        entries = ctx.session.exec(select(FeedEntry).where(FeedEntry.period_id == period.id)).all()
        assert {e.assignment_id for e in entries} == {row.id for row in rows(app, made).values()}
        assert all(b"DTEND:20261122T030000Z" in e.rendered for e in entries)
        assert all("10:00 ngày Chủ nhật" in e.visible["description"] for e in entries)
        assert ctx.session.exec(select(Feed).where(Feed.scope == f"plan:{made.slug}")).all() == []
        with pytest.raises(NotFound):
            plan_feed(ctx, made.slug)
        assert made.slug not in {plan.slug for plan in plan_views(ctx)}
        refresh_feeds(ctx)


def test_prefect_shows_a_request_while_it_is_open(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    made = ask(app)
    with app.read(SATURDAY_AFTERNOON) as ctx:
        (view,) = [d for d in deployments(ctx) if d.plan == made.slug]
        runs = [s for s in planned_steps(ctx) if s.plan == made.slug]
    assert view.opening is None
    assert "lich-thoi-han" not in view.description
    assert [(s.code, s.planned_at) for s in runs][:2] == [
        ("H-8", hanoi(2026, 11, 21, 21, 30)),
        ("H-4", hanoi(2026, 11, 22, 6)),
    ]
    assert "nhắc trước hạn 04 giờ" in runs[1].run_name
    run_tick(app, hanoi(2026, 12, 8, 8))
    with app.read(hanoi(2026, 12, 8, 8)) as ctx:
        assert period_by_public_id(ctx, made.period).state == PeriodState.closed
        assert made.slug not in {d.plan for d in deployments(ctx)}


def test_taking_a_request_back_tells_exactly_those_who_were_told(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    made = ask(app)
    with app.write(SATURDAY_AFTERNOON, "test") as ctx:
        agency = agency_by_code(ctx, "so-tu-phap")
        ctx.session.add(Pause(agency_id=agency.id, paused_by="test", paused_at=ctx.as_of))
    deliver_due(app, lambda: SATURDAY_AFTERNOON)
    later = SATURDAY_AFTERNOON + timedelta(minutes=30)
    with app.write(later, "chuyên viên") as ctx:
        submit(ctx, ctx.session.get_one(Assignment, rows(app, made)["so-y-te"].id))
        with pytest.raises(Refused, match="lý do"):
            cancel_request(ctx, made.slug, " ")
        done = cancel_request(ctx, made.slug, "Đã có số liệu")
        assert (done.stopped, done.told) == (2, 1)  # the paused request and the unsent receipt
        with pytest.raises(Refused, match="kết thúc"):
            cancel_request(ctx, made.slug, "lần nữa")
        with pytest.raises(NotFound):
            cancel_request(ctx, PLAN, "không phải đề nghị")
    run_tick(app, SUNDAY_TEN)
    kinds = [kind for kind, _, state in sent(app, made) if state == "recorded"]
    assert kinds == ["request", "request", "request_cancelled"]
    owed = rows(app, made)
    assert (owed["so-y-te"].state, owed["so-tu-phap"].state) == (AssignmentState.submitted, AssignmentState.ended)
    with app.read(SUNDAY_TEN) as ctx:
        assert call_list(ctx, period_by_public_id(ctx, made.period)) == []
        assert {s.state for s in steps(ctx, made)} == {StepState.done, StepState.cancelled}


def test_more_time_keeps_the_hour_and_its_reminders_follow(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    made = ask(app)
    with app.write(SATURDAY_AFTERNOON, "chuyên viên") as ctx:
        extend(ctx, rows(app, made)["so-y-te"].public_id, hanoi(2026, 11, 29).date(), "9/UBND", ADOPTED.date())
        moved = ctx.session.get_one(Assignment, rows(app, made)["so-y-te"].id)
        assert moved.due_at == moved.overdue_at == hanoi(2026, 11, 29, 10)
        assert moved.practical_due_on == hanoi(2026, 11, 29).date()
    for moment in (hanoi(2026, 11, 22, 11), hanoi(2026, 11, 28, 21, 30), hanoi(2026, 11, 29, 9)):
        run_tick(app, moment)
    with app.read(SUNDAY_TEN) as ctx:
        told = told_steps(ctx, [moved.id or 0], Audience.clerk)
    assert told[moved.id or 0, 2] == {"extended:r2", "H-8", "H-1"}


def test_a_simulation_from_the_past_replays_what_was_recorded_about_a_request(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    made = ask(app)
    deliver_due(app, lambda: SATURDAY_AFTERNOON)
    with app.write(SATURDAY_AFTERNOON + timedelta(hours=1), "agency:so-y-te") as ctx:
        acknowledge(ctx, member(ctx, "so-y-te"), rows(app, made)["so-y-te"].public_id)
    run_tick(app, hanoi(2026, 11, 21, 21, 30))
    with app.write(hanoi(2026, 11, 22, 8), "chuyên viên") as ctx:
        cancel_request(ctx, made.slug, "Đã có số liệu")
    run_tick(app, hanoi(2026, 11, 22, 8))
    told = simulate_messages(app, hanoi(2026, 11, 20).date(), hanoi(2026, 11, 23).date(), [])
    seen = [(f"{m.at:%d %H:%M}", m.agency, m.kind) for m in told if m.kind.startswith("request")]
    others = ("so-cong-thuong", "so-tu-phap")
    assert seen == [
        ("21 15:10", "so-cong-thuong", "request"),
        ("21 15:10", "so-tu-phap", "request"),
        ("21 15:10", "so-y-te", "request"),
        *(("21 21:30", code, "request_reminder") for code in others),
        *(("22 06:00", code, "request_reminder") for code in others),
        ("22 08:00", "so-cong-thuong", "request_cancelled"),
        ("22 08:00", "so-tu-phap", "request_cancelled"),
        ("22 08:00", "so-y-te", "request_cancelled"),
    ]
    sunday = simulate_messages(app, hanoi(2026, 11, 22).date(), hanoi(2026, 11, 23).date(), [])
    assert [f"{m.at:%d %H:%M}" for m in sunday] == ["22 06:00"] * 2 + ["22 08:00"] * 3


def test_its_reminders_are_explained_like_those_of_any_plan(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    made = ask(app)
    with app.read(SATURDAY_AFTERNOON) as ctx:
        file = plan_file_of(ctx, find_plan(ctx, made.slug))
        found = explain_deadline(file, "de-nghi", "22-11-2026", ctx.calendar)
    assert "thời hạn tính đúng giờ đã nêu, không dời theo ngày làm việc" in found.lines
    assert any(line.startswith("H-8: nhắc trước hạn 08 giờ, 21:30 thứ Bảy, 21/11/2026") for line in found.lines)


def test_a_soft_copy_of_what_must_be_signed_is_followed_up_alone(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    made = ask(app, completes_on="signed", to=("so-y-te",))
    with app.write(SUNDAY_TEN - timedelta(hours=1), "cơ quan") as ctx:
        submit(ctx, ctx.session.get_one(Assignment, rows(app, made)["so-y-te"].id))
    run_tick(app, SUNDAY_TEN + timedelta(hours=1))
    run_tick(app, hanoi(2026, 11, 25, 8))
    assert [kind for kind, _, state in sent(app, made) if state == "recorded"] == ["received", "official_copy"]


def test_its_messages_speak_for_the_body_that_receives_the_answers(app: App, adopt: Adopt) -> None:
    adopt(ADOPTED)
    ask(app, to=("so-y-te", "so-tai-chinh"))
    with app.read(SATURDAY_AFTERNOON) as ctx:
        unit = ctx.settings.unit
        for message in ctx.session.exec(select(Message).where(Message.kind == "request")).all():
            text = render_message(ctx, message, rows_of(ctx, message), link=None)
            words = " ".join(text.text.split())
            assert "Sở Tài chính" in words
            assert f"về {unit}" not in words
            assert f"Thông báo tự động – {unit}, Sở Tài chính" in words
            assert unit not in text.short
        told = ctx.session.exec(select(Message).join(Agency, col(Message.agency_id) == Agency.id)
            .where(Agency.code == "so-y-te", Message.kind == "request")).one()  # fmt: skip
        lead = " ".join(render_message(ctx, told, rows_of(ctx, told), link=None).text.split())
        assert "Sở Tài chính đề nghị Quý cơ quan" in lead
        assert "về Sở Tài chính" in lead
