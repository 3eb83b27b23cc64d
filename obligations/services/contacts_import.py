"""Contacts from a CSV: all rows or none, each error with its line."""

import csv
from email.headerregistry import Address
from pathlib import Path

from sqlmodel import select

from models.enums import Audience
from models.tables import Agency, Contact
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.channel_choice import PHONE
from obligations.services.context import Context

COLUMNS = ("agency", "audience", "channel", "address", "label", "purpose", "source")
_LARGEST = 5 << 20
_SHOWN = 10


def import_contacts(ctx: Context, path: Path) -> int:
    """Add addresses; an agency's sample addresses of the same audience are removed. Returns how many rows were taken."""
    rows = _read(path)
    agencies = {a.code: a.id or 0 for a in ctx.session.exec(select(Agency)).all()}
    problems = [problem for number, row in rows if (problem := _problem(number, row, agencies))]
    if problems:
        raise Refused(
            "; ".join(problems[:_SHOWN])
            + (f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else "")
            + ". Nothing was imported"
        )
    for _, row in rows:
        _put(ctx, agencies[row["agency"]], row)
    audit.record(ctx, "contacts.imported", path.name, rows=len(rows))
    return len(rows)


def _read(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        if path.stat().st_size > _LARGEST:
            raise Refused(f"{path.name} is larger than 5 MB; split it")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{path.name} cannot be read as UTF-8: {error}") from error
    reader = csv.DictReader(text.splitlines())
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
    if missing:
        raise Refused(
            f"{path.name}: line 1: the columns {', '.join(missing)} are missing; begin with {','.join(COLUMNS)}"
        )
    return [(reader.line_num, {k: (v or "").strip() for k, v in row.items() if k}) for row in reader]


def _problem(number: int, row: dict[str, str], agencies: dict[str, int]) -> str | None:
    if row["agency"] not in agencies:
        return f"line {number}: no agency has the code {row['agency']!r}"
    if row["audience"] not in set(Audience):
        return f"line {number}: audience {row['audience']!r} is not clerk or leader"
    if not row["purpose"] or not row["source"]:
        return f"line {number}: purpose and source must be given (personal data)"
    if row["channel"] == "email":
        try:
            Address(addr_spec=row["address"])
        except (ValueError, IndexError):
            return f"line {number}: {row['address']!r} is not an address"
    return None if row["channel"] and row["address"] else f"line {number}: channel and address must be given"


def _put(ctx: Context, agency_id: int, row: dict[str, str]) -> None:
    audience = Audience(row["audience"])
    for old in ctx.session.exec(
        select(Contact).where(Contact.agency_id == agency_id, Contact.audience == audience)
    ).all():
        if old.is_sample and old.removed_at is None and row["channel"] != PHONE:
            old.removed_at = ctx.as_of
        if (old.channel, old.address) == (row["channel"], row["address"]):
            old.removed_at, old.label, old.purpose, old.source = None, row["label"], row["purpose"], row["source"]
            return
    ctx.session.add(
        Contact(
            agency_id=agency_id,
            audience=audience,
            channel=row["channel"],
            address=row["address"],
            label=row["label"],
            purpose=row["purpose"],
            source=row["source"],
            created_at=ctx.as_of,
        )
    )
    ctx.session.flush()
