"""One assignment's record as events in time order, in words that claim no more than is known."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from models.enums import BatchState, EventKind, MessageState, OutcomeKind
from models.tables import AuditEntry, Delivery, PhoneCall, Submission
from obligations.rules import ledger_wording as words
from obligations.rules.masking import masked, masked_text
from obligations.rules.outcome_words import BY_CODE, code_words
from obligations.rules.wording import arrival_said
from obligations.services.context import Context
from obligations.services.ledgers.rows import MESSAGE_ACTS, PROVING, Record, Told
from obligations.services.stated_mark import is_stated

RECEIPT_CHANNELS = ("zalooa", "zns")
"""Channels whose provider says what became of a message, once its webhook reaches us."""
HANDED = (OutcomeKind.accepted, OutcomeKind.recorded)
ORDER = (
    "planned",
    "held",
    "batch",
    "released",
    "attempt",
    "sent",
    "recorded",
    "delayed",
    "delivered",
    "seen",
    "bounced",
)


@dataclass(frozen=True)
class LedgerEvent:
    """One thing that happened. ``kind`` is for programs, ``what`` and ``detail`` for people; ``at`` in the local zone.

    ``digest``: SHA-256 of the text that went (``message_proof``), on the event ``sent`` only.
    """

    at: datetime
    kind: str
    what: str
    detail: str = ""
    channel: str = ""
    audience: str = ""
    address: str = ""
    contact: str = ""
    by: str = ""
    notice: str = ""
    subject: str = ""
    message: str | None = None
    call: str | None = None
    """Public id of a call that may still be undone."""
    digest: str | None = None
    confirmed: bool | None = None
    """Of what was handed over: whether the recipient's side ever confirmed it; None where that is not asked."""


@dataclass(frozen=True)
class Reading:
    """How a ledger is to be read: with whole addresses or masked ones, and whether silence of a provider means anything."""

    ctx: Context
    addresses: bool
    receipts: bool

    def local(self, at: datetime) -> datetime:
        """The same moment in the installation's zone."""
        return at.astimezone(self.ctx.settings.zone)

    def address(self, text: str) -> str:
        """An address as this reader may see it."""
        return text if self.addresses else masked(text)

    def text(self, text: str) -> str:
        """A server's words as this reader may see them."""
        return text if self.addresses else masked_text(text)

    def moment(self, at: datetime) -> str:
        """``14:00 ngày 02/11/2026``."""
        local = self.local(at)
        return f"{local:%H:%M} ngày {local:%d/%m/%Y}"


def events_of(reading: Reading, record: Record) -> list[LedgerEvent]:
    """Everything about one assignment, in time order."""
    known = {told.message.id: told.message.public_id for told in record.told}
    found = [event for told in record.told for event in _of_message(reading, told, known)]
    found += [event for call in record.calls for event in _of_call(reading, call)]
    found += [_of_act(reading, entry) for entry in record.acts]
    found += [_of_submission(reading, submission) for submission in record.submissions]
    return sorted(found, key=lambda event: (event.at, ORDER.index(event.kind) if event.kind in ORDER else len(ORDER)))


def _of_message(reading: Reading, told: Told, known: dict[int | None, str]) -> Iterator[LedgerEvent]:
    message = told.message
    base = LedgerEvent(
        at=reading.local(message.created_at),
        kind="planned",
        what="",
        channel=words.channel_text(message.channel),
        audience=words.AUDIENCES.get(message.audience.value, message.audience.value),
        address=reading.address(message.address),
        contact=told.contact.label if told.contact else "",
        notice=message.kind,
        subject=message.subject,
        message=message.public_id,
    )
    yield _planned(reading, told, base, known)
    yield from _waits(reading, told, base)
    for entry in told.acts:
        yield _by_person(reading, entry, base)
    for delivery in told.deliveries:
        yield _attempt(reading, told, delivery, base)
    for event in told.events:
        what = words.EVENTS[event.kind]
        yield replace(
            base, at=reading.local(event.at), kind=event.kind.value, what=what, detail=reading.text(event.detail)
        )
    yield from _end(reading, told, base)


def _planned(reading: Reading, told: Told, base: LedgerEvent, known: dict[int | None, str]) -> LedgerEvent:
    message = told.message
    instead = f", thay cho thông báo không đến {known.get(message.fallback_of, '')}".rstrip()
    released = f"; chuyển theo quyết định của {message.released_by}" if message.released_by and not told.acts else ""
    return replace(
        base,
        what=f"Lập thông báo: {words.kind_text(message.kind)}{instead if message.fallback_of else ''}",
        detail=f"dự kiến gửi {reading.moment(message.planned_at)}{released}",
    )


def _waits(reading: Reading, told: Told, base: LedgerEvent) -> Iterator[LedgerEvent]:
    message, batch = told.message, told.batch
    if message.state in (MessageState.held, MessageState.draft):
        what = "Đang giữ, chờ quyết định" if message.state == MessageState.held else "Dự thảo, chờ người có thẩm quyền"
        yield replace(base, kind="held", what=what, detail=message.reason)
    if batch is None:
        return
    shown = f"Đưa vào đợt đôn đốc, nếu không dừng thì gửi lúc {reading.moment(batch.goes_at)}"
    yield replace(base, at=reading.local(batch.shown_at), kind="batch", what=shown)
    if batch.decided_at is not None and batch.state != BatchState.shown:
        what = "Đồng ý gửi đợt đôn đốc" if batch.state == BatchState.released else "Dừng đợt đôn đốc"
        at = reading.local(batch.decided_at)
        yield replace(base, at=at, kind="batch", what=what, detail=batch.reason, by=batch.decided_by or "")


def _by_person(reading: Reading, entry: AuditEntry, base: LedgerEvent) -> LedgerEvent:
    """An act on this message, whoever or whatever did it."""
    name, said = entry.action.partition(".")[2], entry.detail
    detail = str(said.get("reason") or said.get("remarks") or said.get("why") or code_words(said.get("code") or ""))
    what = MESSAGE_ACTS[entry.action]
    return replace(base, at=reading.local(entry.at), kind=name, what=what, detail=reading.text(detail), by=entry.actor)


def _attempt(reading: Reading, told: Told, delivery: Delivery, base: LedgerEvent) -> LedgerEvent:
    at, said = reading.local(delivery.ended_at or delivery.started_at), _said(reading, delivery)
    number = f"Lần chuyển thứ {delivery.number}"
    if delivery.outcome is None:
        return replace(base, at=at, kind="attempt", what=f"{number}: bắt đầu, chưa có kết quả", detail=said)
    outcome = words.OUTCOMES[delivery.outcome]
    if delivery.outcome not in HANDED:
        return replace(base, at=at, kind="attempt", what=f"{number}: {outcome}", detail=said)
    handed = replace(base, at=at, what=f"{number}: {outcome}", detail=said, digest=told.message.body_sha256)
    if delivery.outcome == OutcomeKind.recorded:
        return replace(handed, kind="recorded")
    return _confirmed(reading, told, replace(handed, kind="sent"), number)


def _confirmed(reading: Reading, told: Told, sent: LedgerEvent, number: str) -> LedgerEvent:
    """Say honestly whether anything is known beyond the provider's taking it."""
    if any(event.kind in PROVING for event in told.events):
        return replace(sent, confirmed=True)
    asked = reading.receipts and told.message.channel in RECEIPT_CHANNELS
    return replace(sent, confirmed=False, what=f"{number}: {words.AWAITING_RECEIPT if asked else words.NO_RECEIPT}")


def _said(reading: Reading, delivery: Delivery) -> str:
    if delivery.code in BY_CODE:  # said by ourselves, not by a provider
        return BY_CODE[delivery.code]
    parts = (f"mã trả lời {delivery.code}" if delivery.code else "", reading.text(delivery.text))
    return "; ".join(part for part in parts if part)


def _end(reading: Reading, told: Told, base: LedgerEvent) -> Iterator[LedgerEvent]:
    message = told.message
    if message.finished_at is None:
        return
    at, detail = reading.local(message.finished_at), reading.text(message.reason)
    acts = {entry.action for entry in told.acts}
    returned = any(event.kind == EventKind.bounced for event in told.events)
    if message.state == MessageState.failed and not returned and "message.failed" not in acts:
        yield replace(base, at=at, kind="failed", what="Không gửi được", detail=detail)
    if message.state == MessageState.cancelled and "message.cancelled" not in acts:
        yield replace(base, at=at, kind="cancelled", what="Không gửi nữa", detail=detail)


def _of_call(reading: Reading, call: PhoneCall) -> Iterator[LedgerEvent]:
    base = LedgerEvent(
        at=reading.local(call.called_at),
        kind="call",
        what=f"Gọi điện thoại: {words.CALLS[call.result]}",
        detail="; ".join(part for part in (call.person, call.answer) if part),
        channel=words.channel_text("phone"),
        address=reading.address(call.number),
        by=call.recorded_by,
        call=None if call.undone_at else call.public_id,
    )
    yield base
    if call.undone_at is not None:
        undone = f"Bỏ ghi nhận cuộc gọi lúc {reading.moment(call.called_at)}"
        at, by = reading.local(call.undone_at), call.undone_by or ""
        yield replace(base, at=at, kind="call_undone", what=undone, detail=call.undone_reason, by=by)


def _of_act(reading: Reading, entry: AuditEntry) -> LedgerEvent:
    return LedgerEvent(
        at=reading.local(entry.at),
        kind="act",
        what=words.ACTS[entry.action],
        detail="; ".join(_plain(entry.detail)),
        by=entry.actor,
    )


def _plain(detail: dict[str, Any]) -> list[str]:
    """What was decided, without names of fields: the document, the day, the reason."""
    names = {
        "document": "văn bản ",
        "decision": "",
        "due_on": "đến ngày ",
        "until_on": "đến ngày ",
        "reason": "lý do: ",
    }
    return [f"{word}{_day(str(detail[name]))}" for name, word in names.items() if detail.get(name)]


def _day(text: str) -> str:
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text


def _of_submission(reading: Reading, submission: Submission) -> LedgerEvent:
    stated = is_stated(submission)
    what = "Cơ quan báo đã gửi" if stated else "Nhận báo cáo"
    day = arrival_said(submission.arrived_on, submission.form, stated=stated)
    return LedgerEvent(
        at=reading.local(submission.recorded_at),
        kind="received",
        what=f"{what}, lần gửi thứ {submission.version}",
        detail=f"số xác nhận {submission.receipt_number}; {day}",
        by=submission.recorded_by,
    )
