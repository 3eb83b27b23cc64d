"""A report beside the version before it and that of the year before."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from models.enums import AssignmentState, SubmissionChannel, SubmissionForm, SuccessionKind
from models.tables import Consolidation
from obligations.errors import Refused
from obligations.rules.successions import Step
from obligations.services.accounts.access import Actor
from obligations.services.agencies.record_succession import Act, record_succession
from obligations.services.context import App, Context
from obligations.services.overview.beside import Beside, beside
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reporting.build_report import build_report
from obligations.services.reporting.consolidate import consolidate_period
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from obligations.services.views.agency import duty_page
from reports.document import ConsolidatedReport
from tests.obligations.small_world import owed, settle, small_plan
from tests.plan197 import hanoi
from tests.prepared import Prepared

COORDINATOR = Actor("lan", "Lan", "", roles=frozenset({"coordinator"}))
YEARS = {"2026": hanoi(2026, 10, 5, 9), "2027": hanoi(2027, 10, 5, 9)}


@pytest.fixture
def office(app: App, tmp_path: Path, prepared: Prepared) -> App:
    """Two periods of one yearly report."""

    def prepare() -> None:
        settle(app, tmp_path, small_plan())
        for at in YEARS.values():
            with app.write(at, "test") as ctx:
                open_due_periods(ctx)

    prepared.once(app, "two years", prepare)
    return app


def send(app: App, year: str, content: dict[str, Any], code: str = "so-b", key: str = "") -> None:
    with app.write(YEARS[year], "x") as ctx:
        row = owed(ctx, code, label=year)
        whole = {"entries": [], "figures": [], **content}
        draft = SubmissionDraft(
            row.agency_id, [row.id or 0], SubmissionForm.signed, SubmissionChannel.portal, whole, f"{year}{code}{key}"
        )
        submit_report(ctx, draft, tell_agency=False)


def entry(clause: str, result: str = "", *, nil: bool = False) -> dict[str, Any]:
    return {"clause": clause, "result": result, "difficulty": "", "proposal": "", "nil": nil}


def figure(name: str, value: str, unit: str = "người") -> dict[str, Any]:
    return {"clause": "II.a", "name": name, "unit": unit, "value": value, "note": ""}


def shown(app: App, year: str = "2027", code: str = "so-b", at: datetime = YEARS["2027"]) -> Beside | None:
    with app.read(at) as ctx:
        return beside(ctx, duty_page(ctx, COORDINATOR, owed(ctx, code, label=year).public_id))


def test_nothing_stands_beside_what_was_not_sent(office: App) -> None:
    assert shown(office) is None


def test_a_first_report_has_nothing_beside_it(office: App) -> None:
    send(office, "2026", {"entries": [entry("II.a", "Đã làm.")]})
    found = shown(office, "2026")
    assert found is not None
    assert (found.before, found.last_period) == (None, None)
    assert (found.tasks[0].now["result"], found.tasks[0].changes) == ("Đã làm.", {})


def test_what_changed_since_the_version_before_and_what_stood_a_year_ago(office: App) -> None:
    send(office, "2026", {"entries": [entry("II.a", "Đã tổ chức 01 hội nghị."), entry("II.b", nil=True)]})
    send(office, "2027", {"entries": [entry("II.a", "Đã tổ chức 02 hội nghị.")]}, key="1")
    send(office, "2027", {"entries": [entry("II.a", "Đã tổ chức 03 hội nghị."), entry("III", "Mới.")]}, key="2")
    found = shown(office)
    assert found is not None
    assert found.before is not None
    assert (found.now.version, found.before.version, found.last_period) == (2, 1, "năm 2026")
    tasks = {task.clause: task for task in found.tasks}
    assert [(p.kind, p.text) for p in tasks["II.a"].changes["result"] if p.kind != "same"] == [
        ("removed", "02 "),
        ("added", "03 "),
    ]
    assert tasks["II.a"].last["result"] == "Đã tổ chức 01 hội nghị."
    assert tasks["II.b"].last_nil
    assert [p.kind for p in tasks["III"].changes["result"]] == ["added"]


def test_a_figure_that_leaps_asks_for_its_unit(office: App) -> None:
    send(
        office,
        "2026",
        {"figures": [figure("Số người", "1.200"), figure("Kinh phí", "5,2", "tỷ đồng"), figure("Cũ", "1")]},
    )
    figures = [figure("số  NGƯỜI", "1.300.000"), figure("Kinh phí", "5.200", "triệu đồng"), figure("Mới", "7")]
    send(office, "2027", {"figures": figures})
    found = shown(office)
    assert found is not None
    rows = {row.name: row for row in found.figures}
    assert (rows["số  NGƯỜI"].last, rows["số  NGƯỜI"].jump) == ("1.200", "×1.000")
    assert (rows["Kinh phí"].last_unit, rows["Kinh phí"].jump) == ("tỷ đồng", "×1.000")
    assert (rows["Mới"].last, rows["Mới"].jump) == ("", None)
    assert (rows["Cũ"].now, rows["Cũ"].jump) == ("", None)


def test_only_figures_of_one_kind_and_unit_stand_side_by_side(office: App) -> None:
    old = [figure("Thu", "90"), {**figure("Chi", "70"), "kind": "uoc"}]
    now = [{**figure("Thu", "40"), "kind": "luy_ke"}, figure("thu", "95"), figure("Chi", "80")]
    send(office, "2026", {"figures": old})
    send(office, "2027", {"figures": now})
    found = shown(office)
    assert found is not None
    assert [(r.name, r.kind, r.now, r.last, r.last_differs) for r in found.figures] == [
        ("Thu", "lũy kế từ đầu năm", "40", "", ""),
        ("thu", "thực hiện", "95", "90", ""),
        ("Chi", "thực hiện", "80", "70", "khác loại số liệu (ước thực hiện)"),
    ]


def test_last_years_number_is_put_right_only_with_a_reason_and_stays_as_it_was(office: App) -> None:
    send(office, "2026", {"figures": [figure("Thu", "90")]})
    right = {**figure("Thu", "95"), "adjusted": "88", "adjusted_reason": "tính trùng 02 đơn vị"}
    with pytest.raises(Refused, match="phải có lý do"):
        send(office, "2027", {"figures": [{**right, "adjusted_reason": " "}]}, key="0")
    with pytest.raises(Refused, match="chọn loại số liệu"):
        send(office, "2027", {"figures": [{**right, "kind": "du_toan"}]}, key="1")
    send(office, "2027", {"figures": [right]}, key="2")
    found = shown(office)
    assert found is not None
    row = found.figures[0]
    assert (row.now, row.last, row.adjusted, row.adjusted_reason) == ("95", "90", "88", "tính trùng 02 đơn vị")
    before = shown(office, "2026")
    assert before is not None
    assert before.figures[0].now == "90"


def test_what_was_issued_is_what_was_reported(office: App) -> None:
    send(office, "2026", {"figures": [figure("Thu", "90")]}, key="1")
    with office.read(YEARS["2026"]) as ctx:
        number = owed(ctx, "so-b", label="2026").period_id
    consolidate_period(office, number, YEARS["2026"], "lan")
    with office.write(YEARS["2026"], "lan") as ctx:
        row = ctx.session.exec(select(Consolidation)).one()
        row.issued_at, row.issued_number = ctx.as_of, "12/BC-STC"
    with office.write(YEARS["2027"], "x") as ctx:
        late = owed(ctx, "so-b", label="2026")
        content = {"entries": [], "figures": [figure("Thu", "91")]}
        draft = SubmissionDraft(
            late.agency_id, [late.id or 0], SubmissionForm.signed, SubmissionChannel.portal, content, "sau-phat-hanh"
        )
        submit_report(ctx, draft, tell_agency=False)
    send(office, "2027", {"figures": [figure("Thu", "95")]})
    found = shown(office)
    assert found is not None
    assert (found.figures[0].now, found.figures[0].last) == ("95", "90")


def test_the_consolidated_report_prints_what_was_reported_and_the_scope(office: App) -> None:
    send(office, "2026", {"figures": [figure("Thu", "90"), figure("Chi", "7")]})
    assert built(office, "2026").compared is None, "the first period has nothing to stand beside"
    right = {**figure("Thu", "95"), "adjusted": "88", "adjusted_reason": "tính trùng"}
    send(office, "2027", {"figures": [right, {**figure("Chi", "8"), "kind": "uoc"}]})
    found = built(office, "2027").compared
    assert found is not None
    assert (found.period_label, found.scope) == ("năm 2026", "")
    assert [(r.name, r.kind, r.value, r.reported, r.differs, r.adjusted, r.reason) for r in found.figures] == [
        ("Thu", "thực hiện", "95", "90", "", "88", "tính trùng"),
        ("Chi", "ước thực hiện", "8", "7", "khác loại số liệu (thực hiện)", "", ""),
    ]
    with office.write(YEARS["2027"], "x") as ctx:
        owed(ctx, "so-c", label="2027").state = AssignmentState.ended
    differing = built(office, "2027").compared
    assert differing is not None
    assert differing.scope.startswith("Phạm vi so sánh: kỳ 2026: ")
    assert "có mặt trong mọi kỳ" in differing.scope


def test_the_consolidated_report_names_whose_number_a_successors_was(office: App) -> None:
    send(office, "2026", {"figures": [figure("Thu", "90")]}, code="so-c")
    with office.write(hanoi(2027, 1, 5, 9), "x") as ctx:
        _merge(ctx)
    send(office, "2027", {"figures": [figure("Thu", "95")]})
    found = built(office, "2027").compared
    assert found is not None
    assert [(r.agency, r.reported, r.of) for r in found.figures] == [("Sở B", "90", "báo cáo của Sở C")]
    assert found.scope


def built(app: App, year: str) -> ConsolidatedReport:
    with app.read(YEARS[year]) as ctx:
        return build_report(ctx, owed(ctx, "so-b", label=year).period_id)


def test_what_stands_beside_a_successor_is_its_predecessors_report(office: App) -> None:
    send(office, "2026", {"entries": [entry("II.a", "Của Sở C.")]}, code="so-c")
    with office.write(hanoi(2027, 1, 5, 9), "x") as ctx:
        _merge(ctx)
    send(office, "2027", {"entries": [entry("II.a", "Của Sở B.")]})
    found = shown(office)
    assert found is not None
    assert found.last_author == "Sở C"
    assert found.tasks[0].last["result"] == "Của Sở C."


def _merge(ctx: Context) -> None:
    step = Step(SuccessionKind.merge, ("so-c",), ("so-b",), date(2027, 1, 1))
    record_succession(ctx, Act(step, "15/QĐ-UBND, 12/12/2026"))
