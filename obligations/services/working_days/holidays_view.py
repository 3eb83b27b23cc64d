"""The special days of a year as the installation knows them, and what was imported before."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlmodel import col, select

from calendars.listing import SpecialDay, special_days
from calendars.national import FIRST_YEAR, LAST_YEAR
from models.tables import ImportedDay
from obligations.errors import Refused
from obligations.services.context import Context


@dataclass(frozen=True)
class HolidayRow(SpecialDay):
    """One special day; the last three are of an imported one. ``earlier``: what earlier imports said of it, newest first."""

    number: int | None
    imported_at: datetime | None
    imported_by: str | None
    earlier: list[str]


def list_holidays(ctx: Context, year: int) -> list[HolidayRow]:
    """Days off and worked weekend days of a year, in order, each with where it comes from. Refused outside 1900-2100."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(
            f"year {year} lies outside {FIRST_YEAR}-{LAST_YEAR}",
            f"Năm {year} nằm ngoài khoảng {FIRST_YEAR}-{LAST_YEAR}; đề nghị chọn năm khác.",
        )
    query = select(ImportedDay).where(ImportedDay.day >= date(year, 1, 1), ImportedDay.day <= date(year, 12, 31))
    rows = ctx.session.exec(query.order_by(col(ImportedDay.id).desc())).all()
    current = {row.day: row for row in rows if row.superseded_at is None}
    return [
        _row(day, current.get(day.day), [row for row in rows if row.day == day.day and row.superseded_at is not None])
        for day in special_days(ctx.calendar, year)
    ]


def _row(day: SpecialDay, row: ImportedDay | None, before: list[ImportedDay]) -> HolidayRow:
    return HolidayRow(
        **asdict(day),
        number=row.number if row else None,
        imported_at=row.imported_at if row else None,
        imported_by=row.imported_by if row else None,
        earlier=[f"{old.kind}: {old.name} ({old.document}; lần {old.number})" for old in before],
    )
