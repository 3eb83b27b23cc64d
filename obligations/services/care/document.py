"""Findings as a dated page for the security dossier."""

from datetime import datetime

from obligations.errors import Refused
from obligations.services.care.finding import STATE_WORDS, Finding, verdict
from reports.register import Register, RegisterPart
from reports.register_docx import render_register_docx
from reports.register_md import render_register_md

COLUMNS = (("TT", 1.0), ("Nội dung", 4.2), ("Kết quả", 2.2), ("Hiện trạng", 4.9), ("Việc cần làm", 4.2))
FORMS = {"docx": render_register_docx, "md": render_register_md}


def findings_page(
    title: str, unit: str, about: tuple[tuple[str, str], ...], findings: tuple[Finding, ...], at: datetime
) -> Register:
    """``at`` in the installation's time zone."""
    rows = tuple((str(n), f.title, STATE_WORDS[f.state], f.detail, f.advice) for n, f in enumerate(findings, start=1))
    return Register(
        issuer=unit,
        title=title,
        facts=(("Lập lúc", f"{at:%H:%M} ngày {at:%d/%m/%Y}"), *about, ("Kết luận", verdict(findings))),
        columns=COLUMNS,
        parts=(RegisterPart("", "", rows),),
        closing=("Người kiểm tra: ................................................",),
        as_of=at,
        sheet="Kiểm tra",
    )


def render_page(page: Register, name: str) -> bytes:
    """By the ending of the file's name, ``.docx`` or ``.md``; Refused for any other."""
    form = name.rpartition(".")[2].lower()
    if form not in FORMS:
        raise Refused(f"{name}: tên tệp phải kết thúc bằng .docx hoặc .md")
    return FORMS[form](page)
