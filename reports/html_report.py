"""The consolidated report as an HTML fragment for the portal and the Prefect run."""

from markupsafe import Markup, escape

from reports.cleaning import clean, paragraphs
from reports.document import AgencyEntry, ConsolidatedReport


def render_html(report: ConsolidatedReport) -> bytes:
    """UTF-8 of a fragment; every text is escaped."""
    sections = Markup("").join(
        Markup("<section><h3>{}. {} <small>({})</small></h3>{}</section>").format(n, clean(s.title), s.clause, _entries(s.entries))
        for n, s in enumerate(report.sections, 1)
    )
    missing = Markup("").join(Markup("<li>{}</li>").format(clean(m.agency)) for m in report.missing)
    total = len(report.received) + len(report.missing)
    fragment = Markup(
        "<article><h2>{}</h2><p>Lần tổng hợp thứ {}, lúc {}. Đã nhận {}/{}.</p>{}<h3>Chưa gửi</h3><ul>{}</ul></article>"
    ).format(
        clean(report.title), report.version, f"{report.as_of:%H:%M ngày %d/%m/%Y}", len(report.received), total, sections,
        missing or Markup("<li>Không có</li>"),
    )
    return str(fragment).encode()


def _entries(entries: tuple[AgencyEntry, ...]) -> Markup:
    told = [e for e in entries if e.result and not e.nil]
    nil = [clean(e.agency) for e in entries if e.nil]
    parts = [Markup("<p><strong>{}</strong>: {}</p>").format(clean(e.agency), Markup("<br>").join(escape(p) for p in paragraphs(e.result))) for e in told]
    if nil:
        parts.append(Markup("<p>Các cơ quan không phát sinh: {}.</p>").format(", ".join(nil)))
    return Markup("").join(parts) or Markup("<p>Chưa có cơ quan, đơn vị báo cáo nội dung này.</p>")
