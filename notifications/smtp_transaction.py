"""One message over an open SMTP connection: every command's answer is read, so the phase of a failure is known.

Where the server offers PIPELINING (RFC 2920) the envelope goes in one write and costs one round trip instead of four.
"""

import re
import smtplib
from dataclasses import dataclass

from notifications.message import Outcome
from notifications.smtp_pool import Kept, patience
from notifications.smtp_reply import refused, reply_text

PROBE_TIMEOUT = 5.0
ONE_WRITE = 32 * 1024
"""Up to here the dot goes with the content: the kernel takes both at once, so a break tells no more by parting them."""
_QUEUED = re.compile(r"queued as (\S+)", re.IGNORECASE)
_OK = range(200, 300)
_GO_ON = 354
_CLOSING = 421


class StaleConnection(Exception):
    """A kept connection died before it took anything: the same message may go by a new one at once."""


@dataclass(frozen=True)
class Envelope:
    """Both addresses (plain ASCII, checked before) and the bytes of the message, its last line ended."""

    sender: str
    target: str
    content: bytes


def transact(kept: Kept, envelope: Envelope, progress: list[str]) -> Outcome:
    """Hand one message over; tells its phase in ``progress``. Raises StaleConnection, or what ``smtplib`` raises."""
    client = kept.client
    refusal = _pipelined(kept, envelope, progress) if kept.pipelining else _one_by_one(client, envelope, progress)
    if refusal is not None:
        return refusal
    content = _dotted(envelope.content)
    if len(content) > ONE_WRITE:
        client.send(content)
        content = b""
    progress[0] = "after-dot"
    client.send(content + b".\r\n")
    code, text = client.getreply()
    if code not in _OK:
        return refused(code, text, "after-dot")
    words = reply_text(text)
    found = _QUEUED.search(words)
    return Outcome("accepted", str(code), words, provider_id=found and found.group(1), phase="accepted")


def _one_by_one(client: smtplib.SMTP, envelope: Envelope, progress: list[str]) -> Outcome | None:
    """MAIL, RCPT, DATA, each answered before the next; the connection was probed by RSET when it was taken."""
    for phase, command in (("mail", client.mail), ("rcpt", client.rcpt)):
        progress[0] = phase
        code, text = command(envelope.sender if phase == "mail" else envelope.target)
        if code not in _OK:
            return refused(code, text, phase)
    progress[0] = "data"
    code, text = client.docmd("DATA")
    return None if code == _GO_ON else refused(code, text, "data")


def _pipelined(kept: Kept, envelope: Envelope, progress: list[str]) -> Outcome | None:
    """The envelope in one write; RSET before it both clears the last message and shows whether anybody is there."""
    client = kept.client
    progress[0] = "mail"
    group = f"MAIL FROM:<{envelope.sender}>\r\nRCPT TO:<{envelope.target}>\r\nDATA\r\n".encode("ascii")
    if kept.uses:
        _reset(kept, group)
    else:
        client.send(group)
    refusal: Outcome | None = None
    for phase in ("mail", "rcpt", "data"):
        progress[0] = phase if refusal is None else refusal.phase
        code, text = client.getreply()
        if refusal is None and not (code == _GO_ON if phase == "data" else code in _OK):
            refusal = refused(code, text, phase)
    if refusal is not None and code == _GO_ON:  # RFC 2920 3.1: an unwanted go-ahead is answered with an empty message
        client.send(b".\r\n")
        client.getreply()
    return refusal


def _reset(kept: Kept, group: bytes) -> None:
    client = kept.client
    try:
        patience(client, PROBE_TIMEOUT)
        client.send(b"RSET\r\n" + group)
        code, _ = client.getreply()
        patience(client, kept.timeout)
    except (smtplib.SMTPException, OSError) as error:
        raise StaleConnection from error
    if code == _CLOSING or code < 0:
        raise StaleConnection


def _dotted(content: bytes) -> bytes:
    """Dot-stuffing (RFC 5321 4.5.2)."""
    return re.sub(rb"(?m)^\.", b"..", content) if b"\n." in content or content[:1] == b"." else content
