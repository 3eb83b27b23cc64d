"""Thông báo đính chính: the one notice that puts right what an agency was told before a plan changed."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from models.enums import AssignmentState, Audience, MessageState, PeriodState
from models.tables import Assignment, Message, MessageItem, Obligation, Period
from obligations.rules.due import at_opening
from obligations.rules.lateness import CHASED, COMPLETE, FINAL
from obligations.rules.reminders import latest_step
from obligations.services.context import Context
from obligations.services.sending.notices import HELD_FOR_LETTER, office_moment
from obligations.services.sending.outbox import Item, primary_contacts, write_message
from obligations.services.sending.told import Facts, Snapshot, facts_of, instant_of, rows_in
from obligations.services.spec import spec_in, steps_of


@dataclass(frozen=True)
class Notice:
    """One assignment's part of a notice to write."""

    assignment: Assignment
    audience: Audience
    kind: str
    receiver: str
    item: Item


def settle(ctx: Context, period: Period, before: Snapshot) -> None:
    """A date that came back to the one last told needs no reminder again: those of that date count as they did."""
    for row in rows_in(ctx, period):
        told, revision = before.told.get((row.id or 0, Audience.clerk)), before.told_at.get(row.id or 0)
        if told and revision and row.state not in FINAL and told.get("due_at") == instant_of(row):
            row.revision = revision
    ctx.session.flush()


def notices_after(
    ctx: Context, obligation: Obligation, period: Period, before: Snapshot, documents: str | None, version: int
) -> list[Notice]:
    """What must be put right now that the change is made: to exactly those who were told otherwise."""
    rows = {a.id or 0: a for a in rows_in(ctx, period)}
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
