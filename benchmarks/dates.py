"""Deadlines with their three dates and reasons, against the ``holidays`` package asked for the practical days alone."""

import time
from datetime import date, timedelta

import holidays

from benchmarks.growth import exponent
from calendars.working_days import load_calendar
from obligations.services.deadlines import list_deadlines
from plans.library import PLAN_197
from plans.reading import read_plan

FIRST, LAST = date(2024, 1, 1), date(2099, 12, 31)
SPANS = (10, 20, 40, 76)
"""Years asked for."""
ROUNDS = 20


def measure() -> dict[str, float]:
    """Deadlines a second of both on one list of due days, and how the cost grows with the years asked for."""
    plan, calendar = read_plan(PLAN_197), load_calendar()
    rows = list_deadlines(plan, calendar, FIRST, LAST)  # the calendar's years are worked out once a process
    days = [row.due_on for row in rows]
    spent = {}
    for years in SPANS:
        until = date(FIRST.year + years - 1, 12, 31)
        began = time.perf_counter()
        for _ in range(ROUNDS):
            list_deadlines(plan, calendar, FIRST, until)
        spent[years] = time.perf_counter() - began
    ours = ROUNDS * len(rows) / spent[SPANS[-1]]
    rival = _rival(days)
    return {
        "deadlines/s, with reasons": ours,
        "package holidays, practical days/s": rival,
        "ratio": ours / rival,
        "growth exponent in years": exponent(spent),
    }


def _rival(days: list[date]) -> float:
    """Last and next working day of each due day, as the package alone gives them."""
    national = holidays.country_holidays("VN", language="vi", years=range(FIRST.year, LAST.year + 2))
    began = time.perf_counter()
    for _ in range(ROUNDS):
        for day in days:
            for step in (-1, 1):
                found = day
                while not national.is_working_day(found):
                    found += timedelta(days=step)
    return ROUNDS * len(days) / (time.perf_counter() - began)
