"""Making one report of a period from the versions in force. Files first, then the row that names them."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlmodel import col, select

from models.engine import serialise
from models.tables import Consolidation, Period, ReportTemplate
from obligations.errors import Refused
from obligations.services import audit
from obligations.services.context import App, Context
from obligations.services.isolating.isolate import marks_of
from obligations.services.reporting.build_report import build_report
from obligations.services.reporting.report_templates import template_for
from obligations.services.reporting.template_use import render_with
from obligations.services.storage import discard, store_file
from reports.document import ConsolidatedReport
from reports.registry import OUTPUTS

__all__ = ["Consolidated", "build_report", "consolidate_period"]

ATTEMPTS = 5
_LOCK = 197_044


@dataclass(frozen=True)
class Consolidated:
    """A version of a period's report. ``created`` False: nothing had changed since this version.

    ``files``: format to ``{"file_name", "media_type", "size", "sha256", "stored_as"}``.
    """

    public_id: str
    version: int
    received: int
    missing: int
    files: dict[str, Any]
    created: bool
    template: str | None = None
    """The department's own template that it was to be made with."""
    template_problem: str | None = None
    """Why our own layout was taken instead, in Vietnamese."""


def consolidate_period(app: App, period_id: int, as_of: datetime, actor: str) -> Consolidated:
    """Make the next version, or give back the last one when its inputs are the same.

    Documents are made outside any transaction. Killed before the last one, the earlier version stands and stray files
    are swept later: there is never a row without its files. Refused when others keep making versions meanwhile.
    """
    for _ in range(ATTEMPTS):
        with app.read(as_of, actor) as ctx:
            report, marks = build_report(ctx, period_id), marks_of(ctx, period_id)
            template = template_for(ctx, ctx.session.get_one(Period, period_id).obligation_id)
            known, digest = _compare(ctx, period_id, report, template)
        if known is not None:
            return known
        files, problem = _store(app, report, template)
        with app.write(as_of, actor) as ctx:
            apart = marks_of(ctx, period_id) != marks  # meanwhile: it may hold what nobody may read
            made = None if apart else _record(ctx, period_id, report, digest, files, template, problem)
        if made is not None:
            return made
        discard(app.settings, [file["stored_as"] for file in files.values()])
    raise Refused("Báo cáo tổng hợp của kỳ này đang được lập ở nơi khác; đề nghị thử lại sau ít phút.")


def _compare(
    ctx: Context, period_id: int, report: ConsolidatedReport, template: ReportTemplate | None
) -> tuple[Consolidated | None, str]:
    """The newest version when it says the same, and the digest a new one would have.

    A digest covers the one before it: going back to what version 1 said is a version of its own.
    """
    rows = ctx.session.exec(
        select(Consolidation)
        .where(Consolidation.period_id == period_id)
        .order_by(col(Consolidation.version).desc())
        .limit(2)
    ).all()
    newest, before = (rows[0] if rows else None), (rows[1].inputs_sha256 if len(rows) > 1 else "")
    if newest is None:
        return None, _digest(report, "", template)
    if newest.files and newest.inputs_sha256 == _digest(report, before, template):  # without files: set apart (S13)
        return _result(ctx, newest, created=False), newest.inputs_sha256
    return None, _digest(report, newest.inputs_sha256, template)


def _store(
    app: App, report: ConsolidatedReport, template: ReportTemplate | None
) -> tuple[dict[str, dict[str, Any]], str | None]:
    """Every format, on disk for good; and why the template was not used, if it was not."""
    name, problem = f"bao-cao-tong-hop-{_ascii(report.period_label)}-v{report.version}", None
    files = {}
    for kind, output in OUTPUTS.items():
        if kind == "docx":
            content, problem = render_with(app.settings, template, report)
        else:
            content = output.render(report)
        file = store_file(app.settings, content, f"{name}{output.suffix}", output.media_type, limited=False)
        files[kind] = asdict(file)
    return files, problem


def _record(
    ctx: Context,
    period_id: int,
    report: ConsolidatedReport,
    digest: str,
    files: dict[str, dict[str, Any]],
    template: ReportTemplate | None,
    problem: str | None,
) -> Consolidated | None:
    """Write the row; None when another version came first, whose number the documents would then bear."""
    serialise(ctx.session, _LOCK)
    taken = select(Consolidation.id).where(
        Consolidation.period_id == period_id, Consolidation.version >= report.version
    )
    if ctx.session.exec(taken.limit(1)).first() is not None:
        return None
    row = Consolidation(
        period_id=period_id,
        version=report.version,
        inputs_sha256=digest,
        made_at=ctx.as_of,
        made_by=ctx.actor,
        received=len(report.received),
        missing=len(report.missing),
        files=files,
        template_id=template.id if template else None,
        template_problem=problem,
    )
    ctx.session.add(row)
    ctx.session.flush()
    sums = {kind: file["sha256"] for kind, file in files.items()}
    own = {"template": f"{template.file_name}, lần {template.version}"} if template else {}
    failed = {"template_problem": problem} if problem else {}
    audit.record(ctx, "consolidation.made", row.public_id, version=row.version, files=sums, **own, **failed)
    return _result(ctx, row, created=True)


def _result(ctx: Context, row: Consolidation, *, created: bool) -> Consolidated:
    template = ctx.session.get_one(ReportTemplate, row.template_id).public_id if row.template_id else None
    made = {kind: file for kind, file in row.files.items() if kind in OUTPUTS}
    return Consolidated(
        row.public_id, row.version, row.received, row.missing, made, created, template, row.template_problem
    )


def _digest(report: ConsolidatedReport, before: str, template: ReportTemplate | None) -> str:
    """What the report says and the template it is made with, without version and moment, chained to the digest before.

    Totals say nothing that figures do not; a row that does not rest on a word alone is what it was before there were such rows.
    """
    said = asdict(replace(report, version=0, as_of=datetime.min.replace(tzinfo=UTC)))
    del said["totals"]
    for row in said["received"]:
        if not row["stated"]:
            del row["stated"]
    text = json.dumps(said, default=str, sort_keys=True, ensure_ascii=False)
    made_with = f"\n{template.public_id}" if template else ""
    return hashlib.sha256(f"{before}\n{text}{made_with}".encode()).hexdigest()


def _ascii(label: str) -> str:
    """``năm 2026`` -> ``2026``: a file name every system takes."""
    words = [word for word in label.split() if word.isascii()]
    return "-".join(words) or "ky"
