"""When something is due, opens, and which data it covers."""

from calendar import monthrange
from datetime import date
from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from plans.base import BasisName, ClockTime, Day, FileModel, IsoDate, Month, Text, Year

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


class Deadline(FileModel):
    """When an obligation is due.

    ``freq`` yearly: ``month`` and ``day`` of each year from ``from_year``; once: the date ``on``.
    ``op``: before that day (read by the plan's policy), by its end, on it, or within the span that ends with it.
    """

    freq: Literal["once", "yearly"]
    op: Literal["before", "by", "on", "within"]
    on: IsoDate | None = None
    month: Month | None = None
    day: Day | None = None
    year_offset: YearOffset = 0
    time: ClockTime | None = None
    phrase: Text | None = None
    from_year: Year | None = None
    until_year: Year | None = None
    basis: BasisName
    basis_document: Text | None = None
    set_by: Text | None = None
    set_on: IsoDate | None = None
    why: Text | None = None

    @field_validator("day")
    @classmethod
    def _possible(cls, day: int | None, info: ValidationInfo) -> int | None:
        return day if day is None else possible_day(day, info.data.get("month"))

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.freq == "once":
            _need(self, has=("on",), lacks=("month", "day", "from_year", "until_year"), when="freq is once")
        else:
            _need(self, has=("month", "day", "from_year"), lacks=("on",), when="freq is yearly")
        if self.until_year is not None and self.from_year is not None and self.until_year < self.from_year:
            raise ValueError("until_year lies before from_year")
        return self

    @model_validator(mode="after")
    def _based(self) -> Self:
        named = ("set_by", "set_on", "why")
        if self.basis == "internal":
            _need(self, has=named, lacks=("basis_document",), when="basis is internal")
        elif self.basis == "letter":
            _need(self, has=("basis_document",), lacks=named, when="basis is letter")
        else:
            _need(self, has=("phrase",), lacks=(*named, "basis_document"), when="basis is plan")
        return self

    def printed_in(self, year: int) -> date:
        """The date as the text has it, for the period of ``year``."""
        if self.on is not None:
            return self.on
        return day_in_year(year + self.year_offset, self.month or 1, self.day or 1)


def _need(model: FileModel, *, has: tuple[str, ...], lacks: tuple[str, ...], when: str) -> None:
    missing = [name for name in has if getattr(model, name) is None]
    unwanted = [name for name in lacks if getattr(model, name) is not None]
    if missing:
        raise ValueError(f"when {when}, {', '.join(missing)} must be given")
    if unwanted:
        raise ValueError(f"when {when}, {', '.join(unwanted)} must be left out")
