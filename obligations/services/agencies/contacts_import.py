"""Contacts from a CSV or XLSX file: all rows or none, each error with its line; twice changes nothing."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from models.enums import AddressState
from models.tables import Agency, Contact
from obligations.errors import Refused, WrongValue
from obligations.rules.contact_rows import COLUMNS, ContactRow, columns_of, looks_personal, read_row
from obligations.rules.contact_words import HEIR, NEAREST, Problem
from obligations.services import audit
from obligations.services.agencies.contacts import readdress
from obligations.services.channels.channel_choice import PHONE
from obligations.services.context import Context
from obligations.services.roster import heir_of, is_valid
from obligations.services.table_file import TableError, read_table

_SHOWN = 10


@dataclass(frozen=True)
class Change:
    """What one row does: ``added``, ``changed``, ``unchanged`` or ``back`` (an address that had been removed)."""

    what: str
    row: ContactRow
    agency_name: str


@dataclass(frozen=True)
class ContactsFile:
    """What importing a file would do. With any problem nothing is imported."""

    changes: Sequence[Change]
    problems: Sequence[Problem]
    empty: int = 0
    """Rows without an address, as a template has them."""
    warnings: Sequence[Problem] = ()

    def count(self, what: str) -> int:
        """How many rows do this."""
        return sum(change.what == what for change in self.changes)


@dataclass(frozen=True)
class Imported:
    """What was, or would be, done. ``without_address``: rows left out; ``samples_removed``: made-up addresses that gave way to real ones."""

    imported: int
    without_address: int
    added: int
    changed: int
    unchanged: int
    samples_removed: int
    warnings: list[str]


def read_contacts(ctx: Context, content: bytes) -> ContactsFile:
    """Everything a file says and all that is wrong with it; writes nothing."""
    try:
        table = read_table(content)
    except TableError as error:
        return ContactsFile((), [Problem(error.line, error.code)])
    places, problems = columns_of(table.header)
    if problems:
        return ContactsFile((), problems)
    agencies = {a.code: a for a in ctx.session.exec(select(Agency)).all()}
    rows: list[ContactRow] = []
    empty = 0
    seen: dict[tuple[str, str, str, str], int] = {}
    for line, cells in table.rows:
        given = {name: cells[places[name]] if places.get(name, len(cells)) < len(cells) else "" for name in COLUMNS}
        if not given["address"]:
            empty += 1
            continue
        row, wrong = read_row(line, given)
        if given["agency"] and (unknown := _agency_problem(ctx, line, given["agency"], agencies)):
            wrong = [*wrong, unknown]
        if row is not None:
            key = (row.agency, row.audience.value, row.channel, row.address.casefold())
            if (first := seen.setdefault(key, line)) != line:
                wrong = [*wrong, Problem(line, "same_row", value=str(first))]
            rows.append(row)
        problems += wrong
    personal = [Problem(r.line, "personal", value=r.address) for r in rows if looks_personal(r.channel, r.address)]
    changes = [] if problems else _changes(ctx, rows, agencies)
    return ContactsFile(changes, problems, empty, personal)


def import_contacts(ctx: Context, name: str, content: bytes, *, dry_run: bool = False) -> Imported:
    """Add or mend addresses; an agency's sample addresses of the same audience are removed. Refused with any problem."""
    found = read_contacts(ctx, content)
    if found.problems:
        said = [problem.english() for problem in found.problems]
        more = f"; and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
        raise WrongValue("file", f"{name}: {'; '.join(said[:_SHOWN])}{more}. Nothing was imported")
    samples = _sample_rows(ctx, found.changes)
    done = Imported(
        imported=len(found.changes),
        without_address=found.empty,
        added=found.count("added") + found.count("back"),
        changed=found.count("changed"),
        unchanged=found.count("unchanged"),
        samples_removed=len(samples),
        warnings=[problem.english() for problem in found.warnings],
    )
    if not dry_run:
        real: dict[tuple[int, str], Contact] = {}
        for change in found.changes:
            contact = _put(ctx, change.row)
            if contact.channel != PHONE:
                real.setdefault((contact.agency_id, contact.audience), contact)
        for sample in samples:
            sample.removed_at = ctx.as_of
            readdress(ctx, sample, real[sample.agency_id, sample.audience])
        audit.record(ctx, "contacts.imported", Path(name).name[:200], added=done.added, changed=done.changed)
    return done


def import_file(ctx: Context, path: Path, *, dry_run: bool = False) -> Imported:
    """The same from a file on disk."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror}") from error
    return import_contacts(ctx, path.name, content, dry_run=dry_run)


def _agency_problem(ctx: Context, line: int, code: str, agencies: dict[str, Agency]) -> Problem | None:
    agency = agencies.get(code)
    if agency is None:
        near = difflib.get_close_matches(code, agencies, 1)
        hint = (NEAREST[0].format(near[0]), NEAREST[1].format(near[0])) if near else ("", "")
        return Problem(line, "unknown_agency", value=code, hint=hint)
    if is_valid(agency, ctx.today) or ctx.today < agency.valid_from:
        return None
    heir, _ = heir_of(ctx, agency, ctx.today)
    hint = (HEIR[0].format(heir.code), HEIR[1].format(f"{heir.name} ({heir.code})")) if heir else ("", "")
    return Problem(line, "ended_agency", value=agency.name, hint=hint)


def _changes(ctx: Context, rows: Sequence[ContactRow], agencies: dict[str, Agency]) -> list[Change]:
    known = {_key(c): c for c in ctx.session.exec(select(Contact)).all()}
    found = []
    for row in rows:
        agency = agencies[row.agency]
        old = known.get((agency.id or 0, row.audience.value, row.channel, row.address.casefold()))
        found.append(Change(_what(old, row), row, agency.name))
    return found


def _what(old: Contact | None, row: ContactRow) -> str:
    if old is None:
        return "added"
    if old.removed_at is not None:
        return "back"
    same = (old.label, old.purpose, old.source, old.is_sample) == (row.label, row.purpose, row.source, False)
    return "unchanged" if same else "changed"


def _key(contact: Contact) -> tuple[int, str, str, str]:
    return contact.agency_id, contact.audience.value, contact.channel, contact.address.casefold()


def _sample_rows(ctx: Context, changes: Sequence[Change]) -> list[Contact]:
    """Sample addresses that a real one of the same agency and audience replaces; a telephone number replaces none."""
    real = {(c.row.agency, c.row.audience) for c in changes if c.row.channel != PHONE}
    kept = {(c.row.agency, c.row.audience.value, c.row.channel, c.row.address.casefold()) for c in changes}
    query = select(Contact, Agency.code).join(Agency, col(Contact.agency_id) == Agency.id)
    query = query.where(col(Contact.is_sample).is_(True), col(Contact.removed_at).is_(None))
    return [
        contact
        for contact, code in ctx.session.exec(query).all()
        if (code, contact.audience) in real
        and (code, contact.audience.value, contact.channel, contact.address.casefold()) not in kept
    ]


def _put(ctx: Context, row: ContactRow) -> Contact:
    agency = ctx.session.exec(select(Agency).where(Agency.code == row.agency)).one()
    same = (Contact.agency_id == agency.id, Contact.audience == row.audience, Contact.channel == row.channel)
    old = next(
        (c for c in ctx.session.exec(select(Contact).where(*same)) if _key(c)[3] == row.address.casefold()), None
    )
    contact = old or Contact(
        agency_id=agency.id or 0,
        audience=row.audience,
        channel=row.channel,
        address=row.address,
        created_at=ctx.as_of,
    )
    if contact.removed_at is not None:
        contact.state, contact.state_reason = AddressState.active, ""
    contact.removed_at, contact.is_sample = None, False
    contact.label, contact.purpose, contact.source = row.label, row.purpose, row.source
    ctx.session.add(contact)
    ctx.session.flush()
    return contact
