"""What every model of a plan or registry file shares: strictness and small value types."""

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from plans.source import SourceMap

DutyName = Literal["required", "requested", "for_information"]
"""How binding a duty is; only ``required`` may ever be called overdue."""

UrgencyName = Literal["thuong", "khan", "thuong-khan", "hoa-toc"]
"""How urgent an ad-hoc request is."""

BasisName = Literal["plan", "letter", "internal"]
"""Where a date comes from: the plan's text, a guiding letter, or a coordinator's decision."""

Confidence = Literal["H", "M", "L"]
"""High: read on a public page; medium: well known; low: uncertain."""

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _iso_day(value: Any) -> Any:
    """Only ``YYYY-MM-DD``: pydantic alone would read the number 20240101 as a Unix instant."""
    if isinstance(value, date) or (isinstance(value, str) and _ISO_DAY.fullmatch(value)):
        return value
    raise ValueError("a date is written YYYY-MM-DD")


IsoDate = Annotated[date, BeforeValidator(_iso_day)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
Text = Annotated[str, Field(min_length=1, max_length=4000, pattern=r"\S")]
DocumentNumber = Annotated[str, Field(min_length=1, max_length=120, pattern=r"\S")]
ClauseLabel = Annotated[str, Field(pattern=r"^[IVX]+(\.[0-9a-z]+)*(\([a-z](-[a-z])?\))?$", max_length=40)]
"""A place in a document by its printed labels: ``V.b4``, ``V.b4(a)``, ``III.3.b1(b-e)``, ``V.final``."""

ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""``HH:MM`` in the plan's time zone."""

Month = Annotated[int, Field(strict=True, ge=1, le=12)]
Day = Annotated[int, Field(strict=True, ge=1, le=31)]
Weekday = Annotated[int, Field(strict=True, ge=1, le=7)]
Year = Annotated[int, Field(strict=True, ge=1945, le=2100)]
WorkingDayCount = Annotated[int, Field(strict=True, ge=1, le=250)]
"""A number of working days, at most about a year."""

Flag = Annotated[bool, Field(strict=True)]


class FileModel(BaseModel):
    """Frozen, and a key it does not know is refused. Dumps under the names the files use."""

    model_config = ConfigDict(extra="forbid", frozen=True, serialize_by_alias=True)


class SourcedModel(FileModel):
    """A whole file; remembers where each key stood, for errors found later. Never part of equality or dumps."""

    _source: SourceMap = SourceMap()

    @property
    def source(self) -> SourceMap:
        """Where this was read from; empty for a model that was not read from a file."""
        return self._source

    def read_from(self, source: SourceMap) -> None:
        """Remember the place. Called once, by reading."""
        self._source = source
