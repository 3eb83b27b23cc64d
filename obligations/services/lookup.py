"""Finding things by the names people use."""

from collections.abc import Iterable, Mapping

from sqlalchemy import bindparam
from sqlmodel import col, select

from models.tables import Agency, Assignment, Obligation, Period, Plan
from obligations.errors import NotFound
from obligations.services.context import Context


def find_plan(ctx: Context, slug: str) -> Plan:
    """The applied plan of this slug."""
    plan = ctx.session.exec(select(Plan).where(Plan.slug == slug)).first()
    if plan is None:
        known = ", ".join(ctx.session.exec(select(Plan.slug).order_by(col(Plan.slug))).all())
        raise NotFound(f"no plan {slug!r} is applied; applied: {known or 'none; see: dondoc plan apply FILE'}")
    return plan


def find_obligation(ctx: Context, plan_slug: str, label: str) -> Obligation:
    """By code or by a clause label such as ``V.b4`` (case does not matter)."""
    plan = find_plan(ctx, plan_slug)
    wanted = label.casefold()
    rows = ctx.session.exec(
        select(Obligation).where(Obligation.plan_id == plan.id).order_by(col(Obligation.position))
    ).all()
    exact = [o for o in rows if o.code.casefold() == wanted or wanted in [c.casefold() for c in o.clauses]]
    loose = exact or [o for o in rows if any(c.casefold().startswith(wanted + "(") for c in o.clauses)]
    if not loose:
        known = ", ".join(o.code for o in rows)
        raise NotFound(f"plan {plan_slug} has no obligation {label!r}; it has: {known}")
    return loose[0]


def find_period(ctx: Context, plan_slug: str, obligation: str, label: str) -> Period:
    """One period by plan, obligation (code or clause) and label."""
    found = find_obligation(ctx, plan_slug, obligation)
    period = ctx.session.exec(select(Period).where(Period.obligation_id == found.id, Period.label == label)).first()
    if period is None:
        raise NotFound(f"obligation {found.code} has no open period {label!r}; see: dondoc status")
    return period


_PERIOD = select(Period).where(col(Period.public_id) == bindparam("public_id"))


_APART = (
    select(Period, Obligation)
    .join(Obligation, col(Period.obligation_id) == Obligation.id)
    .where(col(Period.id).in_(bindparam("periods", expanding=True)))
)
CHUNK = 500
Apart = Mapping[int, tuple[Period, Obligation]]
_NOTHING: Apart = {}


def periods_of(ctx: Context, ids: Iterable[int], read: Apart = _NOTHING) -> Apart:
    """Periods with their obligations by id, each decoded once: joined to hundreds of assignments it would be for every one.

    ``read``: those that were read already.
    """
    wanted = sorted(set(ids) - read.keys())
    if len(wanted) == 1:  # of one duty both are at hand as a rule
        period = ctx.session.get_one(Period, wanted[0])
        return {**read, wanted[0]: (period, ctx.session.get_one(Obligation, period.obligation_id))}
    found = dict(read)
    for start in range(0, len(wanted), CHUNK):
        rows = ctx.session.exec(_APART, params={"periods": wanted[start : start + CHUNK]}).all()
        found |= {period.id or 0: (period, obligation) for period, obligation in rows}
    return found


def period_by_public_id(ctx: Context, public_id: str) -> Period:
    """One period by the id that stands in its address."""
    period = ctx.session.exec(_PERIOD, params={"public_id": public_id}).first()
    if period is None:
        raise NotFound("no such period")
    return period


def assignment_by_public_id(ctx: Context, public_id: str) -> Assignment:
    """One assignment by its public id."""
    assignment = ctx.session.exec(select(Assignment).where(Assignment.public_id == public_id)).first()
    if assignment is None:
        raise NotFound("no such assignment")
    return assignment


def locked_assignment(ctx: Context, public_id: str) -> Assignment:
    """The same, for whoever is about to change it: the next one waits until this transaction ends."""
    query = select(Assignment).where(Assignment.public_id == public_id).with_for_update()
    assignment = ctx.session.exec(query.execution_options(populate_existing=True)).first()
    if assignment is None:
        raise NotFound("no such assignment")
    return assignment


def agency_by_code(ctx: Context, code: str, field: str = "") -> Agency:
    """One agency by its code. ``field``: where a body gives it."""
    agency = ctx.session.exec(select(Agency).where(Agency.code == code)).first()
    if agency is None:
        said = f"Danh mục không có cơ quan nào có mã “{code}”."
        raise NotFound(f"no agency has the code {code!r}; see: dondoc agencies list", said, field=field)
    return agency
