"""What comes in with a submission, and what is given back for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from models.enums import SubmissionChannel, SubmissionForm


@dataclass(frozen=True)
class SubmissionDraft:
    """What came: by whom, for which assignments, in what form, by which way. Dates are in the plan's time zone."""

    agency_id: int
    assignment_ids: list[int]
    form: SubmissionForm
    channel: SubmissionChannel
    content: dict[str, Any]
    idempotency_key: str
    document_number: str | None = None
    document_on: date | None = None
    incoming_number: str | None = None
    arrived_on: date | None = None
    """None: today, or of the forms of ``DAYLESS`` that the day is not known."""
    note: str = ""


@dataclass(frozen=True)
class Submitted:
    """The receipt. ``replayed``: the same key had been recorded before; nothing was written again."""

    receipt_number: str
    public_id: str
    version: int
    arrived_at: datetime
    replayed: bool = False
