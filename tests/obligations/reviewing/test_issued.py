"""A consolidated report that went out, and what comes after it, on both databases."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.tables import Consolidation, LateNote
from obligations.errors import NotFound, Refused
from obligations.services.audit import verify
from obligations.services.consolidate import consolidate_period
from obligations.services.context import App
from obligations.services.lookup import find_period
from obligations.services.open_periods import open_due_periods
from obligations.services.reviewing.issued import after_issue, decide_late, from_before, issue
from obligations.services.views_period import period_page
from tests.obligations.small_world import DUTY, PLAN, settle, small_plan, submit
from tests.plan197 import hanoi

OPENED, MADE, OUT, LATER = (hanoi(2026, *at) for at in ((10, 1, 9), (11, 5, 9), (11, 6, 9), (11, 9, 9)))
NUMBER, DAY = "88/BC-STC", date(2026, 11, 6)


@pytest.fixture
def office(app: App, tmp_path: Path) -> App:
    """Sở A has reported; version 1 is made."""
    settle(app, tmp_path, small_plan())
    with app.write(OPENED, "test") as ctx:
        open_due_periods(ctx)
    with app.write(MADE, "x") as ctx:
        submit(ctx, "so-a")
    made(app)
    return app


def made(app: App) -> str:
    with app.read(MADE) as ctx:
        period = find_period(ctx, PLAN, DUTY, "2026").id or 0
    return consolidate_period(app, period, MADE, "lan").public_id


def newest(app: App) -> str:
    with app.read(OUT) as ctx:
        return (
            ctx.session.exec(select(Consolidation.public_id).order_by(col(Consolidation.version).desc())).first() or ""
        )


def issued(app: App, number: str = NUMBER, on: date = DAY, report: str = "") -> None:
    with app.write(OUT, "van-thu") as ctx:
        issue(ctx, report or newest(app), number, on)


def late(app: App, code: str = "so-b") -> str:
    """A report comes after issue; its public id."""
    with app.write(LATER, "x") as ctx:
        submit(ctx, code)
    with app.read(LATER) as ctx:
        return after_issue(ctx, find_period(ctx, PLAN, DUTY, "2026").id or 0)[-1].submission


def decide(app: App, submission: str, choice: str, note: str = "") -> None:
    with app.write(LATER, "lan") as ctx:
        decide_late(ctx, find_period(ctx, PLAN, DUTY, "2026").public_id, submission, choice, note)


def test_it_goes_out_once_under_its_number(office: App) -> None:
    issued(office)
    issued(office)
    with office.read(OUT) as ctx:
        row = ctx.session.exec(select(Consolidation)).one()
        assert (row.state, row.issued_number, row.issued_at) == ("issued", "88/BC-STC ngày 06/11/2026", OUT)
        assert after_issue(ctx, row.period_id) == []
        assert verify(ctx.session) == []
    with pytest.raises(Refused, match="đã phát hành"):
        issued(office, "89/BC-STC")


@pytest.mark.parametrize(
    ("number", "on", "said"), [(" ", DAY, "số, ký hiệu"), (NUMBER, date(2026, 11, 7), "không thể sau hôm nay")]
)
def test_what_cannot_be_a_number_is_refused(office: App, number: str, on: date, said: str) -> None:
    with pytest.raises(Refused, match=said):
        issued(office, number, on)
    with pytest.raises(NotFound):
        issued(office, report="none")


def test_what_comes_later_waits_for_a_person_and_the_issued_version_stays(office: App) -> None:
    issued(office)
    with office.read(OUT) as ctx:
        before = ctx.session.exec(select(Consolidation)).one().model_dump()
    submission = late(office)
    decide(office, submission, "correction", "bổ sung số liệu")
    decide(office, submission, "correction", "bổ sung số liệu")
    made(office)
    with office.read(LATER) as ctx:
        rows = ctx.session.exec(select(Consolidation).order_by(col(Consolidation.version))).all()
        assert rows[0].model_dump() == before
        assert (len(rows), rows[1].received) == (2, 2)
        shown = period_page(ctx, find_period(ctx, PLAN, DUTY, "2026").public_id)
        assert [(r.version, r.corrects, r.issued) for r in shown.reports] == [
            (2, True, None),
            (1, False, "88/BC-STC ngày 06/11/2026"),
        ]
        assert [(a.agency, a.choice, a.note) for a in shown.after_issue] == [("Sở B", "correction", "bổ sung số liệu")]
        assert len(ctx.session.exec(select(LateNote)).all()) == 1
    with office.write(LATER, "van-thu") as ctx:
        issue(ctx, rows[1].public_id, "95/BC-STC", LATER.date())
        assert after_issue(ctx, rows[1].period_id) == [], "the corrected version took it in"


def test_only_the_newest_version_goes_out(office: App) -> None:
    first = newest(office)
    with office.write(OUT, "x") as ctx:
        submit(ctx, "so-b")
    made(office)
    with pytest.raises(Refused, match="bản mới hơn"):
        issued(office, report=first)


def test_the_next_period_mentions_what_was_put_off(office: App) -> None:
    issued(office)
    decide(office, late(office), "next", "số liệu tăng 02 hội nghị")
    decide(office, late(office, "so-c"), "correction")
    with office.write(hanoi(2027, 10, 1, 9), "test") as ctx:
        open_due_periods(ctx)
        (row,) = from_before(ctx, find_period(ctx, PLAN, DUTY, "2027"))
        assert (row.agency, row.period_text, row.note) == ("Sở B", "năm 2026", "số liệu tăng 02 hội nghị")
        assert from_before(ctx, find_period(ctx, PLAN, DUTY, "2026")) == []


def test_only_what_came_after_issue_is_decided_about(office: App) -> None:
    issued(office)
    with pytest.raises(NotFound):
        decide(office, "none", "next")
