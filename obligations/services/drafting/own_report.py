"""Type once (S7): what an agency typed becomes its own report, ready to be signed; number, day and signer stay blank."""

from collections.abc import Mapping
from typing import Any

from models.tables import Agency, Assignment, Obligation, Period, Plan
from obligations.rules.figures import adjusted_text, kind_text
from obligations.rules.wording import clauses_text, period_text
from obligations.services.context import Context
from obligations.services.reporting.build_report import initials, place_of
from obligations.services.views.agency import DutyPage
from reports.agency_report import AgencyReport, AgencyReportSection, render_agency_docx
from reports.document import Figure

COMMITTEE = "Ủy ban nhân dân "
PLACES = ("xã ", "phường ", "thị trấn ", "đặc khu ")


def own_report(ctx: Context, page: DutyPage, content: Mapping[str, Any]) -> bytes:
    """The .docx of one duty. ``content``: entries and figures as a submission keeps them."""
    assignment = ctx.session.get_one(Assignment, page.assignment_id)
    period = ctx.session.get_one(Period, assignment.period_id)
    plan = ctx.session.get_one(Plan, ctx.session.get_one(Obligation, period.obligation_id).plan_id)
    agency = ctx.session.get_one(Agency, page.agency_id)
    entries = {str(e["clause"]): e for e in content.get("entries", [])}
    titles = {row.id: row.title for row in page.outline}
    return render_agency_docx(
        AgencyReport(
            agency_parent="" if agency.name.startswith(COMMITTEE) else plan.issuer,
            agency=agency.name,
            agency_code="UBND" if agency.name.startswith(COMMITTEE) else initials(agency.name),
            place=_place(agency.name, place_of(plan)),
            plan_citation=plan.citation,
            period_label=period_text(period.label),
            title=f"{page.duty.title}, {period_text(period.label)}",
            addressee=page.duty.receiver,
            as_of=ctx.as_of.astimezone(ctx.settings.zone),
            data_window=_window(period),
            sections=tuple(_section(row.title, list(row.clauses), entries.get(row.id, {})) for row in page.outline),
            figures=tuple(
                _figure(titles.get(str(f["clause"]), "Chung"), agency.name, f) for f in content.get("figures", [])
            ),
            recipients=(page.duty.receiver,),
            party=agency.kind == "party",
        )
    )


def _figure(task: str, agency: str, typed: Mapping[str, Any]) -> Figure:
    """Last period's number put right stands in the last column, with its reason."""
    note = adjusted_text(typed)
    return Figure(
        task, typed["name"], typed["unit"], agency, typed["value"], note[:1].upper() + note[1:], kind_text(typed)
    )


def _section(title: str, clauses: list[str], entry: Mapping[str, Any]) -> AgencyReportSection:
    said = {part: str(entry.get(part) or "") for part in ("result", "difficulty", "proposal")}
    return AgencyReportSection(clauses_text(clauses[:1]), title, **said, nil=bool(entry.get("nil")))


def _window(period: Period) -> str | None:
    if period.data_from is None or period.data_to is None:
        return None
    return f"từ ngày {period.data_from:%d/%m/%Y} đến ngày {period.data_to:%d/%m/%Y}"


def _place(name: str, province: str) -> str:
    """``Ủy ban nhân dân xã Tiên Lữ`` signs at Tiên Lữ, a department in the province's name."""
    inside = name.removeprefix(COMMITTEE)
    return next((inside.removeprefix(kind) for kind in PLACES if inside.startswith(kind)), province)
