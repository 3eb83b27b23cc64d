"""Formats of a consolidated report. A new one is one file and one line here."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.document import ConsolidatedReport
from reports.docx_report import render_docx
from reports.html_report import render_html
from reports.xlsx_report import render_xlsx


@dataclass(frozen=True)
class Output:
    """A format: its media type, file suffix and renderer."""

    media_type: str
    suffix: str
    render: Callable[[ConsolidatedReport], bytes]


OUTPUTS = {
    "docx": Output("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx", render_docx),
    "xlsx": Output("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx", render_xlsx),
    "html": Output("text/html; charset=utf-8", ".html", render_html),
}
