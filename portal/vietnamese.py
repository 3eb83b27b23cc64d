"""Days, moments and sizes as Vietnamese readers write them; filters of the templates."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from notifications.vietnamese import span

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_MB = 1 << 20


def day(value: date | None) -> str:
    """``31/10/2026``; a dash for none."""
    return f"{value:%d/%m/%Y}" if value else "–"


def long_day(value: date | None) -> str:
    """``thứ Bảy, 31/10/2026``."""
    return f"{WEEKDAYS[value.weekday()]}, {value:%d/%m/%Y}" if value else "–"


def size(count: int) -> str:
    """``1,2 MB`` or ``34 KB``."""
    if count >= _MB:
        return f"{count / _MB:.1f} MB".replace(".", ",")
    return f"{max(count // 1024, 1)} KB"


def moments(zone: ZoneInfo) -> dict[str, object]:
    """Filters for instants, shown in the installation's time zone."""

    def moment(value: datetime | None) -> str:
        if value is None:
            return "–"
        local = value.astimezone(zone)
        return f"{local:%H:%M}, {long_day(local.date())}"

    def short_moment(value: datetime | None) -> str:
        return f"{value.astimezone(zone):%H:%M %d/%m/%Y}" if value else "–"

    return {"moment": moment, "short_moment": short_moment}


def hours(minutes: int) -> str:
    """``17 giờ`` or ``45 phút``, of a time that lies ahead (positive) or behind."""
    return span(abs(minutes)) if minutes else "dưới 01 phút"


def two(count: int) -> str:
    """Counts of an official text have two digits: ``07``."""
    return f"{count:02d}"
