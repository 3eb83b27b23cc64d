"""Closed vocabularies shared by tables and rules. A leaf: imports nothing of ours."""

from enum import StrEnum


class ObligationKind(StrEnum):
    """How often a duty returns."""

    one_off = "one_off"
    periodic = "periodic"
    standing = "standing"


class PlanKind(StrEnum):
    """Whether a plan is a document with its own file, or one ad-hoc request whose file was generated."""

    document = "document"
    request = "request"


class Urgency(StrEnum):
    """How urgent an ad-hoc request is, in the words of official documents; by rising urgency."""

    normal = "thuong"
    urgent = "khan"
    very_urgent = "thuong-khan"
    express = "hoa-toc"


class Duty(StrEnum):
    """How binding a duty is for one agency; only ``required`` may ever be called overdue."""

    required = "required"
    requested = "requested"
    for_information = "for_information"


class CompletesOn(StrEnum):
    """Which form of submission ends a duty (S2)."""

    signed = "signed"
    soft = "soft"
    either = "either"


class Basis(StrEnum):
    """Where a date comes from; ``internal`` dates never reach a public feed."""

    plan = "plan"
    letter = "letter"
    internal = "internal"


class RiskLevel(StrEnum):
    """How far what is missing upstream endangers the next deadline. Computed, never stored."""

    none = "none"
    watch = "watch"
    risk = "risk"


class PeriodState(StrEnum):
    """Life of one occurrence of an obligation."""

    open = "open"
    closed = "closed"
    ended = "ended"


class AssignmentState(StrEnum):
    """What we hold from one agency for one period. Overdue is computed from a moment, never stored."""

    open = "open"
    soft_received = "soft_received"
    submitted = "submitted"
    returned = "returned"
    accepted = "accepted"
    exempt = "exempt"
    ended = "ended"
    awaiting_assignment = "awaiting_assignment"
    """Chờ phân công: who owes this is for a person to decide; nobody is chased and nothing is called late."""


class SubmissionForm(StrEnum):
    """In what form a report came (S1)."""

    soft = "soft"
    signed = "signed"
    paper = "paper"
    nil = "nil"
    covered = "covered"
    """Đã tổng hợp trong báo cáo của another agency: no content of its own."""
    classified = "classified"
    """Đã nhận theo chế độ riêng: nothing is kept of it but the day it came (S13)."""
    stated = "stated"
    """Said in the initial review to have come: neither its form nor, mostly, its day is known (S3)."""


class SubmissionChannel(StrEnum):
    """By which way a report came (S1)."""

    portal = "portal"
    document_system = "document_system"
    email = "email"
    post = "post"
    hand = "hand"
    other = "other"


class SubmissionState(StrEnum):
    """State of one version of what an agency sent."""

    submitted = "submitted"
    returned = "returned"
    accepted = "accepted"
    replaced = "replaced"
    recalled = "recalled"


class Audience(StrEnum):
    """Who in an agency a message speaks to; never mixed in one message."""

    clerk = "clerk"
    leader = "leader"


class MessageState(StrEnum):
    """Life of an outbox row."""

    draft = "draft"  # waits for a coordinator's release (letters to leaders)
    held = "held"  # waits for a decision (S3, S4)
    planned = "planned"  # goes when its time comes
    leased = "leased"  # claimed, nothing sent yet
    sending = "sending"  # the first byte may have left
    retry = "retry"  # surely not accepted; goes again
    unknown = "unknown"  # may have been accepted; one controlled resend
    sent = "sent"
    recorded = "recorded"  # no channel configured: kept, shown, not sent
    failed = "failed"
    cancelled = "cancelled"


class OutcomeKind(StrEnum):
    """What one delivery attempt came to."""

    accepted = "accepted"
    recorded = "recorded"
    temporary = "temporary"
    permanent = "permanent"
    configuration = "configuration"
    defer = "defer"
    unknown = "unknown"


class StepName(StrEnum):
    """Kinds of steps a period goes through."""

    open = "open"
    remind = "remind"
    close = "close"
    consolidate = "consolidate"
    publish = "publish"


class StepState(StrEnum):
    """State of one planned step of a period."""

    planned = "planned"
    done = "done"
    skipped = "skipped"
    cancelled = "cancelled"


class IsolationState(StrEnum):
    """What became of a report that must not be read."""

    isolated = "isolated"
    released = "released"
    destroyed = "destroyed"


class ConsolidationState(StrEnum):
    """An issued version never changes."""

    draft = "draft"
    issued = "issued"


class AddressState(StrEnum):
    """Health of one address."""

    active = "active"
    blocked = "blocked"
    no_account = "no_account"
    """The number or user is not known to this channel; other channels may reach it."""


class BreakerState(StrEnum):
    """Circuit breaker of one channel."""

    closed = "closed"
    open = "open"
    half_open = "half_open"


class EventKind(StrEnum):
    """What a provider says of a message after it took it."""

    delivered = "delivered"
    seen = "seen"
    bounced = "bounced"
    delayed = "delayed"


class BatchState(StrEnum):
    """Life of a batch of overdue notices (S3)."""

    shown = "shown"
    released = "released"
    stopped = "stopped"


class CallResult(StrEnum):
    """How a telephone call ended."""

    answered = "answered"
    no_answer = "no_answer"
    busy = "busy"
    wrong_number = "wrong_number"


class MoreTimeState(StrEnum):
    """Life of an agency's request for more time."""

    open = "open"
    extended = "extended"
    agreed = "agreed"
    refused = "refused"
    withdrawn = "withdrawn"


class SuccessionKind(StrEnum):
    """How an agency gives way to others."""

    merge = "merge"
    split = "split"  # type: ignore[assignment]  # the word of the field; str.split is not used on it
    rename = "rename"
    end = "end"


class SuccessionOrigin(StrEnum):
    """Where a succession is known from; importing a registry file never undoes an ``act``."""

    file = "file"
    act = "act"


class ReassignmentKind(StrEnum):
    """What happened to who owes a duty."""

    moved = "moved"
    """To a successor, which did not owe the period."""
    covered = "covered"
    """To a successor or another agency whose own report of the period covers it."""
    stopped = "stopped"
    """By a split, an end or a successor that has already sent: a person decides."""
    disputed = "disputed"
    paused = "paused"
    """The agency that a dispute names waits for the same decision."""
    kept = "kept"
    exempted = "exempted"
