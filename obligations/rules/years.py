"""The years that anything may be due in: what lies outside was mistyped, and the calendar of feasts ends in 2100."""

from datetime import date

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
