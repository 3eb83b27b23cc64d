"""Pieces that several pages show: one assignment's standing and one submission's content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from models.enums import AssignmentState, PeriodState, SubmissionForm
from models.tables import (
    AgreedLateness,
    Assignment,
    Attachment,
    Extension,
    Obligation,
    Period,
    Submission,
    SubmissionAssignment,
)
from obligations.clock import local_date
from obligations.rules.figures import DONE
from obligations.rules.lateness import BINDING
from obligations.rules.wording import staff_state
from obligations.services.apart import Apart, apart_of
from obligations.services.context import Context
from obligations.services.lateness import Owed, came_late, judged_by, overdue_days
from obligations.services.served import OUT, entered_by_staff, in_force, part_of
from obligations.services.spec import is_request, spec_in
from obligations.services.stated_mark import is_stated
from obligations.services.status import RECEIVED
from obligations.services.storage import BORROWS

_VERSIONS = (
    select(Submission, SubmissionAssignment)
    .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
    .where(col(SubmissionAssignment.assignment_id) == bindparam("assignment"))
    .order_by(col(Submission.id).desc())
)
NO_ENTRY: dict[str, Any] = {"clause": "", "result": "", "difficulty": "", "proposal": "", "nil": False}
NO_FIGURE = {
    "clause": "",
    "name": "",
    "unit": "",
    "value": "",
    "kind": DONE,
    "adjusted": "",
    "adjusted_reason": "",
    "note": "",
}


@dataclass(frozen=True)
class Standing:
    """How one assignment stands. ``key`` is a state of the vocabulary or ``overdue``.

    ``days_overdue`` counts calendar days from 1, ``days_left`` working days to the practical due day (0 on it).
    ``due_at`` and ``minutes_left`` (negative once it has passed) only for an ad-hoc request.
    """

    key: str
    duty: str
    due_on: date
    practical_due_on: date
    days_overdue: int | None
    days_left: int | None
    extended_from: date | None
    agreed_until: date | None
    arrived_on: date | None
    """None before anything has come, and where the day is not known."""
    late: bool
    due_at: datetime | None
    minutes_left: int | None
    acknowledged_at: datetime | None
    signing_on: date | None = None
    """When the agency expects its report to be signed (chờ ký); while that lies ahead nobody is reminded."""
    unseen: bool = False
    """Whether it waits for the initial review: it may have sent long ago."""
    no_day: str = ""
    """Why a report that came has no day of arrival: ``unknown``, or ``covered`` by another agency's."""
    stated: bool = False
    """It rests on the agency's word that the document went another way; ``arrived_on`` is the day stated."""
    again_by: date | None = None
    """Until when a report that was sent back is asked for again."""
    counted_on: date | None = None
    """The day printed on the document, earlier than ``arrived_on``, where the plan judges lateness by it."""
    closed: bool = False
    """The period is closed (đã chốt): nothing is chased any more, a report may still be sent."""
    given_day: bool = False
    """A day that this agency alone was given, by gia hạn or agreed, is not over."""
    in_time_until: date | None = None
    """The due day, once the last working day before it is over and it is not."""
    overdue_from: date | None = None
    """The day from which it is overdue, once the due day is over and grace is not."""

    @property
    def words(self) -> str:
        """The state as coordinators read it, everywhere the same."""
        return staff_state(self.key, unseen=self.unseen, stated=self.stated)

    @property
    def closed_unsent(self) -> bool:
        """Whether the period was closed without this agency's report, or without what it was to complete, and no day is left to it."""
        return (
            self.closed
            and not self.given_day
            and self.key in ("open", "overdue", "soft_received", "returned", "awaiting_assignment")
        )


@dataclass(frozen=True)
class FileView:
    """A stored file as a page shows it; ``size`` in bytes; ``borrows``: it shows figures or pictures of another file."""

    public_id: str
    file_name: str
    media_type: str
    size: int
    borrows: bool = False


@dataclass(frozen=True)
class VersionView:
    """One version of what an agency sent. ``state`` is the review of this assignment."""

    public_id: str
    receipt_number: str
    version: int
    form: str
    channel: str
    state: str
    document_number: str | None
    document_on: date | None
    incoming_number: str | None
    arrived_on: date | None
    arrived_at: datetime
    recorded_by: str
    note: str
    remarks: str
    entries: list[dict[str, Any]]
    figures: list[dict[str, Any]]
    files: list[FileView]
    covered_by: str | None = None
    """The duty whose report covers this one, when it points to another's."""
    apart: Apart | None = None
    """It was set apart: nobody reads what it said (S13)."""
    by_staff: bool = False
    """A coordinator typed what it says in the agency's place."""
    stated: bool = False
    """The agency says it sent it another way; nobody has found it yet."""


@dataclass(frozen=True)
class OutlineRow:
    """One task of the report's outline: ``id`` names its fields, ``clauses`` are its printed labels."""

    id: str
    title: str
    clauses: list[str]
    note: str


def standing_of(
    ctx: Context,
    assignment: Assignment | Owed,
    period: Period,
    agreed_until: date | None = None,
    days_left: int | None = None,
    signing_on: date | None = None,
    covered: set[int] | None = None,
    again_by: date | None = None,
    *,
    stated: bool = False,
    hourly: bool | None = None,
) -> Standing:
    """Judge one assignment at ``ctx.as_of``. Nobody is called overdue before the initial review (S3).

    ``covered``: those that another's report covers, where a list looked them up. ``hourly``: whether it is of an ad-hoc
    request; looked up unless the caller knows, which for hundreds of rows it should.
    """
    unseen = period.needs_confirmation and period.confirmed_at is None
    days = None if unseen else overdue_days(ctx, assignment)
    if hourly is None:
        hourly = is_request(ctx.session.get_one(Obligation, period.obligation_id))
    due_at = assignment.due_at if hourly else None
    until, since = (None, None) if due_at else _still(ctx, assignment)
    return Standing(
        key="overdue" if days is not None else assignment.state.value,
        duty=assignment.duty.value,
        due_on=assignment.due_on,
        practical_due_on=assignment.practical_due_on,
        days_overdue=days,
        days_left=days_left if due_at is None else None,
        extended_from=period.due_on if has_own_date(assignment, period) else None,
        agreed_until=agreed_until,
        arrived_on=assignment.first_received_on,
        late=came_late(ctx, assignment),
        due_at=due_at,
        minutes_left=int((due_at - ctx.as_of) / timedelta(minutes=1)) if due_at else None,
        acknowledged_at=assignment.acknowledged_at,
        signing_on=signing_on,
        unseen=unseen and assignment.state == AssignmentState.open,
        no_day=_no_day(ctx, assignment, covered),
        stated=stated,
        again_by=again_by,
        counted_on=_counted_on(assignment),
        closed=period.state == PeriodState.closed,
        given_day=(has_own_date(assignment, period) and ctx.as_of < assignment.overdue_at)
        or (agreed_until is not None and ctx.today <= agreed_until),
        in_time_until=until,
        overdue_from=since,
    )


def _still(ctx: Context, assignment: Assignment | Owed) -> tuple[date | None, date | None]:
    """Days off before the due day, and grace after it: until when a report is in time, from when its lack is overdue."""
    if ctx.today <= assignment.practical_due_on or ctx.as_of >= assignment.overdue_at:
        return None, None
    if ctx.today <= assignment.due_on:
        return assignment.due_on, None
    return None, local_date(assignment.overdue_at, ctx.settings.timezone) if assignment.duty in BINDING else None


def _counted_on(assignment: Assignment | Owed) -> date | None:
    day, _ = judged_by(assignment)
    return day if day != assignment.first_received_on else None


def _no_day(ctx: Context, assignment: Assignment | Owed, covered: set[int] | None) -> str:
    if assignment.first_received_on is not None or assignment.state not in RECEIVED:
        return ""
    number = assignment.id or 0
    return "covered" if number in (covered_among(ctx, [number]) if covered is None else covered) else "unknown"


def covered_among(ctx: Context, assignment_ids: Sequence[int]) -> set[int]:
    """Those whose report in force only points to another agency's. No statement when there are none."""
    if not assignment_ids:
        return set()
    query = (
        select(col(SubmissionAssignment.assignment_id))
        .join(Submission, col(SubmissionAssignment.submission_id) == Submission.id)
        .where(
            col(SubmissionAssignment.assignment_id).in_(assignment_ids),
            Submission.form == SubmissionForm.covered,
            *in_force(),
        )
    )
    return set(ctx.session.exec(query).all())


def has_own_date(assignment: Assignment | Owed, period: Period) -> bool:
    """Whether the agency was given another day than the others; a date that stayed when the period's moved is none."""
    return assignment.due_on != period.due_on and not assignment.kept_due


def working_days_left(ctx: Context, practical_due_on: date) -> int | None:
    """Working days after today up to the practical due day; 0 on it, None after it."""
    if ctx.today > practical_due_on:
        return None
    return ctx.calendar.count(ctx.today, practical_due_on) - int(ctx.calendar.is_working(ctx.today))


def agreed_until(ctx: Context, assignment_ids: list[int] | SelectOfScalar[Any]) -> dict[int, date]:
    """The latest agreed late day of each assignment that has one. No statement when there are no assignments."""
    if isinstance(assignment_ids, list) and not assignment_ids:
        return {}
    rows = ctx.session.exec(
        select(col(AgreedLateness.assignment_id), col(AgreedLateness.until_on))
        .where(col(AgreedLateness.assignment_id).in_(assignment_ids))
        .order_by(col(AgreedLateness.id))
    ).all()
    return dict(rows)


def extensions_of(ctx: Context, assignment_id: int) -> list[Extension]:
    """Extensions granted, oldest first."""
    query = select(Extension).where(Extension.assignment_id == assignment_id).order_by(col(Extension.id))
    return list(ctx.session.exec(query).all())


def versions_of(ctx: Context, assignment_id: int) -> list[VersionView]:
    """Every version sent for one assignment, newest first."""
    rows = ctx.session.exec(_VERSIONS, params={"assignment": assignment_id}).all()
    numbers = [s.id or 0 for s, _ in rows]
    borrowing = {digest for s, _ in rows for digest in s.content.get(BORROWS, [])}
    files, apart = _files_of(ctx, numbers, borrowing), apart_of(ctx, numbers)
    return [
        _version(submission, link, files.get(submission.id or 0, []), apart.get(submission.id or 0))
        for submission, link in rows
    ]


def outline_of(
    obligation: Obligation, period: Period, plan_outline: dict[str, tuple[str, list[str], str]]
) -> list[OutlineRow]:
    """The tasks a period's report is written by; ``plan_outline`` maps id to title, clauses and note."""
    wanted = spec_in(obligation, period).outline
    return [OutlineRow(item, *plan_outline[item]) for item in wanted if item in plan_outline]


def _version(
    submission: Submission, link: SubmissionAssignment, files: list[FileView], apart: Apart | None
) -> VersionView:
    said = part_of(submission, link)
    return VersionView(
        public_id=submission.public_id,
        receipt_number=submission.receipt_number,
        version=submission.version,
        form=submission.form.value,
        channel=submission.channel.value,
        state=_state(submission, link),
        document_number=submission.document_number,
        document_on=submission.document_on,
        incoming_number=submission.incoming_number,
        arrived_on=submission.arrived_on,
        arrived_at=submission.arrived_at,
        recorded_by=submission.recorded_by,
        note=submission.note,
        remarks=link.remarks,
        entries=[{**NO_ENTRY, **entry} for entry in said.get("entries", [])],
        figures=[{**NO_FIGURE, **figure} for figure in said.get("figures", [])],
        files=files,
        covered_by=submission.content.get("covered_by"),
        apart=apart,
        by_staff=entered_by_staff(submission.content),
        stated=is_stated(submission),
    )


def _state(submission: Submission, link: SubmissionAssignment) -> str:
    if submission.state in OUT:
        return submission.state.value
    return OUT[0].value if link.replaced_at else link.state.value


def _files_of(ctx: Context, submission_ids: list[int], borrowing: set[str]) -> dict[int, list[FileView]]:
    if not submission_ids:
        return {}
    rows = ctx.session.exec(
        select(Attachment).where(col(Attachment.submission_id).in_(submission_ids)).order_by(col(Attachment.id))
    ).all()
    found: dict[int, list[FileView]] = {}
    for row in rows:
        shown = FileView(row.public_id, row.file_name, row.media_type, row.size, row.sha256 in borrowing)
        found.setdefault(row.submission_id, []).append(shown)
    return found
