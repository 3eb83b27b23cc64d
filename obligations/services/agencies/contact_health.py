"""The watch over dead contacts: agencies that a notice would not reach, known before their period opens."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import and_, bindparam, case, func, or_
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from models.enums import AddressState, Audience, Duty, ObligationKind, PeriodState, PlanKind
from models.tables import Agency, Assignment, Contact, Obligation, Period, Plan, SystemValue
from obligations.rules.contact_rows import looks_personal
from obligations.rules.lateness import CHASED, CHASED_DUTIES
from obligations.rules.masking import masked_text
from obligations.services.cascade_dates import dated_now
from obligations.services.channels.channel_choice import PHONE
from obligations.services.context import Context
from obligations.services.roster import resolve
from obligations.services.spec import plan_file_of, spec_of
from plans.amending import newest

AHEAD = 14
"""Days before its opening from which a period's agencies are looked at."""
WATCH = "contact_watch"


class _Address(NamedTuple):
    """The columns of a contact by which it is judged: whole rows of hundreds of agencies cost more than all the rest."""

    agency_id: int
    channel: str
    address: str
    audience: Audience
    state: AddressState
    state_reason: str
    is_sample: bool


@dataclass(frozen=True)
class ContactHealth:
    """One agency whose contacts need a look. ``missing``: nothing would reach it. ``why`` holds codes and details."""

    agency: str
    name: str
    missing: bool
    why: list[tuple[str, str]]
    """``none``, ``sample``, ``leader_only``, ``blocked``, ``no_account``, ``personal``; and what is known of it."""
    opens_on: date | None
    """When it is next told something; None when it owes already."""

    @property
    def is_sample_only(self) -> bool:
        """Whether nothing is wrong but that its address is made up."""
        return [code for code, _ in self.why] == ["sample"]


_OWING = (
    select(Assignment.agency_id)
    .join(Period, col(Assignment.period_id) == Period.id)
    .where(Period.state == PeriodState.open, col(Assignment.state).in_(CHASED))
    .where(col(Assignment.duty).in_(CHASED_DUTIES))
    .distinct()
)
# What ``_judged`` says of an address, left to the database; built once, for every first page asks.
_ADDRESS = and_(
    col(Contact.agency_id) == col(Agency.id), col(Contact.removed_at).is_(None), col(Contact.channel) != PHONE
)
_IS_USABLE = and_(col(Contact.state) == AddressState.active, col(Contact.audience) != Audience.leader)
_UNREACHED = (
    select(Agency.name)
    .where(col(Agency.code).in_(bindparam("codes", expanding=True)) | col(Agency.id).in_(_OWING))
    .where(~select(Contact.id).where(_ADDRESS, _IS_USABLE).exists())
    .order_by(col(Agency.position), col(Agency.id))
)
_USABLE = func.sum(case((_IS_USABLE, 1), else_=0))
_DEAD = func.sum(case((col(Contact.state) != AddressState.active, 1), else_=0))
_SIGNS = (
    sql_select(col(Agency.id), _USABLE, _DEAD)
    .join_from(Assignment, Agency, col(Assignment.agency_id) == col(Agency.id))
    .outerjoin(Contact, _ADDRESS)
    .where(col(Assignment.period_id) == bindparam("period"), col(Assignment.state).in_(CHASED))
    .group_by(col(Agency.id))
    .having(or_(_USABLE == 0, _DEAD > 0))
)


def contact_health(ctx: Context, days: int = AHEAD) -> list[ContactHealth]:
    """Every agency that owes now or will within so many days and has a problem, in official order."""
    opening = _opening_soon(ctx, days)
    owing = set(ctx.session.exec(_OWING).all())
    rows = ctx.session.exec(select(Agency).where(col(Agency.id).in_(owing | opening.keys()))).all()
    contacts = _contacts(ctx, [row.id or 0 for row in rows])
    found = []
    for agency in sorted(rows, key=lambda row: (row.position, row.id or 0)):
        number = agency.id or 0
        missing, why = _judged(contacts.get(number, []))
        if why:
            when = None if number in owing else opening[number]
            found.append(ContactHealth(agency.code, agency.name, missing, why, when))
    return found


def keep_watch(ctx: Context) -> None:
    """Remember once a day who would be out of reach, so that the first page need not look at every plan."""
    kept, day = ctx.session.get(SystemValue, WATCH), ctx.today.isoformat()
    if kept is None or json.loads(kept.value)["day"] != day:
        missing = [row.agency for row in contact_health(ctx) if row.missing]
        ctx.session.merge(SystemValue(name=WATCH, value=json.dumps({"day": day, "missing": missing})))


def out_of_reach(ctx: Context) -> list[str]:
    """Names of agencies that nothing reaches: those that owe, and those the watch last saw before an opening."""
    kept = ctx.session.get(SystemValue, WATCH)
    codes: list[str] = json.loads(kept.value)["missing"] if kept else []
    return list(ctx.session.exec(_UNREACHED, params={"codes": codes}).all())


def contact_signs(ctx: Context, period_id: int) -> dict[int, str]:
    """By agency that is chased in a period, what is wrong with its addresses; those without a problem are left out.

    ``none``: it has no usable one; ``dead``: what it has does not take mail; ``partly``: some of it does not.
    """
    rows = ctx.session.execute(_SIGNS, {"period": period_id})
    return {number: "partly" if usable else "dead" if dead else "none" for number, usable, dead in rows}


def _judged(contacts: Iterable[_Address]) -> tuple[bool, list[tuple[str, str]]]:
    usable: list[_Address] = []
    why: list[tuple[str, str]] = []
    to_leaders = False
    for contact in contacts:
        if contact.channel == PHONE:
            continue
        if contact.state != AddressState.active:
            why.append((contact.state.value, masked_text(contact.state_reason)))
        elif contact.audience == Audience.leader:
            to_leaders = True
        else:
            usable.append(contact)
    if not usable:
        return True, [("leader_only" if to_leaders else "none", ""), *why]
    if all(contact.is_sample for contact in usable):
        why.insert(0, ("sample", ""))
    elif all(looks_personal(contact.channel, contact.address) for contact in usable):
        why.append(("personal", ""))
    return False, why


def _contacts(ctx: Context, agency_ids: Collection[int]) -> dict[int, list[_Address]]:
    found: dict[int, list[_Address]] = defaultdict(list)
    query = (
        sql_select(*(col(getattr(Contact, name)) for name in _Address._fields))
        .where(col(Contact.agency_id).in_(agency_ids), col(Contact.removed_at).is_(None))
        .order_by(col(Contact.id))
    )
    for row in ctx.session.execute(query):
        found[row.agency_id].append(_Address(*row))
    return found


def _opening_soon(ctx: Context, days: int) -> dict[int, date]:
    """By agency, the first day on which a period opens for it."""
    until = ctx.today + timedelta(days=days)
    query = (
        select(Obligation, Plan)
        .join(Plan, col(Obligation.plan_id) == Plan.id)
        .where(Obligation.kind != ObligationKind.standing, Plan.kind == PlanKind.document)
    )
    found: dict[int, date] = {}
    for obligation, plan in ctx.session.exec(query.order_by(col(Obligation.id))).all():
        plan_file = plan_file_of(ctx, plan)
        if obligation.code not in {o.code for o in plan_file.obligations}:
            continue
        spec = newest(plan_file, spec_of(obligation))
        for occurrence in dated_now(ctx, plan_file, obligation, plan.since_on, until + timedelta(days=400)):
            if not ctx.today < occurrence.opens_on <= until:
                continue
            for owes in resolve(ctx, spec.assigned_to, occurrence.opens_on, Duty(spec.duty)):
                if owes.duty in CHASED_DUTIES:
                    number = owes.agency.id or 0
                    found[number] = min(found.get(number, occurrence.opens_on), occurrence.opens_on)
    return found
