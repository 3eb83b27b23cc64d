"""A report that must not be read: set apart at once, put back whole, or destroyed by two people, on both databases (S13)."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from models.enums import AssignmentState, IsolationState, SubmissionChannel, SubmissionForm
from models.tables import Attachment, AuditEntry, Consolidation, Isolation, Submission
from obligations.errors import NotFound, Refused
from obligations.services.accounts.access import Actor
from obligations.services.audit import verify
from obligations.services.context import App
from obligations.services.filing.case_file import make_case_file
from obligations.services.hearing.zalo_connect import reseal_all
from obligations.services.interface.idempotency import Answered, Asked, keep, take
from obligations.services.isolating.destroy import ask_destruction, destroy, release, waiting_rows
from obligations.services.isolating.isolate import isolate, marks_of
from obligations.services.lookup import find_period
from obligations.services.overview.today import today
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reporting.consolidate import consolidate_period
from obligations.services.reviewing.issued import issue
from obligations.services.running.service_watch import concerns
from obligations.services.storage import store_file, stored_path, sweep_orphans
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from obligations.services.views_shared import versions_of
from tests.obligations.small_world import DUTY, PLAN, owed, settle, small_plan
from tests.plan197 import hanoi

OPENED, SENT, NOW, LATER = (hanoi(2026, *at) for at in ((10, 1, 9), (10, 20, 9), (10, 21, 9), (10, 22, 9)))
SECRET = "Nội dung tuyệt mật số 4711-Z"
OTHER = "Nội dung của Sở B số 815-Y"
PDF = b"%PDF-1.7\n" + SECRET.encode() + b"\n%%EOF\n"
STAFF = Actor("lan", "Lan", "", roles=frozenset({"coordinator"}))


def member(agency_id: int) -> Actor:
    return Actor("agency:so", "Sở", "", agency_id=agency_id)


@pytest.fixture
def office(app: App, tmp_path: Path) -> App:
    """Sở A has sent what it should not have; it stands in an issued consolidated report already."""
    settle(app, tmp_path, small_plan())
    with app.write(OPENED, "test") as ctx:
        open_due_periods(ctx)
    file = store_file(app.settings, PDF, f"{SECRET}.pdf", "application/pdf")
    content = {
        "entries": [{"clause": "", "result": SECRET, "difficulty": "", "proposal": "", "nil": False}],
        "figures": [],
    }
    with app.write(SENT, "agency:so-a") as ctx:
        row = owed(ctx, "so-a")
        draft = SubmissionDraft(
            row.agency_id, [row.id or 0], SubmissionForm.signed, SubmissionChannel.portal, content, "k", note=SECRET
        )
        submit_report(ctx, draft, [file], tell_agency=False)
    made = consolidate_period(app, period(app), SENT, "lan")
    with app.write(SENT, "van-thu") as ctx:
        issue(ctx, made.public_id, "88/BC", SENT.date(), as_made=True)
    return app


def period(app: App, label: str = "2026") -> int:
    with app.read(NOW) as ctx:
        return find_period(ctx, PLAN, DUTY, label).id or 0


def submission(app: App) -> Submission:
    with app.read(NOW) as ctx:
        return ctx.session.exec(select(Submission).order_by(col(Submission.id))).first() or Submission()


def set_apart(app: App) -> str:
    return isolate(app, STAFF, submission(app).public_id, NOW).public_id


def everything(app: App) -> bytes:
    """Every byte of the home: database, log, files."""
    return b"".join(path.read_bytes() for path in sorted(app.settings.home.rglob("*")) if path.is_file())


def test_nobody_reads_it_and_nobody_is_chased(office: App) -> None:
    made = isolate(office, STAFF, submission(office).public_id, NOW)
    again = isolate(office, STAFF, submission(office).public_id, NOW)
    assert (made.created, again.created, again.public_id) == (True, False, made.public_id)
    with office.read(NOW) as ctx:
        assert owed(ctx, "so-a").state == AssignmentState.submitted
        (version,) = versions_of(ctx, owed(ctx, "so-a").id or 0)
        assert (version.entries, version.files, version.note) == ([], [], "")
        assert version.apart is not None
        assert version.apart.state == "isolated"
        assert ctx.session.exec(select(Consolidation)).one().files == {}
        assert SECRET not in ctx.session.exec(select(Isolation)).one().sealed
        assert [row.agency for row in today(ctx).apart] == ["Sở A"]
        assert [c.note.kind for c in concerns(ctx)] == ["set_apart"]
        assert verify(ctx.session) == []
    assert not any(SECRET.encode() in path.read_bytes() for path in office.settings.files.iterdir())
    assert len(list(office.settings.files.iterdir())) == 4, "one attachment, three formats of the report"
    assert sweep_orphans(office, 0, 4e9) == 0


def test_the_next_periods_report_prints_its_numbers_and_goes_with_it(office: App) -> None:
    years = {"2027": hanoi(2027, 10, 5, 9), "2028": hanoi(2028, 10, 5, 9)}
    for label, at in years.items():
        with office.write(at, "test") as ctx:
            open_due_periods(ctx)
        consolidate_period(office, period(office, label), at, "lan")
    isolate(office, STAFF, submission(office).public_id, years["2028"])
    with office.read(years["2028"]) as ctx:
        left = ctx.session.exec(select(Consolidation).order_by(col(Consolidation.period_id))).all()
        assert [bool(row.files) for row in left] == [False, False, True], "the year after next never held its numbers"
        (held,) = marks_of(ctx, left[0].period_id)
        assert marks_of(ctx, left[1].period_id) == [held]


def test_an_agency_sets_its_own_apart_and_no_other(office: App) -> None:
    with office.read(NOW) as ctx:
        own, other = owed(ctx, "so-a").agency_id, owed(ctx, "so-b").agency_id
    with pytest.raises(NotFound):
        isolate(office, member(other), submission(office).public_id, NOW)
    assert isolate(office, member(own), submission(office).public_id, NOW).created


def test_a_new_consolidated_report_is_without_it(office: App) -> None:
    set_apart(office)
    made = consolidate_period(office, period(office), LATER, "lan")
    assert (made.version, made.received) == (2, 1)
    assert all(
        SECRET.encode() not in stored_path(office.settings, f["stored_as"]).read_bytes() for f in made.files.values()
    )
    html = stored_path(office.settings, made.files["html"]["stored_as"]).read_text(encoding="utf-8")
    assert SECRET not in html
    packed = make_case_file(office, find_public(office), LATER, "lan")
    assert packed.papers == 1
    packed.path.unlink()


def find_public(app: App) -> str:
    with app.read(NOW) as ctx:
        return find_period(ctx, PLAN, DUTY, "2026").public_id


def test_a_report_made_while_it_is_set_apart_is_made_again(office: App, monkeypatch: pytest.MonkeyPatch) -> None:
    import obligations.services.reporting.consolidate as module

    with office.write(LATER, "x") as ctx:
        row = owed(ctx, "so-b")
        draft = SubmissionDraft(
            row.agency_id, [row.id or 0], SubmissionForm.nil, SubmissionChannel.portal, {"entries": []}, "b"
        )
        submit_report(ctx, draft, tell_agency=False)
    store, seen = module._store, []

    def slow(app: App, report: Any, template: Any) -> Any:
        if not seen:
            set_apart(app)
        seen.append(SECRET in str(report))
        return store(app, report, template)

    monkeypatch.setattr(module, "_store", slow)
    made = consolidate_period(office, period(office), LATER, "lan")
    assert seen == [True, False]
    assert made.version == 2
    assert all(SECRET.encode() not in path.read_bytes() for path in office.settings.files.iterdir())


def test_what_was_no_secret_is_put_back_as_it_was(office: App) -> None:
    with office.read(NOW) as ctx:
        before = submission(office).model_dump(), ctx.session.exec(select(Attachment)).one().public_id
        reports = {k: f["sha256"] for k, f in ctx.session.exec(select(Consolidation)).one().files.items()}
    isolation = set_apart(office)
    with office.write(NOW, "quan-tri") as ctx:
        assert reseal_all(ctx) == 1
    with pytest.raises(Refused, match="lý do"):
        release(office, isolation, LATER, "hung", " ")
    release(office, isolation, LATER, "hung", "không phải nội dung mật")
    with office.read(LATER) as ctx:
        file = ctx.session.exec(select(Attachment)).one()
        assert (ctx.session.exec(select(Submission)).one().model_dump(), file.public_id) == before
        assert stored_path(office.settings, file.stored_as).read_bytes() == PDF
        again = ctx.session.exec(select(Consolidation)).one().files
        assert {k: f["sha256"] for k, f in again.items()} == reports
        assert all(stored_path(office.settings, f["stored_as"]).is_file() for f in again.values())
        assert waiting_rows(ctx) == []
        assert concerns(ctx) == []
    assert sweep_orphans(office, 0, 4e9) == 0
    with pytest.raises(Refused, match="đã được xử lý"):
        release(office, isolation, LATER, "hung", "x")
    assert set_apart(office) != isolation, "it can be set apart once more"


def test_two_people_destroy_it_and_digests_are_left(office: App) -> None:
    isolation = set_apart(office)
    with pytest.raises(Refused, match="đề nghị tiêu hủy trước"):
        destroy(office, isolation, NOW, "hung")
    with office.write(NOW, "lan") as ctx, pytest.raises(Refused, match="quyết định"):
        ask_destruction(ctx, isolation, " ")
    with office.write(NOW, "lan") as ctx:
        ask_destruction(ctx, isolation, "12/QĐ-STC ngày 21/10/2026")
    for same in ("lan", "lan (thay hung)"):
        with pytest.raises(Refused, match="phải khác"):
            destroy(office, isolation, NOW, same)
    destroy(office, isolation, LATER, "hung")
    with office.read(LATER) as ctx:
        row = ctx.session.exec(select(Isolation)).one()
        assert (row.state, row.sealed, row.data_key) == (IsolationState.destroyed, "", "")
        assert len(row.files) == 4
        assert all(len(f["sha256"]) == 64 and f["sealed_as"] == "" for f in row.files)
        assert owed(ctx, "so-a").state == AssignmentState.submitted
        acts = ctx.session.exec(select(AuditEntry).order_by(col(AuditEntry.seq).desc()).limit(3)).all()
        assert [e.action for e in acts] == [
            "submission.destroyed", "submission.destruction_asked", "submission.isolated",
        ]  # fmt: skip
        assert verify(ctx.session) == []
    assert list(office.settings.files.iterdir()) == []
    for act in (lambda: destroy(office, isolation, LATER, "hung"), lambda: release(office, isolation, LATER, "h", "x")):
        with pytest.raises(Refused, match="đã được xử lý"):
            act()


def test_not_a_byte_of_it_is_left_in_the_home(office: App, database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        return
    assert SECRET.encode() in everything(office)
    isolation = set_apart(office)
    with office.write(NOW, "lan") as ctx:
        ask_destruction(ctx, isolation, "12/QĐ")
    destroy(office, isolation, LATER, "hung")
    assert SECRET.encode() not in everything(office)


def send_more(app: App, code: str) -> str:
    """Another agency sends as well, and a consolidated report of both is made; the public id of what it sent."""
    content = {
        "entries": [{"clause": "", "result": OTHER, "difficulty": "", "proposal": "", "nil": False}],
        "figures": [],
    }
    with app.write(SENT, f"agency:{code}") as ctx:
        row = owed(ctx, code)
        draft = SubmissionDraft(
            row.agency_id, [row.id or 0], SubmissionForm.soft, SubmissionChannel.portal, content, f"k-{code}"
        )
        sent = submit_report(ctx, draft, [], tell_agency=False).receipt_number
        public_id = ctx.session.exec(select(Submission.public_id).where(Submission.receipt_number == sent)).one()
    consolidate_period(app, period(app), SENT, "lan")
    return public_id


def readable(app: App) -> bytes:
    return b"".join(path.read_bytes() for path in app.settings.files.iterdir())


def test_a_consolidated_report_stays_sealed_while_another_report_in_it_is(office: App) -> None:
    other = send_more(office, "so-b")
    first = set_apart(office)
    second = isolate(office, STAFF, other, NOW).public_id
    with pytest.raises(Refused, match=r"đang cô lập của Sở B .*đề nghị xử lý báo cáo đó trước"):
        release(office, first, LATER, "hung", "không phải nội dung mật")
    assert OTHER.encode() not in readable(office)
    release(office, second, LATER, "hung", "không phải nội dung mật")
    release(office, first, LATER, "hung", "không phải nội dung mật")
    with office.read(LATER) as ctx:
        assert all(row.files for row in ctx.session.exec(select(Consolidation)).all())
    assert sweep_orphans(office, 0, 4e9) == 0


def test_what_is_destroyed_is_destroyed_in_a_report_sealed_with_another(office: App) -> None:
    other = send_more(office, "so-b")
    first = isolate(office, STAFF, other, NOW).public_id
    second = set_apart(office)
    with office.write(NOW, "lan") as ctx:
        ask_destruction(ctx, second, "12/QĐ")
    destroy(office, second, LATER, "hung")
    release(office, first, LATER, "hung", "không phải nội dung mật")
    assert SECRET.encode() not in readable(office)
    with office.read(LATER) as ctx:
        held = ctx.session.exec(select(Consolidation).order_by(col(Consolidation.id))).all()
        assert [bool(row.files) for row in held] == [False, False]
        gone = ctx.session.exec(select(Isolation).where(Isolation.public_id == second)).one()
        assert len(gone.files) == 7, "its attachment and three formats of both reports"
        assert owed(ctx, "so-b").state == AssignmentState.soft_received
        assert versions_of(ctx, owed(ctx, "so-b").id or 0)[0].entries[0]["result"] == OTHER
    assert sweep_orphans(office, 0, 4e9) == 0


def test_a_program_is_not_answered_again_what_nobody_may_read(office: App) -> None:
    asked, unlike = (Asked("token:x", key, "POST /api/v1/assignments/a/accept", "a" * 64) for key in ("one", "two"))
    with office.write(SENT, "lan") as ctx:
        for each, answer in (
            (asked, f'{{"of":"{owed(ctx, "so-a").public_id}","said":"{SECRET}"}}'),
            (unlike, '{"n":1}'),
        ):
            assert take(ctx, each) is None
            keep(ctx, each, 200, answer)
    set_apart(office)
    with office.write(NOW, "lan") as ctx, pytest.raises(Refused, match="cô lập"):
        take(ctx, asked)
    with office.write(NOW, "lan") as ctx:
        assert take(ctx, unlike) == Answered(200, '{"n":1}')
