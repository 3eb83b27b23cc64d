"""What happens during a simulation besides time passing: reports that arrive and acts of a coordinator."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import select

from calendars.working_days import WorkingCalendar
from models.enums import SubmissionChannel, SubmissionForm
from models.tables import Assignment, Period, Plan
from obligations.errors import NotFound, Refused
from obligations.rules.lateness import FINAL
from obligations.services.context import Context
from obligations.services.lookup import agency_by_code, find_period
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from obligations.settings import Settings

_COLUMNS = {"agency", "obligation", "period", "at"}
_HINT = "write at as 2026-10-20T09:00 and form as signed, soft, paper or nil"


@dataclass(frozen=True)
class Event:
    """One act at one moment. ``act`` works on whatever the twin holds then.

    ``first``: comes before periods open, and may change which do. ``calendar``: the days worked from then on.
    """

    at: datetime
    act: Callable[[Context], None]
    first: bool = False
    calendar: WorkingCalendar | None = None


@dataclass(frozen=True)
class Arrival:
    """A report that arrives. ``plan`` None: the plan that has such an open period; ``obligation`` code or clause."""

    at: datetime
    agency: str
    plan: str | None
    obligation: str
    period: str
    form: SubmissionForm
    tell: bool = True
    channel: SubmissionChannel = SubmissionChannel.portal


def read_arrivals(path: Path, settings: Settings) -> list[Arrival]:
    """CSV, or a JSON list of objects, with agency, obligation, period, at and optionally form and plan.

    Errors name the line of a CSV or the place in a JSON list, counted from 1.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path}: cannot be read as UTF-8: {error}") from error
    rows = _json_rows(path.name, text) if path.suffix.lower() == ".json" else _csv_rows(path.name, text)
    return [_arrival(f"{path.name}: {where}", row, settings) for where, row in rows]


def _csv_rows(name: str, text: str) -> list[tuple[str, dict[str, Any]]]:
    reader = csv.DictReader(text.splitlines())
    missing = _COLUMNS - set(reader.fieldnames or [])
    if missing:
        raise Refused(f"{name}: line 1: the columns {', '.join(sorted(missing))} are missing")
    return [(f"line {reader.line_num}", row) for row in reader]


def _json_rows(name: str, text: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise Refused(f"{name}: is not JSON: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refused(f"{name}: must be a list of objects with {', '.join(sorted(_COLUMNS))}")
    return [(f"entry {number}", row) for number, row in enumerate(rows, 1)]


def _arrival(where: str, row: dict[str, Any], settings: Settings) -> Arrival:
    missing = [name for name in sorted(_COLUMNS) if not row.get(name)]
    if missing:
        raise Refused(f"{where}: {', '.join(missing)} must be given")
    try:
        at = datetime.fromisoformat(str(row["at"]))
        form = SubmissionForm(row.get("form") or "signed")
    except ValueError as error:
        raise Refused(f"{where}: {error}; {_HINT}") from error
    return Arrival(
        at if at.tzinfo else at.replace(tzinfo=settings.zone),
        str(row["agency"]),
        row.get("plan") or None,
        str(row["obligation"]),
        str(row["period"]),
        form,
    )


def assumed(arrival: Arrival) -> Event:
    """An arrival the asker assumes; it is refused when nothing of the sort is owed then."""

    def act(ctx: Context) -> None:
        assignment = find_assignment(ctx, arrival.plan, arrival.obligation, arrival.period, arrival.agency)
        _submit(ctx, arrival, assignment)

    return Event(arrival.at, act)


def replayed(arrival: Arrival) -> Event:
    """An arrival that is recorded in the installation; nothing happens where the twin owes no such thing."""

    def act(ctx: Context) -> None:
        try:
            assignment = find_assignment(ctx, arrival.plan, arrival.obligation, arrival.period, arrival.agency)
        except (NotFound, Refused):
            return
        _submit(ctx, arrival, assignment)

    return Event(arrival.at, act)


def find_assignment(ctx: Context, plan: str | None, obligation: str, period: str, agency: str) -> Assignment:
    """What an agency owes, by the names people use; Refused says what is not there at this moment."""
    slugs = [plan] if plan else list(ctx.session.exec(select(Plan.slug)).all())
    found = next((p for slug in slugs if (p := _period(ctx, slug, obligation, period))), None)
    moment = ctx.as_of.astimezone(ctx.settings.zone).isoformat()
    if found is None:
        raise Refused(f"arrival of {agency}: no period {obligation} {period} is open at {moment}")
    owner = agency_by_code(ctx, agency)
    assignment = ctx.session.exec(
        select(Assignment).where(Assignment.period_id == found.id, Assignment.agency_id == owner.id)
    ).first()
    if assignment is None:
        raise Refused(f"arrival of {agency}: it owes nothing in {obligation} {period}")
    return assignment


def _period(ctx: Context, slug: str, obligation: str, label: str) -> Period | None:
    try:
        return find_period(ctx, slug, obligation, label)
    except NotFound:
        return None


def _submit(ctx: Context, arrival: Arrival, assignment: Assignment) -> None:
    if assignment.state in FINAL:
        return
    draft = SubmissionDraft(
        agency_id=assignment.agency_id,
        assignment_ids=[assignment.id or 0],
        form=arrival.form,
        channel=arrival.channel,
        content={"entries": [], "figures": []},
        idempotency_key=f"simulated:{arrival.at.isoformat()}:{arrival.form}:{assignment.id}",
    )
    submit_report(ctx, draft, tell_agency=arrival.tell)
