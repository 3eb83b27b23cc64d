"""Documents that change a plan after it was issued: what each does, to which obligations, from when."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from plans.base import ClauseLabel, DutyName, FileModel, IsoDate, Slug, Text
from plans.deadline import DataWindow, Deadline, Opens
from plans.reminder import ReminderStep

AmendmentKind = Literal["correct", "amend", "supplement", "replace", "repeal"]
"""Đính chính, sửa đổi, bổ sung, thay thế, bãi bỏ."""

KIND_WORDS: dict[str, str] = {
    "correct": "đính chính",
    "amend": "sửa đổi",
    "supplement": "bổ sung",
    "replace": "thay thế",
    "repeal": "bãi bỏ",
}
ENDS = ("replace", "repeal")


class Changes(FileModel):
    """What an obligation says from then on: each key given replaces the obligation's own, the others stay."""

    deadline: Deadline | None = None
    opens: Opens | None = None
    data_window: DataWindow | None = None
    assigned_to: list[Slug] | None = None
    lead: list[Slug] | None = None
    join: list[Slug] | None = None
    receiver: Slug | None = None
    reader: Slug | None = None
    duty: DutyName | None = None
    completes_on: Literal["signed", "soft", "either"] | None = None
    outline: list[ClauseLabel] | None = None
    reminders: list[ReminderStep] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.given:
            raise ValueError("changes says nothing: give what is new, such as deadline")
        return self

    @property
    def given(self) -> frozenset[str]:
        """Names of the keys that are changed."""
        return frozenset(name for name in type(self).model_fields if getattr(self, name) is not None)


class Amendment(FileModel):
    """One document about some obligations of a plan.

    ``correct`` acts as if the plan had always said so, through ``changes`` or an obligation corrected in place.
    ``amend`` and ``supplement`` act from ``effective_on``: a period that opened before stays as it was, unless
    ``open_periods`` is ``move`` and it was not due yet; a supplement without ``changes`` adds the whole obligation.
    ``replace`` and ``repeal`` end it: nothing due on or after ``effective_on`` is owed.
    """

    document: Text
    issued_on: IsoDate
    kind: AmendmentKind
    effective_on: IsoDate | None = None
    obligations: Annotated[list[Slug], Field(min_length=1)]
    changes: Changes | None = None
    open_periods: Literal["keep", "move"] | None = None
    replaced_by: Slug | None = None
    note: str = ""

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        if self.kind == "correct" and self.effective_on is not None:
            raise ValueError("a correction acts as if the plan had always said so: leave effective_on out")
        if self.kind != "correct" and self.effective_on is None:
            raise ValueError(f"when kind is {self.kind}, effective_on must be given")
        if self.kind == "amend" and self.changes is None:
            raise ValueError("an amendment says what it changes: give changes and leave the obligation as it was")
        if self.kind in ENDS and self.changes is not None:
            raise ValueError(f"when kind is {self.kind}, changes must be left out: the obligation ends")
        if self.open_periods is not None and (self.kind not in ("amend", "supplement") or self.changes is None):
            raise ValueError("open_periods is for an amend or supplement with changes")
        if self.replaced_by is not None and self.kind != "replace":
            raise ValueError("replaced_by is for kind replace")
        return self

    @property
    def named(self) -> str:
        """The document as a sentence cites it: ``Quyết định số 12/QĐ-UBND ngày 05/10/2026``."""
        name = self.document.strip()
        return f"{'văn bản số ' if name[0].isdigit() else ''}{name} ngày {self.issued_on:%d/%m/%Y}"
