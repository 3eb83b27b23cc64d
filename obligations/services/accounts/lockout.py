"""Who gives wrong second factors again and again waits (ASVS 6.3.1)."""

from datetime import timedelta

from models.tables import Account
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.context import Context


def check_not_locked(ctx: Context, account: Account) -> None:
    """Refused with the moment until which the account is locked."""
    if account.locked_until is not None and account.locked_until > ctx.as_of:
        until = account.locked_until.astimezone(ctx.settings.zone)
        raise Refused(f"Đã nhập sai nhiều lần. Tài khoản tạm khóa đến {until:%H giờ %M} ngày {until:%d/%m/%Y}.")


def count_failure(ctx: Context, account: Account) -> None:
    """One more; with the last that is allowed the account is locked."""
    account.failures += 1
    if account.failures >= ctx.settings.lockout_failures:
        account.failures = 0
        account.locked_until = ctx.as_of + timedelta(minutes=ctx.settings.lockout_minutes)
        audit.record(ctx, "account.locked", account.name, minutes=ctx.settings.lockout_minutes)
