"""Making one report of a period from the versions in force. Files first, then the row that names them."""

import hashlib
import io
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select

from models.enums import AssignmentState, SubmissionState
from models.tables import Agency, AgreedLateness, Assignment, Consolidation, Obligation, Period, Plan, Submission, SubmissionAssignment
from obligations.rules.lateness import is_late
from obligations.rules.wording import clause_text, period_text
from obligations.services import audit
from obligations.services.context import App, Context
from obligations.services.registry import role_holder
from obligations.services.render import data_window
from obligations.services.spec import plan_file_of, spec_of
from obligations.services.storage import store_file
from reports.document import AgencyEntry, ConsolidatedReport, Figure, MissingRow, ReceivedRow, ReportSection
from reports.registry import OUTPUTS

OUT_OF_FORCE = (SubmissionState.replaced, SubmissionState.recalled)


@dataclass(frozen=True)
class Consolidated:
    """A version of a period's report. ``created`` False: nothing had changed since this version."""

    public_id: str
    version: int
    received: int
    missing: int
    files: dict[str, Any]
    created: bool


@dataclass(frozen=True)
class _Row:
    assignment: Assignment
    agency: Agency
    submission: Submission | None


def consolidate_period(app: App, period_id: int, as_of: datetime, actor: str) -> Consolidated:
    """Make the next version, or give back the last one when the submissions are the same.

    Killed before the last transaction, the earlier version stands and stray files are swept later.
    """
    with app.read(as_of, actor) as ctx:
        report = build_report(ctx, period_id)
        digest = _digest(report)
        known = _known(ctx, period_id, digest)
    if known is not None:
        return known
    files = {}
    for name, output in OUTPUTS.items():
        file_name = f"bao-cao-tong-hop-{report.period_label.replace(' ', '-')}-v{report.version}{output.suffix}"
        stored = store_file(app.settings, io.BytesIO(output.render(report)), file_name, output.media_type)
        files[name] = asdict(stored)
    with app.write(as_of, actor) as ctx:
        known = _known(ctx, period_id, digest)
        return known or _record(ctx, period_id, report, digest, files)


def _known(ctx: Context, period_id: int, digest: str) -> Consolidated | None:
    row = ctx.session.exec(
        select(Consolidation).where(Consolidation.period_id == period_id).order_by(col(Consolidation.version).desc()).limit(1)
    ).first()
    if row is None or row.inputs_sha256 != digest:
        return None
    return Consolidated(row.public_id, row.version, row.received, row.missing, row.files, created=False)


def _record(ctx: Context, period_id: int, report: ConsolidatedReport, digest: str, files: dict[str, Any]) -> Consolidated:
    row = Consolidation(
        period_id=period_id, version=report.version, inputs_sha256=digest, made_at=ctx.as_of, made_by=ctx.actor,
        received=len(report.received), missing=len(report.missing), files=files,
    )
    ctx.session.add(row)
    ctx.session.flush()
    audit.record(ctx, "consolidation.made", row.public_id, version=row.version, files={n: f["sha256"] for n, f in files.items()})
    return Consolidated(row.public_id, row.version, row.received, row.missing, files, created=True)


def build_report(ctx: Context, period_id: int) -> ConsolidatedReport:
    """Everything the report says, from one consistent snapshot."""
    period = ctx.session.get_one(Period, period_id)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    rows = _rows(ctx, period_id)
    holder = role_holder(ctx, spec_of(obligation).receiver or "", period.opens_on)
    issuer = holder[0] if holder else None
    versions = ctx.session.exec(select(func.max(Consolidation.version)).where(Consolidation.period_id == period_id)).one()
    return ConsolidatedReport(
        plan_number=plan.number,
        plan_citation=plan.citation,
        issuer_parent=plan.issuer,
        issuer=issuer.name if issuer else plan.issuer,
        issuer_code=_initials(issuer.name) if issuer else "UBND",
        place=plan.issuer.rpartition("tỉnh ")[2] or plan.issuer,
        title=f"Tình hình thực hiện Kế hoạch số {plan.number} {period_text(period.label)}",
        period_label=period_text(period.label),
        reader=plan.issuer,
        as_of=ctx.as_of.astimezone(ctx.settings.zone),
        version=(versions or 0) + 1,
        data_window=data_window(period),
        sections=tuple(_sections(ctx, plan, obligation, rows)),
        figures=tuple(_figures(rows)),
        received=tuple(_received(ctx, period, rows)),
        missing=tuple(MissingRow(r.agency.name, "Chưa gửi", r.assignment.due_on) for r in rows if _is_missing(r)),
        exempt=tuple(
            MissingRow(r.agency.name, "Không phải báo cáo kỳ này", r.assignment.due_on)
            for r in rows if r.assignment.state == AssignmentState.exempt
        ),
        recipients=(plan.issuer,),
    )


def _rows(ctx: Context, period_id: int) -> list[_Row]:
    """Each assignment with its version in force, in official order, in two queries."""
    assigned = ctx.session.exec(
        select(Assignment, Agency).join(Agency, col(Assignment.agency_id) == Agency.id)
        .where(Assignment.period_id == period_id).order_by(col(Agency.position))
    ).all()
    sent = ctx.session.exec(
        select(SubmissionAssignment.assignment_id, Submission)
        .join(Submission, col(SubmissionAssignment.submission_id) == Submission.id)
        .join(Assignment, col(SubmissionAssignment.assignment_id) == Assignment.id)
        .where(Assignment.period_id == period_id, col(Submission.state).not_in(OUT_OF_FORCE))
        .order_by(col(Submission.version))
    ).all()
    in_force = dict(sent)
    return [_Row(assignment, agency, in_force.get(assignment.id or 0)) for assignment, agency in assigned]


def _is_missing(row: _Row) -> bool:
    return row.submission is None and row.assignment.state not in (AssignmentState.exempt, AssignmentState.ended)


def _sections(ctx: Context, plan: Plan, obligation: Obligation, rows: list[_Row]) -> list[ReportSection]:
    titles = {item.id: item.title for item in plan_file_of(ctx, plan).outline}
    entries: dict[str, list[AgencyEntry]] = {}
    for row in rows:
        for entry in (row.submission.content if row.submission else {}).get("entries", []):
            made = _entry(row.submission.agency_name if row.submission else row.agency.name, entry)
            if made is not None:
                entries.setdefault(entry["clause"], []).append(made)
    outline = list(dict.fromkeys([*spec_of(obligation).outline, *entries]))
    return [ReportSection(_short(c), titles.get(c, "Nội dung khác"), tuple(entries.get(c, ()))) for c in outline]


def _short(clause: str) -> str:
    return clause_text(clause)


def _entry(agency: str, entry: dict[str, Any]) -> AgencyEntry | None:
    made = AgencyEntry(
        agency, str(entry.get("result") or ""), str(entry.get("difficulty") or ""), str(entry.get("proposal") or ""),
        nil=bool(entry.get("nil")),
    )
    return made if made.nil or made.result or made.difficulty or made.proposal else None


def _figures(rows: list[_Row]) -> list[Figure]:
    return [
        Figure(str(f.get("clause") or ""), str(f["name"]), str(f.get("unit") or ""), row.submission.agency_name, str(f["value"]), str(f.get("note") or ""))
        for row in rows if row.submission
        for f in row.submission.content.get("figures", [])
    ]


def _received(ctx: Context, period: Period, rows: list[_Row]) -> list[ReceivedRow]:
    ids = [r.assignment.id for r in rows]
    agreed = set(ctx.session.exec(select(AgreedLateness.assignment_id).where(col(AgreedLateness.assignment_id).in_(ids))).all())
    return [
        ReceivedRow(
            agency=s.agency_name, form=s.form.value, document_number=s.document_number, document_on=s.document_on,
            arrived_on=row.assignment.first_received_on or s.arrived_on, version=s.version,
            late=is_late(row.assignment.first_received_on or s.arrived_on, row.assignment.due_on, period.grace_until, grace_applies=period.grace_applies),
            agreed=row.assignment.id in agreed,
        )
        for row in rows if (s := row.submission)
    ]


def _digest(report: ConsolidatedReport) -> str:
    """What the report says, without its version and the moment it was made."""
    content = asdict(replace(report, version=0, as_of=datetime.min))  # noqa: DTZ901 - a constant, not a moment
    return hashlib.sha256(json.dumps(content, default=str, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _initials(name: str) -> str:
    """``Sở Tài chính`` -> ``STC``; the clerk completes the number anyway."""
    return "".join(word[0] for word in name.replace(",", " ").split()).upper()
