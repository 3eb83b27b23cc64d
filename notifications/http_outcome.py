"""What an HTTP status means for a message, whoever the provider is (RFC 9110)."""

from datetime import datetime
from email.utils import parsedate_to_datetime

from notifications.http_sender import Answer
from notifications.message import Outcome

LONGEST_WAIT = 3600.0
"""A receiver that asks for more patience is asked again after an hour."""
AGAIN = {408, 425, 429, 500, 503}
LOST = {502, 504}
"""A gateway had no answer to give: what stands behind it may have taken the message (RFC 9110 15.6)."""
ABOUT_US = {401, 403, 404, 405, 407, 410}


def judge_status(answer: Answer) -> Outcome:
    """2xx accepted, busy or broken servers later, our address or login ours, the rest theirs."""
    code, words = str(answer.status), answer.reason
    if 200 <= answer.status < 300:  # noqa: PLR2004 - RFC 9110 15.3
        return Outcome("accepted", code, provider_id=answer.headers.get("x-request-id"), phase="accepted")
    if answer.status in AGAIN:
        return Outcome("temporary", code, words, retry_after=again(answer), defer_until=until(answer), phase="answer")
    if answer.status in LOST:
        return Outcome("unknown", code, words, phase="after-request")
    if answer.status in ABOUT_US or 300 <= answer.status < 400:  # noqa: PLR2004 - RFC 9110 15.4
        return Outcome("configuration", code, words, phase="answer")
    return Outcome("permanent", code, words, phase="answer")


def again(answer: Answer) -> float | None:
    """Retry-After in seconds, at most an hour."""
    wait = answer.headers.get("retry-after", "").strip()
    return min(float(wait), LONGEST_WAIT) if wait.isascii() and wait.isdecimal() else None


def until(answer: Answer) -> datetime | None:
    """Retry-After as a date (RFC 9110 10.2.3)."""
    wait = answer.headers.get("retry-after", "").strip()
    if wait.isdecimal():
        return None
    try:
        moment = parsedate_to_datetime(wait)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
