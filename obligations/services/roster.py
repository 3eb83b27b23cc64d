"""Who exists, belongs to a group or plays a role on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import or_
from sqlmodel import col, select

from models.enums import Duty, SuccessionKind
from models.tables import Agency, AgencyGroup, GroupMember, Period, RoleHolder, Succession
from obligations.rules.lateness import weaker
from obligations.rules.successions import ONE_TO_ONE
from obligations.services.context import Context
from obligations.services.plan_steps import CLOSE_AFTER_DAYS

WORDS = {
    SuccessionKind.merge: "sáp nhập vào",
    SuccessionKind.rename: "đổi tên thành",
    SuccessionKind.split: "chia, tách thành",
    SuccessionKind.end: "kết thúc hoạt động",
}


@dataclass(frozen=True)
class Owing:
    """One agency that owes, how binding it is, and why. ``awaiting``: it no longer exists and a person must decide."""

    agency: Agency
    duty: Duty
    why: str
    awaiting: bool = False


def resolve(ctx: Context, codes: Iterable[str], on: date, duty: Duty) -> list[Owing]:
    """Agencies behind group, role and agency codes as they stand on a day, each once, in official order."""
    found: dict[int, Owing] = {}
    for code in codes:
        for owing in _members(ctx, code, on, duty):
            if owing.agency.id is not None and owing.agency.id not in found:
                found[owing.agency.id] = owing
    return sorted(found.values(), key=lambda o: (o.agency.position, o.agency.id or 0))


def _members(ctx: Context, code: str, on: date, duty: Duty) -> list[Owing]:
    group = ctx.session.exec(select(AgencyGroup).where(AgencyGroup.code == code)).first()
    if group is not None:
        query = (
            select(Agency)
            .join(GroupMember, col(GroupMember.agency_id) == Agency.id)
            .where(
                GroupMember.group_id == group.id,
                or_(col(GroupMember.valid_from).is_(None), col(GroupMember.valid_from) <= on),
                Agency.valid_from <= on,
                or_(col(Agency.valid_to).is_(None), col(Agency.valid_to) >= on),
            )
        )
        why = f"thuộc nhóm “{group.name}” vào ngày {on:%d/%m/%Y}"
        return [Owing(a, weaker(duty, a.duty), why) for a in ctx.session.exec(query).all()]
    holder = role_holder(ctx, code, on)
    if holder is not None:
        agency, name = holder
        return [Owing(agency, weaker(duty, agency.duty), f"là {name.lower()} vào ngày {on:%d/%m/%Y}")]
    named = ctx.session.exec(select(Agency).where(Agency.code == code)).first()
    return _named(ctx, named, on, duty) if named is not None else []


def _named(ctx: Context, agency: Agency, on: date, duty: Duty) -> list[Owing]:
    """An agency named by the document, or who has taken over from it; without one successor a person decides."""
    told = Owing(agency, weaker(duty, agency.duty), "được nêu tên trong văn bản")
    if is_valid(agency, on):
        return [told]
    if on < agency.valid_from:
        return []
    heir, steps = heir_of(ctx, agency, on)
    path = "; ".join([told.why, *(succession_text(ctx, step) for step in steps)])
    if heir is not None:
        return [Owing(heir, weaker(duty, heir.duty), path)]
    ended = f"{path}; {agency.name} không còn từ {(agency.valid_to or on) + timedelta(days=1):%d/%m/%Y}"
    return [replace(told, why=path if steps else ended, awaiting=True)]


def heir_of(ctx: Context, agency: Agency, on: date) -> tuple[Agency | None, list[Succession]]:
    """Who has taken over everything from an agency by a day, with the steps; None where nobody did one to one."""
    steps: list[Succession] = []
    current = agency
    while not is_valid(current, on):
        step = next((s for s in successions_from(ctx, current.code) if s.on <= on), None)
        if step is None:
            return None, steps
        steps.append(step)
        heir = ctx.session.exec(select(Agency).where(Agency.code == step.to_code)).first()
        if step.kind not in ONE_TO_ONE or heir is None:
            return None, steps
        current = heir
    return current, steps


def successions_from(ctx: Context, code: str) -> list[Succession]:
    """How an agency gives way, by day."""
    query = select(Succession).where(Succession.from_code == code).order_by(col(Succession.on), col(Succession.id))
    return list(ctx.session.exec(query).all())


def succession_text(ctx: Context, step: Succession) -> str:
    """``Sở X sáp nhập vào Sở Y từ ngày 01/03/2025 theo ...``; all successors of a split together."""
    together = [s.to_code for s in successions_from(ctx, step.from_code) if s.on == step.on and s.to_code]
    wanted = select(col(Agency.code), col(Agency.name)).where(col(Agency.code).in_([step.from_code, *together]))
    names = dict(ctx.session.exec(wanted).all())
    into = f" {', '.join(names.get(code, code) for code in together)}" if together else ""
    by = f" theo {step.decision}" if step.decision else ""
    return f"{names.get(step.from_code, step.from_code)} {WORDS[step.kind]}{into} từ ngày {step.on:%d/%m/%Y}{by}"


def role_holder(ctx: Context, role: str, on: date) -> tuple[Agency, str] | None:
    """The agency that plays a role on a day, with the role's name."""
    rows = ctx.session.exec(
        select(RoleHolder, Agency).join(Agency, col(RoleHolder.agency_id) == Agency.id).where(RoleHolder.role == role)
    ).all()
    for row, agency in rows:
        if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to):
            return agency, row.role_name
    return None


def receiver_of(ctx: Context, code: str | None, period: Period) -> Agency | None:
    """Who receives a period's reports: the holder of the role while the period lives, so that a merger moves it."""
    if code is None:
        return None
    day = min(max(ctx.today, period.opens_on), lives_until(ctx, period))
    holder = role_holder(ctx, code, day) or role_holder(ctx, code, period.opens_on)
    if holder is not None:
        return holder[0]
    named = ctx.session.exec(select(Agency).where(Agency.code == code)).first()
    return heir_of(ctx, named, day)[0] or named if named is not None else None


def lives_until(ctx: Context, period: Period) -> date:
    """The day a period closes by its own dates: what happens to an agency later no longer concerns it."""
    return ctx.calendar.first_on_or_after(period.due_on + timedelta(days=CLOSE_AFTER_DAYS))


def is_valid(agency: Agency, on: date) -> bool:
    """Whether the agency exists on a day."""
    return agency.valid_from <= on and (agency.valid_to is None or on <= agency.valid_to)
