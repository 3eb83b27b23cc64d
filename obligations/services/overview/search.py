"""Looking things up by a few words, with or without marks: bodies, periods, duties, documents, notices, addresses."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, func, or_
from sqlalchemy import select as sql_select
from sqlmodel import col

from models.enums import PlanKind
from models.folded import has_words
from models.tables import (
    Agency,
    Assignment,
    Contact,
    Message,
    Obligation,
    Period,
    Plan,
    Receipt,
    Submission,
    SubmissionAssignment,
)
from obligations.rules.folding import closeness, words_of
from obligations.rules.masking import masked
from obligations.rules.wording import arrival_said, document_text, duty_name
from obligations.services.accounts.access import Actor, scope
from obligations.services.context import Context
from obligations.services.stated_mark import is_stated_key

MOST = 20
"""Results of one kind."""
CLOSE = 200
"""Candidates of one kind among which the closest are chosen."""
RECENT_MESSAGES = 5_000
"""Newest notices whose subjects are read; those to a body that was found are found whatever their age."""
SHORTEST = 2
"""Characters below which a question finds nothing: it would find everything."""
_IS_REQUEST = (col(Plan.kind) == PlanKind.request).label("is_request")


@dataclass(frozen=True)
class Hit:
    """One thing found. ``page`` is its address within the portal, ``note`` what tells it from others."""

    name: str
    page: str
    note: str = ""


@dataclass(frozen=True)
class Found:
    """Results by kind: agencies, periods, assignments, documents, messages, contacts. ``more``: kinds cut at the limit."""

    question: str
    kinds: dict[str, list[Hit]]
    more: frozenset[str]

    @property
    def total(self) -> int:
        """How many things are shown."""
        return sum(len(hits) for hits in self.kinds.values())


def search(ctx: Context, actor: Actor | None, question: str) -> Found:
    """What the words of a question are found in, as far as the actor may see; addresses for coordinators alone, masked.

    Every word must stand somewhere in what is found. A fixed number of queries.
    """
    words = words_of(question)
    if len("".join(words)) < SHORTEST or actor is None:
        return Found(question, {}, frozenset())
    kinds = {
        "agencies": _agencies(ctx, actor, words),
        "periods": _periods(ctx, words) if actor.agency_id is None else [],
        "documents": _documents(ctx, actor, words),
        "assignments": _assignments(ctx, actor, words),
        "messages": _messages(ctx, actor, words),
        "contacts": _contacts(ctx, words) if actor.may_act else [],
    }
    more = frozenset(name for name, hits in kinds.items() if len(hits) > MOST)
    return Found(question, {name: hits[:MOST] for name, hits in kinds.items() if hits}, more)


def _closest(words: Sequence[str], rows: Sequence[tuple[str, Hit]]) -> list[Hit]:
    """By how close the text is to the words; what is equally close stays in order."""
    return [hit for _, hit in sorted(rows, key=lambda row: closeness(row[0], words))]


def _agencies(ctx: Context, actor: Actor, words: Sequence[str]) -> list[Hit]:
    query = (
        sql_select(col(Agency.code), col(Agency.name), col(Agency.short_name), col(Agency.valid_to))
        .where(scope(actor, Agency.id))
        .where(has_words(words, Agency.name, Agency.short_name, Agency.code, func.coalesce(Agency.official_code, "")))
        .order_by(col(Agency.valid_to).is_not(None), col(Agency.position), col(Agency.id))
        .limit(CLOSE)
    )
    return _closest(
        words,
        [
            (name, Hit(name, f"/agencies/{code}", f"đến {_day(ends)}" if ends else short if short != name else ""))
            for code, name, short, ends in ctx.session.execute(query)
        ],
    )


def _periods(ctx: Context, words: Sequence[str]) -> list[Hit]:
    query = (
        sql_select(
            col(Period.public_id),
            col(Obligation.title),
            col(Period.label),
            col(Plan.number),
            col(Period.due_on),
            _IS_REQUEST,
        )
        .join_from(Period, Obligation, col(Period.obligation_id) == col(Obligation.id))
        .join(Plan, col(Obligation.plan_id) == col(Plan.id))
        .where(has_words(words, Obligation.title, Obligation.code, Period.label, Plan.number, Plan.title, Plan.slug))
        .order_by(col(Period.due_on).desc(), col(Period.id))
        .limit(CLOSE)
    )
    return _closest(
        words,
        [
            (
                title,
                Hit(
                    duty_name(title, label, request=request),
                    f"/periods/{key}",
                    f"{document_text(number)} · thời hạn {_day(due_on)}",
                ),
            )
            for key, title, label, number, due_on, request in ctx.session.execute(query)
        ],
    )


def _assignments(ctx: Context, actor: Actor, words: Sequence[str]) -> list[Hit]:
    """What a body owes: each word in its name or in the duty's, and at least one in its name.

    The words are looked for among bodies and periods, which are few, and never in every assignment's row.
    """
    bodies = [_bodies(word) for word in words]
    periods = [
        sql_select(col(Period.id))
        .join(Obligation, col(Period.obligation_id) == col(Obligation.id))
        .where(has_words([word], Obligation.title, Period.label))
        for word in words
    ]
    agency_id, period_id = col(Assignment.agency_id), col(Assignment.period_id)
    each = and_(*(or_(agency_id.in_(b), period_id.in_(p)) for b, p in zip(bodies, periods, strict=True)))
    query = (
        sql_select(
            col(Assignment.public_id),
            col(Agency.name),
            col(Obligation.title),
            col(Period.label),
            col(Assignment.due_on),
            _IS_REQUEST,
        )
        .join_from(Assignment, Agency, col(Assignment.agency_id) == col(Agency.id))
        .join(Period, col(Assignment.period_id) == col(Period.id))
        .join(Obligation, col(Period.obligation_id) == col(Obligation.id))
        .join(Plan, col(Obligation.plan_id) == col(Plan.id))
        .where(scope(actor, Assignment.agency_id), each, or_(*(agency_id.in_(b) for b in bodies)))
        .order_by(col(Assignment.due_on).desc(), col(Agency.position), col(Assignment.id))
        .limit(MOST + 1)
    )
    return [
        Hit(f"{name}: {duty_name(title, label, request=request)}", f"{_owed(actor)}{key}", f"thời hạn {_day(due_on)}")
        for key, name, title, label, due_on, request in ctx.session.execute(query)
    ]


def _bodies(word: str) -> Select[tuple[int | None]]:
    return sql_select(col(Agency.id)).where(has_words([word], Agency.name, Agency.short_name))


def _documents(ctx: Context, actor: Actor, words: Sequence[str]) -> list[Hit]:
    """By số/ký hiệu, số đến or the number of a receipt: a document has one of them, so all words stand in one."""
    numbers = (
        Submission.document_number,
        Submission.incoming_number,
        Submission.receipt_number,
        Receipt.incoming_number,
    )
    query = (
        sql_select(
            func.min(col(Assignment.public_id)),
            col(Submission.agency_name),
            col(Submission.document_number),
            col(Submission.incoming_number),
            col(Submission.receipt_number),
            col(Submission.arrived_on),
            col(Submission.form),
            col(Submission.idempotency_key),
        )
        .join_from(Submission, SubmissionAssignment, col(SubmissionAssignment.submission_id) == col(Submission.id))
        .join(Assignment, col(SubmissionAssignment.assignment_id) == col(Assignment.id))
        .outerjoin(Receipt, col(Receipt.submission_id) == col(Submission.id))
        .where(scope(actor, Submission.agency_id))
        .where(or_(*(has_words(words, func.coalesce(number, "")) for number in numbers)))
        .group_by(col(Submission.id))
        .order_by(col(Submission.id).desc())
        .limit(MOST + 1)
    )
    return [
        Hit(
            f"{number or 'Không có số, ký hiệu'} của {name}",
            f"{_owed(actor)}{key}",
            "; ".join(_numbers(incoming, receipt, arrival_said(arrived, form, stated=is_stated_key(key_given)))),
        )
        for key, name, number, incoming, receipt, arrived, form, key_given in ctx.session.execute(query)
    ]


def _numbers(incoming: str | None, receipt: str, arrived: str) -> Iterator[str]:
    if incoming:
        yield f"số đến {incoming}"
    yield arrived
    yield f"số xác nhận {receipt}"


def _messages(ctx: Context, actor: Actor, words: Sequence[str]) -> list[Hit]:
    newest = sql_select(func.coalesce(func.max(col(Message.id)), 0)).scalar_subquery()
    to_named = col(Message.agency_id).in_(
        sql_select(col(Agency.id)).where(scope(actor, Agency.id), has_words(words, Agency.name, Agency.short_name))
    )
    subject = and_(col(Message.id) > newest - RECENT_MESSAGES, has_words(words, Message.subject))
    query = (
        sql_select(col(Message.public_id), col(Agency.name), col(Message.subject), col(Message.planned_at))
        .join_from(Message, Agency, col(Message.agency_id) == col(Agency.id))
        .where(scope(actor, Message.agency_id), or_(to_named, subject))
        .order_by(col(Message.id).desc())
        .limit(MOST + 1)
    )
    zone = ctx.settings.zone
    return [
        Hit(subject or f"Thông báo đến {name}", f"/messages/{key}", f"{name} · {at.astimezone(zone):%H:%M %d/%m/%Y}")
        for key, name, subject, at in (ctx.session.execute(query) if actor.agency_id is None else ())
    ]


def _contacts(ctx: Context, words: Sequence[str]) -> list[Hit]:
    query = (
        sql_select(col(Contact.label), col(Contact.address), col(Agency.code), col(Agency.name))
        .join_from(Contact, Agency, col(Contact.agency_id) == col(Agency.id))
        .where(col(Contact.removed_at).is_(None))
        .where(has_words(words, Contact.label + " " + Contact.address + " " + Agency.name + " " + Agency.short_name))
        .order_by(col(Agency.position), col(Contact.id))
        .limit(MOST + 1)
    )
    return [
        Hit(name, f"/contacts?agency={code}#danh-sach", " · ".join(part for part in (label, masked(address)) if part))
        for label, address, code, name in ctx.session.execute(query)
    ]


def _owed(actor: Actor) -> str:
    return "/assignments/" if actor.agency_id is None else "/a/"


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
