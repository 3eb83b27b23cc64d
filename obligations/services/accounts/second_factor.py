"""One-time passwords as a second factor (RFC 6238): set up, asked for, locked after failures, recovered (ASVS 6.5)."""

import base64
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlmodel import col, delete, func, select

from models.tables import Account, PortalSession, RecoveryCode, SecondFactor
from obligations.errors import Refused, WrongValue
from obligations.rules.rights import PRIVILEGED
from obligations.services import audit
from obligations.services.accounts.lockout import check_not_locked, count_failure
from obligations.services.accounts.people import held_account
from obligations.services.accounts.recovery_codes import take_code, write_codes
from obligations.services.context import Context
from obligations.services.sealing import seal, unseal
from obligations.settings import Settings

STEP, DIGITS, SECRET_BYTES = 30, 6, 20
AROUND = (0, -1, 1)
"""Time steps that count as now: telephones are off by some seconds, and people type."""
NO_KEY = (
    "Không mở được khóa xác thực đã lưu của tài khoản. Quản trị hệ thống cần đưa lại khóa mã hóa cũ, hoặc chạy lệnh: "
    "dondoc account reset-factor"
)


@dataclass(frozen=True)
class Setup:
    """What the authenticator application takes: ``uri`` as a QR code, ``secret`` in base32 to be typed."""

    uri: str
    secret: str


@dataclass(frozen=True)
class FactorState:
    """What an account has of it."""

    confirmed: bool
    codes_left: int


def asks_for(ctx: Context, account: Account, roles: Collection[str]) -> bool:
    """Whether sessions of this account need the second factor: it has one, or its roles want one."""
    mode = ctx.settings.second_factor
    if mode == "off":
        return False
    return (mode == "required" and bool(PRIVILEGED & set(roles))) or has_factor(ctx, account)


_CONFIRMED = sql_select(col(SecondFactor.account_id)).where(
    col(SecondFactor.account_id) == bindparam("account"), col(SecondFactor.confirmed_at).is_not(None)
)
"""Built once: everything a named account asks for asks this first."""


def has_factor(ctx: Context, account: Account) -> bool:
    """Whether one was set up and confirmed."""
    return ctx.session.execute(_CONFIRMED, {"account": account.id}).first() is not None


def factor_state(ctx: Context, name: str) -> FactorState:
    """What an account has, for its own page."""
    account = ctx.session.exec(select(Account).where(Account.name == name)).one()
    left = select(func.count()).select_from(RecoveryCode)
    unused = left.where(RecoveryCode.account_id == account.id, col(RecoveryCode.used_at).is_(None))
    return FactorState(has_factor(ctx, account), ctx.session.exec(unused).one())


def begin_setup(ctx: Context, name: str) -> Setup:
    """A secret to be scanned; the one that waits already, if any, so that two tabs show the same. Refused when set up."""
    account = held_account(ctx, name)
    row = ctx.session.get(SecondFactor, account.id)
    if ctx.settings.second_factor == "off":
        raise Refused("Hệ thống này không dùng xác thực hai lớp.")
    if row is not None and row.confirmed_at is not None:
        raise Refused("Tài khoản đã có xác thực hai lớp.")
    if row is None:
        secret = seal(ctx.settings, base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode())
        row = SecondFactor(account_id=account.id or 0, secret_enc=secret, created_at=ctx.as_of)
        ctx.session.add(row)
        ctx.session.flush()
    return _setup(ctx, account, row)


def confirm_setup(ctx: Context, name: str, typed: str) -> list[str] | None:
    """Take the first code: from now on it is asked for. Gives the recovery codes, once; None for a wrong code."""
    account = held_account(ctx, name)
    row = ctx.session.get(SecondFactor, account.id)
    if row is None or row.confirmed_at is not None:
        raise Refused("Xác thực hai lớp đã được thiết lập hoặc chưa được bắt đầu. Đề nghị tải lại trang.")
    check_not_locked(ctx, account)
    if not _take_step(ctx, row, typed):
        count_failure(ctx, account)
        return None
    row.confirmed_at, account.failures = ctx.as_of, 0
    audit.record(ctx, "factor.set_up", name)
    return write_codes(ctx, account)


def give_factor(ctx: Context, name: str, typed: str) -> bool:
    """Whether this is the code of the moment, or an unused recovery code, which is used up. Counts failures.

    Refused while the account is locked. A wrong code returns False, so that its count is kept by the transaction.
    """
    account = held_account(ctx, name)
    check_not_locked(ctx, account)
    row = ctx.session.get(SecondFactor, account.id)
    if row is None or row.confirmed_at is None:
        raise Refused("Tài khoản chưa thiết lập xác thực hai lớp.")
    letters = "".join(c for c in typed.upper() if c.isalnum())
    if letters.isdigit() and len(letters) == DIGITS:
        good = _take_step(ctx, row, letters)
    else:
        good = take_code(ctx, account, letters)
    if good:
        account.failures, account.locked_until = 0, None
    else:
        count_failure(ctx, account)
    return good


def new_codes(ctx: Context, name: str, typed: str) -> list[str] | None:
    """Ten other recovery codes; the old ones die. None for a wrong code of the moment."""
    return write_codes(ctx, held_account(ctx, name)) if give_factor(ctx, name, typed) else None


def remove_factor(ctx: Context, name: str, typed: str) -> bool:
    """Take it off one's own account; a wrong code changes nothing."""
    if not give_factor(ctx, name, typed):
        return False
    _forget(ctx, held_account(ctx, name))
    audit.record(ctx, "factor.removed", name)
    return True


def reset_factor(ctx: Context, name: str, reason: str) -> None:
    """An administrator does it for who lost the telephone and the codes: every session of the account ends."""
    if not reason.strip():
        raise WrongValue("reason", "Cần ghi lý do.")
    account = held_account(ctx, name)
    _forget(ctx, account)
    account.failures, account.locked_until = 0, None
    ctx.session.exec(delete(PortalSession).where(col(PortalSession.account) == name))
    audit.record(ctx, "factor.reset", name, reason=reason.strip())


def _setup(ctx: Context, account: Account, row: SecondFactor) -> Setup:
    secret = _secret(ctx, row)
    return Setup(_totp(secret).get_provisioning_uri(account.name, _issuer(ctx.settings)), secret)


def _secret(ctx: Context, row: SecondFactor) -> str:
    try:
        return unseal(ctx.settings, row.secret_enc)
    except Refused as error:
        raise Refused(NO_KEY) from error


def _issuer(settings: Settings) -> str:
    """As the application lists it: the host of the portal, short and without marks, so that the drawing stays small."""
    return urlsplit(settings.base_url).hostname or "dondoc"


def _totp(secret: str) -> TOTP:
    # SHA-1 is what every authenticator application takes; HMAC does not rest on its collisions (RFC 6238).
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP, enforce_key_length=True)  # noqa: S303


def _take_step(ctx: Context, row: SecondFactor, typed: str) -> bool:
    """Whether the code belongs to a step around now that is newer than any taken before (ASVS 6.5.1)."""
    digits = "".join(c for c in typed if c.isdigit())
    totp, now = _totp(_secret(ctx, row)), int(ctx.as_of.timestamp())
    for around in AROUND:
        step = now // STEP + around
        if step > row.last_step and _is_code(totp, digits, step * STEP):
            row.last_step = step
            ctx.session.add(row)
            return True
    return False


def _is_code(totp: TOTP, digits: str, moment: int) -> bool:
    try:
        totp.verify(digits.encode("ascii"), moment)
    except (InvalidToken, UnicodeEncodeError):
        return False
    return True


def _forget(ctx: Context, account: Account) -> None:
    for table in (SecondFactor, RecoveryCode):
        ctx.session.exec(delete(table).where(col(table.account_id) == account.id))
