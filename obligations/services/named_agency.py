"""An agency as a person types it: by its name, or by its code."""

from collections.abc import Sequence

from sqlmodel import select

from models.tables import Agency
from obligations.errors import WrongValue
from obligations.services.context import Context


def code_of(ctx: Context, typed: str, field: str) -> str:
    """By code or by name, of those that are not gone for long; WrongValue when there is none or it means several. ``field``: where it was typed."""
    wanted = " ".join(typed.split())
    rows = _called(ctx, wanted)
    living = [row for row in rows if row.valid_to is None or row.valid_to >= ctx.today] or rows
    if len(living) == 1:
        return living[0].code
    if not living:
        raise WrongValue(field, f"no agency is called {wanted!r}", f"Danh mục không có cơ quan “{wanted}”.")
    codes = ", ".join(row.code for row in living)
    raise WrongValue(
        field, f"{wanted!r} means several: {codes}", f"“{wanted}” là tên của nhiều cơ quan; đề nghị ghi mã: {codes}."
    )


def codes_of(ctx: Context, typed: Sequence[str], field: str) -> tuple[str, ...]:
    """Of several lines. A line that is no name itself may hold several, separated by commas; names have commas too."""
    found: list[str] = []
    for line in typed:
        whole = " ".join(line.split())
        parts = [part for part in whole.split(",") if part.strip()]
        found += [code_of(ctx, each, field) for each in ([whole] if len(parts) == 1 or _called(ctx, whole) else parts)]
    return tuple(found)


def _called(ctx: Context, wanted: str) -> list[Agency]:
    return list(ctx.session.exec(select(Agency).where((Agency.code == wanted) | (Agency.name == wanted))).all())
