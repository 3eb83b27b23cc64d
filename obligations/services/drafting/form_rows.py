"""Judging a filled-in form file: what it says for each task, every cell that cannot be taken by its place."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from obligations.rules.figures import DONE, KINDS, kind_named
from obligations.services.drafting.form_cells import FormCell, FormCells, TaskCells, plain
from reports.cleaning import clean, line
from reports.report_form import ID

MARKS = ("x", "có", "đúng", "true", "1", "✓", "✔", "☑", "☒")


@dataclass(frozen=True)
class FormLimits:
    """Most characters of a text and of a line, most figures: those of the page."""

    text: int
    line: int
    figures: int


@dataclass(frozen=True)
class FormRead:
    """What may be shown in the form; with any ``problems`` nothing is taken. Both lists are texts for people."""

    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    figures: list[dict[str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def judge_form(
    cells: FormCells, known: Collection[str], limits: FormLimits, refusal: str = "", warning: str = ""
) -> FormRead:
    """``known``: ids of the duty's tasks; ``refusal`` and ``warning``: what the code in the file says of whose it is."""
    if refusal:
        return FormRead(problems=[refusal])
    ids = {plain(clause): clause for clause in known}
    tasks = [task for task in cells.tasks if any(c.text or c.problem for c in task.all)]
    figures = [row for row in cells.figures if any(c.text or c.problem for name, c in row.items() if name != "kind")]
    problems = [*_task_problems(tasks, ids, limits), *_figure_problems(figures, ids, limits)]
    if not problems and not tasks and not figures:
        problems = ["Tệp chưa có nội dung nào được nhập."]
    if problems:
        return FormRead(problems=problems)
    notices = list(cells.notices)
    if warning:
        notices.insert(0, warning)
    entries = {ids[plain(task.id.text)]: _entry(task) for task in tasks}
    return FormRead(entries, [_figure(row, ids) for row in figures], [], notices)


def _entry(task: TaskCells) -> dict[str, Any]:
    return {**{part: clean(cell.text) for part, cell in task.parts.items()}, "nil": bool(task.nil.text)}


def _figure(row: Mapping[str, FormCell], ids: Mapping[str, str]) -> dict[str, str]:
    said = {name: line(cell.text) for name, cell in row.items()}
    return {**said, "clause": ids.get(plain(said["clause"]), ""), "kind": kind_named(said.get("kind", "")) or DONE}


def _task_problems(tasks: list[TaskCells], ids: Mapping[str, str], limits: FormLimits) -> Iterator[str]:
    times = Counter(plain(task.id.text) for task in tasks)
    for task in tasks:
        name = plain(task.id.text)
        if name not in ids:
            yield _unknown(task.id)
        elif times[name] > 1:
            yield f"{_at(task.id)}: mã mục “{line(task.id.text)}” có ở nhiều chỗ trong tệp."
        for cell in task.parts.values():
            yield from _cell_problems(cell, limits.text)
        yield from _cell_problems(task.nil, limits.line)
        if not task.nil.problem and task.nil.text and plain(task.nil.text) not in MARKS:
            yield f"{_at(task.nil)}: đề nghị đánh dấu x hoặc để trống."


def _figure_problems(
    figures: list[Mapping[str, FormCell]], ids: Mapping[str, str], limits: FormLimits
) -> Iterator[str]:
    if len(figures) > limits.figures:
        yield f"Số liệu: tối đa {limits.figures} dòng, tệp có {len(figures)} dòng."
        return
    for row in figures:
        for cell in row.values():
            yield from _cell_problems(cell, limits.line)
        if row["clause"].text and plain(row["clause"].text) not in ids:
            yield _unknown(row["clause"])
        if row["value"].text and not row["name"].text and not row["name"].problem:
            yield f"{_at(row['name'])}: có giá trị nhưng chưa có tên chỉ tiêu."
        yield from _beside_problems(row)


def _beside_problems(row: Mapping[str, FormCell]) -> Iterator[str]:
    """The kind, and last period's number put right; columns that older files do not have."""
    kind, adjusted, reason = (row.get(name) for name in ("kind", "adjusted", "adjusted_reason"))
    if kind is not None and not kind.problem and kind_named(kind.text) is None:
        yield f"{_at(kind)}: không nhận ra “{line(kind.text)[:40]}”; đề nghị nhập một trong: {', '.join(KINDS.values())}."
    if adjusted is not None and adjusted.text and reason is not None and not reason.text and not reason.problem:
        yield f"{_at(reason)}: số kỳ trước điều chỉnh phải có lý do."
    if reason is not None and reason.text and adjusted is not None and not adjusted.text and not adjusted.problem:
        yield f"{_at(adjusted)}: có lý do điều chỉnh nhưng chưa có số."


def _cell_problems(cell: FormCell, most: int) -> Iterator[str]:
    if cell.problem:
        yield f"{_at(cell)}: {cell.problem}"
    elif len(clean(cell.text)) > most:
        limit = f"{most:,}".replace(",", ".")
        yield f"{_at(cell)}: dài hơn {limit} ký tự."


def _unknown(cell: FormCell) -> str:
    if not cell.text:
        return f"{_at(cell)}: thiếu “{ID}”."
    return f"{_at(cell)}: mã mục “{line(cell.text)[:40]}” không có trong nội dung báo cáo này."


def _at(cell: FormCell) -> str:
    return cell.where[:1].upper() + cell.where[1:]
