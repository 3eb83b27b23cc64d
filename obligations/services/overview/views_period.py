"""One period with every agency in it, its steps and its consolidated reports."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from models.enums import Basis, MessageState
from models.tables import Assignment, Consolidation, Message, MessageItem, Obligation, PeriodStep, ReportTemplate
from obligations.errors import NotFound
from obligations.rules.wording import step_text
from obligations.services.chasing.approval import needs_approval
from obligations.services.chasing.uncorrected import uncorrected
from obligations.services.context import Context
from obligations.services.lookup import period_by_public_id
from obligations.services.overview.awaiting import AwaitingRow, awaiting_rows
from obligations.services.overview.period_agencies import AgencyRow, agency_rows
from obligations.services.overview.period_counts import PeriodRow, one_period
from obligations.services.plan_steps import is_consolidated
from obligations.services.planning.undo_extension import Given, newest_extension
from obligations.services.reviewing.edited_report import NumberApart
from obligations.services.reviewing.goes_out import EDITED
from obligations.services.reviewing.issued import AfterIssue, FromBefore, after_issue, from_before
from obligations.services.storage import stored_path
from obligations.services.views.agency import StoredView

EDITED_FILE = "ban-da-sua.docx"
"""The name under which the edited file is asked for."""


@dataclass(frozen=True)
class EditedView:
    """The file that was worked on in Word and goes out instead of what was made here.

    `apart`: how many of its numbers differ, and by its `reason` it goes out all the same. `numbers`: which they are, at most 100,
    those that are wrong in themselves first; `more`: how many there are besides (all, where an earlier release took the file).
    """

    file_name: str
    size: int
    by: str
    at: datetime
    apart: int
    reason: str
    numbers: list[NumberApart]
    more: int


@dataclass(frozen=True)
class ReportView:
    """One version of the consolidated report; ``files`` maps a format to its size in bytes."""

    public_id: str
    version: int
    state: str
    made_at: datetime
    made_by: str
    received: int
    missing: int
    files: dict[str, int]
    issued: str | None = None
    """Number and day under which it went out."""
    corrects: bool = False
    """Made after an earlier version had gone out."""
    issued_no: str = ""
    issued_on: date | None = None
    """The two parts of ``issued``."""
    submitted_by: str | None = None
    submitted_at: datetime | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    remarks: str | None = None
    """Why a *lãnh đạo duyệt* sent it back last."""
    template: str | None = None
    """File name and version of the department's own template; None for our own layout."""
    template_problem: str | None = None
    """Why our own layout was taken all the same."""
    edited: EditedView | None = None


@dataclass(frozen=True)
class StepRow:
    """One step of the period's calendar."""

    code: str
    text: str
    planned_at: datetime
    state: str
    done_at: datetime | None


@dataclass(frozen=True)
class PeriodPage:
    """Everything a coordinator steers a period by."""

    row: PeriodRow
    period_id: int
    obligation_id: int
    opens_on: date
    data_from: date | None
    data_to: date | None
    grace_until: date
    grace_applies: bool
    reasons: list[str]
    basis_note: str
    basis_number: str | None
    basis_on: date | None
    internal: bool
    data_basis: str | None
    data_basis_note: str
    needs_confirmation: bool
    confirmed_at: datetime | None
    confirmed_by: str | None
    opening_document: str | None
    cites_plan: bool
    held_openings: int
    drafts: int
    agencies: list[AgencyRow]
    awaiting: list[AwaitingRow]
    steps: list[StepRow]
    reports: list[ReportView]
    approves_issue: bool
    """Whether a *lãnh đạo duyệt* must approve a report before its number is recorded (S6)."""
    consolidates: bool
    after_issue: list[AfterIssue]
    from_before: list[FromBefore]
    extension: Given | None
    """The newest gia hạn chung, and whether it may be taken back."""
    uncorrected: list[str]
    """Names of agencies that a correction of a notice of this period could not reach."""
    deployment: str


# Built once: the page is asked for all day.
_FOR_PEOPLE = (
    select(Message.state, func.count(func.distinct(Message.id)))
    .join(MessageItem, col(MessageItem.message_id) == Message.id)
    .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
    .where(col(Assignment.period_id) == bindparam("period"))
    .where(col(Message.state).in_((MessageState.held, MessageState.draft)))
    .group_by(col(Message.state))
)
_STEPS = select(PeriodStep).where(col(PeriodStep.period_id) == bindparam("period")).order_by(col(PeriodStep.planned_at))
_REPORTS = (
    select(Consolidation, ReportTemplate)
    .outerjoin(ReportTemplate, col(Consolidation.template_id) == ReportTemplate.id)
    .where(col(Consolidation.period_id) == bindparam("period"))
    .order_by(col(Consolidation.version).desc())
)


def period_page(ctx: Context, public_id: str) -> PeriodPage:
    """One period in full; NotFound when there is none."""
    period = period_by_public_id(ctx, public_id)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    row = one_period(ctx, period.id or 0)
    messages = _waiting_for_people(ctx, period.id or 0)
    return PeriodPage(
        row=row,
        period_id=period.id or 0,
        obligation_id=obligation.id or 0,
        opens_on=period.opens_on,
        data_from=period.data_from,
        data_to=period.data_to,
        grace_until=period.grace_until,
        grace_applies=period.grace_applies,
        reasons=list(period.reasons),
        basis_note=period.basis_note,
        basis_number=period.basis_number,
        basis_on=period.basis_on,
        internal=period.basis == Basis.internal,
        data_basis=period.data_basis.value if period.data_basis else None,
        data_basis_note=period.data_basis_note,
        needs_confirmation=row.awaits_confirmation,
        confirmed_at=period.confirmed_at,
        confirmed_by=period.confirmed_by,
        opening_document=obligation.opening_document,
        cites_plan=obligation.cites_plan,
        held_openings=messages.get(MessageState.held, 0),
        drafts=messages.get(MessageState.draft, 0),
        agencies=agency_rows(ctx, period),
        awaiting=awaiting_rows(ctx, period.id),
        steps=_steps(ctx, period.id or 0),
        reports=_reports(ctx, period.id or 0),
        approves_issue=needs_approval(ctx),
        consolidates=is_consolidated(obligation, period),
        after_issue=after_issue(ctx, period.id or 0),
        from_before=from_before(ctx, period),
        extension=newest_extension(ctx, period),
        uncorrected=uncorrected(ctx, period.public_id),
        deployment=f"{row.plan_slug}--{row.obligation}",
    )


def report_file(ctx: Context, public_id: str, name: str) -> StoredView:
    """One file of a consolidated report; ``name`` is free before the suffix that chooses the format, but for ``EDITED_FILE``."""
    found = ctx.session.exec(select(Consolidation).where(Consolidation.public_id == public_id)).first()
    kind = EDITED if name == EDITED_FILE else name.rpartition(".")[2].lower()
    if found is None or kind not in found.files:
        raise NotFound("no such report")
    stored = found.files[kind]
    path = stored_path(ctx.settings, str(stored["stored_as"]))
    return StoredView(path, str(stored["file_name"]), str(stored["media_type"]))


def _waiting_for_people(ctx: Context, period_id: int) -> dict[MessageState, int]:
    """Held and draft messages of a period."""
    rows = ctx.session.exec(_FOR_PEOPLE, params={"period": period_id})
    return {MessageState(state): count for state, count in rows}


def _steps(ctx: Context, period_id: int) -> list[StepRow]:
    return [
        StepRow(s.code, step_text(s.code), s.planned_at, s.state.value, s.done_at)
        for s in ctx.session.exec(_STEPS, params={"period": period_id}).all()
    ]


def _reports(ctx: Context, period_id: int) -> list[ReportView]:
    rows = ctx.session.exec(_REPORTS, params={"period": period_id}).all()
    first = min((c.version for c, _ in rows if c.issued_number), default=None)
    return [
        ReportView(
            public_id=c.public_id,
            version=c.version,
            state=c.state.value,
            made_at=c.made_at,
            made_by=c.made_by,
            received=c.received,
            missing=c.missing,
            files={kind: int(f.get("size", 0)) for kind, f in c.files.items() if kind != EDITED},
            issued=c.issued_number,
            corrects=first is not None and c.version > first,
            **_number(c.issued_number),
            submitted_by=c.submitted_by,
            submitted_at=c.submitted_at,
            approved_by=c.approved_by,
            approved_at=c.approved_at,
            remarks=c.remarks,
            template=f"{template.file_name}, lần {template.version}" if template else None,
            template_problem=c.template_problem,
            edited=_edited(c.files.get(EDITED)),
        )
        for c, template in rows
    ]


def _edited(file: dict[str, Any] | None) -> EditedView | None:
    if file is None:
        return None
    facts = {name: file[name] for name in ("file_name", "size", "by", "apart", "reason")}
    numbers = [NumberApart(**one) for one in file.get("numbers", [])]
    more = file["apart"] - len(numbers)
    return EditedView(**facts, at=datetime.fromisoformat(file["at"]), numbers=numbers, more=more)


def _number(issued: str | None) -> dict[str, Any]:
    """``88/BC-STC ngày 06/11/2026`` in its parts, for the form that puts it right."""
    number, _, on = (issued or "").rpartition(" ngày ")
    return {"issued_no": number, "issued_on": date(*map(int, reversed(on.split("/")))) if number else None}
