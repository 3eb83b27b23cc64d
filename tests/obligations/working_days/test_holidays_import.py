"""Announced days come into the database: what lies ahead moves, what is past stays, nothing is sent by it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from models.enums import MessageState, StepState
from models.tables import (
    Assignment,
    AuditEntry,
    CalendarVersion,
    ImportedDay,
    Message,
    MessageItem,
    Period,
    PeriodStep,
    metadata,
)
from obligations.errors import Refused
from obligations.services import calendar_watch
from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.calendar_versions import kept_calendar
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context, open_app
from obligations.services.lookup import find_period
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.reviewing.review import cite_plan, extend
from obligations.services.running.tick import run_tick
from obligations.services.views.explain import explain_applied
from obligations.services.working_days.holidays_import import HolidayImport, import_holidays
from obligations.services.working_days.holidays_view import list_holidays
from plans.reading import read_registry
from tests.obligations.test_main_course import assignment_of
from tests.plan197 import FILES, HANOI, PLAN, REPORT, Adopt, hanoi
from tests.plans.builders import plan_with, yearly
from tests.prepared import Prepared
from tests.statements import statements

ANNOUNCED = hanoi(2026, 8, 14, 15)
"""17 days before the day off, as in 2024."""
BEFORE = [("2026-08-31", "worked", "x/0"), ("2026-08-22", "off", "x/0")]
"""What was known before the swap that the package already carries."""
SWAP = [("2026-08-31", "off", "99/VPCP"), ("2026-08-22", "worked", "99/VPCP")]
Days = list[tuple[str, str, str]]
Import = Callable[..., HolidayImport]


@pytest.fixture
def announce(app: App, tmp_path: Path) -> Import:
    """Import days through the service, as of a moment."""

    def _announce(days: Days, as_of: datetime, *, dry_run: bool = False, confirmed: str = "true") -> HolidayImport:
        path = tmp_path / "days.csv"
        rows = [f"{day},{kind},Ngày {day},{document},2026-08-14,{confirmed}" for day, kind, document in days]
        path.write_text("day,kind,name,document,known_since,confirmed\n" + "\n".join(rows), encoding="utf-8")
        with app.write(as_of, "chuyên viên") as ctx:
            return import_holidays(ctx, path, dry_run=dry_run)

    return _announce


@pytest.fixture
def august(app: App, announce: Import, prepared: Prepared) -> App:
    """A yearly report due "trước ngày 01/9", open since 01/8/2026, opening notices gone; the swap not announced yet."""
    prepared.once(app, "august", lambda: _august(app, announce))
    app.refresh_calendar()
    return app


def _august(app: App, announce: Import) -> None:
    with app.write(hanoi(2026, 1, 5, 9), "test") as ctx:
        apply_registry(ctx, read_registry(FILES / "hung-yen.yaml"))
        add_sample_contacts(ctx)
    announce(BEFORE, hanoi(2026, 1, 5, 10))
    spec: dict[str, Any] = {"deadline": yearly(9, 1), "assigned_to": ["so-ban-nganh"], "first_period": "2026"}
    with app.write(hanoi(2026, 7, 20, 9), "test") as ctx:
        apply_plan(ctx, plan_with(**spec), date(2026, 1, 1))
        cite_plan(ctx, 1)
    run_tick(app, hanoi(2026, 8, 3, 9))


def the_period(ctx: Context, label: str = "2026") -> Period:
    return find_period(ctx, "mau", "viec", label)


def steps(ctx: Context, period: Period) -> dict[str, date]:
    rows = ctx.session.exec(select(PeriodStep).where(PeriodStep.period_id == period.id)).all()
    return {row.code: row.planned_at.astimezone(HANOI).date() for row in rows if row.state == StepState.planned}


def days_told(app: App) -> dict[str, set[date]]:
    """For each step, the days on which its messages went."""
    with app.read(hanoi(2026, 12, 1, 9)) as ctx:
        query = (
            select(MessageItem.step, Message.finished_at)
            .join(Message, col(MessageItem.message_id) == Message.id)
            .where(Message.state == MessageState.recorded)
        )
        found: dict[str, set[date]] = {}
        for step, at in ctx.session.exec(query).all():
            assert at is not None
            found.setdefault(step, set()).add(at.astimezone(HANOI).date())
    return found


def rows_of(app: App) -> dict[str, list[Any]]:
    with app.database.read() as session:
        return {table.name: sorted(map(str, session.execute(table.select()).all())) for table in metadata.sorted_tables}


def test_a_swap_announced_17_days_before_moves_the_period_and_its_steps(august: App, announce: Import) -> None:
    with august.read(ANNOUNCED) as ctx:
        before = the_period(ctx)
        assert before.due_on == before.practical_due_on == date(2026, 8, 31)
        assert steps(ctx, before)["T-7"] == date(2026, 8, 20)
    result = announce(SWAP, ANNOUNCED)
    (moved,) = result.periods
    assert (moved.practical_before, moved.practical_due_on) == (date(2026, 8, 31), date(2026, 8, 28))
    assert (moved.grace_before, moved.grace_until) == (date(2026, 8, 31), date(2026, 9, 3))
    assert moved.assignments == len(moved.told) > 10, "every agency had its opening notice with the other date"
    assert {s.code for s in moved.steps} >= {"T-3", "T-1", "T0", "T+1"}
    with august.read(ANNOUNCED) as ctx:
        period = the_period(ctx)
        assert period.due_on == date(2026, 8, 31)
        assert period.calendar_version == ctx.calendar.version == result.calendar
        found = steps(ctx, period)
        assert [found[c].day for c in ("T-7", "T-3", "T-1", "T0")] == [20, 25, 27, 28]
        assert found["T+1"] == date(2026, 9, 4), "03/09 is the first working day after five days off"
        assert period.reasons[2] == "31/08/2026 là Ngày 2026-08-31; ngày làm việc cuối trong hạn là 28/08/2026"
        assert assignment_practical(ctx, period) == {date(2026, 8, 28)}


def assignment_practical(ctx: Context, period: Period) -> set[date]:
    return set(ctx.session.exec(select(Assignment.practical_due_on).where(Assignment.period_id == period.id)).all())


def test_announcing_sends_nothing_and_afterwards_each_step_is_told_once_on_its_new_day(
    august: App, announce: Import
) -> None:
    with august.read(ANNOUNCED) as ctx:
        written = len(ctx.session.exec(select(Message)).all())
    announce(SWAP, ANNOUNCED)
    run_tick(august, ANNOUNCED + timedelta(minutes=1))
    with august.read(ANNOUNCED) as ctx:
        assert len(ctx.session.exec(select(Message)).all()) == written
    for month, day in [*((8, d) for d in (19, 20, 21, 22, 24, 25, 26, 27, 28, 31)), *((9, d) for d in (3, 4, 7))]:
        run_tick(august, hanoi(2026, month, day, 8, 30))
        run_tick(august, hanoi(2026, month, day, 14))  # what is overdue was shown in the morning
    told = days_told(august)
    assert told.pop("open") == {date(2026, 8, 3)}
    assert {step: sorted(d.isoformat()[5:] for d in days) for step, days in told.items() if step != "T+7"} == {
        "T-7": ["08-20"],
        "T-3": ["08-25"],
        "T-1": ["08-27"],
        "T0": ["08-28"],
        "T+1": ["09-04"],
    }


def test_a_dry_run_shows_the_same_and_touches_nothing(august: App, announce: Import) -> None:
    before = rows_of(august)
    shown = announce(SWAP, ANNOUNCED, dry_run=True)
    assert rows_of(august) == before
    with august.read(ANNOUNCED) as ctx:
        assert ctx.calendar.version == shown.calendar_before != shown.calendar
    done = announce(SWAP, ANNOUNCED)
    assert shown.dry_run
    assert replace(shown, dry_run=False) == done
    assert rows_of(august) != before


def test_importing_again_changes_nothing(august: App, announce: Import) -> None:
    first = announce(SWAP, ANNOUNCED)
    before = rows_of(august)
    again = announce(list(reversed(SWAP)), ANNOUNCED + timedelta(days=1))
    assert (again.number, again.days, again.unchanged, again.periods, again.messages) == (None, [], 2, [], [])
    assert (first.number, again.calendar) == (2, first.calendar)
    assert rows_of(august) == before


def test_a_later_import_supersedes_and_keeps_the_history(august: App, announce: Import) -> None:
    announce(SWAP, ANNOUNCED)
    back = announce([("2026-08-31", "worked", "100/VPCP")], ANNOUNCED + timedelta(days=1))
    assert [c.was for c in back.days] == ["nghỉ: Ngày 2026-08-31 (99/VPCP)"]
    (moved,) = back.periods
    assert moved.practical_due_on == date(2026, 8, 31)
    assert {s.code: s.after for s in moved.steps}["T-3"] is None
    with august.read(ANNOUNCED) as ctx:
        history = ctx.session.exec(
            select(ImportedDay).where(ImportedDay.day == date(2026, 8, 31)).order_by(col(ImportedDay.id))
        ).all()
        assert [(r.number, r.document, r.superseded_at is None) for r in history] == [
            (1, "x/0", False), (2, "99/VPCP", False), (3, "100/VPCP", True),
        ]  # fmt: skip
        assert {r.imported_by for r in history} == {"chuyên viên"}
        (row,) = [d for d in list_holidays(ctx, 2026) if d.day == date(2026, 8, 31)]
        assert (row.source, row.kind, row.number, len(row.earlier)) == ("imported", "worked", 3, 2)
        acts = ctx.session.exec(select(AuditEntry).where(AuditEntry.action == "holidays.imported")).all()
        assert [a.detail["number"] for a in acts] == [1, 2, 3]
    announce(SWAP[:1], ANNOUNCED + timedelta(days=2))
    with august.read(ANNOUNCED) as ctx:
        assert steps(ctx, the_period(ctx))["T-3"] == date(2026, 8, 25), "the T-3 that was taken back is owed again"


@pytest.mark.parametrize(
    "line", ["2026-08-31,offf,Nghỉ,1/X,2026-08-14,true", "2026-08-22,worked,x,1/X,2026-08-14,true"]
)
def test_a_wrong_file_names_its_line_and_leaves_nothing(august: App, tmp_path: Path, line: str) -> None:
    before = rows_of(august)
    path = tmp_path / "wrong.csv"
    head = "day,kind,name,document,known_since,confirmed\n2026-08-22,off,Nghỉ,1/X,2026-08-14,true\n"
    path.write_text(head + line + "\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"wrong\.csv:3: "), august.write(ANNOUNCED, "test") as ctx:
        import_holidays(ctx, path)
    assert rows_of(august) == before


def test_waiting_messages_are_put_off_to_a_day_that_is_worked(august: App, announce: Import) -> None:
    evening = hanoi(2026, 8, 21, 18)  # T-7 of 20/08 was missed; the office opens again on Monday 24/08
    with august.write(evening, "test") as ctx:
        assert plan_reminders(ctx).planned > 10
    result = announce([("2026-08-24", "off", "7/X")], evening)
    assert {(m.before.astimezone(HANOI), m.after.astimezone(HANOI)) for m in result.messages} == {
        (hanoi(2026, 8, 24, 8), hanoi(2026, 8, 25, 8))
    }
    with august.read(evening) as ctx:
        waiting = ctx.session.exec(select(Message).where(Message.state == MessageState.planned)).all()
        assert {m.next_at.astimezone(HANOI) for m in waiting} == {hanoi(2026, 8, 25, 8)}


def test_past_and_closed_periods_keep_their_dates_and_their_calendar(app: App, adopt: Adopt, announce: Import) -> None:
    adopt(hanoi(2026, 9, 1, 9))
    run_tick(app, hanoi(2026, 10, 1, 9))
    with app.read(ANNOUNCED) as ctx:
        before = find_period(ctx, PLAN, REPORT, "2026").model_dump()
    result = announce([("2026-10-30", "off", "1/X"), ("2026-12-31", "off", "1/X")], hanoi(2026, 11, 2, 9))
    assert result.periods == []
    assert any("has passed" in warning for warning in result.warnings)
    with app.read(hanoi(2026, 11, 2, 9)) as ctx:
        period = find_period(ctx, PLAN, REPORT, "2026")
        assert period.model_dump() == before
        assert period.calendar_version != ctx.calendar.version
        old = kept_calendar(ctx, period.calendar_version)
        assert old is not None
        assert old.last_on_or_before(date(2026, 10, 31)) == date(2026, 10, 30)
        assert ctx.calendar.last_on_or_before(date(2026, 10, 31)) == date(2026, 10, 29)
        text = "\n".join(explain_applied(ctx, PLAN, "V.b4", "2026").lines)
    assert f"phiên bản {before['calendar_version']}, dùng từ 01/10/2026" in text
    assert (
        "Theo lịch hiện hành, ngày làm việc cuối trong hạn sẽ là thứ Năm, 29/10/2026; kỳ giữ ngày đã xác định" in text
    )


def test_an_extended_agency_moves_by_its_own_day_even_when_the_period_is_past(
    app: App, adopt: Adopt, announce: Import
) -> None:
    adopt(hanoi(2026, 9, 1, 9))
    run_tick(app, hanoi(2026, 10, 1, 9))
    with app.write(hanoi(2026, 10, 20, 9), "test") as ctx:
        for code, day in (("so-cong-thuong", date(2026, 11, 27)), ("so-y-te", date(2026, 11, 3))):
            extend(ctx, assignment_of(ctx, code).public_id, day, "5/UBND", date(2026, 10, 20))
    days: Days = [("2026-11-27", "off", "1/X"), ("2026-11-03", "off", "1/X")]
    (moved,) = announce(days, hanoi(2026, 11, 16, 9)).periods
    assert (moved.assignments, moved.extended, moved.told) == (0, 1, [])
    with app.read(hanoi(2026, 11, 16, 9)) as ctx:
        assert assignment_of(ctx, "so-cong-thuong").practical_due_on == date(2026, 11, 26)
        assert assignment_of(ctx, "so-y-te").practical_due_on == date(2026, 11, 3)
        assert explain_applied(ctx, PLAN, REPORT, "2026").deadline.extended == 2


def test_a_practical_day_never_moves_to_one_that_is_over(august: App, announce: Import) -> None:
    result = announce([("2026-08-31", "off", "1/X")], hanoi(2026, 8, 31, 9))
    (stays,) = result.periods
    assert stays.kept == "the new practical date 2026-08-28 is over"
    assert stays.practical_due_on == stays.practical_before == date(2026, 8, 31)


def test_periods_to_come_are_shown_with_both_dates(august: App, announce: Import) -> None:
    result = announce([("2027-08-31", "off", "1/X")], ANNOUNCED)
    (ahead,) = result.occurrences
    assert (ahead.period, ahead.practical_before, ahead.practical_due_on) == (
        "2027", date(2027, 8, 31), date(2027, 8, 30),
    )  # fmt: skip
    assert result.periods == []


def test_a_provisional_day_that_is_confirmed_takes_the_word_out_of_the_reasons(august: App, announce: Import) -> None:
    announce(SWAP, ANNOUNCED, confirmed="false")
    with august.read(ANNOUNCED) as ctx:
        assert "dự kiến" in the_period(ctx).reasons[-1]
    result = announce(SWAP, ANNOUNCED + timedelta(days=1))
    assert (result.number, result.periods) == (3, [])
    with august.read(ANNOUNCED) as ctx:
        period = the_period(ctx)
        assert not any("dự kiến" in reason for reason in period.reasons)
        assert len(period.reasons) == 4
        assert period.calendar_version == ctx.calendar.version
        assert ctx.session.get(CalendarVersion, period.calendar_version) is not None


def test_another_process_sees_an_import_at_its_next_pass_and_soon_otherwise(
    august: App, announce: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_app(august.settings)
    held = other.calendar.version
    monkeypatch.setattr(calendar_watch, "FRESH_FOR", timedelta(minutes=1))
    with statements(other.database, watch=True) as asked:
        result = announce(SWAP, ANNOUNCED)
        for _ in range(30):
            with other.read(ANNOUNCED) as ctx:
                assert ctx.calendar.version in (held, result.calendar)
        assert not [sql for sql, _ in asked if "imported_day" in sql], "not once a message"
    monkeypatch.setattr(calendar_watch, "FRESH_FOR", timedelta(0))
    assert other.calendar.version == result.calendar
    other.close()


def test_a_tick_of_another_process_sees_it_at_once(august: App, announce: Import) -> None:
    other = open_app(august.settings)
    assert other.calendar.is_working(date(2026, 8, 31))
    result = announce(SWAP, ANNOUNCED)
    run_tick(other, ANNOUNCED)
    assert other.calendar.version == result.calendar
    other.close()
