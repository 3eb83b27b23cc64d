"""Foretelling what delivery would do: the same decisions, recorded on a copy; nothing leaves."""

from models.enums import MessageState
from models.tables import Contact, Message
from obligations.services.context import Context
from obligations.services.sending.deliver_claim import due
from obligations.services.sending.deliver_judge import Ends, Goes, Verdict, Waits, judge
from obligations.services.sending.deliver_settle import RECORDED
from obligations.services.sending.message_proof import text_digest
from obligations.services.sending.render import gather, kind_now, render_message, subject_of
from obligations.services.sending.render_rows import Row, overtaken_items, read_all, rows_by_message
from obligations.services.sending.send_gate import put_off


def rehearse(ctx: Context, room: int, *, texts: bool = False) -> int:
    """Record what ``deliver_due`` would hand over now: for simulations.

    ``room``: how many may still go today. ``texts``: keep the digest of each text, without its personal link.
    Returns how many messages would have gone.
    """
    messages = [*due(ctx, urgent=True), *due(ctx, urgent=False)]
    if not messages:
        return 0
    rows = rows_by_message(ctx, [m.id or 0 for m in messages])
    every = [row for mine in rows.values() for row in mine]
    contacts = read_all(ctx, Contact, {m.contact_id for m in messages if m.contact_id is not None})
    overtaken, sources = overtaken_items(ctx, every), gather(ctx, messages, every)
    verdicts: dict[int, Verdict] = {}
    going: list[tuple[Message, str]] = []
    for message in messages:
        if message.priority == 0 and len(going) >= room:
            break
        mine: list[Row] = rows.get(message.id or 0, [])
        verdict = judge(ctx, message, mine, contacts.get(message.contact_id or 0), overtaken)
        verdicts[message.id or 0] = verdict
        if isinstance(verdict, Goes):
            going.append((message, kind_now(ctx, message, verdict.rows)))
    verdicts |= {number: Waits(at) for number, at in put_off(ctx, going).items()}
    handed = 0
    with ctx.session.no_autoflush:  # no decision reads another message's outcome, so all are written at once
        for message in messages[: len(verdicts)]:
            verdict = verdicts[message.id or 0]
            if isinstance(verdict, Waits):
                message.state, message.next_at = MessageState.retry, verdict.until
            elif isinstance(verdict, Ends):
                message.state, message.reason, message.finished_at = MessageState.cancelled, verdict.reason, ctx.as_of
            else:
                message.subject = subject_of(ctx, message, verdict.rows, sources)
                if texts:
                    text = render_message(ctx, message, verdict.rows, link=None, sources=sources).text
                    message.body_sha256 = text_digest(text)
                _record(ctx, message, verdict)
                handed += 1
    return handed


def _record(ctx: Context, message: Message, verdict: Goes) -> None:
    message.address = verdict.contact.address
    message.attempts += 1
    message.state, message.reason, message.finished_at = MessageState.recorded, RECORDED, ctx.as_of
    message.lease_until = None
