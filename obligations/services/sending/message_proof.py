"""What a sent message said, proved by a digest: the text itself stays with whoever received it."""

import hashlib
import hmac
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from models.tables import Message
from notifications.message import Mail
from obligations.errors import NotFound, Refused
from obligations.services.context import Context

WHOLE_TEXT = ("email", "webhook")
"""Channels that carry the long text; the others carry the short one or a template's values."""


@dataclass(frozen=True)
class Proof:
    """Whether a text is what went under a message's name."""

    message: str
    subject: str
    sent_at: datetime | None
    digest: str
    matches: bool


def text_digest(text: str) -> str:
    """SHA-256 of a text, whatever line ends and trailing blanks a mail program gave it.

    What is digested is NFC, with LF, no blanks before a line's end and one LF at the very end: a text as the templates
    make it is digested as it is.
    """
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    said = "\n".join(map(str.rstrip, lines)).strip("\n") + "\n"
    return hashlib.sha256(said.encode()).hexdigest()


def digest_of(mail: Mail) -> str:
    """Digest of what the recipient reads: the plain text of a mail, the short text, or a template's values."""
    if mail.template:
        values = [f"{name}: {value}" for name, value in sorted(mail.params.items())]
        return text_digest("\n".join((mail.template, *values)))
    return text_digest(mail.text if mail.channel in WHOLE_TEXT or not mail.short else mail.short)


def check_text(ctx: Context, message_public_id: str, text: str) -> Proof:
    """Compare a text that somebody holds with what was sent. Refused when nothing has been sent."""
    message = ctx.session.exec(select(Message).where(Message.public_id == message_public_id)).first()
    if message is None:
        raise NotFound("no such message")
    if message.body_sha256 is None:
        raise Refused("Thông báo này chưa được chuyển, chưa có mã kiểm tra nội dung.")
    found = text_digest(text)
    return Proof(
        message.public_id,
        message.subject,
        message.finished_at,
        message.body_sha256,
        hmac.compare_digest(found, message.body_sha256),
    )
