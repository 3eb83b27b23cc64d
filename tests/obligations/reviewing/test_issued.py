"""A consolidated report that went out, and what comes after it, on both databases."""

from datetime import date
from pathlib import Path

import pytest
from sqlmodel import col, select

from models.tables import Consolidation, LateNote
from obligations.errors import NotFound, Refused
from obligations.services.accounts.people import create_account
from obligations.services.audit import entries, verify
from obligations.services.context import App
from obligations.services.lookup import find_period
from obligations.services.overview.views_period import period_page
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reporting.consolidate import consolidate_period
from obligations.services.reviewing.issue_approval import (
    approve_report,
    reports_to_approve,
    reports_to_number,
    send_back_report,
    submit_report,
)
from obligations.services.reviewing.issued import after_issue, correct_issue, decide_late, from_before, issue
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
        issue(ctx, report or newest(app), number, on, as_made=True)


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
    ("number", "on", "said"),
    [
        (" ", DAY, "số, ký hiệu"),
        ("8" * 101, DAY, "dài quá 100"),
        (NUMBER, date(2026, 11, 7), "không thể sau hôm nay"),
        (NUMBER, date(2026, 11, 4), r"trước ngày lập bản này \(05/11/2026\)"),
    ],
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
        issue(ctx, rows[1].public_id, "95/BC-STC", LATER.date(), as_made=True)
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


def test_a_wrong_number_is_put_right_with_a_reason_and_the_trail_keeps_it(office: App) -> None:
    with pytest.raises(Refused, match="chưa ghi phát hành"):
        put_right(office, "88/BC-STC", DAY)
    issued(office, "89/BC-STC")
    for number, on, reason, said in (
        (NUMBER, DAY, " ", "lý do"),
        (NUMBER, date(2026, 11, 10), "nhầm", "không thể sau hôm nay"),
        (NUMBER, date(2026, 11, 4), "nhầm", "trước ngày lập"),
    ):
        with pytest.raises(Refused, match=said):
            put_right(office, number, on, reason)
    put_right(office, NUMBER, MADE.date())
    put_right(office, NUMBER, MADE.date())
    with office.read(LATER) as ctx:
        row = ctx.session.exec(select(Consolidation)).one()
        assert (row.state, row.issued_number, row.issued_at) == ("issued", "88/BC-STC ngày 05/11/2026", OUT)
        (kept,) = [e for e in entries(ctx.session) if e.action == "consolidation.issue_corrected"]
        assert kept.actor == "van-thu"
        assert (kept.detail["document_before"], kept.detail["document"], kept.detail["reason"]) == (
            "89/BC-STC ngày 06/11/2026",
            "88/BC-STC ngày 05/11/2026",
            "nhầm số",
        )
        (shown,) = period_page(ctx, find_period(ctx, PLAN, DUTY, "2026").public_id).reports
        assert (shown.issued_no, shown.issued_on) == (NUMBER, MADE.date())


def put_right(app: App, number: str, on: date, reason: str = "nhầm số") -> None:
    with app.write(LATER, "van-thu") as ctx:
        correct_issue(ctx, newest(app), number, on, reason)


def people(app: App, **roles: str | list[str]) -> None:
    with app.write(MADE, "setup") as ctx:
        for name, role in roles.items():
            create_account(ctx, name, name.title(), f"{name}@x.example", role)


def test_where_somebody_approves_the_number_comes_after_the_approval(office: App) -> None:
    with office.write(MADE, "lan") as ctx, pytest.raises(Refused, match="Chưa có tài khoản lãnh đạo duyệt"):
        submit_report(ctx, newest(office), as_made=True)
    people(office, lan="coordinator", binh="approver")
    report = newest(office)
    with pytest.raises(Refused, match="chưa trình lãnh đạo duyệt"):
        issued(office)
    with office.write(MADE, "binh") as ctx, pytest.raises(Refused, match="chưa được trình"):
        approve_report(ctx, report)
    with office.write(MADE, "lan") as ctx:
        submit_report(ctx, report, as_made=True)
        with pytest.raises(Refused, match="Chỉ tài khoản lãnh đạo duyệt"):
            approve_report(ctx, report)
        with pytest.raises(Refused, match="lan trình"):
            submit_report(ctx, report, as_made=True)
        assert [task.by for task in reports_to_approve(ctx)] == ["lan"]
    with pytest.raises(Refused, match="chờ lãnh đạo duyệt"):
        issued(office)
    with office.write(MADE, "binh") as ctx:
        with pytest.raises(Refused, match="ý kiến"):
            send_back_report(ctx, report, " ")
        send_back_report(ctx, report, "thiếu phụ lục")
        assert reports_to_approve(ctx) == []
    with office.write(MADE, "lan") as ctx:
        assert period_page(ctx, find_period(ctx, PLAN, DUTY, "2026").public_id).reports[0].remarks == "thiếu phụ lục"
        submit_report(ctx, report, as_made=True)
    with office.write(MADE, "binh") as ctx:
        approve_report(ctx, report)
        assert (reports_to_approve(ctx), [t.by for t in reports_to_number(ctx)]) == ([], ["binh"])
        with pytest.raises(Refused, match="đã được binh duyệt"):
            approve_report(ctx, report)
    issued(office)
    with office.write(OUT, "binh") as ctx:
        assert reports_to_number(ctx) == []
        with pytest.raises(Refused, match="đã phát hành"):
            send_back_report(ctx, report, "muộn")
        acts = [e.action.removeprefix("consolidation.") for e in entries(ctx.session) if "consolidation" in e.action]
    assert acts == ["made", "submitted", "sent_back", "submitted", "approved", "issued"]


def test_nobody_approves_what_he_submitted_while_there_is_another(office: App) -> None:
    people(office, lan=["coordinator", "approver"])
    report = newest(office)
    with office.write(MADE, "lan") as ctx:
        submit_report(ctx, report, as_made=True)
    people(office, mai="coordinator")
    with office.write(MADE, "lan") as ctx, pytest.raises(Refused, match="để Mai trình"):
        approve_report(ctx, report)
    people(office, binh="approver")
    with office.write(MADE, "lan") as ctx, pytest.raises(Refused, match="đề nghị Binh duyệt"):
        approve_report(ctx, report)


def test_a_newer_version_is_submitted_anew(office: App) -> None:
    people(office, lan="coordinator", binh="approver")
    first = newest(office)
    with office.write(MADE, "lan") as ctx:
        submit_report(ctx, first, as_made=True)
    with office.write(OUT, "x") as ctx:
        submit(ctx, "so-b")
    made(office)
    with office.write(OUT, "binh") as ctx:
        assert reports_to_approve(ctx) == []
        with pytest.raises(Refused, match="bản mới hơn"):
            approve_report(ctx, first)
