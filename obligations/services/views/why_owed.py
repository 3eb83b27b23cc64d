"""Why does this agency owe this? The group or role of the opening day, and everything that moved the duty since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, or_, select

from models.enums import ReassignmentKind
from models.tables import Agency, Assignment, Obligation, Period, Plan, Reassignment
from obligations.errors import NotFound
from obligations.services.context import Context
from obligations.services.lookup import agency_by_code, find_period

MOVED = (ReassignmentKind.moved, ReassignmentKind.covered)
WORDS = {
    ReassignmentKind.stopped: "dừng, chờ phân công",
    ReassignmentKind.disputed: "đề nghị xem lại phân công",
    ReassignmentKind.paused: "tạm dừng, chờ phân công",
    ReassignmentKind.kept: "giữ nguyên phân công",
    ReassignmentKind.exempted: "không phải báo cáo kỳ này",
}


@dataclass(frozen=True)
class WhyOwed:
    """One assignment and its reasons, oldest first, each a line for people."""

    plan: str
    obligation: str
    period: str
    agency: str
    state: str
    due_on: date
    public_id: str
    lines: list[str]


def why_owed(ctx: Context, agency_code: str, where: tuple[str, str, str] | None = None) -> list[WhyOwed]:
    """What an agency owes or owed, newest due first; ``where``: plan, obligation and period of one of them."""
    agency = agency_by_code(ctx, agency_code)
    query = (
        select(Assignment, Period, Obligation, Plan.slug)
        .join(Period, col(Assignment.period_id) == Period.id)
        .join(Obligation, col(Period.obligation_id) == Obligation.id)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(Assignment.agency_id == agency.id)
        .order_by(col(Assignment.due_on).desc(), col(Assignment.id))
    )
    if where is not None:
        query = query.where(Period.id == find_period(ctx, *where).id)
    rows = ctx.session.exec(query).all()
    if where is not None and not rows:
        raise NotFound(f"{agency_code!r} owes nothing in {' '.join(where)}: it was not on the list of the opening day")
    return [
        WhyOwed(
            slug, obligation.code, period.label, agency.code, a.state.value, a.due_on, a.public_id, why_lines(ctx, a)
        )
        for a, period, obligation, slug in rows
    ]


def why_lines(ctx: Context, assignment: Assignment) -> list[str]:
    """The reasons of one assignment, oldest first."""
    rows = _events(ctx, {assignment.id or 0})
    period = ctx.session.get_one(Period, assignment.period_id)
    ids = {i for r in rows for i in (r.assignment_id, r.to_assignment_id) if i is not None} | {assignment.id or 0}
    found = select(Assignment, Agency).join(Agency, col(Assignment.agency_id) == Agency.id)
    names = {a.id: agency.name for a, agency in ctx.session.exec(found.where(col(Assignment.id).in_(ids))).all()}
    into = [r for r in rows if r.kind in MOVED]
    lines = [
        f"Mở kỳ {period.label} ngày {period.opens_on:%d/%m/%Y}: {names[root.id]} {why}"
        for root, why in _roots(ctx, {r.assignment_id for r in rows} | {assignment.id or 0}, into)
    ]
    return lines + [_line(row, names) for row in rows]


def _events(ctx: Context, ids: set[int]) -> list[Reassignment]:
    """Everything that happened to these assignments and to those whose duty came to them, in order."""
    found: dict[int, Reassignment] = {}
    todo = set(ids)
    while todo:
        query = select(Reassignment).where(
            or_(
                col(Reassignment.assignment_id).in_(todo),
                col(Reassignment.to_assignment_id).in_(todo) & col(Reassignment.kind).in_(MOVED),
            )
        )
        fresh = [row for row in ctx.session.exec(query).all() if row.id not in found]
        found |= {row.id or 0: row for row in fresh}
        todo = {row.assignment_id for row in fresh} - todo
    return [found[number] for number in sorted(found)]


def _roots(ctx: Context, ids: Iterable[int], into: list[Reassignment]) -> list[tuple[Assignment, str]]:
    """Assignments that were on the list of the opening day, with the reason of that day."""
    first: dict[int, Reassignment] = {}
    for row in into:
        first.setdefault(row.to_assignment_id or 0, row)
    roots = []
    for assignment in ctx.session.exec(
        select(Assignment).where(col(Assignment.id).in_(list(ids))).order_by(col(Assignment.id))
    ).all():
        earlier = first.get(assignment.id or 0)
        before = earlier.carried.get("before") if earlier is not None else None
        if earlier is None:
            roots.append((assignment, assignment.why))
        elif before is not None:
            roots.append((assignment, str(before["why"])))
    return roots


def _line(row: Reassignment, names: dict[int | None, str]) -> str:
    who, day = names[row.assignment_id], f"{row.on:%d/%m/%Y}"
    if row.kind in MOVED:
        how = "chuyển sang" if row.kind == ReassignmentKind.moved else "gộp vào báo cáo của"
        return f"{day}: đầu việc của {who} {how} {names[row.to_assignment_id]}: {row.reason}"
    paper = f" ({row.evidence})" if row.evidence else ""
    return f"{day}: {who} {WORDS[row.kind]}: {row.reason}{paper}"
