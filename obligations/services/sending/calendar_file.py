"""The deadlines a mail is about as an .ics file beside it, for those who do not subscribe to a calendar."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from calendars.feed import FeedHead, render_feed
from models.tables import FeedEntry
from notifications.message import Attachment
from obligations.services.context import Context
from obligations.services.sending.render_rows import Row

KINDS = ("open", "request", "transferred", "assigned", "extended")
"""Notices that bring a date, or another one."""
FILE_NAME, MEDIA_TYPE = "thoi-han.ics", "text/calendar"


def calendar_files(ctx: Context, going: Mapping[int, tuple[str, Sequence[Row]]]) -> dict[int, Attachment]:
    """By message, the entries of the agency's own feed that it is about: same UID, so that a calendar keeps one of each.

    ``going``: kind and items by message. One query for any number; none when the installation wants no files.
    """
    if not ctx.settings.attach_calendar:
        return {}
    owner = {row.assignment.id: number for number, (kind, rows) in going.items() if kind in KINDS for row in rows}
    if not owner:
        return {}
    query = select(FeedEntry).where(col(FeedEntry.assignment_id).in_(owner), col(FeedEntry.cancelled_at).is_(None))
    parts: dict[int, list[bytes]] = defaultdict(list)
    for entry in ctx.session.exec(query.order_by(col(FeedEntry.id))).all():
        if entry.rendered:
            parts[owner[entry.assignment_id]].append(bytes(entry.rendered))
    head = FeedHead("Thời hạn", "Thời hạn nêu trong thông báo", ctx.as_of, zone=ctx.settings.timezone)
    return {number: Attachment(FILE_NAME, MEDIA_TYPE, render_feed(head, mine)) for number, mine in parts.items()}
