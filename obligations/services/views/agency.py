"""What one agency sees of its own duties: everything goes through ``scope``, foreign ids are not found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlmodel import col, or_, select

from models.enums import AssignmentState, Basis, Duty, PeriodState, Urgency
from models.tables import Agency, Assignment, Attachment, Obligation, Period, Plan, Submission, SubmissionAssignment
from obligations.errors import NotFound
from obligations.rules.wording import clauses_text, duty_name, period_text, urgency_text
from obligations.services.accounts.access import Actor, scope, sent_scope, task_scope
from obligations.services.asks.signing import signing_until
from obligations.services.asks.view import AsksView, asks_of
from obligations.services.basis_notes import agreements, due_basis, extension_notes
from obligations.services.chasing.acknowledge import may_acknowledge
from obligations.services.chasing.again import Again, asked_again
from obligations.services.context import Context
from obligations.services.reviewing.issued import is_issued
from obligations.services.roster import receiver_of
from obligations.services.spec import is_request, plan_file_of, spec_in
from obligations.services.storage import stored_path
from obligations.services.submitting.kept import kept_words
from obligations.services.submitting.stated import stated_ids
from obligations.services.views.out_words import out_words
from obligations.services.views_shared import (
    OutlineRow,
    Standing,
    VersionView,
    outline_of,
    standing_of,
    versions_of,
    working_days_left,
)

_ONE = (
    sql_select(Assignment, Period, Obligation, Plan, col(Agency.name), col(Agency.kind))
    .join(Period, col(Assignment.period_id) == Period.id)
    .join(Obligation, col(Period.obligation_id) == Obligation.id)
    .join(Plan, col(Obligation.plan_id) == Plan.id)
    .join(Agency, col(Assignment.agency_id) == Agency.id)
    .where(col(Assignment.public_id) == bindparam("assignment"))
)
BY_DOCUMENT = ("party", "vertical", "association")
"""Kinds of agencies that mostly work outside the network of the government's departments."""


@dataclass(frozen=True)
class DutyView:
    """One thing an agency owes, with the reasons for its dates."""

    public_id: str
    title: str
    plan_number: str
    citation: str
    clause_text: str
    period_text: str
    receiver: str
    completes_on: str
    basis: str
    data_from: date | None
    data_to: date | None
    grace_until: date
    grace_applies: bool
    phrase: str | None
    reasons: list[str]
    why: str
    standing: Standing
    basis_note: str
    """What the date in force rests on: the document that extended it, or what the period's date rests on."""
    agreed_note: str
    data_basis: str | None
    data_basis_note: str
    urgency: str
    """"Khẩn", "Thượng khẩn", "Hỏa tốc"; empty for none."""
    content: str
    """What an ad-hoc request asks for, with its lines; empty for a duty of a document."""
    may_acknowledge: bool
    former: str | None = None
    """Name of the agency that sent it before this one took its work over."""
    opened: bool = True
    """Whether the asker may open its page: a personal link opens what its message was about."""


@dataclass(frozen=True)
class AgencyPage:
    """Everything one agency owes, open things first, each part by due date."""

    agency: str
    open: list[DutyView]
    done: list[DutyView]
    closed: list[DutyView]
    """Not sent, of periods that are closed."""

    @property
    def has_closed(self) -> bool:
        """Whether it shows what the asker's personal link does not open."""
        return not all(duty.opened for duty in (*self.open, *self.done, *self.closed))


@dataclass(frozen=True)
class DutyPage:
    """One duty with its outline and every version sent."""

    agency: str
    agency_id: int
    assignment_id: int
    duty: DutyView
    may_send: bool
    outline: list[OutlineRow]
    versions: list[VersionView]
    asks: AsksView
    """What the agency may ask for besides; nothing for anybody else."""
    other_way_first: bool = False
    """Its machines may not reach the portal: the way of documents is offered before the form."""
    issued: bool = False
    """The period is closed and its consolidated report has gone out: what comes now is "gửi sau phát hành"."""


@dataclass(frozen=True)
class ReceiptPage:
    """The confirmation of receipt of one version."""

    agency: str
    version: VersionView
    duties: list[tuple[str, str, str]]
    """Public id, title and period of each assignment it serves."""
    complete: bool
    """False while the signed document is still awaited (S2)."""
    due_on: date
    kept: str
    """How it stands to its date, in words; empty of what was only requested and came after its day."""
    basis: str
    receivers: list[str]
    """Whom the report went to: one name unless its duties have several."""
    plans: list[str]
    """What it was written for, by number and day."""
    out: list[str]
    """That it was taken back or replaced, in words; nothing while it counts."""
    each: list["ReceiptDuty"]
    """Every duty it serves with a day of its own; more than one of a joint report."""


@dataclass(frozen=True)
class ReceiptDuty:
    """One duty on a receipt. ``due_at``: the minute, of an ad-hoc request alone; ``kept``: how the report stands to the date."""

    public_id: str
    name: str
    due_on: date
    due_at: datetime | None
    basis: str
    kept: str


@dataclass(frozen=True)
class StoredView:
    """A file ready to be handed out."""

    path: Path
    file_name: str
    media_type: str


def agency_page(ctx: Context, actor: Actor) -> AgencyPage:
    """All duties of the actor's agency."""
    rows = ctx.session.exec(
        select(Assignment, Period, Obligation, Plan)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(scope(actor, Assignment.agency_id), Assignment.duty != Duty.for_information)
        .where(or_(Assignment.agency_id == actor.agency_id, col(Assignment.moved_to).is_(None)))
        .order_by(col(Assignment.due_on), col(Obligation.position))
    ).all()
    notes = _notes(ctx, [(row[0], row[1]) for row in rows])
    names = _names(ctx, actor.forebears)
    duties = [
        replace(_duty(ctx, *row, notes), former=names.get(row[0].agency_id), opened=actor.opens(row[0].id or 0))
        for row in rows
    ]
    waiting = ("open", "overdue", "soft_received", "returned", "awaiting_assignment")
    return AgencyPage(
        agency=actor.display_name,
        open=[d for d in duties if d.standing.key in waiting and (not d.standing.closed or d.standing.given_day)],
        closed=[d for d in duties if d.standing.closed_unsent],
        done=[d for d in duties if d.standing.key not in waiting],
    )


def duty_page(
    ctx: Context, actor: Actor, assignment_public_id: str, *, asks: bool = True, versions: bool = True
) -> DutyPage:
    """One duty in full; NotFound unless the actor may open it.

    ``asks``: with what its own agency may ask for; ``versions``: with what was sent, which an act may have no use for.
    """
    mine = _ONE.where(task_scope(actor))
    found = ctx.session.execute(mine, {"assignment": assignment_public_id}).first()
    if found is None:
        raise NotFound("no such assignment")
    assignment, period, obligation, plan, name, kind = found
    sent = versions_of(ctx, assignment.id or 0) if versions else []
    is_own = actor.agency_id == assignment.agency_id and assignment.id not in actor.over
    file = plan_file_of(ctx, plan, period.plan_version)
    outline = {item.id: (item.title, list(item.clauses), item.note) for item in file.outline}
    return DutyPage(
        agency=name,
        agency_id=assignment.agency_id,
        assignment_id=assignment.id or 0,
        duty=_duty(
            ctx,
            assignment,
            period,
            obligation,
            plan,
            _notes(ctx, [(assignment, period)], named=actor.agency_id is None),
        ),
        may_send=assignment.state.value not in ("ended", "exempt") and (is_own or actor.agency_id is None),
        outline=outline_of(obligation, period, outline),
        versions=sent,
        asks=asks_of(ctx, actor, assignment, period, obligation, sent) if asks and is_own else AsksView(),
        other_way_first=kind in BY_DOCUMENT,
        issued=period.state == PeriodState.closed and is_issued(ctx, assignment.period_id),
    )


def receipt_page(ctx: Context, actor: Actor, submission_public_id: str) -> ReceiptPage:
    """The receipt of one version; NotFound unless the actor may open what it was sent for. Of its duties those come first."""
    submission = ctx.session.exec(
        select(Submission).where(Submission.public_id == submission_public_id, sent_scope(actor))
    ).first()
    if submission is None:
        raise NotFound("no such submission")
    rows = ctx.session.exec(
        select(Assignment, Period, Obligation, Plan)
        .join(SubmissionAssignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(SubmissionAssignment.submission_id == submission.id)
        .order_by(col(Assignment.id))
    ).all()
    rows = sorted(rows, key=lambda row: not actor.opens(row[0].id or 0))
    first, period, *_ = rows[0]
    version = next(v for v in versions_of(ctx, first.id or 0) if v.public_id == submission_public_id)
    return ReceiptPage(
        agency=submission.agency_name,
        version=version,
        duties=[(a.public_id, o.title, period_text(p.label)) for a, p, o, _ in rows],
        complete=all(a.state.value != "soft_received" for a, *_ in rows),
        due_on=first.due_on,
        kept=kept_words(ctx, [a for a, *_ in rows]),
        basis=_receipt_basis(first, period),
        receivers=_once(_receiver(ctx, o, p, plan) for _, p, o, plan in rows),
        plans=_once(plan.citation for *_, plan in rows),
        out=out_words(ctx, submission, [(a.id or 0, o.title) for a, _, o, _ in rows]),
        each=[_receipt_duty(ctx, a, p, o) for a, p, o, _ in rows],
    )


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _receiver(ctx: Context, obligation: Obligation, period: Period, plan: Plan) -> str:
    receiver = receiver_of(ctx, spec_in(obligation, period).receiver, period)
    return receiver.name if receiver else plan.issuer


def _receipt_duty(ctx: Context, assignment: Assignment, period: Period, obligation: Obligation) -> ReceiptDuty:
    request = is_request(obligation)
    return ReceiptDuty(
        public_id=assignment.public_id,
        name=duty_name(obligation.title, period.label, request=request),
        due_on=assignment.due_on,
        due_at=assignment.due_at if request else None,
        basis=_receipt_basis(assignment, period),
        kept=kept_words(ctx, [assignment]),
    )


def _receipt_basis(assignment: Assignment, period: Period) -> str:
    return period.basis.value if assignment.due_on == period.due_on else Basis.letter.value


def attachment(ctx: Context, actor: Actor, public_id: str) -> StoredView:
    """One attachment; NotFound unless the actor may open what it was sent for."""
    row = ctx.session.exec(
        select(Attachment)
        .join(Submission, col(Attachment.submission_id) == Submission.id)
        .where(Attachment.public_id == public_id, sent_scope(actor))
    ).first()
    if row is None:
        raise NotFound("no such attachment")
    return StoredView(stored_path(ctx.settings, row.stored_as), row.file_name, row.media_type)


@dataclass(frozen=True)
class _Notes:
    """By assignment: until when sending later was agreed, what that rests on, what an extension rests on, when it is to be signed; those that rest on the agency's word."""

    until: dict[int, date]
    agreed: dict[int, str]
    extended: dict[int, str]
    signing: dict[int, date]
    stated: set[int]
    again: dict[int, Again]
    """What was sent back and is asked for again by a day."""


def _notes(ctx: Context, rows: Sequence[tuple[Assignment, Period]], *, named: bool = False) -> _Notes:
    ids = [a.id or 0 for a, _ in rows]
    agreed = agreements(ctx, ids, named=named) if ids else {}
    return _Notes(
        {number: until for number, (until, _) in agreed.items()},
        {number: said for number, (_, said) in agreed.items()},
        extension_notes(ctx, [a.id or 0 for a, p in rows if a.due_on != p.due_on]),
        signing_until(ctx, [a.id or 0 for a, _ in rows if a.snoozed_until is not None]),
        stated_ids(ctx, [a.id or 0 for a, _ in rows if a.state == AssignmentState.submitted]),
        asked_again(ctx, [a.id or 0 for a, _ in rows if a.state == AssignmentState.returned]),
    )


def _names(ctx: Context, agency_ids: Sequence[int]) -> dict[int | None, str]:
    if not agency_ids:
        return {}
    return dict(ctx.session.exec(select(Agency.id, Agency.name).where(col(Agency.id).in_(agency_ids))).all())


def _duty(
    ctx: Context, assignment: Assignment, period: Period, obligation: Obligation, plan: Plan, notes: _Notes
) -> DutyView:
    spec, number = spec_in(obligation, period), assignment.id or 0
    basis, basis_note = due_basis(assignment, period, notes.extended.get(number))
    left = working_days_left(ctx, assignment.practical_due_on)
    again = notes.again.get(number)
    return DutyView(
        public_id=assignment.public_id,
        title=obligation.title,
        plan_number=plan.number,
        citation=plan.citation,
        clause_text=clauses_text(obligation.clauses[:1]),
        period_text=period_text(period.label),
        receiver=_receiver(ctx, obligation, period, plan),
        completes_on=spec.completes_on,
        basis=basis,
        data_from=period.data_from,
        data_to=period.data_to,
        grace_until=period.grace_until,
        grace_applies=period.grace_applies,
        phrase=spec.deadline.phrase if spec.deadline else None,
        reasons=list(period.reasons),
        why=assignment.why,
        standing=standing_of(
            ctx,
            assignment,
            period,
            notes.until.get(number),
            left,
            notes.signing.get(number),
            again_by=again.by if again else None,
            stated=number in notes.stated,
        ),
        basis_note=basis_note,
        agreed_note=notes.agreed.get(number, ""),
        data_basis=period.data_basis.value if period.data_basis else None,
        data_basis_note=period.data_basis_note,
        urgency=urgency_text(Urgency(spec.urgency)) if spec.urgency else "",
        content=spec.description if spec.urgency else "",
        may_acknowledge=may_acknowledge(ctx, assignment, period, obligation),
    )
