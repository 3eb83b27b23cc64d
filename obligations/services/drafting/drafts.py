"""Drafts of reports: kept for the agency's own people, never counted, never shown to anybody else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, delete, select

from models.tables import Assignment, ReportDraft
from obligations.errors import Refused
from obligations.rules.lateness import FINAL
from obligations.services.accounts.access import Actor
from obligations.services.asks.own_duty import own_duty
from obligations.services.context import App, Context

_DRAFT = select(ReportDraft).where(
    col(ReportDraft.assignment_id) == bindparam("assignment"), col(ReportDraft.agency_id) == bindparam("agency")
)
_DROP = (
    delete(ReportDraft)
    .where(col(ReportDraft.assignment_id) == bindparam("assignment"), col(ReportDraft.agency_id) == bindparam("agency"))
    .execution_options(synchronize_session=False)
)
KEPT_FOR = timedelta(days=400)
"""After this a draft that nobody touched is of no use to anybody."""
_IS_OVER = (col(ReportDraft.saved_at) < bindparam("before")) | col(ReportDraft.assignment_id).in_(
    select(Assignment.id).where(col(Assignment.state).in_(FINAL))
)
_ANY_OVER = select(ReportDraft.id).where(_IS_OVER).limit(1)


class StaleDraft(Refused):
    """Another page has saved the draft meanwhile; ``version`` is the one that stands."""

    def __init__(self, text: str, version: int) -> None:
        super().__init__(text)
        self.version = version


@dataclass(frozen=True)
class Draft:
    """What was typed, and which saving it was (0: none)."""

    version: int
    saved_at: datetime | None
    content: dict[str, Any]


NO_DRAFT = Draft(0, None, {})


def draft_of(ctx: Context, actor: Actor, assignment_id: int) -> Draft:
    """The draft of the actor's agency; ``NO_DRAFT`` when there is none, or its link does not open the task."""
    if not actor.opens(assignment_id):
        return NO_DRAFT
    row = ctx.session.exec(_DRAFT, params={"assignment": assignment_id, "agency": actor.agency_id}).first()
    return Draft(row.version, row.saved_at, row.content) if row is not None else NO_DRAFT


def save_draft(ctx: Context, actor: Actor, assignment_public_id: str, content: dict[str, Any], version: int) -> Draft:
    """Keep what was typed. ``version``: the saving that the page began from; StaleDraft when another page was faster.

    NotFound unless the duty is the actor's own; Refused when it is not to be sent any more.
    """
    assignment = own_duty(ctx, actor, assignment_public_id, owing=False)
    if assignment.state in FINAL:
        raise Refused("Nội dung này không còn phải gửi.")
    row = ctx.session.exec(
        select(ReportDraft)
        .where(ReportDraft.assignment_id == assignment.id, ReportDraft.agency_id == actor.agency_id)
        .with_for_update()
    ).first()
    if row is None:
        row = ReportDraft(
            assignment_id=assignment.id or 0, agency_id=assignment.agency_id, version=0, saved_at=ctx.as_of
        )
    if row.version != version and row.content != content:
        at = row.saved_at.astimezone(ctx.settings.zone)
        raise StaleDraft(
            f"Bản nháp đã được lưu ở một trang khác lúc {at:%H:%M} ngày {at:%d/%m/%Y}; nội dung trên trang này chưa lưu.",
            row.version,
        )
    if row.content != content or row.version == 0:
        row.version, row.content = row.version + 1, content
    row.saved_at = ctx.as_of
    ctx.session.add(row)
    ctx.session.flush()
    return Draft(row.version, row.saved_at, row.content)


def drop_draft(ctx: Context, actor: Actor, assignment_id: int) -> None:
    """Forget it: the report was submitted, or the agency begins anew."""
    if actor.opens(assignment_id):
        ctx.session.execute(_DROP, {"assignment": assignment_id, "agency": actor.agency_id})


def sweep_drafts(app: App, clock: Callable[[], datetime]) -> None:
    """Drafts of duties that are no more, and those that nobody touched for long, go."""
    now = clock()
    asked = {"before": now - KEPT_FOR}
    with app.read(now) as ctx:
        if ctx.session.exec(_ANY_OVER, params=asked).first() is None:
            return
    with app.write(now, "upkeep") as ctx:
        ctx.session.exec(delete(ReportDraft).where(_IS_OVER), params=asked)
