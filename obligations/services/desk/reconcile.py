"""Đối chiếu văn bản đến: what a register answers, and recording it in one go (S1b)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlmodel import col, select

from models.enums import SubmissionChannel, SubmissionForm
from models.tables import Assignment, Receipt, Submission, SubmissionAssignment
from obligations.errors import NotFound, Refused
from obligations.rules.register.kinds import Match, Sureness
from obligations.rules.register.match import match_rows
from obligations.rules.register.rows import Incoming, same_number, tight
from obligations.services import audit
from obligations.services.context import Context
from obligations.services.desk.record import record_report
from obligations.services.desk.register_file import Mended, Register, read_register
from obligations.services.desk.register_owed import owed_side
from obligations.services.sensible import check_arrival
from obligations.services.served import in_force
from obligations.services.submitting.course import note_first_arrival
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.stated import take_found
from obligations.services.submitting.tell_receipt import tell_receipt

REPORT, ARRIVAL, SAME = "report", "arrival", "same"


@dataclass(frozen=True)
class Reconciliation:
    """A register beside what is owed. ``labels``: how each duty is called, by its public id."""

    register: Register
    matches: Sequence[Match]
    labels: dict[str, str]

    def of(self, sureness: str) -> list[Match]:
        """The rows that stand so, in the register's order."""
        return [match for match in self.matches if match.sureness == sureness]

    @property
    def sure_documents(self) -> int:
        """Documents that are sure; one that the register has on several lines counts once."""
        return len({(match.owed[0], tight(match.row.number)) for match in self.of(Sureness.sure)})


@dataclass(frozen=True)
class Recorded:
    """What one click did: reports recorded, further arrivals of known documents, lines that could not be taken."""

    reports: int
    arrivals: int
    refused: Sequence[int]


def reconcile(
    ctx: Context,
    content: bytes,
    places: Mapping[str, int] | None = None,
    period_public_id: str | None = None,
    mended: Mended | None = None,
) -> Reconciliation:
    """Match a register with what is owed; writes nothing. TableError when there is no table in it.

    ``mended``: what a person typed for cells that could not be read.
    """
    register = read_register(content, ctx.today, places, mended)
    side = owed_side(ctx, period_public_id)
    return Reconciliation(register, match_rows(register.rows, side.senders, side.owed), side.labels)


def record_matches(
    ctx: Context, found: Reconciliation, sure_lines: Collection[int], chosen: Mapping[int, str]
) -> Recorded:
    """Record sure rows that the page showed as sure, and the duties that a person chose for others (line -> label or id).

    Judged anew within this transaction: a row that has been recorded meanwhile, or is no longer sure, is left alone.
    """
    done: Counter[str] = Counter()
    refused = []
    by_label = {label: key for key, label in found.labels.items()}
    for match in found.matches:
        key = chosen.get(match.row.line, "")
        key = by_label.get(key, key)
        if not key and match.row.line in sure_lines and match.sureness == Sureness.sure:
            key = match.owed[0]
        if match.sureness == Sureness.recorded or not (key or match.row.line in sure_lines):
            continue
        if key not in found.labels:
            refused.append(match.row.line)
            continue
        try:
            done[_record(ctx, match.row, key)] += 1
        except Refused:  # checked before anything is written; the row stays for a person
            refused.append(match.row.line)
    reports, arrivals = done[REPORT], done[ARRIVAL]
    audit.record(ctx, "register.reconciled", "register", rows=len(found.matches), reports=reports, arrivals=arrivals)
    return Recorded(reports, arrivals, refused)


def _record(ctx: Context, row: Incoming, assignment_public_id: str) -> str:
    """A report, another arrival of one that is in force, or nothing new: the same line twice."""
    query = select(Assignment).where(Assignment.public_id == assignment_public_id).with_for_update()
    assignment = ctx.session.exec(query).first()
    if assignment is None:
        raise NotFound("no such assignment")
    check_arrival(ctx, [assignment.id or 0], row.arrived_on)
    known = _in_force(ctx, assignment, row)
    if known is not None:
        return ARRIVAL if _add_arrival(ctx, assignment, known, row) else SAME
    mark = sha256(f"{row.number}|{row.incoming_number}|{row.arrived_on}".encode()).hexdigest()[:24]
    record_report(
        ctx,
        SubmissionDraft(
            agency_id=assignment.agency_id,
            assignment_ids=[assignment.id or 0],
            form=SubmissionForm.signed,
            channel=SubmissionChannel.document_system,
            content={"entries": [], "figures": []},
            idempotency_key=f"register:{assignment.public_id}:{mark}",
            document_number=row.number,
            document_on=row.issued_on,
            incoming_number=row.incoming_number or None,
            arrived_on=row.arrived_on,
            note=row.summary,
        ),
    )
    return REPORT


def _in_force(ctx: Context, assignment: Assignment, row: Incoming) -> Submission | None:
    """The same document, come before by another way: the portal, paper, or under another số đến."""
    rows = ctx.session.exec(
        select(Submission)
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(SubmissionAssignment.assignment_id == assignment.id, *in_force())
        .order_by(col(Submission.id).desc())
    ).all()
    signed = [s for s in rows if s.form in (SubmissionForm.signed, SubmissionForm.paper)]
    return next((s for s in signed if same_number(row.number, s.document_number or "")), None)


def _add_arrival(ctx: Context, assignment: Assignment, submission: Submission, row: Incoming) -> bool:
    """One document arriving several ways is one submission with several receipts; its first day stands."""
    if take_found(ctx, submission, row.incoming_number, row.arrived_on):
        tell_receipt(ctx, [assignment], submission)
        return True
    has = ctx.session.exec(
        select(Receipt).where(
            Receipt.submission_id == submission.id,
            Receipt.channel == SubmissionChannel.document_system,
            Receipt.arrived_on == row.arrived_on,
        )
    ).first()
    if has is not None:
        return False
    ctx.session.add(
        Receipt(
            submission_id=submission.id or 0,
            channel=SubmissionChannel.document_system,
            form=SubmissionForm.signed,
            incoming_number=row.incoming_number or None,
            arrived_on=row.arrived_on,
            recorded_by=ctx.actor,
            recorded_at=ctx.as_of,
        )
    )
    note_first_arrival(ctx, assignment, row.arrived_on)
    audit.record(ctx, "submission.arrived_again", submission.public_id, number=row.incoming_number, on=row.arrived_on)
    return True
