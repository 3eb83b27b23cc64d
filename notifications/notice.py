"""What a notice may say, as plain values; the caller computes every date and count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

KINDS = (
    "open",
    "before",
    "tomorrow",
    "today",
    "overdue",
    "ask_again",
    "inform",
    "leader",
    "letter",
    "official_copy",
    "received",
    "returned",
    "extended",
    "agreed_late",
    "more_time_refused",
    "correction",
    "ended",
    "new_link",
    "agency_link",
    "request",
    "request_reminder",
    "request_overdue",
    "request_cancelled",
    "transferred",
    "assigned",
    "released",
    "by_hand",
    "issued",
    "contact_changed",
    "contact_told",
    "sent_claim",
    "not_arrived",
    "retracted",
    "dispute_received",
    "recalled",
)
"""``letter`` is the text of the signed *công văn đôn đốc*; it is drafted for people, never sent by a channel."""

ALONE = ("request", "request_reminder", "request_overdue", "request_cancelled")
"""An ad-hoc request is never part of a digest: these are about one item."""


@dataclass(frozen=True)
class RequestFacts:
    """What makes a duty an ad-hoc request. ``due_at`` is local; ``minutes_left`` is negative once it has passed."""

    due_at: datetime
    urgency: str
    """"Khẩn", "Thượng khẩn", "Hỏa tốc"; empty for none."""
    content: str
    minutes_left: int
    by_document: bool
    """Whether ``plan_citation`` is a document; without one a request is cited by its moment."""


@dataclass(frozen=True)
class NoticeItem:
    """One duty in a notice.

    ``days_left`` counts working days to the practical due day, 0 on it; ``days_late`` counts days overdue from 1 and
    is None while "quá hạn" may not be said. ``requested`` duties are never called overdue. ``basis`` is ``plan``,
    ``letter`` or ``internal``, ``basis_note`` the same in one sentence.
    """

    title: str
    clause_text: str
    period_label: str
    due_on: date
    practical_due_on: date
    grace_until: date
    grace_applies: bool
    due_text: str
    days_left: int | None = None
    days_late: int | None = None
    requested: bool = False
    basis: str = "plan"
    basis_note: str = ""
    receiver: str = ""
    """Where the report goes, when a notice has to say so item by item."""
    remarks: str | None = None
    receipt_number: str | None = None
    received_at: datetime | None = None
    data_window: str | None = None
    extended_to: date | None = None
    first_notice_on: date | None = None
    until_on: date | None = None
    """Until when a late report was agreed, or by when a returned one is asked for again."""
    document: str | None = None
    """Number of the document that grants an extension, changed the plan, or gave the duty to another body."""
    told_due_on: date | None = None
    """The due day named in earlier messages, when a correction puts it right or the duty ended."""
    request: RequestFacts | None = None
    document_on: date | None = None
    for_all: bool = False
    """Whether the extension is that of every agency."""
    arrived_on: date | None = None
    """The day a report came that a person recorded for the agency."""
    way: str = ""
    """By which way it came, in words."""
    form: str = ""
    """In what form it came, in words."""
    kept: str = ""
    """How it stands to its date, in words; empty when nothing may be said."""
    unsigned: bool = False
    """A soft copy came, and the signed document is still owed."""
    agreed: str = ""
    """What an agreed late day rests on: by whom, when and why."""
    wrong_at: datetime | None = None
    """When the notice went that a correction takes back."""
    wrong_subject: str = ""
    stands_again: str | None = None
    """After a recall, the receipt number of the report that stands again; None when nothing is in force."""
    owed: bool = True
    """Whether a report is asked for now."""


@dataclass(frozen=True)
class NoticeContext:
    """One notice to one addressee. ``as_of`` is aware, in the plan's zone; ``link`` is a whole address or None."""

    agency_name: str
    addressee: str
    agency_kind: str
    plan_number: str
    plan_citation: str
    consolidator: str
    reader: str
    unit_line: str
    landline: str | None
    basis_document: str | None
    items: Sequence[NoticeItem]
    link: str | None
    portal_host: str
    as_of: datetime
    receiver: str = ""
    """The body a report goes to when it is not the one that asks; empty when it is."""
    own: bool = False
    """Whether the asking department reminds itself."""
    network_note: str | None = None
    """Whether the portal opens outside the data network of the Party and State (S8), when known."""
    code: str = ""
    """What a person types on the office computer instead of opening the link: ``K7MF-2QXR``; empty without a link."""


@dataclass(frozen=True)
class Rendered:
    """A notice in its four forms: subject <= 120 characters, short <= 2000, all NFC."""

    subject: str
    text: str
    html: str
    short: str
