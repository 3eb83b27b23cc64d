"""Steps by which a period is announced and chased."""

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from plans.base import FileModel, Flag


class ReminderStep(FileModel):
    """``days`` working days from the last working day in time: before when negative; ``open`` is the opening notice.

    ``hours`` counts from the due moment itself, for ad-hoc requests; a step whose hour falls into the night goes at its
    ``night``: the evening before it or the morning after it.
    """

    code: Annotated[str, Field(pattern=r"^(open|T0|[TH][+-][1-9]\d{0,2})$")]
    days: Annotated[int, Field(strict=True, ge=-250, le=250)] = 0
    hours: Annotated[int, Field(strict=True, ge=-240, le=240)] | None = None
    night: Literal["evening", "morning"] = "evening"
    audience: Literal["clerk", "leader"] = "clerk"
    draft: Flag = False
    """Waits for a coordinator's release."""

    @model_validator(mode="after")
    def _code_says_days(self) -> Self:
        said = int(self.code[1:]) if re.fullmatch(r"T[+-]\d+", self.code) else 0
        if said != self.days:
            raise ValueError(f"code {self.code} and days {self.days} do not agree")
        if self.code.startswith("H") != (self.hours is not None) or (self.hours and int(self.code[1:]) != self.hours):
            raise ValueError(f"code {self.code} and hours {self.hours} do not agree")
        if self.hours is not None and self.audience == "leader":
            raise ValueError("a letter to a leader is counted in working days, not in hours")
        if self.audience == "leader" and not self.draft:
            raise ValueError("a letter to a leader is a draft for a person to release: set draft: true")
        return self


class StopRule(FileModel):
    """When chasing ends by itself, before the period closes; the duty stays owed.

    ``after_days``: calendar days after the due day in force, the last one on which anything is sent; ``notices``: how many
    overdue notices a clerk gets at most, over every extension.
    """

    after_days: Annotated[int, Field(strict=True, ge=1, le=365)] | None = None
    notices: Annotated[int, Field(strict=True, ge=1, le=50)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.after_days is None and self.notices is None:
            raise ValueError("stop says nothing: give after_days or notices")
        return self


def standard_reminders() -> list[ReminderStep]:
    """Opening, T-7, T-1, the day itself, +1, and at +7 a draft letter to the head (users.md, section 3)."""
    return [
        ReminderStep(code="open"),
        ReminderStep(code="T-7", days=-7),
        ReminderStep(code="T-1", days=-1),
        ReminderStep(code="T0"),
        ReminderStep(code="T+1", days=1),
        ReminderStep(code="T+7", days=7, audience="leader", draft=True),
    ]
