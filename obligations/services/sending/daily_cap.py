"""One message a contact a day: what waits for a full day is merged, or waits for the next working day; never dropped.

Works on what waits, whoever wrote it and in whatever order, so that doing it twice changes nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models.enums import Audience, MessageState
from models.tables import Assignment, MessageItem, Obligation, Period
from obligations.rules.batching import BATCHED
from obligations.rules.breaks import OVERDUE_KINDS, chasing_day
from obligations.rules.due import at_opening
from obligations.services.context import Context
from obligations.services.sending.batches import Batches, goes_after
from obligations.services.sending.daily_queue import (
    CHASES_BY_DATE,
    RANK,
    URGENCY,
    Queued,
    anything_waits,
    busy_contacts,
    line_up,
    queued,
    reached_today,
)
from obligations.services.sending.notices import office_moment
from obligations.services.sending.outbox import EXPIRES_AFTER, free_key
from obligations.services.sending.voice import Desks

OVERTAKEN = "Đã có thông báo mới hơn về cùng nội dung"
MERGED = "Đã gộp vào thông báo khác gửi cùng ngày"


def keep_to_cap(ctx: Context) -> int:
    """Spread what waits over the days; returns how many messages were moved, merged or overtaken."""
    line_up(ctx)
    ctx.session.flush()
    if not anything_waits(ctx):
        return 0
    placing = _Placing(ctx, Batches(ctx, Desks(ctx)))
    for contacts in busy_contacts(ctx):
        used = reached_today(ctx, contacts)
        for contact_id, waiting in queued(ctx, contacts).items():
            rows = [Queued(m, items, office_moment(ctx, max(m.next_at, ctx.as_of))) for m, items in waiting]
            placing.place(rows, used.get(contact_id, 0))
    ctx.session.flush()
    return placing.changed


@dataclass
class _Placing:
    """The work on one contact after the other. ``changed`` counts messages."""

    ctx: Context
    batches: Batches
    changed: int = 0

    def place(self, waiting: Sequence[Queued], used: int) -> None:
        """Give every message of one contact its day. ``used``: what the contact got today."""
        days: dict[date, list[Queued]] = defaultdict(list)
        for each in waiting:
            days[self._day(each)].append(each)
        while days:
            day = min(days)
            room = max(self.ctx.settings.daily_per_contact - (used if day == self.ctx.today else 0), 0)
            here = self._newest(days.pop(day))
            if len(here) > room:
                here = self._merged(here, day)
            here.sort(key=lambda q: (RANK.index(q.kind_on(self.ctx, day)), q.message.planned_at, q.message.id))
            for late in here[room:]:
                self._defer(late, day)
                days[self._day(late)].append(late)

    def _day(self, each: Queued) -> date:
        return each.at.astimezone(self.ctx.settings.zone).date()

    def _newest(self, here: list[Queued]) -> list[Queued]:
        """Of several messages about one assignment only the newest says it."""
        newest: dict[int, tuple[int, int]] = {}
        for item, _ in (row for each in here for row in each.rows):
            place = (item.revision, item.id or 0)
            newest[item.assignment_id] = max(newest.get(item.assignment_id, place), place)
        kept = []
        for each in here:
            stale = [row for row in each.rows if newest[row[0].assignment_id] != (row[0].revision, row[0].id or 0)]
            each.rows = [row for row in each.rows if row not in stale]
            if not each.rows:
                self._end(each, OVERTAKEN)
                continue
            for item, _ in stale:
                drop(item, OVERTAKEN)
            kept.append(each)
        return kept

    def _merged(self, here: list[Queued], day: date) -> list[Queued]:
        """One digest of what may be said together; it keeps the batch of what must be shown first."""
        groups: dict[object, list[Queued]] = defaultdict(list)
        for each in here:
            groups[self._together(each)].append(each)
        return [self._merge(group, day) for group in groups.values()]

    def _together(self, each: Queued) -> object:
        message, first = each.message, each.rows[0][1]
        decided = message.released_by is not None or message.audience == Audience.leader
        if decided or message.attempts or message.state != MessageState.planned:
            return message.id
        if message.kind not in (*CHASES_BY_DATE, "open"):
            return message.id
        part = self.batches.desks.part(message.agency_id, first)
        return ("date", part) if message.kind != "open" else ("open", part, self._basis(first))

    def _basis(self, assignment: Assignment) -> tuple[int, str | None]:
        """What an opening notice cites: notices of one plan that rest on one document go together."""
        period = self.ctx.session.get_one(Period, assignment.period_id)
        obligation = self.ctx.session.get_one(Obligation, period.obligation_id)
        return obligation.plan_id, obligation.opening_document

    def _merge(self, group: list[Queued], day: date) -> Queued:
        first, *others = sorted(group, key=lambda q: (URGENCY + RANK).index(q.kind_on(self.ctx, day)))
        for other in others:
            for item, _ in other.rows:
                item.message_id = first.message.id or 0
            first.rows += other.rows
            if other.message.batch_id is not None and first.message.batch_id is None:
                first.message.batch_id, first.at = other.message.batch_id, other.at
                self._set(first, other.at)
            free_key(other.message)
            self._end(other, MERGED)
        return first

    def _defer(self, late: Queued, day: date) -> None:
        """To the next working day; what then calls anything overdue is shown in a batch of that day first."""
        ctx, message = self.ctx, late.message
        opening = at_opening(day, ctx.settings.zone)
        following = ctx.calendar.next_working(day)
        kind = late.kind_on(ctx, following)
        confirmed = message.kind in BATCHED and (message.batch_id is None or message.released_by is not None)
        if kind in BATCHED and not confirmed:
            late.at = goes_after(ctx, opening)
            message.kind, message.batch_id = kind, self.batches.of_period(late.rows[0][1].period_id, late.at)
        else:
            late.at = at_opening(
                chasing_day(following, ctx.calendar) if kind in OVERDUE_KINDS else following, ctx.settings.zone
            )
        self._set(late, late.at)
        self.changed += 1

    def _set(self, each: Queued, moment: datetime) -> None:
        message = each.message
        message.planned_at = message.next_at = moment
        message.expires_at = moment + EXPIRES_AFTER

    def _end(self, each: Queued, reason: str) -> None:
        message = each.message
        message.state, message.reason, message.finished_at = MessageState.cancelled, reason, self.ctx.as_of
        self.changed += 1


def drop(item: MessageItem, reason: str) -> None:
    """Leave one item out of its message; it counts as told."""
    item.extra = {**item.extra, "dropped": reason}
