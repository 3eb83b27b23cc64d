"""A message as bytes for SMTP: folded headers (RFC 2047), base64 UTF-8 bodies, our own stable Message-ID.

The stdlib's modern policy splits long Vietnamese headers so that a space appears inside a word (Python 3.11 to 3.13);
``email.header.Header`` splits between characters, so headers are encoded with it.
"""

import re
import unicodedata
from email import policy
from email.header import Header
from email.headerregistry import Address
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime

from notifications.message import Mail

_WORD_MAX = 75
"""Octets of one encoded word (RFC 2047, section 2)."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_WIRE = policy.compat32.clone(linesep="\r\n", max_line_length=None)


def clean_header(text: str) -> str:
    """One line of NFC text: what would end a header line becomes a space."""
    return _CONTROL.sub(" ", unicodedata.normalize("NFC", text)).strip()


def build_mime(mail: Mail, sender: str) -> bytes:
    """Headers and bodies, lines ending CRLF. Raises ValueError for an impossible address."""
    message = _with_bodies(mail)
    message["From"] = _named(mail.from_name, sender)
    message["To"] = Address(addr_spec=mail.target).addr_spec
    message["Subject"] = encode_header(mail.subject, len("Subject: "))
    message["Message-ID"] = f"<{clean_header(mail.message_id)}>"
    if mail.date is not None:
        message["Date"] = format_datetime(mail.date)
    message["Auto-Submitted"] = "auto-generated"
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=mail.reply_to).addr_spec
    if mail.in_reply_to:
        message["In-Reply-To"] = f"<{clean_header(mail.in_reply_to)}>"
    for name, value in mail.headers.items():
        message[clean_header(name)] = encode_header(value, len(name) + 2)
    return message.as_bytes(policy=_WIRE)


def encode_header(text: str, taken: int) -> str:
    """Text as folded encoded words, or as it is when plain ASCII fits one line. ``taken``: octets before it."""
    cleaned = clean_header(text)
    if cleaned.isascii() and len(cleaned) + taken <= _WORD_MAX and "=?" not in cleaned:
        return cleaned
    return Header(cleaned, "utf-8", maxlinelen=_WORD_MAX, header_name=" " * max(taken - 2, 1)).encode(linesep="\r\n")


def _named(name: str, address: str) -> str:
    spec = Address(addr_spec=address).addr_spec
    return f"{encode_header(name, len('From: '))}\r\n <{spec}>" if name else spec


def _with_bodies(mail: Mail) -> MIMEBase:
    plain = MIMEText(mail.text, "plain", "utf-8")
    if mail.html is None and not mail.attachments:
        return plain
    body: MIMEBase = plain
    if mail.html is not None:
        body = MIMEMultipart("alternative", _subparts=[plain, MIMEText(mail.html, "html", "utf-8")])
    if not mail.attachments:
        return body
    mixed = MIMEMultipart("mixed", _subparts=[body])
    for file in mail.attachments:
        part = MIMEApplication(file.content)
        part.replace_header("Content-Type", file.media_type)
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", file.file_name))
        mixed.attach(part)
    return mixed
