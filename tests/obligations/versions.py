"""A small plan that changes: four departments, two yearly duties, and what happened to them."""

import copy
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from models.enums import Audience, SubmissionChannel, SubmissionForm
from models.tables import Agency, Assignment, Message, MessageItem, Obligation, Period
from obligations.services.chasing.chase import plan_reminders
from obligations.services.context import App, Context
from obligations.services.lookup import agency_by_code, find_period
from obligations.services.planning.apply_plan import Applied, apply_plan
from obligations.services.planning.open_periods import open_due_periods
from obligations.services.reviewing.review import cite_plan
from obligations.services.sending.deliver import Delivered, deliver_due
from obligations.services.submitting.draft import SubmissionDraft, Submitted
from obligations.services.submitting.submit import submit_report
from plans.schema import PlanFile
from tests import builders as build
from tests.plan197 import hanoi
from tests.prepared import of_this_process

SLUG = "mau"
DEPARTMENTS = ("so-a", "so-b", "so-c", "so-d")
APPLIED = hanoi(2026, 9, 1, 9)
OPENS = hanoi(2026, 10, 1, 8)
TOLD = hanoi(2026, 10, 2, 9)


def report(code: str = "bao-cao", **changes: Any) -> dict[str, Any]:
    """A yearly report due before 01/11 (31/10/2026 is a Saturday)."""
    clauses = {"bao-cao": ["V.b1"], "thong-ke": ["V.b2"]}
    base = {
        "code": code,
        "title": "Báo cáo hằng năm" if code == "bao-cao" else "Báo cáo số liệu",
        "kind": "periodic",
        "clauses": clauses.get(code, ["V.b3"]),
        "assigned_to": ["so-a", "so-b", "so-c"],
        "deadline": deadline(11, 1),
        "opens": {"month": 10, "day": 1},
        "outline": ["III.1", "III.2"],
    }
    return {**base, **changes}


def deadline(month: int, day: int, **more: Any) -> dict[str, Any]:
    phrase = f"trước ngày {day:02d}/{month:02d} hằng năm"
    base = {"freq": "yearly", "op": "before", "month": month, "day": day, "from_year": 2024, "phrase": phrase}
    return {**base, "basis": "plan", **more}


def document(kind: str, effective_on: str | None = None, **more: Any) -> dict[str, Any]:
    base = {"document": "Quyết định số 12/QĐ-UBND", "issued_on": "2026-09-20", "kind": kind, "obligations": ["bao-cao"]}
    return {**base, **({"effective_on": effective_on} if effective_on else {}), **more}


def plan_file(*obligations: dict[str, Any], amendments: Collection[dict[str, Any]] = (), **head: Any) -> PlanFile:
    base = {
        "slug": SLUG,
        "number": "1/KH-UBND",
        "title": "Kế hoạch mẫu",
        "citation": "Kế hoạch số 1/KH-UBND ngày 02/01/2024",
        "issued_on": "2024-01-02",
        "issuer": "UBND tỉnh Mẫu",
        "outline": copy.deepcopy(build.OUTLINE),
        "obligations": list(obligations) or [report()],
        "amendments": list(amendments),
    }
    return PlanFile.model_validate({**base, **head})


@dataclass
class World:
    """The installation, with short names for what tests do and look at."""

    app: App

    def apply(self, file: PlanFile, at: datetime = TOLD, allow: Collection[str] = ()) -> Applied:
        with self.app.write(at, "test") as ctx:
            return apply_plan(ctx, file, date(2026, 1, 1), allow)

    def begin(self, file: PlanFile, *, based: bool = True) -> None:
        """Agencies, the plan applied before anything opens, its opening notices free to go."""
        applied = file.model_dump_json(by_alias=True)
        of_this_process().from_the_second_on(
            self.app, f"begun {based} {applied}", lambda: self._begin(file, based=based)
        )

    def _begin(self, file: PlanFile, *, based: bool) -> None:
        with self.app.write(APPLIED, "test") as ctx:
            for code in DEPARTMENTS:
                agency = build.add_agency(ctx.session, code, name=f"Sở {code[-1].upper()}")
                build.add_contact(ctx.session, agency)
                build.add_contact(ctx.session, agency, Audience.leader)
            apply_plan(ctx, file, date(2026, 1, 1))
            if based:
                for obligation in ctx.session.exec(select(Obligation)).all():
                    cite_plan(ctx, obligation.id or 0)

    def open(self, at: datetime = OPENS) -> None:
        with self.app.write(at, "tick") as ctx:
            open_due_periods(ctx)

    def deliver(self, at: datetime) -> Delivered:
        with self.app.write(at, "tick") as ctx:
            plan_reminders(ctx)
        return deliver_due(self.app, lambda: at)

    def opened(self, file: PlanFile) -> None:
        """Applied, opened on 01/10/2026, everybody told."""
        of_this_process().from_the_second_on(
            self.app, f"opened {file.model_dump_json(by_alias=True)}", lambda: self._opened(file)
        )

    def _opened(self, file: PlanFile) -> None:
        self.begin(file)
        self.open()
        self.deliver(OPENS)

    def send(self, code: str, at: datetime, obligation: str = "bao-cao", **more: Any) -> Submitted:
        with self.app.write(at, "cơ quan") as ctx:
            row = self.row(ctx, code, obligation)
            values: dict[str, Any] = {
                "form": SubmissionForm.signed,
                "channel": SubmissionChannel.portal,
                "content": {"entries": [], "figures": []},
                "idempotency_key": f"{code}:{obligation}:{at.isoformat()}",
            }
            draft = SubmissionDraft(agency_id=row.agency_id, assignment_ids=[row.id or 0], **(values | more))
            return submit_report(ctx, draft, tell_agency=False)

    def period(self, ctx: Context, obligation: str = "bao-cao", label: str = "2026") -> Period:
        return find_period(ctx, SLUG, obligation, label)

    def row(self, ctx: Context, code: str, obligation: str = "bao-cao", label: str = "2026") -> Assignment:
        query = select(Assignment).where(
            Assignment.period_id == self.period(ctx, obligation, label).id,
            Assignment.agency_id == agency_by_code(ctx, code).id,
        )
        return ctx.session.exec(query).one()

    def messages(self, kind: str | None = None, state: str | None = None) -> list[tuple[str, str, str]]:
        """Agency, kind, state of each message, in the order written."""
        with self.app.read(TOLD) as ctx:
            query = select(Agency.code, Message).join(Message, col(Message.agency_id) == Agency.id)
            rows = ctx.session.exec(query.order_by(col(Message.id))).all()
            return [
                (code, m.kind, m.state.value)
                for code, m in rows
                if kind in (None, m.kind) and state in (None, m.state.value)
            ]

    def steps(self, kind: str) -> list[str]:
        with self.app.read(TOLD) as ctx:
            query = select(MessageItem.step).join(Message, col(MessageItem.message_id) == Message.id)
            return list(ctx.session.exec(query.where(Message.kind == kind)).all())
