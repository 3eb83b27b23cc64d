"""Whom a request may be sent to, as a form offers it."""

from dataclasses import dataclass

from sqlmodel import col, select

from models.enums import Audience, Duty
from models.tables import Agency, AgencyGroup
from obligations.services.context import Context
from obligations.services.roster import is_valid, resolve
from obligations.services.sending.outbox import primary_contacts


@dataclass(frozen=True)
class GroupChoice:
    """A group with the number of agencies it has today."""

    code: str
    name: str
    agencies: int


@dataclass(frozen=True)
class AgencyChoice:
    """One agency of today. ``section``: level and kind; ``reached``: whether it has an address."""

    code: str
    name: str
    section: str
    reached: bool


@dataclass(frozen=True)
class Choices:
    """Groups that are not empty, and every agency of today in official order."""

    groups: list[GroupChoice]
    agencies: list[AgencyChoice]


def request_choices(ctx: Context) -> Choices:
    """Everything that may receive a request today."""
    groups = [
        GroupChoice(group.code, group.name, len(resolve(ctx, [group.code], ctx.today, Duty.required)))
        for group in ctx.session.exec(select(AgencyGroup).order_by(col(AgencyGroup.id))).all()
    ]
    agencies = [
        agency
        for agency in ctx.session.exec(select(Agency).order_by(col(Agency.position), col(Agency.id))).all()
        if is_valid(agency, ctx.today)
    ]
    contacts = primary_contacts(ctx, [a.id or 0 for a in agencies], Audience.clerk)
    return Choices(
        groups=[group for group in groups if group.agencies],
        agencies=[AgencyChoice(a.code, a.name, f"{a.level}-{a.kind}", a.id in contacts) for a in agencies],
    )
