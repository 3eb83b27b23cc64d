"""A plan file: one official document, the obligations it assigns, its standing tasks and its oddities."""

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, ValidationInfo, field_validator, model_validator

from plans.amendment import Amendment, Changes
from plans.base import ClauseLabel, DutyName, FileModel, Flag, IsoDate, Slug, SourcedModel, Text, UrgencyName
from plans.deadline import DataWindow, Deadline, Opens, YearDay
from plans.reminder import ReminderStep, StopRule, standard_reminders

__all__ = [
    "Amendment",
    "Changes",
    "DataWindow",
    "Deadline",
    "EndedBy",
    "LintNote",
    "ObligationSpec",
    "Opens",
    "OutlineItem",
    "PlanFile",
    "Policy",
    "ReminderStep",
    "StopRule",
    "YearDay",
]


class Policy(FileModel):
    """How this plan's dates are read.

    ``before`` strict: "trước ngày D" ends with D-1. ``grace``: a due day off work rolls to the next working day
    (Civil Code 2015, art. 148.5). ``lateness_by``: the day a report arrived, or the day printed on it.
    """

    before: Literal["strict", "inclusive"] = "strict"
    grace: Flag = False
    lateness_by: Literal["arrival", "document"] = "arrival"


class EndedBy(FileModel):
    """The document that ends an obligation: nothing due on or after ``on`` is owed any more."""

    document: Text
    on: IsoDate


class OutlineItem(FileModel):
    """A standing task: never a deadline, a row of the reports that list it. ``id`` is its first clause."""

    id: ClauseLabel
    title: Text
    clauses: Annotated[list[ClauseLabel], Field(min_length=1)]
    note: str = ""


class LintNote(FileModel):
    """Something odd in the document's text, and what is made of it."""

    clause: Text
    text: Text


class ObligationSpec(FileModel):
    """One duty. ``assigned_to`` names groups, roles or agencies; empty means the document names no one yet."""

    code: Slug
    title: Text
    kind: Literal["one_off", "periodic", "standing"]
    urgency: UrgencyName | None = None
    clauses: list[ClauseLabel]
    duty: DutyName = "required"
    assigned_to: list[Slug]
    lead: list[Slug] = Field(default_factory=list)
    join: list[Slug] = Field(default_factory=list)
    receiver: Slug | None = None
    reader: Slug | None = None
    completes_on: Literal["signed", "soft", "either"] = "signed"
    deadline: Deadline | None = None
    opens: Opens | None = None
    data_window: DataWindow | None = None
    consolidates: Slug | None = None
    outline: list[ClauseLabel] = Field(default_factory=list)
    reminders: list[ReminderStep] = Field(default_factory=standard_reminders)
    stop: StopRule | None = Field(default=None, exclude_if=lambda rule: rule is None)
    """When chasing ends before the period closes; left out of dumps when not given, so that older plans keep their digest."""
    first_period: Text | None = None
    ended_by: EndedBy | None = None
    description: str = ""
    inform: Flag = False
    """Whether those who are only informed (``duty: for_information``) get a notice when a period opens."""

    @field_validator("clauses")
    @classmethod
    def _cites(cls, clauses: list[str], info: ValidationInfo) -> list[str]:
        """A request has no places to name: it is itself what it asks for."""
        if not clauses and info.data.get("urgency") is None:
            raise ValueError("must name at least 1 item")
        return clauses

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        freq = self.deadline.freq if self.deadline else None
        repeats = ("yearly", "semiannual", "quarterly", "monthly", "weekly")
        allowed = {"one_off": ("once", None), "periodic": (*repeats, None), "standing": (None,)}[self.kind]
        if freq not in allowed:
            raise ValueError(f"an obligation of kind {self.kind} cannot have a deadline of freq {freq}")
        if freq == "yearly" and self.opens and self.opens.on:
            raise ValueError("a yearly obligation opens on a month and day, not once on a date")
        if freq in repeats[1:]:
            self._fits_short_periods(str(freq))
        return self

    def _fits_short_periods(self, freq: str) -> None:
        """Fixed days of the year cannot open, or bound the data of, a period shorter than the year."""
        if self.opens is not None:
            raise ValueError(f"a {freq} obligation opens by itself before each due day; leave opens out")
        if self.data_window is not None and (self.data_window.rule is None or freq == "weekly"):
            raise ValueError(
                f"the data of a {freq} obligation cannot be two days of the year; use rule: nd-09, or leave it out"
            )

    def matches(self, label: str) -> bool:
        """Whether a person who writes ``label`` (a code or a clause, any case) means this obligation."""
        wanted = label.strip().casefold()
        return wanted == self.code.casefold() or wanted in (c.casefold() for c in self.clauses)


class PlanFile(SourcedModel):
    """One official document as the tool understands it. Dates are days in ``timezone``.

    ``kind`` request: an ad-hoc request, made by the tool itself: one obligation, due once at an exact minute.
    """

    kind: Literal["document", "request"] = "document"
    slug: Slug
    number: Text
    title: Text
    citation: Text
    issued_on: IsoDate
    issuer: Text
    timezone: str = "Asia/Ho_Chi_Minh"
    policy: Policy = Policy()
    obligations: Annotated[list[ObligationSpec], Field(min_length=1)]
    outline: list[OutlineItem] = Field(default_factory=list)
    notes: list[LintNote] = Field(default_factory=list)
    amendments: list[Amendment] = Field(default_factory=list)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:  # an unknown zone is a KeyError
            raise ValueError(f"there is no time zone {name!r}") from error
        return name

    @model_validator(mode="after")
    def _kind_fits(self) -> Self:
        if self.kind == "request":
            (spec,) = self.obligations if len(self.obligations) == 1 else (None,)
            deadline = spec.deadline if spec else None
            if spec is None or spec.urgency is None or deadline is None or deadline.on is None or deadline.time is None:
                raise ValueError("a request has one obligation, with an urgency and a deadline on one day at one time")
            return self
        for spec in self.obligations:
            if spec.urgency is not None:
                raise ValueError(f"obligation {spec.code}: only a request has an urgency; use dondoc request")
        return self

    def obligation(self, label: str) -> ObligationSpec:
        """By code or clause; ``V.b4`` finds the first of ``V.b4(a)``, ``V.b4(b)`` when nothing is called just so.

        Raises KeyError when nothing answers to the label.
        """
        exact = [spec for spec in self.obligations if spec.matches(label)]
        bullet = label.strip().casefold() + "("
        loose = exact or [s for s in self.obligations if any(c.casefold().startswith(bullet) for c in s.clauses)]
        if not loose:
            raise KeyError(label)
        return loose[0]
