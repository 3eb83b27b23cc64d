"""Roles of accounts as they stand today, with whoever stands in for whom."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select as sql_select
from sqlmodel import col, delete, select

from models.tables import Account, AccountRole, Handover
from obligations.errors import WrongValue
from obligations.rules.rights import ROLES, Handing, own_name, roles_on
from obligations.services.context import Context


@dataclass(frozen=True)
class Standing:
    """Everything that decides about roles on one day."""

    own: dict[str, frozenset[str]]
    """By name, of every account in use."""
    handings: list[Handing]

    def of(self, ctx: Context, name: str) -> dict[str, str]:
        """Each role an account may use today, with whose place it takes."""
        return roles_on(name, self.own, self.handings, ctx.today)


# Built once: everything a named account asks for asks these first.
_ROLES = sql_select(col(Account.id), col(Account.name), col(Account.disabled_at), col(AccountRole.role)).outerjoin_from(
    Account, AccountRole, col(AccountRole.account_id) == col(Account.id)
)
_HANDOVERS = select(Handover).where(col(Handover.ended_at).is_(None))


def standing(ctx: Context) -> Standing:
    """Read it: two queries, whatever the number of accounts."""
    names: dict[int, str] = {}
    own: dict[str, frozenset[str]] = {}
    for number, name, disabled_at, role in ctx.session.execute(_ROLES):
        names[number] = name
        if disabled_at is None:
            own[name] = own.get(name, frozenset()) | ({role} if role else frozenset())
    rows = ctx.session.exec(_HANDOVERS).all()
    return Standing(
        own,
        [
            Handing(names[h.giver_id], names[h.taker_id], frozenset(h.roles), h.from_on, h.until_on, h.transfer)
            for h in rows
        ],
    )


def own_roles(ctx: Context, account: Account) -> frozenset[str]:
    """The roles an account has by itself."""
    return frozenset(ctx.session.exec(select(AccountRole.role).where(AccountRole.account_id == account.id)).all())


def roles_today(ctx: Context, name: str) -> dict[str, str]:
    """The roles an account may use today, each with the account whose place it takes; empty when disabled."""
    return standing(ctx).of(ctx, name)


def holds(ctx: Context, actor: str, role: str) -> bool:
    """Whether who acts under this name may use a role today."""
    return role in roles_today(ctx, own_name(actor))


def holders(ctx: Context, role: str) -> list[Account]:
    """Accounts that may use a role today, oldest first."""
    now = standing(ctx)
    names = [name for name in now.own if role in now.of(ctx, name)]
    query = select(Account).where(col(Account.name).in_(names)).order_by(col(Account.id))
    return list(ctx.session.exec(query).all())


def write_roles(ctx: Context, account: Account, roles: Collection[str]) -> None:
    """Make these the account's own. Refused for an unknown role."""
    if unknown := set(roles) - set(ROLES):
        raise WrongValue("roles", f"Không có vai trò {', '.join(sorted(unknown))}; các vai trò: {', '.join(ROLES)}.")
    if not roles:
        raise WrongValue("roles", "Tài khoản cần có ít nhất một vai trò.")
    ctx.session.exec(delete(AccountRole).where(col(AccountRole.account_id) == account.id))
    ctx.session.add_all(AccountRole(account_id=account.id or 0, role=role) for role in sorted(set(roles)))
    ctx.session.flush()
