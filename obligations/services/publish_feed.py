"""Keeping feed entries true to what is visible: an entry is rendered anew only when something visible changed."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import col, select

from calendars.entry import FeedEntry as Entry
from calendars.entry import render_entry
from calendars.vietnamese import format_day, format_long
from models.enums import AssignmentState, Basis, PeriodState
from models.tables import Agency, Assignment, Feed, FeedEntry, Obligation, Period, Plan
from obligations.rules.lateness import is_overdue
from obligations.rules.wording import clauses_text, period_text
from obligations.services.context import Context

PAST, AHEAD = timedelta(days=90), timedelta(days=400)
CANCELLED_STAYS = timedelta(days=30)
SENT = (AssignmentState.submitted, AssignmentState.accepted, AssignmentState.soft_received, AssignmentState.returned)


@dataclass(frozen=True)
class Visible:
    """What one entry shows. Equal values are equal bytes."""

    uid: str
    shown_on: date
    summary: str
    description: str
    url: str
    categories: tuple[str, ...]
    cancelled: bool
    changed_at: datetime


def refresh_feeds(ctx: Context, plan_id: int | None = None) -> int:
    """Bring every feed to what is visible at ``ctx.as_of``; returns how many entries changed."""
    changed = 0
    plans = ctx.session.exec(select(Plan) if plan_id is None else select(Plan).where(Plan.id == plan_id)).all()
    for plan in plans:
        feed = _feed(ctx, f"plan:{plan.slug}", plan_id=plan.id)
        changed += _bring(ctx, feed, _public_entries(ctx, plan))
    for agency_id, entries in _agency_entries(ctx).items():
        changed += _bring(ctx, _feed(ctx, f"agency:{agency_id}", agency_id=agency_id), entries)
    return changed


def _feed(ctx: Context, scope: str, plan_id: int | None = None, agency_id: int | None = None) -> Feed:
    feed = ctx.session.exec(select(Feed).where(Feed.scope == scope)).first()
    if feed is None:
        feed = Feed(scope=scope, plan_id=plan_id, agency_id=agency_id, version=1, changed_at=ctx.as_of)
        ctx.session.add(feed)
        ctx.session.flush()
    return feed


def feed_of_agency(ctx: Context, agency_id: int) -> Feed:
    """An agency's feed; made empty when the agency owes nothing yet."""
    return _feed(ctx, f"agency:{agency_id}", agency_id=agency_id)


def _public_entries(ctx: Context, plan: Plan) -> list[tuple[Visible, int, int | None]]:
    """One entry a period; internal dates and agencies' states stay out (domain.md 2.7)."""
    rows = ctx.session.exec(
        select(Obligation, Period)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .where(Obligation.plan_id == plan.id, Period.basis != Basis.internal)
    ).all()
    return [(_public(ctx, plan, o, p), p.id or 0, None) for o, p in rows if _in_window(ctx, p.practical_due_on)]


def _public(ctx: Context, plan: Plan, obligation: Obligation, period: Period) -> Visible:
    ended = period.state == PeriodState.ended
    state = "Không còn thực hiện" if ended else "Đã chốt" if period.state == PeriodState.closed else "Đang mở"
    return Visible(
        uid=f"dl-{period.public_id}@{ctx.settings.mail_domain}",
        shown_on=period.practical_due_on,
        summary=f"[{state}] {obligation.title}, kỳ {period.label}",
        description=_describe(plan, obligation, period, period.due_on, period.practical_due_on, state),
        url=f"{ctx.settings.base_url}/periods/{period.public_id}",
        categories=(state, plan.number),
        cancelled=ended,
        changed_at=max(period.opened_at, period.closed_at or period.opened_at),
    )


def _agency_entries(ctx: Context) -> dict[int, list[tuple[Visible, int, int | None]]]:
    """One entry an assignment, by agency, from one query."""
    rows = ctx.session.exec(
        select(Assignment, Period, Obligation, Agency)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .order_by(col(Assignment.id))
    ).all()
    plans = {plan.id: plan for plan in ctx.session.exec(select(Plan)).all()}
    found: dict[int, list[tuple[Visible, int, int | None]]] = {}
    for assignment, period, obligation, _agency in rows:
        mine = found.setdefault(assignment.agency_id, [])
        if _in_window(ctx, assignment.practical_due_on):
            plan = plans[obligation.plan_id]
            mine.append((_private(ctx, plan, obligation, period, assignment), period.id or 0, assignment.id))
    return found


def _private(ctx: Context, plan: Plan, obligation: Obligation, period: Period, assignment: Assignment) -> Visible:
    state = feed_state(ctx, period, assignment)
    changed_at = max(assignment.state_changed_at, period.opened_at)
    if state == "Quá hạn":
        changed_at = max(changed_at, assignment.overdue_at)
    return Visible(
        uid=f"dl-{assignment.public_id}@{ctx.settings.mail_domain}",
        shown_on=assignment.practical_due_on,
        summary=f"[{state}] {obligation.title}, kỳ {period.label}",
        description=_describe(plan, obligation, period, assignment.due_on, assignment.practical_due_on, state),
        url=f"{ctx.settings.base_url}/periods/{period.public_id}",
        categories=(state, plan.number),
        cancelled=state == "Không còn thực hiện",
        changed_at=changed_at,
    )


def feed_state(ctx: Context, period: Period, assignment: Assignment) -> str:
    """The state word of an entry (users.md, section 5)."""
    if period.state == PeriodState.ended or assignment.state in (AssignmentState.exempt, AssignmentState.ended):
        return "Không còn thực hiện"
    if assignment.state in SENT:
        return "Đã gửi"
    if is_overdue(assignment.state, assignment.duty, assignment.overdue_at, ctx.as_of):
        return "Quá hạn"
    if assignment.due_on != period.due_on:
        return f"Gia hạn tới {assignment.due_on:%d/%m}"
    return "Đang mở"


def _describe(plan: Plan, obligation: Obligation, period: Period, due_on: date, practical_on: date, state: str) -> str:
    lines = [
        f"Trạng thái: {state}.",
        f"Thời hạn: hết ngày {format_long(due_on)}.",
        f"Ngày làm việc cuối trong hạn: {format_long(practical_on)}.",
        f"Căn cứ: {clauses_text(obligation.clauses)}, {plan.citation}.",
        f"Kỳ báo cáo: {period_text(period.label)}.",
    ]
    if due_on != period.due_on:
        lines.insert(2, f"Thời hạn chung: hết ngày {format_day(period.due_on)}.")
    if period.basis == Basis.internal:
        lines.append("Ngày này do cơ quan tổng hợp ấn định nội bộ, không phải hạn trong văn bản.")
    lines.append("Lịch chỉ để theo dõi; thông báo chính thức được gửi bằng văn bản hoặc thư điện tử.")
    return "\n".join(lines)


def _in_window(ctx: Context, day: date) -> bool:
    return ctx.today - PAST <= day <= ctx.today + AHEAD


def _bring(ctx: Context, feed: Feed, wanted: Iterable[tuple[Visible, int, int | None]]) -> int:
    have = {e.uid: e for e in ctx.session.exec(select(FeedEntry).where(FeedEntry.feed_id == feed.id)).all()}
    changed = 0
    for visible, period_id, assignment_id in wanted:
        entry = have.pop(visible.uid, None)
        changed += _bring_entry(ctx, feed, entry, visible, period_id, assignment_id)
    for entry in have.values():
        ctx.session.delete(entry)
        changed += 1
    if changed:
        feed.version += 1
        feed.changed_at = max(ctx.as_of, feed.changed_at + timedelta(seconds=1))
    ctx.session.flush()
    return changed


def _bring_entry(
    ctx: Context, feed: Feed, entry: FeedEntry | None, visible: Visible, period_id: int, assignment_id: int | None
) -> int:
    shown = _shown(visible)
    digest = hashlib.sha256(json.dumps(shown, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    if entry is not None and entry.digest == digest:
        return _drop_old_cancelled(ctx, entry)
    if entry is None:
        entry = FeedEntry(
            feed_id=feed.id or 0, period_id=period_id, assignment_id=assignment_id, uid=visible.uid,
            created_at=visible.changed_at, changed_at=visible.changed_at, shown_on=visible.shown_on, digest="",
        )
    else:
        entry.sequence += 1
        entry.changed_at = max(visible.changed_at, entry.changed_at + timedelta(seconds=1))
    entry.digest, entry.visible, entry.shown_on = digest, shown, visible.shown_on
    entry.cancelled_at = (entry.cancelled_at or ctx.as_of) if visible.cancelled else None
    entry.rendered = render_entry(
        Entry(
            uid=visible.uid, sequence=entry.sequence, created_at=entry.created_at, changed_at=entry.changed_at,
            summary=visible.summary, description=visible.description, starts_on=visible.shown_on, url=visible.url,
            categories=visible.categories, cancelled=visible.cancelled,
        )
    )
    ctx.session.add(entry)
    return 1


def _drop_old_cancelled(ctx: Context, entry: FeedEntry) -> int:
    """A cancelled entry stays long enough for every client to see it; its row stays, empty, so its UID never returns."""
    if entry.cancelled_at is None or not entry.rendered or ctx.as_of < entry.cancelled_at + CANCELLED_STAYS:
        return 0
    entry.rendered = b""
    return 1


def _shown(visible: Visible) -> dict[str, Any]:
    return {
        "on": visible.shown_on.isoformat(),
        "summary": visible.summary,
        "description": visible.description,
        "url": visible.url,
        "categories": list(visible.categories),
        "cancelled": visible.cancelled,
    }
