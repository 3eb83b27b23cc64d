"""Reading channel addresses without ever showing their secrets."""

from urllib.parse import parse_qs, urlsplit

REFUSED_OPTIONS = ("optional", "retry", "wait")
"""``optional=yes`` turns a failed send into success; retries belong to the outbox (apprise 1.13, measured)."""


_SHOWN = (
    *("vnmail", "vnmails", "webhook", "webhooks", "record", "http", "https", "smtp"),
    *("zalooa", "zalogroup", "zns", "zalobot", "esms"),
)
"""Schemes whose host is no secret."""


def scheme_of(url: str) -> str:
    """The part before ``://`` in small letters; empty when there is none."""
    scheme, found, _ = url.strip().partition("://")
    return scheme.lower() if found else ""


def redact_url(url: str) -> str:
    """Scheme and host only: user, password, port, path and options are dropped. Never raises.

    Many services put their token where others have a host, so only our own addresses show theirs.
    """
    scheme = scheme_of(url)
    if scheme not in _SHOWN:
        return f"{scheme or '?'}://…"
    try:
        host = urlsplit(url).hostname or "…"
    except ValueError:
        host = "…"
    return f"{scheme}://{host}/…"


def refused_option(url: str) -> str | None:
    """The first option of an address that would make outcomes lie."""
    query = url.partition("?")[2]
    given = {name.lower().strip() for name in parse_qs(query, keep_blank_values=True)}
    return next((name for name in REFUSED_OPTIONS if name in given), None)
