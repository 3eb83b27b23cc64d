"""Danh sách chưa gửi: one sheet of paper for the meeting, in official order, by group, as of one moment."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from models.enums import Duty
from models.tables import Obligation, Period, Plan
from obligations.rules.wording import period_text
from obligations.services.context import Context
from obligations.services.lookup import period_by_public_id
from obligations.services.overview.period_agencies import SHOWS, AgencyRow, agency_rows
from obligations.services.spec import is_request
from reports.not_sent_docx import NotSentGroup, NotSentSheet, render_not_sent_docx

NOT_SENT = ("open", "overdue")
COUNTED = (
    ("received", "đã nhận"),
    ("soft_received", "trong đó mới có bản mềm"),
    ("returned", "trong đó đề nghị bổ sung, hoàn thiện"),
    ("not_sent", "chưa gửi"),
    ("overdue", "trong đó quá hạn"),
    ("awaiting_assignment", "chờ phân công"),
    ("exempt", "không phải báo cáo kỳ này"),
)
"""Counts in the order of the sheet; those that are zero are left out, but for the first two."""
OTHERS = "Cơ quan, đơn vị khác"
SHORT = ("Ủy ban nhân dân", "UBND")
"""As lists write it, so that a hundred communes fit one page."""


def not_sent(ctx: Context, public_id: str, headings: Mapping[str, str]) -> NotSentSheet:
    """The sheet of one period. ``headings`` names each group ``<level>-<kind>``; NotFound when there is no such period."""
    period = period_by_public_id(ctx, public_id)
    obligation = ctx.session.get_one(Obligation, period.obligation_id)
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    rows = [r for r in agency_rows(ctx, period) if r.standing.duty != Duty.for_information]
    unseen = period.needs_confirmation and period.confirmed_at is None
    return NotSentSheet(
        issuer=ctx.settings.unit,
        title="Danh sách cơ quan, đơn vị chưa gửi báo cáo",
        about=obligation.title if is_request(obligation) else f"{obligation.title}, {period_text(period.label)}",
        basis=plan.citation,
        due=_due(ctx, obligation, period),
        moment=_moment(ctx.as_of.astimezone(ctx.settings.zone)),
        counts=_counts(rows, unseen=unseen),
        groups=_groups(ctx, rows, headings, unseen=unseen),
        note="Kỳ chưa rà soát ban đầu: danh sách có thể gồm cả nơi đã gửi." if unseen else "",
        as_of=ctx.as_of,
    )


def not_sent_document(ctx: Context, public_id: str, headings: Mapping[str, str]) -> bytes:
    """The same sheet as .docx."""
    return render_not_sent_docx(not_sent(ctx, public_id, headings))


def _groups(
    ctx: Context, rows: list[AgencyRow], headings: Mapping[str, str], *, unseen: bool
) -> tuple[NotSentGroup, ...]:
    found: dict[str, list[AgencyRow]] = {}
    totals = Counter(headings.get(row.group, OTHERS) for row in rows if row.standing.key not in ("exempt", "ended"))
    for row in rows:
        if row.standing.key in NOT_SENT:
            found.setdefault(headings.get(row.group, OTHERS), []).append(row)
    return tuple(_group(ctx, name, members, totals[name], unseen=unseen) for name, members in found.items())


def _group(ctx: Context, name: str, rows: list[AgencyRow], total: int, *, unseen: bool) -> NotSentGroup:
    asked = all(row.standing.duty == Duty.requested for row in rows)
    return NotSentGroup(
        f"{name} (đề nghị báo cáo)" if asked else name,
        total,
        tuple((row.name.replace(*SHORT), _mark(ctx, row, asked=asked, unseen=unseen)) for row in rows),
    )


def _mark(ctx: Context, row: AgencyRow, *, asked: bool, unseen: bool) -> str:
    """What must be known before anyone speaks of a unit in a meeting."""
    said, standing = [], row.standing
    if standing.duty == Duty.requested and not asked:
        said.append("đề nghị báo cáo")
    if standing.extended_from is not None:
        said.append(f"gia hạn đến {standing.due_on:%d/%m}")
    if standing.agreed_until is not None and standing.agreed_until >= ctx.today:
        said.append(f"thống nhất gửi đến {standing.agreed_until:%d/%m}")
    if standing.signing_on is not None:
        said.append(f"chờ ký, dự kiến {standing.signing_on:%d/%m}")
    if standing.acknowledged_at is not None:
        said.append("đang thực hiện")
    if standing.key == "open" and standing.duty == Duty.required and not unseen and not said:
        said.append("còn trong hạn")
    return ", ".join(said)


def _counts(rows: list[AgencyRow], *, unseen: bool) -> tuple[tuple[str, int], ...]:
    states = Counter(row.standing.key for row in rows)
    counted = {**states, "received": sum(states[key] for key in SHOWS["da-nhan"])}
    counted["not_sent"] = states["open"] + states["overdue"]
    counted["overdue"] = 0 if unseen else states["overdue"]
    owed = sum(count for key, count in states.items() if key not in ("exempt", "ended"))
    shown = [
        (words, counted.get(key, 0)) for key, words in COUNTED if counted.get(key) or key in ("received", "not_sent")
    ]
    return (("tổng số", owed), *shown)


def _due(ctx: Context, obligation: Obligation, period: Period) -> str:
    if is_request(obligation):
        return _moment(period.due_at.astimezone(ctx.settings.zone))
    return f"{period.due_on:%d/%m/%Y}"


def _moment(at: datetime) -> str:
    return f"{at:%H:%M} ngày {at:%d/%m/%Y}"
