"""What a channel is handed, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

RecipientVerdict = Literal["", "blocked", "no_account"]
OutcomeName = Literal["accepted", "recorded", "temporary", "permanent", "configuration", "defer", "unknown"]


@dataclass(frozen=True)
class Attachment:
    """A file that goes with a message."""

    file_name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One message to one recipient. ``message_id`` has no angle brackets and stays the same at every attempt."""

    message_id: str
    channel: str
    target: str
    subject: str
    text: str
    html: str | None = None
    short: str = ""
    from_name: str = ""
    reply_to: str | None = None
    in_reply_to: str | None = None
    date: datetime | None = None
    """When it was decided to go; the Date header."""
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    tracking_id: str = ""
    """Our own name of the message, echoed in a provider's receipts; the same at every attempt."""
    template: str = ""
    """Name of the approved template, for channels that only carry templates."""
    params: Mapping[str, str] = field(default_factory=dict)
    """What fills the template."""


@dataclass(frozen=True)
class Outcome:
    """What one attempt came to.

    ``retry_after`` in seconds as the provider asked; ``defer_until`` an aware instant; ``phase`` how far it got.
    """

    kind: OutcomeName
    code: str = ""
    text: str = ""
    provider_id: str | None = None
    retry_after: float | None = None
    defer_until: datetime | None = None
    phase: str = ""
    recipient: RecipientVerdict = ""
    """What a refusal says of the address itself: it does not exist, or has no account on this channel."""
