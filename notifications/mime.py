"""A message as bytes for SMTP: folded headers (RFC 2047), base64 UTF-8 bodies, our own stable Message-ID."""

import re
import unicodedata
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from notifications.message import Mail

FOLDED = SMTP.clone(max_line_length=76)
"""So that no encoded word exceeds 75 octets (RFC 2047, section 2)."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")


def clean_header(text: str) -> str:
    """One line of NFC text: what would end a header line becomes a space."""
    return _CONTROL.sub(" ", unicodedata.normalize("NFC", text)).strip()


def build_mime(mail: Mail, sender: str) -> bytes:
    """Headers and bodies, lines ending CRLF. Raises ValueError for an impossible address."""
    message = EmailMessage(policy=FOLDED)
    message["From"] = Address(display_name=clean_header(mail.from_name), addr_spec=sender)
    message["To"] = Address(addr_spec=mail.target)
    message["Subject"] = clean_header(mail.subject)
    message["Message-ID"] = f"<{clean_header(mail.message_id)}>"
    if mail.date is not None:
        message["Date"] = format_datetime(mail.date)
    message["Auto-Submitted"] = "auto-generated"
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=mail.reply_to)
    if mail.in_reply_to:
        message["In-Reply-To"] = f"<{clean_header(mail.in_reply_to)}>"
    for name, value in mail.headers.items():
        message[clean_header(name)] = clean_header(value)
    message.set_content(mail.text, cte="base64")
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html", cte="base64")
    for file in mail.attachments:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.file_name)
    return message.as_bytes()
