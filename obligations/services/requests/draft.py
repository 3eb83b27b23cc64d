"""An ad-hoc request as it is asked for, and whether it may be made: everything wrong is said before anything is written."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from difflib import get_close_matches

from sqlmodel import col, select

from models.enums import Duty, Urgency
from models.tables import Agency, AgencyGroup, RoleHolder
from obligations.errors import NotFound, Refused, WrongValue
from obligations.rules.hours import waking_moment
from obligations.services.context import Context
from obligations.services.roster import Owing, is_valid, resolve, role_holder

LONGEST_CONTENT, LONGEST_DOCUMENT, LONGEST_KEY = 2000, 80, 120
FARTHEST = timedelta(days=60)
"""What is due later is no ad-hoc request: it belongs in a plan file, with reminders in working days."""


@dataclass(frozen=True)
class RequestDraft:
    """What is asked of whom by when. ``to`` holds codes of agencies, groups or roles; ``due_at`` is aware.

    ``document`` and ``document_on``: number and date of the document that asks for it, when there is one.
    ``completes_on``: ``either`` form, or only ``signed``. ``receiver``: code of who gathers the answers; None for the one
    agency that holds a consolidating role. ``key``: the same key makes one request, however often it is sent.
    """

    to: tuple[str, ...]
    content: str
    due_at: datetime
    key: str
    urgency: Urgency = Urgency.normal
    document: str | None = None
    document_on: date | None = None
    completes_on: str = "either"
    receiver: str | None = None


def check_draft(ctx: Context, draft: RequestDraft) -> list[Owing]:
    """The agencies a draft reaches, in official order; Refused or NotFound with what is wrong and what to do."""
    _check_words(draft)
    _check_time(ctx, draft)
    owing = _recipients(ctx, draft.to)
    if draft.receiver is not None and receiver_name(ctx, draft.receiver) is None:
        raise NotFound(_unknown(ctx, [draft.receiver]), field="receiver")
    return owing


def receiver_of(ctx: Context, draft: RequestDraft) -> str | None:
    """Who gathers the answers: as asked, else the only role that somebody holds today."""
    if draft.receiver is not None:
        return draft.receiver
    roles = {row.role for row in ctx.session.exec(select(RoleHolder)).all()}
    held = [role for role in sorted(roles) if role_holder(ctx, role, ctx.today) is not None]
    return held[0] if len(held) == 1 else None


def receiver_name(ctx: Context, code: str | None) -> str | None:
    """Name of the agency behind a role or an agency code today."""
    if code is None:
        return None
    holder = role_holder(ctx, code, ctx.today)
    agency = holder[0] if holder else ctx.session.exec(select(Agency).where(Agency.code == code)).first()
    return agency.name if agency and is_valid(agency, ctx.today) else None


def _check_words(draft: RequestDraft) -> None:
    if not any(c.isalnum() for c in draft.content):
        raise WrongValue("content", "Cần ghi nội dung đề nghị.")
    if len(draft.content) > LONGEST_CONTENT:
        raise WrongValue(
            "content",
            f"Nội dung dài {len(draft.content)} ký tự, tối đa {LONGEST_CONTENT}; phần còn lại gửi bằng văn bản.",
        )
    if not draft.key or len(draft.key) > LONGEST_KEY:
        raise Refused(f"Mã chống gửi lặp cần từ 1 đến {LONGEST_KEY} ký tự.")
    if (draft.document is None) != (draft.document_on is None):
        raise WrongValue("document_on", "Văn bản cần có cả số, ký hiệu và ngày.")
    if draft.document is not None and not 0 < len(draft.document.strip()) <= LONGEST_DOCUMENT:
        raise WrongValue("document", f"Số, ký hiệu văn bản cần từ 1 đến {LONGEST_DOCUMENT} ký tự.")
    if draft.completes_on not in ("either", "soft", "signed"):
        raise WrongValue("completes_on", "Hình thức cần là either, soft hoặc signed.")


def _check_time(ctx: Context, draft: RequestDraft) -> None:
    zone = ctx.settings.zone
    due_at = draft.due_at.astimezone(zone)
    shown = f"{due_at:%H:%M ngày %d/%m/%Y}"
    if due_at.second or due_at.microsecond:
        raise WrongValue("due_at", "Thời hạn tính đến phút.")
    if due_at <= ctx.as_of:
        raise WrongValue(
            "due_at", f"Thời hạn {shown} đã qua; bây giờ là {ctx.as_of.astimezone(zone):%H:%M ngày %d/%m/%Y}."
        )
    if due_at > ctx.as_of + FARTHEST:
        raise WrongValue(
            "due_at",
            f"Thời hạn {shown} còn hơn {FARTHEST.days} ngày: đề nghị đưa vào văn bản giao nhiệm vụ (plan apply).",
        )
    sends_at = waking_moment(ctx.as_of, zone)
    if due_at <= sends_at:
        raise WrongValue(
            "due_at",
            f"Thời hạn {shown} nằm trước {sends_at.astimezone(zone):%H:%M ngày %d/%m/%Y}, lúc sớm nhất gửi được thông báo "
            "(không gửi từ 22 giờ đến 06 giờ): đề nghị gọi điện thoại, hoặc chọn thời hạn muộn hơn.",
        )


def _recipients(ctx: Context, codes: tuple[str, ...]) -> list[Owing]:
    if not codes:
        raise WrongValue("to", "Cần chọn ít nhất một cơ quan, đơn vị hoặc nhóm nhận đề nghị.")
    named = ctx.session.exec(select(Agency).where(col(Agency.code).in_(codes))).all()
    gone = {agency.code for agency in named if not is_valid(agency, ctx.today)}
    unknown = [code for code in codes if code in gone or not resolve(ctx, [code], ctx.today, Duty.required)]
    if unknown:
        raise NotFound(_unknown(ctx, unknown), field="to")
    return resolve(ctx, codes, ctx.today, Duty.required)


def _unknown(ctx: Context, codes: list[str]) -> str:
    agencies = {a.code: a for a in ctx.session.exec(select(Agency)).all()}
    groups = set(ctx.session.exec(select(AgencyGroup.code)).all())
    roles = set(ctx.session.exec(select(RoleHolder.role)).all())
    valid = [code for code, agency in agencies.items() if is_valid(agency, ctx.today)]
    said = []
    for code in codes:
        if (agency := agencies.get(code)) is not None:
            until = f" (đến {agency.valid_to:%d/%m/%Y})" if agency.valid_to else f" (từ {agency.valid_from:%d/%m/%Y})"
            said.append(f"{agency.name} [{code}] không hoạt động vào ngày {ctx.today:%d/%m/%Y}{until}")
        elif code in groups | roles:
            said.append(f"nhóm [{code}] không có cơ quan nào vào ngày {ctx.today:%d/%m/%Y}")
        else:
            near = get_close_matches(code, sorted({*valid, *groups, *roles}), n=3)
            said.append(f"không có cơ quan hoặc nhóm {code!r}" + (f", có phải: {', '.join(near)}?" if near else ""))
    return "; ".join(said) + ". Xem: dondoc agencies list"
