"""A small installation: three departments, one yearly report due 30/10, applied on 01/09/2026."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import select

from models.enums import SubmissionChannel, SubmissionForm
from models.tables import Assignment
from obligations.services.agencies.registry import add_sample_contacts, apply_registry
from obligations.services.context import App, Context
from obligations.services.lookup import agency_by_code, find_obligation, find_period
from obligations.services.planning.apply_plan import apply_plan
from obligations.services.reviewing.review import cite_plan
from obligations.services.submitting.draft import SubmissionDraft
from obligations.services.submitting.submit import submit_report
from plans.reading import read_registry
from plans.schema import PlanFile
from tests.plan197 import hanoi
from tests.plans.builders import plan_with, write, yearly
from tests.prepared import of_this_process

PLAN, DUTY = "mau", "viec"
APPLIED = hanoi(2026, 9, 1, 9)
CODES = ["so-a", "so-b", "so-c"]
HEAD = "name: Sở {0}, short_name: {0}, kind: government, level: province, valid_from: 2020-01-01"
REGISTRY = "\n".join(
    [
        "slug: tinh-mau",
        "agencies:",
        *(f"  - {{code: {code}, {HEAD.format(code[-1].upper())}, confidence: H, source: mẫu}}" for code in CODES),
        "groups:",
        "  - {code: cac-so, name: Các sở, select: {kind: government, level: province}}",
    ]
)


def small_plan(month: int = 10, day: int = 30, **obligation: Any) -> PlanFile:
    """One yearly report due by the end of a day, opening on 01/10."""
    fixed: dict[str, Any] = {
        "assigned_to": ["cac-so"],
        "receiver": "so-a",
        "deadline": yearly(month, day, op="by", from_year=2026),
        "opens": {"month": 10, "day": 1},
    }
    return plan_with(**{**fixed, **obligation})


def settle(app: App, folder: Path, plan: PlanFile, at: datetime = APPLIED) -> None:
    """Apply registry, mailboxes and plan; opening notices cite the plan."""
    applied = plan.model_dump_json(by_alias=True)
    of_this_process().from_the_second_on(app, f"settled {at} {applied}", lambda: _settle(app, folder, plan, at))


def _settle(app: App, folder: Path, plan: PlanFile, at: datetime) -> None:
    with app.write(at, "test") as ctx:
        apply_registry(ctx, read_registry(write(folder, REGISTRY, "registry.yaml")))
        add_sample_contacts(ctx)
        apply_plan(ctx, plan, date(2026, 1, 1))
        for spec in plan.obligations:
            cite_plan(ctx, find_obligation(ctx, plan.slug, spec.code).id or 0)


def owed(ctx: Context, code: str, duty: str = DUTY, label: str = "2026") -> Assignment:
    """What an agency owes for a period."""
    period, agency = find_period(ctx, PLAN, duty, label), agency_by_code(ctx, code)
    query = select(Assignment).where(Assignment.period_id == period.id, Assignment.agency_id == agency.id)
    return ctx.session.exec(query).one()


def submit(ctx: Context, code: str, form: SubmissionForm = SubmissionForm.signed) -> None:
    """A report comes in."""
    row = owed(ctx, code)
    content: dict[str, Any] = {"entries": [], "figures": []}
    key = f"{code}:{ctx.as_of.isoformat()}"
    submit_report(
        ctx,
        SubmissionDraft(row.agency_id, [row.id or 0], form, SubmissionChannel.portal, content, key),
        tell_agency=False,
    )
