"""Codes to be used once when the telephone is gone: shown once, kept by a hash that needs the installation's key."""

import hmac
import secrets

from sqlmodel import col, delete, update

from models.tables import Account, RecoveryCode
from obligations.services import audit
from obligations.services.context import Context
from obligations.settings import Settings

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODES, CODE_LENGTH = 10, 12


def take_code(ctx: Context, account: Account, letters: str) -> bool:
    """Use a recovery code up; of two at once one gets it."""
    taken = ctx.session.scalars(
        update(RecoveryCode)
        .where(col(RecoveryCode.account_id) == account.id, col(RecoveryCode.used_at).is_(None))
        .where(col(RecoveryCode.code_hmac) == _hashed(ctx.settings, letters))
        .values(used_at=ctx.as_of)
        .returning(col(RecoveryCode.id))
    ).first()
    if taken is not None:
        audit.record(ctx, "factor.code_used", account.name)
    return taken is not None


def write_codes(ctx: Context, account: Account) -> list[str]:
    """Ten new ones; the old ones die."""
    ctx.session.exec(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account.id))
    made = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    ctx.session.add_all(RecoveryCode(account_id=account.id or 0, code_hmac=_hashed(ctx.settings, c)) for c in made)
    audit.record(ctx, "factor.codes_made", account.name)
    return [f"{c[:4]}-{c[4:8]}-{c[8:]}" for c in made]


def _hashed(settings: Settings, letters: str) -> str:
    return hmac.digest(settings.key, b"recovery:" + letters.encode(), "sha256").hex()
