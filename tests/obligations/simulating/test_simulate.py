"""A simulated year of plan 197: who is told what, and on which days."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from models.enums import SubmissionForm
from models.migrate import upgrade
from obligations.errors import Refused
from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.context import App, open_app
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.simulating.simulate import Arrival, SimulatedMessage, read_arrivals, simulate_messages
from obligations.settings import Settings
from plans.library import HUNG_YEN, PLAN_197
from plans.reading import read_plan, read_registry
from tests.plan197 import HANOI, REPORT, hanoi

SIGNED, SOFT = "so-cong-thuong", "so-y-te"
pytestmark = pytest.mark.xdist_group("a simulated year")


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """Plan 197 adopted in November 2026, as ``make run`` leaves it."""
    app = open_app(Settings(home=tmp_path_factory.mktemp("home"), secret_key="a key of tests"))
    upgrade(app.database)
    with app.write(hanoi(2026, 11, 23, 9), "test") as ctx:
        apply_registry(ctx, read_registry(HUNG_YEN))
        add_sample_contacts(ctx)
        apply_plan(ctx, read_plan(PLAN_197), date(2026, 1, 1))
    yield app
    app.close()


@pytest.fixture(scope="module")
def year(adopted: App) -> list[SimulatedMessage]:
    """2026 with two reports arriving: one signed, one soft."""
    arrivals = [
        Arrival(hanoi(2026, 10, 23, 10), SIGNED, None, REPORT, "2026", SubmissionForm.signed),
        Arrival(hanoi(2026, 10, 23, 10), SOFT, None, "V.b4", "2026", SubmissionForm.soft),
    ]
    return simulate_messages(adopted, date(2026, 1, 1), date(2026, 12, 31), arrivals)


def about(year: list[SimulatedMessage], obligation: str = REPORT) -> list[SimulatedMessage]:
    return [m for m in year if obligation in {i.obligation for i in m.items}]


def test_messages_go_only_in_office_hours_of_working_days(adopted: App, year: list[SimulatedMessage]) -> None:
    assert year == sorted(year, key=lambda m: m.at)
    for message in year:
        assert message.at.utcoffset() == timedelta(hours=7)
        assert adopted.calendar.is_working(message.at.date())
        assert 8 <= message.at.hour < 17
    days = {m.at.date() for m in year}
    assert not days & {date(2026, 1, 2), *(date(2026, 2, 14) + timedelta(days=n) for n in range(9))}


def test_working_saturdays_count(adopted: App) -> None:
    assert adopted.calendar.is_working(date(2026, 1, 10))
    assert adopted.calendar.is_working(date(2026, 8, 22))
    assert not adopted.calendar.is_working(date(2026, 1, 2))


def test_steps_fall_on_the_days_that_the_users_page_counts(year: list[SimulatedMessage]) -> None:
    days = {(m.at.date(), m.kind) for m in about(year) if m.agency not in (SIGNED, SOFT)}
    assert days == {
        (date(2026, 10, 1), "open"),
        (date(2026, 10, 21), "before"),
        (date(2026, 10, 29), "tomorrow"),
        (date(2026, 10, 30), "today"),
        (date(2026, 11, 2), "overdue"),
        (date(2026, 11, 2), "ask_again"),
    }


def test_each_agency_is_told_each_step_once_and_leaders_never_by_themselves(year: list[SimulatedMessage]) -> None:
    told = Counter((m.agency, m.kind) for m in about(year))
    assert set(told.values()) == {1}
    assert "leader" not in {m.kind for m in year}
    assert len({m.agency for m in about(year)}) == 234


def test_a_signed_report_ends_the_chase(year: list[SimulatedMessage]) -> None:
    assert [m.kind for m in about(year) if m.agency == SIGNED] == ["open", "before", "received"]


def test_a_soft_copy_leaves_one_reminder_after_three_working_days(year: list[SimulatedMessage]) -> None:
    mine = [(m.kind, m.at.date()) for m in about(year) if m.agency == SOFT]
    assert mine[2:] == [("received", date(2026, 10, 23)), ("official_copy", date(2026, 10, 28))]


def test_a_simulation_touches_nothing(adopted: App) -> None:
    with adopted.database.read() as session:
        before = (
            session.connection()
            .exec_driver_sql("SELECT total(rootpage) + (SELECT count(*) FROM message) FROM sqlite_master")
            .scalar()
        )
        version = session.connection().exec_driver_sql("PRAGMA data_version").scalar()
    simulate_messages(adopted, date(2026, 10, 29), date(2026, 10, 30), [])
    with adopted.database.read() as session:
        assert session.connection().exec_driver_sql("PRAGMA data_version").scalar() == version
        after = (
            session.connection()
            .exec_driver_sql("SELECT total(rootpage) + (SELECT count(*) FROM message) FROM sqlite_master")
            .scalar()
        )
    assert after == before


def test_arrivals_are_read_with_errors_by_line(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    file = tmp_path / "arrivals.csv"
    file.write_text("agency,obligation,period,at,form\nso-y-te,V.b4,2026,2026-10-20T09:00,signed\n", encoding="utf-8")
    assert read_arrivals(file, settings) == [
        Arrival(datetime(2026, 10, 20, 9, tzinfo=HANOI), "so-y-te", None, "V.b4", "2026", SubmissionForm.signed)
    ]
    file.write_text("agency,obligation,period,at\nso-y-te,V.b4,2026,tomorrow\n", encoding="utf-8")
    with pytest.raises(Refused, match="line 2"):
        read_arrivals(file, settings)


def test_an_end_before_the_beginning_is_refused(adopted: App) -> None:
    with pytest.raises(Refused, match="--to"):
        simulate_messages(adopted, date(2026, 2, 1), date(2026, 1, 1), [])
