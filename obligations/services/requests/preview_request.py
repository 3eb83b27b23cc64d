"""A request before it is made: the very same acts in a transaction that is taken back, so that nothing differs."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from models.enums import StepName
from models.tables import Assignment, Message, MessageItem, Period, PeriodStep, Plan
from obligations.rules.wording import step_text, urgency_text
from obligations.services.context import App, Context
from obligations.services.requests.draft import RequestDraft
from obligations.services.requests.report import Requested, duty_of, request_report
from obligations.services.requests.views import Recipient, recipients
from obligations.services.sending.render import render_message, rows_of


@dataclass(frozen=True)
class PlannedReminder:
    """One reminder: its code, its name and when it goes to those who have not sent."""

    code: str
    text: str
    at: datetime


@dataclass(frozen=True)
class RequestPreview:
    """What making a request would do. ``subject`` and ``text``: of the first agency reached; empty when none is."""

    requested: Requested
    urgency: str
    recipients: list[Recipient]
    reminders: list[PlannedReminder]
    subject: str
    text: str


def preview_request(app: App, draft: RequestDraft, as_of: datetime, actor: str) -> RequestPreview:
    """Everything ``request_report`` would do and write; changes nothing. Refused as that would be."""
    with app.write(as_of, actor) as ctx:
        found = _look(ctx, draft, request_report(ctx, draft))
        ctx.session.rollback()
    return found


def _look(ctx: Context, draft: RequestDraft, requested: Requested) -> RequestPreview:
    plan = ctx.session.exec(select(Plan).where(Plan.slug == requested.slug)).one()
    _obligation, period = duty_of(ctx, plan)
    subject, text = _first_text(ctx, period)
    return RequestPreview(
        requested=requested,
        urgency=urgency_text(draft.urgency),
        recipients=recipients(ctx, period),
        reminders=_reminders(ctx, period),
        subject=subject,
        text=text,
    )


def _reminders(ctx: Context, period: Period) -> list[PlannedReminder]:
    query = (
        select(PeriodStep)
        .where(PeriodStep.period_id == period.id, PeriodStep.name == StepName.remind)
        .order_by(col(PeriodStep.planned_at))
    )
    zone = ctx.settings.zone
    return [
        PlannedReminder(step.code, step_text(step.code), step.planned_at.astimezone(zone))
        for step in ctx.session.exec(query).all()
    ]


def _first_text(ctx: Context, period: Period) -> tuple[str, str]:
    query = (
        select(Message)
        .join(MessageItem, col(MessageItem.message_id) == Message.id)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .where(Assignment.period_id == period.id)
        .order_by(col(Message.id))
    )
    message = ctx.session.exec(query).first()
    if message is None:
        return "", ""
    text = render_message(ctx, message, rows_of(ctx, message), link=None)
    return text.subject, text.text
