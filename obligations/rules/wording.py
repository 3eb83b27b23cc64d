"""Names of things as Vietnamese readers know them."""

import re
from datetime import date

from models.enums import SubmissionChannel, SubmissionForm, Urgency

_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?P<part>Q[1-4]|H[12]|W\d{2}|0[1-9]|1[0-2]))?")
STAFF_STATE = {
    "open": "Chưa nhận",
    "overdue": "Quá hạn, chưa gửi",
    "soft_received": "Đã nhận bản mềm",
    "submitted": "Đã nhận",
    "returned": "Đề nghị bổ sung, hoàn thiện",
    "accepted": "Đủ điều kiện tổng hợp",
    "exempt": "Không phải báo cáo kỳ này",
    "ended": "Không còn thực hiện",
    "awaiting_assignment": "Chờ phân công",
}
"""How a duty stands, by its state or ``overdue``; an agency reads others of some."""
UNSEEN, STATED = "Chưa rà soát", "Cơ quan báo đã gửi, chờ đối chiếu"
_OWN_NUMBER = re.compile(r"dn-\d{4}-\d+")
_QUARTERS = ("I", "II", "III", "IV")
_CLAUSE = re.compile(r"^(?P<section>[IVX]+)(?:\.(?P<item>\d+))?(?:\.b(?P<bullet>\d+))?(?:\((?P<part>[^)]+)\))?$")


def staff_state(key: str, *, unseen: bool = False, stated: bool = False) -> str:
    """How a duty stands in the coordinator's words: the one place for pages, tables, ledgers and runs.

    ``unseen``: nobody has looked yet whether it was sent (S3); ``stated``: it rests on the agency's word.
    """
    if unseen:
        return UNSEEN
    return STATED if stated and key == "submitted" else STAFF_STATE[key]


def clause_text(label: str) -> str:
    """``V.b4`` -> "gạch đầu dòng thứ 4, mục V"; a label of another form is given back as it is."""
    if label == "V.final":
        return "đoạn cuối, mục V"
    found = _CLAUSE.match(label)
    if not found:
        return label
    section = f"mục {found['section']}"
    if found["item"]:
        section = f"điểm {found['item']}, {section}"
    return f"gạch đầu dòng thứ {found['bullet']}, {section}" if found["bullet"] else section


def clauses_text(labels: list[str]) -> str:
    """Several clauses in one phrase, repeats dropped."""
    return "; ".join(dict.fromkeys(clause_text(label) for label in labels))


def cited(labels: list[str], citation: str) -> str:
    """The places and their document: "gạch đầu dòng thứ 4, mục V, Kế hoạch ..."; the document alone when no place in it is named."""
    return ", ".join(part for part in (clauses_text(labels), citation) if part)


def period_text(label: str) -> str:
    """``2026`` -> "năm 2026", ``2026-Q1`` -> "quý I năm 2026"; a label of another form is given back as it is."""
    found = _PERIOD.fullmatch(label)
    if not found:
        return label
    year, part = found["year"], found["part"] or ""
    if part.startswith("Q"):
        return f"quý {_QUARTERS[int(part[1:]) - 1]} năm {year}"
    if part.startswith("H"):
        return f"6 tháng {'đầu' if part == 'H1' else 'cuối'} năm {year}"
    if part.startswith("W"):
        return f"tuần {part[1:]} năm {year}"
    return f"tháng {int(part)} năm {year}" if part else f"năm {year}"


def duty_name(title: str, label: str, *, request: bool) -> str:
    """A duty in one line: with its period, or alone for an ad-hoc request, whose label is no name for people."""
    return title if request else f"{title}, {period_text(label)}"


def period_name(label: str) -> str:
    """What stands behind "kỳ": ``2026`` -> "2026", ``2026-Q1`` -> "quý I năm 2026"."""
    return label if label.isdigit() else period_text(label)


def document_text(number: str, before: str = "") -> str:
    """A document by its number, ``before`` in front; an ad-hoc request without one bears our own ``dn-2026-00001`` instead."""
    return "đề nghị theo giờ" if _OWN_NUMBER.fullmatch(number) else f"{before}{number}"


def urgency_text(urgency: Urgency) -> str:
    """The mark an official document bears; empty for an ordinary one."""
    return {Urgency.urgent: "Khẩn", Urgency.very_urgent: "Thượng khẩn", Urgency.express: "Hỏa tốc"}.get(urgency, "")


def way_text(channel: SubmissionChannel) -> str:
    """By which way a report came; empty when nothing is known of it."""
    return {
        SubmissionChannel.document_system: "qua trục liên thông văn bản",
        SubmissionChannel.email: "qua thư điện tử",
        SubmissionChannel.post: "qua bưu điện",
        SubmissionChannel.hand: "gửi trực tiếp",
    }.get(channel, "")


def form_text(form: SubmissionForm) -> str:
    """In what form a report came."""
    return {
        SubmissionForm.soft: "bản mềm",
        SubmissionForm.signed: "văn bản ký số",
        SubmissionForm.paper: "văn bản giấy",
        SubmissionForm.nil: "không phát sinh",
        SubmissionForm.covered: "đã tổng hợp trong báo cáo của cơ quan khác",
        SubmissionForm.classified: "theo chế độ riêng",
        SubmissionForm.stated: "chưa rõ hình thức, theo rà soát ban đầu",
    }[form]


STATED_DAY = "ngày gửi (cơ quan báo)"
"""What the day of a report is that rests on its agency's word: nobody has seen it come."""


def arrival_said(arrived_on: date | None, form: SubmissionForm, *, stated: bool) -> str:
    """The day with what it is, in a sentence: "ngày đến 31/10/2026"."""
    return f"{STATED_DAY if stated else 'ngày đến'} {arrival_text(arrived_on, form)}"


def arrival_text(arrived_on: date | None, form: SubmissionForm, *, stated: bool = False) -> str:
    """The day alone, for a column *Ngày đến*: marked where it is only ``stated``; for a report that has none, why."""
    if arrived_on is not None:
        return f"{arrived_on:%d/%m/%Y}{f' là {STATED_DAY}' if stated else ''}"
    return "theo báo cáo đã tổng hợp" if form == SubmissionForm.covered else "chưa rõ"


def kept_text(*, in_time: bool, late: bool, agreed: bool) -> str:
    """How a report that came stands to its date; empty of what was only requested and came after its day."""
    if late:
        return "gửi chậm, đã thống nhất" if agreed else "gửi chậm"
    return "đã gửi trong hạn" if in_time else ""


def step_text(code: str, days: int | None = None) -> str:
    """A step's name in a run or a list."""
    names = {
        "open": "mở kỳ báo cáo",
        "T-1": "nhắc trước hạn 01 ngày làm việc",
        "T0": "nhắc ngày làm việc cuối trong hạn",
        "catch-up": "đôn đốc sau rà soát ban đầu",
        "official": "đề nghị gửi văn bản chính thức",
        "consolidate": "lập báo cáo tổng hợp",
        "late": "cập nhật trạng thái sau thời hạn",
        "close": "chốt kỳ báo cáo",
        "publish": "cập nhật lịch thời hạn",
        "remind": "nhắc, đôn đốc",
    }
    if code in names:
        return names[code]
    if re.fullmatch(r"H[+-]\d+", code):
        hours = int(code.removeprefix("H"))
        return f"nhắc trước hạn {-hours:02d} giờ" if hours < 0 else f"đôn đốc sau hạn {hours:02d} giờ"
    number = days if days is not None else int(code.removeprefix("T")) if re.fullmatch(r"T[+-]\d+", code) else 0
    if number < 0:
        return f"nhắc trước hạn {-number:02d} ngày làm việc"
    return f"đôn đốc sau hạn {number:02d} ngày làm việc"
