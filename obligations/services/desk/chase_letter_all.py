"""Công văn đôn đốc for a whole period: one draft to be signed, addressed to the bodies by its annex."""

from datetime import datetime

from sqlmodel import select

from models.enums import Duty, PeriodState
from models.tables import Agency, Obligation, Period, Plan
from obligations.errors import Refused
from obligations.rules import letter_wording as words
from obligations.rules.wording import period_text
from obligations.services.context import Context
from obligations.services.desk.chase_letter import ChaseLetter
from obligations.services.lookup import period_by_public_id
from obligations.services.overview.period_agencies import AgencyRow, agency_rows
from obligations.services.reporting.build_report import initials, place_of
from obligations.services.sending.voice import Desk, body_of, desk_of
from obligations.services.spec import is_request, spec_in
from reports.letter_docx import Letter, render_letter_docx


def period_letter(ctx: Context, period_public_id: str) -> ChaseLetter:
    """Of all that are overdue and required, in official order. Number and day are blank; nothing is sent and nothing recorded.

    Who has an agreed late day ahead or waits for a signature is not named. Refused before the review, and with nobody to name.
    """
    period = period_by_public_id(ctx, period_public_id)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    desk = desk_of(ctx, plan, obligation, period.opens_on)
    _check(period)
    rows = late_rows(ctx, period, desk)
    if not rows:
        raise Refused("Không có cơ quan nào quá hạn cần đôn đốc; chưa lập công văn.")
    hourly = is_request(obligation)
    thing = obligation.title if hourly else f"{obligation.title}, {period_text(period.label)}"
    body = body_of(ctx, spec_in(obligation, period).reader, period.opens_on)
    reader = body.short_name if body else plan.issuer
    letter = Letter(
        issuer_parent=plan.issuer,
        issuer=desk.asker,
        issuer_code=initials(desk.asker),
        place=place_of(plan),
        about=words.about(thing),
        addressee=words.ADDRESSEES,
        paragraphs=words.paragraphs(
            plan.citation, desk.asker, thing, len(rows), reader, ctx.today.year, warns=_government(ctx, rows)
        ),
        annex_title=words.ANNEX_TITLE,
        rows=tuple((r.name, _due(ctx, r), words.standing(r.standing.days_overdue or 0)) for r in rows),
        as_of=ctx.as_of.astimezone(ctx.settings.zone),
        columns=words.COLUMNS,
    )
    return ChaseLetter(f"cong-van-don-doc-{obligation.code}-{period.label}.docx", render_letter_docx(letter), len(rows))


def late_rows(ctx: Context, period: Period, desk: Desk) -> list[AgencyRow]:
    """Those the letter names; the department that asks does not write to itself."""
    own = ctx.session.get_one(Agency, desk.agency_id).code if desk.agency_id else None
    return [row for row in agency_rows(ctx, period) if row.code != own and _is_named(ctx, row)]


def _is_named(ctx: Context, row: AgencyRow) -> bool:
    standing = row.standing
    rests = standing.signing_on is not None or (
        standing.agreed_until is not None and standing.agreed_until >= ctx.today
    )
    return standing.key == "overdue" and standing.duty == Duty.required and not rests


def _check(period: Period) -> None:
    if period.state != PeriodState.open:
        raise Refused("Kỳ này không còn mở, không cần công văn đôn đốc.")
    if period.needs_confirmation and period.confirmed_at is None:
        raise Refused("Kỳ này chờ rà soát ban đầu; xác nhận kết quả rà soát trước khi lập công văn.")


def _government(ctx: Context, rows: list[AgencyRow]) -> bool:
    """Whether every body named stands under the issuer's command."""
    kinds = dict(ctx.session.exec(select(Agency.code, Agency.kind)).all())
    return all(kinds[row.code] == "government" for row in rows)


def _due(ctx: Context, row: AgencyRow) -> str:
    at: datetime | None = row.standing.due_at
    if at is not None:
        return f"{at.astimezone(ctx.settings.zone):%H:%M ngày %d/%m/%Y}"
    return f"{row.standing.due_on:%d/%m/%Y}"
