"""Named accounts: made, changed, disabled. The same for the page of the administrator and for ``dondoc account``."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from sqlmodel import col, delete, func, select

from models.engine import serialise
from models.tables import Account, PortalSession
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.rights import ADMINISTRATOR, COORDINATOR, ROLES, own_name
from obligations.services import audit
from obligations.services.accounts.roles import own_roles, standing, write_roles
from obligations.services.context import Context

SAMPLE_ACCOUNT = "chuyen-vien-mau"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,49}")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,250}\.[^@\s.]{2,}")
LONGEST_NAME = 120
LOCK = 197_024
TAKEN = ("hand-over",)
"""Words that stand in the place of a name in the addresses of pages."""


def create_account(
    ctx: Context,
    name: str,
    display_name: str,
    email: str,
    roles: str | Collection[str] = COORDINATOR,
    *,
    is_sample: bool = False,
) -> Account:
    """A named person on the coordinating side. Refused for a name that is taken or unfit, a wrong address or role."""
    wanted = {roles} if isinstance(roles, str) else set(roles)
    if not NAME.fullmatch(name) or name.lower() in TAKEN:
        raise WrongValue(
            "name", f"Tên đăng nhập “{name}” chưa đúng: 02 đến 50 chữ không dấu, chữ số, dấu chấm hoặc gạch nối."
        )
    _check(display_name, email)
    if ctx.session.exec(select(Account.id).where(func.lower(Account.name) == name.lower())).first():
        raise WrongValue("name", f"Đã có tài khoản tên {name}.")
    account = Account(
        name=name, display_name=display_name.strip(), email=email.strip(), is_sample=is_sample, created_at=ctx.as_of
    )
    ctx.session.add(account)
    ctx.session.flush()
    write_roles(ctx, account, wanted)
    audit.record(ctx, "account.created", name, roles=in_order(wanted), sample=is_sample)
    return account


def ensure_sample_account(ctx: Context) -> Account:
    """The first coordinator in use; on an installation without any a sample one, that also looks after accounts."""
    now = standing(ctx)
    usable = [name for name, roles in now.own.items() if COORDINATOR in roles]
    query = select(Account).where(col(Account.name).in_(usable)).order_by(col(Account.id))
    if (found := ctx.session.exec(query).first()) is not None:
        return found
    return create_account(
        ctx,
        SAMPLE_ACCOUNT,
        "Chuyên viên theo dõi (mẫu)",
        "chuyenvien@hungyen.example",
        (COORDINATOR, ADMINISTRATOR),
        is_sample=True,
    )


def account_by_name(ctx: Context, name: str) -> Account:
    """An account in use."""
    account = ctx.session.exec(select(Account).where(Account.name == name)).first()
    if account is None or account.disabled_at is not None:
        raise NotFound(f"no account is called {name!r}")
    return account


def display_names(ctx: Context, names: Collection[str]) -> dict[str, str]:
    """What pages call these accounts."""
    rows = ctx.session.exec(select(Account.name, Account.display_name).where(col(Account.name).in_(list(names)))).all()
    return dict(rows)


def held_account(ctx: Context, name: str) -> Account:
    """An account, disabled or not; held until the transaction ends."""
    account = ctx.session.exec(select(Account).where(Account.name == name).with_for_update()).first()
    if account is None:
        raise NotFound(f"no account is called {name!r}")
    return account


def change_account(ctx: Context, name: str, display_name: str, email: str, roles: Collection[str]) -> None:
    """Other roles, name or address; Refused when nobody would be left to look after accounts."""
    _check(display_name, email)
    with _keeping_an_administrator(ctx):
        _change(ctx, held_account(ctx, name), display_name, email, roles)


def _change(ctx: Context, account: Account, display_name: str, email: str, roles: Collection[str]) -> None:
    before = own_roles(ctx, account)
    was = (account.display_name, account.email)
    account.display_name, account.email = display_name.strip(), email.strip()
    now = (account.display_name, account.email)
    fields = [word for word, old, new in zip(("display_name", "email"), was, now, strict=True) if old != new]
    if before != set(roles):
        write_roles(ctx, account, roles)
        audit.record(ctx, "account.roles_changed", account.name, roles=in_order(roles), roles_before=in_order(before))
    if fields:
        audit.record(ctx, "account.changed", account.name, fields=fields)


def disable_account(ctx: Context, name: str, reason: str) -> None:
    """Out of use from this moment: every session and link of it dies."""
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do.")
    if own_name(ctx.actor) == name:
        raise Refused("Không thể tự khóa tài khoản đang dùng.")
    with _keeping_an_administrator(ctx):
        account = held_account(ctx, name)
        if account.disabled_at is not None:
            return
        account.disabled_at, account.token_sha256 = ctx.as_of, None
        ctx.session.exec(delete(PortalSession).where(col(PortalSession.account) == name))
        ctx.session.flush()
    audit.record(ctx, "account.disabled", name, reason=reason.strip())


def enable_account(ctx: Context, name: str) -> None:
    """In use again, with the roles it had."""
    account = held_account(ctx, name)
    if account.disabled_at is None:
        return
    account.disabled_at, account.failures, account.locked_until = None, 0, None
    audit.record(ctx, "account.enabled", name)


def unbind_oidc(ctx: Context, name: str) -> None:
    """Forget which person of the province's sign-in this account belongs to; the next sign-in binds it anew."""
    account = held_account(ctx, name)
    if account.oidc_subject is not None:
        account.oidc_subject = None
        audit.record(ctx, "account.unbound", name)


def _check(display_name: str, email: str) -> None:
    if not display_name.strip() or len(display_name.strip()) > LONGEST_NAME:
        raise WrongValue("display_name", "Cần ghi họ tên, không quá 120 ký tự.")
    if not EMAIL.fullmatch(email.strip()):
        raise WrongValue("email", f"Địa chỉ thư điện tử “{email.strip()}” chưa đúng.")


@contextmanager
def _keeping_an_administrator(ctx: Context) -> Iterator[None]:
    """Refuse what leaves nobody to look after accounts by its own right; two who change at once wait for each other."""
    serialise(ctx.session, LOCK)
    before = _administrators(ctx)
    yield
    if before and not _administrators(ctx):
        raise Refused("Cần còn ít nhất một tài khoản quản trị đang dùng.")


def _administrators(ctx: Context) -> set[str]:
    return {name for name, roles in standing(ctx).own.items() if ADMINISTRATOR in roles}


def in_order(roles: Collection[str]) -> list[str]:
    """Roles as pages list them."""
    return [role for role in ROLES if role in roles]
