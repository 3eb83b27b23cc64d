"""What programs were answered is kept for a day, to be answered again: not of a report that nobody may read (S13)."""

from collections.abc import Collection

from sqlmodel import col, select

from models.tables import IdempotencyKey
from obligations.errors import Refused
from obligations.services.context import Context
from obligations.services.sealing import unseal


def forget_answers(ctx: Context, names: Collection[str]) -> None:
    """Take away the answers that name one of these public ids; their keys stay, so that no act happens twice."""
    for row in ctx.session.exec(select(IdempotencyKey).where(col(IdempotencyKey.answer) != "")).all():
        if _names_any(ctx, row.answer, names):
            row.answer = ""
    ctx.session.flush()


def _names_any(ctx: Context, answer: str, names: Collection[str]) -> bool:
    """An answer that no key opens any more is as good as gone."""
    try:
        said = answer if answer.startswith(("{", "[")) else unseal(ctx.settings, answer)
    except Refused:
        return True
    return any(name in said for name in names)
