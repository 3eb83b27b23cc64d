"""A chase when a million assignments exist and few are due: its cost must follow the due ones."""

import time
from datetime import timedelta

from sqlalchemy import bindparam, text, update
from sqlmodel import col, select

from benchmarks.databases import KINDS, fresh_app
from benchmarks.growth import exponent
from benchmarks.world import APPLIED, OPENING, add_agencies, yearly_plan
from models.period import AT_ONCE
from models.tables import Assignment, Obligation, Period
from models.types import UtcDateTime
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.planning.open_periods import open_due_periods
from tests import builders

AGENCIES = 10_000
EXISTING = (100_000, 1_000_000)
DUE = (100, 1_000, 10_000)
LATER = OPENING + timedelta(days=300)


def measure() -> dict[str, float]:
    """Seconds of a chase; the exponents in what exists (100 due) and in what is due (of a million)."""
    figures: dict[str, float] = {}
    for kind in KINDS:
        by_existing, by_due = {}, {}
        with fresh_app(kind) as app:
            _prepare(app)
            for existing in EXISTING:
                _fill(app, existing)
                by_existing[existing] = _chase(app, DUE[0])
            for due in DUE:
                by_due[due] = _chase(app, due)
        for due, spent in by_due.items():
            figures[f"{kind}: 1,000,000 exist, {due:,} due, s"] = spent
        figures[f"{kind}: exponent in what exists"] = exponent(by_existing)
        figures[f"{kind}: exponent in what is due"] = exponent(by_due)
    return figures


def _prepare(app: App) -> None:
    with app.write(APPLIED, "bench") as ctx:
        add_agencies(ctx, AGENCIES)
        apply_plan(ctx, yearly_plan())
    with app.write(OPENING, "bench") as ctx:
        open_due_periods(ctx)
        plan_reminders(ctx)
        ctx.session.execute(update(Assignment).values(next_at=LATER))


def _fill(app: App, existing: int) -> None:
    """Open periods that all agencies owe, their next moment far ahead, until so many assignments exist."""
    with app.write(OPENING, "bench") as ctx:
        obligation = ctx.session.exec(select(Obligation)).one()
        have = len(ctx.session.exec(select(Period.id)).all())
        for number in range(have, existing // AGENCIES):
            period = builders.add_period(ctx.session, obligation, f"x{number}")
            ctx.session.execute(_COPY, {"period": period.id, "later": LATER})
    with app.write(OPENING, "bench") as ctx:
        ctx.session.execute(text("ANALYZE"))


_COPY = text(
    "INSERT INTO assignment (public_id, period_id, agency_id, duty, why, state, due_on, due_at, overdue_at,"
    " practical_due_on, revision, state_changed_at, next_at)"
    " SELECT 'p' || p.id || '-' || a.id, p.id, a.id, 'required', '', 'open', p.due_on, p.due_at, p.overdue_at,"
    " p.practical_due_on, 1, p.opened_at, :later FROM period p CROSS JOIN agency a WHERE p.id = :period"
).bindparams(bindparam("later", type_=UtcDateTime))


def _chase(app: App, due: int) -> float:
    """Let so many assignments of the first period be due and untold, and let the chase find them."""
    moment = OPENING + timedelta(days=28, hours=1)
    with app.write(moment, "bench") as ctx:
        first = ctx.session.exec(select(Assignment.id).order_by(col(Assignment.id)).limit(due)).all()
        wanted = col(Assignment.id) <= first[-1]
        again = {"next_at": AT_ONCE, "revision": col(Assignment.revision) + 1}
        ctx.session.execute(update(Assignment).where(wanted).values(**again))
    began = time.perf_counter()
    with app.write(moment, "bench") as ctx:
        chased = plan_reminders(ctx)
    spent = time.perf_counter() - began
    if chased.planned != due:
        raise RuntimeError(f"{due} were due, {chased.planned} were told")
    return spent
