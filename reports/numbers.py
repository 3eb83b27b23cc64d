"""Numbers that a report's body prints and its annex holds: one value, one name, one place.

In a .docx the annex holds each as a bookmark and the body as a REF field to it, with the value as it was when the file was made.
Of what Word offers only this is updated from the annex by Word and by LibreOffice alike: controls bound to a part of the
file are written back by Word alone, and a property cannot be corrected where it is read.
"""

from dataclasses import dataclass

from reports.cleaning import line
from reports.document import ConsolidatedReport, Total

PREFIX = "dondoc_"
"""How the names of our bookmarks begin; letters, digits and underscores, at most 40 (ECMA-376 part 1, 17.13.6.2)."""
FIRST_ID = 19_700
"""Ids of our bookmarks are counted from here, one for each name."""


@dataclass(frozen=True)
class Number:
    """``key``: name of the bookmark; ``label``: what people call it; ``text``: as printed, ``1.234,5``; ``place`` from 0."""

    key: str
    label: str
    text: str
    place: int

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class TotalNumbers:
    """What one figure comes to, and how many agencies gave it."""

    of: Total
    value: Number
    agencies: Number


@dataclass(frozen=True)
class ReportNumbers:
    """Every number of a report that stands in its body."""

    owed: Number
    received: Number
    late: Number
    missing: Number
    exempt: Number
    totals: tuple[TotalNumbers, ...]

    @property
    def counts(self) -> tuple[Number, ...]:
        """Counts of agencies, as the first annex lists them."""
        return (self.owed, self.received, self.late, self.missing, self.exempt)


COUNTS = {
    "so_phai_bao_cao": "Cơ quan, đơn vị phải báo cáo",
    "so_da_nhan": "Đã nhận báo cáo",
    "so_gui_cham": "Trong đó gửi chậm",
    "so_chua_gui": "Chưa gửi báo cáo",
    "so_khong_phai_bao_cao": "Không phải báo cáo kỳ này",
}
"""Counts by the marks that stand for them in a template, with their labels."""


def numbers_of(report: ConsolidatedReport) -> ReportNumbers:
    """The same for the same report."""
    received, missing = len(report.received), len(report.missing)
    late = sum(row.late for row in report.received)
    values = (received + missing, received, late, missing, len(report.exempt))
    owed, got, late_ones, absent, exempt = (
        Number(PREFIX + key, label, whole_text(value), place)
        for place, ((key, label), value) in enumerate(zip(COUNTS.items(), values, strict=True))
    )
    totals = tuple(_total(n, total) for n, total in enumerate(report.totals))
    return ReportNumbers(owed, got, late_ones, absent, exempt, totals)


def whole_text(value: int) -> str:
    """``1.234``."""
    return f"{value:,}".replace(",", ".")


def total_label(total: Total) -> str:
    """``Số lớp (lớp, thực hiện)``."""
    return f"{line(total.name)} ({', '.join(part for part in (line(total.unit), total.kind) if part)})"


def _total(n: int, total: Total) -> TotalNumbers:
    label, place = total_label(total), len(COUNTS) + 2 * n
    return TotalNumbers(
        total,
        Number(f"{PREFIX}tong_{n + 1}", f"Tổng số, {label}", line(total.value), place),
        Number(f"{PREFIX}noi_{n + 1}", f"Số cơ quan báo cáo, {label}", whole_text(total.agencies), place + 1),
    )
