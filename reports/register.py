"""A register as plain values: facts, tables, a closing line. Ledgers and call lists are registers."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class RegisterPart:
    """One table under its heading; ``empty`` stands in its place when it has no rows."""

    heading: str
    note: str
    rows: tuple[tuple[str, ...], ...]
    empty: str = "Chưa có."


@dataclass(frozen=True)
class Register:
    """``columns``: name and width in centimetres (16.5 in all), ``sheet`` the name of the worksheet.

    ``as_of`` aware: equal registers of one moment give equal bytes.
    """

    issuer: str
    title: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, float], ...]
    parts: tuple[RegisterPart, ...]
    closing: tuple[str, ...]
    as_of: datetime
    sheet: str
    first_column: str = "Cơ quan, đơn vị"
    """Head of the column that names each part's heading where all parts share one sheet."""
