"""Vietnamese words that sentences need: days, forms of address, degrees of politeness (users reference, section 4)."""

from datetime import date, datetime

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
HOURS_ALONE = 3
COURTEOUS_KINDS = ("party", "mass", "association")

# First match wins, by how the agency's name begins.
HEADS = (
    ("Ủy ban nhân dân", "Chủ tịch"),
    ("UBND", "Chủ tịch"),
    ("Ủy ban Mặt trận", "Chủ tịch"),
    ("Sở ", "Giám đốc"),
    ("Thanh tra", "Chánh"),
    ("Văn phòng", "Chánh"),
    ("Đảng ủy", "Bí thư"),
    ("Thành ủy", "Bí thư"),
    ("Thị ủy", "Bí thư"),
    ("Huyện ủy", "Bí thư"),
    ("Ban ", "Trưởng"),
    ("Liên đoàn", "Chủ tịch"),
    ("Hội ", "Chủ tịch"),
    ("Hiệp hội", "Chủ tịch"),
    ("Đoàn Thanh niên", "Bí thư"),
    ("Tỉnh đoàn", "Bí thư"),
    ("Báo ", "Tổng Biên tập"),
    ("Đài ", "Giám đốc"),
    ("Công an", "Giám đốc"),
    ("Bộ Chỉ huy", "Chỉ huy trưởng"),
    ("Cục ", "Cục trưởng"),
    ("Bảo hiểm xã hội", "Giám đốc"),
    ("Kho bạc", "Giám đốc"),
    ("Ngân hàng", "Giám đốc"),
)


def long_day(day: date) -> str:
    """``thứ Sáu, 30/10/2026``."""
    return f"{WEEKDAYS[day.weekday()]}, {day:%d/%m/%Y}"


def moment(at: datetime) -> str:
    """``09 giờ 15 phút, thứ Sáu, 30/10/2026``."""
    return f"{at:%H} giờ {at:%M} phút, {long_day(at.date())}"


def clock(at: datetime) -> str:
    """``10h00``, as documents write the hour of a deadline."""
    return f"{at:%H}h{at:%M}"


def span(minutes: int) -> str:
    """``17 giờ``, ``01 giờ 30 phút``, ``45 phút``; minutes are left out from three hours on."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{counted(rest)} phút"
    return f"{counted(hours)} giờ" if hours >= HOURS_ALONE or not rest else f"{counted(hours)} giờ {counted(rest)} phút"


def upper_first(text: str) -> str:
    """The first letter as a capital, the rest as it is."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """The first letter as a small one, the rest as it is."""
    return text[:1].lower() + text[1:]


def head_of(name: str, kind: str) -> str:
    """``Đồng chí Giám đốc Sở Công Thương``; an association's head is ``Ông/Bà``; the post, never a person."""
    title = next((title for start, title in HEADS if name.startswith(start)), "Thủ trưởng")
    return f"{'Ông/Bà' if kind == 'association' else 'Đồng chí'} {title} {name.replace('Ủy ban nhân dân', 'UBND')}"


def you_of(name: str, kind: str) -> str:
    """How a text addresses the body it speaks to."""
    return "Quý Hiệp hội" if kind == "association" and name.startswith("Hiệp hội") else "Quý cơ quan"


def ask_of(kind: str, *, requested: bool) -> str:
    """``đề nghị`` to peers and below; ``trân trọng đề nghị`` to Party bodies, unions, associations."""
    return "trân trọng đề nghị" if requested or kind in COURTEOUS_KINDS else "đề nghị"


def counted(number: int) -> str:
    """Two digits, as official letters count: ``07``."""
    return f"{number:02d}"
