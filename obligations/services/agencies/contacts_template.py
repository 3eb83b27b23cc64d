"""The file people fill in with addresses: a row for every agency, and a sheet that explains the columns."""

import csv
import io

from openpyxl import Workbook
from openpyxl.styles import Font
from sqlmodel import col, select

from models.tables import Agency
from obligations.errors import Refused
from obligations.rules.contact_rows import COLUMNS
from obligations.rules.contact_words import HEADINGS
from obligations.services.context import Context
from obligations.services.roster import is_valid

WIDTHS = {"agency": 28, "audience": 14, "channel": 14, "address": 40, "label": 28, "purpose": 34, "source": 34}
PURPOSE = "Nhận thông báo, đôn đốc báo cáo"
SHEET, NOTES = "Đầu mối", "Hướng dẫn"
EXPLAINED = (
    ("Mã đơn vị", "Mã của cơ quan, đơn vị trong danh mục. Không sửa."),
    ("Đối tượng", "“văn thư” (văn thư, đầu mối) hoặc “lãnh đạo”."),
    ("Kênh", "thư điện tử, điện thoại, zalo (số di động), zalo oa, nhóm zalo, sms."),
    (
        "Địa chỉ",
        "Mỗi dòng một địa chỉ. Ưu tiên hộp thư chung của đơn vị (ví dụ vanthu.…@…gov.vn), không dùng hộp thư cá nhân.",
    ),
    ("Tên gọi", "Ví dụ: Văn thư; Văn phòng. Có thể để trống."),
    ("Mục đích", "Địa chỉ được lưu để làm gì (dữ liệu cá nhân)."),
    ("Nguồn", "Lấy từ đâu: danh bạ, văn bản số …, đơn vị cung cấp ngày … (dữ liệu cá nhân)."),
    ("", "Dòng chưa có địa chỉ được bỏ qua khi nhập. Tên cơ quan ở cột cuối chỉ để tra cứu."),
)


def write_template(ctx: Context, form: str) -> bytes:
    """``xlsx`` or ``csv`` (UTF-8 with a mark, so that Excel reads it); Refused for any other form."""
    agencies = ctx.session.exec(select(Agency).order_by(col(Agency.position), col(Agency.id))).all()
    rows = [[a.code, "văn thư", "thư điện tử", "", "", PURPOSE, "", a.name] for a in agencies if is_valid(a, ctx.today)]
    header = [*(HEADINGS[name] for name in COLUMNS), "Tên cơ quan, đơn vị"]
    if form == "csv":
        out = io.StringIO()
        csv.writer(out).writerows([header, *rows])
        return out.getvalue().encode("utf-8-sig")
    if form != "xlsx":
        raise Refused(f"no template is made as {form or 'this'!r}; use .xlsx or .csv")
    return _workbook(header, rows)


def _workbook(header: list[str], rows: list[list[str]]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    for row in (header, *rows):
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for place, name in enumerate(COLUMNS):
        sheet.column_dimensions[chr(ord("A") + place)].width = WIDTHS[name]
    sheet.column_dimensions["H"].width = 48
    for line in sheet.iter_rows(min_row=2, max_col=len(COLUMNS)):
        for cell in line:
            cell.number_format = "@"  # so that a telephone number keeps its 0
    sheet.freeze_panes = "A2"
    notes = book.create_sheet(NOTES)
    for explained in EXPLAINED:
        notes.append(explained)
    notes.column_dimensions["A"].width, notes.column_dimensions["B"].width = 16, 110
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
