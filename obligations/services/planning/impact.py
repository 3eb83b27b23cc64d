"""What a version of a plan does to each live period: dates, agencies, outline; and what needs to be allowed by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, or_, select

from models.enums import AssignmentState, Duty, PeriodState
from models.tables import Agency, Assignment, Period, Submission, SubmissionAssignment
from obligations.rules.lateness import FINAL
from obligations.services.context import Context
from obligations.services.planning.move_period import Move, preview_move
from obligations.services.planning.targets import Target
from obligations.services.roster import Owing, resolve
from obligations.services.served import in_force, part_of
from obligations.services.status import RECEIVED
from plans.schema import ObligationSpec

KINDS = ("end", "unassign", "remove-outline", "late")
"""What may be allowed by name: ``end:CODE``, ``unassign:AGENCY``, ``remove-outline:ID``, ``late:AGENCY``."""


REMOVED = "Văn bản không còn giao cơ quan này"
"""Why an assignment ended by itself, and not with its period."""


@dataclass(frozen=True)
class OutlineLoss:
    """A task that leaves the outline; ``submissions`` in force hold text or figures for it."""

    id: str
    submissions: int


@dataclass(frozen=True)
class Impact:
    """What becomes of one period. Agencies are named by code; ``fields`` of the obligation that change for it."""

    obligation: str
    period: str
    move: Move | None
    ends: str | None
    reopens: bool
    fields: list[str]
    added: list[str]
    removed: list[str]
    outline_added: list[str]
    outline_removed: list[OutlineLoss]

    @property
    def is_nothing(self) -> bool:
        """Whether the period stays as it is."""
        changes = (self.move, self.ends, self.fields, self.added, self.removed)
        return not any(changes) and not self.reopens


@dataclass(frozen=True)
class Need:
    """Something that would lose data or be unfair, and the words that allow it."""

    what: str
    allow: str


@dataclass(frozen=True)
class Membership:
    """Who comes to owe a period, and which assignments go."""

    gained: list[Owing]
    lost: list[Assignment]


def impact_of(ctx: Context, target: Target) -> Impact:
    """What a version does to one period."""
    period, after = target.period, target.after
    ends = target.ends if target.occurrence is None and period.state == PeriodState.open else None
    members = membership(ctx, target)
    removed = [c for c in target.before.outline if c not in after.outline]
    codes = {a.id: a.code for a in ctx.session.exec(select(Agency)).all()} if members.lost else {}
    return Impact(
        obligation=target.obligation.code,
        period=period.label,
        move=preview_move(ctx, target.obligation, period, target.dates) if target.dates else None,
        ends=ends,
        reopens=target.occurrence is not None and period.state == PeriodState.ended,
        fields=_fields(target.before, after),
        added=[o.agency.code for o in members.gained],
        removed=[codes[row.agency_id] for row in members.lost],
        outline_added=[c for c in after.outline if c not in target.before.outline],
        outline_removed=[OutlineLoss(c, _holding(ctx, period, c)) for c in removed],
    )


def membership(ctx: Context, target: Target) -> Membership:
    """Groups froze when the period opened: only what the plan newly names, or no longer names, changes."""
    before, after, on = target.before, target.after, target.period.opens_on
    if target.occurrence is None or before.assigned_to == after.assigned_to:
        return Membership([], [])
    old = {o.agency.id for o in resolve(ctx, before.assigned_to, on, Duty(before.duty))}
    new = {o.agency.id: o for o in resolve(ctx, after.assigned_to, on, Duty(after.duty))}
    query = select(Assignment).where(Assignment.period_id == target.period.id).order_by(col(Assignment.id))
    rows = {row.agency_id: row for row in ctx.session.exec(query).all()}
    owing = {
        i for i, row in rows.items() if row.state != AssignmentState.ended or ended_with_period(target.period, row)
    }
    return Membership(
        [owes for number, owes in new.items() if number not in old and number not in owing],
        [rows[i] for i in rows if i in owing and i in old and i not in new and rows[i].state != AssignmentState.exempt],
    )


def ended_with_period(period: Period, row: Assignment) -> bool:
    """Whether an assignment ended because its whole period did, so that it comes back with it."""
    return period.state == PeriodState.ended and row.left_as is not None and row.exempt_reason != REMOVED


def needs(ctx: Context, target: Target, impact: Impact) -> list[Need]:
    """What must be allowed by name before the period may change so."""
    where = f"{impact.obligation} {impact.period}"
    found = []
    if impact.ends and (sent := _received(ctx, target.period)):
        found.append(Need(f"{where} would end though {sent} reports have come", f"end:{impact.obligation}"))
    elif impact.ends and not target.ended_by_document and _asked(ctx, target.period):
        found.append(Need(f"{where} is open and would end without a document", f"end:{impact.obligation}"))
    members = membership(ctx, target)
    for row, code in zip(members.lost, impact.removed, strict=True):
        if row.first_received_on is not None or row.state in RECEIVED or row.left_as in RECEIVED:
            found.append(Need(f"{code} has already sent its report for {where}", f"unassign:{code}"))
    overdue_at = target.dates.overdue_at if target.dates else target.period.overdue_at
    if overdue_at <= ctx.as_of:
        found += [Need(f"{code} would be late for {where} at once", f"late:{code}") for code in impact.added]
    found += [
        Need(f"{loss.submissions} reports for {where} hold text under {loss.id}", f"remove-outline:{loss.id}")
        for loss in impact.outline_removed
        if loss.submissions
    ]
    return found


def told_words(needs: Sequence[Need]) -> str:
    """The needs in one line, with the exact words that allow them."""
    reasons = "; ".join(dict.fromkeys(need.what for need in needs))
    words = " ".join(dict.fromkeys(f"--allow {need.allow}" for need in needs))
    return f"nothing was changed: {reasons}. If it is meant, add: {words}"


def _fields(before: ObligationSpec, after: ObligationSpec) -> list[str]:
    old, new = before.model_dump(mode="json", by_alias=True), after.model_dump(mode="json", by_alias=True)
    return [name for name in new if old.get(name) != new[name]]


def _asked(ctx: Context, period: Period) -> bool:
    query = select(Assignment.id).where(Assignment.period_id == period.id, col(Assignment.state).not_in(FINAL))
    return ctx.session.exec(query.limit(1)).first() is not None


def _received(ctx: Context, period: Period) -> int:
    query = select(Assignment.id).where(
        Assignment.period_id == period.id,
        or_(col(Assignment.first_received_on).is_not(None), col(Assignment.state).in_(RECEIVED)),
        col(Assignment.state).not_in(FINAL),
    )
    return len(ctx.session.exec(query).all())


def _holding(ctx: Context, period: Period, clause: str) -> int:
    """Submissions in force that hold text or figures for a task."""
    query = (
        select(Submission, SubmissionAssignment)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .where(Assignment.period_id == period.id, *in_force())
    )
    saying = {s.id for s, link in ctx.session.exec(query).all() if _says(part_of(s, link), clause)}
    return len(saying)


def _says(said: Mapping[str, Any], clause: str) -> bool:
    entries = [e for e in said.get("entries", []) if e.get("clause") == clause]
    figures = [f for f in said.get("figures", []) if f.get("clause") == clause]
    written = any(str(e.get(name) or "").strip() for e in entries for name in ("result", "difficulty", "proposal"))
    return written or any(str(f.get("value") if f.get("value") is not None else "").strip() for f in figures)
