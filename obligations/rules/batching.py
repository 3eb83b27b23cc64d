"""Which notices a coordinator sees before they go, and when these go (S3): shown in the morning, sent at 14:00."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from obligations.rules.breaks import chasing_day
from obligations.rules.days import WorkingDays
from obligations.rules.due import at_opening

GOES = time(14)
BATCHED = ("overdue", "ask_again")
"""Kinds that say "chưa nhận được báo cáo": wrong towards a body that sent in time, so a person may stop them."""


def batch_moment(seen_from: datetime, hours: int, calendar: WorkingDays, zone: ZoneInfo) -> datetime:
    """14:00 of the first day on which it was visible for ``hours`` working hours before; never right after a long break.

    ``seen_from``: since when a coordinator can see it, aware.
    """
    local = seen_from.astimezone(zone)
    today, visible = local.date(), max(local, at_opening(local.date(), zone))
    goes = datetime.combine(today, GOES, zone)
    in_time = calendar.is_working(today) and visible + timedelta(hours=hours) <= goes
    day = chasing_day(today if in_time else calendar.next_working(today), calendar)
    return datetime.combine(day, GOES, zone)
