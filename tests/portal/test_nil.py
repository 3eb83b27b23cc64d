"""Nothing to report and something said contradict each other: refused by the name of the task, everything typed kept."""

from datetime import date

from obligations.services.views_shared import OutlineRow
from portal.forms import ReportForm

OUTLINE = [OutlineRow("II.a", "Cải cách thủ tục", [], ""), OutlineRow("II.b", "Vốn", [], "")]
TODAY, KEY = date(2026, 11, 5), "k" * 20


def problems(outline: list[OutlineRow] = OUTLINE, **typed: object) -> list[str]:
    form = ReportForm(key=KEY, **typed)  # type: ignore[arg-type]
    form.check(outline, TODAY, files=0)
    return form.problems


def test_a_nil_report_with_content_names_the_tasks() -> None:
    figure = {"clause": "", "name": "Số việc", "unit": "", "value": "1"}
    (said,) = problems(form="nil", entries={"II.a": {"result": "Đã làm."}}, figures=[figure])
    assert "“Cải cách thủ tục”; Số liệu" in said
    assert problems(form="nil", note="Không có gì.") == []


def test_a_ticked_task_with_text_is_named() -> None:
    (said,) = problems(form="soft", entries={"II.b": {"result": "Đã chi.", "nil": True}})
    assert said.startswith("Mục “Vốn”")


def test_a_note_answers_a_request_of_one_paragraph_and_no_other() -> None:
    assert problems([], form="soft", note="Đã rà soát, không có hồ sơ tồn.") == []
    assert len(problems(form="soft", note="Kèm theo.")) == 1
