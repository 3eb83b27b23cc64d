"""The consolidated report as an HTML fragment for the portal and the Prefect run."""

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from reports.cleaning import line, paragraphs
from reports.document import AgencyEntry, Comparison, ConsolidatedReport, Figure, MissingRow, ReportSection, Total
from reports.wording import (
    COMPARED,
    NONE_RAISED,
    NOTHING,
    TOTAL_COLUMNS,
    TOTALS,
    compared_row,
    compared_title,
    moment_text,
    nil_line,
    note_text,
    received_text,
    told,
    total_row,
)


def render_html(report: ConsolidatedReport) -> bytes:
    """UTF-8 of a fragment that begins at ``<h2>``; every text is escaped."""
    parts = [
        Markup("<h2>{}</h2><p>Lần tổng hợp thứ {}, lúc {}. {}</p>").format(
            line(report.title), report.version, moment_text(report.as_of), received_text(report)
        ),
        Markup("<section><h3>Kết quả theo nhiệm vụ</h3>{}</section>").format(_results(report.sections)),
        _gathered(report.sections, "Khó khăn, vướng mắc, nguyên nhân", lambda e: e.difficulty),
        _gathered(report.sections, "Đề xuất, kiến nghị", lambda e: e.proposal),
        Markup("<section><h3>Tình hình gửi báo cáo</h3>{}</section>").format(_sending(report)),
        _totals(report.totals),
        _figures(report.figures),
        _compared(report.compared) if report.compared else Markup(""),
    ]
    return str(Markup("<article>{}</article>").format(Markup("").join(parts))).encode()


def _results(sections: Iterable[ReportSection]) -> Markup:
    return Markup("").join(
        Markup("<section><h4>{}. {} <small>({})</small></h4>{}</section>").format(
            n, line(s.title), line(s.clause), _entries(s.entries)
        )
        for n, s in enumerate(sections, 1)
    ) or Markup("<p>{}</p>").format(NOTHING)


def _entries(entries: Sequence[AgencyEntry]) -> Markup:
    said = Markup("").join(_said(e.agency, e.result) for e in told(entries))
    nil = nil_line(entries)
    return said + (Markup("<p>{}</p>").format(nil) if nil else "") or Markup("<p>{}</p>").format(NOTHING)


def _said(who: str, text: str) -> Markup:
    lines = Markup("<br>").join(paragraphs(text))
    return Markup("<p><strong>{}</strong>: {}</p>").format(line(who), lines)


def _gathered(sections: Iterable[ReportSection], title: str, pick: Callable[[AgencyEntry], str]) -> Markup:
    found = Markup("").join(
        _said(f"{e.agency} ({s.clause})", pick(e)) for s in sections for e in s.entries if pick(e).strip()
    )
    return Markup("<section><h3>{}</h3>{}</section>").format(title, found or Markup("<p>{}</p>").format(NONE_RAISED))


def _sending(report: ConsolidatedReport) -> Markup:
    received = [f"{line(r.agency)} ({note})" if (note := note_text(r)) else line(r.agency) for r in report.received]
    lists = [_list("Đã nhận", received), _list("Chưa gửi", _names(report.missing))]
    return Markup("").join(
        [*lists, *([_list("Không phải báo cáo kỳ này", _names(report.exempt))] if report.exempt else [])]
    )


def _totals(totals: Sequence[Total]) -> Markup:
    if not totals:
        return Markup("")
    return Markup("<section><h3>{}</h3>{}</section>").format(
        TOTALS, _table(TOTAL_COLUMNS, [total_row(t) for t in totals])
    )


def _figures(figures: Sequence[Figure]) -> Markup:
    """Each as it was given."""
    if not figures:
        return Markup("")
    head = ("Chỉ tiêu", "Cơ quan, đơn vị", "Loại số liệu", "Đơn vị tính", "Giá trị", "Mục")
    rows = [(f.name, f.agency, f.kind, f.unit, f.value, f.clause) for f in figures]
    return Markup("<section><h3>Số liệu</h3>{}</section>").format(_table(head, rows))


def _compared(compared: Comparison) -> Markup:
    scope = Markup("<p>{}</p>").format(line(compared.scope)) if compared.scope else Markup("")
    table = _table(COMPARED, [compared_row(figure) for figure in compared.figures])
    return Markup("<section><h3>{}</h3>{}{}</section>").format(compared_title(compared), scope, table)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    """Every cell says its column, so that a narrow page may show rows one under another."""
    titles = Markup("").join(Markup('<th scope="col">{}</th>').format(title) for title in head)
    lines = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(
                Markup('<td data-label="{}">{}</td>').format(title, line(text))
                for title, text in zip(head, row, strict=True)
            )
        )
        for row in rows
    )
    return Markup('<div class="scroll"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>').format(
        titles, lines
    )


def _names(rows: Iterable[MissingRow]) -> list[str]:
    return [line(m.agency) for m in rows]


def _list(title: str, names: Sequence[str]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(n) for n in names or ["Không có"])
    return Markup("<h4>{}</h4><ul>{}</ul>").format(title, items)
