"""Every table of the portal that can be taken away as .xlsx or .csv: declared once, made by one mechanism."""

from collections.abc import Mapping
from dataclasses import dataclass

from obligations.errors import NotFound, Refused
from obligations.rules.rights import ADMINISTRATOR, APPROVER, COORDINATOR, OBSERVER
from obligations.services.context import Context
from obligations.services.ledgers.document import render_register
from portal import keeping_rows as keeping
from portal import table_rows as rows
from portal import texts_vi as texts
from reports.register import Register, RegisterPart

MOST = {"xlsx": 10_000, "csv": 50_000}
"""Rows of one file, by its format. A longer table is refused with advice: nothing is ever cut without a word."""


@dataclass(frozen=True)
class Table:
    """One table. ``columns``: name and width in centimetres; ``personal``: whole addresses, so that taking it is audited.

    ``roles``: one of which its page asks for, and so its file; none: any named account.
    """

    title: str
    file_name: str
    columns: tuple[tuple[str, float], ...]
    rows: rows.Rows
    roles: tuple[str, ...] = ()
    personal: bool = False


TABLES = {
    "periods": Table(
        "Kỳ báo cáo",
        "ky-bao-cao",
        (
            ("Văn bản", 3.0), ("Nhiệm vụ", 8.0), ("Kỳ", 3.0), ("Tình trạng", 2.5), ("Mở kỳ", 2.4), ("Thời hạn", 2.4),
            ("Tổng số", 1.8), ("Đã nhận", 1.8), ("Đủ điều kiện tổng hợp", 2.2), ("Đề nghị bổ sung", 2.2),
            ("Quá hạn, chưa gửi", 2.2), ("Không phải báo cáo", 2.2), ("Chờ phân công", 2.2),
        ),
        rows.periods,
    ),
    "period": Table(
        "Tình hình gửi báo cáo của các cơ quan, đơn vị",
        "tinh-hinh-gui-bao-cao",
        (
            ("Khối", 6.0), ("Cơ quan, đơn vị", 7.0), ("Trách nhiệm", 3.0), ("Trạng thái", 4.0), ("Thời hạn", 2.4),
            ("Ngày đến", 2.4), ("Gửi chậm", 2.0), ("Quá hạn từ", 2.4), ("Thống nhất gửi đến", 2.4),
            ("Thông báo gần nhất", 4.5), ("Lúc", 3.2), ("Địa chỉ nhận", 4.0),
        ),
        rows.period,
    ),
    "messages": Table(
        "Sổ theo dõi thông báo",
        "so-thong-bao",
        (
            ("Thời điểm", 3.2), ("Cơ quan, đơn vị", 7.0), ("Đối tượng", 3.2), ("Kênh", 3.0), ("Nơi nhận", 5.0),
            ("Loại", 5.0), ("Tiêu đề", 8.0), ("Trạng thái", 3.5), ("Lý do", 6.0),
        ),
        rows.messages,
    ),
    "agencies": Table(
        "Danh mục cơ quan, đơn vị",
        "co-quan-don-vi",
        (
            ("Mã", 5.0), ("Tên", 8.0), ("Loại", 5.0), ("Từ ngày", 2.4), ("Đến ngày", 2.4), ("Địa chỉ nhận", 2.4),
        ),
        rows.every_agency,
    ),
    "holidays": Table(
        "Ngày nghỉ, ngày làm bù",
        "ngay-nghi",
        (("Ngày", 2.4), ("Loại", 2.4), ("Nội dung", 6.0), ("Căn cứ", 8.0), ("Tình trạng", 3.0)),
        rows.holidays,
    ),
    "audit": Table(
        "Nhật ký thao tác",
        "nhat-ky-thao-tac",
        (
            ("Số", 1.6), ("Thời điểm", 3.2), ("Người thực hiện", 5.0), ("Thao tác", 5.0), ("Đối tượng", 8.0),
            ("Nội dung", 10.0),
        ),
        rows.audit,
        roles=(COORDINATOR, APPROVER, ADMINISTRATOR, OBSERVER),
    ),
    "feeds": Table(
        "Lịch thời hạn đã cấp",
        "lich-da-cap",
        (
            ("Cơ quan, đơn vị", 7.0), ("Ghi chú", 4.0), ("Tình trạng", 4.0), ("Lấy lịch lần cuối", 3.2),
            ("Chương trình", 4.0), ("Cấp lúc", 3.2), ("Người cấp", 4.0),
        ),
        rows.feeds,
        roles=(COORDINATOR, ADMINISTRATOR),
    ),
    "contacts": Table(
        "Đầu mối liên hệ",
        "dau-moi",
        (
            ("Mã", 5.0), ("Cơ quan, đơn vị", 7.0), ("Đối tượng", 3.2), ("Kênh", 3.0), ("Địa chỉ", 6.0), ("Tên gọi", 4.0),
            ("Mục đích", 5.0), ("Nguồn", 5.0), ("Tình trạng", 3.5),
        ),
        rows.contacts,
        roles=(COORDINATOR,),
        personal=True,
    ),
    "requests": Table(
        "Đề nghị theo giờ",
        "de-nghi-theo-gio",
        (
            ("Nội dung", 8.0), ("Mức độ khẩn", 2.6), ("Lập lúc", 3.2), ("Thời hạn", 3.2), ("Tình trạng", 3.0),
            ("Số cơ quan", 2.0), ("Đã nhận", 2.0), ("Đang thực hiện", 2.2), ("Chưa xác nhận, chưa gửi", 2.6),
        ),
        rows.requests,
    ),
    "plans": Table(
        "Văn bản giao nhiệm vụ",
        "van-ban-giao-nhiem-vu",
        (
            ("Số, ký hiệu", 3.5), ("Tên văn bản", 9.0), ("Cơ quan ban hành", 5.0), ("Ngày ban hành", 2.4),
            ("Bản đang áp dụng", 2.2), ("Áp dụng lúc", 3.2), ("Theo dõi kỳ có hạn từ", 2.4), ("Số nhiệm vụ có thời hạn", 2.4),
            ("Số nhiệm vụ thường xuyên", 2.4), ("Số kỳ", 1.8),
        ),
        rows.plans,
    ),
    "batches": Table(
        "Đợt đôn đốc",
        "dot-don-doc",
        (
            ("Thời điểm gửi", 3.2), ("Hiển thị từ", 3.2), ("Cơ quan đôn đốc", 6.0), ("Trạng thái", 4.0), ("Tổng số", 1.8),
            ("Chờ gửi", 1.8), ("Đã gửi", 1.8), ("Đang tạm dừng", 1.8), ("Người quyết định", 4.0), ("Lúc", 3.2),
            ("Lý do", 6.0),
        ),
        rows.batches,
    ),
    "asks": Table(
        "Đề nghị thêm thời gian",
        "de-nghi-them-thoi-gian",
        (
            ("Cơ quan, đơn vị", 7.0), ("Nhiệm vụ", 8.0), ("Kỳ", 3.0), ("Thời hạn", 2.4), ("Đề nghị đến", 2.4),
            ("Lý do", 8.0), ("Văn bản", 4.0), ("Gửi lúc", 3.2),
        ),
        rows.asks,
        roles=(COORDINATOR,),
    ),
    "accounts": Table(
        "Tài khoản",
        "tai-khoan",
        (
            ("Tài khoản", 4.0), ("Họ tên, chức vụ", 6.0), ("Thư điện tử", 6.0), ("Vai trò", 6.0), ("Làm thay", 6.0),
            ("Đã bàn giao", 5.0), ("Tình trạng", 3.0), ("Xác thực hai lớp", 2.6), ("Tài khoản của tỉnh", 2.6),
            ("Dùng lần cuối", 3.2),
        ),
        rows.accounts,
        roles=(ADMINISTRATOR,),
        personal=True,
    ),
    "duties": Table(
        "Nhiệm vụ theo văn bản giao",
        "nhiem-vu",
        (
            ("Văn bản", 3.0), ("Nhiệm vụ", 9.0), ("Vị trí trong văn bản", 5.0), ("Loại", 3.5), ("Thời hạn", 6.0),
            ("Căn cứ của thời hạn", 4.0), ("Các kỳ", 6.0),
        ),
        rows.duties,
    ),
    "request-calls": Table(
        "Danh sách cần gọi điện thoại của đề nghị theo giờ",
        "can-goi-dien-thoai",
        (("Cơ quan, đơn vị", 7.0), ("Điện thoại", 3.5), ("Thông báo gần nhất", 4.0), ("Tình trạng", 6.0)),
        keeping.request_calls,
    ),
    "handovers": Table(
        "Bàn giao, ủy quyền",
        "ban-giao-uy-quyen",
        (
            ("Người giao", 5.0), ("Người nhận", 5.0), ("Hình thức", 2.6), ("Vai trò", 5.0), ("Từ ngày", 2.4),
            ("Đến hết ngày", 2.4), ("Văn bản", 4.0), ("Lý do", 5.0), ("Người ghi", 4.0), ("Tình trạng", 3.0),
        ),
        keeping.handovers,
        roles=(ADMINISTRATOR,),
    ),
    "tokens": Table(
        "Mã truy cập của chương trình",
        "ma-truy-cap",
        (
            ("Tên", 5.0), ("Mã bắt đầu bằng", 3.4), ("Thay mặt", 5.0), ("Quyền", 7.0), ("Tình trạng", 2.6),
            ("Dùng được đến", 3.2), ("Dùng lần cuối", 3.2), ("Cấp lúc", 3.2), ("Người cấp", 4.0),
        ),
        keeping.tokens,
        roles=(ADMINISTRATOR,),
    ),
    "webhooks": Table(
        "Nơi nhận sự kiện",
        "noi-nhan-su-kien",
        (
            ("Tên", 5.0), ("Địa chỉ nhận", 7.0), ("Sự kiện", 8.0), ("Tình trạng", 3.0), ("Từ lúc", 3.2),
            ("Lý do ngừng", 5.0), ("Chờ báo", 2.0),
        ),
        keeping.webhooks,
        roles=(ADMINISTRATOR,),
    ),
    "templates": Table(
        "Mẫu báo cáo tổng hợp",
        "mau-bao-cao-tong-hop",
        (
            ("Dùng cho", 8.0), ("Tệp", 6.0), ("Lần", 1.6), ("Tình trạng", 3.4), ("Nộp lúc", 3.2), ("Người nộp", 4.0),
            ("Báo cáo đã lập", 2.4),
        ),
        keeping.templates,
        roles=(COORDINATOR,),
    ),
}  # fmt: skip


def table_of(name: str, form: str) -> Table:
    """The table of this name; NotFound when there is none in that format."""
    table = TABLES.get(name)
    if table is None or form not in MOST:
        raise NotFound("no such table")
    return table


def _sheet(title: str) -> str:
    """The name of a worksheet, which may have 31 characters: of a longer title whole words."""
    return title if len(title) <= 31 else title[:32].rpartition(" ")[0]  # noqa: PLR2004


def render_table(ctx: Context, table: Table, form: str, asked: Mapping[str, str]) -> bytes:
    """The file. Refused with advice when the table is longer than one file may be."""
    most = MOST[form]
    found = table.rows(ctx, {**asked, "format": form}, most + 1)
    if len(found) > most:
        limit = f"{most:,}".replace(",", ".")
        raise Refused(texts.TABLE_LONG[form].format(limit=limit))
    now = ctx.as_of.astimezone(ctx.settings.zone)
    register = Register(
        issuer=ctx.settings.unit,
        title=table.title,
        facts=(
            ("Nội dung", table.title),
            ("Lập lúc", f"{now:%H:%M} ngày {now:%d/%m/%Y}"),
            ("Số dòng", str(len(found))),
        ),
        columns=table.columns,
        parts=(RegisterPart("", "", tuple(found)),),
        closing=(),
        as_of=ctx.as_of,
        sheet=_sheet(table.title),
    )
    return render_register(register, form)
