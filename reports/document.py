"""A consolidated report as plain values, before any format."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class AgencyEntry:
    """What one agency wrote for one clause. ``nil``: the agency said "không phát sinh"."""

    agency: str
    result: str = ""
    difficulty: str = ""
    proposal: str = ""
    nil: bool = False


@dataclass(frozen=True)
class ReportSection:
    """One clause of the outline with its entries, in official order of agencies."""

    clause: str
    title: str
    entries: tuple[AgencyEntry, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One number an agency gave; ``value`` as written, ``unit`` as written."""

    clause: str
    name: str
    unit: str
    agency: str
    value: str
    note: str = ""
    kind: str = "thực hiện"
    """Thực hiện, ước thực hiện, lũy kế từ đầu năm: figures of different kinds are never added together."""


@dataclass(frozen=True)
class Total:
    """What one figure of one task, unit and kind comes to over the agencies that gave it; ``value`` as it is printed."""

    clause: str
    name: str
    unit: str
    kind: str
    agencies: int
    value: str


@dataclass(frozen=True)
class ComparedFigure:
    """One figure beside the number that was reported for the period before; empty texts: not given.

    ``differs``: why that number may not stand side by side; ``of``: whose report it was and that it came after issue.
    ``adjusted`` is what the agency now says it should have been, never without ``reason``.
    """

    clause: str
    agency: str
    name: str
    kind: str
    unit: str
    value: str
    reported: str = ""
    differs: str = ""
    of: str = ""
    adjusted: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Comparison:
    """Figures beside those of the period before. ``scope``: over which agencies, when they are not the same."""

    period_label: str
    scope: str
    figures: tuple[ComparedFigure, ...]


@dataclass(frozen=True)
class ReceivedRow:
    """One report that came. ``late``: gửi chậm; ``agreed``: the lateness was agreed."""

    agency: str
    form: str
    document_number: str | None
    document_on: date | None
    arrived_on: date | None
    """None: the day is not known, or that of the report that covers this one."""
    version: int
    late: bool = False
    agreed: bool = False
    stated: bool = False
    """It rests on the agency's word, and ``arrived_on`` is the day on which it says it sent it: nobody has seen it come."""


@dataclass(frozen=True)
class MissingRow:
    """One agency that has not sent, or need not (``state``)."""

    agency: str
    state: str
    due_on: date


@dataclass(frozen=True)
class ConsolidatedReport:
    """One version of the report of a period. Number and signature are left to the signer."""

    plan_number: str
    plan_citation: str
    issuer_parent: str
    issuer: str
    issuer_code: str
    place: str
    title: str
    period_label: str
    reader: str
    as_of: datetime
    version: int
    data_window: str | None
    sections: tuple[ReportSection, ...] = ()
    figures: tuple[Figure, ...] = ()
    received: tuple[ReceivedRow, ...] = ()
    missing: tuple[MissingRow, ...] = ()
    exempt: tuple[MissingRow, ...] = ()
    recipients: tuple[str, ...] = field(default_factory=tuple)
    compared: Comparison | None = None
    totals: tuple[Total, ...] = ()
    """What ``figures`` come to where they may be added up; made from them alone."""

    @property
    def counts(self) -> str:
        """Words such as "đã nhận 23/37"."""
        return f"đã nhận {len(self.received)}/{len(self.received) + len(self.missing)}"
