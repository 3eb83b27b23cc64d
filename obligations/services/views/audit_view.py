"""The audit trail as a page shows it: newest first, by person, act or subject."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col, func, select

from models.tables import AuditEntry
from obligations.services.actor_names import actor_names
from obligations.services.audit_subjects import Subject, subjects, subjects_named
from obligations.services.context import Context

NAMING = ("to", "agency", "proposed", "source", "account", "submitted_by", "asked_by")
"""Details that hold the code of a body, the name of an account or the id of a thing."""
PAGE = 50
"""Subjects that are named at a time."""


@dataclass(frozen=True)
class AuditRow:
    """One act; ``detail`` holds plain values and no personal data, ``about`` is None for what is known by no name."""

    seq: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]
    about: Subject | None
    by: str = ""
    """The person or the agency by name; empty for the service itself and for who is not known any more."""


@dataclass(frozen=True)
class AuditPage:
    """Fifty acts. ``head`` is ``SEQ:HASH`` of the newest entry of all, by which a cut-off trail is found out."""

    rows: list[AuditRow]
    page: int
    pages: int
    total: int
    head: str
    actors: list[str]
    names: dict[str, str]
    """Actors by name, those that have one."""
    called: dict[str, str]
    """Ids, codes and accounts that stand in details, by what people call them."""


def audit_page(ctx: Context, actor: str = "", action: str = "", about: str = "", page: int = 1) -> AuditPage:
    """Acts of one actor, of one kind (``message.`` takes all that begin so), or about a subject by id or name; "" is everything."""
    asked = _asked(actor, action, about)
    total = ctx.session.exec(select(func.count()).select_from(AuditEntry).where(*asked)).one()
    pages = max((total + PAGE - 1) // PAGE, 1)
    page = min(page, pages)
    query = select(AuditEntry).where(*asked).order_by(col(AuditEntry.seq).desc())
    newest = ctx.session.exec(select(AuditEntry).order_by(col(AuditEntry.seq).desc()).limit(1)).first()
    entries = ctx.session.exec(query.offset((page - 1) * PAGE).limit(PAGE)).all()
    known = subjects(ctx, {entry.subject for entry in entries})
    actors = sorted(ctx.session.exec(select(AuditEntry.actor).distinct()).all())
    names = actor_names(ctx, actors)
    return AuditPage(
        rows=[_row(entry, known.get(entry.subject), names) for entry in entries],
        page=page,
        pages=pages,
        total=total,
        head=f"{newest.seq}:{newest.hash}" if newest else "",
        actors=actors,
        names=names,
        called=_called(ctx, entries),
    )


def audit_after(ctx: Context, actor: str, action: str, about: str, before: int | None, most: int) -> list[AuditRow]:
    """The same acts that were entered before a number (``seq``; None: from the newest on), at most so many."""
    asked = _asked(actor, action, about)
    if before is not None:
        asked.append(col(AuditEntry.seq) < before)
    query = select(AuditEntry).where(*asked).order_by(col(AuditEntry.seq).desc()).limit(most)
    entries = ctx.session.exec(query).all()
    known = subjects(ctx, {entry.subject for entry in entries})
    names = actor_names(ctx, {entry.actor for entry in entries})
    return [_row(entry, known.get(entry.subject), names) for entry in entries]


def audit_rows(ctx: Context, actor: str, action: str, about: str, most: int) -> tuple[list[AuditRow], dict[str, str]]:
    """The same acts without pages, newest first, at most so many; and what their details name, as in ``AuditPage.called``."""
    query = select(AuditEntry).where(*_asked(actor, action, about)).order_by(col(AuditEntry.seq).desc())
    entries = ctx.session.exec(query.limit(most)).all()
    known = subjects(ctx, {entry.subject for entry in entries})
    names = actor_names(ctx, {entry.actor for entry in entries})
    return [_row(entry, known.get(entry.subject), names) for entry in entries], _called(ctx, entries)


def _asked(actor: str, action: str, about: str) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if actor:
        asked.append(col(AuditEntry.actor) == actor)
    if action:
        same = col(AuditEntry.action).startswith(action, autoescape=True)
        asked.append(same if action.endswith(".") else col(AuditEntry.action) == action)
    if about := about.strip():
        asked.append(col(AuditEntry.subject).contains(about, autoescape=True) | subjects_named(about))
    return asked


def _called(ctx: Context, entries: Sequence[AuditEntry]) -> dict[str, str]:
    """Other things that entries name besides their subject; a few queries for all."""
    held = [value for entry in entries for name, value in entry.detail.items() if name in NAMING]
    listed = [item for value in held for item in (value if isinstance(value, list) else [value])]
    keys = sorted({item for item in listed if isinstance(item, str)})
    found: dict[str, str] = actor_names(ctx, keys) if keys else {}
    return found | {key: subject.name for key, subject in subjects(ctx, keys).items()}


def _row(entry: AuditEntry, about: Subject | None, names: Mapping[str, str]) -> AuditRow:
    by = names.get(entry.actor, "")
    return AuditRow(entry.seq or 0, entry.at, entry.actor, entry.action, entry.subject, entry.detail, about, by)
