"""The registry of agencies: applying its file, sample mailboxes, resolving who owes what on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import col, select

from models.enums import Audience, Duty, SuccessionKind
from models.tables import Agency, AgencyGroup, Contact, GroupMember, RoleHolder, Succession
from obligations.rules.lateness import weaker
from obligations.services import audit
from obligations.services.context import Context
from plans.registry import AgencySpec, RegistryFile

SAMPLE_DOMAIN = "hungyen.example"


@dataclass(frozen=True)
class Owing:
    """One agency that owes, how binding it is, and why it is on the list."""

    agency: Agency
    duty: Duty
    why: str


def apply_registry(ctx: Context, registry: RegistryFile) -> int:
    """Bring agencies, groups, roles and successions to what the file says; returns how many rows changed."""
    changed = _apply_agencies(ctx, registry.agencies)
    by_code = {a.code: a for a in ctx.session.exec(select(Agency)).all()}
    changed += _apply_groups(ctx, registry, by_code)
    changed += _apply_roles(ctx, registry, by_code)
    changed += _apply_successions(ctx, registry)
    if changed:
        audit.record(ctx, "registry.applied", registry.slug, changed=changed)
    return changed


def _apply_agencies(ctx: Context, specs: Iterable[AgencySpec]) -> int:
    known = {a.code: a for a in ctx.session.exec(select(Agency)).all()}
    changed = 0
    for position, spec in enumerate(specs):
        values: dict[str, Any] = {
            "name": spec.name,
            "short_name": spec.short_name,
            "kind": str(spec.kind),
            "level": str(spec.level),
            "valid_from": spec.valid_from,
            "valid_to": spec.valid_to,
            "official_code": spec.official_code,
            "duty": Duty(spec.duty) if spec.duty else None,
            "confidence": str(spec.confidence),
            "source": spec.source,
            "position": position,
        }
        agency = known.get(spec.code)
        if agency is None:
            ctx.session.add(Agency(code=spec.code, **values))
            changed += 1
        elif any(getattr(agency, name) != value for name, value in values.items()):
            agency.sqlmodel_update(values)
            changed += 1
    ctx.session.flush()
    return changed


def _apply_groups(ctx: Context, registry: RegistryFile, by_code: dict[str, Agency]) -> int:
    changed = 0
    groups = {g.code: g for g in ctx.session.exec(select(AgencyGroup)).all()}
    for spec in registry.groups:
        group = groups.get(spec.code)
        if group is None:
            group = AgencyGroup(code=spec.code, name=spec.name)
            ctx.session.add(group)
            ctx.session.flush()
            changed += 1
        wanted = {by_code[code].id or 0 for code in registry.members_of(spec.code)}
        have = {
            m.agency_id: m for m in ctx.session.exec(select(GroupMember).where(GroupMember.group_id == group.id)).all()
        }
        for agency_id in wanted - have.keys():
            ctx.session.add(GroupMember(group_id=group.id or 0, agency_id=agency_id))
        for agency_id in have.keys() - wanted:
            ctx.session.delete(have[agency_id])
        changed += len(wanted ^ have.keys())
    ctx.session.flush()
    return changed


def _apply_roles(ctx: Context, registry: RegistryFile, by_code: dict[str, Agency]) -> int:
    wanted = {
        (role.code, holder.from_): (role.name, by_code[holder.agency].id, holder.to)
        for role in registry.roles
        for holder in role.holders
    }
    have = {(r.role, r.valid_from): r for r in ctx.session.exec(select(RoleHolder)).all()}
    changed = 0
    for key, (name, agency_id, until) in wanted.items():
        row = have.get(key) or RoleHolder(role=key[0], role_name=name, agency_id=agency_id or 0, valid_from=key[1])
        if key not in have or (row.role_name, row.agency_id, row.valid_to) != (name, agency_id, until):
            row.role_name, row.agency_id, row.valid_to = name, agency_id or 0, until
            ctx.session.add(row)
            changed += 1
    for key in have.keys() - wanted.keys():
        ctx.session.delete(have[key])
        changed += 1
    ctx.session.flush()
    return changed


def _apply_successions(ctx: Context, registry: RegistryFile) -> int:
    have = {(s.from_code, s.to_code, s.on) for s in ctx.session.exec(select(Succession)).all()}
    changed = 0
    for spec in registry.successions:
        targets: list[str | None] = [*spec.to] or [None]
        for source in spec.from_:
            for target in targets:
                if (source, target, spec.on) in have:
                    continue
                ctx.session.add(
                    Succession(
                        from_code=source,
                        to_code=target,
                        on=spec.on,
                        kind=SuccessionKind(spec.kind),
                        scope=spec.scope,
                        decision=spec.decision,
                        confidence=str(spec.confidence),
                    )
                )
                changed += 1
    ctx.session.flush()
    return changed


def resolve(ctx: Context, codes: Iterable[str], on: date, duty: Duty) -> list[Owing]:
    """Agencies behind group, role and agency codes as they stand on a day, each once, in official order.

    ``duty`` is the obligation's; an agency's own bounds it, so that the weaker of both holds.
    """
    found: dict[int, Owing] = {}
    for code in codes:
        for agency, why in _members(ctx, code, on):
            if agency.id is not None and agency.id not in found:
                found[agency.id] = Owing(agency, weaker(duty, agency.duty), why)
    return sorted(found.values(), key=lambda o: o.agency.position)


def _members(ctx: Context, code: str, on: date) -> list[tuple[Agency, str]]:
    group = ctx.session.exec(select(AgencyGroup).where(AgencyGroup.code == code)).first()
    if group is not None:
        query = (
            select(Agency)
            .join(GroupMember, col(GroupMember.agency_id) == Agency.id)
            .where(GroupMember.group_id == group.id)
        )
        why = f"thuộc nhóm “{group.name}” vào ngày {on:%d/%m/%Y}"
        return [(a, why) for a in ctx.session.exec(query).all() if is_valid(a, on)]
    holder = role_holder(ctx, code, on)
    if holder is not None:
        agency, name = holder
        return [(agency, f"là {name.lower()} vào ngày {on:%d/%m/%Y}")]
    agencies = ctx.session.exec(select(Agency).where(Agency.code == code)).all()
    return [(a, "được nêu tên trong văn bản") for a in agencies if is_valid(a, on)]


def role_holder(ctx: Context, role: str, on: date) -> tuple[Agency, str] | None:
    """The agency that plays a role on a day, with the role's name."""
    rows = ctx.session.exec(
        select(RoleHolder, Agency).join(Agency, col(RoleHolder.agency_id) == Agency.id).where(RoleHolder.role == role)
    ).all()
    for row, agency in rows:
        if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to):
            return agency, row.role_name
    return None


def is_valid(agency: Agency, on: date) -> bool:
    """Whether the agency exists on a day."""
    return agency.valid_from <= on and (agency.valid_to is None or on <= agency.valid_to)


def add_sample_contacts(ctx: Context) -> int:
    """One clerk and one leader mailbox, under a reserved domain, for each agency without any contact."""
    has_contact = set(ctx.session.exec(select(Contact.agency_id)).all())
    added = 0
    for agency in ctx.session.exec(select(Agency)).all():
        if agency.id in has_contact or agency.id is None:
            continue
        for audience, box in ((Audience.clerk, "vanthu"), (Audience.leader, "lanhdao")):
            ctx.session.add(
                Contact(
                    agency_id=agency.id,
                    audience=audience,
                    channel="email",
                    address=f"{box}.{agency.code}@{SAMPLE_DOMAIN}",
                    label="Hộp thư mẫu",
                    purpose="Thử nghiệm",
                    source="Dữ liệu mẫu, tên miền dành riêng không nhận thư",
                    is_sample=True,
                    created_at=ctx.as_of,
                )
            )
            added += 1
    ctx.session.flush()
    return added
