"""Small rows for tests: each builder fills what the test does not care about. Days are in the plan's time zone."""

import hashlib
import itertools
import json
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.enums import (
    AssignmentState,
    Audience,
    Basis,
    CompletesOn,
    Duty,
    ObligationKind,
    SubmissionChannel,
    SubmissionForm,
    SubmissionState,
)
from models.tables import (
    Agency,
    Assignment,
    Contact,
    Obligation,
    Period,
    Plan,
    PlanVersion,
    Submission,
    SubmissionAssignment,
)
from obligations.rules.due import day_ends

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
DUE = date(2026, 10, 30)
"""A Friday: due and practical due agree."""
OPENED = datetime(2026, 10, 1, 8, tzinfo=HANOI)
OUTLINE = [
    {"id": "III.1", "title": "Tuyên truyền, phổ biến", "clauses": ["III.1"]},
    {"id": "III.2", "title": "Phát triển sản phẩm", "clauses": ["III.2"]},
]
Row = TypeVar("Row")
_numbers = itertools.count(1)


def add_plan(session: Session, slug: str = "mau", **values: Any) -> Plan:
    """A plan with one version of its file, whose outline is OUTLINE."""
    file = {
        "slug": slug,
        "number": "1/KH-UBND",
        "title": "Kế hoạch mẫu",
        "citation": "Kế hoạch số 1/KH-UBND ngày 02/01/2026",
        "issuer": "UBND tỉnh Mẫu",
        "issued_on": "2026-01-02",
        "outline": OUTLINE,
        "obligations": [_spec("bao-cao")],
    }
    plan = Plan(
        **{
            "slug": slug,
            "number": file["number"],
            "title": file["title"],
            "citation": file["citation"],
            "issuer": file["issuer"],
            "issued_on": date(2026, 1, 2),
            "timezone": "Asia/Ho_Chi_Minh",
            "since_on": date(2026, 1, 1),
            "applied_at": OPENED,
            "version": 1,
            **values,
        }
    )
    _keep(session, plan)
    digest = hashlib.sha256(json.dumps(file, sort_keys=True).encode()).hexdigest()
    version = PlanVersion(
        plan_id=plan.id or 0, version=1, sha256=digest, content=file, applied_at=OPENED, applied_by="test"
    )
    _keep(session, version)
    return plan


def add_obligation(session: Session, plan: Plan, code: str = "bao-cao", **values: Any) -> Obligation:
    """A yearly report on the whole outline."""
    fixed: dict[str, Any] = {
        "title": "Báo cáo kết quả thực hiện",
        "kind": ObligationKind.periodic,
        "duty": Duty.required,
        "completes_on": CompletesOn.signed,
        "clauses": ["V.b4"],
        "spec": _spec(code),
    }
    return _keep(session, Obligation(plan_id=plan.id or 0, code=code, **{**fixed, **values}))


def add_agency(session: Session, code: str | None = None, **values: Any) -> Agency:
    """A department of the province, next in official order."""
    number = next(_numbers)
    fixed: dict[str, Any] = {
        "name": f"Sở số {number}",
        "short_name": f"Sở {number}",
        "kind": "government",
        "level": "province",
        "valid_from": date(2025, 1, 1),
        "position": number,
    }
    return _keep(session, Agency(code=code or f"so-{number}", **{**fixed, **values}))


def add_contact(session: Session, agency: Agency, audience: Audience = Audience.clerk, **values: Any) -> Contact:
    """A role mailbox under the reserved domain."""
    address = f"{audience.value}.{agency.code}@mau.example"
    fixed: dict[str, Any] = {"address": address, "is_sample": True, "created_at": OPENED}
    return _keep(session, Contact(agency_id=agency.id or 0, audience=audience, **{**fixed, **values}))


def add_period(
    session: Session, obligation: Obligation, label: str = "2026", due_on: date = DUE, **values: Any
) -> Period:
    """An open period due at the end of a day that is a working day."""
    ends = day_ends(due_on, HANOI)
    fixed: dict[str, Any] = {
        "plan_version": 1,
        "opens_on": OPENED.date(),
        "due_on": due_on,
        "due_at": ends,
        "overdue_at": ends,
        "practical_due_on": due_on,
        "grace_until": due_on,
        "basis": Basis.plan,
        "calendar_version": "test",
        "opened_at": OPENED,
    }
    return _keep(session, Period(obligation_id=obligation.id or 0, label=label, **{**fixed, **values}))


def add_assignment(session: Session, period: Period, agency: Agency, **values: Any) -> Assignment:
    """What the agency owes for the period, with the period's own dates."""
    fixed: dict[str, Any] = {
        "duty": Duty.required,
        "due_on": period.due_on,
        "due_at": period.due_at,
        "overdue_at": period.overdue_at,
        "practical_due_on": period.practical_due_on,
        "state_changed_at": period.opened_at,
    }
    return _keep(session, Assignment(period_id=period.id or 0, agency_id=agency.id or 0, **{**fixed, **values}))


def add_submission(session: Session, assignment: Assignment, at: datetime, **values: Any) -> Submission:
    """A signed report that came through the portal; the assignment is submitted."""
    number = next(_numbers)
    agency = session.get_one(Agency, assignment.agency_id)
    fixed: dict[str, Any] = {
        "receipt_number": f"TN-2026-{number:06d}",
        "form": SubmissionForm.signed,
        "channel": SubmissionChannel.portal,
        "arrived_on": at.astimezone(HANOI).date(),
        "arrived_at": at,
        "recorded_at": at,
        "recorded_by": "test",
        "idempotency_key": f"key-{number}",
        "content": {"entries": [], "figures": []},
    }
    submission = Submission(agency_id=assignment.agency_id, agency_name=agency.name, **{**fixed, **values})
    _keep(session, submission)
    _keep(session, SubmissionAssignment(submission_id=submission.id or 0, assignment_id=assignment.id or 0))
    assignment.state, assignment.state_changed_at = AssignmentState.submitted, at
    assignment.first_received_on = assignment.first_received_on or submission.arrived_on
    session.flush()
    return submission


def replace(session: Session, submission: Submission) -> None:
    """Take a version out of force."""
    submission.state = SubmissionState.replaced
    session.add(submission)
    session.flush()


def _spec(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "title": "Báo cáo kết quả thực hiện",
        "kind": "periodic",
        "clauses": ["V.b4"],
        "assigned_to": ["cac-so"],
        "outline": [item["id"] for item in OUTLINE],
        "deadline": {
            "freq": "yearly",
            "op": "by",
            "month": 10,
            "day": 30,
            "from_year": 2026,
            "basis": "plan",
            "phrase": "chậm nhất 30/10",
        },
    }


def _keep(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row
