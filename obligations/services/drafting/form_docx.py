"""Reading a filled-in form from .docx: its tables, with what tracked changes put in and without what they took out."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docx import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from obligations.services.drafting.form_cells import FormCell, FormCells, TaskCells, Unreadable, plain
from obligations.services.drafting.word_text import Said, said_in
from reports.report_form import CODE, FIGURE, FIGURES_SHEET, FIRST_FIGURE, ID, NIL, PARTS, TASK

MOST_TABLES, MOST_ROWS = 500, 2000
TBL, TR, TC, P, GONE = qn("w:tbl"), qn("w:tr"), qn("w:tc"), qn("w:p"), f"{qn('w:trPr')}/{qn('w:del')}"


@dataclass(frozen=True)
class _Table:
    """A table by its number in the file, counted from 1; every row with its number."""

    number: int
    rows: Sequence[tuple[int, Sequence[Said]]]


def docx_cells(content: bytes) -> FormCells:
    """Unreadable when no table of the form is in it, or far too many are."""
    body: BaseOxmlElement = Document(io.BytesIO(content)).element.body
    tasks, figures, notices = list[TaskCells](), list[dict[str, FormCell]](), list[str]()
    read = 0
    for table in _tables(body):
        head = [plain(said.text) for said in table.rows[0][1]] if table.rows else []
        if head[:1] == [plain(ID)] and len(head) == 2:  # noqa: PLR2004 - label and text
            tasks.append(_task(table))
        elif (columns := _columns(head)) is not None:
            figures += _figures(table, columns)
        else:
            notices.append(f"Bảng thứ {table.number} không thuộc mẫu nên không đọc.")
            continue
        read += 1
        if any(said.lost for _, row in table.rows for said in row):
            notices.append(f"Bảng thứ {table.number} có hình, công thức hoặc ký hiệu không đọc được; đề nghị kiểm tra.")
    if not read:
        raise Unreadable("Không thấy bảng nào của mẫu trong tệp: đề nghị dùng tệp mẫu tải từ trang này.")
    return FormCells(_code(body), tuple(tasks), tuple(figures), notices)


def _tables(body: BaseOxmlElement) -> Iterator[_Table]:
    count = 0
    for number, table in enumerate(_own(body, TBL), start=1):
        rows = [row for row in _own(table, TR) if row.find(GONE) is None]
        count += len(rows)
        if number > MOST_TABLES or count > MOST_ROWS:
            raise Unreadable("Tệp có quá nhiều bảng, quá nhiều dòng để đọc.")
        yield _Table(number, [(n, [said_in(cell) for cell in _own(row, TC)]) for n, row in enumerate(rows, start=1)])


def _own(parent: BaseOxmlElement, tag: str) -> Iterator[BaseOxmlElement]:
    """Elements of that name in it but not in another such; a content control may stand between."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in (TBL, P):
            yield from _own(child, tag)


def _task(table: _Table) -> TaskCells:
    name, labels = table.rows[0][1][1].text, {plain(label): part for part, label in PARTS.items()}
    table_at = f"bảng thứ {table.number} (mục “{name[:40]}”)"
    found = {part: FormCell(f"{table_at}, dòng “{label}”") for part, label in PARTS.items()}
    nil = FormCell(f"{table_at}, dòng “{NIL}”")
    for number, row in table.rows[1:]:
        label, text = plain(row[0].text) if row else "", "\n".join(said.text for said in row[1:]).strip()
        part = labels.get(label)
        if part is not None and not found[part].text:
            found[part] = FormCell(found[part].where, text)
        elif label.startswith(plain(NIL)):
            nil = FormCell(nil.where, text)
        elif label != plain(TASK) and (label or text):  # a row that a person added must not vanish unseen
            problem = f"không nhận ra “{row[0].text[:40]}”; đề nghị nhập trong các dòng có sẵn."
            nil = FormCell(f"{table_at}, dòng {number}", problem=problem)
    return TaskCells(FormCell(table_at, name), found, nil)


def _columns(head: Sequence[str]) -> tuple[str, ...] | None:
    """The parts of a figure by column; a file made before there were kinds has only the first."""
    for columns in (tuple(FIGURE), FIRST_FIGURE):
        if head == [plain(FIGURE[name]) for name in columns]:
            return columns
    return None


def _figures(table: _Table, columns: Sequence[str]) -> Iterator[dict[str, FormCell]]:
    for number, row in table.rows[1:]:
        where = f"bảng “{FIGURES_SHEET}”, dòng {number}"
        cells = {key: FormCell(f"{where}, cột “{FIGURE[key]}”") for key in columns}
        if len(row) == len(columns):
            yield {key: FormCell(cell.where, said.text) for (key, cell), said in zip(cells.items(), row, strict=True)}
        elif any(said.text for said in row):
            yield {**cells, "name": FormCell(where, problem="có ô gộp; đề nghị tách thành các ô như dòng tiêu đề.")}


def _code(body: BaseOxmlElement) -> str:
    for paragraph in _own(body, P):
        label, _, said = said_in(paragraph).text.partition(":")
        if plain(label) == plain(CODE):
            return said.strip()
    return ""
