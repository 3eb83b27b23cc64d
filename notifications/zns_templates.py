"""ZNS templates to submit to Zalo for approval, made from the ``zns_*`` blocks of the notices' own templates.

What they may not exceed stands in ``zns_limits``.
"""

import re
from dataclasses import dataclass, fields, replace
from typing import Literal

from notifications.layout import one_line
from notifications.rendering import render_part

VALUE = 90
"""Longest value of a row, in characters."""
TAG = "customer_care"
"""Tag 2 in Zalo's words: a reminder about something the recipient already has with the sender."""
TABLE = "==="
PLACE = re.compile(r"<(\w+)>")


@dataclass(frozen=True)
class Parameters:
    """What fills a template; in a definition each field holds its own name in angle brackets."""

    agency: str
    thing: str
    due: str
    state: str
    plan: str
    unit: str
    phone: str
    code: str


@dataclass(frozen=True)
class Parameter:
    """One parameter as the submission form asks for it. ``longest`` in characters."""

    name: str
    meaning: str
    sample: str
    longest: int


@dataclass(frozen=True)
class Button:
    """``call`` a number or ``open`` an address; both fixed at approval."""

    label: str
    action: Literal["call", "open"]
    target: str


@dataclass(frozen=True)
class ZnsTemplate:
    """One template to submit. ``kinds`` are the notices that go by it; ``table`` rows are label and value."""

    name: str
    purpose: str
    kinds: tuple[str, ...]
    tag: str
    title: str
    paragraphs: tuple[str, ...]
    table: tuple[tuple[str, str], ...]
    buttons: tuple[Button, ...]
    parameters: tuple[Parameter, ...]


MEANINGS = (
    Parameter("agency", "Tên cơ quan nhận thông báo", "Ủy ban nhân dân xã Tiên Lữ", 60),
    Parameter("thing", "Nội dung được đề nghị", "báo cáo năm 2026", 60),
    Parameter("due", "Ngày hoặc giờ của thời hạn", "thứ Sáu, 30/10/2026", VALUE),
    Parameter("state", "Thời gian còn lại, số xác nhận hoặc văn bản", "còn 07 ngày làm việc", VALUE),
    Parameter(
        "plan",
        "Văn bản căn cứ: số, ký hiệu, ngày",
        "Kế hoạch số 197/KH-UBND; Công văn số 1234/STC-DN ngày 01/10/2026",
        VALUE,
    ),
    Parameter("unit", "Cơ quan gửi thông báo", "Sở Tài chính", 60),
    Parameter("phone", "Số điện thoại cố định của cơ quan gửi", "0221 3 863 000", 40),
    Parameter("code", "Mã để nhập tại cổng tiếp nhận trên máy tính", "K7MF-2QXR", 20),
)
LONGEST = {parameter.name: parameter.longest for parameter in MEANINGS}

# what due and state hold, where it is not a day and the time left
_OTHERWISE = {
    "overdue": {"due": "thứ Bảy, 31/10/2026", "state": "quá hạn 02 ngày"},
    "ask_again": {"due": "thứ Bảy, 31/10/2026", "state": "chưa có thông tin đã gửi"},
    "today": {"state": "hôm nay"},
    "returned": {"due": "thứ Năm, 12/11/2026", "state": "2026-000123"},
    "received": {"due": "09 giờ 15 phút, thứ Sáu, 30/10/2026", "state": "2026-000123"},
    "by_hand": {"due": "thứ Sáu, 30/10/2026, qua trục liên thông văn bản", "state": "2026-000123"},
    "dispute_received": {
        "due": "09 giờ 15 phút, thứ Sáu, 30/10/2026",
        "state": "tạm dừng nhắc, chờ quyết định phân công",
    },
    "recalled": {"due": "09 giờ 15 phút, thứ Sáu, 30/10/2026", "state": "2026-000123; chưa gửi"},
    "extended": {"due": "hết Chủ nhật, 15/11/2026", "state": "88/UBND-TH ngày 27/10/2026"},
    "request": {"due": "10h00 ngày 30/10/2026", "state": "Hỏa tốc, còn 17 giờ", "thing": "báo cáo"},
}

# name of the template (and of the notice whose words it takes) -> purpose, and the notices that go by it
SITUATIONS = {
    "open": ("Mở kỳ báo cáo", ("open",)),
    "before": ("Nhắc trước hạn", ("before", "tomorrow")),
    "today": ("Ngày làm việc cuối trong hạn", ("today",)),
    "overdue": ("Đôn đốc khi đã quá hạn", ("overdue",)),
    "ask_again": ("Đề nghị gửi, đối với cơ quan phối hợp", ("ask_again",)),
    "returned": ("Đề nghị bổ sung, hoàn thiện", ("returned",)),
    "received": ("Xác nhận đã nhận", ("received",)),
    "by_hand": ("Đã ghi nhận thay cơ quan", ("by_hand",)),
    "dispute_received": ("Xác nhận đề nghị xem lại phân công", ("dispute_received",)),
    "recalled": ("Xác nhận thu hồi báo cáo", ("recalled",)),
    "extended": ("Gia hạn", ("extended",)),
    "request": ("Yêu cầu báo cáo đột xuất", ("request", "request_reminder", "request_overdue")),
}
TEMPLATE_OF = {kind: name for name, (_purpose, kinds) in SITUATIONS.items() for kind in kinds}
"""Notice kind to template name; a kind that is not here never goes by ZNS."""


def zns_templates(landline: str | None, portal: str | None, *, language: str = "vi") -> list[ZnsTemplate]:
    """Every template, with the buttons of this installation. ``portal`` is a whole address."""
    places = Parameters(**{field.name: f"<{field.name}>" for field in fields(Parameters)})
    return [
        _template(name, purpose, kinds, places, _buttons(landline, portal), language)
        for name, (purpose, kinds) in SITUATIONS.items()
    ]


def zns_text(name: str, values: Parameters, *, language: str = "vi") -> tuple[str, list[str], list[tuple[str, str]]]:
    """Title, paragraphs and table of a template with these values in their places."""
    head, _, table = render_part(name, "_zns.j2", language, z=values).partition(f"\n{TABLE}\n")
    title, *paragraphs = [one_line(part) for part in re.split(r"\n\s*\n", head) if part.strip()]
    rows = [one_line(line).partition(": ") for line in table.splitlines() if line.strip()]
    return title, paragraphs, [(label, value) for label, _colon, value in rows]


def zns_text_sample(template: ZnsTemplate) -> tuple[list[str], list[str]]:
    """Title and paragraphs, and the rows, as a phone shows them, filled with the samples."""
    samples = {p.name: p.sample for p in template.parameters}

    def filled(line: str) -> str:
        return PLACE.sub(lambda place: samples[place[1]], line)

    rows = [f"{label}: {filled(value)}" for label, value in template.table]
    return [filled(text) for text in (template.title, *template.paragraphs)], rows


def _template(
    name: str, purpose: str, kinds: tuple[str, ...], places: Parameters, buttons: tuple[Button, ...], language: str
) -> ZnsTemplate:
    title, paragraphs, table = zns_text(name, places, language=language)
    whole = " ".join((title, *paragraphs, *(value for _label, value in table)))
    used = set(PLACE.findall(whole))
    samples = _OTHERWISE.get(name, {})
    parameters = tuple(replace(p, sample=samples.get(p.name, p.sample)) for p in MEANINGS if p.name in used)
    return ZnsTemplate(name, purpose, kinds, TAG, title, tuple(paragraphs), tuple(table), buttons, parameters)


def _buttons(landline: str | None, portal: str | None) -> tuple[Button, ...]:
    call = (Button("Gọi điện thoại xác minh", "call", landline),) if landline else ()
    enter = (Button("Mở cổng tiếp nhận", "open", portal),) if portal else ()
    return call + enter
