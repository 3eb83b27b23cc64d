"""The ZNS templates as a page that a person reads and copies into the submission form."""

import textwrap
from collections.abc import Sequence

from notifications.layout import WIDTH
from notifications.zns_limits import problems_of
from notifications.zns_templates import Button, ZnsTemplate, zns_text_sample

INTRO = """# Mẫu thông báo ZNS đề nghị duyệt

Mỗi mục là một mẫu. Tham số ghi trong dấu < >. Loại nội dung (tag): chăm sóc khách hàng (`customer_care`).
Sau khi được duyệt, ghi mã của từng mẫu vào cấu hình kênh ZNS theo tên mẫu dưới đây.
"""
ACTIONS = {"call": "gọi số", "open": "mở trang"}


def zns_page(templates: Sequence[ZnsTemplate]) -> str:
    """Markdown, in the order in which an agency would meet the templates."""
    return "\n".join([INTRO, *(_section(number, one) for number, one in enumerate(templates, 1))])


def _section(number: int, template: ZnsTemplate) -> str:
    parts = [
        f"## {number}. {template.purpose} (`{template.name}`)\n",
        f"Tiêu đề: **{template.title}**\n",
        _fence(template.paragraphs),
        _table(("Hàng", "Giá trị"), [(label, f"`{value}`") for label, value in template.table]),
        _buttons(template.buttons),
        _table(
            ("Tham số", "Ý nghĩa", "Ví dụ", "Dài nhất"),
            [(f"`{p.name}`", p.meaning, p.sample, str(p.longest)) for p in template.parameters],
        ),
        "Khi gửi, ví dụ:\n",
        _fence(*zns_text_sample(template)),
        *(f"Chưa đạt: {problem}\n" for problem in problems_of(template)),
    ]
    return "\n".join(parts)


def _fence(paragraphs: Sequence[str], rows: Sequence[str] = ()) -> str:
    parts = [textwrap.fill(text, WIDTH, break_long_words=False) for text in paragraphs]
    return "\n".join(("```", "\n\n".join([*parts, *(["\n".join(rows)] if rows else [])]), "```")) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines) + "\n"


def _buttons(buttons: Sequence[Button]) -> str:
    if not buttons:
        return "Nút: không có\n"
    return "Nút: " + "; ".join(f"“{b.label}” ({ACTIONS[b.action]} {b.target})" for b in buttons) + "\n"
