"""Thông báo đính chính: what each agency was told before a plan changed, and the one notice that puts it right."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlmodel import col, select

from models.enums import AssignmentState, Audience, MessageState, PeriodState
from models.tables import Agency, Assignment, Message, MessageItem, Obligation, Period
from obligations.rules.due import at_opening
from obligations.rules.lateness import CHASED, COMPLETE
from obligations.rules.reminders import latest_step
from obligations.services.context import Context
from obligations.services.move_period import FINAL, GONE_OUT
from obligations.services.notices import HELD_FOR_LETTER, office_moment
from obligations.services.outbox import CHASES, Item, primary_contacts, write_message
from obligations.services.registry import role_holder
from obligations.services.spec import spec_in, steps_of

TELLING = (*CHASES, "correction", "extended", "agreed_late")
"""Kinds of messages that name the date; a receipt does not."""
WAITING = (MessageState.planned, MessageState.retry, MessageState.held, MessageState.leased)

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


@dataclass(frozen=True)
class Notice:
    """One assignment's part of a notice to write."""

    assignment: Assignment
    audience: Audience
    kind: str
    receiver: str
    item: Item


def snapshot(ctx: Context, obligation: Obligation, period: Period) -> Snapshot:
    """What the agencies of a period have been told so far."""
    rows = {a.id or 0: a for a in _rows(ctx, period)}
    gone: dict[Who, tuple[int, int]] = {}
    stopped: dict[Who, int] = {}
    pending: dict[Who, tuple[int, Facts]] = {}
    unopened = set()
    query = (
        select(MessageItem, Message)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(col(MessageItem.assignment_id).in_(list(rows)), col(Message.kind).in_((*TELLING, "ended")))
        .order_by(col(MessageItem.id))
    )
    for item, message in ctx.session.exec(query).all():
        who = (item.assignment_id, Audience(item.contact_key))
        if message.state in GONE_OUT and message.kind == "ended":
            gone.pop(who, None)  # for all it knows, it owes nothing
        elif message.state in GONE_OUT:
            gone[who] = (item.id or 0, item.revision)
        elif message.kind == "correction":
            pending[who] = (item.id or 0, item.extra.get("told", {}))
        elif message.kind in CHASES:
            stopped[who] = item.revision
            unopened |= {item.assignment_id} if message.kind == "open" and message.state in WAITING else set()
    told, told_at = {}, {}
    for who, (number, revision) in gone.items():
        later, facts = pending.get(who, (0, {}))
        told[who] = facts if later > number else facts_of(obligation, period, rows[who[0]])
        if who[1] == Audience.clerk and stopped.get(who) != revision:
            told_at[who[0]] = revision
    in_force = {n: row.revision for n, row in rows.items() if row.state not in FINAL}
    return Snapshot(told, frozenset(unopened), in_force, told_at)


def facts_of(obligation: Obligation, period: Period, row: Assignment) -> Facts:
    """What a message says of an assignment, as far as a plan can change it."""
    spec = spec_in(obligation, period)
    window = [d.isoformat() if d else None for d in (period.data_from, period.data_to)]
    return {
        "due_on": row.due_on.isoformat(),
        "due_at": _instant(row),
        "receiver": spec.receiver,
        "window": window,
        "outline": list(spec.outline),
        "completes_on": spec.completes_on,
    }


def settle(ctx: Context, period: Period, before: Snapshot) -> None:
    """A date that came back to the one last told needs no reminder again: those of that date count as they did."""
    for row in _rows(ctx, period):
        told, revision = before.told.get((row.id or 0, Audience.clerk)), before.told_at.get(row.id or 0)
        if told and revision and row.state not in FINAL and told.get("due_at") == _instant(row):
            row.revision = revision
    ctx.session.flush()


def notices_after(
    ctx: Context, obligation: Obligation, period: Period, before: Snapshot, documents: str | None, version: int
) -> list[Notice]:
    """What must be put right now that the change is made: to exactly those who were told otherwise."""
    rows = {a.id or 0: a for a in _rows(ctx, period)}
    found = []
    for (number, audience), told in before.told.items():
        row = rows[number]
        if row.state == AssignmentState.ended and row.left_as is not None and number in before.revisions:
            extra: Facts = {"told": told, "document": documents}
            found.append(_notice(obligation, period, row, audience, "ended", extra, f"ended:v{version}"))
        elif period.state == PeriodState.open and row.state not in FINAL:
            now = facts_of(obligation, period, row)
            also_sent = bool(set(now["outline"]) - set(told.get("outline", [])))
            if now == told or (row.state in COMPLETE and not also_sent):
                continue
            extra = {"told": told, "document": documents, "also_sent": also_sent}
            moved = audience == Audience.clerk and row.revision > before.revisions.get(number, row.revision)
            step = (moved and _step_come(ctx, obligation, period, row)) or f"correction:v{version}"
            found.append(_notice(obligation, period, row, audience, "correction", extra, step))
    return found


def still_corrects(
    ctx: Context, item: MessageItem, assignment: Assignment, period: Period, obligation: Obligation
) -> bool:
    """Whether a correction still has something to put right when it comes to be sent."""
    if assignment.state in FINAL or assignment.revision != item.revision:
        return False
    if assignment.state in COMPLETE and not item.extra.get("also_sent"):
        return False
    newer = (
        select(MessageItem.id)
        .join(Message, col(MessageItem.message_id) == Message.id)
        .where(
            MessageItem.assignment_id == item.assignment_id,
            MessageItem.contact_key == item.contact_key,
            Message.kind == "correction",
            Message.state != MessageState.cancelled,
            col(MessageItem.id) > (item.id or 0),
        )
    )
    differs = facts_of(obligation, period, assignment) != item.extra.get("told")
    return differs and ctx.session.exec(newer.limit(1)).first() is None


def write_notices(ctx: Context, notices: Sequence[Notice]) -> int:
    """One message a contact and kind, though several duties moved; a leader's waits for a person to release it."""
    grouped: dict[tuple[int, Audience, str, str], list[Notice]] = defaultdict(list)
    for notice in notices:
        grouped[notice.assignment.agency_id, notice.audience, notice.kind, notice.receiver].append(notice)
    when = office_moment(ctx, ctx.as_of)
    written = 0
    for audience in Audience:
        mine = {key: found for key, found in grouped.items() if key[1] == audience}
        contacts = primary_contacts(ctx, {key[0] for key in mine}, audience)
        state = MessageState.draft if audience == Audience.leader else MessageState.planned
        for (agency_id, _, kind, _), found in mine.items():
            if agency_id in contacts:
                write_message(ctx, contacts[agency_id], kind, [n.item for n in found], when, state)
                written += 1
    ctx.session.flush()
    return written


def open_anew(ctx: Context, obligation: Obligation, period: Period, rows: Collection[Assignment]) -> int:
    """Opening notices at the present revision: for new agencies, and where the one with the old date fell away."""
    if period.needs_confirmation and period.confirmed_at is None:
        return 0
    contacts = primary_contacts(ctx, [row.agency_id for row in rows], Audience.clerk)
    based = obligation.cites_plan or obligation.opening_document is not None
    state = MessageState.planned if based else MessageState.held
    when = office_moment(ctx, max(ctx.as_of, at_opening(period.opens_on, ctx.settings.zone)))
    told = [row for row in rows if row.agency_id in contacts and row.state in CHASED and row.duty != "for_information"]
    for row in told:
        item = Item(row.id or 0, "open", row.revision)
        write_message(ctx, contacts[row.agency_id], "open", [item], when, state, "" if based else HELD_FOR_LETTER)
    ctx.session.flush()
    return len(told)


def _instant(row: Assignment) -> str:
    return row.due_at.astimezone(UTC).isoformat()


def _rows(ctx: Context, period: Period) -> Sequence[Assignment]:
    query = select(Assignment).where(Assignment.period_id == period.id).order_by(col(Assignment.id))
    return ctx.session.exec(query).all()


def _notice(
    obligation: Obligation, period: Period, row: Assignment, audience: Audience, kind: str, extra: Facts, step: str
) -> Notice:
    receiver = spec_in(obligation, period).receiver or ""
    return Notice(row, audience, kind, receiver, Item(row.id or 0, step, row.revision, extra))


def _step_come(ctx: Context, obligation: Obligation, period: Period, row: Assignment) -> str | None:
    """The reminder whose day has come under a new date: the correction stands for it, so that it is not sent besides."""
    steps, zone = steps_of(obligation, period), ctx.settings.zone
    come = latest_step(steps, row.practical_due_on, (), ctx.as_of, ctx.calendar, zone)
    return come.code if come else None


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
