"""What a mail server's answer, or its silence, means for one message (notifications reference, section 6)."""

import re
import smtplib
import ssl

from notifications.message import Outcome, OutcomeName, RecipientVerdict

_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})")
_LONGEST = 300
ABOUT_US = ("connect", "auth", "mail")
"""Phases in which a refusal says nothing about the recipient."""
LOGIN_CODES = (530, 534, 535, 538)


def refused(code: int, text: bytes | str, phase: str) -> Outcome:
    """4xx may pass later; 5xx about the mailbox is the recipient's, about policy or login ours (RFC 3463)."""
    words = reply_text(text)
    if code < 0:
        return broken(ConnectionError(words or "the server closed the connection"), phase)
    kind = _kind(code, words, phase)
    return Outcome(kind, str(code), words, phase=phase, recipient=_verdict(kind, words, phase))


def _kind(code: int, words: str, phase: str) -> OutcomeName:
    if code < 500:  # noqa: PLR2004 - RFC 5321 4.2.1
        return "temporary"
    enhanced = _ENHANCED.match(words)
    is_policy = enhanced is not None and enhanced.group(2) == "7"
    return "configuration" if is_policy or code in LOGIN_CODES or phase in ABOUT_US else "permanent"


def _verdict(kind: OutcomeName, words: str, phase: str) -> RecipientVerdict:
    """Only a refusal of the mailbox itself marks an address: 5.1.x, 5.2.1, or no better reason at RCPT (RFC 3463)."""
    if kind != "permanent" or phase != "rcpt":
        return ""
    enhanced = _ENHANCED.match(words)
    if enhanced is None:
        return "blocked"
    return "blocked" if enhanced.group(2) == "1" or enhanced.groups()[1:] == ("2", "1") else ""


def broken(error: BaseException, phase: str) -> Outcome:
    """Before the final dot the server has nothing; after it nobody knows."""
    kind: OutcomeName = "unknown" if phase == "after-dot" else "temporary"
    if isinstance(error, (ssl.SSLCertVerificationError, smtplib.SMTPNotSupportedError)):
        kind = "configuration"
    return Outcome(kind, type(error).__name__, str(error)[:_LONGEST], phase=phase)


def reply_text(text: bytes | str) -> str:
    """A reply as one line."""
    plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return " ".join(plain.split())[:_LONGEST]
