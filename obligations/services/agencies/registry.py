"""The registry of agencies: applying its file, and sample mailboxes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

from sqlmodel import col, select

from models.enums import Audience, Duty
from models.tables import Agency, AgencyGroup, Contact, GroupMember, RoleHolder, Succession
from obligations.services import audit
from obligations.services.agencies.registry_successions import check_successions, put_successions, recorded_ends
from obligations.services.agencies.settle_successions import settle_successions
from obligations.services.context import Context
from plans.registry import AgencySpec, RegistryFile

SAMPLE_DOMAIN = "hungyen.example"


def apply_registry(ctx: Context, registry: RegistryFile) -> int:
    """Bring agencies, groups, roles and successions to what the file says; returns how many rows changed.

    What was recorded by a decision since then stands; Refused where the file contradicts it. Nothing is half-applied.
    """
    check_successions(ctx, registry)
    ends = recorded_ends(ctx)
    changed = _apply_agencies(ctx, registry.agencies, ends)
    by_code = {a.code: a for a in ctx.session.exec(select(Agency)).all()}
    changed += _apply_groups(ctx, registry, by_code)
    changed += _apply_roles(ctx, registry, by_code, ends)
    changed += put_successions(ctx, registry)
    changed += _keep_places(ctx, by_code, {spec.code for spec in registry.agencies})
    if changed:
        audit.record(ctx, "registry.applied", registry.slug, changed=changed)
    settle_successions(ctx)
    return changed


def _apply_agencies(ctx: Context, specs: Iterable[AgencySpec], ends: Mapping[str, date]) -> int:
    known = {a.code: a for a in ctx.session.exec(select(Agency)).all()}
    changed = 0
    for position, spec in enumerate(specs):
        values: dict[str, Any] = {
            "name": spec.name,
            "short_name": spec.short_name,
            "kind": str(spec.kind),
            "level": str(spec.level),
            "valid_from": spec.valid_from,
            "valid_to": ends.get(spec.code, spec.valid_to),
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
        gone = {i for i in have.keys() - wanted if have[i].valid_from is None}  # who took over from a member stays
        for agency_id in gone:
            ctx.session.delete(have[agency_id])
        named = [have[i] for i in have.keys() & wanted if have[i].valid_from is not None]
        for member in named:
            member.valid_from = None
        changed += len(wanted - have.keys()) + len(gone) + len(named)
    ctx.session.flush()
    return changed


def _keep_places(ctx: Context, by_code: Mapping[str, Agency], in_file: Collection[str]) -> int:
    """A body that a recorded decision founded stands where the first one that gave way to it stands, also once the file's order changes."""
    placed, changed = set(in_file), 0
    for step in ctx.session.exec(select(Succession).order_by(col(Succession.on), col(Succession.id))).all():
        before, heir = by_code.get(step.from_code), by_code.get(step.to_code or "")
        if before is None or heir is None or heir.code in placed:
            continue
        placed.add(heir.code)
        if heir.position != before.position:
            heir.position = before.position
            changed += 1
    ctx.session.flush()
    return changed


Holding = tuple[str, int, date | None]
"""Name of the role, agency, last day."""


def _apply_roles(ctx: Context, registry: RegistryFile, by_code: dict[str, Agency], ends: Mapping[str, date]) -> int:
    have = {(r.role, r.valid_from): r for r in ctx.session.exec(select(RoleHolder)).all()}
    wanted: dict[tuple[str, date], Holding] = {
        (role.code, holder.from_): (role.name, by_code[holder.agency].id or 0, holder.to)
        for role in registry.roles
        for holder in role.holders
    }
    _keep_recorded_roles(wanted, have, {by_code[code].id or 0: end for code, end in ends.items()})
    changed = 0
    for key, (name, agency_id, until) in wanted.items():
        row = have.get(key) or RoleHolder(role=key[0], role_name=name, agency_id=agency_id, valid_from=key[1])
        if key not in have or (row.role_name, row.agency_id, row.valid_to) != (name, agency_id, until):
            row.role_name, row.agency_id, row.valid_to = name, agency_id, until
            ctx.session.add(row)
            changed += 1
    for key in have.keys() - wanted.keys():
        ctx.session.delete(have[key])
        changed += 1
    ctx.session.flush()
    return changed


def _keep_recorded_roles(
    wanted: dict[tuple[str, date], Holding], have: Mapping[tuple[str, date], RoleHolder], ends: Mapping[int, date]
) -> None:
    """Where a recorded succession ended a holder, the file's holding ends with it and what was recorded follows."""
    for key, (name, agency_id, until) in list(wanted.items()):
        end = ends.get(agency_id)
        if end is None or (until is not None and until <= end):
            continue
        del wanted[key]
        if key[1] <= end:
            wanted[key] = (name, agency_id, end)
        for after, row in have.items():
            if after[0] == key[0] and row.valid_from > end:
                wanted.setdefault(after, (row.role_name, row.agency_id, row.valid_to))


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
