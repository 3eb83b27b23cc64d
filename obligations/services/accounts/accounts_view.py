"""The accounts as an administrator sees them."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from models.tables import Account, PortalSession, SecondFactor
from obligations.errors import NotFound
from obligations.services import audit
from obligations.services.accounts.handovers import HandoverRow, handovers
from obligations.services.accounts.mail_link import mails_links
from obligations.services.accounts.people import in_order
from obligations.services.accounts.roles import Standing, standing
from obligations.services.accounts.roles import own_roles as roles_of
from obligations.services.context import Context


@dataclass(frozen=True)
class AccountRow:
    """One account. ``instead``: roles it has today for somebody else, with whose; ``rests``: its own, handed over."""

    name: str
    display_name: str
    email: str
    roles: list[str]
    instead: list[tuple[str, str]]
    rests: list[str]
    disabled_at: datetime | None
    is_sample: bool
    second: bool
    bound: bool
    locked_until: datetime | None
    last_seen_at: datetime | None
    """Last use of a session that still stands."""


@dataclass(frozen=True)
class AccountsPage:
    """Everything of the page of accounts."""

    rows: list[AccountRow]
    handovers: list[HandoverRow]
    by_mail: bool


def accounts_page(ctx: Context) -> AccountsPage:
    """Every account, those in use first; a fixed number of queries."""
    now = standing(ctx)
    rows = ctx.session.exec(select(Account).order_by(col(Account.disabled_at).is_not(None), col(Account.name))).all()
    factors = set(
        ctx.session.exec(select(SecondFactor.account_id).where(col(SecondFactor.confirmed_at).is_not(None))).all()
    )
    seen = dict(
        ctx.session.exec(
            select(PortalSession.account, func.max(PortalSession.seen_at)).group_by(col(PortalSession.account))
        ).all()
    )
    names = {a.name: a.display_name for a in rows}
    shown = [_row(ctx, a, now, names, second=a.id in factors, seen=seen.get(a.name)) for a in rows]
    return AccountsPage(shown, handovers(ctx), mails_links(ctx))


def export_accounts(ctx: Context, form: str) -> list[AccountRow]:
    """Every account for a file that leaves the system; no secret is in it, but addresses are, so the act is audited."""
    rows = accounts_page(ctx).rows
    audit.record(ctx, "accounts.exported", "accounts", rows=len(rows), format=form)
    return rows


def account_row(ctx: Context, name: str) -> AccountRow:
    """One of them."""
    for row in accounts_page(ctx).rows:
        if row.name == name:
            return row
    raise NotFound(f"no account is called {name!r}")


def _row(
    ctx: Context, account: Account, now: Standing, names: dict[str, str], *, second: bool, seen: datetime | None
) -> AccountRow:
    today = now.of(ctx, account.name)
    own = now.own.get(account.name) or roles_of(ctx, account)
    locked = account.locked_until if account.locked_until and account.locked_until > ctx.as_of else None
    mine = {role for role, giver in today.items() if giver == account.name}
    return AccountRow(
        account.name,
        account.display_name,
        account.email,
        in_order(own),
        [(role, names[today[role]]) for role in in_order(today) if today[role] != account.name],
        [] if account.disabled_at else in_order(own - mine),
        account.disabled_at,
        account.is_sample,
        second,
        account.oidc_subject is not None,
        locked,
        seen,
    )
