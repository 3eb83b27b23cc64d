"""Days that make no sense are refused with a sentence, whoever writes them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from models.enums import SubmissionForm
from obligations.errors import Refused
from obligations.services.chasing.snooze import snooze, snooze_period
from obligations.services.context import App, Context
from obligations.services.desk.reconcile import reconcile, record_matches
from obligations.services.desk.record import record_report
from obligations.services.lookup import find_period
from obligations.services.planning.extend_period import extend_period
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reviewing.review import agree_lateness, extend, record_opening_letter, return_for_changes
from tests.obligations.desk.test_initial_review import by_hand, sent
from tests.obligations.small_world import DUTY, PLAN, owed, settle, small_plan, submit
from tests.plan197 import hanoi
from tests.prepared import Prepared

NOW = hanoi(2026, 11, 5, 9)
FAR = date(2027, 3, 6)  # 121 days ahead
Act = Callable[[Context, str], object]
REFUSED: dict[str, tuple[Act, str]] = {
    "signed after it came": (
        lambda ctx, _: record_report(
            ctx, by_hand(ctx, "so-a", document_on=date(2026, 10, 30), arrived_on=date(2026, 10, 29))
        ),
        "không thể sau ngày đến",
    ),
    "signed in the future": (
        lambda ctx, _: record_report(ctx, by_hand(ctx, "so-a", document_on=date(2026, 11, 6))),
        "không thể sau ngày hôm nay",
    ),
    "a paper without its number": (
        lambda ctx, _: record_report(ctx, by_hand(ctx, "so-a", form=SubmissionForm.paper, document_number=None)),
        "phải có số, ký hiệu",
    ),
    "before the plan": (
        lambda ctx, _: record_report(ctx, by_hand(ctx, "so-a", arrived_on=date(2022, 1, 1))),
        "trước ngày ban hành",
    ),
    "signed before the plan": (
        lambda ctx, _: record_report(ctx, by_hand(ctx, "so-a", document_on=date(2016, 10, 28))),
        "đề nghị xem lại năm",
    ),
    "a letter to come": (
        lambda ctx, _: record_opening_letter(ctx, obligation(ctx), "1234/STC", date(2026, 11, 6)),
        "không thể sau ngày hôm nay",
    ),
    "a letter older than the plan": (
        lambda ctx, _: record_opening_letter(ctx, obligation(ctx), "1234/STC", date(2016, 10, 1)),
        "trước ngày ban hành",
    ),
    "extended by many years": (
        lambda ctx, key: extend(ctx, key, date(2036, 11, 20), "1/UBND", date(2026, 11, 3)),
        "kiểm tra lại năm",
    ),
    "all extended by many years": (
        lambda ctx, _: extend_period(ctx, period(ctx), date(2036, 11, 20), "1/UBND", date(2026, 11, 3)),
        "kiểm tra lại năm",
    ),
    "extended by a document to come": (
        lambda ctx, key: extend(ctx, key, date(2026, 11, 20), "1/UBND", date(2026, 11, 6)),
        "văn bản gia hạn không thể sau",
    ),
    "extended into the past": (
        lambda ctx, key: extend(ctx, key, date(2026, 11, 4), "1/UBND", date(2026, 11, 3)),
        "đã qua",
    ),
    "all extended into the past": (
        lambda ctx, _: extend_period(ctx, period(ctx), date(2026, 11, 4), "1/UBND", date(2026, 11, 3)),
        "đã qua",
    ),
    "all extended by a document to come": (
        lambda ctx, _: extend_period(ctx, period(ctx), date(2026, 11, 20), "1/UBND", date(2026, 11, 6)),
        "văn bản gia hạn không thể sau",
    ),
    "late by a year": (lambda ctx, key: agree_lateness(ctx, key, FAR, "x"), "120 ngày"),
    "at rest for a year": (lambda ctx, key: snooze(ctx, key, FAR, "x"), "120 ngày"),
    "all at rest for a year": (lambda ctx, _: snooze_period(ctx, period(ctx), FAR, "x"), "120 ngày"),
    "again by yesterday": (
        lambda ctx, _: return_for_changes(
            ctx, sent(ctx, owed(ctx, "so-b")).public_id, owed(ctx, "so-b").public_id, "Bổ sung", date(2026, 11, 4)
        ),
        "gửi lại",
    ),
}


def period(ctx: Context) -> str:
    return find_period(ctx, PLAN, DUTY, "2026").public_id


def obligation(ctx: Context) -> int:
    return find_period(ctx, PLAN, DUTY, "2026").obligation_id


@pytest.fixture
def office(app: App, tmp_path: Path, prepared: Prepared) -> App:
    def prepare() -> None:
        settle(app, tmp_path, small_plan())
        with app.write(hanoi(2026, 10, 1, 9), "test") as ctx:
            open_due_periods(ctx)
        with app.write(NOW, "agency:so-b") as ctx:
            submit(ctx, "so-b")

    prepared.once(app, "sensible days", prepare)
    return app


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused(office: App, name: str) -> None:
    act, said = REFUSED[name]
    with pytest.raises(Refused, match=said), office.write(NOW, "lan") as ctx:
        act(ctx, owed(ctx, "so-a").public_id)


def test_the_last_days_that_may_be_written(office: App) -> None:
    with office.write(NOW, "lan") as ctx:
        key = owed(ctx, "so-a").public_id
        extend(ctx, key, date(2026, 11, 5), "1/UBND", date(2026, 11, 5))
        agree_lateness(ctx, key, date(2027, 3, 5), "x")
        snooze(ctx, key, date(2027, 3, 5), "x")
        record_report(ctx, by_hand(ctx, "so-a", document_on=date(2026, 11, 5), arrived_on=date(2026, 11, 5)))


def test_a_row_that_came_before_its_plan_waits_for_a_person(office: App) -> None:
    register = (
        "Số đến\tNgày đến\tCơ quan ban hành\tSố, ký hiệu\tNgày văn bản\tTrích yếu\n"
        "1\t02/01/2020\tSở A\t9/BC-SA\t02/01/2020\tBáo cáo kết quả thực hiện Kế hoạch số 1/KH-UBND\n"
    ).encode()
    with office.write(NOW, "lan") as ctx:
        found = reconcile(ctx, register)
        assert [m.sureness.value for m in found.matches] != ["sure"]
        done = record_matches(ctx, found, [], {2: owed(ctx, "so-a").public_id})
        assert (done.reports, list(done.refused)) == (0, [2])
        assert owed(ctx, "so-a").first_received_on is None
