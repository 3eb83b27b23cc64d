"""The parts of the consolidated report as .docx, without their headings: our own layout and a template put them where they like."""

from collections.abc import Callable, Sequence

from docx.document import Document as DocumentObject

from reports.blocks import BLANK_DAY, annex, figures_grid
from reports.cleaning import line
from reports.document import AgencyEntry, ConsolidatedReport, MissingRow
from reports.fields import bookmark_last_cells
from reports.layout import body, counted, grid, heading, said
from reports.numbers import FIRST_ID, Number, ReportNumbers, numbers_of
from reports.wording import (
    COMPARED,
    FORMS,
    NONE_RAISED,
    NOTHING,
    OTHER_FIGURES,
    RECEIVED_COLUMNS,
    TOTAL_COLUMNS,
    TOTALS,
    UNSENT_COLUMNS,
    annexes_text,
    arrival_text,
    compared_row,
    compared_title,
    day_text,
    late_lines,
    nil_line,
    note_text,
    received_pieces,
    sending_pieces,
    told,
    total_pieces,
    total_row,
)  # fmt: skip

Part = Callable[[DocumentObject, ConsolidatedReport], None]


def general(document: DocumentObject, report: ConsolidatedReport) -> None:
    """How many have sent by when."""
    counted(document, received_pieces(report, numbers_of(report)))


def results(document: DocumentObject, report: ConsolidatedReport) -> None:
    """By task: what each agency did, who had nothing to report, what the figures come to."""
    numbers = numbers_of(report)
    for number, section in enumerate(report.sections, 1):
        heading(document, f"{number}. {section.title} ({section.clause})", 1)
        entries, nil = told(section.entries), nil_line(section.entries)
        for entry in entries:
            said(document, entry.agency, entry.result)
        body(document, nil if entries or nil else NOTHING)
        _totals(document, numbers, [section.clause])
    if not report.sections:
        body(document, NOTHING)
    known = {section.clause for section in report.sections}
    others = {total.clause for total in report.totals} - known
    if others:
        heading(document, f"{len(report.sections) + 1}. {OTHER_FIGURES}", 1)
        _totals(document, numbers, others)


def difficulties(document: DocumentObject, report: ConsolidatedReport) -> None:
    """Khó khăn, vướng mắc, nguyên nhân, by agency."""
    _gathered(document, report, lambda e: e.difficulty)


def proposals(document: DocumentObject, report: ConsolidatedReport) -> None:
    """Đề xuất, kiến nghị, by agency."""
    _gathered(document, report, lambda e: e.proposal)


def sending(document: DocumentObject, report: ConsolidatedReport) -> None:
    """How many came and did not, who was late, which annex has the rest."""
    counted(document, sending_pieces(report, numbers_of(report)))
    for text in late_lines(report.received):
        body(document, text)
    body(document, annexes_text(report))


def annexes(document: DocumentObject, report: ConsolidatedReport) -> None:
    """Who sent what and who did not, the figures and their totals, the period before."""
    numbers = numbers_of(report)
    source = f"/BC-{line(report.issuer_code)} {BLANK_DAY.strip()}          của {line(report.issuer)}"
    annex(document, 1, "Tình hình gửi báo cáo", source)
    _counts(document, numbers)
    _received(document, report)
    _unsent(document, "2. Cơ quan, đơn vị chưa gửi báo cáo", report.missing)
    if report.exempt:
        _unsent(document, "3. Cơ quan, đơn vị không phải báo cáo kỳ này", report.exempt)
    if report.figures:
        annex(document, 2, "Số liệu", source)
        _sums(document, numbers)
        figures_grid(document, report.figures)
    if report.compared:
        annex(document, 3 if report.figures else 2, compared_title(report.compared), source)
        body(document, report.compared.scope)
        rows = [compared_row(figure) for figure in report.compared.figures]
        grid(document, COMPARED, rows, (2.8, 3.0, 2.0, 1.8, 1.9, 2.4, 2.6))


def _gathered(document: DocumentObject, report: ConsolidatedReport, pick: Callable[[AgencyEntry], str]) -> None:
    found = [(section.clause, e) for section in report.sections for e in section.entries if pick(e).strip()]
    for clause, entry in found:
        said(document, f"{entry.agency} ({clause})", pick(entry))
    if not found:
        body(document, NONE_RAISED)


def _totals(document: DocumentObject, numbers: ReportNumbers, clauses: Sequence[str] | set[str]) -> None:
    for total in numbers.totals:
        if total.of.clause in clauses:
            counted(document, total_pieces(total))


def _counts(document: DocumentObject, numbers: ReportNumbers) -> None:
    rows = [(number.label, number.text) for number in numbers.counts]
    _marked(document, ("Nội dung", "Số cơ quan, đơn vị"), rows, (12.0, 4.5), [(n,) for n in numbers.counts])


def _sums(document: DocumentObject, numbers: ReportNumbers) -> None:
    if not numbers.totals:
        return
    heading(document, f"1. {TOTALS}")
    rows = [total_row(t.of) for t in numbers.totals]
    marks = [(t.agencies, t.value) for t in numbers.totals]
    _marked(document, TOTAL_COLUMNS, rows, (2.5, 4.5, 2.5, 2.3, 2.0, 2.7), marks)
    heading(document, "2. Số liệu của từng cơ quan, đơn vị")


def _marked(
    document: DocumentObject,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    marks: Sequence[Sequence[Number]],
) -> None:
    """A table whose last columns are the numbers that the body refers to."""
    table = grid(document, head, rows, widths)
    bookmark_last_cells(table, [[(n.key, FIRST_ID + n.place) for n in numbers] for numbers in marks])


def _received(document: DocumentObject, report: ConsolidatedReport) -> None:
    heading(document, "1. Cơ quan, đơn vị đã gửi báo cáo")
    if not report.received:
        body(document, "Chưa có.")
        return
    rows = [
        (
            str(n),
            line(r.agency),
            FORMS.get(r.form, r.form),
            r.document_number or "",
            day_text(r.document_on),
            arrival_text(r),
            note_text(r),
        )
        for n, r in enumerate(report.received, 1)
    ]
    grid(document, RECEIVED_COLUMNS, rows, (1.0, 4.0, 2.0, 2.5, 2.5, 2.5, 2.0))


def _unsent(document: DocumentObject, title: str, rows: Sequence[MissingRow]) -> None:
    heading(document, title)
    if not rows:
        body(document, "Không có.")
        return
    lines = [(str(n), line(m.agency), line(m.state), day_text(m.due_on)) for n, m in enumerate(rows, 1)]
    grid(document, UNSENT_COLUMNS, lines, (1.0, 8.0, 5.0, 2.5))
