"""What a period's consolidated report says, gathered from the versions in force."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, func, select

from models.enums import AssignmentState, Duty, PlanKind, SubmissionForm
from models.tables import (
    Agency,
    AgreedLateness,
    Assignment,
    Consolidation,
    Obligation,
    Period,
    Plan,
    Submission,
    SubmissionAssignment,
)
from obligations.errors import NotFound
from obligations.rules.figures import kind_text
from obligations.rules.lateness import FINAL
from obligations.rules.totals import Given, number_text, sums
from obligations.rules.wording import clause_text, period_text
from obligations.services.context import Context
from obligations.services.lateness import came_late
from obligations.services.reporting.last_period import compared_with_last
from obligations.services.roster import receiver_of
from obligations.services.sending.render import data_window
from obligations.services.served import entered_by_staff, in_force, part_of
from obligations.services.spec import plan_file_of, spec_in
from obligations.services.stated_mark import is_stated
from reports.document import AgencyEntry, ConsolidatedReport, Figure, MissingRow, ReceivedRow, ReportSection, Total

STAFF_TYPED = "cán bộ theo dõi nhập"


@dataclass(frozen=True)
class _Row:
    """What one agency owes, and the version in force of what it sent."""

    assignment: Assignment
    agency: Agency
    submission: Submission | None
    part: Mapping[str, Any]
    """What it says about this duty; nothing while there is none."""
    waits: bool = False
    """It was said to be in another body's report, which is not there."""

    @property
    def is_missing(self) -> bool:
        """Whether the agency stands on the list of those that have not sent; being informed owes nothing."""
        owes = self.assignment.state not in FINAL and self.assignment.duty != Duty.for_information
        return self.submission is None and owes

    @property
    def is_exempt(self) -> bool:
        """Whether a coordinator let the agency off for this period."""
        return self.submission is None and self.assignment.state == AssignmentState.exempt


def build_report(ctx: Context, period_id: int) -> ConsolidatedReport:
    """Everything the next version says, from one consistent snapshot, in a number of queries that does not grow."""
    period = ctx.session.get(Period, period_id)
    if period is None:
        raise NotFound("no such period")
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    rows = _rows(ctx, period_id)
    figures = _figures(rows)
    receiver = receiver_of(ctx, spec_in(obligation, period).receiver, period)
    issuer = receiver.name if receiver else None
    return ConsolidatedReport(
        plan_number=plan.number,
        plan_citation=plan.citation,
        issuer_parent=plan.issuer,
        issuer=issuer or plan.issuer,
        issuer_code=initials(issuer) if issuer else "UBND",
        place=place_of(plan),
        title=_title(plan, period),
        period_label=period_text(period.label),
        reader=plan.issuer,
        as_of=ctx.as_of.astimezone(ctx.settings.zone),
        version=_newest(ctx, period_id) + 1,
        data_window=data_window(period),
        sections=tuple(_sections(ctx, plan, obligation, period, rows)),
        figures=tuple(figures),
        received=tuple(_received(ctx, period, rows)),
        missing=tuple(_missing(r) for r in rows if r.is_missing),
        exempt=tuple(
            MissingRow(r.agency.name, "Không phải báo cáo kỳ này", r.assignment.due_on) for r in rows if r.is_exempt
        ),
        recipients=(plan.issuer,),
        compared=compared_with_last(ctx, period, _written(rows)),
        totals=tuple(_totals(figures)),
    )


def _title(plan: Plan, period: Period) -> str:
    if plan.kind == PlanKind.request:
        return f"{plan.title} ({plan.citation})"
    return f"Tình hình thực hiện Kế hoạch số {plan.number} {period_text(period.label)}"


def _newest(ctx: Context, period_id: int) -> int:
    query = select(func.max(Consolidation.version)).where(Consolidation.period_id == period_id)
    return ctx.session.exec(query).one() or 0


def _rows(ctx: Context, period_id: int) -> list[_Row]:
    """Each assignment with its version in force, in official order, in two queries."""
    assigned = ctx.session.exec(
        select(Assignment, Agency)
        .join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == period_id)
        .order_by(col(Agency.position), col(Assignment.id))
    ).all()
    sent = ctx.session.exec(
        select(SubmissionAssignment, Submission)
        .join(Submission, col(SubmissionAssignment.submission_id) == Submission.id)
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .where(Assignment.period_id == period_id, *in_force())
        .order_by(col(Submission.version), col(Submission.id))
    ).all()
    newest = {link.assignment_id: (submission, part_of(submission, link)) for link, submission in sent}
    rows = [_Row(assignment, agency, *newest.get(assignment.id or 0, (None, {}))) for assignment, agency in assigned]
    there = {r.assignment.public_id for r in rows if r.submission and r.submission.form != SubmissionForm.covered}
    return [_Row(r.assignment, r.agency, None, {}, waits=True) if _points_nowhere(r, there) else r for r in rows]


def _points_nowhere(row: _Row, there: Collection[str]) -> bool:
    if row.submission is None or row.submission.form != SubmissionForm.covered:
        return False
    return row.submission.content.get("covered_by") not in there


def _missing(row: _Row) -> MissingRow:
    """A body outside the issuer's command was asked, not told; where nobody knows who owes, nobody is late."""
    if row.assignment.state == AssignmentState.awaiting_assignment:
        return MissingRow(row.agency.name, "Chờ phân công", row.assignment.due_on)
    if row.waits:
        return MissingRow(row.agency.name, "Chờ xác nhận đã tổng hợp trong báo cáo khác", row.assignment.due_on)
    requested = row.assignment.duty == Duty.requested
    return MissingRow(
        row.agency.name, "Được đề nghị phối hợp, chưa gửi" if requested else "Chưa gửi", row.assignment.due_on
    )


def _sections(
    ctx: Context, plan: Plan, obligation: Obligation, period: Period, rows: list[_Row]
) -> list[ReportSection]:
    """The obligation's outline in its order, then whatever else was written."""
    titles = {item.id: item.title for item in plan_file_of(ctx, plan, period.plan_version).outline}
    entries: dict[str, list[AgencyEntry]] = {}
    for row, submission in ((r, r.submission) for r in rows if r.submission):
        for typed in row.part.get("entries", []):
            made = _entry(_author(submission, row.part), typed)
            if made is not None:
                entries.setdefault(str(typed.get("clause") or ""), []).append(made)
    outline = dict.fromkeys([*spec_in(obligation, period).outline, *(c for c in titles if c in entries), *entries])
    return [ReportSection(clause_text(c), titles.get(c, "Nội dung khác"), tuple(entries.get(c, ()))) for c in outline]


def _author(submission: Submission, part: Mapping[str, Any]) -> str:
    """The agency, with the mark of what it did not type itself."""
    return f"{submission.agency_name} ({STAFF_TYPED})" if entered_by_staff(part) else submission.agency_name


def _entry(agency: str, typed: dict[str, Any]) -> AgencyEntry | None:
    result, difficulty, proposal = (str(typed.get(name) or "").strip() for name in ("result", "difficulty", "proposal"))
    made = AgencyEntry(agency, result, difficulty, proposal, nil=bool(typed.get("nil")))
    return made if made.nil or result or difficulty or proposal else None


def _figures(rows: list[_Row]) -> list[Figure]:
    return [
        Figure(
            clause=clause_text(str(typed.get("clause") or "")),
            name=str(typed.get("name") or ""),
            unit=str(typed.get("unit") or ""),
            agency=submission.agency_name,
            value=str(typed.get("value") if typed.get("value") is not None else ""),
            note="; ".join(
                filter(None, (str(typed.get("note") or ""), STAFF_TYPED if entered_by_staff(row.part) else ""))
            ),
            kind=kind_text(typed),
        )
        for row, submission in ((r, r.submission) for r in rows if r.submission)
        for typed in row.part.get("figures", [])
    ]


def _totals(figures: list[Figure]) -> list[Total]:
    given = (Given(f.agency, f.clause, f.name, f.unit, f.kind, f.value) for f in figures)
    return [Total(s.clause, s.name, s.unit, s.kind, s.agencies, number_text(s.value)) for s in sums(given)]


def _written(rows: list[_Row]) -> list[tuple[int, str, list[dict[str, Any]]]]:
    """Who reported which figures, in official order."""
    return [
        (row.assignment.agency_id, row.submission.agency_name, row.part.get("figures", []))
        for row in rows
        if row.submission
    ]


def _received(ctx: Context, period: Period, rows: list[_Row]) -> list[ReceivedRow]:
    query = select(AgreedLateness.assignment_id).join(Assignment, col(AgreedLateness.assignment_id) == Assignment.id)
    agreed = set(ctx.session.exec(query.where(Assignment.period_id == period.id)).all())
    return [
        _received_row(ctx, row.assignment, row.submission, agreed=row.assignment.id in agreed)
        for row in rows
        if row.submission
    ]


def _received_row(ctx: Context, assignment: Assignment, submission: Submission, *, agreed: bool) -> ReceivedRow:
    """Lateness counts from the first arrival: what was sent again to complete it is not late for that (S1).

    What was only requested is never late, whether or not a later day was agreed.
    """
    arrived_on = assignment.first_received_on or submission.arrived_on
    late = came_late(ctx, assignment)
    return ReceivedRow(
        agency=submission.agency_name,
        form=submission.form.value,
        document_number=submission.document_number,
        document_on=submission.document_on,
        arrived_on=arrived_on,
        version=submission.version,
        late=late,
        agreed=late and agreed,
        stated=is_stated(submission),
    )


def place_of(plan: Plan) -> str:
    """``UBND tỉnh Hưng Yên`` -> ``Hưng Yên``: where documents of the plan are signed."""
    return plan.issuer.rpartition("tỉnh ")[2] or plan.issuer


def initials(name: str) -> str:
    """``Sở Tài chính`` -> ``STC``, ``Sở Văn hóa, Thể thao và Du lịch`` -> ``SVHTTDL``, a Party committee ``ĐU``.

    As signs of documents are written: no mark on a vowel, nothing for "và". The clerk completes the number anyway.
    """
    if name.startswith("Đảng ủy"):
        return "ĐU"
    letters = "".join(word[0] for word in name.replace(",", " ").split() if word not in ("và", "các", "của")).upper()
    return "".join(c for c in unicodedata.normalize("NFD", letters) if not unicodedata.combining(c))
