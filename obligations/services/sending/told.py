"""What agencies have been told of a period so far, by the last message that went, and what it amounts to now."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.enums import Audience, MessageState
from models.tables import Agency, Assignment, Message, MessageItem, Obligation, Period
from obligations.clock import local_date
from obligations.rules.lateness import FINAL
from obligations.services.context import Context
from obligations.services.roster import role_holder
from obligations.services.sending.outbox import CHASES, GONE_OUT
from obligations.services.spec import spec_in

TELLING = (*CHASES, "correction", "extended", "agreed_late")
"""Kinds of messages that name the date; a receipt does not."""
WAITING = (MessageState.planned, MessageState.retry, MessageState.held, MessageState.leased)

_FIRST_NOTICES = (
    select(MessageItem.assignment_id, Message.finished_at)
    .join(Message, col(MessageItem.message_id) == Message.id)
    .where(
        col(MessageItem.assignment_id).in_(bindparam("owing", expanding=True)),
        Message.kind == "overdue",
        col(Message.state).in_((MessageState.sent, MessageState.recorded)),
    )
    .order_by(col(Message.finished_at).desc())
)

Who = tuple[int, Audience]
Facts = dict[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """Before a change: what was last told of each assignment, by audience, and whose opening notice still waits."""

    told: dict[Who, Facts]
    unopened: frozenset[int]
    """Assignments whose opening notice has not gone."""
    revisions: dict[int, int]
    """Of assignments that were in force."""
    told_at: dict[int, int]
    """The revision at which a clerk was last told, unless a reminder of that revision was stopped since."""


@dataclass
class _Heard:
    """Messages about a period's assignments, read in the order in which they were written."""

    gone: dict[Who, tuple[int, int]] = field(default_factory=dict)
    """Item and revision of the last that went."""
    stopped: dict[Who, int] = field(default_factory=dict)
    pending: dict[Who, tuple[int, Facts]] = field(default_factory=dict)
    unopened: set[int] = field(default_factory=set)

    def add(self, item: MessageItem, message: Message) -> None:
        """Take in the next message."""
        who = (item.assignment_id, Audience(item.contact_key.partition(":")[0]))
        if message.state in GONE_OUT and message.kind == "ended":
            self.gone.pop(who, None)  # for all it knows, it owes nothing
        elif message.state in GONE_OUT:
            self.gone[who] = (item.id or 0, item.revision)
            self.stopped.pop(who, None)  # what it overtook was not stopped since
        elif message.kind == "correction":
            self.pending[who] = (item.id or 0, item.extra.get("told", {}))
        elif message.kind in CHASES:
            self.stopped[who] = item.revision
            if message.kind == "open" and message.state in WAITING:
                self.unopened.add(item.assignment_id)


def snapshot(ctx: Context, obligation: Obligation, period: Period) -> Snapshot:
    """What the agencies of a period have been told so far."""
    rows = {a.id or 0: a for a in rows_in(ctx, period)}
    query = (
        select(MessageItem, Message)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(col(MessageItem.assignment_id).in_(list(rows)), col(Message.kind).in_((*TELLING, "ended")))
        .order_by(col(MessageItem.id))
    )
    heard = _Heard()
    for item, message in ctx.session.exec(query).all():
        heard.add(item, message)
    told, told_at = {}, {}
    for who, (number, revision) in heard.gone.items():
        later, facts = heard.pending.get(who, (0, {}))
        told[who] = facts if later > number else facts_of(obligation, period, rows[who[0]])
        if who[1] == Audience.clerk and heard.stopped.get(who) != revision:
            told_at[who[0]] = revision
    in_force = {n: row.revision for n, row in rows.items() if row.state not in FINAL}
    return Snapshot(told, frozenset(heard.unopened), in_force, told_at)


def facts_of(obligation: Obligation, period: Period, row: Assignment) -> Facts:
    """What a message says of an assignment, as far as a plan can change it."""
    spec = spec_in(obligation, period)
    window = [d.isoformat() if d else None for d in (period.data_from, period.data_to)]
    return {
        "due_on": row.due_on.isoformat(),
        "due_at": instant_of(row),
        "receiver": spec.receiver,
        "window": window,
        "outline": list(spec.outline),
        "completes_on": spec.completes_on,
    }


def remarks(ctx: Context, period: Period, told: Facts, now: Facts) -> list[str]:
    """What differs from what was told besides the date, which has a line of its own."""
    lines = []
    if told.get("due_on") == now["due_on"] and told.get("due_at") != now["due_at"]:
        ends = datetime.fromisoformat(now["due_at"]).astimezone(ctx.settings.zone)
        lines.append(
            f"Thời điểm hết hạn: {ends:%H:%M} ngày {ends:%d/%m/%Y}"
            if ends.time() != time()
            else "Thời điểm hết hạn: hết ngày nêu dưới đây"
        )
    if told.get("receiver") != now["receiver"] and now["receiver"]:
        lines.append(f"Nơi nhận báo cáo: {_name(ctx, now['receiver'], period.opens_on)}")
    if told.get("window") != now["window"] and all(now["window"]):
        first, last = (date.fromisoformat(day) for day in now["window"])
        lines.append(f"Kỳ số liệu: từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}")
    if told.get("completes_on") != now["completes_on"]:
        ways = {"signed": "văn bản ký số hoặc văn bản giấy", "soft": "bản mềm", "either": "văn bản hoặc bản mềm"}
        lines.append(f"Hình thức báo cáo: {ways[now['completes_on']]}")
    before, after = set(told.get("outline", [])), set(now["outline"])
    if after - before:
        lines.append(f"Đề cương báo cáo bổ sung {len(after - before):02d} nội dung, xem tại trang riêng")
    if before - after:
        lines.append(f"Đề cương báo cáo bớt {len(before - after):02d} nội dung, xem tại trang riêng")
    return lines


def _name(ctx: Context, code: str, on: date) -> str:
    holder = role_holder(ctx, code, on)
    agency = holder[0] if holder else ctx.session.exec(select(Agency).where(Agency.code == code)).first()
    return agency.name if agency else code


def instant_of(row: Assignment) -> str:
    """The due moment as facts hold it: ISO, in UTC."""
    return row.due_at.astimezone(UTC).isoformat()


def rows_in(ctx: Context, period: Period) -> Sequence[Assignment]:
    """Every assignment of a period, ended ones too."""
    query = select(Assignment).where(Assignment.period_id == period.id).order_by(col(Assignment.id))
    return ctx.session.exec(query).all()


def first_notices(ctx: Context, assignment_ids: Sequence[int]) -> dict[int, date]:
    """Day of the first overdue notice that went to each assignment's clerk."""
    rows = ctx.session.exec(_FIRST_NOTICES, params={"owing": list(assignment_ids)}).all()
    return {row[0]: local_date(row[1], ctx.settings.timezone) for row in rows if row[1] is not None}
