"""A year in seconds: the same services on a copy, with a moving moment. Touches nothing of the installation."""

import csv
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, insert
from sqlmodel import col, select

from models.engine import Database, open_database
from models.enums import AssignmentState, Audience, MessageState, SubmissionChannel, SubmissionForm
from models.tables import (
    AccessLink,
    Agency,
    AgreedLateness,
    Assignment,
    Attachment,
    Consolidation,
    Contact,
    Delivery,
    Extension,
    Feed,
    FeedEntry,
    Message,
    MessageItem,
    Obligation,
    Period,
    PeriodStep,
    Plan,
    Receipt,
    Submission,
    SubmissionAssignment,
    metadata,
)  # fmt: skip
from obligations.errors import NotFound, Refused
from obligations.rules.due import at_opening, day_ends
from obligations.services.chase import plan_reminders
from obligations.services.close_periods import close_due_periods
from obligations.services.context import App, Context
from obligations.services.deliver import rehearse
from obligations.services.lookup import agency_by_code, find_period
from obligations.services.open_periods import open_due_periods
from obligations.services.spec import plan_file_of
from obligations.services.submit import SubmissionDraft, submit_report
from obligations.settings import Settings
from plans.occurrences import occurrences

ACTOR = "simulation"
_OF_PERIODS = (
    AccessLink, FeedEntry, Feed, Delivery, MessageItem, Message, Attachment, Receipt, SubmissionAssignment, Submission,
    AgreedLateness, Extension, Consolidation, PeriodStep, Assignment, Period,
)  # fmt: skip
"""What happens in time, in an order that foreign keys allow to remove."""
_NEVER_COPIED = frozenset({"audit_entry", "portal_session", "access_link", "feed", "feed_entry", "feed_token"})


@dataclass(frozen=True)
class Arrival:
    """A report that arrives: recorded in the installation, or assumed by the asker."""

    at: datetime
    agency: str
    plan: str | None
    obligation: str
    period: str
    form: SubmissionForm


@dataclass(frozen=True)
class SimulatedItem:
    """What a message is about."""

    obligation: str
    period: str


@dataclass(frozen=True)
class SimulatedMessage:
    """One message that would go. ``at`` carries the plan's offset."""

    at: datetime
    agency: str
    address: str | None
    channel: str | None
    kind: str
    items: list[SimulatedItem]
    subject: str


def simulate_messages(app: App, since: date, until: date, arrivals: list[Arrival]) -> list[SimulatedMessage]:
    """Messages from ``since`` to ``until`` (both included), in time order.

    Begins with the state as it stood at ``since``; periods opening in the range count as confirmed and cite the plan;
    nothing arrives unless it is recorded or given.
    """
    if until < since:
        raise Refused("--to lies before --from")
    zone = app.settings.zone
    begin, end = at_opening(since, zone).replace(hour=0), day_ends(until, zone)
    with _copy(app, begin) as (twin, recorded):
        coming = sorted([a for a in [*recorded, *arrivals] if begin <= a.at < end], key=lambda a: a.at)
        openings = _opening_days(twin, end)
        for moment in _moments(twin, since, until, coming):
            while coming and coming[0].at <= moment:
                _arrive(twin, coming.pop(0))
            come = [day for day in openings if at_opening(day, zone).replace(hour=0) <= moment]
            openings = openings[len(come) :]
            _pass(twin, moment, opening=bool(come))
        with twin.read(end) as ctx:
            return _sent(ctx, begin, end)


def read_arrivals(path: Path, settings: Settings) -> list[Arrival]:
    """CSV with the columns agency, obligation, period, at and optionally form and plan; errors name the line."""
    try:
        reader = csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())
        rows = list(enumerate(reader, 2))
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: cannot be read: {error}") from error
    missing = {"agency", "obligation", "period", "at"} - set(reader.fieldnames or [])
    if missing:
        raise Refused(f"{path.name}: line 1: the columns {', '.join(sorted(missing))} are missing")
    return [_arrival(path.name, number, row, settings) for number, row in rows]


def _arrival(file: str, number: int, row: dict[str, str], settings: Settings) -> Arrival:
    try:
        at = datetime.fromisoformat(row["at"])
        form = SubmissionForm(row.get("form") or "signed")
    except ValueError as error:
        raise Refused(
            f"{file}: line {number}: {error}; write at as 2026-10-20T09:00 and form as signed, soft, paper or nil"
        ) from error
    return Arrival(
        at if at.tzinfo else at.replace(tzinfo=settings.zone),
        row["agency"],
        row.get("plan") or None,
        row["obligation"],
        row["period"],
        form,
    )


@contextmanager
def _copy(app: App, begin: datetime) -> Iterator[tuple[App, list[Arrival]]]:
    """A twin on its own SQLite with the state of ``begin``, and the recorded submissions that arrived later."""
    folder = Path(tempfile.mkdtemp(prefix="dondoc-simulate-"))
    database = open_database("sqlite://")
    twin = App(app.settings.model_copy(update={"home": folder, "mail_per_minute": 100_000}), database, app.calendar)
    try:
        metadata.create_all(database.engine)
        _copy_rows(app.database, database)
        with twin.write(begin, ACTOR) as ctx:
            recorded = _rewind(ctx, begin)
            _give_addresses(ctx)
        yield twin, recorded
    finally:
        twin.close()
        shutil.rmtree(folder, ignore_errors=True)


def _copy_rows(source: Database, target: Database) -> None:
    with source.read() as reading, target.write() as writing:
        if not reading.exec(select(Plan.id).limit(1)).all():
            raise Refused("no plan is applied yet; run: dondoc plan apply FILE")
        for table in metadata.sorted_tables:
            if table.name in _NEVER_COPIED:
                continue
            rows = [dict(row._mapping) for row in reading.execute(table.select())]  # noqa: SLF001 - SQLAlchemy's public name for a row's columns
            for start in range(0, len(rows), 500):
                writing.execute(insert(table), rows[start : start + 500])


def _give_addresses(ctx: Context) -> None:
    """An agency without an address still shows what it would be owed; its address stays unknown (null)."""
    reached = set(ctx.session.exec(select(Contact.agency_id).where(col(Contact.removed_at).is_(None))).all())
    for agency_id in ctx.session.exec(select(Agency.id)).all():
        if agency_id is not None and agency_id not in reached:
            ctx.session.add(
                Contact(agency_id=agency_id, audience=Audience.clerk, channel="", address="", created_at=ctx.as_of)
            )
    ctx.session.flush()


def _rewind(ctx: Context, begin: datetime) -> list[Arrival]:
    """Forget what happened after ``begin``; give back the arrivals among it, to be replayed."""
    recorded = _recorded(ctx, begin)
    for obligation in ctx.session.exec(select(Obligation)).all():
        obligation.cites_plan = obligation.cites_plan or obligation.opening_document is None
    for plan in ctx.session.exec(select(Plan)).all():
        plan.applied_at = min(plan.applied_at, begin)
    day = ctx.today
    later = {p.id for p in ctx.session.exec(select(Period)).all() if p.opens_on >= day or p.opened_at > begin}
    if later:  # history before a period is kept only for periods that were open then
        _forget(ctx, later)
    for message in ctx.session.exec(select(Message).where(Message.created_at > begin)).all():
        for table in (AccessLink, Delivery, MessageItem):
            ctx.session.execute(delete(table).where(col(table.message_id) == message.id))
        ctx.session.delete(message)
    ctx.session.flush()
    return recorded


def _recorded(ctx: Context, begin: datetime) -> list[Arrival]:
    query = (
        select(Submission, Agency, Period, Obligation, Plan)  # type: ignore[call-overload]  # sqlmodel types four entities
        .join(SubmissionAssignment, col(SubmissionAssignment.submission_id) == Submission.id)
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(Submission.arrived_at > begin)
    )
    zone = ctx.settings.zone
    return [
        Arrival(
            min(s.arrived_at, day_ends(s.arrived_on, zone) - timedelta(minutes=1)),
            a.code,
            plan.slug,
            o.code,
            p.label,
            s.form,
        )
        for s, a, p, o, plan in ctx.session.execute(query).all()
    ]


def _forget(ctx: Context, periods: set[int | None]) -> None:
    """Remove periods that opened later, with everything that hangs on them."""
    kept = set(ctx.session.exec(select(Period.id)).all()) - periods
    if not kept:
        for table in _OF_PERIODS:
            ctx.session.execute(delete(table))
        return
    ids = ctx.session.exec(select(Assignment.id).where(col(Assignment.period_id).in_(periods))).all()
    messages = ctx.session.exec(select(MessageItem.message_id).where(col(MessageItem.assignment_id).in_(ids))).all()
    submissions = ctx.session.exec(
        select(SubmissionAssignment.submission_id).where(col(SubmissionAssignment.assignment_id).in_(ids))
    ).all()
    for table in (AccessLink, Delivery, MessageItem):
        ctx.session.execute(delete(table).where(col(table.message_id).in_(messages)))
    ctx.session.execute(delete(Message).where(col(Message.id).in_(messages)))
    for child in (Attachment, Receipt, SubmissionAssignment):
        ctx.session.execute(delete(child).where(col(child.submission_id).in_(submissions)))
    ctx.session.execute(delete(Submission).where(col(Submission.id).in_(submissions)))
    for owned in (AgreedLateness, Extension):
        ctx.session.execute(delete(owned).where(col(owned.assignment_id).in_(ids)))
    for part in (Consolidation, PeriodStep, Assignment):
        ctx.session.execute(delete(part).where(col(part.period_id).in_(periods)))
    ctx.session.execute(delete(Period).where(col(Period.id).in_(periods)))


def _moments(twin: App, since: date, until: date, arrivals: list[Arrival]) -> list[datetime]:
    """When anything can happen: 08:00 of each working day, just after each arrival, and each day's end of office."""
    zone = twin.settings.zone
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    mornings = [at_opening(day, zone) for day in days if twin.calendar.is_working(day)]
    return sorted({*mornings, *(a.at for a in arrivals)})


def _opening_days(twin: App, end: datetime) -> list[date]:
    """The days on which a period opens, or has opened, up to ``end``; on any other day there is none to look for."""
    with twin.read(end) as ctx:
        days: set[date] = set()
        for plan in ctx.session.exec(select(Plan)).all():
            file = plan_file_of(ctx, plan)
            for spec in file.obligations:
                found = occurrences(file, spec, plan.since_on, ctx.today + timedelta(days=400))
                days.update(o.opens_on - timedelta(days=1) for o in found)  # a plan's own zone may be ahead
                days.update(o.opens_on + timedelta(days=n) for o in found for n in (0, 1))
    return sorted(days)


def _arrive(twin: App, arrival: Arrival) -> None:
    with twin.write(arrival.at, ACTOR) as ctx:
        slugs = [arrival.plan] if arrival.plan else ctx.session.exec(select(Plan.slug)).all()
        period = next((p for slug in slugs if (p := _period(ctx, slug, arrival))), None)
        if period is None:
            raise Refused(
                f"arrival of {arrival.agency}: no open period {arrival.obligation} {arrival.period} at {arrival.at.isoformat()}"
            )
        agency = agency_by_code(ctx, arrival.agency)
        assignment = ctx.session.exec(
            select(Assignment).where(Assignment.period_id == period.id, Assignment.agency_id == agency.id)
        ).first()
        if assignment is None:
            raise Refused(f"arrival of {arrival.agency}: it is not assigned in {arrival.obligation} {arrival.period}")
        if assignment.state in (AssignmentState.exempt, AssignmentState.ended):
            return
        key = f"simulated:{arrival.at.isoformat()}:{arrival.agency}:{period.id}"
        draft = SubmissionDraft(
            agency.id or 0,
            [assignment.id or 0],
            arrival.form,
            SubmissionChannel.other,
            {"entries": [], "figures": []},
            key,
        )
        submit_report(ctx, draft)


def _period(ctx: Context, slug: str, arrival: Arrival) -> Period | None:
    try:
        return find_period(ctx, slug, arrival.obligation, arrival.period)
    except NotFound:
        return None


def _pass(twin: App, moment: datetime, *, opening: bool) -> None:
    """One tick without reports and feeds: only what can send a message."""
    with twin.write(moment, ACTOR) as ctx:
        if opening:
            open_due_periods(ctx)
        plan_reminders(ctx)
        close_due_periods(ctx)
        rehearse(ctx)


def _sent(ctx: Context, begin: datetime, end: datetime) -> list[SimulatedMessage]:
    query = (
        select(Message, Agency)
        .join(Agency, col(Message.agency_id) == Agency.id)
        .where(
            Message.state == MessageState.recorded, col(Message.finished_at) >= begin, col(Message.finished_at) < end
        )
        .order_by(col(Message.finished_at), col(Agency.position))
    )
    items = _items(ctx)
    return [
        SimulatedMessage(
            at=(m.finished_at or m.planned_at).astimezone(ctx.settings.zone),
            agency=a.code,
            address=m.address or None,
            channel=m.channel or None,
            kind=m.kind,
            items=items.get(m.id or 0, []),
            subject=m.subject,
        )
        for m, a in ctx.session.exec(query).all()
    ]


def _items(ctx: Context) -> dict[int, list[SimulatedItem]]:
    rows = ctx.session.exec(
        select(MessageItem.message_id, Obligation.code, Period.label)
        .join(Assignment, col(MessageItem.assignment_id) == Assignment.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .order_by(col(Obligation.position))
    ).all()
    found: dict[int, list[SimulatedItem]] = {}
    for message_id, code, label in rows:
        found.setdefault(message_id, []).append(SimulatedItem(code, label))
    return found
