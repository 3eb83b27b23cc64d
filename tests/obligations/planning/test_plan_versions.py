"""A plan changes while its periods are open: dates, who is told, and that nobody becomes late by it."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

from models.enums import AssignmentState, MessageState, PeriodState, StepState
from models.tables import FeedEntry, Message, MessageItem, Obligation, Period, PeriodStep, Plan
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.context import App
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.feeds.visible import feed_state
from obligations.services.planning.history import plan_history, rollback_plan
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.planning.preview import preview_plan
from obligations.services.reviewing.review import extend
from obligations.services.running.deployment_view import deployments
from obligations.services.sending import corrections
from obligations.services.sending.render import render_message, rows_of
from obligations.services.views_shared import standing_of
from plans.schema import PlanFile
from tests.obligations.versions import OPENS, SLUG, TOLD, World, deadline, document, plan_file, report
from tests.plan197 import hanoi

LATER = report(deadline=deadline(11, 15))
EARLIER = report(deadline=deadline(10, 21))


@pytest.fixture
def world(app: App) -> World:
    return World(app)


def test_a_later_date_moves_what_is_owed_and_corrects_whom_it_was_told(world: World) -> None:
    world.opened(plan_file())
    applied = world.apply(plan_file(LATER))
    assert (applied.version, applied.corrected) == (2, 3)
    (impact,) = applied.periods
    assert impact.move is not None
    assert (impact.move.due_on_before, impact.move.due_on, impact.move.told) == (
        date(2026, 10, 31),
        date(2026, 11, 14),
        3,
    )
    with world.app.read(TOLD) as ctx:
        period, row = world.period(ctx), world.row(ctx, "so-a")
        assert (period.due_on, period.practical_due_on) == (date(2026, 11, 14), date(2026, 11, 13))
        assert (row.due_on, row.practical_due_on, row.kept_due) == (date(2026, 11, 14), date(2026, 11, 13), False)
        assert period.reasons[0] == "Văn bản ghi “trước ngày 15/11 hằng năm”"
        assert period.plan_version == 2
    assert [m[0] for m in world.messages("correction")] == ["so-a", "so-b", "so-c"]
    again = world.apply(plan_file(LATER), TOLD + timedelta(minutes=1))
    assert (again.changed, again.corrected) == (False, 0)
    assert world.deliver(TOLD).recorded == 3
    assert world.deliver(TOLD + timedelta(hours=1)).recorded == 0
    with world.app.read(TOLD) as ctx:
        assert audit.verify(ctx.session) == []


def test_the_correction_says_both_dates_and_the_document(world: World) -> None:
    world.opened(plan_file())
    world.apply(plan_file(amendments=[document("correct", changes={"deadline": deadline(11, 15)})]))
    with world.app.read(TOLD) as ctx:
        message = ctx.session.exec(select(Message).where(Message.kind == "correction")).first()
        assert message is not None
        shown = render_message(ctx, message, rows_of(ctx, message), link=None)
    assert shown.subject == "Thông báo đính chính thời hạn: báo cáo năm 2026 (Kế hoạch số 1/KH-UBND)"
    for words in (
        "Căn cứ đính chính: Quyết định số 12/QĐ-UBND ngày 20/09/2026",
        "Thời hạn đã thông báo: hết thứ Bảy, 31/10/2026",
        "Hạn theo văn bản: trước ngày 15/11 hằng năm (hết thứ Bảy, 14/11/2026)",
        "Ngày làm việc cuối trong hạn: thứ Sáu, 13/11/2026",
    ):
        assert words in shown.text


def test_who_was_not_told_gets_an_opening_notice_and_no_correction(world: World) -> None:
    world.begin(plan_file(), based=False)
    world.open()
    assert world.messages("open", "held") == [(code, "open", "held") for code in ("so-a", "so-b", "so-c")]
    assert world.apply(plan_file(LATER)).corrected == 0
    assert world.messages("correction") == []
    assert Counter(m[2] for m in world.messages("open")) == {"cancelled": 3, "held": 3}


def test_two_duties_that_move_make_one_notice_a_contact(world: World) -> None:
    second = report("thong-ke", assigned_to=["so-a"])
    world.opened(plan_file(report(), second))
    moved = plan_file(LATER, report("thong-ke", assigned_to=["so-a"], deadline=deadline(11, 20)))
    assert world.apply(moved).corrected == 3
    with world.app.read(TOLD) as ctx:
        items = ctx.session.exec(
            select(MessageItem.message_id)
            .join(Message, col(MessageItem.message_id) == Message.id)
            .where(Message.kind == "correction")
        ).all()
    assert sorted(Counter(items).values()) == [1, 1, 2]


def test_who_has_sent_is_not_corrected_unless_the_outline_grew(world: World) -> None:
    world.opened(plan_file(report(outline=["III.1"])))
    world.send("so-a", TOLD)
    world.apply(plan_file(report(outline=["III.1"], deadline=deadline(11, 15))))
    assert [m[0] for m in world.messages("correction")] == ["so-b", "so-c"]
    world.deliver(TOLD)
    world.apply(plan_file(LATER), TOLD + timedelta(hours=1))
    assert Counter(m[0] for m in world.messages("correction")) == {"so-a": 1, "so-b": 2, "so-c": 2}


def test_a_correction_that_has_nothing_left_to_say_never_goes(world: World) -> None:
    world.opened(plan_file())
    world.apply(plan_file(LATER))
    world.send("so-b", TOLD)
    back = world.apply(plan_file(), TOLD + timedelta(minutes=1))
    assert (back.version, back.corrected) == (3, 0)
    assert {m[2] for m in world.messages("correction")} == {"cancelled"}
    assert world.deliver(TOLD + timedelta(minutes=2)).recorded == 0


def test_a_report_that_comes_before_the_correction_leaves_stops_it(world: World) -> None:
    world.opened(plan_file())
    world.apply(plan_file(LATER))
    world.send("so-b", TOLD)
    done = world.deliver(TOLD)
    assert (done.recorded, done.cancelled) == (2, 1)


def test_a_second_move_is_told_from_the_date_that_was_really_told(world: World) -> None:
    world.opened(plan_file())
    world.apply(plan_file(LATER))
    world.apply(plan_file(report(deadline=deadline(11, 20))), TOLD + timedelta(minutes=1))
    with world.app.read(TOLD) as ctx:
        waiting = ctx.session.exec(
            select(MessageItem)
            .join(Message, col(MessageItem.message_id) == Message.id)
            .where(Message.kind == "correction", Message.state == MessageState.planned)
        ).all()
        assert [item.extra["told"]["due_on"] for item in waiting] == ["2026-10-31"] * 3
    assert world.deliver(TOLD + timedelta(minutes=1)).recorded == 3


def test_the_correction_stands_for_the_reminder_of_its_day(world: World) -> None:
    world.opened(plan_file())
    friday = hanoi(2026, 10, 16, 9)  # T-7 before 20/10 has passed
    world.apply(plan_file(EARLIER), friday)
    assert world.steps("correction") == ["T-7"] * 3
    assert world.deliver(friday).recorded == 3
    assert world.deliver(hanoi(2026, 10, 19, 9)).recorded == 3, "T-1"
    assert Counter(m[1] for m in world.messages(state="recorded")) == {"open": 3, "correction": 3, "tomorrow": 3}


def test_what_came_in_time_never_becomes_late(world: World) -> None:
    world.opened(plan_file(policy={"grace": True}))
    on_grace_day = hanoi(2026, 11, 2, 10)
    world.send("so-a", hanoi(2026, 10, 26, 9))
    world.send("so-b", on_grace_day)
    world.apply(plan_file(EARLIER, policy={"grace": True}), hanoi(2026, 11, 2, 11))
    with world.app.read(hanoi(2026, 11, 2, 12)) as ctx:
        period = world.period(ctx)
        assert period.due_on == date(2026, 10, 20)
        for code in ("so-a", "so-b", "so-c"):
            row = world.row(ctx, code)
            standing = standing_of(ctx, row, period)
            assert row.kept_due
            assert (standing.late, standing.extended_from, standing.key == "overdue") == (False, None, False)
            assert not feed_state(ctx, period, row).startswith("Gia hạn")


def test_nobody_who_owes_becomes_overdue_by_a_move(world: World) -> None:
    world.opened(plan_file())
    after = hanoi(2026, 10, 22, 9)
    applied = world.apply(plan_file(EARLIER), after)
    assert applied.corrected == 0, "their date is the one they were told"
    with world.app.read(after) as ctx:
        assert {world.row(ctx, code).due_on for code in ("so-a", "so-b", "so-c")} == {date(2026, 10, 31)}
    world.apply(plan_file(), after + timedelta(hours=1))
    with world.app.read(after) as ctx:
        assert not any(world.row(ctx, code).kept_due for code in ("so-a", "so-b", "so-c"))


def test_an_extension_stands_while_it_is_the_later_day(world: World) -> None:
    world.opened(plan_file())
    with world.app.write(TOLD, "test") as ctx:
        extend(ctx, world.row(ctx, "so-a").public_id, date(2026, 11, 20), "5/UBND", date(2026, 10, 1))
    for month, day, due in ((11, 15, date(2026, 11, 20)), (12, 1, date(2026, 11, 30)), (11, 1, date(2026, 11, 20))):
        world.apply(plan_file(report(deadline=deadline(month, day))), TOLD)
        with world.app.read(TOLD) as ctx:
            row, period = world.row(ctx, "so-a"), world.period(ctx)
            assert (row.due_on, row.kept_due) == (due, False)
            assert (standing_of(ctx, row, period).extended_from is None) == (due == period.due_on)


def test_a_repealed_duty_stops_and_tells_whom_it_was_told(world: World) -> None:
    world.opened(plan_file())
    repealed = plan_file(amendments=[document("repeal", "2026-10-15")])
    applied = world.apply(repealed)
    (impact,) = applied.periods
    assert impact.ends == "Không còn thực hiện theo Quyết định số 12/QĐ-UBND ngày 20/09/2026"
    with world.app.read(TOLD) as ctx:
        period = world.period(ctx)
        assert period.state == PeriodState.ended
        assert {world.row(ctx, code).state for code in ("so-a", "so-b", "so-c")} == {AssignmentState.ended}
        assert feed_state(ctx, period, world.row(ctx, "so-a")) == "Không còn thực hiện"
        steps = ctx.session.exec(select(PeriodStep).where(PeriodStep.period_id == period.id)).all()
        assert {s.state for s in steps} == {StepState.done, StepState.cancelled}
    assert [m[0] for m in world.messages("ended")] == ["so-a", "so-b", "so-c"]
    assert world.deliver(TOLD).recorded == 3
    assert world.deliver(hanoi(2026, 11, 3, 8)).recorded == 0


def test_what_was_due_before_the_end_runs_its_course(world: World) -> None:
    world.opened(plan_file())
    applied = world.apply(plan_file(amendments=[document("repeal", "2026-11-01")]))
    assert applied.periods == []
    assert world.deliver(hanoi(2026, 11, 3, 8)).recorded == 0, "shown before it goes"
    assert world.deliver(hanoi(2026, 11, 3, 14)).recorded == 3, "still chased"


def test_a_repeal_taken_back_before_it_was_told_leaves_no_trace(world: World) -> None:
    world.opened(plan_file())
    world.apply(plan_file(amendments=[document("repeal", "2026-10-15")]))
    back = world.apply(plan_file(), TOLD + timedelta(minutes=1))
    assert (back.corrected, back.periods[0].reopens) == (0, True)
    assert world.deliver(TOLD + timedelta(minutes=1)).recorded == 0
    with world.app.read(TOLD) as ctx:
        assert world.row(ctx, "so-a").state == AssignmentState.open
    assert world.deliver(hanoi(2026, 10, 21, 8)).recorded == 3, "T-7"


def test_a_repeal_taken_back_after_it_was_told_opens_anew(world: World) -> None:
    world.opened(plan_file())
    world.apply(plan_file(amendments=[document("repeal", "2026-10-15")]))
    world.deliver(TOLD)
    world.apply(plan_file(), TOLD + timedelta(hours=1))
    assert Counter(m[1:] for m in world.messages()) == {
        ("open", "recorded"): 3,
        ("ended", "recorded"): 3,
        ("open", "planned"): 3,
    }


def test_a_duty_taken_back_after_its_day_waits_for_the_coordinator(world: World) -> None:
    world.opened(plan_file())
    world.apply(plan_file(amendments=[document("repeal", "2026-10-15")]))
    after = hanoi(2026, 11, 5, 9)
    world.deliver(TOLD)
    world.apply(plan_file(), after)
    assert world.deliver(after).recorded == 0
    with world.app.read(after) as ctx:
        assert world.period(ctx).needs_confirmation
        assert feed_state(ctx, world.period(ctx), world.row(ctx, "so-a")) == "Đang mở"


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (plan_file(amendments=[document("repeal", "2026-10-15")]), "--allow end:bao-cao"),
        (plan_file(report(assigned_to=["so-b", "so-c"])), "--allow unassign:so-a"),
        (plan_file(report(outline=["III.2"])), "--allow remove-outline:III.1"),
        (plan_file(report("thong-ke")), "--allow end:bao-cao"),
    ],
)
def test_what_would_lose_data_is_refused_until_allowed_by_name(world: World, file: "object", words: str) -> None:

    assert isinstance(file, PlanFile)
    world.opened(plan_file())
    world.send("so-a", TOLD, content={"entries": [{"clause": "III.1", "result": "đã làm"}], "figures": []})
    before = world.messages()
    with pytest.raises(Refused, match="nothing was changed") as refused:
        world.apply(file)
    assert words in str(refused.value)
    assert world.messages() == before
    with world.app.read(TOLD) as ctx:
        assert ctx.session.exec(select(Plan)).one().version == 1
        assert world.row(ctx, "so-a").state == AssignmentState.submitted
    assert world.apply(file, allow=[words.removeprefix("--allow ")]).version == 2


def test_an_unknown_allowance_is_refused(world: World) -> None:
    world.opened(plan_file())
    with pytest.raises(Refused, match="allows nothing"):
        world.apply(plan_file(LATER), allow=["all"])


def test_new_agencies_are_told_and_removed_ones_released_once(world: World) -> None:
    world.opened(plan_file())
    changed = plan_file(report(assigned_to=["so-b", "so-c", "so-d"]))
    applied = world.apply(changed)
    assert (applied.periods[0].added, applied.periods[0].removed) == (["so-d"], ["so-a"])
    assert world.messages(state="planned") == [("so-d", "open", "planned"), ("so-a", "ended", "planned")]
    world.deliver(TOLD)
    assert world.apply(changed).corrected == 0
    assert world.deliver(TOLD + timedelta(hours=1)).recorded == 0
    world.apply(plan_file(), TOLD + timedelta(hours=2))
    assert world.messages(state="planned") == [("so-a", "open", "planned"), ("so-d", "ended", "planned")]


def test_an_agency_is_not_made_late_by_being_added(world: World) -> None:
    world.opened(plan_file())
    added = plan_file(report(assigned_to=["so-a", "so-b", "so-c", "so-d"]))
    with pytest.raises(Refused, match="late:so-d"):
        world.apply(added, hanoi(2026, 11, 4, 9))
    assert world.apply(added, hanoi(2026, 10, 30, 9)).periods[0].added == ["so-d"]


def test_text_of_a_task_that_left_the_outline_is_kept(world: World) -> None:
    from obligations.services.reporting.build_report import build_report

    world.opened(plan_file())
    world.send("so-a", TOLD, content={"entries": [{"clause": "III.1", "result": "đã làm"}], "figures": []})
    world.apply(plan_file(report(outline=["III.2"])), allow=["remove-outline:III.1"])
    with world.app.read(TOLD) as ctx:
        built = build_report(ctx, world.period(ctx).id or 0)
    assert [e.result for section in built.sections for e in section.entries] == ["đã làm"]


def test_a_failure_midway_changes_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.opened(plan_file())
    before = world.messages()

    def stop(*_: object) -> None:
        raise RuntimeError("power")

    with monkeypatch.context() as patched:
        patched.setattr(corrections, "write_message", stop)
        with pytest.raises(RuntimeError, match="power"):
            world.apply(plan_file(LATER))
    assert world.messages() == before
    with world.app.read(TOLD) as ctx:
        assert (world.period(ctx).due_on, ctx.session.exec(select(Plan)).one().version) == (date(2026, 10, 31), 1)
    assert world.apply(plan_file(LATER)).corrected == 3


def test_a_correction_reaches_closed_periods_and_makes_nobody_late(world: World) -> None:
    world.opened(plan_file())
    world.send("so-a", hanoi(2026, 10, 26, 9))
    world.send("so-b", hanoi(2026, 11, 5, 9))
    with world.app.write(hanoi(2027, 1, 29, 9), "test") as ctx:
        world.period(ctx).state = PeriodState.closed
    edited = hanoi(2027, 2, 5, 9)
    world.apply(plan_file(EARLIER), edited)
    with world.app.read(edited) as ctx:
        assert world.period(ctx).due_on == date(2026, 10, 31), "an edit without a document leaves what is closed"
    world.apply(plan_file(EARLIER, amendments=[document("correct")]), edited)
    with world.app.read(edited) as ctx:
        period = world.period(ctx)
        assert (period.due_on, period.state) == (date(2026, 10, 20), PeriodState.closed)
        assert (
            "Đính chính theo Quyết định số 12/QĐ-UBND ngày 20/09/2026, áp dụng như nội dung ban đầu" in period.reasons
        )
        late = {code: standing_of(ctx, world.row(ctx, code), period).late for code in ("so-a", "so-b")}
        assert late == {"so-a": False, "so-b": True}
    world.apply(plan_file(report(deadline=deadline(11, 15)), amendments=[document("correct", note="lần 2")]), edited)
    with world.app.read(edited) as ctx:
        assert not standing_of(ctx, world.row(ctx, "so-b"), world.period(ctx)).late
    assert world.messages("correction") == []


def test_a_period_keeps_its_own_steps_when_an_amendment_leaves_it(world: World) -> None:
    world.opened(plan_file())
    fewer = {"reminders": [{"code": "open"}, {"code": "T0"}]}
    world.apply(plan_file(amendments=[document("amend", "2026-10-05", changes=fewer)]))
    assert world.deliver(hanoi(2026, 10, 21, 8)).recorded == 3, "T-7 of the rule it opened with"
    with world.app.write(hanoi(2027, 10, 1, 8), "tick") as ctx:
        open_due_periods(ctx)
        codes = ctx.session.exec(
            select(PeriodStep.code).where(PeriodStep.period_id == world.period(ctx, label="2027").id)
        ).all()
    assert "T-7" not in codes


def test_an_obligation_added_late_waits_for_the_coordinator(world: World) -> None:
    world.opened(plan_file())
    with_second = plan_file(report(), report("thong-ke"))
    assert world.apply(with_second).opened == ["thong-ke 2026"]
    with world.app.read(TOLD) as ctx:
        assert world.period(ctx, "thong-ke").needs_confirmation
        assert not world.period(ctx).needs_confirmation
    assert world.deliver(TOLD).recorded == 0


def test_a_tick_that_was_missed_is_not_taken_for_a_late_plan(world: World) -> None:
    world.begin(plan_file())
    world.apply(plan_file(LATER), OPENS + timedelta(days=1))
    with world.app.read(TOLD) as ctx:
        assert not world.period(ctx).needs_confirmation
        assert world.period(ctx).due_on == date(2026, 11, 14)


def test_rollback_is_a_new_version_by_the_same_path(world: World) -> None:
    world.opened(plan_file())
    world.apply(plan_file(LATER))
    world.deliver(TOLD)
    with world.app.write(TOLD, "test") as ctx:
        back = rollback_plan(ctx, SLUG)
        assert (back.version, back.corrected) == (3, 3)
        assert world.period(ctx).due_on == date(2026, 10, 31)
        found = plan_history(ctx, SLUG)
        assert [(v.version, v.in_force, v.repeats) for v in found] == [(1, False, None), (2, False, None), (3, True, 1)]
        assert found[1].changes == ["bao-cao: deadline"]
        with pytest.raises(Refused, match="in force already"):
            rollback_plan(ctx, SLUG, 1)


def test_a_preview_says_everything_and_changes_nothing(world: World) -> None:
    world.opened(plan_file())
    world.send("so-a", TOLD)
    before = world.messages()
    with world.app.write(TOLD, "test") as ctx:
        seen = preview_plan(ctx, plan_file(report(deadline=deadline(11, 15), assigned_to=["so-b", "so-d"])))
    assert [need.allow for need in seen.refused] == ["unassign:so-a"]
    assert [(d.agency, d.kind) for d in seen.notices] == [
        ("so-a", "ended"),
        ("so-b", "correction"),
        ("so-c", "ended"),
        ("so-d", "open"),
    ]
    assert "14/11/2026" in seen.notices[1].text
    assert world.messages() == before
    with world.app.read(TOLD) as ctx:
        assert ctx.session.exec(select(Plan)).one().version == 1
        assert ctx.session.exec(select(Period)).one().due_on == date(2026, 10, 31)
        assert ctx.session.exec(select(Obligation)).one().spec["assigned_to"] == ["so-a", "so-b", "so-c"]


def entries(world: World, at: datetime) -> dict[str, tuple[int, str, bool]]:
    """UID's owner -> sequence, summary, cancelled, after a refresh."""
    with world.app.write(at, "tick") as ctx:
        refresh_feeds(ctx)
        rows = ctx.session.exec(select(FeedEntry)).all()
        return {
            row.uid.partition("@")[0].rpartition("-so-")[2] if row.assignment_id else "public": (
                row.sequence,
                row.visible["summary"],
                b"STATUS:CANCELLED" in row.rendered,
            )
            for row in rows
        }


def test_feed_entries_move_with_a_higher_sequence_and_leave_cancelled(world: World) -> None:
    world.opened(plan_file())
    before = entries(world, TOLD)
    world.apply(plan_file(report(deadline=deadline(11, 15), assigned_to=["so-b", "so-c"])))
    moved = entries(world, TOLD + timedelta(minutes=1))
    assert {name: one[0] for name, one in moved.items()} == {name: one[0] + 1 for name, one in before.items()}
    assert moved["a"][1:] == ("[Không còn thực hiện] Báo cáo hằng năm, kỳ 2026", True)
    assert moved["b"][1:] == ("[Đang mở] Báo cáo hằng năm, kỳ 2026", False)
    world.apply(plan_file(amendments=[document("repeal", "2026-10-15")]))
    ended = entries(world, TOLD + timedelta(minutes=2))
    assert all(cancelled for _, _, cancelled in ended.values())
    assert ended["public"][0] == 2


def test_deployments_show_new_dates_and_the_documents(world: World) -> None:
    world.opened(plan_file())
    with world.app.read(TOLD) as ctx:
        before = deployments(ctx)[0]
    later = document("amend", "2026-10-01", changes={"deadline": deadline(11, 15)})
    world.apply(plan_file(amendments=[later, document("repeal", "2027-12-01", document="Quyết định số 30/QĐ-UBND")]))
    with world.app.read(TOLD) as ctx:
        after = deployments(ctx)[0]
    assert after.fingerprint != before.fingerprint
    assert "thứ Bảy, 14/11/2026" in after.description
    assert "Sửa đổi theo Quyết định số 12/QĐ-UBND ngày 20/09/2026, có hiệu lực từ ngày 01/10/2026" in after.description
    assert after.opening is not None
    assert after.opening.first_on == date(2027, 10, 1), "it goes on until the day it ends"
