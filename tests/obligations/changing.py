"""A small province whose agencies change: four departments that owe the 2026 report, each with a mailbox and a feed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from models.enums import Audience, SubmissionChannel, SubmissionForm, SuccessionKind
from models.tables import Agency, AgencyGroup, Assignment, GroupMember, Message, Period, Reassignment, RoleHolder
from obligations.rules.successions import Step
from obligations.services.agencies.record_succession import Act, Recorded, preview_succession, record_succession
from obligations.services.context import App, Context
from obligations.services.feeds.access import agency_feed, issue_token
from obligations.services.feeds.publish_feed import refresh_feeds
from obligations.services.sending.notices import write_opening_notices
from obligations.services.sending.outbox import Item, primary_contacts, write_message
from obligations.services.submitting.draft import SubmissionDraft, Submitted
from obligations.services.submitting.submit import submit_report
from tests import builders as build
from tests.plan197 import hanoi

DECISION = "15/QĐ-UBND, 12/10/2026"
OPENING = hanoi(2026, 10, 1, 8)
MERGING = date(2026, 10, 15)
NOON = hanoi(2026, 10, 15, 12)
"""The day of the change, a Thursday, eleven working days before the due day 30/10."""
CODES = ("so-a", "so-b", "so-c", "so-d")


@dataclass(frozen=True)
class Province:
    """Feed tokens and personal links by agency."""

    tokens: dict[str, str]


def make_province(app: App, *codes: str, cites_plan: bool = True) -> Province:
    """The departments, their group and role, and the period 2026 opened on 01/10 with its notices."""
    with app.write(OPENING, "test") as ctx:
        plan = build.add_plan(ctx.session)
        obligation = build.add_obligation(ctx.session, plan, cites_plan=cites_plan)
        group = AgencyGroup(code="cac-so", name="Các sở")
        ctx.session.add(group)
        ctx.session.flush()
        agencies = [build.add_agency(ctx.session, code, name=f"Sở {code[-1].upper()}") for code in codes or CODES]
        for agency in agencies:
            build.add_contact(ctx.session, agency)
            build.add_contact(ctx.session, agency, Audience.leader)
            ctx.session.add(GroupMember(group_id=group.id or 0, agency_id=agency.id or 0))
        role = RoleHolder(
            role="co-quan-tong-hop",
            role_name="Cơ quan tổng hợp",
            agency_id=agencies[0].id or 0,
            valid_from=date(2025, 1, 1),
        )
        ctx.session.add(role)
        period = build.add_period(ctx.session, obligation)
        why = "thuộc nhóm “Các sở” vào ngày 01/10/2026"
        rows = [build.add_assignment(ctx.session, period, agency, why=why) for agency in agencies]
        write_opening_notices(ctx, plan, obligation, period, rows)
        tokens = {agency.code: issue_token(ctx, agency.code) for agency in agencies}
        refresh_feeds(ctx)
    return Province(tokens)


def act(kind: str, sources: str, targets: str = "", on: date = MERGING, **more: Any) -> Act:
    step = Step(SuccessionKind(kind), tuple(sources.split()), tuple(targets.split()), on)
    return Act(step, more.pop("decision", DECISION), **more)


def record(app: App, what: Act, at: datetime = NOON) -> Recorded:
    with app.write(at, "chuyên viên") as ctx:
        done = record_succession(ctx, what)
        refresh_feeds(ctx)
        return done


def preview(app: App, what: Act, at: datetime = NOON) -> Recorded:
    with app.write(at, "chuyên viên") as ctx:
        return preview_succession(ctx, what)


def owed(ctx: Context, code: str, label: str = "2026") -> Assignment:
    """What an agency owes in the period."""
    return ctx.session.exec(
        select(Assignment)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .join(Period, col(Assignment.period_id) == Period.id)
        .where(Agency.code == code, Period.label == label)
    ).one()


def states(app: App) -> dict[str, str]:
    """State of every assignment by agency."""
    with app.read(NOON) as ctx:
        query = select(col(Agency.code), col(Assignment.state)).join(
            Assignment, col(Assignment.agency_id) == col(Agency.id)
        )
        return {code: state.value for code, state in ctx.session.execute(query.order_by(col(Agency.code))).all()}


def send(ctx: Context, code: str, form: SubmissionForm = SubmissionForm.signed, key: str = "1") -> Submitted:
    assignment = owed(ctx, code)
    draft = SubmissionDraft(
        agency_id=assignment.agency_id,
        assignment_ids=[assignment.id or 0],
        form=form,
        channel=SubmissionChannel.portal,
        content={"entries": [{"clause": "III.1", "result": f"Kết quả của {code}"}], "figures": []},
        idempotency_key=f"{code}:{key}",
    )
    return submit_report(ctx, draft)


def told(app: App, code: str, kind: str | None = None) -> list[Message]:
    """Messages to an agency, oldest first."""
    with app.read(NOON) as ctx:
        query = select(Message).join(Agency, col(Message.agency_id) == Agency.id).where(Agency.code == code)
        query = query.where(Message.kind == kind) if kind else query
        return list(ctx.session.exec(query.order_by(col(Message.id))).all())


def feed_text(app: App, token: str, at: datetime = NOON) -> str:
    with app.read(at) as ctx:
        body = agency_feed(ctx, token).body
    assert body is not None
    return body.decode().replace("\r\n ", "")


def remind(ctx: Context, code: str, step: str, kind: str = "before") -> Message:
    """A reminder that waits for its moment."""
    assignment = owed(ctx, code)
    contact = primary_contacts(ctx, [assignment.agency_id], Audience.clerk)[assignment.agency_id]
    written = write_message(
        ctx, contact, kind, [Item(assignment.id or 0, step, assignment.revision)], hanoi(2026, 10, 21, 8)
    )
    return ctx.session.get_one(Message, written)


def moves(app: App) -> list[Reassignment]:
    with app.read(NOON) as ctx:
        return list(ctx.session.exec(select(Reassignment).order_by(col(Reassignment.id))).all())
