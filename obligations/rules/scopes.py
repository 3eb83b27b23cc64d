"""What a token may do: names of scopes, and which an account's or an agency's token may carry."""

from collections.abc import Iterable

READ = "read"
REVIEW = "review"
RECORD = "record"
SEND = "send"
MANAGE = "manage"
SUBMIT = "submit"

OF_ACCOUNTS = (READ, REVIEW, RECORD, SEND, MANAGE)
"""``review`` judges reports and dates, ``record`` keeps what came in and calls, ``send`` lets notices and requests go or stops
them, ``manage`` looks after contacts, calendars and pauses. Whatever a token carries, its account's roles bound it."""
OF_AGENCIES = (READ, SUBMIT)
"""``read`` shows the agency's own duties, ``submit`` reports, asks and acknowledges for it."""


def joined(scopes: Iterable[str], allowed: Iterable[str]) -> str | None:
    """The scopes as they are stored, in their order; None when one is unknown or there are none."""
    wanted, known = set(scopes), tuple(allowed)
    if not wanted or not wanted <= set(known):
        return None
    return " ".join(scope for scope in known if scope in wanted)
