"""Reading channel addresses without ever showing their secrets."""

from urllib.parse import parse_qs, urlsplit

REFUSED_OPTIONS = ("optional", "retry", "wait")
"""``optional=yes`` turns a failed send into success; retries belong to the outbox (apprise 1.13, measured)."""


def redact_url(url: str) -> str:
    """Scheme and host only: user, password, token paths and options are dropped."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or '…'}/…"


def refused_option(url: str) -> str | None:
    """The first option of an address that would make outcomes lie."""
    given = parse_qs(urlsplit(url).query, keep_blank_values=True)
    return next((name for name in REFUSED_OPTIONS if name in given), None)
