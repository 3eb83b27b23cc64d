"""Moments at which an automatic notice may go."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from calendars.working_days import WorkingCalendar

OPENS, CLOSES = time(8), time(17)


def next_office_moment(
    moment: datetime, calendar: WorkingCalendar, zone: ZoneInfo, opens: time = OPENS, closes: time = CLOSES
) -> datetime:
    """The moment itself if it lies in office hours of a working day, else the next opening of the office; aware UTC.

    ``opens`` is inside office hours, ``closes`` is not; both are wall-clock times in ``zone``. Raises ValueError for a
    moment without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("moment has no time zone")
    local = moment.astimezone(zone)
    day = local.date()
    if calendar.is_working(day):
        if local.time() < opens:
            return datetime.combine(day, opens, zone).astimezone(UTC)
        if local.time() < closes:
            return moment.astimezone(UTC)
    return datetime.combine(calendar.next_working(day), opens, zone).astimezone(UTC)
