"""Days that make no sense are refused with a sentence that says what to do; pages, JSON and commands come through here."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlmodel import col, select

from models.enums import SubmissionForm
from models.tables import Assignment, Obligation, Period, Plan
from obligations.errors import WrongValue
from obligations.services.context import Context
from obligations.services.spec import is_request

MOST_DAYS = 120
"""How far ahead chasing may rest: longer than the longest grace anybody gave, shorter than a slip in the year."""
LONGEST_EXTENSION = 366
"""Days ahead of today; a deadline beyond it is a slip in the year, and nobody would be reminded for as long."""
NUMBERED = (SubmissionForm.signed, SubmissionForm.paper)


def check_document(
    ctx: Context, form: SubmissionForm, number: str | None, document_on: date | None, arrived_on: date | None
) -> None:
    """What is recorded by hand of a document: it has a number, and it was signed before it came."""
    if form in NUMBERED and not (number or "").strip():
        raise WrongValue(
            "document_number",
            "Văn bản ký số, văn bản giấy phải có số, ký hiệu. Đề nghị ghi số, ký hiệu, hoặc chọn “Bản mềm” nếu chưa phát hành.",
        )
    if document_on is None:
        return
    if document_on > ctx.today:
        raise WrongValue("document_on", "Ngày văn bản không thể sau ngày hôm nay; đề nghị xem lại.")
    if arrived_on is not None and document_on > arrived_on:
        raise WrongValue(
            "document_on",
            f"Ngày văn bản ({document_on:%d/%m/%Y}) không thể sau ngày đến ({arrived_on:%d/%m/%Y}); đề nghị xem lại hai ngày này.",
        )


def check_arrival(ctx: Context, assignment_ids: Sequence[int], arrived_on: date | None) -> None:
    """Nothing answers a document that had not been issued yet."""
    if arrived_on is None:
        return
    if arrived_on > ctx.today:
        raise WrongValue("arrived_on", "Ngày đến không thể sau ngày hôm nay.")
    query = (
        select(Plan)
        .join(Obligation, col(Obligation.plan_id) == Plan.id)
        .join(Period, col(Period.obligation_id) == Obligation.id)
        .join(Assignment, col(Assignment.period_id) == Period.id)
        .where(col(Assignment.id).in_(assignment_ids), col(Plan.issued_on) > arrived_on)
    )
    plan = ctx.session.exec(query).first()
    if plan is not None:
        raise WrongValue(
            "arrived_on",
            f"Ngày đến ({arrived_on:%d/%m/%Y}) trước ngày ban hành {plan.citation} ({plan.issued_on:%d/%m/%Y}); đề nghị xem lại ngày đến.",
        )


def check_signed(ctx: Context, document_on: date | None, period: Period, obligation: Obligation) -> None:
    """A report on a plan is signed after the plan; what answers an ad-hoc request may have been there before.

    No statement for a document of the period's own days.
    """
    if document_on is None or document_on >= period.opens_on or is_request(obligation):
        return
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    if document_on < plan.issued_on:
        raise WrongValue(
            "document_on",
            f"Ngày văn bản ({document_on:%d/%m/%Y}) trước ngày ban hành {plan.citation} ({plan.issued_on:%d/%m/%Y}); đề nghị xem lại năm.",
        )


def check_letter(ctx: Context, obligation: Obligation, on: date) -> None:
    """The công văn that every notice will cite: not of a day to come, nor older than what it carries out."""
    if on > ctx.today:
        raise WrongValue("on", f"Ngày công văn ({on:%d/%m/%Y}) không thể sau ngày hôm nay; đề nghị xem lại.")
    plan = ctx.session.get_one(Plan, obligation.plan_id)
    if on < plan.issued_on:
        raise WrongValue(
            "on",
            f"Ngày công văn ({on:%d/%m/%Y}) trước ngày ban hành {plan.citation} ({plan.issued_on:%d/%m/%Y}); đề nghị xem lại.",
        )


def check_extension(ctx: Context, due_on: date, document_on: date) -> None:
    """A document that extends is there already, and a new deadline leaves some time."""
    if document_on > ctx.today:
        raise WrongValue("document_on", "Ngày của văn bản gia hạn không thể sau ngày hôm nay; đề nghị xem lại.")
    if due_on < ctx.today:
        raise WrongValue("due_on", f"Thời hạn mới ({due_on:%d/%m/%Y}) đã qua; đề nghị ghi thời hạn từ hôm nay trở đi.")
    if due_on > ctx.today + timedelta(days=LONGEST_EXTENSION):
        raise WrongValue(
            "due_on", f"Thời hạn mới ({due_on:%d/%m/%Y}) xa quá một năm kể từ hôm nay; đề nghị kiểm tra lại năm."
        )


def check_rest(ctx: Context, until_on: date) -> None:
    """Chasing rests for some weeks at most: a later day is mistyped, and the duty would be forgotten."""
    last = ctx.today + timedelta(days=MOST_DAYS)
    if until_on > last:
        raise WrongValue(
            "until_on",
            f"Chỉ ghi được ngày trong vòng {MOST_DAYS} ngày tới (đến {last:%d/%m/%Y}); đề nghị xem lại ngày {until_on:%d/%m/%Y}.",
        )


def check_again_by(ctx: Context, again_by: date | None) -> None:
    """Nobody can send again by a day that has passed."""
    if again_by is not None and again_by < ctx.today:
        raise WrongValue(
            "again_by", f"Ngày đề nghị gửi lại ({again_by:%d/%m/%Y}) đã qua; đề nghị ghi ngày từ hôm nay trở đi."
        )
