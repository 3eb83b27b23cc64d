"""The template to start from: our own layout with its marks, and behind it what each mark becomes; and a report to try one on."""

from datetime import UTC, date, datetime

from reports.blocks import letterhead, name_block, signature
from reports.document import (
    AgencyEntry,
    ComparedFigure,
    Comparison,
    ConsolidatedReport,
    Figure,
    MissingRow,
    ReceivedRow,
    ReportSection,
    Total,
)
from reports.docx_report import PARTS
from reports.layout import SMALL, body, finish, grid, heading, new_document, write
from reports.template_marks import BLOCKS, GUIDE, explained
from reports.wording import closing_text, opening_text

MADE_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""The starting template is the same file for everybody and every day."""
_GUIDE = (
    "Mẫu này in đúng như bố cục có sẵn của hệ thống. Sửa chữ, phông, lề, tiêu đề, quốc hiệu, chỗ ký tùy ý; chỉ giữ các dấu trong ngoặc nhọn kép.",
    "Mỗi dấu được thay bằng nội dung ghi ở bảng dưới. Viết tên dấu bằng CHỮ IN HOA thì chữ thay vào cũng in hoa. Dấu đứng riêng một đoạn được thay bằng nhiều đoạn, bảng, theo phông và cỡ chữ của chính dấu đó.",
    "Các số đếm trong thân báo cáo được gắn với ô của phụ lục: sửa số ở phụ lục rồi bấm Ctrl+A, F9 thì thân báo cáo đổi theo. Khi sửa, đặt con trỏ vào giữa số, gõ số mới rồi xóa số cũ.",
    "Dòng đầu của phần hướng dẫn này và mọi nội dung sau đó không in vào báo cáo; có thể xóa đi.",
)
_MARKS = ConsolidatedReport(
    plan_number="{{so_van_ban}}",
    plan_citation="{{can_cu}}",
    issuer_parent="{{co_quan_cap_tren}}",
    issuer="{{co_quan_lap}}",
    issuer_code="{{ky_hieu}}",
    place="{{dia_danh}}",
    title="{{ten_bao_cao}}",
    period_label="{{ky_bao_cao}}",
    reader="{{noi_nhan_bao_cao}}",
    as_of=MADE_AT,
    version=1,
    data_window=None,
    recipients=("{{danh_sach_noi_nhan}}",),
)
"""The report in which every text is its own mark: our layout written with it is the template of our layout."""


def starting_template() -> bytes:
    """The file's bytes, always the same."""
    document = new_document("Mẫu báo cáo tổng hợp", "", MADE_AT)
    letterhead(document, _MARKS.issuer_parent, _MARKS.issuer, _MARKS.issuer_code, _MARKS.place)
    name_block(document, _MARKS.title, _MARKS.reader)
    body(document, opening_text(_MARKS))
    marks = {mark.part: name for name, mark in BLOCKS.items()}
    for title, part in PARTS.items():
        heading(document, title)
        body(document, f"{{{{{marks[part]}}}}}")
    body(document, closing_text(_MARKS))
    signature(document, _MARKS.recipients)
    body(document, "{{phu_luc}}")
    body(document, f"{{{{{GUIDE}}}}}")[0].paragraph_format.page_break_before = True
    write(document, "HƯỚNG DẪN DÙNG MẪU", bold=True)
    for text in _GUIDE:
        body(document, text)
    grid(document, ("Dấu", "Được thay bằng", "Chỗ đứng"), explained(), (5.0, 8.0, 3.5))
    write(document, "", size=SMALL)
    return finish(document, MADE_AT)


SAMPLE = ConsolidatedReport(
    plan_number="01/KH-UBND",
    plan_citation="Kế hoạch số 01/KH-UBND ngày 05/01/2026 của UBND tỉnh",
    issuer_parent="UBND tỉnh",
    issuer="Sở mẫu",
    issuer_code="SM",
    place="Địa danh",
    title="Tình hình thực hiện Kế hoạch số 01/KH-UBND năm 2026",
    period_label="năm 2026",
    reader="UBND tỉnh",
    as_of=datetime(2026, 11, 4, 1, 30, tzinfo=UTC),
    version=1,
    data_window="từ 01/11/2025 đến 31/10/2026",
    sections=(
        ReportSection(
            "gạch đầu dòng thứ 1, mục I",
            "Nhiệm vụ thứ nhất",
            (
                AgencyEntry("Cơ quan A", "Đã thực hiện.\nCòn tiếp tục.", "Thiếu kinh phí", "Bố trí kinh phí"),
                AgencyEntry("Cơ quan B", nil=True),
            ),
        ),
        ReportSection("gạch đầu dòng thứ 2, mục I", "Nhiệm vụ thứ hai"),
    ),
    figures=tuple(
        Figure("gạch đầu dòng thứ 1, mục I", "Số lớp", "lớp", f"Cơ quan {n}", v)
        for n, v in (("A", "1.200,5"), ("B", "34"))
    ),
    received=(
        ReceivedRow("Cơ quan A", "signed", "12/BC", date(2026, 10, 29), date(2026, 10, 29), 2),
        ReceivedRow("Cơ quan B", "signed", "7/BC", date(2026, 11, 3), date(2026, 11, 3), 1, late=True),
    ),
    missing=(MissingRow("Cơ quan C", "Chưa gửi", date(2026, 10, 31)),),
    exempt=(MissingRow("Cơ quan D", "Không phải báo cáo kỳ này", date(2026, 10, 31)),),
    recipients=("UBND tỉnh",),
    compared=Comparison(
        "năm 2025", "", (ComparedFigure("", "Cơ quan A", "Số lớp", "thực hiện", "lớp", "1.200,5", "1.100"),)
    ),
    totals=(Total("gạch đầu dòng thứ 1, mục I", "Số lớp", "lớp", "thực hiện", 2, "1.234,5"),),
)
"""A short report with something in every part: what a template is tried on when it is handed in."""
