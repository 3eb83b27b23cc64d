"""A report beside the version before it and that of the year before."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from models.enums import SubmissionChannel, SubmissionForm, SuccessionKind
from obligations.rules.successions import Step
from obligations.services.access import Actor
from obligations.services.context import App, Context
from obligations.services.open_periods import open_due_periods
from obligations.services.record_succession import Act, record_succession
from obligations.services.reviewing.beside import Beside, beside
from obligations.services.submit import SubmissionDraft, submit_report
from obligations.services.views_agency import duty_page
from tests.obligations.small_world import owed, settle, small_plan
from tests.plan197 import hanoi

COORDINATOR = Actor("lan", "Lan", "", roles=frozenset({"coordinator"}))
YEARS = {"2026": hanoi(2026, 10, 5, 9), "2027": hanoi(2027, 10, 5, 9)}


@pytest.fixture
def office(app: App, tmp_path: Path) -> App:
    """Two periods of one yearly report."""
    settle(app, tmp_path, small_plan())
    for at in YEARS.values():
        with app.write(at, "test") as ctx:
            open_due_periods(ctx)
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
