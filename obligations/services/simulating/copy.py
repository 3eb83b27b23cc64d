"""The copy a simulation works on: a database in memory with the installation's rows, gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import col, select

from models.engine import Database, open_database
from models.enums import Audience
from models.tables import Agency, Contact, Plan, metadata
from obligations.errors import Refused
from obligations.services.context import App, Context
from obligations.services.simulating.events import Event
from obligations.services.simulating.rewind import rewind, settle
from obligations.services.simulating.span import Span

ACTOR = "simulation"
_NEVER_COPIED = frozenset(
    {
        "account", "audit_entry", "portal_session", "access_link", "feed", "feed_entry", "feed_token",
        "inbound_event", "message_event", "phone_call", "oauth_token", "isolation",
    }
)  # fmt: skip
"""Secrets, and evidence of what happened: no decision of a simulation rests on either."""
_CHUNK = 500


@contextmanager
def twin_at(app: App, span: Span) -> Iterator[tuple[App, list[Event]]]:
    """A twin in the state of the span's beginning, and what is recorded as having happened since, to be replayed."""
    folder = Path(tempfile.mkdtemp(prefix="dondoc-simulate-"))
    # A key of its own: the twin's links lead nowhere, and no key file is made.
    settings = app.settings.model_copy(update={"home": folder, "secret_key": "simulation"})
    twin = App(settings, open_database("sqlite://"), app.calendar)
    try:
        metadata.create_all(twin.database.engine)
        _copy_rows(app.database, twin.database)
        with twin.write(span.begin, ACTOR) as ctx:
            events = settle(ctx) if span.present else rewind(ctx)
            _give_addresses(ctx)
        yield twin, events
    finally:
        twin.close()
        shutil.rmtree(folder, ignore_errors=True)


def _copy_rows(source: Database, target: Database) -> None:
    with source.read() as reading, target.write() as writing:
        if reading.exec(select(Plan.id).limit(1)).first() is None:
            raise Refused("no plan is applied yet; run: dondoc plan apply FILE")
        for table in metadata.sorted_tables:
            if table.name in _NEVER_COPIED:
                continue
            rows = [dict(row) for row in reading.execute(table.select()).mappings()]
            for start in range(0, len(rows), _CHUNK):
                writing.execute(insert(table), rows[start : start + _CHUNK])


def _give_addresses(ctx: Context) -> None:
    """An agency without an address still shows what it would be told; its address stays unknown (null)."""
    reached = set(ctx.session.exec(select(Contact.agency_id).where(col(Contact.removed_at).is_(None))).all())
    for agency_id in ctx.session.exec(select(Agency.id)).all():
        if agency_id is not None and agency_id not in reached:
            ctx.session.add(
                Contact(agency_id=agency_id, audience=Audience.clerk, channel="", address="", created_at=ctx.as_of)
            )
    ctx.session.flush()
