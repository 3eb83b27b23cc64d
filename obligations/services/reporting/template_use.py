"""Making reports with the department's own templates: trying one that is handed in, and taking our own layout where one fails."""

import hashlib
import logging
from dataclasses import dataclass

from models.tables import ReportTemplate
from obligations.errors import NotFound, WrongValue
from obligations.services.storage import stored_path
from obligations.settings import Settings
from reports.document import ConsolidatedReport
from reports.docx_report import render_docx
from reports.template_docx import BadTemplate, render_template
from reports.template_marks import explained
from reports.template_start import SAMPLE

log = logging.getLogger("dondoc.reports")

LARGEST = 5 << 20
"""Bytes of a template as a file: pictures of a letterhead and no more."""


@dataclass(frozen=True)
class MarkRow:
    """A mark of templates: what it becomes (``about``) and where it may stand (``where``), in Vietnamese."""

    mark: str
    about: str
    where: str


def mark_rows() -> list[MarkRow]:
    """Every mark that a template may hold."""
    return [MarkRow(*row) for row in explained()]


def check_template(content: bytes) -> bytes:
    """The report that it makes of sample content; Refused names every mark that is unknown, missing or misplaced, and where."""
    if len(content) > LARGEST:
        raise WrongValue("file", f"Tệp mẫu lớn hơn {LARGEST >> 20} MB; đề nghị bỏ bớt hình ảnh.")
    try:
        return render_template(content, SAMPLE)
    except BadTemplate as error:
        raise WrongValue("file", str(error)) from error
    except Exception as error:
        log.warning("a template could not be tried", exc_info=True)
        raise WrongValue(
            "file",
            "Không lập thử được báo cáo theo mẫu này. Đề nghị mở tệp bằng Word, lưu lại dạng .docx; nếu vẫn không được, "
            "chép nội dung sang mẫu tải từ trang này.",
        ) from error


def render_with(
    settings: Settings, template: ReportTemplate | None, report: ConsolidatedReport
) -> tuple[bytes, str | None]:
    """The .docx, and why our own layout was taken in place of the template: a template never stops a consolidation."""
    if template is None:
        return render_docx(report), None
    try:
        return render_template(_content(settings, template), report), None
    except BadTemplate as error:
        problem = str(error)
    except (NotFound, OSError):
        problem = "Không đọc được tệp mẫu trong kho lưu; đề nghị nộp lại mẫu."
    except Exception:
        log.warning("template %s failed", template.public_id, exc_info=True)
        problem = "Mẫu không lập được báo cáo này; đề nghị gửi mẫu cho bộ phận công nghệ thông tin xem lại."
    log.warning("template %s was not used", template.public_id)
    return render_docx(report), problem


def _content(settings: Settings, template: ReportTemplate) -> bytes:
    """The file as it was checked; NotFound when the store has another one, or none."""
    content = stored_path(settings, template.stored_as).read_bytes()
    if hashlib.sha256(content).hexdigest() != template.sha256:
        raise NotFound("the file is not the one that was handed in")
    return content
