"""Roles and group memberships after a succession: both are dated, so they are settled when it is recorded."""

from datetime import date, timedelta

from sqlmodel import col, select

from models.tables import Agency, AgencyGroup, GroupMember, RoleHolder
from obligations.errors import WrongValue
from obligations.rules.successions import ONE_TO_ONE, Step
from obligations.services.context import Context
from obligations.services.lookup import agency_by_code
from obligations.services.roster import is_valid


def hand_roles(ctx: Context, step: Step, roles_to: str | None) -> list[str]:
    """The roles of each source go to its one successor, or to ``roles_to``; returns who holds what from then on.

    Refused when a role would have two holders at once, or none that anybody named.
    """
    code = step.targets[0] if step.kind in ONE_TO_ONE else roles_to
    if roles_to is not None and step.kind in ONE_TO_ONE and roles_to != code:
        raise WrongValue(
            "roles_to",
            f"the roles go to the successor {code!r}; --roles-to is for a split or an end",
            "Vai trò chuyển theo đơn vị tiếp nhận; chỉ chọn nơi nhận vai trò khi chia, tách, giải thể.",
        )
    moved: list[str] = []
    for source in step.sources:
        agency = agency_by_code(ctx, source)
        held = _held_after(ctx, agency, step.on)
        moved += [_hand(ctx, row, source, _heir(ctx, row, source, code, step.on), step.on) for row in held]
    if roles_to is not None and not moved:
        raise WrongValue(
            "roles_to",
            f"{', '.join(step.sources)} holds no role from {step.on} on; leave --roles-to out",
            "Cơ quan này không giữ vai trò nào; đề nghị để trống nơi nhận vai trò.",
        )
    return moved


def hand_groups(ctx: Context, step: Step) -> tuple[list[str], list[str]]:
    """The successor joins the groups of its predecessors from that day; named apart: those of another kind or level."""
    heir = agency_by_code(ctx, step.targets[0])
    own = set(ctx.session.exec(select(GroupMember.group_id).where(GroupMember.agency_id == heir.id)).all())
    joined: list[str] = []
    left: list[str] = []
    for code in step.sources:
        source = agency_by_code(ctx, code)
        alike = (source.kind, source.level) == (heir.kind, heir.level)
        for group in _groups_of(ctx, source):
            if group.id in own:
                continue
            own.add(group.id or 0)
            (joined if alike else left).append(group.code)
            if alike:
                ctx.session.add(GroupMember(group_id=group.id or 0, agency_id=heir.id or 0, valid_from=step.on))
    ctx.session.flush()
    return joined, left


def _groups_of(ctx: Context, agency: Agency) -> list[AgencyGroup]:
    query = select(AgencyGroup).join(GroupMember, col(GroupMember.group_id) == AgencyGroup.id)
    return list(ctx.session.exec(query.where(GroupMember.agency_id == agency.id).order_by(col(AgencyGroup.id))).all())


def _held_after(ctx: Context, agency: Agency, on: date) -> list[RoleHolder]:
    rows = ctx.session.exec(
        select(RoleHolder).where(RoleHolder.agency_id == agency.id).order_by(col(RoleHolder.id))
    ).all()
    return [row for row in rows if row.valid_to is None or row.valid_to >= on]


def _heir(ctx: Context, row: RoleHolder, source: str, code: str | None, on: date) -> Agency:
    if code is None:
        raise WrongValue(
            "roles_to",
            f"{source!r} holds the role {row.role!r} on {on}; say who takes it: --roles-to CODE",
            f"Cơ quan này đang giữ vai trò “{row.role_name}”; đề nghị chọn nơi nhận vai trò.",
        )
    heir = agency_by_code(ctx, code)
    if not is_valid(heir, max(on, row.valid_from)):
        raise WrongValue(
            "roles_to",
            f"{code!r} does not exist on {max(on, row.valid_from)}; it cannot take the role {row.role!r}",
            f"Nơi nhận vai trò “{row.role_name}” không hoạt động vào ngày {max(on, row.valid_from):%d/%m/%Y}.",
        )
    return heir


def _hand(ctx: Context, row: RoleHolder, source: str, heir: Agency, on: date) -> str:
    """End a holding the day before and begin it anew, or pass on one that has not begun."""
    begins, until = max(on, row.valid_from), row.valid_to
    for other in ctx.session.exec(select(RoleHolder).where(RoleHolder.role == row.role)).all():
        overlaps = other.valid_from <= (until or date.max) and (other.valid_to is None or other.valid_to >= begins)
        if other.id != row.id and overlaps:
            holder = ctx.session.get_one(Agency, other.agency_id).code
            raise WrongValue(
                "roles_to",
                f"the role {row.role!r} of {source!r} has {holder!r} as its holder from {other.valid_from}: two at once",
                f"Vai trò “{row.role_name}” sẽ có hai cơ quan cùng giữ từ ngày {other.valid_from:%d/%m/%Y}.",
            )
    if row.valid_from >= on:
        row.agency_id = heir.id or 0
    else:
        row.valid_to = on - timedelta(days=1)
        ctx.session.add(
            RoleHolder(role=row.role, role_name=row.role_name, agency_id=heir.id or 0, valid_from=on, valid_to=until)
        )
    ctx.session.flush()
    return f"{row.role}: {heir.code} from {begins}"
