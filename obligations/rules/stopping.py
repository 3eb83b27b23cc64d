"""When chasing ends by itself, though something is still owed (stop rule of the plan file)."""

from datetime import date, timedelta


def chasing_has_stopped(due_on: date, after_days: int | None, today: date) -> bool:
    """Whether the last day of chasing, so many calendar days after the due day in force, is over. None: it never is."""
    return after_days is not None and today > due_on + timedelta(days=after_days)
