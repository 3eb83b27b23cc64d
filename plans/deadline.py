"""When something is due, opens, and which data it covers."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any, Literal, Self

from pydantic import (
    Field,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    field_validator,
    model_serializer,
    model_validator,
)

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
    Weekday,
    WorkingDayCount,
    Year,
)
from plans.basis import NUMBERED, Based, need
from plans.periods import Span, decree_window, month_end, spans

YearOffset = Literal[-1, 0, 1]
MonthOffset = Literal[-2, -1, 0, 1, 2]

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
    """Days the reported data cover; never assumed to be the calendar year (domain rule 7).

    ``from`` and ``to`` are days of the year; ``rule: nd-09`` takes those of Decree 09/2019/NĐ-CP for each period.
    """

    from_: YearDay | None = Field(default=None, alias="from")
    to: YearDay | None = None
    rule: Literal["nd-09"] | None = None
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

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.from_ is None) != (self.to is None) or (self.from_ is None) == (self.rule is None):
            raise ValueError("give either from and to, or rule: nd-09")
        return self

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return _without(handler(self), rule=None)

    def days_of(self, span: Span) -> tuple[date, date]:
        """First and last day of the data of one period."""
        if self.from_ is None or self.to is None:
            return decree_window(span)
        return self.from_.in_year(span.first.year), self.to.in_year(span.first.year)


_SHAPES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "once": (("on",), ("month", "day", "weekday", "from_year", "until_year")),
    "yearly": (("month", "day", "from_year"), ("on", "weekday")),
    "weekly": (("weekday", "from_year"), ("on", "month", "day")),
}
_OF_A_PERIOD: tuple[tuple[str, ...], tuple[str, ...]] = (("day", "from_year"), ("on", "month", "weekday"))
"""For each ``freq`` the keys it must have and those it must not."""


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

    ``freq`` yearly: ``month`` and ``day`` of each year from ``from_year``; once: the date ``on``; semiannual, quarterly,
    monthly: ``day`` of the period's last month, or of the month ``month_offset`` months after it; weekly: ``weekday`` 1
    (Monday) to 7 of each ISO week.
    ``op``: before that day (read by the plan's policy), by its end, on it, or within the span that ends with it.
    ``derive`` and ``before`` replace those dates: the earlier of both holds (a consolidator's own deadline).
    """

    freq: Literal["once", "yearly", "semiannual", "quarterly", "monthly", "weekly"]
    op: Literal["before", "by", "on", "within"]
    on: IsoDate | None = None
    month: Month | None = None
    day: Day | None = None
    year_offset: YearOffset = 0
    month_offset: MonthOffset = 0
    weekday: Weekday | None = None
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
        else:
            has, lacks = _SHAPES.get(self.freq, _OF_A_PERIOD)
            need(self, has=has, lacks=lacks, when=f"freq is {self.freq}")
        if self.month_offset and self.freq in ("once", "yearly", "weekly"):
            raise ValueError(f"when freq is {self.freq}, month_offset must be left out")
        if self.year_offset and self.freq != "yearly":
            raise ValueError(f"when freq is {self.freq}, year_offset must be left out")
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

    @model_serializer(mode="wrap")
    def _as_before(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return _without(handler(self), month_offset=0, weekday=None)

    def printed_in(self, year: int) -> date:
        """The date as the text has it, for the period of ``year``. ValueError when working days decide it."""
        if self.is_derived:
            raise ValueError("a derived deadline has no printed date")
        if self.on is not None:
            return self.on
        return day_in_year(year + self.year_offset, self.month or 1, self.day or 1)

    def spans_in(self, year: int) -> list[Span]:
        """The periods of a year; one that is due once is a period of its own year."""
        if self.freq != "once":
            return list(spans(self.freq, year))
        return [Span(str(year), date(year, 1, 1), date(year, 12, 31))]

    def printed_for(self, span: Span) -> date:
        """The date as the text has it, for one period."""
        if self.freq == "weekly":
            return span.first + timedelta(days=(self.weekday or 1) - 1)
        if self.freq in ("once", "yearly"):
            return self.printed_in(span.first.year)
        end = month_end(span.last.year, span.last.month + self.month_offset)
        return end.replace(day=min(self.day or 1, end.day))


def _without(value: dict[str, Any], **unused: Any) -> dict[str, Any]:
    """Without the keys that came later and say nothing, so that the digest of a plan applied before stays what it was."""
    return {key: item for key, item in value.items() if key not in unused or item != unused[key]}
