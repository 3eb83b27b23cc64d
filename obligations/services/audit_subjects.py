"""What the subjects of audit entries are called: a public id says nothing to a person."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from models.folded import has_words
from models.tables import (
    Account,
    Agency,
    ApiToken,
    Assignment,
    AuditEntry,
    Consolidation,
    FeedToken,
    Message,
    NoticeBatch,
    Obligation,
    Period,
    Plan,
    ReportTemplate,
    Submission,
    Webhook,
)
from obligations.rules.folding import words_of
from obligations.rules.wording import period_text
from obligations.services.context import Context

CHUNK = 2_000
"""Keys that one statement is asked for."""


@dataclass(frozen=True)
class Subject:
    """A subject by name. ``kind`` and ``key`` lead to its page: period, assignment, message, batch, agency or plan."""

    name: str
    kind: str
    key: str


def subjects(ctx: Context, keys: Collection[str]) -> dict[str, Subject]:
    """The subjects that are still there, by the id or code under which they were recorded; a few queries for each ``CHUNK``."""
    ordered = sorted(keys)
    found: dict[str, Subject] = {}
    for first in range(0, len(ordered), CHUNK):
        found |= _found(ctx, ordered[first : first + CHUNK])
    return found


def _found(ctx: Context, keys: Collection[str]) -> dict[str, Subject]:
    found: dict[str, Subject] = {}
    for code, name in ctx.session.exec(select(Agency.code, Agency.name).where(col(Agency.code).in_(keys))).all():
        found[code] = Subject(name, "agency", code)
    for slug, number in ctx.session.exec(select(Plan.slug, Plan.number).where(col(Plan.slug).in_(keys))).all():
        found[slug] = Subject(number, "plan", slug)
    for key, label, title in _periods(ctx, keys):
        found[key] = Subject(f"{title}, {period_text(label)}", "period", key)
    return found | _of_agencies(ctx, keys)


def subjects_named(question: str) -> ColumnElement[bool]:
    """Entries about what people call so, with or without marks: a body, a period, a person, a program, a receipt."""
    words = words_of(question)
    bodies = select(Agency.id).where(has_words(words, Agency.name, Agency.short_name))
    periods = select(Period.id).join(Obligation, col(Period.obligation_id) == Obligation.id)
    periods = periods.where(has_words(words, Obligation.title, Period.label))
    queries = (
        select(Agency.code).where(col(Agency.id).in_(bodies)),
        select(Account.name).where(has_words(words, Account.display_name)),
        select(Period.public_id).where(col(Period.id).in_(periods)),
        select(Consolidation.public_id).where(col(Consolidation.period_id).in_(periods)),
        select(Assignment.public_id).where(
            col(Assignment.agency_id).in_(bodies) | col(Assignment.period_id).in_(periods)
        ),
        select(Submission.public_id).where(
            col(Submission.agency_id).in_(bodies) | has_words(words, Submission.receipt_number)
        ),
        select(Message.public_id).where(col(Message.agency_id).in_(bodies)),
        select(FeedToken.public_id).where(col(FeedToken.agency_id).in_(bodies)),
        select(ApiToken.public_id).where(has_words(words, ApiToken.name)),
        select(Webhook.public_id).where(has_words(words, Webhook.name)),
    )
    return or_(*(col(AuditEntry.subject).in_(query) for query in queries))


def _periods(ctx: Context, keys: Collection[str]) -> list[tuple[str, str, str]]:
    of_period = col(Period.obligation_id) == Obligation.id
    query = select(Period.public_id, Period.label, Obligation.title).join(Obligation, of_period)
    rows = list(ctx.session.exec(query.where(col(Period.public_id).in_(keys))).all())
    made = select(Consolidation.public_id, Period.label, Obligation.title)
    made = made.join(Period, col(Consolidation.period_id) == Period.id).join(Obligation, of_period)
    return rows + list(ctx.session.exec(made.where(col(Consolidation.public_id).in_(keys))).all())


def _of_agencies(ctx: Context, keys: Collection[str]) -> dict[str, Subject]:
    """What is about one agency, under that agency's name."""
    found: dict[str, Subject] = {}
    owed = select(Assignment.public_id, Agency.name, Obligation.title, Period.label)
    owed = owed.join(Agency, col(Assignment.agency_id) == Agency.id)
    owed = owed.join(Period, col(Assignment.period_id) == Period.id)
    owed = owed.join(Obligation, col(Period.obligation_id) == Obligation.id)
    for key, name, title, label in ctx.session.exec(owed.where(col(Assignment.public_id).in_(keys))).all():
        found[key] = Subject(f"{name}: {title}, {period_text(label)}", "assignment", key)
    told = select(Message.public_id, Agency.name).join(Agency, col(Message.agency_id) == Agency.id)
    for key, name in ctx.session.exec(told.where(col(Message.public_id).in_(keys))).all():
        found[key] = Subject(f"Thông báo đến {name}", "message", key)
    sent = select(Submission.public_id, Agency.name, Submission.receipt_number)
    sent = sent.join(Agency, col(Submission.agency_id) == Agency.id)
    for key, name, receipt in ctx.session.exec(sent.where(col(Submission.public_id).in_(keys))).all():
        found[key] = Subject(f"Báo cáo của {name}, số xác nhận {receipt}", "", key)
    calendars = select(FeedToken.public_id, Agency.name).join(Agency, col(FeedToken.agency_id) == Agency.id)
    for key, name in ctx.session.exec(calendars.where(col(FeedToken.public_id).in_(keys))).all():
        found[key] = Subject(f"Lịch của {name}", "", key)
    told_of = select(Webhook.public_id, Webhook.name).where(col(Webhook.public_id).in_(keys))
    for key, name in ctx.session.exec(told_of).all():
        found[key] = Subject(f"Nơi nhận sự kiện “{name}”", "", key)
    programs = select(ApiToken.public_id, ApiToken.name).where(col(ApiToken.public_id).in_(keys))
    for key, name in ctx.session.exec(programs).all():
        found[key] = Subject(f"Mã truy cập {name}", "", key)
    templates = select(ReportTemplate.public_id, ReportTemplate.file_name, ReportTemplate.version)
    for key, name, version in ctx.session.exec(templates.where(col(ReportTemplate.public_id).in_(keys))).all():
        found[key] = Subject(f"Mẫu báo cáo “{name}”, lần {version}", "", key)
    batches = select(NoticeBatch.public_id).where(col(NoticeBatch.public_id).in_(keys))
    for key in ctx.session.exec(batches).all():
        found[key] = Subject("Đợt đôn đốc", "batch", key)
    return found
