"""What an application would do, by doing it: in a transaction that is taken back whole."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, func, select

from models.enums import MessageState
from models.tables import Agency, Message
from obligations.services.context import Context
from obligations.services.planning.apply_plan import EVERYTHING, Applied, apply_plan
from obligations.services.planning.diff import Change, diff_plan
from obligations.services.planning.impact import Impact, Need
from obligations.services.sending.render import render_message, rows_of
from plans.schema import PlanFile


@dataclass(frozen=True)
class NoticeDraft:
    """One message that would be written. ``state`` says whether it goes at ``at``, waits for its basis or for a person."""

    agency: str
    kind: str
    audience: str
    at: datetime
    state: str
    subject: str
    text: str


@dataclass(frozen=True)
class Preview:
    """Everything an application would change. ``refused``: what would have to be allowed by name first."""

    slug: str
    version: int
    changed: bool
    changes: list[Change]
    periods: list[Impact]
    opened: list[str]
    notices: list[NoticeDraft]
    cancelled: int
    """Waiting messages that would fall away."""
    refused: list[Need]


def preview_plan(
    ctx: Context, plan_file: PlanFile, since: date | None = None, prepare: Callable[[Context], object] | None = None
) -> Preview:
    """Apply a file, look, and take it all back. ``prepare`` is what an application does first, such as the registry."""
    trial = ctx.session.begin_nested()
    try:
        if prepare is not None:
            prepare(ctx)
        changes = diff_plan(ctx, plan_file)
        newest, cancelled = _newest(ctx), _cancelled(ctx)
        applied = apply_plan(ctx, plan_file, since, EVERYTHING)
        return _preview(applied, changes, _drafts(ctx, newest), _cancelled(ctx) - cancelled)
    finally:
        trial.rollback()
        ctx.session.expire_all()


def _preview(applied: Applied, changes: list[Change], drafts: list[NoticeDraft], gone: int) -> Preview:
    return Preview(
        slug=applied.slug,
        version=applied.version,
        changed=applied.changed,
        changes=changes,
        periods=applied.periods,
        opened=applied.opened,
        notices=drafts,
        cancelled=gone,
        refused=applied.needed,
    )


def preview_rows(preview: Preview) -> list[Change]:
    """A preview as one list of differences: the file's first, then each live period's, then who would be told."""
    rows = [*preview.changes, *period_rows(preview.periods)]
    rows += [Change("", f"notice {d.kind} {d.agency}", None, d.subject) for d in preview.notices]
    return rows + [Change("", f"needs --allow {need.allow}", None, need.what) for need in preview.refused]


def period_rows(impacts: Iterable[Impact]) -> list[Change]:
    """What becomes of live periods, as differences."""
    return [row for impact in impacts for row in _period_rows(impact)]


def _period_rows(impact: Impact) -> list[Change]:
    where, code, move = f"period {impact.period}", impact.obligation, impact.move
    rows = []
    if move is not None:
        days = [
            ("due_on", move.due_on_before, move.due_on),
            ("practical_due_on", move.practical_before, move.practical_due_on),
            ("grace_until", move.grace_before, move.grace_until),
        ]
        rows += [Change(code, f"{where}: {name}", f"{old}", f"{new}") for name, old, new in days if old != new]
        rows.append(Change(code, f"{where}: told the old date", f"{move.told} of {move.assignments}", None))
    if impact.ends:
        rows.append(Change(code, where, "open", impact.ends))
    if impact.reopens:
        rows.append(Change(code, where, "ended", "open"))
    rows += [Change(code, f"{where}: agency", None, agency) for agency in impact.added]
    rows += [Change(code, f"{where}: agency", agency, None) for agency in impact.removed]
    rows += [Change(code, f"{where}: outline", None, item) for item in impact.outline_added]
    rows += [
        Change(code, f"{where}: outline", f"{loss.id}, written on in {loss.submissions} reports", None)
        for loss in impact.outline_removed
    ]
    return rows


def _newest(ctx: Context) -> int:
    return ctx.session.exec(select(func.max(Message.id))).one() or 0


def _cancelled(ctx: Context) -> int:
    query = select(func.count()).select_from(Message).where(Message.state == MessageState.cancelled)
    return ctx.session.exec(query).one()


def _drafts(ctx: Context, newest: int) -> list[NoticeDraft]:
    query = (
        select(Message, Agency)
        .join(Agency, col(Message.agency_id) == Agency.id)
        .where(col(Message.id) > newest, Message.state != MessageState.cancelled)
        .order_by(col(Agency.position), col(Message.id))
    )
    return [_draft(ctx, message, agency) for message, agency in ctx.session.exec(query).all()]


def _draft(ctx: Context, message: Message, agency: Agency) -> NoticeDraft:
    shown = render_message(ctx, message, rows_of(ctx, message), link=None)
    at = message.planned_at.astimezone(ctx.settings.zone)
    return NoticeDraft(
        agency.code, message.kind, message.audience.value, at, message.state.value, shown.subject, shown.text
    )
