"""The Vietnamese page that an export begins with."""

from datetime import datetime

from obligations.services.leaving.words import LEFT_WORDS, TABLES
from reports.register import Register, RegisterPart

TABLE_COLUMNS = (("TT", 1.0), ("Tệp", 6.0), ("Nội dung", 7.5), ("Số dòng", 2.0))
OTHERS = (
    ("luoc-do.json", "Mô tả từng bảng, từng cột; bảng và cột không xuất"),
    ("ke-hoach/", "Từng bản của văn bản giao nhiệm vụ, dạng YAML"),
    ("so-theo-doi/", "Sổ theo dõi thông báo của từng kỳ, dạng CSV mở được bằng Excel"),
    ("nhat-ky/", "Nhật ký thao tác kèm chuỗi mã kiểm tra và chương trình kiểm tra (chỉ cần Python)"),
    ("tep/", "Tệp đính kèm, báo cáo tổng hợp; tên gốc và mã SHA-256 tại tep/danh-muc.csv"),
    ("SHA256SUMS.txt", "Mã SHA-256 của mọi tệp; kiểm tra bằng lệnh sha256sum --check"),
)


def index_page(
    unit: str,
    about: tuple[tuple[str, str], ...],
    counts: dict[str, int],
    files: int,
    head: str,
    problems: list[str],
    at: datetime,
) -> Register:
    """``counts``: rows of each table; ``head``: newest entry of the trail; ``at`` in the local time zone."""
    rows = tuple(
        (str(n), f"bang/{name}.csv, bang/{name}.jsonl", TABLES[name], str(count))
        for n, (name, count) in enumerate(counts.items(), start=1)
    )
    others = tuple((str(n), name, what, "") for n, (name, what) in enumerate(OTHERS, start=len(rows) + 1))
    lost = tuple(f"Cần kiểm tra: {problem}." for problem in problems)
    return Register(
        issuer=unit,
        title="Mục lục dữ liệu xuất ra",
        facts=(
            ("Thời điểm của dữ liệu", f"{at:%H:%M} ngày {at:%d/%m/%Y}"),
            *about,
            ("Số tệp đính kèm, báo cáo", str(files)),
            ("Mục cuối của nhật ký thao tác", head),
        ),
        columns=TABLE_COLUMNS,
        parts=(RegisterPart("I. Bảng dữ liệu", "", rows), RegisterPart("II. Thành phần khác", "", others)),
        closing=(
            *lost,
            (
                "Tệp .csv dùng để xem bằng Excel: ô bắt đầu như công thức có dấu nháy đơn ở trước. Tệp .jsonl giữ đúng từng ký tự, "
                "dùng để chuyển sang hệ thống khác."
            ),
            LEFT_WORDS,
            "Dữ liệu có thông tin cá nhân của đầu mối liên hệ; đề nghị cất giữ và bàn giao theo quy định.",
        ),
        as_of=at,
        sheet="Mục lục",
    )
