"""One report of a period from the versions in force; every version whole, and none for nothing."""

import hashlib
import io
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlmodel import Session, col, select

from models.enums import AssignmentState, Duty, SubmissionState
from models.tables import AgreedLateness, Assignment, Consolidation, Period, Submission, SubmissionAssignment
from obligations.errors import NotFound
from obligations.services import audit
from obligations.services.context import App, open_app
from obligations.services.reporting import consolidate
from obligations.services.reporting.consolidate import Consolidated, build_report, consolidate_period
from obligations.services.storage import store_file, stored_path
from obligations.settings import Settings
from reports.document import ConsolidatedReport
from reports.registry import OUTPUTS
from tests import builders as build
from tests.builders import DUE
from tests.plan197 import hanoi
from tests.processes import clean_processes
from tests.reports.test_outputs import REPORT
from tests.statements import statements

NOW = hanoi(2026, 11, 4, 9)
TYPED: dict[str, Any] = {
    "entries": [
        {
            "clause": "III.1",
            "result": "Đã tổ chức 12 lớp tập huấn.",
            "difficulty": "Thiếu kinh phí",
            "proposal": "",
            "nil": False,
        },
        {"clause": "III.2", "result": "", "difficulty": "", "proposal": "", "nil": True},
    ],
    "figures": [{"clause": "III.1", "name": "Số lớp", "unit": "lớp", "value": "12", "note": ""}],
}


@contextmanager
def assignments(app: App, period_id: int) -> Iterator[tuple[Session, list[Assignment]]]:
    with app.write(NOW, "test") as ctx:
        query = select(Assignment).where(Assignment.period_id == period_id).order_by(col(Assignment.id))
        yield ctx.session, list(ctx.session.exec(query).all())


def send(app: App, period_id: int, number: int, at: datetime = NOW, **values: Any) -> int:
    with assignments(app, period_id) as (session, rows):
        return build.add_submission(session, rows[number], at, **{"content": TYPED, **values}).id or 0


def make(app: App, period_id: int, at: datetime = NOW) -> Consolidated:
    return consolidate_period(app, period_id, at, "chuyên viên")


def report_of(app: App, period_id: int) -> ConsolidatedReport:
    with app.read(NOW) as ctx:
        return build_report(ctx, period_id)


def stored(app: App) -> set[str]:
    return {p.name for p in app.settings.files.iterdir()} if app.settings.files.is_dir() else set()


def known_files(app: App) -> set[str]:
    with app.read(NOW) as ctx:
        rows = ctx.session.exec(select(Consolidation.files)).all()
    return {str(file["stored_as"]) for files in rows for file in files.values()}


def test_every_format_is_on_disk_whole_and_opens(app: App, period_id: int) -> None:
    send(app, period_id, 0)
    made = make(app, period_id)
    assert (made.version, made.received, made.missing, made.created) == (1, 1, 4, True)
    assert set(made.files) == set(OUTPUTS)
    for kind, file in made.files.items():
        data = stored_path(app.settings, file["stored_as"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file["size"], file["sha256"])
        assert file["file_name"] == f"bao-cao-tong-hop-2026-v1.{kind}"
    docx = stored_path(app.settings, made.files["docx"]["stored_as"]).read_bytes()
    assert "12 lớp tập huấn" in "\n".join(p.text for p in Document(io.BytesIO(docx)).paragraphs)
    xlsx = stored_path(app.settings, made.files["xlsx"]["stored_as"]).read_bytes()
    assert "Số liệu" in load_workbook(io.BytesIO(xlsx)).sheetnames
    assert "12 lớp tập huấn" in stored_path(app.settings, made.files["html"]["stored_as"]).read_text()


def test_it_goes_by_clause_of_the_outline_and_agency_in_official_order(app: App, period_id: int) -> None:
    send(app, period_id, 2)
    send(app, period_id, 0)
    report = report_of(app, period_id)
    assert [s.title for s in report.sections] == ["Tuyên truyền, phổ biến", "Phát triển sản phẩm"]
    assert [e.agency for e in report.sections[0].entries] == ["Sở thứ 0", "Sở thứ 2"]
    assert [e.nil for e in report.sections[1].entries] == [True, True]
    assert [f.value for f in report.figures] == ["12", "12"]
    assert [r.agency for r in report.received] == ["Sở thứ 0", "Sở thứ 2"]
    assert [m.agency for m in report.missing] == ["Sở thứ 1", "Sở thứ 3", "Sở thứ 4"]


def test_without_any_submission_there_is_still_a_report(app: App, period_id: int) -> None:
    made = make(app, period_id)
    assert (made.received, made.missing) == (0, 5)
    assert [s.entries for s in report_of(app, period_id).sections] == [(), ()]


def test_only_versions_in_force_count(app: App, period_id: int) -> None:
    old = send(app, period_id, 0, content={"entries": [{"clause": "III.1", "result": "bản cũ"}]})
    new = send(app, period_id, 0, version=2)
    recalled = send(app, period_id, 1)
    elsewhere = send(app, period_id, 2)
    with app.write(NOW, "test") as ctx:
        ctx.session.get_one(Submission, old).state = SubmissionState.replaced
        ctx.session.get_one(Submission, recalled).state = SubmissionState.recalled
        link = ctx.session.exec(
            select(SubmissionAssignment).where(SubmissionAssignment.submission_id == elsewhere)
        ).one()
        link.state = SubmissionState.replaced
    report = report_of(app, period_id)
    assert [(r.agency, r.version) for r in report.received] == [("Sở thứ 0", 2)]
    assert "bản cũ" not in str(report)
    assert new != old


def test_who_is_exempt_asked_or_informed_is_not_said_to_be_missing(app: App, period_id: int) -> None:
    with assignments(app, period_id) as (_, rows):
        rows[0].state = AssignmentState.exempt
        rows[1].duty = Duty.for_information
        rows[2].duty = Duty.requested
        rows[3].state = AssignmentState.ended
    report = report_of(app, period_id)
    assert [(m.agency, m.state) for m in report.missing] == [
        ("Sở thứ 2", "Được đề nghị phối hợp, chưa gửi"),
        ("Sở thứ 4", "Chưa gửi"),
    ]
    assert [m.agency for m in report.exempt] == ["Sở thứ 0"]


def test_lateness_goes_by_first_arrival_and_says_when_it_was_agreed(app: App, period_id: int) -> None:
    late, agreed, extended, again = 0, 1, 2, 3
    for number in (late, agreed, extended):
        send(app, period_id, number)
    with assignments(app, period_id) as (session, rows):
        rows[extended].due_on = date(2026, 11, 10)
        rows[extended].overdue_at = datetime(2026, 11, 11, tzinfo=NOW.tzinfo)
        session.add(AgreedLateness(assignment_id=rows[agreed].id or 0, until_on=DUE, agreed_by="x", agreed_at=NOW))
        rows[again].first_received_on = DUE
    send(app, period_id, again)
    found = [(r.late, r.agreed) for r in report_of(app, period_id).received]
    assert found == [(True, False), (True, True), (False, False), (False, False)]


def test_what_rests_on_an_agencys_word_is_not_said_to_have_come(app: App, period_id: int) -> None:
    at = hanoi(2026, 10, 29, 9)
    send(app, period_id, 0, at, idempotency_key="stated:mot:0", content={"entries": [], "figures": []})
    send(app, period_id, 1, at)
    assert [r.stated for r in report_of(app, period_id).received] == [True, False]
    made = make(app, period_id)
    rows = [
        [cell.text for cell in row.cells]
        for table in Document(str(stored_path(app.settings, made.files["docx"]["stored_as"]))).tables
        for row in table.rows
    ]
    (stated,) = [row for row in rows if row[-1] == "Cơ quan báo đã gửi, chờ đối chiếu"]
    assert stated[-2] == "29/10/2026 là ngày gửi (cơ quan báo)"
    assert any(row[-2:] == ["29/10/2026", ""] for row in rows), "the other came"
    book = load_workbook(str(stored_path(app.settings, made.files["xlsx"]["stored_as"])))
    cells = {str(c.value) for sheet in book for row in sheet.iter_rows() for c in row}
    assert {"Cơ quan báo đã gửi, chờ đối chiếu", "Đã nhận"} <= cells


def test_a_report_where_all_came_has_the_digest_that_earlier_releases_gave_it() -> None:
    """A new field would make every open period a new version after the upgrade."""
    kept = "a90e9f2333405a673eab9679b2d381bea920ccf0c2e4ae9d78cb2dc03dd4e559"
    assert consolidate._digest(REPORT, "", None) == kept


def test_running_again_with_the_same_inputs_gives_the_same_version(app: App, period_id: int) -> None:
    send(app, period_id, 0)
    first = make(app, period_id)
    files = stored(app)
    again = make(app, period_id, NOW + timedelta(days=3))
    assert again == replace(first, created=False)
    assert stored(app) == files


def test_a_new_submission_makes_a_new_version_and_keeps_the_old(app: App, period_id: int) -> None:
    send(app, period_id, 0)
    first = make(app, period_id)
    before = stored_path(app.settings, first.files["docx"]["stored_as"]).read_bytes()
    send(app, period_id, 1)
    second = make(app, period_id)
    assert (second.version, second.received, second.created) == (2, 2, True)
    assert stored_path(app.settings, first.files["docx"]["stored_as"]).read_bytes() == before
    with app.read(NOW) as ctx:
        assert audit.verify(ctx.session) == []
        acts = [e.subject for e in audit.entries(ctx.session) if e.action == "consolidation.made"]
    assert acts == [first.public_id, second.public_id]


def test_going_back_to_earlier_inputs_is_a_version_of_its_own(app: App, period_id: int) -> None:
    send(app, period_id, 0)
    made = [make(app, period_id)]
    for state in (AssignmentState.exempt, AssignmentState.open, AssignmentState.exempt):
        with assignments(app, period_id) as (_, rows):
            rows[4].state = state
        made.append(make(app, period_id))
    assert [(m.version, m.missing, m.created) for m in made] == [(1, 4, True), (2, 3, True), (3, 4, True), (4, 3, True)]
    assert make(app, period_id) == replace(made[3], created=False)


def test_equal_inputs_are_equal_bytes(app: App, period_id: int) -> None:
    send(app, period_id, 0)
    report = report_of(app, period_id)
    for output in OUTPUTS.values():
        assert output.render(report) == output.render(report_of(app, period_id))


def test_many_at_once_make_each_version_once_and_leave_no_stray_file(app: App, period_id: int) -> None:
    send(app, period_id, 0)
    made: list[Consolidated] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            made.append(make(app, period_id))
        except BaseException as error:  # noqa: BLE001 - the test reports whatever went wrong
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert {m.version for m in made} == {1}
    assert [m.created for m in made].count(True) == 1
    assert stored(app) == known_files(app)


def test_another_version_that_comes_first_takes_the_number(
    app: App, period_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading and writing, another process reads a newer submission and finishes first."""
    send(app, period_id, 0)
    real, calls = consolidate._store, []

    def slow(*arguments: Any) -> Any:
        files = real(*arguments)
        calls.append(1)
        if len(calls) == 1:
            send(app, period_id, 1)
            assert make(app, period_id).version == 1
            send(app, period_id, 2)
        return files

    monkeypatch.setattr(consolidate, "_store", slow)
    made = make(app, period_id)
    assert (made.version, made.received) == (2, 3)
    assert stored(app) == known_files(app)
    assert made.files["docx"]["file_name"].endswith("-v2.docx")


KILLS = ["first file", "last file", "before the row", "before commit"]


def _die_at(home: str, url: str, period_id: int, point: str) -> None:
    """Run in a process of its own, which ends itself without any clean-up at the point."""
    app = open_app(Settings(home=Path(home), database_url=url, secret_key="tests"))

    def die(*_: Any, **__: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    def store(settings: Settings, source: Any, name: str, *rest: Any, **options: Any) -> Any:
        made = store_file(settings, source, name, *rest, **options)
        if name.endswith(".docx" if point == "first file" else ".html"):
            die()
        return made

    target, name, stand_in = {
        "first file": (consolidate, "store_file", store),
        "last file": (consolidate, "store_file", store),
        "before the row": (consolidate, "_record", die),
        "before commit": (audit, "record", die),
    }[point]
    setattr(target, name, stand_in)
    consolidate_period(app, period_id, NOW, "killed")


@pytest.mark.parametrize("point", KILLS)
def test_killed_midway_the_old_report_stands_and_no_row_lacks_a_file(
    app: App, period_id: int, database_url: str, point: str
) -> None:
    send(app, period_id, 0)
    first = make(app, period_id)
    send(app, period_id, 1)
    child = clean_processes().Process(target=_die_at, args=(str(app.settings.home), database_url, period_id, point))
    child.start()
    child.join()
    assert child.exitcode == -signal.SIGKILL
    with app.read(NOW) as ctx:
        assert [c.public_id for c in ctx.session.exec(select(Consolidation)).all()] == [first.public_id]
    assert known_files(app) < stored(app), "the files of the killed run are strays, to be swept"
    after = make(app, period_id)
    assert (after.version, after.received) == (2, 2)
    assert known_files(app) <= stored(app)


def test_a_period_that_is_not_is_refused(app: App) -> None:
    with pytest.raises(NotFound):
        make(app, 4711)


def test_what_was_typed_badly_spoils_nothing(app: App, period_id: int) -> None:
    odd = {"entries": [{}, {"clause": "X.9", "result": "=1+1"}], "figures": [{}, {"name": "n", "value": 0}]}
    send(app, period_id, 0, content=odd)
    send(app, period_id, 1, content={})
    report = report_of(app, period_id)
    assert [(s.title, len(s.entries)) for s in report.sections][-1] == ("Nội dung khác", 1)
    assert [f.value for f in report.figures] == ["", "0"]
    assert make(app, period_id).received == 2


def test_the_number_of_statements_does_not_grow_with_agencies(app: App, period_id: int) -> None:
    def asked() -> int:
        with statements(app.database) as found, app.read(NOW) as ctx:
            build_report(ctx, period_id)
        return len(found)

    send(app, period_id, 0)
    asked()  # reads the plan file, once a process
    few = asked()
    with assignments(app, period_id) as (session, _):
        period = session.get_one(Period, period_id)
        for _ in range(25):
            assignment = build.add_assignment(session, period, build.add_agency(session))
            build.add_submission(session, assignment, NOW, content=TYPED)
    assert asked() == few
