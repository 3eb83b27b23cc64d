"""Days as Vietnamese readers write them."""

from datetime import date

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def weekday_name(day: date) -> str:
    """``thứ Bảy``."""
    return WEEKDAYS[day.weekday()]


def format_day(day: date) -> str:
    """``31/10/2026``."""
    return f"{day:%d/%m/%Y}"


def format_long(day: date) -> str:
    """``thứ Bảy, 31/10/2026``."""
    return f"{weekday_name(day)}, {format_day(day)}"
