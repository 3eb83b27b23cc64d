"""The form of one report as a file to fill in: its values and the labels by which it is read again."""

from dataclasses import dataclass
from datetime import datetime

TASKS_SHEET, FIGURES_SHEET, FACTS_SHEET = "Nội dung", "Số liệu", "Thông tin"
ID, TASK, NIL = "Mã mục", "Nhiệm vụ", "Không phát sinh"
PARTS = {"result": "Kết quả thực hiện", "difficulty": "Khó khăn, vướng mắc", "proposal": "Đề xuất, kiến nghị"}
FIGURE = {
    "clause": ID,
    "name": "Chỉ tiêu",
    "unit": "Đơn vị tính",
    "value": "Giá trị",
    "kind": "Loại số liệu",
    "adjusted": "Số kỳ trước điều chỉnh",
    "adjusted_reason": "Lý do điều chỉnh",
}
FIRST_FIGURE = ("clause", "name", "unit", "value")
"""The columns of files made before there were kinds; they are still read."""
CODE = "Mã tệp"
"""Names the duty that the file was made for."""
MARK = "x"
GUIDE = (
    "Không nhập nội dung thuộc bí mật nhà nước vào tệp này.",
    "Không sửa mã mục. Mục không phát sinh: đánh dấu x. Mục chưa nhập để trống.",
    "Số liệu: mỗi dòng một chỉ tiêu; mã mục của nhiệm vụ có chỉ tiêu đó, để trống nếu là số liệu chung.",
    "Loại số liệu: thực hiện, ước thực hiện hoặc lũy kế từ đầu năm; để trống là thực hiện.",
    "Số kỳ trước điều chỉnh: chỉ nhập khi số đã báo cáo kỳ trước phải điều chỉnh, kèm lý do.",
    "Nhập xong, mở lại trang báo cáo và chọn “Đọc tệp vào biểu mẫu”. Tệp này chưa phải là báo cáo đã gửi.",
)
SPARE_ROWS = 10
"""Empty rows for figures that are left in a file."""


@dataclass(frozen=True)
class FormTask:
    """One task with what was typed for it; ``id`` is what it is found by again."""

    id: str
    clause: str
    title: str
    result: str = ""
    difficulty: str = ""
    proposal: str = ""
    nil: bool = False


@dataclass(frozen=True)
class FormFigure:
    """One figure as typed; ``clause`` is the id of its task, empty for the whole report."""

    clause: str
    name: str
    unit: str
    value: str
    kind: str = ""
    """In words; empty leaves the cell empty."""
    adjusted: str = ""
    adjusted_reason: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """In the order of the columns."""
        return tuple(str(getattr(self, name)) for name in FIGURE)


@dataclass(frozen=True)
class ReportFormFile:
    """Everything in the file. ``as_of`` aware: equal forms of one moment give equal bytes."""

    code: str
    agency: str
    title: str
    receiver: str
    tasks: tuple[FormTask, ...]
    figures: tuple[FormFigure, ...]
    as_of: datetime
    kinds: tuple[str, ...] = ("thực hiện",)
    """Words of the kinds of figures to choose from."""

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """What the file is, and how it is filled in."""
        named = (
            ("Nội dung", self.title),
            ("Cơ quan, đơn vị", self.agency),
            ("Nơi nhận", self.receiver),
            (CODE, self.code),
        )
        return (*named, *(("Hướng dẫn" if n == 0 else "", text) for n, text in enumerate(GUIDE)))
