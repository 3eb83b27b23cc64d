"""The marks of a department's own Word template: ``{{ten}}``, replaced by our own code.

A template comes from a person, so it has no language: no conditions, loops, calls or files, only names of this list. Decision 14.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.cleaning import line
from reports.document import ConsolidatedReport
from reports.docx_parts import Part, annexes, difficulties, general, proposals, results, sending
from reports.numbers import COUNTS
from reports.wording import moment_text


@dataclass(frozen=True)
class TextMark:
    """A text of one line, wherever it stands."""

    about: str
    of: Callable[[ConsolidatedReport], str]


@dataclass(frozen=True)
class BlockMark:
    """A part of several paragraphs or tables, in the place of a paragraph of its own. ``required``: without it content is lost."""

    about: str
    part: Part
    required: bool = False


TEXTS: Mapping[str, TextMark] = {
    "co_quan_cap_tren": TextMark("Cơ quan ban hành văn bản giao nhiệm vụ", lambda r: line(r.issuer_parent)),
    "co_quan_lap": TextMark("Cơ quan chủ trì tổng hợp, ký báo cáo", lambda r: line(r.issuer)),
    "ky_hieu": TextMark("Chữ viết tắt của cơ quan chủ trì tổng hợp trong số, ký hiệu", lambda r: line(r.issuer_code)),
    "dia_danh": TextMark("Địa danh nơi ký", lambda r: line(r.place)),
    "ten_bao_cao": TextMark("Trích yếu nội dung báo cáo", lambda r: line(r.title)),
    "noi_nhan_bao_cao": TextMark("Nơi báo cáo gửi đến (Kính gửi)", lambda r: line(r.reader)),
    "can_cu": TextMark("Văn bản giao nhiệm vụ, đủ số, ngày, cơ quan ban hành", lambda r: line(r.plan_citation)),
    "so_van_ban": TextMark("Số, ký hiệu văn bản giao nhiệm vụ", lambda r: line(r.plan_number)),
    "ky_bao_cao": TextMark("Kỳ báo cáo", lambda r: line(r.period_label)),
    "ky_so_lieu": TextMark("Kỳ số liệu, để trống khi không quy định", lambda r: line(r.data_window or "")),
    "thoi_diem": TextMark("Giờ, ngày lập báo cáo", lambda r: moment_text(r.as_of)),
    "lan_tong_hop": TextMark("Lần tổng hợp thứ mấy", lambda r: str(r.version)),
    "danh_sach_noi_nhan": TextMark(
        "Các nơi nhận, cách nhau bằng dấu chấm phẩy", lambda r: "; ".join(line(x) for x in r.recipients)
    ),
}
NUMBERS: Mapping[str, str] = {key: f"{label}, gắn với ô tương ứng của Phụ lục 1" for key, label in COUNTS.items()}
"""Counts, written as fields of the annex."""
BLOCKS: Mapping[str, BlockMark] = {
    "tinh_hinh_chung": BlockMark("Câu “Tính đến …, đã nhận báo cáo của … cơ quan, đơn vị”", general),
    "ket_qua": BlockMark(
        "Kết quả theo từng nhiệm vụ: nội dung của từng cơ quan, nơi không phát sinh, tổng số liệu",
        results,
        required=True,
    ),
    "kho_khan": BlockMark("Khó khăn, vướng mắc, nguyên nhân của từng cơ quan", difficulties, required=True),
    "de_xuat": BlockMark("Đề xuất, kiến nghị của từng cơ quan", proposals, required=True),
    "tinh_hinh_gui": BlockMark("Số đã nhận, chưa gửi, gửi chậm và tên phụ lục chi tiết", sending),
    "phu_luc": BlockMark(
        "Các phụ lục: tình hình gửi, số liệu, so với kỳ trước; số trong thân báo cáo lấy từ đây", annexes, required=True
    ),
}
GUIDE = "huong_dan"
"""From the paragraph of this mark on nothing is printed: what stands there explains the template."""


def explained() -> list[tuple[str, str, str]]:
    """Every mark with what it becomes and where it may stand, for the page and the starting template."""
    alone = "đứng riêng một đoạn"
    rows = [(f"{{{{{name}}}}}", mark.about, "bất cứ đâu") for name, mark in TEXTS.items()]
    rows += [(f"{{{{{name}}}}}", about, "bất cứ đâu") for name, about in NUMBERS.items()]
    rows += [
        (f"{{{{{name}}}}}", mark.about, f"{alone}, bắt buộc có" if mark.required else alone)
        for name, mark in BLOCKS.items()
    ]
    return [*rows, (f"{{{{{GUIDE}}}}}", "Từ dòng này đến hết tệp là hướng dẫn, không in vào báo cáo", alone)]
