"""The consolidated report as an HTML fragment for the portal and the Prefect run."""

from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup

from reports.cleaning import line, paragraphs
from reports.document import AgencyEntry, ConsolidatedReport, MissingRow, ReportSection
from reports.wording import NONE_RAISED, NOTHING, moment_text, nil_line, note_text, received_text, told


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


def _names(rows: Iterable[MissingRow]) -> list[str]:
    return [line(m.agency) for m in rows]


def _list(title: str, names: Sequence[str]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(n) for n in names or ["Không có"])
    return Markup("<h4>{}</h4><ul>{}</ul>").format(title, items)
