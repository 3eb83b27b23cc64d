"""Vietnamese words that every format of a report shares."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from reports.cleaning import line
from reports.document import AgencyEntry, ComparedFigure, Comparison, ConsolidatedReport, ReceivedRow, Total
from reports.numbers import Number, ReportNumbers, TotalNumbers, numbers_of, whole_text

FORMS = {
    "soft": "bản mềm",
    "signed": "văn bản ký số",
    "paper": "bản giấy",
    "nil": "không phát sinh",
    "covered": "đã tổng hợp trong báo cáo của cơ quan khác",
    "classified": "theo chế độ riêng",
    "stated": "chưa rõ hình thức, theo rà soát ban đầu",
}
"""Form of a submission, as agencies and coordinators call it."""

NOTHING = "Chưa có cơ quan, đơn vị báo cáo nội dung này."
NONE_RAISED = "Các cơ quan, đơn vị không nêu nội dung này."
OTHER_FIGURES = "Số liệu khác"


def opening_text(report: ConsolidatedReport) -> str:
    """The sentence before the first heading."""
    return f"Thực hiện {line(report.plan_citation)}, {line(report.issuer)} tổng hợp tình hình thực hiện {line(report.period_label)} như sau:"


def closing_text(report: ConsolidatedReport) -> str:
    """The sentence before the signature."""
    return f"Trên đây là báo cáo của {line(report.issuer)}, kính báo cáo {line(report.reader)} xem xét, chỉ đạo./."


def day_text(day: date | None) -> str:
    """``31/10/2026``, or nothing."""
    return f"{day:%d/%m/%Y}" if day else ""


STATED, STATED_DAY = "Cơ quan báo đã gửi, chờ đối chiếu", "ngày gửi (cơ quan báo)"


def arrival_text(row: ReceivedRow) -> str:
    """Ngày đến, or the day stated; "chưa rõ" where nobody knows it, and nothing of what another agency's report covers."""
    if row.stated and row.arrived_on:
        return f"{day_text(row.arrived_on)} là {STATED_DAY}"
    return day_text(row.arrived_on) or ("" if row.form == "covered" else "chưa rõ")


def moment_text(moment: datetime) -> str:
    """``08 giờ 30 ngày 04/11/2026``, in the zone the moment carries."""
    return f"{moment:%H} giờ {moment:%M} ngày {moment:%d/%m/%Y}"


def state_text(row: ReceivedRow) -> str:
    """Đã nhận, gửi chậm, or gửi chậm, đã thống nhất; first that nobody has seen it, where it is so."""
    late = ("Gửi chậm, đã thống nhất" if row.agreed else "Gửi chậm") if row.late else ""
    if row.stated:
        return f"{STATED}; {late.lower()}" if late else STATED
    return late or "Đã nhận"


def note_text(row: ReceivedRow) -> str:
    """Lateness, what rests on the agency's word, and the number of the version, when there is something to say."""
    version = f"lần gửi thứ {row.version}" if row.version > 1 else ""
    if row.late or row.stated:
        return f"{state_text(row)}; {version}" if version else state_text(row)
    return version.capitalize()


def told(entries: Iterable[AgencyEntry]) -> list[AgencyEntry]:
    """Entries with a result to print; a text beside the mark "không phát sinh" is not dropped."""
    return [e for e in entries if e.result.strip()]


def nil_line(entries: Iterable[AgencyEntry]) -> str:
    """Agencies with nothing to report, in one line; empty when there is none."""
    names = [line(e.agency) for e in entries if e.nil and not e.result.strip()]
    return f"Các cơ quan không phát sinh: {', '.join(names)}." if names else ""


def late_lines(rows: Sequence[ReceivedRow]) -> list[str]:
    """One line for those late, one for those whose lateness was agreed; official order, no count of days."""
    plain = [line(r.agency) for r in rows if r.late and not r.agreed]
    agreed = [line(r.agency) for r in rows if r.late and r.agreed]
    pairs = (("Gửi chậm", plain), ("Gửi chậm, đã thống nhất", agreed))
    return [f"{head}: {', '.join(names)}." for head, names in pairs if names]


def received_pieces(report: ConsolidatedReport, numbers: ReportNumbers) -> list[str | Number]:
    """``Tính đến …, … đã nhận báo cáo của 2/3 cơ quan, đơn vị.`` with the data window when it is known."""
    window = f" Số liệu tính {line(report.data_window)}." if report.data_window else ""
    return [
        f"Tính đến {moment_text(report.as_of)}, {line(report.issuer)} đã nhận báo cáo của ",
        numbers.received, "/", numbers.owed, f" cơ quan, đơn vị.{window}",
    ]  # fmt: skip


def received_text(report: ConsolidatedReport) -> str:
    """The same as plain text."""
    return "".join(map(str, received_pieces(report, numbers_of(report))))


def total_pieces(total: TotalNumbers) -> list[str | Number]:
    """``- Số lớp (thực hiện): tổng số 24 lớp, theo báo cáo của 2 cơ quan, đơn vị``."""
    unit = f" {line(total.of.unit)}" if total.of.unit.strip() else ""
    head = f"- {line(total.of.name)} ({line(total.of.kind)}): tổng số "
    return [head, total.value, f"{unit}, theo báo cáo của ", total.agencies, " cơ quan, đơn vị."]


TOTALS = "Tổng số theo báo cáo của các cơ quan, đơn vị"
TOTAL_COLUMNS = ("Mục", "Chỉ tiêu", "Loại số liệu", "Đơn vị tính", "Số cơ quan", "Tổng số")
FIGURE_COLUMNS = ("Mục", "Chỉ tiêu", "Cơ quan, đơn vị", "Giá trị", "Đơn vị tính", "Loại số liệu", "Ghi chú")
RECEIVED_COLUMNS = ("TT", "Cơ quan, đơn vị", "Hình thức", "Số, ký hiệu", "Ngày văn bản", "Ngày đến", "Ghi chú")
UNSENT_COLUMNS = ("TT", "Cơ quan, đơn vị", "Tình trạng", "Thời hạn")
"""Heads of the tables of the annexes, by which they are found again in a file that a person worked on."""


def total_row(total: Total) -> tuple[str, ...]:
    """The cells of ``TOTAL_COLUMNS``."""
    return (
        *map(line, (total.clause, total.name, total.kind, total.unit)),
        whole_text(total.agencies),
        line(total.value),
    )


LAST_PERIOD = "So với kỳ trước"
COMPARED = (
    "Cơ quan, đơn vị", "Chỉ tiêu", "Loại số liệu", "Đơn vị tính", "Kỳ này", "Số đã báo cáo kỳ trước", "Số điều chỉnh và lý do",
)  # fmt: skip
"""Columns of figures beside the period before."""


def compared_row(figure: ComparedFigure) -> tuple[str, ...]:
    """The cells of ``COMPARED``. A number of another kind or unit is named as such, never put side by side unmarked."""
    name = f"{figure.name} ({figure.clause})" if figure.clause else figure.name
    notes = "; ".join(text for text in (figure.differs, figure.of) if text)
    reported = f"{figure.reported} [{notes}]" if notes else figure.reported
    adjusted = f"{figure.adjusted}. Lý do: {figure.reason}" if figure.adjusted else ""
    return (figure.agency, name, figure.kind, figure.unit, figure.value, reported or "—", adjusted)


def compared_title(compared: Comparison) -> str:
    """``So với kỳ trước (năm 2025)``; a period before that is not known has no name."""
    return f"{LAST_PERIOD} ({compared.period_label})" if compared.period_label else LAST_PERIOD


def annexes_text(report: ConsolidatedReport) -> str:
    """Which annex holds what."""
    figures = ", số liệu tại Phụ lục 2" if report.figures else ""
    compared = f", so với kỳ trước tại Phụ lục {3 if report.figures else 2}" if report.compared else ""
    return f"Danh sách chi tiết tại Phụ lục 1{figures}{compared}."


def sending_pieces(report: ConsolidatedReport, numbers: ReportNumbers) -> list[str | Number]:
    """How many came, did not come, and need not."""
    exempt: list[str | Number] = ["; không phải báo cáo kỳ này: ", numbers.exempt] if report.exempt else []
    return ["Đã nhận: ", numbers.received, "; chưa gửi: ", numbers.missing, *exempt, "."]
