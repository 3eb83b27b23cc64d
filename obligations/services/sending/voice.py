"""In whose name a notice about an obligation speaks: the department that follows it, never who only receives or reads."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol, TypeVar

from sqlmodel import col, select

from models.enums import Duty, PlanKind
from models.tables import Agency, Assignment, Obligation, Period, Plan
from obligations.services.context import Context
from obligations.services.roster import role_holder
from obligations.services.spec import spec_of


@dataclass(frozen=True)
class Desk:
    """Who asks, and where the report goes. ``agency_id`` is the asker's; None when the service speaks for itself.

    ``elsewhere``: the report goes to another body than the one that asks.
    """

    agency_id: int | None
    asker: str
    receiver: str
    elsewhere: bool

    def is_own(self, agency_id: int) -> bool:
        """Whether the asker would be speaking to itself: an internal reminder."""
        return self.agency_id == agency_id


class Owed(Protocol):
    """Anything about one assignment."""

    @property
    def assignment(self) -> Assignment:
        """What is owed."""


Due = TypeVar("Due", bound=Owed)


def desk_of(ctx: Context, plan: Plan, obligation: Obligation, on: date) -> Desk:
    """Who asks for what an obligation owes, as bodies stand on a day.

    The receiver asks when it is a department that gathers reports, and always for its own ad-hoc request. The plan's issuer and a reader never do: reminders
    about those reports come from the plan's gathering department, or from the service itself when it has none.
    """
    spec = spec_of(obligation)
    receiver = body_of(ctx, spec.receiver, on)
    asks_itself = plan.kind == PlanKind.request or (receiver is not None and receiver.name != plan.issuer)
    if receiver is not None and spec.receiver != spec.reader and asks_itself:
        return Desk(receiver.id, receiver.name, receiver.name, elsewhere=False)
    asker = _gatherer(ctx, plan, on)
    name = asker.name if asker else ctx.settings.unit
    return Desk(asker.id if asker else None, name, receiver.name if receiver else name, elsewhere=receiver is not None)


def body_of(ctx: Context, code: str | None, on: date) -> Agency | None:
    """The agency behind a role or an agency code on a day."""
    if code is None:
        return None
    holder = role_holder(ctx, code, on)
    return holder[0] if holder else ctx.session.exec(select(Agency).where(Agency.code == code)).first()


def _gatherer(ctx: Context, plan: Plan, on: date) -> Agency | None:
    """The department the plan's first gathered reports go to."""
    query = select(Obligation).where(Obligation.plan_id == plan.id).order_by(col(Obligation.position))
    for obligation in ctx.session.exec(query).all():
        spec = spec_of(obligation)
        if spec.receiver is None or spec.receiver == spec.reader:
            continue
        body = body_of(ctx, spec.receiver, on)
        if body is not None and body.name != plan.issuer:
            return body
    return None


@dataclass
class Desks:
    """The desk of each period, each looked up once."""

    ctx: Context
    _known: dict[int, Desk] = field(default_factory=dict)

    def of_period(self, period_id: int) -> Desk:
        """Who asks for what is owed in a period, as bodies stood when it opened."""
        if period_id not in self._known:
            period = self.ctx.session.get_one(Period, period_id)
            obligation = self.ctx.session.get_one(Obligation, period.obligation_id)
            plan = self.ctx.session.get_one(Plan, obligation.plan_id)
            self._known[period_id] = desk_of(self.ctx, plan, obligation, period.opens_on)
        return self._known[period_id]

    def part(self, agency_id: int, assignment: Assignment) -> tuple[str, str, bool]:
        """What one message to an agency may hold together: one asker, one receiver, orders or requests."""
        desk = self.of_period(assignment.period_id)
        own = desk.is_own(agency_id)
        return desk.asker, "" if own else desk.receiver, assignment.duty == Duty.requested


def apart(ctx: Context, due: Mapping[int, Sequence[Due]], desks: Desks | None = None) -> list[tuple[int, list[Due]]]:
    """What each agency owes, one part for each message: no digest mixes askers, receivers, or orders with requests."""
    known = desks or Desks(ctx)
    parts: dict[tuple[int, tuple[str, str, bool]], list[Due]] = defaultdict(list)
    for agency_id, items in due.items():
        for item in items:
            parts[agency_id, known.part(agency_id, item.assignment)].append(item)
    return [(key[0], items) for key, items in parts.items()]
