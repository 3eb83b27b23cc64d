"""One assignment with everything decided about it, and the notices about any assignment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from models.enums import SubmissionState
from models.tables import Agency, Assignment, Message, MessageItem, Obligation, Period, Plan, Submission
from obligations.services.accounts.access import Actor
from obligations.services.agencies.agencies_view import agencies
from obligations.services.asks.more_time import MoreTimeRow, requests_of
from obligations.services.context import Context
from obligations.services.lookup import assignment_by_public_id
from obligations.services.overview.awaiting import AwaitingRow, awaiting_rows
from obligations.services.overview.beside import Beside, beside
from obligations.services.reviewing.covered import Coverer, coverers, waits_for
from obligations.services.reviewing.issued import AfterIssue, came_after_issue
from obligations.services.reviewing.seen import seen_mark
from obligations.services.reviewing.undo import Undoable, UndoneRow, undoable, undone
from obligations.services.sending.paused import is_paused
from obligations.services.views.agency import DutyPage, duty_page
from obligations.services.views.why_owed import why_lines
from obligations.services.views_shared import extensions_of


@dataclass(frozen=True)
class Notice:
    """One message about an assignment: what kind, in what state, when it went or is to go."""

    public_id: str
    kind: str
    audience: str
    state: str
    at: datetime


@dataclass(frozen=True)
class AssignmentPage:
    """One agency's duty as the coordinator reviews it."""

    duty: DutyPage
    period_public_id: str
    agency_code: str
    exempt_reason: str | None
    extensions: list[tuple[date, date, str, date]]
    """Day before, new day, number and date of the issuer's document."""
    notices: list[Notice]
    why: list[str]
    """Why this agency owes it: the opening day and everything that moved it since."""
    awaiting: AwaitingRow | None
    """Set while a person must decide who owes it."""
    snoozed_until: date | None = None
    """The last day without reminders, while that lies ahead."""
    agency_paused: bool = False
    asks: Sequence[MoreTimeRow] = ()
    """Requests for more time, newest first."""
    beside: Beside | None = None
    """The report beside the version before it and that of a year before; None while there is none."""
    coverers: Sequence[Coverer] = ()
    """Agencies whose report in force may have covered this duty."""
    covered_waits: str = ""
    """The body whose report the newest one points to and which is not there (chờ xác nhận)."""
    undoable: Sequence[Undoable] = ()
    """Acts that may be taken back."""
    undone: Sequence[UndoneRow] = ()
    deployment: str = ""
    """The workflow of the duty, by its name."""
    period_label: str = ""
    may_take: Sequence[tuple[str, str]] = ()
    """Code and name of every agency, while a person must decide who owes it."""
    seen: str = ""
    """How the duty stands on this page (``seen.check_seen``)."""
    after_issue: AfterIssue | None = None
    """The newest report that came after the consolidated report was issued (gửi sau phát hành)."""


def assignment_page(ctx: Context, actor: Actor, public_id: str) -> AssignmentPage:
    """One assignment for review; NotFound when there is none."""
    assignment = assignment_by_public_id(ctx, public_id)
    period = ctx.session.get_one(Period, assignment.period_id)
    number = assignment.id or 0
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    duty = duty_page(ctx, actor, public_id)
    awaiting = next((row for row in awaiting_rows(ctx, period.id) if row.public_id == public_id), None)
    return AssignmentPage(
        duty=duty,
        beside=beside(ctx, duty),
        coverers=coverers(ctx, number, reported=True),
        covered_waits=_covered_waits(ctx, assignment, duty),
        undoable=undoable(ctx, assignment),
        undone=undone(ctx, assignment),
        period_public_id=period.public_id,
        agency_code=ctx.session.get_one(Agency, assignment.agency_id).code,
        exempt_reason=assignment.exempt_reason,
        extensions=[(e.due_on_before, e.due_on, e.document_number, e.document_on) for e in extensions_of(ctx, number)],
        asks=requests_of(ctx, number),
        notices=notices_of(ctx, [number]).get(number, []),
        why=why_lines(ctx, assignment),
        snoozed_until=until if (until := assignment.snoozed_until) and until >= ctx.today else None,
        agency_paused=is_paused(ctx, agency_id=assignment.agency_id),
        deployment=f"{plan.slug}--{obligation.code}",
        period_label=period.label,
        awaiting=awaiting,
        may_take=[(a.code, a.name) for a in agencies(ctx, ctx.today)] if awaiting else (),
        seen=seen_mark(assignment),
        after_issue=came_after_issue(ctx, period.id or 0).get(public_id),
    )


def _covered_waits(ctx: Context, assignment: Assignment, duty: DutyPage) -> str:
    newest = next((v for v in duty.versions if v.state == SubmissionState.submitted.value), None)
    if newest is None or newest.covered_by is None:
        return ""
    sent = ctx.session.exec(select(Submission).where(Submission.public_id == newest.public_id)).one()
    return waits_for(ctx, assignment, sent)


def notices_of(ctx: Context, assignment_ids: list[int]) -> dict[int, list[Notice]]:
    """Messages about each assignment, newest first."""
    rows = ctx.session.exec(
        select(MessageItem.assignment_id, Message)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(col(MessageItem.assignment_id).in_(assignment_ids))
        .order_by(col(Message.planned_at).desc(), col(Message.id).desc())
    ).all()
    found: dict[int, list[Notice]] = {}
    for assignment_id, m in rows:
        notice = Notice(m.public_id, m.kind, m.audience.value, m.state.value, m.finished_at or m.planned_at)
        found.setdefault(assignment_id, []).append(notice)
    return found
