"""When something is due, opens, and which data it covers."""

from calendar import monthrange
from datetime import date
from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from plans.base import (
    BasisName,
    ClockTime,
    Day,
    DocumentNumber,
    FileModel,
    IsoDate,
    Month,
    Slug,
    Text,
    WorkingDayCount,
    Year,
)
from plans.basis import NUMBERED, Based, need

YearOffset = Literal[-1, 0, 1]

LEAP_YEAR = 2024


def day_in_year(year: int, month: int, day: int) -> date:
    """The day, or the last of its month when the year has no such day (29/02; Civil Code 2015, art. 147)."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def possible_day(day: int, month: object) -> int:
    """Refuse a day no year has, such as 31/11."""
    if isinstance(month, int) and day > monthrange(LEAP_YEAR, month)[1]:
        raise ValueError(f"month {month} has no day {day}")
    return day


class YearDay(FileModel):
    """A day of the period's year, or of the year before (-1) or after (1)."""

    month: Month
    day: Day
    year_offset: YearOffset = 0

    @field_validator("day")
    @classmethod
    def _possible(cls, day: int, info: ValidationInfo) -> int:
        return possible_day(day, info.data.get("month"))

    def in_year(self, year: int) -> date:
        """The calendar date for the period of ``year``."""
        return day_in_year(year + self.year_offset, self.month, self.day)


class Opens(FileModel):
    """When a period opens: a day of its year, or one fixed date (``on``)."""

    month: Month | None = None
    day: Day | None = None
    year_offset: YearOffset = 0
    on: IsoDate | None = None

    @field_validator("day")
    @classmethod
    def _possible(cls, day: int | None, info: ValidationInfo) -> int | None:
        return day if day is None else possible_day(day, info.data.get("month"))

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        yearly = self.month is not None and self.day is not None
        if yearly == (self.on is not None) or (self.month is None) != (self.day is None):
            raise ValueError("give either month and day, or on")
        return self

    def in_year(self, year: int) -> date:
        """The opening date for the period of ``year``."""
        if self.on is not None:
            return self.on
        return day_in_year(year + self.year_offset, self.month or 1, self.day or 1)


class DataWindow(FileModel):
    """Days the reported data cover; never assumed to be the calendar year (domain rule 7)."""

    from_: YearDay = Field(alias="from")
    to: YearDay
    basis: BasisName
    why: Text
    basis_number: DocumentNumber | None = None
    basis_on: IsoDate | None = None

    @model_validator(mode="after")
    def _numbered(self) -> Self:
        if self.basis != "letter":
            need(self, has=(), lacks=NUMBERED, when=f"basis is {self.basis}")
        elif (self.basis_number is None) != (self.basis_on is None):
            need(self, has=NUMBERED, lacks=(), when="one of them is given")
        return self


class Derive(FileModel):
    """So many working days after the last working day in time of the same period of another obligation."""

    from_: Slug = Field(alias="from")
    working_days: WorkingDayCount


class ReaderDate(Based):
    """The reader's own date (``on`` once, or ``month`` and ``day`` of each period's year), with its own basis.

    The report is due ``working_days`` working days before it.
    """

    on: IsoDate | None = None
    month: Month | None = None
    day: Day | None = None
    year_offset: YearOffset = 0
    working_days: WorkingDayCount

    @field_validator("day")
    @classmethod
    def _possible(cls, day: int | None, info: ValidationInfo) -> int | None:
        return day if day is None else possible_day(day, info.data.get("month"))

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        yearly = self.month is not None and self.day is not None
        if yearly == (self.on is not None) or (self.month is None) != (self.day is None):
            raise ValueError("give either month and day, or on")
        return self

    def in_year(self, year: int) -> date:
        """The reader's date for the period of ``year``."""
        if self.on is not None:
            return self.on
        return day_in_year(year + self.year_offset, self.month or 1, self.day or 1)


class Deadline(Based):
    """When an obligation is due.

    ``freq`` yearly: ``month`` and ``day`` of each year from ``from_year``; once: the date ``on``.
    ``op``: before that day (read by the plan's policy), by its end, on it, or within the span that ends with it.
    ``derive`` and ``before`` replace those dates: the earlier of both holds (a consolidator's own deadline).
    """

    freq: Literal["once", "yearly"]
    op: Literal["before", "by", "on", "within"]
    on: IsoDate | None = None
    month: Month | None = None
    day: Day | None = None
    year_offset: YearOffset = 0
    time: ClockTime | None = None
    from_year: Year | None = None
    until_year: Year | None = None
    derive: Derive | None = None
    before: ReaderDate | None = None

    @field_validator("day")
    @classmethod
    def _possible(cls, day: int | None, info: ValidationInfo) -> int | None:
        return day if day is None else possible_day(day, info.data.get("month"))

    @property
    def is_derived(self) -> bool:
        """Whether working days decide it, so that it has no date before a calendar is asked."""
        return self.derive is not None or self.before is not None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.is_derived:
            self._derived()
        elif self.freq == "once":
            need(self, has=("on",), lacks=("month", "day", "from_year", "until_year"), when="freq is once")
        else:
            need(self, has=("month", "day", "from_year"), lacks=("on",), when="freq is yearly")
        if self.until_year is not None and self.from_year is not None and self.until_year < self.from_year:
            raise ValueError("until_year lies before from_year")
        return self

    def _derived(self) -> None:
        own = ("on", "month", "day", "time")
        if self.op != "by" or self.year_offset:
            raise ValueError("a derived deadline is due by the end of its day: set op: by, without year_offset")
        if self.derive is not None:
            need(self, has=(), lacks=(*own, "from_year", "until_year"), when="derive is given")
        else:
            years = ("from_year",) if self.freq == "yearly" else ()
            need(self, has=years, lacks=own if years else (*own, "from_year", "until_year"), when="before is given")
        if self.before is not None and (self.before.on is not None) != (self.freq == "once"):
            raise ValueError("before takes on when freq is once, month and day when freq is yearly")

    def printed_in(self, year: int) -> date:
        """The date as the text has it, for the period of ``year``. ValueError when working days decide it."""
        if self.is_derived:
            raise ValueError("a derived deadline has no printed date")
        if self.on is not None:
            return self.on
        return day_in_year(year + self.year_offset, self.month or 1, self.day or 1)
